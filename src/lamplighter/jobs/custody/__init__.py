"""Whole jobs of custody over a workspace: hold, release, purge, export, import."""
