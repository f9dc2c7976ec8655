"""A marketplace with a known truth, and the measures against it."""
