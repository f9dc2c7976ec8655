"""What comes in: schema, readers, column mapping, rejects."""
