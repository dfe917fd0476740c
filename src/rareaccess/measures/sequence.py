"""Drugs of a group one after the other: which came first, and which followed which."""

from collections.abc import Sequence

import pandas as pd

__all__ = ["count_first_by_year", "count_switches"]


def count_first_by_year(lines: pd.DataFrame, *, members: Sequence[str]) -> pd.DataFrame:
    """Count people by the drug with which they began and the calendar year of that start.

    Parameters
    ----------
    lines
        The mart `lines`: `study_id`, `line`, `member`, `start_date`.
    members
        The drugs of the group in their order; each becomes a column.

    Returns
    -------
    pandas.DataFrame
        `year` (text), a column of counts a drug, `total`; years without a start included.

    Examples
    --------
    >>> lines = pd.DataFrame({"study_id": [1, 1, 2], "line": [1, 2, 1], "member": ["a", "b", "b"],
    ...     "start_date": pd.to_datetime(["2019-05-01", "2020-01-01", "2021-02-01"])})
    >>> count_first_by_year(lines, members=["a", "b"]).to_numpy().tolist()
    [['2019', 1, 0, 1], ['2020', 0, 0, 0], ['2021', 0, 1, 1]]
    """
    first = lines[lines["line"] == 1]
    year = first["start_date"].dt.year
    years = range(int(year.min()), int(year.max()) + 1) if len(first) else range(0)
    counts = pd.crosstab(year, first["member"]).reindex(
        index=list(years), columns=list(members), fill_value=0
    )
    counts = counts.rename_axis(None, axis="columns").astype("int64")
    return counts.assign(total=counts.sum(axis="columns")).pipe(
        lambda frame: frame.reset_index(names="year").astype({"year": "str"})
    )


def count_switches(lines: pd.DataFrame, *, members: Sequence[str]) -> pd.DataFrame:
    """Count people by their first drug and the one begun after it.

    Returns
    -------
    pandas.DataFrame
        `level` (the first drug), `started` (people), a column a drug with those who began it next,
        and `none` (no other drug of the group).

    Notes
    -----
    A second drug is a new application, not proof that the first one was stopped on that day.

    Examples
    --------
    >>> lines = pd.DataFrame({"study_id": [1, 1, 2], "line": [1, 2, 1], "member": ["a", "b", "a"]})
    >>> count_switches(lines, members=["a", "b"]).to_numpy().tolist()
    [['a', 2, 0, 1, 1], ['b', 0, 0, 0, 0]]
    """
    first = lines[lines["line"] == 1].set_index("study_id")["member"]
    second = lines[lines["line"] == 2].set_index("study_id")["member"]
    pairs = pd.DataFrame({"first": first, "next": second.reindex(first.index)})
    table = pd.crosstab(pairs["first"], pairs["next"].fillna("none"))
    table = table.reindex(index=list(members), columns=[*members, "none"], fill_value=0)
    table = table.rename_axis(None, axis="columns").astype("int64")
    table.insert(0, "started", table.sum(axis="columns"))
    return table.reset_index(names="level")
