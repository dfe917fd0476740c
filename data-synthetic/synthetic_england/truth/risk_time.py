"""Person-time of those who could start the drug, and the starts that the true rates give in it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..declarations.load import Declared
from ..people.risk import find_able, first_day, is_at_risk, linear_predictor, local_effects
from ..people.traits import home_on
from ..setting.dates import NEVER, age_at, day, month_of
from ..setting.shared import PairSetting

__all__ = ["AGES", "MINUTES", "SEXES", "add_up_risk", "band_minutes", "name_bands"]

AGES = (18, 30, 40, 50, 60, 70)  # where the age bands begin, besides that from 0
MINUTES = (30, 60, 90)  # where the bands of minutes to the nearest centre begin, besides 0
SEXES = ("Male", "Female")
USED = ["kind", "sex", "group", "born", "home_a", "home_b", "moved", "start", "enters", "leaves"]


def add_up_risk(drawn: pd.DataFrame, setting: PairSetting) -> tuple[pd.Series, pd.DataFrame]:
    """Add up the months at risk, the starts and the expected starts of like people.

    In a month in which n start, a person at risk is expected to with n times their share of the
    rates of all at risk; in a world that matches the report, of those coded or uncoded as they
    are, whose numbers are declared.

    Parameters
    ----------
    drawn
        From `start_people`, with the homes that people had when starts were drawn.

    Returns
    -------
    Series, DataFrame
        The months at risk of each person who can ever start; and one row for each combination of
        ethnicity, imd_quintile, sex, age_band and minutes_band in which somebody is at risk:
        person_years (months at risk over twelve), starts, expected.

    Raises
    ------
    ValueError
        The world meets a quota of the pair: the declared rates are not those of people's starts.
    """
    treatment = setting.pair["treatment"]
    if setting.world["match_report"] and "quota" in treatment:
        raise ValueError(f"{setting.pair['pair']} has a quota in {setting.world['name']}")
    able = find_able(drawn, treatment)[USED]
    effects = local_effects(setting.pair, setting.world)
    coded = (able["kind"] == "coded_alive").to_numpy()
    kinds = [coded, ~coded] if setting.world["match_report"] else [np.ones(len(able), dtype=bool)]
    levels = _name_levels(setting)
    sums = np.zeros((3, int(np.prod([len(names) for names in levels.values()]))))
    months = np.zeros(len(able), dtype=np.int64)
    for begin, at_risk, starts in _walk(able, treatment):
        months += at_risk
        now, started = able[at_risk], starts[at_risk]
        rate = np.exp(linear_predictor(now, effects, begin, setting))
        expected = np.zeros(len(now))
        for kind in kinds:
            those = kind[at_risk]
            expected[those] = rate[those] / rate[those].sum() * started[those].sum()
        cell = _place(now, begin, levels, setting)
        for row, weight in enumerate((np.full(len(now), 1 / 12), started, expected)):
            sums[row] += np.bincount(cell, weights=weight, minlength=sums.shape[1])
    if sums[1].sum() != (drawn["start"] < NEVER).sum():
        raise AssertionError("somebody started who was not at risk")
    found = pd.DataFrame(
        dict(zip(("person_years", "starts", "expected"), sums, strict=True)),
        index=pd.MultiIndex.from_product(levels.values(), names=levels.keys()),
    ).reset_index()
    found = found[found["person_years"] > 0].astype({"starts": "int64"}).reset_index(drop=True)
    return pd.Series(months, index=able.index), found


def _walk(able: pd.DataFrame, treatment: Declared) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Give, for each month, its first day, who is at risk in it, and who of them starts in it."""
    started = month_of(able["start"].to_numpy())
    for period in treatment["uptake"]:
        first, last = (int(month_of(day(f"{period[end]}-01"))) for end in ("from", "to"))
        for month in range(first, last + 1):
            begin = first_day(month)
            at_risk = is_at_risk(able, begin) & (started >= month)
            yield begin, at_risk, at_risk & (started == month)


def _name_levels(setting: PairSetting) -> dict[str, list]:
    return {
        "ethnicity": list(setting.england["ethnic_groups"]),
        "imd_quintile": [1, 2, 3, 4, 5],
        "sex": list(SEXES),
        "age_band": name_bands(AGES),
        "minutes_band": name_bands(MINUTES),
    }


def name_bands(edges: tuple[int, ...] = MINUTES) -> list[str]:
    """Return the names of bands that begin at 0 and at each edge; of minutes by default.

    Examples
    --------
    >>> name_bands((30, 60))
    ['0-29', '30-59', '60+']
    """
    closed = [f"{low}-{high - 1}" for low, high in zip((0, *edges), edges, strict=False)]
    return [*closed, f"{edges[-1]}+"]


def band_minutes(minutes: np.ndarray) -> np.ndarray:
    """Return the position of the band in which minutes lie.

    Examples
    --------
    >>> band_minutes(np.array([0, 29.9, 30, 200])).tolist()
    [0, 0, 1, 3]
    """
    return np.searchsorted(MINUTES, minutes, side="right")


def _place(
    able: pd.DataFrame, begin: int, levels: dict[str, list], setting: PairSetting
) -> np.ndarray:
    """Return the position of each person's combination of levels on a day."""
    home = home_on(able, begin)
    age = age_at(able["born"].to_numpy(), np.full(len(able), begin))
    places = (
        able["group"].to_numpy(),
        setting.geo.quintile[home] - 1,
        able["sex"].to_numpy() - 1,
        np.searchsorted(AGES, age, side="right"),
        band_minutes(setting.service.nearest[home]),
    )
    return np.ravel_multi_index(places, [len(names) for names in levels.values()])
