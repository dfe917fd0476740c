"""What share of the variation in times and rates is place, and what share is not."""

from rareaccess.measures.place.hazard import EXPONENTIAL, fit_rates
from rareaccess.measures.place.mixed import MEDIAN, fit_mixed, make_design
from rareaccess.measures.place.region import Region, find_region
from rareaccess.measures.place.waits import (
    KINDS,
    LEAST_PLACES,
    LEAST_STARTS,
    MODELS,
    expect_cells,
    list_waits,
    release_places,
    split_waits,
)
from rareaccess.measures.place.words import (
    number_places,
    tell_place,
    tell_rate,
    tell_refused_models,
)

__all__ = [
    "EXPONENTIAL",
    "KINDS",
    "LEAST_PLACES",
    "LEAST_STARTS",
    "MEDIAN",
    "MODELS",
    "Region",
    "expect_cells",
    "find_region",
    "fit_mixed",
    "fit_rates",
    "list_waits",
    "make_design",
    "number_places",
    "release_places",
    "split_waits",
    "tell_place",
    "tell_rate",
    "tell_refused_models",
]
