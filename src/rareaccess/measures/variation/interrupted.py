"""Interrupted time series: the level and the slope of a series before and after dated changes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Row,
    check_confidence,
    make_blank,
    make_row,
    measure_groups,
    read_counts,
    read_numbers,
    read_sizes,
    select_option,
)
from rareaccess.measures.variation.series import (
    ERRORS,
    choose_lags,
    design_changes,
    find_empty,
    fit_series,
    place_changes,
)

__all__ = ["estimate_interruption"]

FAMILIES = ("linear", "poisson")
SHORT = 24
FEW = "not given: the events are in so few periods that a level or a slope has no estimate"
WORDS = {"larger": "larger of robust and model error", "newey-west": "Newey-West"}


def estimate_interruption(
    frame: pd.DataFrame, *, changes: Sequence[object], time: str = "month",
    value: str = "events", exposure: str | None = None, by: str | Sequence[str] = (),
    family: str = "poisson", slopes: bool = True, lags: int | None = None,
    errors: str = "larger", confidence: float = 0.95, power: float = 0.8,
) -> pd.DataFrame:  # fmt: skip
    """Segmented regression of a monthly series, with what it could have seen at this size.

    g(mean of yₜ) = a + bt + Σ over the changes of (level × [t ≥ T] + slope × (t − T)₊), with errors
    robust to autocorrelation. `linear`: g is the identity. `poisson`: g is the logarithm, of the
    mean per exposure, and results are ratios.

    Parameters
    ----------
    frame
        One row for each month, or period numbered without gaps.
    changes
        Dates, or numbers of periods, of the changes, in order and known beforehand. A change
        within a month is at work from the next.
    time, value, exposure
        Columns: the month; events (`poisson`) or any number; person-time.
    slopes
        Whether a change may change the slope as well as the level.
    lags
        Over which errors may go together; by default `choose_lags`.
    errors
        As in `fit_series`.
    power
        Of the smallest effect that the series could show.

    Returns
    -------
    DataFrame
        The columns of `by`, `measure` (`slope before`, `level change`, `slope change`), `at` (the
        change), the standard columns (`n`: events, or the sum of values), `p` and `detectable`:
        the smallest effect that such errors show with this power, as a ratio in `poisson`. Slopes
        are per period. Intervals and p are of t with T − p degrees of freedom.

    Raises
    ------
    UserError
        The series has gaps, or a change is nearer than three periods to another or to an end; a
        change cannot be read; a column is not there.

    Notes
    -----
    With events in a single period at an end of a segment, a Poisson line may fall without end in
    the rest of it: nothing is given then, and the note says so.

    Whatever else happened then is part of the change. The errors of Newey and West are too small
    in a short series, so that the larger of two is the default: `check_power` shows how often
    nothing is then taken for a change.

    References
    ----------
    Newey and West (1987), Econometrica 55:703. Bernal, Cummins and Gasparrini (2017), Interrupted
    time series regression for the evaluation of public health interventions, International
    Journal of Epidemiology 46:348.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": range(8), "events": [10, 11, 12, 13, 24, 26, 28, 30]})
    >>> found = estimate_interruption(frame, changes=[4], family="linear")
    >>> found[["measure", "value"]].round(6).values.tolist()
    [['slope before', 1.0], ['level change', 10.0], ['slope change', 1.0]]
    """
    select_option("family", family, FAMILIES)
    select_option("errors", errors, ERRORS)
    check_confidence(confidence)
    parts = ("level", "slope") if slopes else ("level",)

    def way(rows: pd.DataFrame) -> list[Row]:
        rows, months, places = place_changes(rows, time, changes)
        values = read_counts(rows, value) if family == "poisson" else read_numbers(rows, value)
        sizes = read_sizes(rows, exposure) if exposure else np.ones(len(rows))
        named = [("slope before", None), *(
            (f"{part} change", one) for one in changes for part in parts
        )]  # fmt: skip
        chosen = choose_lags(len(rows)) if lags is None else lags
        facts = {"confidence": confidence, "n": values.sum(),
                 "method": f"{family}, {WORDS[errors]}, {chosen} lags"}  # fmt: skip
        if np.isnan(values).any():
            note = HIDDEN
        elif family == "poisson" and find_empty(values, months, places):
            note = "not given: no events in a segment"
        else:
            design = design_changes(months, places, slopes=slopes)
            fit = fit_series(design, values, family=family, exposure=sizes, lags=chosen,
                             errors=errors)  # fmt: skip
            note = "" if fit.stands else FEW
        if note:
            return [
                {"measure": measure, "at": at, **make_blank(note=note, p=NAN,
                 detectable=NAN, **facts)}
                for measure, at in named
            ]  # fmt: skip
        spread = stats.t(len(values) - design.shape[1])
        reach = float(spread.ppf((1 + confidence) / 2))
        short = len(rows) < SHORT
        note = f"fewer than {SHORT} periods: the interval is too short" if short else ""
        found = []
        for place, (measure, at) in enumerate(named, start=1):
            effect, error = fit.coefficients[place], float(fit.errors[place])
            part = np.array([effect, effect - reach * error, effect + reach * error])
            seen = (reach + float(spread.ppf(power))) * error
            p = float(2 * spread.sf(abs(effect) / error)) if error > 0 else NAN
            shown, seen = (np.exp(part), np.exp(seen)) if family == "poisson" else (part, seen)
            row = make_row(*shown, note=note, p=p, detectable=float(seen), **facts)
            found.append({"measure": measure, "at": at, **row})
        return found

    return measure_groups(frame, by, way)
