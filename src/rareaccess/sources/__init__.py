"""The tables of a source: where they are, which columns they have, and how they are read."""

from rareaccess.sources.source import Source, open_source

__all__ = ["Source", "open_source"]
