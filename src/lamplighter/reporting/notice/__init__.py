"""What the public tells: notices under DSA art. 16, and where people in need find help."""
