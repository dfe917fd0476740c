"""Questions without an answer, by trust: blanks, free text as a code, forms that do not count."""

import pandas as pd

from rareaccess.derive.applications.form_answers import OTHER, count_answers

FORMS = pd.DataFrame(
    {
        "application_id": ["a", "b", "c", "d"],
        "applying_trust": ["RA", "RA", None, "RB"],
        "stopped_at": ["", "approved", "linked", "drug"],  # d is of another drug
    }
)


def answers(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["application_id", "question_code", "answer"]).astype("str")


def test_a_blank_is_no_answer_and_the_first_of_two_is_enough() -> None:
    given = answers(
        ("a", "mdt", " "), ("b", "mdt", "No"), ("b", " mdt ", "Yes"), ("c", "mdt", None)
    )  # fmt: skip
    assert count_answers(FORMS, given).fillna("-").to_numpy().tolist() == [
        ["RA", "mdt", 2, 1], ["-", "mdt", 1, 1],
    ]  # fmt: skip


def test_answers_of_other_forms_ask_nothing() -> None:
    assert count_answers(FORMS, answers(("d", "mdt", "Yes"), ("z", "mdt", "Yes"))).empty
    assert count_answers(FORMS, answers()).empty


def test_a_text_that_is_no_code_is_not_kept() -> None:
    found = count_answers(FORMS, answers(("a", "Is Mr X known to you?", "Yes")))
    assert set(found["question"]) == {OTHER}


def test_each_question_is_asked_of_each_application() -> None:
    found = count_answers(FORMS, answers(("a", "mdt", "Yes"), ("b", "score", "12")))
    assert found.groupby("question")["applications"].sum().to_dict() == {"mdt": 3, "score": 3}
    assert found.groupby("question")["missing"].sum().to_dict() == {"mdt": 2, "score": 2}
