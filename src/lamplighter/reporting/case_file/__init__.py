"""The case file: what is known of one operation, as one PDF for a sworn recipient."""
