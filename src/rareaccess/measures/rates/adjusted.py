"""Rate ratios of groups, adjusted for strata such as age and sex, from the margins of a table."""

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.rates.intervals import limit_binomial
from rareaccess.measures.tidy import (
    HIDDEN,
    NAN,
    Floats,
    find_quantile,
    make_blank,
    make_row,
    read_counts,
    refuse_column,
)

__all__ = ["adjust_rates"]

METHOD = "Poisson regression, Wald limits of the logarithm"
NO_EVENTS = "no events: exact limit, given the events of those compared with"
NOBODY = "not given: no events are expected of the ages and sexes of this group"
APART = "not given: the group has no stratum in common with those compared with"
UNSTABLE = "not given: group and stratum cannot be told apart"
ALONE = "no interval: all events are in this group"
NOTHING = "not given: no events in the group compared with"
STEPS, CLOSE = 5_000, 1e-12


def adjust_rates(
    sizes: pd.DataFrame, events: pd.Series, strata_events: pd.Series, *, reference: object = None,
    confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Rate of each group against a reference, with what strata explain taken out.

    The model is that of Poisson regression with the main effects of group and stratum: a person of
    group g and stratum s has the rate μ(g)λ(s). Its likelihood needs only the events of each group
    and of each stratum, and the people of each of both, so that the events of a group in a stratum
    need not be known. With n(g, s) people, O(g) and O(s) events:
    μ(g) = O(g)/Σ n(g, s)λ(s) and λ(s) = O(s)/Σ n(g, s)μ(g), in turn until both stand.

    Parameters
    ----------
    sizes
        People or person-years: a row for each group, a column for each stratum.
    events
        Events of each group, by the same index; NaN where a count is hidden.
    strata_events
        Events of each stratum, by the columns of `sizes`.
    reference
        A group with which the others are compared; None for all groups together, so that the
        events that the reference's rates give sum to those observed.

    Returns
    -------
    DataFrame
        One row a group, in the order of `sizes`: `group`, the standard columns (`value`: rate
        ratio, `n`: events), `expected` (events at the rates of the reference), `people`, and `p`
        of no difference from the reference (Wald; of a group without events exact, twice the
        smaller tail; missing for the reference itself).

    Raises
    ------
    UserError
        Indexes differ, a size is negative, a group has nobody, the reference is not a group.

    Notes
    -----
    Where a count is hidden all ratios are missing, since the events of the strata are those of all
    groups: leave the group out, and count the strata without it. The interval takes events as
    independent and the people as known. A group without events has the ratio 0; its upper limit is
    that of a binomial share of none, of the events of the reference and its own (or of all), and
    takes the effects of the strata as known. A ratio is missing where the strata cannot tell it.

    References
    ----------
    Breslow and Day (1987), Statistical methods in cancer research, volume II, chapter 4. Holford
    (1980), The analysis of rates and of survivorship using log-linear models, Biometrics 36:299.

    Examples
    --------
    >>> sizes = pd.DataFrame({"young": [100.0, 300], "old": [100, 100]}, index=["A", "B"])
    >>> found = adjust_rates(sizes, pd.Series([12, 18], ["A", "B"]),
    ...                      pd.Series([6, 24], ["young", "old"]), reference="A")
    >>> found[["group", "value", "lower", "upper", "p"]].round(4).values.tolist()
    [['A', 1.0, nan, nan, nan], ['B', 1.2374, 0.5879, 2.6045, 0.5748]]
    """
    n, counts, strata = _read(sizes, events, strata_events)
    groups = list(sizes.index)
    if reference is not None and reference not in groups:
        raise UserError(
            "The group that others are compared with is not there.", where="reference",
            found=repr(reference), expected="one of " + ", ".join(map(str, groups)),
        )  # fmt: skip
    facts = [{"confidence": confidence, "n": o, "people": float(size)}
             for o, size in zip(counts, n.sum(axis=1), strict=True)]  # fmt: skip
    place = None if reference is None else groups.index(reference)
    blank = HIDDEN if np.isnan(counts).any() else NOTHING
    if blank == HIDDEN or counts.sum() == 0 or (place is not None and counts[place] == 0):
        return pd.DataFrame(
            {"group": group, **make_blank(note=blank, method=METHOD, expected=NAN, p=NAN, **fact)}
            for group, fact in zip(groups, facts, strict=True)
        )
    group_effect, stratum_effect, stands = _fit(n, counts, strata)
    scale = group_effect[place] if place is not None else counts.sum() / (n @ stratum_effect).sum()
    expected = (n @ stratum_effect) * scale
    errors = _find_errors(n, group_effect, stratum_effect, place)
    z, found = find_quantile(confidence), []
    for row, fact in enumerate(facts):
        ratio, error, size = group_effect[row] / scale, errors[row], float(expected[row])
        low, high, note, p = NAN, NAN, "", NAN
        if not stands:
            ratio, size, note = NAN, NAN, UNSTABLE
        elif size <= 0:
            ratio, note = NAN, NOBODY
        elif counts[row] == 0:
            of = counts.sum() if place is None else counts[place]
            low, note = 0.0, NO_EVENTS
            high, p = _limit_none(size, float(of), inside=place is None, confidence=confidence)
        elif row == place:
            ratio = 1.0
        elif counts[row] == counts.sum():
            note = ALONE
        elif np.isnan(error):
            ratio, note = NAN, APART
        else:
            low, high = (ratio * np.exp(sign * z * error) for sign in (-1, 1))
            p = float(2 * stats.norm.sf(abs(np.log(ratio)) / error)) if error > 0 else NAN
        found.append({
            "group": groups[row],
            **make_row(ratio, low, high, method=METHOD, note=note, expected=size, p=p, **fact),
        })  # fmt: skip
    return pd.DataFrame(found)


def _limit_none(
    expected: float, of: float, *, inside: bool, confidence: float
) -> tuple[float, float]:
    """Return the upper limit of the ratio of a group without events, and p of no difference.

    Parameters
    ----------
    expected
        Events of the group at the rates of those that it is compared with.
    of
        Events of those.
    inside
        Whether the group is one of them.
    """
    share = float(limit_binomial(0, of, confidence=confidence)[1])
    if inside:
        return share * of / expected, min(1.0, 2 * max(1 - expected / of, 0.0) ** of)
    return share / (1 - share) * of / expected, min(1.0, 2 * (of / (of + expected)) ** of)


def _read(
    sizes: pd.DataFrame, events: pd.Series, strata_events: pd.Series
) -> tuple[Floats, Floats, Floats]:
    for name, found, expected in (
        ("events", events.index, sizes.index), ("strata_events", strata_events.index, sizes.columns)
    ):  # fmt: skip
        if len(found) != len(expected) or set(found) != set(expected):
            raise refuse_column(
                name, "Events and people are not of the same groups.",
                found=", ".join(map(str, found)), expected=", ".join(map(str, expected)),
            )  # fmt: skip
    n = sizes.to_numpy(dtype=np.float64)
    if np.isnan(n).any() or (n < 0).any() or (n.sum(axis=1) <= 0).any():
        raise refuse_column(
            "sizes", "A group has nobody, or a negative number of people.",
            found=f"{int((n.sum(axis=1) <= 0).sum())} groups with nobody",
            expected="people in every group: leave the group out, or merge it",
        )  # fmt: skip
    counts = read_counts(events.reindex(sizes.index).to_frame("events"), "events")
    strata = read_counts(strata_events.reindex(sizes.columns).to_frame("events"), "events")
    if (strata[n.sum(axis=0) == 0] > 0).any():
        raise refuse_column(
            "strata_events", "A stratum has events and nobody in it.",
            found=f"{int((strata[n.sum(axis=0) == 0] > 0).sum())} strata",
            expected="people wherever there are events",
        )  # fmt: skip
    return n, counts, strata


def _fit(n: Floats, counts: Floats, strata: Floats) -> tuple[Floats, Floats, bool]:
    """Return the effects of groups and strata whose expected events have the margins.

    A group without events has the effect 0, and takes no part. The last value says whether the
    effects stand: where a stratum's events may all be those of one group, they do not.
    """
    has = counts > 0
    own, inner = counts[has], n[has]
    group, stratum, stands = np.ones(len(own)), np.zeros(len(strata)), False
    strata = strata * (counts.sum() / strata.sum())  # rounded counts: the groups' total stands
    used = (strata > 0) & (inner.sum(axis=0) > 0)
    for _ in range(STEPS):
        stratum[used] = strata[used] / (group @ inner[:, used])
        sizes = inner @ stratum
        if (sizes <= 0).any():
            break  # events where none of the strata has any
        change = own / sizes / group
        group = group * change
        if np.abs(change - 1).max() < CLOSE:
            stands = True
            break
    found = np.zeros(len(counts))
    found[has] = group
    return found, stratum, stands


def _find_errors(n: Floats, group: Floats, stratum: Floats, place: int | None) -> Floats:
    """Return the standard error of each log ratio, from the inverse of the information.

    The information is that of all effects together. It has one direction without information, a
    factor moved from the groups to the strata, and one more for each set of groups that has no
    stratum in common with the others: an error is missing where the ratio needs such a direction.
    The ratio to all is log μ(g) − log ΣΣnμλ + log ΣΣnλ, by the delta method.
    """
    fitted = n * group[:, None] * stratum
    free, used = fitted.sum(axis=1) > 0, fitted.sum(axis=0) > 0
    errors = np.full(len(n), NAN)
    if not free.any():
        return errors
    part = fitted[free][:, used]
    rows, columns = part.sum(axis=1), part.sum(axis=0)
    information = np.block([[np.diag(rows), part], [part.T, np.diag(columns)]])
    size = np.sqrt(np.concatenate([rows, columns]))  # to one scale, so that a small stratum counts
    scaled = information / np.outer(size, size)
    contrast = np.zeros((len(part), len(information)))
    contrast[:, : len(part)] = np.eye(len(part))
    if place is None:
        level = (n * stratum).sum(axis=0)[used]
        contrast[:, : len(part)] -= rows / rows.sum()
        contrast[:, len(part) :] -= columns / columns.sum() - level / level.sum()
    else:
        contrast[:, : len(part)] -= np.flatnonzero(free) == place
    contrast = contrast / size
    inverse = np.linalg.pinv(scaled, rcond=1e-9, hermitian=True)
    lost = np.abs(contrast - contrast @ inverse @ scaled).max(axis=1)
    known = lost < 1e-6 * np.maximum(np.abs(contrast).max(axis=1), 1e-300)
    variance = np.einsum("ij,jk,ik->i", contrast, inverse, contrast)
    errors[free] = np.where(known, np.sqrt(np.maximum(variance, 0)), NAN)
    return errors
