"""The synthetic England: people, records and planted faults from one seed; nobody is real."""

from .build import build
from .declarations.load import load_faults, world_names
from .truth.manifest import verify

__all__ = ["build", "load_faults", "verify", "world_names"]
