"""Hospital activity in the months before the index date: admissions and outpatient visits."""

from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["build_activity", "count_activity"]


def count_activity(
    engine: Engine, records: Any, index: pd.DataFrame, *, months: int, unit: str
) -> pd.DataFrame:
    """Count qualifying admissions and visits in [index - months, index) for each person.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted` and `qualifying` (a code of the condition, or
        one of its specialties).
    index
        `study_id`, `index_date`.
    months
        Calendar months; from a day that the earlier month lacks, its last day.
    unit
        `spells`: an admission is a provider and day of admission with a qualifying episode, dated
        by the day of admission. `episodes`: each qualifying episode, dated by its start.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `admissions`, `visits`; people without any are not in it.

    Notes
    -----
    A visit was attended (ATTENDED 5 or 6) and is not an administrative event (FIRSTATT 5). A stay
    that began before the window does not count as a spell in it.
    """
    F, begin = engine.F, index["index_date"] - pd.DateOffset(months=months)
    window = engine.stage(index[["study_id", "index_date"]].assign(begin=begin))
    apc, day, event = F.col("kind") == "apc", F.col("day"), ["study_id", "record"]
    if unit == "spells":
        day = F.when(apc, F.col("admitted")).otherwise(day)
        event = ["study_id", "procode", "dated"]
    events = records.where(F.col("counted") & F.col("qualifying") & (apc | F.col("visit")))
    dated = events.select("study_id", "kind", "record", "procode", day.alias("dated"))
    inside = (F.col("dated") >= F.col("begin")) & (F.col("dated") < F.col("index_date"))
    qualifying = engine.join(dated, window, ("study_id",)).where(inside)
    counted = {
        "admissions": qualifying.where(apc).select(*event).distinct(),
        "visits": qualifying.where(~apc),
    }
    counts = [
        engine.collect(rows.groupBy("study_id").agg(F.count("*").alias(name))).set_index("study_id")
        for name, rows in counted.items()
    ]
    return pd.concat(counts, axis=1).fillna(0).astype("int64").sort_index().reset_index()


def build_activity(
    index: pd.DataFrame, counts: pd.DataFrame, earlier: pd.DataFrame
) -> pd.DataFrame:
    """Return the mart: activity of everyone with an index date, zeros included.

    Parameters
    ----------
    counts
        As `count_activity` returns it.
    earlier
        The same before the dates that may fall before the first record with a code.

    Examples
    --------
    >>> index = pd.DataFrame({"study_id": [1, 2], "treated": [True, False]})
    >>> counts = pd.DataFrame({"study_id": [2], "admissions": [1], "visits": [4]})
    >>> build_activity(index, counts, counts.assign(visits=2)).iloc[:, 4:].to_numpy().tolist()
    [[0, 0], [5, 3]]
    """
    before, before_earlier = (
        rows.set_index("study_id")[["admissions", "visits"]]
        .reindex(index["study_id"], fill_value=0)
        .set_axis(index.index)
        for rows in (counts, earlier)
    )
    return index[["study_id", "treated"]].assign(
        **before,
        total=before.sum(axis="columns"),
        total_any_record=before_earlier.sum(axis="columns"),
    )
