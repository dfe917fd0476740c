"""Stricter definitions of the cohort: each is a part of the one above, or of the first."""

import pandas as pd

from rareaccess.measures.definitions import count_definitions, list_spans

PEOPLE = pd.DataFrame(
    {
        "treated": [True, True, False, False, False],
        "coded_records": [0, 2, 1, 2, 5],
        "leading_records": [0, 1, 1, 0, 2],
        "age_at_first_code": pd.array([None, 30, 40, 50, None], "Int64"),
        "first_coded_date": pd.to_datetime([None, "2010-01-01", "2012-01-01", "2020-01-01", None]),
        "observed_until": pd.to_datetime(["2020-01-01"] * 5),
    }
)


def test_sizes() -> None:
    counts = count_definitions(PEOPLE)
    assert counts["cohort"].tolist() == [5, 4, 3, 3, 2]
    assert counts["treated"].tolist() == [2, 1, 1, 1, 1]


def test_age_and_time_observed() -> None:
    spans = list_spans(PEOPLE)
    assert spans["age"].isna().tolist() == [True, False, False, False, True]
    assert spans["observed"].round(2).tolist()[1:4] == [10.0, 8.0, 0.0]
    assert spans["observed"].isna().tolist() == [True, False, False, False, True]
