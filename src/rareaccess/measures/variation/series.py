"""A series by month: where changes fall in it, and its fit, robust to autocorrelation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats, check_columns, read_numbers

__all__ = [
    "ERRORS",
    "Fit",
    "choose_lags",
    "design_changes",
    "find_empty",
    "fit_series",
    "place_changes",
]

T = TypeVar("T")
ERRORS = ("larger", "newey-west")
SEGMENT = 3
ROUNDS = 200
STILL = 1e-6  # of a coefficient: a larger last step has not come to an end
FAR = 30.0  # of a logarithm, so that an iteration that runs away stays finite


@dataclass(frozen=True)
class Fit:
    """Coefficients of a series, with their standard errors, and fitted values.

    Parameters
    ----------
    stands
        Whether the iteration ended at a place that the series identifies. It does not where events
        are in so few periods that a line may fall without end.
    """

    coefficients: Floats
    errors: Floats
    fitted: Floats
    stands: bool = True


def choose_lags(length: int) -> int:
    """Return how many lags the errors may go together over: ⌊4(T/100)^(2/9)⌋.

    Examples
    --------
    >>> choose_lags(24), choose_lags(60), choose_lags(100)
    (2, 3, 4)
    """
    return int(4 * (length / 100) ** (2 / 9))


def _estimate(
    design: Floats, values: Floats, family: str, exposure: Floats
) -> tuple[Floats, Floats, Floats, bool]:
    """Return coefficients, fitted values and weights of the periods, and whether they stand."""
    if family == "linear":
        line = np.asarray(np.linalg.solve(design.T @ design, design.T @ values), dtype=np.float64)
        return line, np.asarray(design @ line), np.ones_like(values), True
    fitted = values.sum() / exposure.sum() * exposure
    coefficients = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        working = np.log(fitted / exposure) + (values - fitted) / fitted
        weighted = design.T * fitted
        new = np.linalg.lstsq(weighted @ design, weighted @ working, rcond=None)[0]
        step, coefficients = np.abs(new - coefficients).max(), new
        fitted = exposure * np.exp(np.clip(design @ coefficients, -FAR, FAR))
        if step < 1e-10:
            break
    stands = bool(step < STILL and np.abs(design @ coefficients).max() < FAR)
    return np.asarray(coefficients, dtype=np.float64), fitted, fitted, stands


def _gather(scores: Floats, lags: int) -> Floats:
    """Return the sum of the products of scores, those of nearby periods with falling weights."""
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        together = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (together + together.T)
    return np.asarray(meat)


def fit_series(
    design: Floats, values: Floats, *, family: str, exposure: Floats, lags: int,
    errors: str = "larger",
) -> Fit:  # fmt: skip
    """Least squares, or Poisson with a log link, with errors robust to autocorrelation.

    With scores xₜuₜ, weights wₗ = 1 − l/(L + 1) and bread B, the covariance of Newey and West is
    B⁻¹(Γ₀ + Σ wₗ(Γₗ + Γₗᵀ))B⁻¹, here times T/(T − p).

    Parameters
    ----------
    design
        One row a period, one column a coefficient.
    exposure
        What the mean is proportional to, in the Poisson model.
    errors
        `newey-west`. `larger`: of each coefficient the larger of two errors: that of Newey and
        West with uₜ/(1 − hₜ) for uₜ, h the leverage; and that of the model itself, with the
        dispersion found (of counts at least 1).

    References
    ----------
    Newey and West (1987), Econometrica 55:703. MacKinnon and White (1985), Journal of
    Econometrics 29:305 (leverage).

    Examples
    --------
    >>> design = np.column_stack([np.ones(4), np.arange(4)])
    >>> fit = fit_series(design, np.array([1.0, 3, 2, 4]), family="linear",
    ...                  exposure=np.ones(4), lags=0, errors="newey-west")
    >>> fit.coefficients.round(6).tolist(), (fit.errors**2)[1].round(6).item()
    ([1.3, 0.8], 0.0648)
    """
    coefficients, fitted, weights, stands = _estimate(design, values, family, exposure)
    inverse = np.linalg.pinv((design.T * weights) @ design)
    rest, (length, width) = values - fitted, design.shape
    if errors == "newey-west":
        covariance = inverse @ _gather(design * rest[:, None], lags) @ inverse
        variances = np.diag(covariance) * length / (length - width)
    else:
        leverage = weights * np.einsum("ti,ij,tj->t", design, inverse, design)
        spread = float((rest**2 / weights).sum() / (length - width))
        scores = design * (rest / np.maximum(1 - leverage, 1e-6))[:, None]
        robust = np.diag(inverse @ _gather(scores, lags) @ inverse)
        own = np.diag(inverse) * (max(spread, 1.0) if family == "poisson" else spread)
        variances = np.maximum(robust, own)
    errors_found = np.sqrt(np.maximum(variances, 0.0))
    return Fit(coefficients, errors_found, fitted, stands and bool(np.isfinite(variances).all()))


def design_changes(times: Floats, changes: Sequence[float], *, slopes: bool = True) -> Floats:
    """Return level and slope, then for each change the step, and the slope that it adds.

    Examples
    --------
    >>> design_changes(np.array([0.0, 1, 2]), [1]).tolist()
    [[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0], [1.0, 2.0, 1.0, 1.0]]
    """
    columns = [np.ones_like(times), times - times[0]]
    for at in changes:
        after = times >= at
        columns.append(after.astype(float))
        if slopes:
            columns.append(np.where(after, times - at, 0.0))
    return np.column_stack(columns)


def find_empty(values: Floats, times: Floats, changes: Sequence[float]) -> bool:
    """Whether a segment has no events, so that its level has no logarithm.

    Examples
    --------
    >>> find_empty(np.array([1.0, 2, 0, 0]), np.arange(4.0), [2])
    True
    """
    segments = np.searchsorted(changes, times, side="right")
    return bool((np.bincount(segments, weights=values) == 0).any())


def _read_change(change: object, read: Callable[[str], T], expected: str) -> T:
    """Return a change as a date or a number, as the periods are."""
    try:
        found = read(str(change))
    except ValueError as error:
        raise _refuse_change(change, expected) from error
    if pd.isna(found):  # type: ignore[call-overload]  # a date or a number
        raise _refuse_change(change, expected)
    return found


def _refuse_change(change: object, expected: str) -> UserError:
    return UserError(
        "A change cannot be read.", where="changes", found=repr(change), expected=expected
    )


def place_changes(
    rows: pd.DataFrame, time: str, changes: Sequence[object]
) -> tuple[pd.DataFrame, Floats, list[float]]:
    """Return the rows in order, their periods from 0, and the period of each change."""
    check_columns(rows, time)
    rows = rows.sort_values(time, kind="stable")
    if pd.api.types.is_datetime64_any_dtype(rows[time]):
        months = (rows[time].dt.year * 12 + rows[time].dt.month).to_numpy(dtype="float64")
        dates = [_read_change(one, pd.Timestamp, "a date such as 2020-04-01") for one in changes]
        places = [float(one.year * 12 + one.month + (one.day > 1)) for one in dates]
    else:
        months = read_numbers(rows, time)
        places = [_read_change(one, float, "a number of a period") for one in changes]
    if len(rows) < 2 or (np.diff(months) != 1).any():
        raise UserError(
            "A series is not one row for each period, one after the other.",
            where=f"column {time}", found=f"{len(rows)} rows",
            expected="each month once, with 0 where there was nothing",
        )  # fmt: skip
    ends = [months[0], *places, months[-1] + 1]
    if (np.diff(ends) < SEGMENT).any():
        raise UserError(
            "A change is too near to another, or to an end of the series.",
            where="changes", found=", ".join(map(str, changes)) or "none",
            expected=f"in order, with {SEGMENT} periods or more before, between and after",
        )  # fmt: skip
    return rows, months, places
