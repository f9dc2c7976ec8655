"""Who is behind the listings: features, movement, score, reasons."""
