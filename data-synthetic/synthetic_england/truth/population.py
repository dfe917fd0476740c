"""How the general population is shared out over the groups by which the treated are compared."""

import numpy as np
import pandas as pd

from ..declarations.load import load_population
from ..setting.shared import PairSetting
from .risk_time import MINUTES, band_minutes, name_bands

__all__ = ["share_population"]


def share_population(setting: PairSetting) -> pd.DataFrame:
    """Return the share of the general population in each level of a dimension.

    As in the tables of the population: the declared ethnic categories, and the same number of
    people in every area, so that each fifth of areas has a fifth of them.

    Returns
    -------
    DataFrame
        dimension (ethnicity, imd_quintile, minutes_band), level, share (of 1 in each dimension).
    """
    people = load_population()["ethnicity"]
    groups = {
        name: sum(people[code] for code in group["codes"])
        for name, group in setting.england["ethnic_groups"].items()
    }
    areas = len(setting.geo.areas)
    quintile = np.bincount(setting.geo.quintile, minlength=6)[1:] / areas
    minutes = np.bincount(band_minutes(setting.service.nearest), minlength=len(MINUTES) + 1) / areas
    shares = {
        "ethnicity": {group: share / sum(groups.values()) for group, share in groups.items()},
        "imd_quintile": dict(zip(range(1, 6), quintile, strict=True)),
        "minutes_band": dict(zip(name_bands(MINUTES), minutes, strict=True)),
    }
    rows = [(name, level, share) for name, of in shares.items() for level, share in of.items()]
    return pd.DataFrame(rows, columns=["dimension", "level", "share"])
