"""Patterns of care: people parted by k-means, and whether the parting would be found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster.vq import ClusterError, kmeans2, vq

from rareaccess.disclosure import Hidden, Released, Shown, fmt
from rareaccess.measures.tidy import NAN, Floats
from rareaccess.study import Study

__all__ = [
    "FEATURES",
    "STABLE",
    "Partition",
    "agree",
    "choose_partition",
    "cluster_people",
    "describe_features",
    "describe_patterns",
    "find_patterns",
    "list_partitions",
    "measure_stability",
    "name_stability",
    "tell_patterns",
]

SEED = 20261130
SIZES = (2, 3, 4, 5)
"""Numbers of groups that are tried."""
STABLE, PARTLY = 0.8, 0.6
"""Mean adjusted Rand index from which a parting would be found again, and in part."""
RESAMPLES, RESTARTS, ROUNDS = 50, 3, 12
MOST = 800  # people of a resample: more would cost time and change little
LEAST = 100
"""People below whom nothing is parted."""
FEATURES = {
    "day_cases": "Day cases and regular stays", "overnight": "Other planned admissions",
    "emergency": "Emergency admissions", "visits": "Visits in person",
    "remote": "Visits by telephone or video", "missed": "Appointments missed or cancelled",
}  # fmt: skip
"""What people are parted by, counted in the year before the index date, and its words."""
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Partition:
    """People parted into groups: the number, each one's group, and how far it would recur.

    Parameters
    ----------
    size
        How many groups.
    groups
        Of each person, from 0, the group that uses least first.
    stability, low
        Mean of the adjusted Rand index over resamples, and its lowest tenth; 1 is the same again.
    shuffled
        The mean where each feature is shuffled between people, so that no pattern is left.
    explained
        Share of the variation of the features that lies between groups, 0 to 1.
    """

    size: int
    groups: np.ndarray
    stability: float
    low: float
    shuffled: float
    explained: float


def describe_features(care: pd.DataFrame) -> pd.DataFrame:
    """Return the counts by which people are parted: one row a person, the columns of `FEATURES`."""
    short = care["day_cases"] + care["regular"]
    return pd.DataFrame(
        {
            "day_cases": short, "overnight": (care["elective"] - short).clip(lower=0),
            "emergency": care["emergency"], "visits": care["visits"] - care["remote"],
            "remote": care["remote"],
            "missed": care["missed"] + care["cancelled_by_patient"],
        }
    ).astype("float64")  # fmt: skip


def agree(one: np.ndarray, two: np.ndarray) -> float:
    """Return the adjusted Rand index of two partings of the same people.

    Returns
    -------
    float
        1 where they are the same, about 0 where they agree as by chance, nan of fewer than two.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2, 193-218.

    Examples
    --------
    >>> round(agree(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])), 2)
    1.0
    >>> round(agree(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])), 2)
    -0.5
    """
    if len(one) < 2:
        return NAN
    table = np.zeros((int(one.max()) + 1, int(two.max()) + 1))
    np.add.at(table, (one, two), 1)

    def pairs(values: np.ndarray) -> float:
        return float((values * (values - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / pairs(np.array([len(one)]))
    most = (rows + columns) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def cluster_people(points: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Return the centres of k-means, the best of some restarts, the one nearest nought first.

    Parameters
    ----------
    points
        One row a person, one column a feature, on one scale.
    size
        How many groups.
    rng
        Of the seeds (k-means++).

    Returns
    -------
    ndarray
        One row a group; a single one where each start has left some group empty, as where there
        are fewer different people than groups.

    References
    ----------
    Arthur and Vassilvitskii (2007), k-means++, SODA '07, 1027-1035; by `scipy.cluster.vq.kmeans2`.

    Examples
    --------
    >>> points = np.array([[0.0], [0.1], [5.0], [5.1]])
    >>> cluster_people(points, 2, np.random.default_rng(1)).round(2).tolist()
    [[0.05], [5.05]]
    """
    best, least = points.mean(axis=0, keepdims=True), np.inf
    for _ in range(RESTARTS):
        try:
            with np.errstate(invalid="ignore"):  # fewer different people than groups
                centres, _ = kmeans2(points, size, iter=ROUNDS, minit="++", missing="raise",
                                     check_finite=False, rng=rng)  # fmt: skip
        except ClusterError:  # a group has lost everybody: another start
            continue
        spread = float((vq(points, centres)[1] ** 2).sum())
        if spread < least:
            best, least = centres, spread
    return np.asarray(best[np.argsort(best.sum(axis=1), kind="stable")])


