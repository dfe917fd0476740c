"""What was decided on applications to start the drug, by whose they were, and why."""

from collections.abc import Mapping, Sequence

import pandas as pd

from rareaccess.contracts.patients import DECISION_REASONS
from rareaccess.marts.levels import ANOTHER_REASON

__all__ = ["REFUSED", "count_decisions", "count_reasons", "list_approved_too", "part_personal"]

DECIDED = ("approved", "rejected", "withdrawn")
REFUSED = ("rejected", "withdrawn")
NO_REASON, UNKNOWN = "no reason given", "not known"
PERSONAL = ("Sex", "Age", "Ethnic group", "Deprivation of the area")
AGES = {"under 30": (0, 29), "30 to 49": (30, 49), "50 and over": (50, 130)}


def count_decisions(
    decisions: pd.DataFrame, *, routes: Mapping[str, str], criteria: Sequence[str]
) -> pd.DataFrame:
    """Count the applications that were approved, rejected and withdrawn, by whose they were.

    Parameters
    ----------
    decisions
        The mart. Applications without one of the three decisions are left out.
    routes
        Route and its name in words.
    criteria
        Ids of the dated rules in their order.

    Returns
    -------
    DataFrame
        `by`, `level`, `approved`, `rejected`, `withdrawn`, `decided` (their sum). Levels are few,
        because the refused are; each adds up to all. A level without an application is left out.

    Examples
    --------
    >>> decisions = pd.DataFrame({"decision": ["approved", "rejected", "pending"],
    ...     "sex": "Female", "age": [20, 60, 30], "ethnicity": ["White", "Unknown", "White"],
    ...     "imd_quintile": pd.array([1, None, 2], "Int64"), "at_centre": True, "route": "IV",
    ...     "criterion": "TA1"})
    >>> counts = count_decisions(decisions, routes={"IV": "infusion"}, criteria=["TA1"])
    >>> counts.query("by == 'Age'")[["level", "approved", "rejected"]].to_numpy().tolist()
    [['under 30', 1, 0], ['50 and over', 0, 1]]
    """
    rows = decisions[decisions["decision"].isin(DECIDED)]
    levels = _name_levels(rows, routes)
    orders = {
        "Sex": ["female", "male"],
        "Age": list(AGES),
        "Ethnic group": ["White", "other known groups"],
        "Deprivation of the area": ["most deprived fifth", "other fifths"],
        "Applied": ["a centre", "another trust"],
        "Route": list(routes.values()),
        "Criteria in force": list(criteria),
    }
    parts = [("Everybody", "all", pd.Series(True, rows.index))]
    for by, order in orders.items():
        own = levels[by].where(levels[by].isin(order), UNKNOWN)
        parts += [(by, level, own == level) for level in [*order, UNKNOWN]]
    counted = []
    for by, level, inside in parts:
        n = {name: int((rows.loc[inside, "decision"] == name).sum()) for name in DECIDED}
        counted.append({"by": by, "level": level, **n, "decided": int(inside.sum())})
    frame = pd.DataFrame(counted)
    return frame[(frame["decided"] > 0) | (frame["by"] == "Everybody")].reset_index(drop=True)


