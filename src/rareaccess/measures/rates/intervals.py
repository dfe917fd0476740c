"""Confidence limits of counts and proportions: Wilson, Byar, exact; one source of each formula."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammainccinv, gammaincinv

from rareaccess.measures.tidy import Floats, check_confidence, find_quantile, select_option

__all__ = [
    "PROFILES",
    "Profile",
    "find_profile",
    "judge_events",
    "limit_binomial",
    "limit_byar",
    "limit_events",
    "limit_poisson",
    "limit_wilson",
]


@dataclass(frozen=True)
class Profile:
    """How a house gives rates of few events.

    Parameters
    ----------
    exact_below
        Limits of fewer events are exact, the rest Byar's.
    crude_from, direct_from, indirect_from
        The fewest events with which a crude rate is given, and a rate or ratio that is directly or
        indirectly standardised.
    caution_below
        Fewer events get a note.
    """

    name: str
    exact_below: float
    crude_from: int
    direct_from: int
    indirect_from: int
    caution_below: int


PROFILES = {
    "phe": Profile(
        "phe", exact_below=10, crude_from=0, direct_from=10, indirect_from=0, caution_below=0
    ),
    "ndrs": Profile(
        "ndrs",
        exact_below=np.inf,
        crude_from=3,
        direct_from=10,
        indirect_from=10,
        caution_below=20,
    ),
}


def find_profile(name: str) -> Profile:
    """Return the house profile of that name: `phe` or `ndrs`.

    Raises
    ------
    UserError
        There is no such profile.

    Examples
    --------
    >>> find_profile("phe").exact_below
    10
    """
    return PROFILES[select_option("profile", name, list(PROFILES))]


def judge_events(events: float, *, profile: str, kind: str) -> tuple[bool, str]:
    """Return whether a house gives a measure of so many events, and the note in either case.

    Every measure that takes a profile asks here.

    Parameters
    ----------
    kind
        `crude`, `direct` or `indirect`: how the measure is standardised.

    Examples
    --------
    >>> judge_events(2, profile="ndrs", kind="crude")
    (False, 'not given: fewer than 3 events')
    >>> judge_events(12, profile="ndrs", kind="direct")
    (True, 'fewer than 20 events: read with care')
    >>> judge_events(2, profile="phe", kind="indirect")
    (True, '')
    """
    house, kinds = find_profile(profile), ("crude", "direct", "indirect")
    fewest = getattr(house, f"{select_option('kind', kind, kinds)}_from")
    if events < fewest:
        return False, f"not given: fewer than {fewest} events"
    few = f"fewer than {house.caution_below} events: read with care"
    return True, few if events < house.caution_below else ""


def limit_wilson(
    n: npt.ArrayLike, of: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score limits of a proportion, 0 to 1; at 0 and at 1 they are exact.

    (2n + z² ∓ z √(z² + 4n(1 − n/N))) / 2(N + z²)

    Parameters
    ----------
    n, of
        People with the property, and all people: 0 <= n <= of, of > 0.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> [round(float(limit), 6) for limit in limit_wilson(65, 100)]
    [0.552544, 0.736358]
    """
    part, whole = np.asarray(n, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z = find_quantile(confidence)
    middle, half = 2 * part + z * z, z * np.sqrt(z * z + 4 * part * (1 - part / whole))
    lower, upper = ((middle + side) / (2 * (whole + z * z)) for side in (-half, half))
    return np.where(part == 0, 0.0, lower), np.where(part == whole, 1.0, upper)


def limit_binomial(
    n: npt.ArrayLike, of: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Exact limits of a proportion, 0 to 1, from the binomial distribution.

    The quantiles α/2 of Beta(n, N − n + 1) and 1 − α/2 of Beta(n + 1, N − n).

    References
    ----------
    Clopper and Pearson (1934), The use of confidence or fiducial limits.

    Examples
    --------
    >>> [round(float(limit), 4) for limit in limit_binomial(8, 20)]  # Altman, table of the BMJ
    [0.1912, 0.6395]
    """
    part, whole = np.asarray(n, dtype=np.float64), np.asarray(of, dtype=np.float64)
    tail = (1 - check_confidence(confidence)) / 2
    none, every = part == 0, part == whole
    lower = betaincinv(np.where(none, 1, part), whole - part + 1, tail)
    upper = betaincinv(part + 1, np.where(every, 1, whole - part), 1 - tail)
    return np.where(none, 0.0, lower), np.where(every, 1.0, upper)


def limit_byar(events: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Byar's limits of a count of events; the lower one is 0 of none, NaN where it fails.

    x (1 − 1/9x − z/3√x)³ and (x + 1)(1 − 1/9(x + 1) + z/3√(x + 1))³. With few events and a high
    level the lower one would be negative, and is not given.

    References
    ----------
    Breslow and Day (1987), Statistical methods in cancer research, volume II, page 69.

    Examples
    --------
    >>> [round(float(limit), 5) for limit in limit_byar(65)]
    [50.16319, 82.84914]
    """
    count, z = np.asarray(events, dtype=np.float64), find_quantile(confidence)
    some = np.where(count == 0, 1.0, count)
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    more = count + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(count == 0, 0.0, np.where(lower < 0, np.nan, lower)), upper


def limit_poisson(events: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Exact limits of a count of events, from the Poisson distribution.

    χ²(α/2; 2x)/2, which is 0 of none, and χ²(1 − α/2; 2x + 2)/2.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in limit_poisson(4)]
    [1.09, 10.242]
    """
    count, tail = np.asarray(events, dtype=np.float64), (1 - check_confidence(confidence)) / 2
    lower = gammaincinv(np.where(count == 0, 1.0, count), tail)
    upper = np.asarray(gammainccinv(count + 1, tail), dtype=np.float64)
    return np.where(count == 0, 0.0, lower), upper


def limit_events(
    events: npt.ArrayLike, *, confidence: float = 0.95, profile: str = "phe"
) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    """Limits of a count of events in the manner of a house, and the name of each method.

    `phe`: exact below ten events, Byar's from ten. `ndrs`: exact.

    Examples
    --------
    >>> lower, upper, method = limit_events([9, 65])
    >>> upper.round(4).tolist(), method.tolist()
    ([17.0848, 82.8491], ['exact Poisson', 'Byar'])
    """
    count = np.asarray(events, dtype=np.float64)
    exact = count < find_profile(profile).exact_below
    byar, poisson = (limit(count, confidence=confidence) for limit in (limit_byar, limit_poisson))
    lower, upper = (np.where(exact, poisson[side], byar[side]) for side in (0, 1))
    return lower, upper, np.where(exact, "exact Poisson", "Byar")
