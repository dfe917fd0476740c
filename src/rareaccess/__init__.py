"""Equity of access to high-cost drugs for rare conditions in England: a reproducible report."""

__version__ = "0.1.0"
