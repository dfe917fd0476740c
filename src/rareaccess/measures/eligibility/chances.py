"""Each person's chance to be eligible: how much they look like the treated, and of which group."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.cells import Cells, band_ages
from rareaccess.measures.eligibility.draws import SEED
from rareaccess.measures.eligibility.trait import find_threshold
from rareaccess.measures.tidy import Floats

__all__ = ["Index", "find_chances", "index_need", "project_levels"]

MOST_R, MOST_STARTED = 0.95, 0.99

Codes = NDArray[np.intp]


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
    alike: Codes
    group: Codes
    treated: NDArray[np.bool_]


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

    Raises
    ------
    UserError
        They are others.

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
    group = frame["group"].map(places).to_numpy().astype(np.intp)
    if not np.array_equal(np.bincount(group), np.bincount(cells.group, cells.n)):
        raise UserError(
            "The people are not those from whom the estimates were made.", where="frame",
            found=f"{len(frame)} people", expected=f"{cells.n.sum():g}, group by group the same",
        )  # fmt: skip
    own = np.unique(group * (stratum.max() + 1) + stratum, return_inverse=True)[1]
    order = np.lexsort([np.random.default_rng(seed).random(len(scores)), scores, own])
    rank = np.empty(len(scores))
    rank[order] = np.concatenate([(np.arange(n) + 0.5) / n for n in np.bincount(own)])
    alike = np.empty(len(scores), dtype=np.intp)
    sorted_own, sorted_scores = own[order], scores[order].round(9)
    alike[order] = np.cumsum((np.diff(sorted_own, prepend=-1) != 0)
                             | (np.diff(sorted_scores, prepend=np.nan) != 0))  # fmt: skip
    return Index(ndtri(rank), alike, group, treated)


def _find_means(stratum: Codes, values: Floats) -> Floats:
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
