"""Lamplighter: from raw listings to explained operations."""

__version__ = "0.1.0"
