"""Eligibility imputed many times, so that any measure of the eligible carries what is not known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import ndtr, ndtri

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import Cells, band_ages
from rareaccess.measures.eligibility.draws import SEED
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import Contrasts, find_threshold
from rareaccess.measures.tidy import (
    Floats,
    check_confidence,
    find_quantile,
    make_row,
    select_option,
)

__all__ = [
    "FEWEST_IMPUTATIONS",
    "Index",
    "combine_rubin",
    "draw_eligible",
    "find_chances",
    "impute_measure",
    "index_need",
    "project_levels",
]

FEWEST_IMPUTATIONS = 50
MOST_R, MOST_STARTED = 0.95, 0.99
SCALES = ("log", "linear")

Measure = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Index:
    """How much each person looks like the treated of the same group; N people.

    Parameters
    ----------
    values
        Standard normal within each group, age band and sex, shape (N,).
    alike
        Which people have one group, age band, sex and score, shape (N,): they get one chance.
    group
        The place of each person's group, shape (N,).
    treated
        Whether treated, shape (N,).
    """

    values: Floats
    alike: np.ndarray[tuple[int], np.dtype[np.intp]]
    group: np.ndarray[tuple[int], np.dtype[np.intp]]
    treated: np.ndarray[tuple[int], np.dtype[np.bool_]]


def index_need(frame: pd.DataFrame, cells: Cells, *, seed: int = SEED) -> Index:
    """Return the discriminant of the anchors between treated and others, as normal scores.

    Weights are found from log counts and flags without what age band and sex explain. Ranks within
    group, age band and sex become normal scores, so that the index is free of age and sex and the
    chances of a group average to its share. Ties are parted by chance, and get one chance in the
    end: residuals alone would rank those without an event by their age and sex.

    Parameters
    ----------
    frame
        The people from whom the cells were built.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = pd.DataFrame({"group": ["a", "b"] * 50, "age": 30, "sex": "f",
    ...                        "treated": [0, 0, 0, 1, 1] * 20, "flares": range(100)})
    >>> index = index_need(people, build_cells(people, Roles({"flares": "count"})))
    >>> round(float(index.values[index.group == 0].std()), 1)
    1.0
    """
    names = list(cells.roles.anchors)
    values = np.log1p(frame[names].to_numpy(float))
    sex = pd.factorize(frame["sex"], sort=True)[0]
    stratum = band_ages(frame["age"].to_numpy(float)) * (sex.max() + 1) + sex
    for j in range(len(names)):
        values[:, j] -= _find_means(stratum, values[:, j])
    treated = frame["treated"].to_numpy(float) > 0
    inside = sum(np.cov(values[kept], rowvar=False) * kept.mean() for kept in (treated, ~treated))
    apart = values[treated].mean(axis=0) - values[~treated].mean(axis=0)
    scores = values @ np.linalg.lstsq(np.atleast_2d(inside), apart, rcond=None)[0]
    places = {group: place for place, group in enumerate(cells.groups)}
    group = frame["group"].map(places).to_numpy(np.intp)
    own = np.unique(group * (stratum.max() + 1) + stratum, return_inverse=True)[1]
    order = np.lexsort([np.random.default_rng(seed).random(len(scores)), scores, own])
    rank = np.empty(len(scores))
    rank[order] = np.concatenate([(np.arange(n) + 0.5) / n for n in np.bincount(own)])
    alike = np.empty(len(scores), dtype=np.intp)
    sorted_own, sorted_scores = own[order], scores[order].round(9)
    alike[order] = np.cumsum((np.diff(sorted_own, prepend=-1) != 0)
                             | (np.diff(sorted_scores, prepend=np.nan) != 0))  # fmt: skip
    return Index(ndtri(rank), alike, group, treated)


def _find_means(stratum: np.ndarray[tuple[int], np.dtype[np.intp]], values: Floats) -> Floats:
    return (np.bincount(stratum, values) / np.maximum(np.bincount(stratum), 1))[stratum]


def project_levels(pairs: Floats) -> Floats:
    """Return levels of activity whose differences are nearest to those of the pairs, (n, G).

    Parameters
    ----------
    pairs
        The first group over the second, shape (n, G, G), antisymmetric.

    Examples
    --------
    >>> project_levels(np.array([[[0.0, 0.4], [-0.4, 0.0]]])).tolist()
    [[0.2, -0.2]]
    """
    return np.asarray(pairs.mean(axis=2))


def find_chances(index: Index, levels: Floats, prevalence: float) -> tuple[Floats, Floats]:
    """Return each person's chance to be eligible, (N,), and the share started of each group, (G,).

    e = Φ((δ_g + r h − c)/√(1 − r²)), with r = mean(h | treated)/λ, λ = φ(Φ⁻¹(1 − π))/π, and c so
    that the shares of the groups have the mean π; people who are alike get their mean chance. The
    share started is s_g = t_g/π_g.

    Parameters
    ----------
    levels
        δ of one draw, shape (G,).
    prevalence
        π of the same draw.

    Notes
    -----
    The chance does not depend on age and sex, of which the index is free.
    """
    counts = np.bincount(index.group)
    cut = find_threshold(levels[None], counts / counts.sum(), np.array([prevalence]))[0]
    mills = stats.norm.pdf(ndtri(1 - prevalence)) / prevalence
    r = float(np.clip(index.values[index.treated].mean() / mills, 0.0, MOST_R))
    line = (levels[index.group] + r * index.values - cut) / np.sqrt(1 - r**2)
    treated = np.bincount(index.group, index.treated) / counts
    return _find_means(index.alike, ndtr(line)), np.minimum(
        treated / ndtr(levels - cut), MOST_STARTED
    )


def draw_eligible(
    index: Index, contrasts: Contrasts, prevalence: Floats, *, imputations: int = 50,
    seed: int = SEED,
) -> Iterator[np.ndarray[tuple[int], np.dtype[np.bool_]]]:  # fmt: skip
    """Draw who is eligible, each time with another draw of all that is not known.

    The treated are. Of the others, a person with the chance e is eligible although not treated with
    e(1 − s)/(1 − es).

    Parameters
    ----------
    prevalence
        Of the draws of `contrasts`, shape (n,).

    Raises
    ------
    UserError
        Fewer than 50 imputations, or more than there are draws.
    """
    if not FEWEST_IMPUTATIONS <= imputations <= len(prevalence):
        raise UserError(
            "The number of imputations cannot be used.", where="imputations",
            found=str(imputations), expected=f"{FEWEST_IMPUTATIONS} to {len(prevalence)}",
        )  # fmt: skip
    rng, levels = np.random.default_rng(seed), project_levels(contrasts.pairs)
    for k in range(imputations):
        chance, started = find_chances(index, levels[k], float(prevalence[k]))
        share = started[index.group]
        left = chance * (1 - share) / (1 - chance * share)
        yield index.treated | (rng.random(len(left)) < left)


def combine_rubin(
    values: Floats, variances: Floats, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean of the imputations and its limits by Rubin's rules, t reference.

    Parameters
    ----------
    values, variances
        The estimate of each imputation and its variance within, shape (M,).

    References
    ----------
    Rubin (1987), Multiple imputation for nonresponse in surveys, chapter 3.

    Examples
    --------
    >>> [round(x, 3) for x in combine_rubin(np.array([1.0, 3.0]), np.array([1.0, 1.0]))]
    [2.0, -7.723, 11.723]
    """
    count, within, between = len(values), float(variances.mean()), float(values.var(ddof=1))
    extra = (1 + 1 / count) * between
    total, middle = within + extra, float(values.mean())
    if extra <= 1e-12 * max(within, 1e-300):
        half = find_quantile(confidence) * np.sqrt(within)
    else:
        freedom = (count - 1) * (total / extra) ** 2
        half = float(stats.t.ppf(0.5 + check_confidence(confidence) / 2, freedom)) * np.sqrt(total)
    return middle, middle - float(half), middle + float(half)


