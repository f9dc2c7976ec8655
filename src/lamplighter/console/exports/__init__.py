"""Exports: packages and lists that leave the house, by two people."""
