"""How a text is read: folding of disguised characters, and tokens."""