def impute_measure(
    frame: pd.DataFrame, estimates: Estimates, contrasts: Contrasts, measure: Measure, *,
    prevalence: Floats, by: list[str], scale: str = "log", imputations: int = 50, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Estimate a measure among the eligible, who are imputed, with Rubin's rules.

    Parameters
    ----------
    frame
        The people from whom the estimates were made; further columns go to the measure.
    contrasts
        What `estimate_trait` gave.
    measure
        A function from the people who are eligible to a tidy frame with `value`, `lower`, `upper`
        and `confidence`, the same rows each time.
    prevalence
        Of the draws of `contrasts`, shape (n,).
    by
        The columns that name a row of the measure.
    scale
        Whether the limits lie even about the value as `log` or as `linear` numbers.

    Returns
    -------
    DataFrame
        The columns of `by` and the standard columns; `n` is the mean number of the eligible.

    Raises
    ------
    UserError
        A row is missing in an imputation, or a value or limit of it; or imputations are too few.

    Notes
    -----
    The treated are among the eligible in every imputation, so the variance within is taken times
    1 − T/E. With few treated (60) imputation is biased: use the estimate of `estimate_trait` there.

    Examples
    --------
    See `docs/eligibility.md`.
    """
    select_option("scale", scale, SCALES)
    index = index_need(frame, estimates.cells, seed=seed)
    values, variances, sizes, keys = [], [], [], None
    for eligible in draw_eligible(index, contrasts, prevalence, imputations=imputations, seed=seed):
        found = measure(frame[eligible]).set_index(by)
        keys = found.index if keys is None else keys
        found = found.reindex(keys)
        value, lower, upper = (found[name].to_numpy(float) for name in ("value", "lower", "upper"))
        if scale == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                value, lower, upper = np.log(value), np.log(lower), np.log(upper)
        known = np.isfinite(value) & np.isfinite(lower) & np.isfinite(upper)
        if not known.all():
            raise UserError(
                "A measure has no value or no limit in an imputation.", where="measure",
                found=f"{int((~known).sum())} of {len(known)} rows", expected="each row each time",
                mend="leave out rows of the measure that have few treated",
            )  # fmt: skip
        z = find_quantile(float(found["confidence"].iloc[0]))
        error = (upper - lower) / (2 * z)
        values.append(value)
        variances.append(error**2 * (1 - index.treated.sum() / eligible.sum()))
        sizes.append(int(eligible.sum()))
    confidence = float(found["confidence"].iloc[0])
    rows = []
    for row in range(len(known)):
        limits = np.array(
            combine_rubin(np.array(values)[:, row], np.array(variances)[:, row],
                          confidence=confidence)
        )  # fmt: skip
        rows.append(make_row(
            *(np.exp(limits) if scale == "log" else limits), confidence=confidence,
            method=f"{imputations} imputations, Rubin's rules", n=float(np.mean(sizes)),
        ))  # fmt: skip
    return pd.concat([keys.to_frame(index=False), pd.DataFrame(rows)], axis=1)
