"""From marts to frames: counts, rates, times and statements, all before disclosure control."""
