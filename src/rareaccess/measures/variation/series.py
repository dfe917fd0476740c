"""A series by month: where changes fall in it, and its fit, robust to autocorrelation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats, read_numbers

__all__ = ["Fit", "choose_lags", "design_changes", "fit_series", "place_changes"]

SEGMENT = 3


@dataclass(frozen=True)
class Fit:
    """Coefficients of a series, their covariance robust to autocorrelation, and fitted values."""

    coefficients: Floats
    covariance: Floats
    fitted: Floats


def choose_lags(length: int) -> int:
    """Return how many lags the errors may go together over: ⌊4(T/100)^(2/9)⌋.

    Examples
    --------
    >>> choose_lags(24), choose_lags(60), choose_lags(100)
    (2, 3, 4)
    """
    return int(4 * (length / 100) ** (2 / 9))


def fit_series(design: Floats, values: Floats, *, family: str, exposure: Floats, lags: int) -> Fit:
    """Least squares, or Poisson with a log link, with the covariance of Newey and West.

    With scores xₜuₜ, weights wₗ = 1 − l/(L + 1) and bread B, the covariance is
    B⁻¹(Γ₀ + Σ wₗ(Γₗ + Γₗᵀ))B⁻¹ × T/(T − p).

    Parameters
    ----------
    design
        One row a period, one column a coefficient.
    exposure
        What the mean is proportional to, in the Poisson model.

    Examples
    --------
    >>> design = np.column_stack([np.ones(4), np.arange(4)])
    >>> fit = fit_series(design, np.array([1.0, 3, 2, 4]), family="linear",
    ...                  exposure=np.ones(4), lags=0)
    >>> fit.coefficients.round(6).tolist(), fit.covariance[1, 1].round(6).item()
    ([1.3, 0.8], 0.0648)
    """
    if family == "linear":
        bread = design.T @ design
        coefficients = np.linalg.solve(bread, design.T @ values)
        fitted = design @ coefficients
    else:
        fitted = np.full_like(values, values.sum() / exposure.sum()) * exposure
        coefficients = np.zeros(design.shape[1])
        for _ in range(50):
            bread = (design.T * fitted) @ design
            working = np.log(fitted / exposure) + (values - fitted) / fitted
            new = np.linalg.lstsq(bread, (design.T * fitted) @ working, rcond=None)[0]
            step, coefficients = np.abs(new - coefficients).max(), new
            fitted = exposure * np.exp(np.clip(design @ coefficients, -30, 30))
            if step < 1e-10:
                break
        bread = (design.T * fitted) @ design
    scores = design * (values - fitted)[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        together = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (together + together.T)
    inverse = np.linalg.pinv(bread)
    length, width = design.shape
    covariance = np.asarray(inverse @ meat @ inverse, dtype=np.float64)
    found = np.asarray(coefficients, dtype=np.float64)
    return Fit(found, covariance * length / (length - width), fitted)


def design_changes(times: Floats, changes: Sequence[float]) -> Floats:
    """Return level and slope, then for each change the step and the slope that it adds."""
    columns = [np.ones_like(times), times - times[0]]
    for at in changes:
        after = times >= at
        columns += [after.astype(float), np.where(after, times - at, 0.0)]
    return np.column_stack(columns)


def place_changes(
    rows: pd.DataFrame, time: str, changes: Sequence[object]
) -> tuple[pd.DataFrame, Floats, list[float]]:
    """Return the rows in order, their periods from 0, and the period of each change."""
    rows = rows.sort_values(time, kind="stable")
    if pd.api.types.is_datetime64_any_dtype(rows[time]):
        months = (rows[time].dt.year * 12 + rows[time].dt.month).to_numpy(dtype="float64")
        dates = [pd.Timestamp(str(one)) for one in changes]
        places = [float(one.year * 12 + one.month + (one.day > 1)) for one in dates]
    else:
        months = read_numbers(rows, time)
        places = [float(str(one)) for one in changes]
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
