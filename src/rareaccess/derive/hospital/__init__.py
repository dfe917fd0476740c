"""Hospital records: cleaned, extracted for the people of interest, and what follows."""