def part_personal(counts: pd.DataFrame, *, minimum: int) -> tuple[pd.DataFrame, list[str]]:
    """Part decisions into what can be shown and the characteristics that would show single people.

    Parameters
    ----------
    counts
        As `count_decisions` gives them.
    minimum
        Of people, for a count by a personal characteristic to be shown; 1 shows all.

    Returns
    -------
    tuple
        The rows that are left, and the names of the characteristics that are left out whole, since
        the cells beside a hidden one would tell it. One stays where each decision was made for
        nobody or for at least twice the minimum, and in each known level for nobody or for the
        minimum.

    Examples
    --------
    >>> counts = pd.DataFrame({"by": ["Everybody", "Sex", "Sex"], "level": list("abc"),
    ...                        "approved": [90, 80, 10], "rejected": [12, 10, 2], "withdrawn": 0})
    >>> part_personal(counts, minimum=5)[1], part_personal(counts, minimum=2)[1]
    (['Sex'], [])
    """
    own = counts[counts["by"].isin(PERSONAL)]
    totals = own.groupby("by", sort=False)[list(DECIDED)].sum()
    few = totals.gt(0) & totals.lt(2 * minimum)
    small = own[own["level"] != UNKNOWN].set_index("by")[list(DECIDED)]
    small = (small.gt(0) & small.lt(minimum)).groupby(level=0, sort=False).any()
    lost = (few.any(axis="columns") & (minimum > 1)) | small.any(axis="columns")
    left = [name for name in PERSONAL if lost.get(name, False)]
    return counts[~counts["by"].isin(left)].reset_index(drop=True), left


def _name_levels(rows: pd.DataFrame, routes: Mapping[str, str]) -> dict[str, pd.Series]:
    """Return the level of each application in each way of parting them, in words."""
    age, group, fifth = rows["age"], rows["ethnicity"], rows["imd_quintile"]
    bands = pd.Series(UNKNOWN, rows.index)
    for words, (low, high) in AGES.items():
        bands = bands.mask(age.between(low, high).fillna(False).astype(bool), words)
    known = fifth.notna()
    return {
        "Sex": rows["sex"].str.lower(),
        "Age": bands,
        "Ethnic group": group.mask(~group.isin(["White", "Unknown"]), "other known groups"),
        "Deprivation of the area": pd.Series(UNKNOWN, rows.index)
        .mask(known, "other fifths")
        .mask(known & (fifth == 1), "most deprived fifth"),
        "Applied": rows["at_centre"].map({True: "a centre", False: "another trust"}),
        "Route": rows["route"].map(routes),
        "Criteria in force": rows["criterion"],
    }


def count_reasons(decisions: pd.DataFrame) -> pd.DataFrame:
    """Count the reasons of rejected and of withdrawn applications, those without one in a last row.

    Returns
    -------
    DataFrame
        `level` (the reason), `rejected`, `withdrawn`; a reason that nobody gave is left out.

    Examples
    --------
    >>> decisions = pd.DataFrame({"decision": ["rejected", "rejected", "withdrawn", "approved"],
    ...     "reason": ["criteria not met", None, None, None]})
    >>> count_reasons(decisions).to_numpy().tolist()
    [['criteria not met', 1, 0], ['no reason given', 1, 1]]
    """
    given = decisions["reason"].astype("str").fillna(NO_REASON)
    levels = [*DECISION_REASONS, ANOTHER_REASON, NO_REASON]
    table = {
        name: given[decisions["decision"] == name].value_counts().reindex(levels, fill_value=0)
        for name in REFUSED
    }
    counts = pd.DataFrame(table).rename_axis("level").reset_index()
    some = counts[list(REFUSED)].sum(axis="columns") > 0
    return counts[some | (counts["level"] == NO_REASON)].reset_index(drop=True)


def list_approved_too(decisions: pd.DataFrame, decision: str) -> tuple[pd.Series, pd.Series]:
    """List the people with such a decision, and those of them who have an approved form as well.

    Parameters
    ----------
    decisions
        The mart.
    decision
        rejected or withdrawn.

    Returns
    -------
    tuple
        Two series of `study_id`, each person once.

    Examples
    --------
    >>> decisions = pd.DataFrame({"study_id": [1, 1, 2],
    ...     "decision": ["rejected", "approved", "rejected"]})
    >>> [ids.tolist() for ids in list_approved_too(decisions, "rejected")]
    [[1, 2], [1]]
    """
    ids, what = decisions["study_id"], decisions["decision"]
    people = ids[what == decision].drop_duplicates()
    return people, people[people.isin(ids[what == "approved"])]
