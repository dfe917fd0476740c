"""The pairs side by side: how far starts vary by place and deprivation, beyond chance."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy import stats

from rareaccess.disclosure import Hidden, Plain, Released, Shown, Statistic, fmt
from rareaccess.measures.equity.access import Access
from rareaccess.measures.equity.axes import AXES
from rareaccess.measures.equity.denominators import POPULATION
from rareaccess.measures.tidy import NAN
from rareaccess.study import Studies, Study

__all__ = ["PAIRED", "build_pairs", "control_discoveries", "tell_pairs"]

PAIRED = {"SCV": "SCV", "RII": "Relative index of inequality", "core20": "Core20 ratio"}
"""The measures of `build_pairs`, and their words."""
TESTED = {"SCV": "between boards", "RII": "along the gradient of deprivation",
          "core20": "of the most deprived fifth against the rest"}  # fmt: skip
ALPHA = 0.05


def control_discoveries(p: pd.Series) -> pd.Series:
    """Return the q value of each p value: the share of false finds among those up to it.

    By the step-up rule of Benjamini and Hochberg. A missing p is no test, and has no q.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289.

    Examples
    --------
    >>> control_discoveries(pd.Series([0.01, None, 0.04, 0.03])).round(3).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    known = p.notna()
    found = pd.Series(NAN, p.index)
    if known.any():
        found[known] = stats.false_discovery_control(p[known].to_numpy("float64"))
    return found


def _measure(study: Study) -> list[dict[str, Any]]:
    """Return the three measures of a pair per general population; missing where it has none."""
    access = Access(study, with_cohort=False)
    name = f"{study.params.names.condition_short}, {study.params.names.drug}"
    blank = {"value": NAN, "lower": NAN, "upper": NAN, "p": NAN}
    rows = {measure: dict(blank) for measure in PAIRED}
    starts = int(study.people["treated"].sum())
    if POPULATION in access.denominators:
        frames = []
        if access.count(AXES["imd_quintile"]):
            rates = access.rate("imd_quintile", label="pairs-deprivation")
            frames.append(access.summarise(rates, "imd_quintile", label="pairs-gradient").frame)
        if access.count(AXES["icb"]):
            boards = access.map_boards(label="pairs-boards")
            frames.append(access.summarise_boards(boards, label="pairs-variation").frame)
        if not frames:
            return _spread(study, name, starts, rows)
        found = pd.concat(frames, ignore_index=True)
        found = found[found["denominator"] == POPULATION.words].set_index("measure")
        for measure in PAIRED:
            if measure in found.index:
                rows[measure] = {key: _read(found, measure, key) for key in blank}
    return _spread(study, name, starts, rows)


def _spread(
    study: Study, name: str, starts: int, rows: Mapping[str, dict[str, float]]
) -> list[dict[str, Any]]:
    """Return the rows of a pair, one a measure."""
    shared = {"pair": study.pair, "name": name, "group": "treated", "starts": starts}
    return [{**shared, "measure": measure, **row} for measure, row in rows.items()]


def _read(found: pd.DataFrame, measure: str, key: str) -> float:
    value: Any = found.loc[measure, key]
    return NAN if pd.isna(value) else float(value)


def build_pairs(studies: Studies) -> Released:
    """Return SCV, relative index and Core20 ratio of each pair, per general population.

    Returns
    -------
    Released
        One row a pair and measure: `pair`, `name`, `measure`, `group`, `starts`, `value`, `lower`,
        `upper`, `p`, and `q` of `control_discoveries` over all p values of the frame. Each p is of
        its own measure (see `summarise_gradient` and `summarise_variation`); the two of deprivation
        are of the same starts.
    """
    frame = pd.DataFrame([row for study in studies.values() for row in _measure(study)])
    frame["q"] = control_discoveries(frame["p"].astype("Float64"))
    treated = studies.of_pairs("treated", lambda study: study.people[study.people["treated"]])
    return studies.release(
        frame, "compare-variation", counts=["starts"], population={"starts": treated}, on="starts",
        statistics={**dict.fromkeys(["value", "lower", "upper"], "ratio"), "p": "p", "q": "p"},
        n=fmt.whole(len(studies), "pair"),
        source=studies.cite("Blueteq", "HES", "population"), period="Each pair in its own windows",
        caveat="Per general population, adjusted for sex and age. SCV: variation between boards "
        "beyond chance. Each p is of its own measure; q allows for all tests of the table together",
    )  # fmt: skip


def tell_pairs(pairs: Released) -> Shown:
    """Return which pairs vary by more than chance, of how many tests, after false discoveries."""
    told = []
    every = sum(isinstance(row["p"], Statistic) for row in pairs.records())
    for measure, words in TESTED.items():
        rows = [row for row in pairs.records() if row["measure"] == measure]
        tested = [row for row in rows if isinstance(row["p"], Statistic)]
        if not tested:
            told.append(fmt.fill("No pair could be tested {words}.", words=Plain(words)))
            continue
        some = [row for row in tested if row["p"].value < ALPHA]
        left = [row for row in tested if row["q"].value < ALPHA]
        told.append(fmt.fill(
            "Starts {words} were tested for {tests}: they differ by more than chance would often "
            "give for {some}, and for {left} after allowing for all {every} tests of the "
            "table{names}.",
            words=Plain(words), tests=fmt.whole(len(tested), "pair"), some=Plain(len(some)),
            left=Plain(len(left)), every=Plain(every), names=Plain(_name(left)),
        ))  # fmt: skip
    return fmt.sentences(told)


def _name(rows: list[Mapping[str, Any]]) -> str:
    named = [str(row["name"]) for row in rows if not isinstance(row["name"], Hidden)]
    return f" ({'; '.join(named)})" if named else ""
