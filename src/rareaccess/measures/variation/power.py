"""What an interrupted series can show at its size: how often a change would be seen."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.rates.intervals import limit_wilson
from rareaccess.measures.tidy import make_row, read_numbers, read_sizes, refuse_column
from rareaccess.measures.variation.series import (
    choose_lags,
    design_changes,
    find_empty,
    fit_series,
    place_changes,
)

__all__ = ["check_power"]

SEED = 1987
"""Seed of the simulated series; the year of the paper by Newey and West."""


def check_power(
    frame: pd.DataFrame, *, change: object, effects: Sequence[float] = (1.0, 1.5, 2.0),
    time: str = "month", value: str = "events", exposure: str | None = None,
    lags: int | None = None, errors: str = "larger", confidence: float = 0.95,
    repetitions: int = 1_000, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """How often a series of this length and size would show a change of level.

    Counts are drawn from a Poisson distribution about the trend of the series without a change,
    times the effect from the change on; each is estimated as in `estimate_interruption`.

    Parameters
    ----------
    effects
        Ratios of the level after to that before; 1 shows how often nothing is taken for a change,
        which should be 1 − confidence.

    Returns
    -------
    DataFrame
        `effect` and the standard columns: `value`, the share of series whose interval of the level
        change leaves out 1, with its Wilson limits for so many repetitions (`n`: events). A series
        that has no estimate shows nothing.

    Raises
    ------
    UserError
        As of `estimate_interruption`; a hidden count; no events.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": range(48), "events": [20] * 48})
    >>> found = check_power(frame, change=24, effects=[1.0, 2.0], repetitions=200)
    >>> bool(found["value"].iloc[0] < 0.2), bool(found["value"].iloc[1] > 0.8)
    (True, True)
    """
    rows, months, places = place_changes(frame, time, [change])
    values = read_numbers(rows, value, least=0)
    sizes = read_sizes(rows, exposure) if exposure else np.ones(len(rows))
    chosen, rng = choose_lags(len(rows)) if lags is None else lags, np.random.default_rng(seed)
    if not values.sum() > 0:
        raise refuse_column(
            value, "A series without events has no size.", found="0 events",
            expected="one event or more",
        )  # fmt: skip
    trend = fit_series(design_changes(months, []), values, family="poisson", exposure=sizes, lags=0)
    design = design_changes(months, places)
    reach = float(stats.t.ppf((1 + confidence) / 2, len(values) - design.shape[1]))
    found = []
    for effect in effects:
        mean = trend.fitted * np.where(months >= places[0], effect, 1.0)
        shown = 0
        for _ in range(repetitions):
            drawn = rng.poisson(mean).astype(np.float64)
            if find_empty(drawn, months, places):
                continue
            fit = fit_series(design, drawn, family="poisson", exposure=sizes, lags=chosen,
                             errors=errors)  # fmt: skip
            shown += fit.stands and bool(abs(fit.coefficients[2]) > reach * fit.errors[2])
        lower, upper = (float(one) for one in limit_wilson(shown, repetitions))
        row = make_row(shown / repetitions, lower, upper, confidence=0.95, n=values.sum(),
                       method=f"simulated, {repetitions:,} series")  # fmt: skip
        found.append({"effect": effect, **row})
    return pd.DataFrame(found)
