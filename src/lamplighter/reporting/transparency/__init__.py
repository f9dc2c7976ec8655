"""What the platform tells the public of its own acts, and how often it was wrong."""
