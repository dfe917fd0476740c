"""The synthetic England: people, records and planted faults from one seed, no real person's data."""
