"""What everybody in a world shares: areas and hospitals, codes, days, and the source of draws."""
