"""Need from severity scores of a random part of the people: no anchor, and no model of activity."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rareaccess.measures.eligibility.cells import band_ages
from rareaccess.measures.eligibility.models import fit_model
from rareaccess.measures.eligibility.trait import find_place
from rareaccess.measures.eligibility.worth import find_error
from rareaccess.measures.tidy import NAN, Floats, find_quantile, make_blank, make_row

__all__ = ["FEWEST_SCORED", "SCORED", "WITH_ANCHORS", "answer_scores", "estimate_scored"]

FEWEST_SCORED = 10
"""People scored and in need, in each compared group: fewer say too little of how many need it."""

SCORED = "severity of a random sample"
WITH_ANCHORS = "severity of a random sample, and TRAIT"
FEW = (
    "No ratio is given from scores: in one of the two groups fewer than {fewest} people were "
    "scored and in need, or treated."
)
APART = (
    "The scores and the anchors disagree by more than chance. They are not combined: the scores, "
    "which need no anchor, stand."
)

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Scored:
    """Log ratios of treatment among the eligible, from scores; G groups.

    Parameters
    ----------
    groups
        Sorted.
    ratios
        Of each group against the first that has one, shape (G,); missing of a group in which
        nobody was treated, or scored and in need.
    chance
        Their covariance if everybody's need were known, shape (G, G).
    sampling
        What is added because only some were scored, shape (G, G).
    fewest
        The fewer of people scored and in need, and of treated people, shape (G,).
    """

    groups: tuple[object, ...]
    ratios: Floats
    chance: Floats
    sampling: Floats
    fewest: Floats


def estimate_scored(frame: pd.DataFrame) -> Scored:
    """Poisson regression of treatment among the eligible, of whom the untreated are a sample.

    The treated were eligible. Each untreated person who was scored in need stands for as many as
    the weight says, scaled so that the weights of a group add up to its untreated. Treatment is
    then regressed on group, age band and sex, as in the ratio of the treated alone. The covariance
    is the sandwich; the part of sampling is that of a weighted share within groups, and is 0 where
    everybody was scored.

    Parameters
    ----------
    frame
        One row a person: `group`, `age`, `sex`, `treated`, `in_need` (1 or 0, missing of those who
        were not scored), `weight` (of those scored).

    Notes
    -----
    It rests on the sample being random within each group, and on the score being need: what else
    the criteria ask for is taken to be as frequent in all groups.

    References
    ----------
    Barlow (1994), Robust variance estimation for the case-cohort design, Biometrics 50:1064.

    Examples
    --------
    >>> people = pd.DataFrame({"group": ["a"] * 100 + ["b"] * 100, "age": 30, "sex": "f",
    ...     "treated": ([1] * 10 + [0] * 90) * 2, "weight": 1.0,
    ...     "in_need": [1] * 10 + [1] * 10 + [0] * 80 + [1] * 10 + [1] * 30 + [0] * 60})
    >>> np.exp(estimate_scored(people).ratios).round(3).tolist()  # 10 of 40 against 10 of 20
    [1.0, 0.5]
    """
    group, groups = pd.factorize(frame["group"], sort=True)
    count = len(groups)
    treated = frame["treated"].to_numpy(float) > 0
    scored = ~treated & frame["in_need"].notna().to_numpy()
    need = treated | (scored & (frame["in_need"].fillna(0).to_numpy(float) > 0))
    untreated = np.bincount(group[~treated], minlength=count).astype(float)
    given = np.where(scored, frame["weight"].fillna(1.0).to_numpy(float), 0.0)
    sums = np.bincount(group, given, count)
    weight = np.where(treated, 1.0, given * (untreated / np.maximum(sums, 1e-300))[group])
    ages = band_ages(frame["age"].to_numpy(float))
    sexes = pd.factorize(frame["sex"], sort=True)[0]
    there = np.ones(len(frame), dtype=bool)
    while True:  # a group that falls out may take the only treated of an age band with it
        started = treated & there
        kept = need & there & _has_treated(ages, started) & _has_treated(sexes, started)
        fewest = np.minimum(np.bincount(group[scored & kept], minlength=count),
                            np.bincount(group[started], minlength=count))  # fmt: skip
        if (fewest > 0)[group[kept]].all():
            break
        there &= (fewest > 0)[group]
    present = np.unique(group[kept])
    columns = [_dummies(group, present), np.ones((len(frame), 1))]
    columns += [_dummies(codes, np.unique(codes[kept])) for codes in (ages, sexes)]
    ratios, moves = np.full(count, NAN), np.zeros((count, len(frame)))
    mean = np.zeros(len(frame))
    if len(present):
        ratios[present[0]] = 0.0
    if len(present) > 1:
        fit = fit_model(
            np.concatenate(columns, axis=1)[kept], weight[kept], treated[kept].astype(float),
            kind="count", wanted=slice(0, len(present) - 1),
        )  # fmt: skip
        ratios[present[1:]] = fit.coefficients
        drawn, used = int((scored & kept).sum()), sum(part.shape[1] for part in columns[2:])
        small = np.sqrt(drawn / max(drawn - used, 1))  # with few scored the sandwich is short
        moves[np.ix_(present[1:], np.flatnonzero(kept))] = fit.influence * small
        mean[kept] = fit.fitted
    own = moves[:, treated] * (1 - mean[treated])
    other = moves[:, scored] * mean[scored]
    chance = own @ own.T + (other * weight[scored]) @ other.T
    sampling = _vary_sample(other, weight[scored], group[scored])
    return Scored(tuple(groups), ratios, chance, sampling, fewest.astype(float))


def _has_treated(codes: Codes, treated: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether the level of each person has anybody treated: else its mean is 0."""
    return (np.bincount(codes[treated], minlength=codes.max() + 1) > 0)[codes]


