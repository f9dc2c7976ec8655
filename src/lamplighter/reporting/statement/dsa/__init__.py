"""Statements in the form of the DSA Transparency Database."""
