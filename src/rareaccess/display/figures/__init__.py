"""Figures in the house style. They take released frames and draw; they never compute."""

from rareaccess.display.figures.boards import draw_boards
from rareaccess.display.figures.course import draw_course
from rareaccess.display.figures.distributions import draw_bins, draw_scores
from rareaccess.display.figures.dots import draw_dots
from rareaccess.display.figures.groups import Series, draw_bands, draw_groups
from rareaccess.display.figures.multiples import draw_since
from rareaccess.display.figures.over_time import (
    Mark,
    build_marks,
    draw_cumulative,
    draw_starts,
)
from rareaccess.display.figures.pathway import (
    draw_expected,
    draw_first_patients,
    draw_gaps,
    draw_incidence,
)
from rareaccess.display.figures.ratios import draw_ratios
from rareaccess.display.figures.survival import draw_survival

__all__ = [
    "Mark",
    "Series",
    "build_marks",
    "draw_bands",
    "draw_bins",
    "draw_boards",
    "draw_course",
    "draw_cumulative",
    "draw_dots",
    "draw_expected",
    "draw_first_patients",
    "draw_gaps",
    "draw_groups",
    "draw_incidence",
    "draw_ratios",
    "draw_scores",
    "draw_since",
    "draw_starts",
    "draw_survival",
]
