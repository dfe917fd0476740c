"""Severity on the application form: which answers are usable, and which reach the threshold."""

import re

import pandas as pd

from rareaccess.params import Severity

__all__ = ["STATUSES", "build_severity", "classify_answers", "read_yes_no"]

STATUSES = (
    "at or above threshold",
    "below threshold",
    "missing",
    "unreadable",
    "out of range",
)
PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
YES_NO = {
    "y": "Yes",
    "yes": "Yes",
    "true": "Yes",
    "1": "Yes",
    "positive": "Yes",
    "n": "No",
    "no": "No",
    "false": "No",
    "0": "No",
    "negative": "No",
}


def classify_answers(answers: pd.Series, *, severity: Severity) -> pd.DataFrame:
    """Return the score and status of each answer; only plain numbers within the scale are usable.

    Parameters
    ----------
    answers
        Free text, missing where the form has no answer.
    severity
        The measure: minimum, maximum and threshold.

    Returns
    -------
    pandas.DataFrame
        `score` (Float64, missing unless usable) and `status`, one of `STATUSES`.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> answers = pd.Series(["12", " 9.0 ", "12/105", "200", None])
    >>> classify_answers(answers, severity=load_pair("sle-belimumab").severity)["status"].tolist()
    ['at or above threshold', 'below threshold', 'unreadable', 'out of range', 'missing']
    """
    text = answers.astype("str").str.strip()
    plain = text.str.fullmatch(PLAIN.pattern).fillna(False).astype(bool)
    number = pd.to_numeric(text.where(plain)).astype("Float64")
    inside = number.between(severity.minimum, severity.maximum).fillna(False).astype(bool)
    status = pd.Series("unreadable", answers.index, dtype="str")
    status = status.mask(answers.isna(), "missing").mask(plain, "out of range")
    status = status.mask(inside, "below threshold")
    high = inside & (number >= severity.threshold).fillna(False).astype(bool)
    return pd.DataFrame(
        {
            "score": number.mask(~inside),
            "status": status.mask(high, "at or above threshold"),
        }
    )


def read_yes_no(answers: pd.Series) -> pd.Series:
    """Return answers as Yes, No or Not recorded; what is neither is not recorded.

    Examples
    --------
    >>> read_yes_no(pd.Series(["Y", "no", "see letter", None])).tolist()
    ['Yes', 'No', 'Not recorded', 'Not recorded']
    """
    known = answers.astype("str").str.strip().str.casefold().map(YES_NO)
    return known.fillna("Not recorded").astype("str")


def build_severity(
    treated: pd.DataFrame, answers: pd.DataFrame, *, severity: Severity | None
) -> pd.DataFrame:
    """Return the mart: the severity of each treated person on the kept application.

    Parameters
    ----------
    treated
        `study_id`, `application_id`, `criterion`.
    answers
        The table `blueteq_answers`. Of two answers to one question the smallest text counts.
    severity
        The measure; without one every status is missing.
    """
    first = answers.sort_values(["application_id", "question_code", "answer"])
    first = first.drop_duplicates(["application_id", "question_code"])
    wide = first.pivot(index="application_id", columns="question_code", values="answer")

    def asked(question: str) -> pd.Series:
        column = wide[question] if question in wide else pd.Series(dtype="str")
        return treated["application_id"].map(column).astype("str")

    empty = pd.DataFrame(
        {
            "score": pd.Series(pd.NA, treated.index, dtype="Float64"),
            "status": pd.Series("missing", treated.index, dtype="str"),
        }
    )
    scored = classify_answers(asked(severity.question), severity=severity) if severity else empty
    return pd.DataFrame(
        {
            "study_id": treated["study_id"],
            "score": scored["score"],
            "status": scored["status"],
            "criterion": treated["criterion"],
            "anti_dsdna": read_yes_no(asked("anti_dsdna_positive")),
            "low_complement": read_yes_no(asked("low_complement")),
            "mdt": read_yes_no(asked("mdt_discussed")),
        }
    )
