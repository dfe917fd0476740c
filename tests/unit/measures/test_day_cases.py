"""Day cases by route: every start is in one row."""

import pandas as pd

from rareaccess.measures.day_cases import count_day_cases

UPTAKE = pd.DataFrame(
    [
        ("IV", "2020-01-01", "2020-01-01"),
        ("IV", "2020-01-01", "2019-12-31"),
        ("IV", "2020-01-01", None),
        ("SC", "2020-01-01", "2020-02-01"),
        (None, "2020-01-01", None),
    ],
    columns=["route", "start_date", "day_case_date"],
).astype({"route": "str", "start_date": "datetime64[s]", "day_case_date": "datetime64[s]"})


def test_counts() -> None:
    routes = {"IV": "infusion", "SC": "injection", "oral": "tablets"}
    counts = count_day_cases(UPTAKE, routes=routes)
    assert counts.to_numpy().tolist() == [
        ["infusion", 3, 2, 1], ["injection", 1, 1, 0], ["not known", 1, 0, 0],
    ]  # fmt: skip
    assert counts["starts"].sum() == len(UPTAKE)
