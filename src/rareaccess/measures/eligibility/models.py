"""One regression on cells, Poisson or probit: coefficients, and how much each person moves them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats

__all__ = ["Fit", "fit_model"]

STEPS, CLOSE, RCOND = 60, 1e-10, 1e-11


@dataclass(frozen=True)
class Fit:
    """One regression on C cells.

    Parameters
    ----------
    coefficients
        Those asked for, shape (K,).
    influence
        How much a person of each cell moves each of them for a residual of one, shape (K, C).
    fitted
        The mean of each cell, shape (C,).
    """

    coefficients: Floats
    influence: Floats
    fitted: Floats


def fit_model(
    design: Floats, n: Floats, events: Floats, *, kind: str, wanted: slice,
    exposure: Floats | None = None,
) -> Fit:  # fmt: skip
    """Fit events of cells by maximum likelihood, Newton steps with the observed information.

    Parameters
    ----------
    design
        Shape (C, P). Columns that the rest explains share their effect (pseudo-inverse), so only
        coefficients that the design can tell apart may be asked for.
    n, events
        People and the sum of the outcome, shape (C,).
    kind
        `count`: Poisson, log link; `binary`: probit.
    wanted
        Which columns of the design.
    exposure
        What a Poisson mean is multiplied with, such as person-time, shape (C,).

    Raises
    ------
    UserError
        The fit does not settle.

    Examples
    --------
    >>> design = np.array([[1.0, 0], [1, 1]])
    >>> fit = fit_model(design, np.array([100.0, 100]), np.array([10.0, 20]), kind="count",
    ...                 wanted=slice(1, 2))
    >>> fit.coefficients.round(4)  # log 2
    array([0.6931])
    """
    size = n if exposure is None else exposure
    beta = np.zeros(design.shape[1])
    level = events.sum() / size.sum()
    eta = np.full(len(n), np.log(level) if kind == "count" else float(ndtri(level)))
    beta = np.linalg.lstsq(design, eta, rcond=None)[0]
    for _ in range(STEPS):
        mean, weight, information = _weigh(design @ beta, size, events, kind)
        inverse = _invert((design * information[:, None]).T @ design)
        step = inverse @ (design.T @ (weight * (events - size * mean)))
        beta = beta + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < CLOSE * (1 + np.abs(beta).max()):
            mean, weight, information = _weigh(design @ beta, size, events, kind)
            influence = inverse[wanted] @ (design.T * weight)
            return Fit(beta[wanted], influence, mean * (size / n if exposure is not None else 1))
    raise UserError(
        "A regression on the cells of group, age and sex does not settle.", where=f"kind {kind}",
        found=f"{int(events.sum())} events in {len(n)} cells", expected="events in most of them",
        mend="merge small groups, or leave the feature out",
    )  # fmt: skip


def _invert(matrix: Floats) -> Floats:
    diagonal = np.diag(matrix)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))  # a column of nobody stays 0
    inverse = np.linalg.pinv(matrix / np.outer(scale, scale), rcond=RCOND, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale))


def _weigh(eta: Floats, size: Floats, events: Floats, kind: str) -> tuple[Floats, Floats, Floats]:
    """Return the mean, the weight of a residual in the score, and the information of each cell."""
    if kind == "count":
        mean = np.exp(np.minimum(eta, 50.0))
        return mean, np.ones_like(mean), size * mean
    eta = np.clip(eta, -8.0, 8.0)
    density = -0.5 * eta**2 - 0.5 * np.log(2 * np.pi)
    above, below = log_ndtr(eta), log_ndtr(-eta)
    mean, weight = np.exp(above), np.exp(density - above - below)
    turning = weight * (eta + weight * (1 - 2 * mean))
    observed = size * weight * np.exp(density) + turning * (events - size * mean)
    return mean, weight, np.maximum(observed, 1e-12)
