"""From marts to frames: counts, rates, times and statements, which go through disclosure next."""
