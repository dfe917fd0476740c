"""Severity: what counts as a number, and on which side of the threshold it lies."""

import pandas as pd
import pytest

from rareaccess.derive.applications.severity import build_severity, classify_answers, name_criterion
from rareaccess.marts.levels import SCORES
from rareaccess.params import load_pair

PAIR = load_pair("sle-belimumab")
SEVERITY = PAIR.severity  # 0 to 105, threshold 10


@pytest.mark.parametrize(
    ("answer", "score", "status"),
    [
        ("10", 10, "at or above threshold"),
        ("9", 9, "below threshold"),
        ("9.9", 9.9, "below threshold"),
        (" 12.0 ", 12, "at or above threshold"),
        ("0", 0, "below threshold"),
        ("105", 105, "at or above threshold"),
        ("105.5", None, "out of range"),
        ("-1", None, "out of range"),
        ("999", None, "out of range"),
        ("12/105", None, "unreadable"),
        (">10", None, "unreadable"),
        ("1e1", None, "unreadable"),
        ("1,5", None, "unreadable"),
        ("ten", None, "unreadable"),
        ("\uff11\uff12", None, "unreadable"),  # full-width digits
        ("N/A", None, "unreadable"),
        ("nan", None, "unreadable"),
        ("inf", None, "unreadable"),
        ("", None, "unreadable"),
        ("   ", None, "unreadable"),
        (None, None, "missing"),
    ],
)
def test_answers(answer: str | None, score: float | None, status: str) -> None:
    found = classify_answers(pd.Series([answer], dtype="str"), severity=SEVERITY).iloc[0]
    assert found["status"] == status
    assert found["status"] in SCORES
    assert pd.isna(found["score"]) if score is None else found["score"] == score


def test_the_mart_takes_the_kept_application() -> None:
    treated = pd.DataFrame(
        {"study_id": [1, 2], "application_id": ["a", "b"], "criterion": ["X", "Y"]}
    )
    answers = pd.DataFrame(
        [
            ("a", "sledai_score", "7"),
            ("a", "sledai_score", "12"),  # answered twice: the smaller text counts
            ("a", "another_question", "1"),
            ("z", "sledai_score", "99"),  # of another application
        ],
        columns=["application_id", "question_code", "answer"],
    )
    mart = build_severity(treated, answers, severity=SEVERITY)
    assert mart["score"].tolist()[:1] == [12]
    assert mart["status"].tolist() == ["at or above threshold", "missing"]
    shuffled = build_severity(treated, answers.iloc[::-1], severity=SEVERITY)
    pd.testing.assert_frame_equal(shuffled, mart)


def test_a_pair_without_a_measure() -> None:
    treated = pd.DataFrame({"study_id": [1], "application_id": ["a"], "criterion": ["X"]})
    answers = pd.DataFrame(columns=["application_id", "question_code", "answer"], dtype="str")
    assert build_severity(treated, answers, severity=None).empty


def test_the_rule_in_force_on_the_approval_date() -> None:
    dates = pd.Series(pd.to_datetime(["2016-06-21", "2016-06-22", "2021-12-15", None]))
    found = name_criterion(dates, PAIR.criteria)
    assert found.iloc[1:3].tolist() == ["TA397", "TA752"]
    assert found.iloc[[0, 3]].isna().all()
    assert name_criterion(dates, PAIR.criteria[::-1]).equals(found)