def measure_stability(
    points: Floats, size: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[np.ndarray, Floats]:
    """Part people by k-means, and again in resamples of them; return how far the two agree.

    Parameters
    ----------
    points
        One row a person, one column a feature, on one scale.
    size
        How many groups.
    resamples
        How often people are drawn, with replacement; at most `MOST` of them.

    Returns
    -------
    tuple
        The group of each person, and the adjusted Rand index of each resample: people are put to
        the nearest centre found in it, and that is compared with the group.

    Notes
    -----
    That a parting recurs does not make its groups real: a long cloud without any gap is cut across
    its length again and again. A parting that does not recur is certainly not worth a name.

    References
    ----------
    Hennig (2007), Comput Stat Data Anal 52, 258-271.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> clear = np.concatenate([rng.normal(0, 1, (60, 3)), rng.normal(9, 1, (60, 3))])
    >>> groups, found = measure_stability(clear, 2, resamples=5)
    >>> np.bincount(groups).tolist(), found.mean()
    ([60, 60], np.float64(1.0))
    """
    rng = np.random.default_rng(seed)
    groups = vq(points, cluster_people(points, size, rng))[0]
    found = []
    for _ in range(resamples):
        drawn = points[rng.integers(len(points), size=min(len(points), MOST))]
        found.append(agree(groups, vq(points, cluster_people(drawn, size, rng))[0]))
    return groups, np.array(found)


def find_patterns(
    care: pd.DataFrame, *, sizes: Sequence[int] = SIZES, resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Partition]:  # fmt: skip
    """Part people by their care in a year, into each number of groups that is tried.

    Parameters
    ----------
    care
        The mart. Counts go in as log(1 + n), each divided by its standard deviation. The order of
        people does not matter: they are put in that of their counts before any is drawn.

    Returns
    -------
    list of Partition
        None where there are fewer than `LEAST` people, or no feature varies.
    """
    counts = np.log1p(describe_features(care).to_numpy())
    spread = counts.std(axis=0)
    points = counts[:, spread > 0] / spread[spread > 0]
    if len(points) < LEAST or not points.shape[1]:
        return []
    order = np.lexsort(points.T)
    points = points[order]
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(points))[:MOST]
    sample = points[np.sort(drawn)]  # stability is asked of these
    mixed = np.column_stack([rng.permutation(column) for column in sample.T])
    made = []
    for size in sizes:
        asked: dict[str, Any] = {"resamples": resamples, "seed": seed + size}
        _, found = measure_stability(sample, size, **asked)
        _, without = measure_stability(mixed, size, **asked)
        centres = cluster_people(points, size, np.random.default_rng(seed + size))
        sorted_groups, apart = vq(points, centres)
        groups = np.empty_like(sorted_groups)
        groups[order] = sorted_groups
        whole = float(((points - points.mean(axis=0)) ** 2).sum())
        low = float(np.quantile(found, 0.1))
        within = float((apart**2).sum()) / whole
        made.append(
            Partition(size, groups, float(found.mean()), low, float(without.mean()), 1 - within)
        )
    return made


def choose_partition(made: Sequence[Partition]) -> Partition:
    """Return the parting that is described: the one that would be found again best."""
    return max(made, key=lambda one: one.stability)


def name_stability(stability: float) -> str:
    """Return how far a parting would be found again, in words.

    Examples
    --------
    >>> name_stability(0.7)
    'in part'
    """
    return "yes" if stability >= STABLE else "in part" if stability >= PARTLY else "no"


def describe_patterns(
    study: Study, made: Sequence[Partition], label: str, **about: Any
) -> Released:
    """Release the groups of the parting that is described: how many people, and their mean counts.

    Returns
    -------
    Released
        `pattern` (a letter, the least use first), `people`, `people_pct`, and the mean of each of
        `FEATURES`; no row where nothing was parted.
    """
    care = study.care
    cohort = study.population("cohort, with an index date", care, "person with an index date",
                              "people with an index date")  # fmt: skip
    rows = []
    if made:
        chosen, counts = choose_partition(made), describe_features(care)
        rows = [
            {"pattern": f"Pattern {LETTERS[group]}", "people": int((chosen.groups == group).sum()),
             **counts[chosen.groups == group].mean().to_dict()}
            for group in range(int(chosen.groups.max()) + 1)
        ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["pattern", "people", *FEATURES])
    return study.release(
        frame.astype({"people": "Int64"}), label, population=cohort, counts=["people"], on="people",
        statistics=dict.fromkeys(FEATURES, "rate"), whole={"people": cohort}, dimension="pattern",
        **about,
    )  # fmt: skip


def list_partitions(study: Study, made: Sequence[Partition], label: str, **about: Any) -> Released:
    """Release how far each number of groups would be found again.

    Returns
    -------
    Released
        `groups`, `people`, `explained` (per cent), `stability`, `low`, `shuffled` (from 0 to 1,
        as ratios), `again` (in words).
    """
    care = study.care
    cohort = study.population("cohort, with an index date", care, "person with an index date",
                              "people with an index date")  # fmt: skip
    frame = pd.DataFrame(
        [(f"{one.size} groups", len(care), 100 * one.explained, one.stability, one.low,
          one.shuffled, name_stability(one.stability)) for one in made],
        columns=["groups", "people", "explained", "stability", "low", "shuffled", "again"],
    )  # fmt: skip
    kinds = {"explained": "rate", **dict.fromkeys(("stability", "low", "shuffled"), "ratio")}
    return study.release(
        frame.astype({"people": "Int64"}), label, population=cohort, counts=["people"], on="people",
        statistics=kinds, dimension="", **about,
    )  # fmt: skip


def tell_patterns(partitions: Released, patterns: Released) -> Shown:
    """Return what was found, with how stable it is, and that it is not who is eligible."""
    rows, groups = partitions.records(), patterns.records()
    if not rows or not groups:
        return fmt.fill("Fewer than {least} people have an index date, so they are not parted by "
                        "their care.", least=fmt.whole(LEAST))  # fmt: skip
    best = rows[[row["groups"] for row in rows].index(f"{len(groups)} groups")]
    if isinstance(best["stability"], Hidden) or best["stability"] is None:
        return Shown("Too few people have an index date for their care to be parted.")
    told = {
        "yes": "would be found again in other people like them",
        "in part": "would be found again in part only",
        "no": "would not be found again, so that they are one way of cutting among many",
    }[best["again"]]
    return fmt.fill(
        "Of the numbers of groups that were tried, {groups} are the most stable, and {told}: the "
        "adjusted Rand index over resamples is {index}, and {shuffled} where the counts are "
        "shuffled between people and no pattern is left.",
        groups=fmt.whole(len(groups), "group"), told=Shown(told),
        index=fmt.num(best["stability"], 2), shuffled=fmt.num(best["shuffled"], 2),
    )  # fmt: skip
