"""What one listing says: identifiers, indicators, places, language, images."""
