"""The HTTP API for programs: screening, what was published, what was moderated (docs/api.md)."""
