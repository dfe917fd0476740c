"""Figures in the house style. They take released frames and draw; they never compute."""

from rareaccess.figures.distributions import draw_bins, draw_scores
from rareaccess.figures.dots import draw_dots
from rareaccess.figures.goals import draw_goals
from rareaccess.figures.groups import Series, draw_bands, draw_groups
from rareaccess.figures.multiples import draw_since
from rareaccess.figures.over_time import (
    Mark,
    build_marks,
    draw_cumulative,
    draw_shares,
    draw_starts,
)
from rareaccess.figures.survival import draw_survival

__all__ = [
    "Mark",
    "Series",
    "build_marks",
    "draw_bands",
    "draw_bins",
    "draw_cumulative",
    "draw_dots",
    "draw_goals",
    "draw_groups",
    "draw_scores",
    "draw_shares",
    "draw_since",
    "draw_starts",
    "draw_survival",
]
