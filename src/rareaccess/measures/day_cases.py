"""Stays of one day around planned starts, by route: a check of the dates on the forms."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["count_day_cases"]


def count_day_cases(uptake: pd.DataFrame, *, routes: Mapping[str, str]) -> pd.DataFrame:
    """Count the treated with a stay of one day around the planned start, by route.

    An infusion is given in hospital, so that a start by infusion without such a stay is in doubt.
    Of people who inject at home the same count shows how often such a stay is there without an
    infusion. An infusion that the hospital books as an outpatient appointment is not seen.

    Parameters
    ----------
    uptake
        The mart: `route`, `start_date`, `day_case_date`.
    routes
        Route and its name in words.

    Returns
    -------
    DataFrame
        `level` (the route), `starts`, `found` (a stay in the window), `same_day` (on the planned
        day itself). A route without a start is left out.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-01"])
    >>> uptake = pd.DataFrame({"route": ["IV", "IV", "SC"], "start_date": days,
    ...     "day_case_date": pd.to_datetime(["2020-01-01", "2020-01-09", None])})
    >>> count_day_cases(uptake, routes={"IV": "infusion", "SC": "injection"}).to_numpy().tolist()
    [['infusion', 2, 2, 1], ['injection', 1, 0, 0]]
    """
    rows = []
    known = uptake["route"].isin(list(routes))
    parts = {words: uptake["route"] == route for route, words in routes.items()}
    for words, inside in {**parts, "not known": ~known}.items():
        some = uptake[inside]
        same = some["day_case_date"] == some["start_date"]
        found = int(some["day_case_date"].notna().sum())
        rows.append((words, len(some), found, int(same.sum())))
    counts = pd.DataFrame(rows, columns=["level", "starts", "found", "same_day"])
    return counts[counts["starts"] > 0].reset_index(drop=True)
