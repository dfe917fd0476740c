"""Decisions: which applications are of the mart, whose characteristics, and which reasons."""

import pandas as pd

from rareaccess.derive.applications.decisions import build_decisions
from rareaccess.params import load_pair

PAIR = load_pair("sle-belimumab")
EVERYONE = pd.DataFrame(
    {
        "study_id": [1, 2],
        "sex": ["Male", "Female"],
        "ethnicity": ["Black", "White"],
        "imd_quintile": pd.array([1, 5], "Int64"),
    }
)
CENTRES = pd.DataFrame({"centre_code": ["RAA"]})


def application(key: str, study_id: int, status: str | None, **other: object) -> dict:
    return {
        "application_id": key,
        "study_id": study_id,
        "stopped_at": "" if status == "approved" else "approved",
        "approval_status": status,
        "decision_reason": None,
        "linked": True,
        "sex": "female",
        "date_of_birth": "1980-06-15",
        "submitted_date": "2021-12-14",
        "approval_date": None,
        "applying_trust": "RAA",
        "route": "IV",
        **other,
    }


def build(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    days = ["date_of_birth", "submitted_date", "approval_date"]
    frame = frame.astype(dict.fromkeys(days, "datetime64[s]"))
    texts = dict.fromkeys(["sex", "decision_reason", "approval_status"], "str")
    return build_decisions(frame.astype(texts), EVERYONE, CENTRES, criteria=PAIR.criteria)


def test_only_applications_to_start_the_drug() -> None:
    stopped = ["drug", "initiation", "approved", "dated", "linked", "one_per_patient", ""]
    rows = [application(str(n), 1, "approved", stopped_at=at) for n, at in enumerate(stopped)]
    assert len(build(*rows)) == 5


def test_reasons_are_kept_where_something_was_refused_and_as_codes_only() -> None:
    found = build(
        application("a", 1, "rejected", decision_reason=" criteria not met "),
        application("b", 1, "withdrawn", decision_reason="as agreed with Mrs X"),
        application("c", 1, "rejected", decision_reason=" "),
        application("d", 1, "approved", decision_reason="other"),
        application("e", 1, "pending"),
        application("f", 1, None),
    )
    assert found["decision"].tolist() == [
        "rejected", "withdrawn", "rejected", "approved", "pending", "not known",
    ]  # fmt: skip
    assert found["reason"].fillna("-").tolist() == [
        "criteria not met", "another reason", "-", "-", "-", "-",
    ]  # fmt: skip


def test_age_and_criteria_on_the_day_of_the_decision_else_of_submission() -> None:
    found = build(
        application("a", 1, "approved", approval_date="2022-06-15"),
        application("b", 1, "rejected"),
    )
    assert found["criterion"].tolist() == ["TA397", "TA752"]  # in the order of the days
    assert found["age"].tolist() == [41, 42]


def test_form_before_hes_and_what_is_not_known() -> None:
    found = build(
        application("a", 1, "rejected"),
        application("b", 2, "rejected", sex=" ", applying_trust="RBB"),
        application("c", 3, "rejected", sex=None, linked=False, applying_trust=None),
    )
    assert found["sex"].tolist() == ["Female", "Female", "Not known"]
    assert found["ethnicity"].tolist() == ["Black", "White", "Unknown"]
    assert found["imd_quintile"].tolist()[:2] == [1, 5] and pd.isna(found["imd_quintile"][2])
    assert found["at_centre"].tolist() == [True, False, False]
    assert found["linked"].tolist() == [True, True, False]
