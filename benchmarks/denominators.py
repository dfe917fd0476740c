"""One world counted against three denominators: the eligible, everybody, those with a code."""

import numpy as np
import pandas as pd

from synthetic_england.truth.people_only import TrueWorld
from synthetic_england.truth.risk_time import band_minutes, name_bands

__all__ = ["DIMENSIONS", "count_cohort", "count_eligible", "count_population"]

DIMENSIONS = ("ethnicity", "imd_quintile", "minutes_band")
Counted = dict[str, pd.DataFrame]


def count_eligible(world: TrueWorld) -> Counted:
    """Starts in the person-years of those who could start, as they were in each month.

    Returns
    -------
    dict
        For each dimension a frame of level, events, population (person-years) and expected (the
        starts that the declared rates give).
    """
    names = {"starts": "events", "person_years": "population"}
    return {
        dimension: world.risk_time.groupby(dimension, sort=False)[["expected", *names]]
        .sum()
        .rename(columns=names)
        .rename_axis("level")
        .reset_index()
        for dimension in DIMENSIONS
    }


def count_population(world: TrueWorld) -> Counted:
    """Return the same starts beside the general population, which the eligible are a few of.

    Returns
    -------
    dict
        As of `count_eligible`; population is a share, so that rates have a meaning only beside
        each other.
    """
    starts = count_eligible(world)
    shares = world.population.set_index(["dimension", "level"])["share"]
    return {
        dimension: frame.assign(population=frame["level"].map(shares[dimension]).astype(float))
        for dimension, frame in starts.items()
    }


def count_cohort(world: TrueWorld) -> Counted:
    """Return the treated among those with the condition in HES and alive at the approval.

    As in the report, whoever is treated without a code is among them.
    """
    cohort = world.people[world.people["coded"] | world.people["treated"]]
    bands = np.array(name_bands())[band_minutes(cohort["minutes_to_centre"].to_numpy())]
    cohort = cohort.assign(minutes_band=bands)
    return {
        dimension: cohort.groupby(dimension)["treated"]
        .agg(events="sum", population="size")
        .rename_axis("level")
        .reset_index()
        for dimension in DIMENSIONS
    }
