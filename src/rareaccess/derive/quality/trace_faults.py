"""Faults of the trace of vital status, counted before the pipeline deals with them."""

import pandas as pd

__all__ = ["count_trace_faults"]


def count_trace_faults(*people: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Count the faults of traces: name -> (people with the fault, people looked at).

    Looked at is everybody who is dead, with a day or without.

    Parameters
    ----------
    people
        Frames with `study_id`, `date_of_death`, `death_undated` (dead, day unknown). Somebody may
        be in several rows, such as by the trace of a second NHS number, and counts once.

    Examples
    --------
    >>> people = pd.DataFrame({"study_id": [1, 2, 3], "death_undated": [True, False, False],
    ...     "date_of_death": pd.to_datetime([None, "2020-01-01", None])})
    >>> count_trace_faults(people, people)
    {'death_without_date': (1, 2)}
    """
    columns = ["study_id", "date_of_death", "death_undated"]
    rows = pd.concat([frame[columns] for frame in people], ignore_index=True)
    undated = rows["death_undated"].eq(True)
    dead = rows[undated | rows["date_of_death"].notna()]
    broken = rows.loc[undated, "study_id"].nunique()
    return {"death_without_date": (int(broken), int(dead["study_id"].nunique()))}
