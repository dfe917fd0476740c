"""Data quality: how often each known fault occurs, how complete fields are, who was linked."""
