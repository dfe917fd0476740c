"""How much the rate of an event differs between places: a Poisson mixed model of two kinds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from rareaccess.core.errors import UserError
from rareaccess.measures.place.mixed import MEDIAN
from rareaccess.measures.place.region import find_region
from rareaccess.measures.tidy import NAN, Floats

__all__ = ["EXPONENTIAL", "fit_rates"]

EXPONENTIAL = np.pi**2 / 6
"""The variance of the logarithm of a time at a constant rate: chance alone."""
MOST = 1.8  # the largest standard deviation of a log rate: a median ratio of five and a half
STEPS, CLOSE, LONGEST = 60, 1e-7, 3.0


def fit_rates(
    events: Sequence[float] | Floats, expected: Sequence[float] | Floats,
    first: Sequence[object], second: Sequence[object] | None = None, *, confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Estimate by how much rates differ between two kinds of place, beyond chance.

    O ~ Poisson(E exp(μ + u[first] + v[second])), with u and v normal and independent. The two
    kinds may cross: those who live nearest to a hospital are of several boards. The likelihood is
    that of Laplace, with μ integrated out.

    Parameters
    ----------
    events
        One number a cell of people: events.
    expected
        What they would be at the rates of everybody, of the ages and sexes in the cell, above 0.
    first, second
        The place of each cell, of one kind and of another; without the second there is one kind.
    confidence
        Of the limits, by profile likelihood.

    Returns
    -------
    pandas.DataFrame
        A row for `first`, `second` and `within`: `part`, `places` (how many), `variance` of the
        log rate with `lower` and `upper`, `share` (of the variance of the logarithm of the time to
        the event, 0 to 1) with `share_lower` and `share_upper`, and `ratio` with its limits:
        exp(0.954 σ), the median ratio of the rates of two places. Of `within` the variance is that
        of a time at a constant rate, π²/6. An upper limit above a σ of 1.8 is not given.

    Raises
    ------
    UserError
        Sizes differ, nothing is expected somewhere, or the likelihood has no highest point.

    Notes
    -----
    Whatever differs between people within a cell, and is not in `expected`, is taken as chance. The
    rate is taken as constant over time, so that the share within is the chance of a constant rate;
    where the rate falls with time it is larger. With few events a place the approximation of
    Laplace takes a variance that is a little too small.

    References
    ----------
    Austin, Stryhn, Leckie and Merlo (2018), Stat Med 37, 572-589, for the median ratio of rates.
    Breslow and Clayton (1993), J Am Stat Assoc 88, 9-25, for the approximation.

    Examples
    --------
    Forty places, of which half have double the rate of the others (σ of the logarithm .35):

    >>> places = [place for place in range(40)]
    >>> found = fit_rates([40, 20] * 20, [30.0] * 40, places).set_index("part")
    >>> found.loc["first", ["ratio", "ratio_lower", "ratio_upper"]].round(1).tolist()
    [1.3, 1.2, 1.5]
    """
    counted, at = np.asarray(events, "float64"), np.asarray(expected, "float64")
    codes = [pd.factorize(np.asarray(one, dtype="object"))[0] for one in (first, second)
             if one is not None]  # fmt: skip
    if any(len(one) != len(counted) for one in (at, *codes)) or not (at > 0).all():
        raise UserError("The cells of a model of rates cannot be used.", "fit_rates",
                        found=str([len(one) for one in (counted, at, *codes)]),
                        expected="one number a cell in each, with something expected")  # fmt: skip
    if counted.sum() < 1:
        raise UserError("A model of rates has no event.", "fit_rates", found="0 events",
                        expected="one event or more")  # fmt: skip
    sizes = [int(one.max()) + 1 for one in codes]
    marks = [np.eye(size)[one] for one, size in zip(codes, sizes, strict=True)]
    own = np.hstack([np.ones((len(counted), 1)), *marks])
    model = _Laplace(counted, at, own, (sizes[0], sizes[1] if len(sizes) > 1 else 0))
    single = len(codes) == 1
    region = find_region(
        lambda one, two: (model.weigh(one, two),),
        box=((0.0, MOST), (0.0, 0.0 if single else MOST)), confidence=confidence,
    )  # fmt: skip
    parts = {
        "first": region.first**2,
        **({} if single else {"second": region.second**2}),
        "within": np.full_like(region.first, EXPONENTIAL),
    }
    whole = sum(parts.values(), start=np.zeros_like(region.first))
    rows = []
    for (part, variance), many in zip(parts.items(), [*sizes, int(counted.sum())], strict=True):
        value, lower, upper = region.limit(variance)
        share = region.limit(variance / whole)
        if part != "within" and upper >= MOST**2 * 0.999:  # the likelihood has not fallen by there
            upper = NAN
        ratios = [float(np.exp(MEDIAN * np.sqrt(one))) for one in (value, lower, upper)]
        rows.append((part, many, value, lower, upper, *share, *ratios))
    names = ["part", "places", "variance", "lower", "upper", "share", "share_lower", "share_upper",
             "ratio", "ratio_lower", "ratio_upper"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


@dataclass
class _Laplace:
    """The likelihood of the two deviations, at the mode of the places' effects."""

    events: Floats
    expected: Floats
    own: Floats
    sizes: tuple[int, int]
    mode: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.mode = np.zeros(self.own.shape[1])
        self.mode[0] = np.log(self.events.sum() / self.expected.sum())

    def weigh(self, one: float, two: float) -> float:
        """Return the deviance, -2 log L, at two standard deviations.

        Effects are σ times standard normal ones, so that a deviation of nought needs no exception.
        """
        scale = np.concatenate([[1.0], np.repeat([one, two], self.sizes)])
        scaled = self.own * scale
        prior = np.ones(len(scale))
        prior[0] = 0.0  # μ has no penalty
        mode = self.mode.copy()
        for _ in range(STEPS):
            rate = self.expected * np.exp(scaled @ mode)
            slope = scaled.T @ (self.events - rate) - prior * mode
            bend = (scaled * rate[:, None]).T @ scaled + np.diag(prior)
            try:
                factor = cho_factor(bend, lower=True)
            except LinAlgError:
                break
            step = cho_solve(factor, slope)
            longest = float(np.abs(step).max())
            mode += step * min(1.0, LONGEST / max(longest, CLOSE))
            if longest < CLOSE:
                self.mode = mode
                rate = self.expected * np.exp(scaled @ mode)
                fit = float(self.events @ (scaled @ mode) - rate.sum())
                penalty = float(prior @ mode**2) / 2
                return -2 * (fit - penalty) + 2 * float(np.log(np.diag(factor[0])).sum())
        raise UserError("A model of rates does not converge.", "fit_rates",
                        found=f"deviations {one:.2f} and {two:.2f}",
                        expected="a highest point of the likelihood")  # fmt: skip
