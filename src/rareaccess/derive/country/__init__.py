"""The country around the patients: boards of areas, the population, costs and prices."""
