"""Starts of treatment: when each treated person began, and the drugs of a group in their order."""

import pandas as pd

__all__ = ["build_lines", "build_uptake"]


def build_uptake(treated: pd.DataFrame, day_cases: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: the dates, route and trust of each treated person's application.

    Parameters
    ----------
    treated
        As `describe_treated` returns it.
    day_cases
        `study_id`, `day_case_date`: the first stay of one day around the planned start.
    """
    names = {"planned_start_date": "start_date", "applying_trust": "trust"}
    dates = ["planned_start_date", "approval_date", "submitted_date"]
    columns = ["study_id", *dates, "route", "applying_trust", "member"]
    rows = treated[columns].rename(columns=names)
    return rows.merge(day_cases, on="study_id", how="left", validate="1:1")


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
