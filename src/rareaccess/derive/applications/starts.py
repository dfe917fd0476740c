"""Uptake: who started when, and how many started in each month."""

import pandas as pd

from rareaccess.params import Window

__all__ = ["build_lines", "build_uptake", "count_starts"]


def build_uptake(treated: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: the dates, route and trust of each treated person's application."""
    return pd.DataFrame(
        {
            "study_id": treated["study_id"],
            "start_date": treated["planned_start_date"],
            "approval_date": treated["approval_date"],
            "submitted_date": treated["submitted_date"],
            "route": treated["route"],
            "trust": treated["applying_trust"],
            "member": treated["member"],
        }
    )


def build_lines(applications: pd.DataFrame, treated: pd.Series) -> pd.DataFrame:
    """Return the mart of the drugs of a group that each treated person began, in their order.

    Parameters
    ----------
    applications
        `study_id`, `member`, `planned_start_date`, `stopped_at` ("" for the application that
        counts, `one_per_patient` for further sound ones of the same patient), `application_id`.
    treated
        The study_id of the treated.

    Notes
    -----
    Each drug counts once, when it was first begun. Two drugs planned for one day stand in the order
    of their names. A form is no proof that the first drug was stopped: a line is a start.

    Examples
    --------
    >>> frame = pd.DataFrame({"study_id": [1, 1, 1], "member": ["b", "a", "b"],
    ...     "planned_start_date": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]),
    ...     "stopped_at": ["", "one_per_patient", "one_per_patient"],
    ...     "application_id": ["x", "y", "z"]})
    >>> build_lines(frame, pd.Series([1]))[["line", "member"]].to_numpy().tolist()
    [[1, 'b'], [2, 'a']]
    """
    sound = applications[applications["stopped_at"].isin(["", "one_per_patient"])]
    sound = sound[sound["study_id"].isin(treated) & sound["member"].notna()]
    order = ["study_id", "planned_start_date", "member", "application_id"]
    first = sound.sort_values(order).drop_duplicates(["study_id", "member"])
    lines = first.assign(line=first.groupby("study_id").cumcount() + 1)
    lines = lines.rename(columns={"planned_start_date": "start_date"})
    return lines[["study_id", "line", "member", "start_date"]].reset_index(drop=True)


def count_starts(starts: pd.Series, window: Window) -> pd.DataFrame:
    """Count people who start in each month of the window, months without a start included.

    Parameters
    ----------
    starts
        Planned start dates, one a person, all inside the window.
    window
        The period; its first and last month may be part months.

    Returns
    -------
    pandas.DataFrame
        `month` (first day), `starts`, `cumulative`, `complete` (the window holds the whole month).

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> window = load_pair("sle-belimumab").windows.treatment
    >>> months = count_starts(pd.Series(pd.to_datetime(["2016-06-30", "2016-08-01"])), window)
    >>> months.head(3)[["starts", "cumulative", "complete"]].to_numpy().tolist()
    [[1, 1, False], [0, 1, True], [1, 2, True]]
    """
    first, last = pd.Timestamp(window.start), pd.Timestamp(window.end)
    months = pd.period_range(first, last, freq="M")
    counts = pd.to_datetime(starts).dt.to_period("M").value_counts().reindex(months, fill_value=0)
    whole = (months.start_time >= first) & (months.end_time.normalize() <= last)
    return pd.DataFrame(
        {
            "month": months.start_time,
            "starts": counts.to_numpy("int64"),
            "cumulative": counts.cumsum().to_numpy("int64"),
            "complete": whole,
        }
    )
