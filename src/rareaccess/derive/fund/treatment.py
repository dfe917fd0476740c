"""SACT records of one drug: each patient's first and last day of treatment, and the outcome."""

import pandas as pd

__all__ = ["DATES", "summarise_records"]

DATES = ("regimen_start", "cycle_start", "administered")  # SACT items #22, #27 and #34


def summarise_records(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a patient: first and last day of treatment, treating trust, outcome.

    Parameters
    ----------
    records
        SACT records of the drug: `study_id`, `regimen_start`, `cycle_start`, `administered` (days,
        any of them missing), `organisation` (ODS code), `outcome` (text of the outcome summary,
        missing where none was submitted), `stopped` (True where the outcome says that treatment
        ended through progression or toxicity).

    Returns
    -------
    pandas.DataFrame
        Indexed by `study_id`: `start` (the earliest of the three dates over all records), `last`
        (the latest), `regimen_start` (the earliest), `organisation` (of the record that starts
        first, ties by code), `outcome` (whether one was submitted) and `stopped`. A patient whose
        records hold no date at all has no start and no last day.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> records = pd.DataFrame({"study_id": [1, 1], "regimen_start": [day("2020-01-10"), pd.NaT],
    ...     "cycle_start": [pd.NaT, day("2020-03-01")], "administered": [day("2020-01-08"), pd.NaT],
    ...     "organisation": ["RAA", "RBB"], "outcome": [None, "completed"], "stopped": False})
    >>> summary = summarise_records(records).loc[1]
    >>> str(summary["start"].date()), str(summary["last"].date()), bool(summary["outcome"])
    ('2020-01-08', '2020-03-01', True)
    """
    dates = records[list(DATES)]
    dated = records.assign(
        start=dates.min(axis="columns"), last=dates.max(axis="columns"), n=range(len(records))
    )
    ordered = dated.sort_values(["start", "organisation", "n"], na_position="last")
    grouped = ordered.groupby("study_id", sort=True)
    return pd.DataFrame(
        {
            "start": grouped["start"].min(),
            "last": grouped["last"].max(),
            "regimen_start": grouped["regimen_start"].min(),
            "organisation": grouped["organisation"].first(),
            "outcome": grouped["outcome"].agg(lambda texts: bool(texts.notna().any())).astype(bool),
            "stopped": grouped["stopped"].any().astype(bool),
        }
    )