def _dummies(codes: Codes, levels: Codes) -> Floats:
    return np.asarray(codes[:, None] == levels[1:], dtype=np.float64)


def _vary_sample(values: Floats, weight: Floats, group: Codes) -> Floats:
    """Return the covariance of Σ w v over random samples of each group, scaled to its people."""
    found = np.zeros((len(values), len(values)))
    for place in np.unique(group):
        mine = group == place
        n, w, v = int(mine.sum()), weight[mine], values[:, mine]
        away = w * (v - (v @ w / w.sum())[:, None])
        left = 1 - 1 / np.maximum(w, 1.0)  # of each, the chance not to have been drawn
        found += n / max(n - 1, 1) * ((left * away) @ away.T)
    return found


def answer_scores(
    frame: pd.DataFrame, answers: pd.DataFrame, *, alone: str, reference: object,
    compared: Sequence[object], confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Return the ratio of treatment from scores alone, and from scores and anchors together.

    Parameters
    ----------
    frame
        As `estimate_scored` takes it.
    answers
        Of `answer_equity`, of the same people and groups.
    alone
        The method of the treated alone in it.

    Returns
    -------
    DataFrame
        Rows as those of `answer_equity`, with the answer `scores`. The second is missing where the
        anchors give none, or where both disagree at the level of 5%: then the scores stand.

    Notes
    -----
    Both know the treated equally well and differ in what they know of need, so need is combined by
    inverse variance on the log scale. What the anchors know of need is the variance of their
    estimate less that of the treated alone. This is an approximation; that both agree is the one
    test that sees all anchors being wrong together.
    """
    found = estimate_scored(frame)
    base, rows = find_place(found.groups, reference), []
    for group in compared:
        place = find_place(found.groups, group)
        row = {"group": group, "reference": reference, "answer": "scores"}
        told = {"confidence": confidence, "n": found.fewest[place]}
        if min(found.fewest[[place, base]]) < FEWEST_SCORED:
            note = FEW.format(fewest=FEWEST_SCORED)
            rows += [{**row, **make_blank(note=note, method=method, **told)}
                     for method in (SCORED, WITH_ANCHORS)]  # fmt: skip
            continue
        value = found.ratios[place] - found.ratios[base]
        chance, sampling = (_contrast(part, place, base) for part in (found.chance, found.sampling))
        rows.append({**row, **_tell(value, chance + sampling, method=SCORED, **told)})
        anchors = _weigh_anchors(answers[answers["group"] == group], alone, confidence)
        if anchors is None or _disagree(value, sampling, *anchors):
            note = "" if anchors is None else APART
            rows.append({**row, **make_blank(note=note, method=WITH_ANCHORS, **told)})
            continue
        other, need = anchors
        share = need / (need + sampling) if need + sampling > 0 else 1.0
        both = share * value + (1 - share) * other
        variance = chance + need * sampling / max(need + sampling, 1e-300)
        rows.append({**row, **_tell(both, variance, method=WITH_ANCHORS, **told)})
    return pd.DataFrame(rows)


def _contrast(covariance: Floats, place: int, base: int) -> float:
    pick = np.zeros(len(covariance))
    pick[place], pick[base] = 1.0, -1.0
    return float(pick @ covariance @ pick)


def _tell(
    value: float, variance: float, *, confidence: float, n: float, method: str
) -> dict[str, object]:
    half = find_quantile(confidence) * np.sqrt(variance)
    ends = np.exp([value, value - half, value + half])
    return make_row(*ends, confidence=confidence, n=n, method=method)


def _weigh_anchors(
    answers: pd.DataFrame, alone: str, confidence: float
) -> tuple[float, float] | None:
    """Return the log ratio of TRAIT and the variance of its need; None where it is not given.

    Parameters
    ----------
    answers
        Of one group.
    """
    value, *ends = _read(answers, "TRAIT")
    if np.isnan(value):
        return None
    variance = [
        find_error(lower, upper, confidence=confidence) ** 2
        for lower, upper in (ends, _read(answers, alone)[1:])
    ]
    return float(np.log(value)), max(variance[0] - variance[1], 0.0)


def _read(answers: pd.DataFrame, method: str) -> list[float]:
    rows = answers.loc[answers["method"] == method, ["value", "lower", "upper"]]
    return [float(one) for one in rows.to_numpy("float64")[0]]


def _disagree(value: float, sampling: float, other: float, need: float) -> bool:
    """Return whether two estimates of need differ at the level of 5%."""
    return bool(abs(value - other) > find_quantile(0.95) * np.sqrt(sampling + need))
