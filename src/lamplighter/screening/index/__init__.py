"""What is known, ready to be asked in microseconds."""
