"""Rate ratios of groups, adjusted for strata such as age and sex, from the margins of a table."""

import numpy as np
import pandas as pd
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.rates.intervals import limit_events
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
NO_EVENTS = "no events: exact upper limit of the count over its expected events"
ALONE = "no interval: all events are in this group"
NONE_EXPECTED = "not given: nobody of the group is in a stratum with events"
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
        of no difference from the reference (Wald; missing for the reference itself).

    Raises
    ------
    UserError
        Indexes differ, a size is negative, a group has nobody, the reference is not a group.

    Notes
    -----
    Where a count is hidden all ratios are missing, since the events of the strata are those of all
    groups: leave the group out, and count the strata without it. A group without events has the
    ratio 0. The interval takes events as independent and the people as known.

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
    group_effect, stratum_effect = _fit(n, counts, strata)
    scale = group_effect[place] if place is not None else counts.sum() / (n @ stratum_effect).sum()
    expected = (n @ stratum_effect) * scale
    errors = _find_errors(n, group_effect, stratum_effect, place)
    z, found = find_quantile(confidence), []
    for row, fact in enumerate(facts):
        ratio, error = group_effect[row] / scale, errors[row]
        low, high, note, p = NAN, NAN, "", NAN
        if expected[row] == 0:
            ratio, note = NAN, NONE_EXPECTED
        elif counts[row] == 0:
            upper = float(limit_events(0, confidence=confidence)[1])
            low, high, note = 0.0, upper / expected[row], NO_EVENTS
        elif error < CLOSE:
            note = ALONE if row != place else ""
        elif row != place:
            low, high = (ratio * np.exp(sign * z * error) for sign in (-1, 1))
            p = float(2 * stats.norm.sf(abs(np.log(ratio)) / error))
        found.append({
            "group": groups[row],
            **make_row(ratio, low, high, method=METHOD, note=note, expected=expected[row], p=p,
                       **fact),
        })  # fmt: skip
    return pd.DataFrame(found)


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


def _fit(n: Floats, counts: Floats, strata: Floats) -> tuple[Floats, Floats]:
    """Return the effects of groups and strata whose expected events have the margins."""
    group = np.ones(len(counts))
    here = n.sum(axis=0) > 0
    stratum = np.zeros(len(strata))
    strata = strata * (counts.sum() / strata.sum())  # rounded counts: the groups' total stands
    for _ in range(STEPS):
        stratum[here] = strata[here] / (group @ n[:, here])
        change = _divide(counts, n @ stratum) / group
        group = group * change
        if np.abs(change[counts > 0] - 1).max(initial=0) < CLOSE:
            break
        group = np.where(counts > 0, group, 1.0)
    stratum[here] = strata[here] / (np.where(counts > 0, group, 0.0) @ n[:, here])
    return np.where(counts > 0, _divide(counts, n @ stratum), 0.0), stratum


def _divide(counts: Floats, expected: Floats) -> Floats:
    """Return counts over expected events, 1 where nothing is expected."""
    return np.divide(counts, expected, out=np.ones_like(counts), where=expected > 0)


def _find_errors(n: Floats, group: Floats, stratum: Floats, place: int | None) -> Floats:
    """Return the standard error of each log ratio, from the inverse of the information.

    The groups that have events are free, the strata are taken out by their Schur complement. What
    is left has one direction without information: a factor moved from the groups to the strata.
    """
    fitted = n * group[:, None] * stratum
    free = fitted.sum(axis=1) > 0
    part = fitted[free][:, fitted.sum(axis=0) > 0]
    inner = np.diag(part.sum(axis=1)) - (part / part.sum(axis=0)) @ part.T
    covariance = np.linalg.pinv(inner, rcond=1e-10, hermitian=True)
    base = np.zeros(len(part))
    base[:] = part.sum(axis=1) / part.sum()  # all groups together: weighted by their events
    if place is not None:
        base = (np.flatnonzero(free) == place).astype(float)
    contrast = np.eye(len(part)) - base
    errors = np.full(len(n), NAN)
    errors[free] = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrast, covariance, contrast), 0))
    return errors
