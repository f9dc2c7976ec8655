"""Posters are heard: statements of reasons they can open, and appeals."""
