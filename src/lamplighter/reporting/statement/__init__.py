"""What a poster is told: what was done, on what ground, by what means, and how to object."""
