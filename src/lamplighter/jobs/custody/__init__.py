"""Whole jobs of custody over a workspace: hold, release, export, import."""
