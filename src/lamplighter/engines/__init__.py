"""Where linking runs."""
