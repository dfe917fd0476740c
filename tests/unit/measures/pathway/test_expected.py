"""Starts beside what was expected; and questions without an answer."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.pathway import compare_expected, count_missing, list_missing

STARTS = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4],
        "start_date": pd.to_datetime(["2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01"]),
    }
)
PEOPLE = pd.DataFrame(
    {
        "study_id": [1, 2, 3, 4],
        "icb": ["E54000010", "E54000008", "E54000010", None],
        "nhs_region": ["Midlands", "North West", "Midlands", None],
    }
)


def expect(**other: object) -> pd.DataFrame:
    row = {"source": "nice-ta752", "geography": "England", "from_date": "2022-01-01",
           "to_date": "2022-12-31", "low": 1, "high": 2, "measure": "starts", **other}  # fmt: skip
    frame = pd.DataFrame([row])
    days = dict.fromkeys(["from_date", "to_date"], "datetime64[s]")
    return frame.astype({**days, "low": "Int64", "high": "Int64"})


@pytest.mark.parametrize(
    ("other", "observed"),
    [
        ({}, 2),  # both days included
        ({"measure": "people on treatment"}, 3),  # all who had started
        ({"geography": "Midlands"}, 1),
        ({"geography": "Midlands", "measure": "people on treatment"}, 2),
        ({"geography": "E54000008"}, 1),
        ({"geography": "London"}, 0),
    ],
)
def test_what_is_observed(other: dict, observed: int) -> None:
    found = compare_expected(expect(**other), STARTS, PEOPLE)
    assert found["observed"].tolist() == [observed]
    assert found["source"].tolist() == ["National Institute for Health and Care Excellence, 2021"]


@pytest.mark.parametrize(
    ("other", "what"),
    [({"geography": "Wessex"}, "place that is not known"), ({"low": 3}, "above its upper one"),
     ({"source": "no-such-key"}, "not in the bibliography")],
)  # fmt: skip
def test_what_is_not_understood_stops(other: dict, what: str) -> None:
    with pytest.raises(UserError, match=what):
        compare_expected(expect(**other), STARTS, PEOPLE)


def test_an_upper_figure_alone_has_no_lower_one() -> None:
    found = compare_expected(expect(low=None), STARTS, PEOPLE)
    assert found["low"].isna().all() and found["high"].tolist() == [2]


ANSWERS = pd.DataFrame(
    [("A", "mdt", 12, 0), ("A", "score", 12, 6), ("B", "mdt", 4, 4), ("B", "score", 4, 0),
     (None, "mdt", 3, 1), (None, "score", 3, 0)],
    columns=["trust", "question", "applications", "missing"],
)  # fmt: skip


def test_missing_answers_add_up_by_question_and_by_trust() -> None:
    by_question = count_missing(ANSWERS).set_index("question")
    assert by_question.loc["mdt"].tolist() == [19, 5, 2]
    by_trust = list_missing(ANSWERS)
    assert by_trust["missing"].sum() == by_question["missing"].sum() == ANSWERS["missing"].sum()
    assert by_trust["asked"].sum() == ANSWERS["applications"].sum()
    assert by_trust.to_numpy().tolist() == [
        ["A", 12, 24, 6], ["fewer than 10 applications", 7, 14, 5],
    ]  # fmt: skip
