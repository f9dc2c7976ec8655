"""The queue: which operation a person looks at next."""
