"""Charts for rare events: the g chart of counts between events, and the t chart of times."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import (
    Floats,
    Row,
    check_columns,
    check_confidence,
    find_quantile,
    make_row,
    measure_groups,
    read_counts,
    read_numbers,
    select_option,
)

__all__ = ["chart_g", "chart_t", "list_gaps"]

FEWEST = 10
SIGMAS = 0.9973002039367398
"""Level of limits at three standard errors."""
NELSON = 3.6
RANGE = 1.128  # mean range of two normal values, in standard deviations: d2


def list_gaps(
    frame: pd.DataFrame, *, date: str = "date", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Days between one event and the next, in the order of the dates.

    Returns
    -------
    DataFrame
        The columns of `by`, `date` (of the later event) and `gap` (days).

    Raises
    ------
    UserError
        A column is not there, a date is missing, or the column is not of dates.

    Examples
    --------
    >>> dates = pd.to_datetime(["2020-01-09", "2020-01-01", "2020-01-04"])
    >>> list_gaps(pd.DataFrame({"date": dates}))["gap"].tolist()
    [3.0, 5.0]
    """
    keys = [by] if isinstance(by, str) else list(by)
    check_columns(frame, *keys, date)
    if not pd.api.types.is_datetime64_any_dtype(frame[date]) or frame[date].isna().any():
        raise UserError(
            "Gaps need dates, none of them missing.", where=f"column {date}",
            found=f"type {frame[date].dtype}, {int(frame[date].isna().sum())} missing",
            expected="dates",
        )  # fmt: skip
    rows = frame[[*keys, date]].sort_values([*keys, date])
    gaps = (rows.groupby(keys, dropna=False)[date] if keys else rows[date]).diff()
    return (
        rows.assign(gap=gaps.dt.total_seconds() / 86400).dropna(subset="gap").reset_index(drop=True)
    )


def _chart(
    rows: pd.DataFrame, order: str, values: Floats, limits: tuple[float, float, float],
    method: str, confidence: float,
) -> list[Row]:  # fmt: skip
    lower, centre, upper = limits
    note = f"limits from fewer than {FEWEST} gaps" if len(values) < FEWEST else ""
    signals = np.select([values > upper, values < lower], ["longer", "shorter"], "within")
    return [
        {order: place, **make_row(value, lower, upper, confidence=confidence, method=method,
         n=len(values), note=note, centre=centre, signal=str(signal))}
        for place, value, signal in zip(rows[order], values, signals, strict=True)
    ]  # fmt: skip


def chart_g(
    frame: pd.DataFrame, *, gap: str = "gap", order: str = "date", by: str | Sequence[str] = (),
    method: str = "sigma", confidence: float = SIGMAS,
) -> pd.DataFrame:  # fmt: skip
    """Points and limits of a g chart: how many pass between one event and the next.

    With ḡ the mean count between events: `sigma`: ḡ ∓ z√(ḡ(ḡ + 1)), not below 0, about ḡ.
    `geometric`: the quantiles α/2 and 1 − α/2 of the geometric distribution with
    p = 1/(ḡ + 1), about its median.

    Parameters
    ----------
    frame
        One row for each event after the first.
    gap
        Column: people (or months, or applications) since the last event, whole numbers from 0.
    order
        Column that orders the events.
    confidence
        Level of the limits; by default three standard errors.

    Returns
    -------
    DataFrame
        A row for each gap: the columns of `by`, `order`, the standard columns (`n`: gaps),
        `centre` and `signal` (`longer`, `shorter`, `within`).

    Raises
    ------
    UserError
        A column is not there; a gap is negative, not whole or missing; no two gaps.

    References
    ----------
    Benneyan (2001), Number-between g-type statistical quality control charts for monitoring
    adverse events, Health Care Management Science 4:305.

    Examples
    --------
    >>> frame = pd.DataFrame({"date": range(4), "gap": [2, 5, 3, 6]})
    >>> chart_g(frame)[["lower", "centre", "upper"]].round(3).iloc[0].tolist()
    [0.0, 4.0, 17.416]
    """
    select_option("method", method, ("sigma", "geometric"))
    check_confidence(confidence)

    def way(rows: pd.DataFrame) -> list[Row]:
        rows = _order(rows, order, gap)
        values = read_counts(rows, gap)
        mean = float(values.mean())
        if method == "sigma":
            half = find_quantile(confidence) * np.sqrt(mean * (mean + 1))
            limits = (max(mean - half, 0.0), mean, mean + half)
        elif not mean:
            limits = (0.0, 0.0, 0.0)  # the distribution is all at 0
        else:
            parts = [(1 - confidence) / 2, 0.5, (1 + confidence) / 2]
            geometric = stats.geom(1 / (mean + 1))
            low, centre, high = (float(geometric.ppf(part)) - 1 for part in parts)
            limits = (low, centre, high)
        return _chart(rows, order, values, limits, method, confidence)

    return measure_groups(frame, by, way, needs=[gap, order])


