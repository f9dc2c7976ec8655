"""Search and pivot: what stands in listings, and everything about one value."""
