"""The records of the Cancer Drugs Fund: its flow, what SACT holds, and what is asked for."""

import pandas as pd

from rareaccess.flow import Ledger
from rareaccess.marts.levels import INCOMPLETE

__all__ = ["count_chasing", "count_records", "list_steps"]


def count_records(statuses: pd.DataFrame) -> pd.DataFrame:
    """Count patients by whether SACT has their record, and what an incomplete one lacks.

    Parameters
    ----------
    statuses
        The mart `sact_status`.

    Returns
    -------
    pandas.DataFrame
        `reason` (present, the reasons of the incomplete, missing) and `n`.

    Examples
    --------
    >>> statuses = pd.DataFrame({"status": ["present", "incomplete", "missing"],
    ...     "reason": [None, INCOMPLETE["late"], None]})
    >>> count_records(statuses)["n"].tolist()
    [1, 0, 1, 0, 0, 1]
    """
    named = statuses["reason"].fillna(statuses["status"])
    order = ["present", *INCOMPLETE.values(), "missing"]
    counts = named.value_counts().reindex(order, fill_value=0)
    return pd.DataFrame({"reason": order, "n": counts.to_numpy("int64")})


def count_chasing(chasing: pd.DataFrame) -> pd.DataFrame:
    """Count the records to be asked for by calendar year of the approval, over all trusts.

    The counts of single trusts are small, and stay in the mart: a trust is told its own.

    Parameters
    ----------
    chasing
        The mart `chasing`.

    Returns
    -------
    pandas.DataFrame
        `year`, `trusts` (that are asked), `incomplete`, `missing`; the last row, "All", counts
        each trust once.

    Examples
    --------
    >>> chasing = pd.DataFrame({"trust": ["RAA", "RBB", "RAA"], "incomplete": [1, 0, 2],
    ...     "missing": [0, 1, 0],
    ...     "month": pd.to_datetime(["2020-01-01", "2020-03-01", "2021-01-01"])})
    >>> count_chasing(chasing).to_numpy().tolist()
    [['2020', 2, 1, 1], ['2021', 1, 2, 0], ['All', 2, 3, 1]]
    """
    years = chasing.assign(year=chasing["month"].dt.year.astype("int64").astype("str"))
    whole = chasing.assign(year="All")
    counts = (
        pd.concat([years, whole])
        .groupby("year", as_index=False)
        .agg(
            trusts=("trust", "nunique"),
            incomplete=("incomplete", "sum"),
            missing=("missing", "sum"),
        )
    )
    return counts.astype({"trusts": "int64", "incomplete": "int64", "missing": "int64"})


def list_steps(ledger: Ledger) -> pd.DataFrame:
    """List the steps of the fund's flow: what stays at each box, and who is left out and why.

    Parameters
    ----------
    ledger
        The flow of the Cancer Drugs Fund.

    Returns
    -------
    pandas.DataFrame
        `level` (a box, or a reason of exclusion), `role` (out, excluded), `people`, `records`.
        Somebody with several applications counts at an exclusion only when none is left.
    """
    rows = ledger.summary()
    rows = rows[rows["role"] != "in"]
    words = rows["reason"].fillna(rows["label"])
    level = words.where(rows["role"] == "out", "left out: " + words)
    return rows.assign(level=level)[["level", "role", "people", "records"]].reset_index(drop=True)