def chart_t(
    frame: pd.DataFrame, *, gap: str = "gap", order: str = "date", by: str | Sequence[str] = (),
    method: str = "nelson", confidence: float = SIGMAS,
) -> pd.DataFrame:  # fmt: skip
    """Points and limits of a t chart: the time between one event and the next.

    `nelson`: y = gap^(1/3.6) is nearly normal; the limits are ȳ ∓ z · (mean |yᵢ − yᵢ₋₁|)/1.128,
    not below 0, brought back by the power 3.6, about ȳ^3.6. `exponential`: the quantiles
    α/2 and 1 − α/2 of the exponential distribution with the mean found, about its median.

    Parameters
    ----------
    frame, order, by, confidence
        As in `chart_g`.
    gap
        Column: time since the last event, such as `list_gaps` gives; not negative.

    Returns
    -------
    DataFrame
        As of `chart_g`.

    Raises
    ------
    UserError
        A column is not there; a gap is negative or missing; no two gaps.

    References
    ----------
    Nelson (1994), A control chart for parts-per-million nonconforming items, Journal of Quality
    Technology 26:239.

    Examples
    --------
    >>> frame = pd.DataFrame({"date": range(4), "gap": [1.0, 1.0, 1.0, 1.0]})
    >>> chart_t(frame, method="exponential")[["lower", "upper"]].round(4).iloc[0].tolist()
    [0.0014, 6.6077]
    """
    select_option("method", method, ("nelson", "exponential"))
    check_confidence(confidence)

    def way(rows: pd.DataFrame) -> list[Row]:
        rows = _order(rows, order, gap)
        values = read_numbers(rows, gap, least=0)
        if method == "nelson":
            powers = values ** (1 / NELSON)
            mean, moves = float(powers.mean()), float(np.abs(np.diff(powers)).mean())
            half = find_quantile(confidence) * moves / RANGE
            limits = (max(mean - half, 0.0) ** NELSON, mean**NELSON, (mean + half) ** NELSON)
        else:
            parts = np.array([(1 - confidence) / 2, 0.5, (1 + confidence) / 2])
            low, centre, high = -float(values.mean()) * np.log1p(-parts)
            limits = (float(low), float(centre), float(high))
        return _chart(rows, order, values, limits, method, confidence)

    return measure_groups(frame, by, way, needs=[gap, order])


def _order(rows: pd.DataFrame, order: str, gap: str) -> pd.DataFrame:
    if len(rows) < 2 or rows[[gap, order]].isna().any(axis=None):
        raise UserError(
            "A chart of gaps needs two of them, none missing.", where=f"column {gap}",
            found=f"{len(rows)} gaps, {int(rows[gap].isna().sum())} missing",
            expected="two or more",
        )  # fmt: skip
    return rows.sort_values([order, gap], kind="stable")
