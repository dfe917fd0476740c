"""The synthetic England: people, records and planted faults from one seed, no real person's data."""

from .build import build
from .declarations import load_faults, world_names

__all__ = ["build", "load_faults", "world_names"]
