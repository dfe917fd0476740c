"""Severity on the application form: which answers are usable, and which reach the threshold."""

import re
from collections.abc import Sequence

import pandas as pd

from rareaccess.params import Criterion, Severity

__all__ = ["build_severity", "classify_answers", "name_criterion"]

PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def name_criterion(dates: pd.Series, criteria: Sequence[Criterion]) -> pd.Series:
    """Return the id of the rule in force on each date, missing before the first.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> dates = pd.Series(pd.to_datetime(["2016-06-21", "2021-12-14", "2021-12-15"]))
    >>> name_criterion(dates, load_pair("sle-belimumab").criteria).tolist()
    [nan, 'TA397', 'TA752']
    """
    named = pd.Series(None, dates.index, dtype="str")
    for criterion in sorted(criteria, key=lambda criterion: criterion.start):
        named = named.mask(dates >= pd.Timestamp(criterion.start), criterion.id)
    return named


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
        `score` (Float64, missing unless usable) and `status`, one of `SCORES`.

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
        The measure; without one the mart has no rows.
    """
    if severity is None:
        columns = ["study_id", "score", "status", "criterion"]
        return pd.DataFrame(columns=columns).astype({"score": "Float64", "status": "str"})
    own = answers[answers["question_code"] == severity.question]
    first = own.sort_values(["application_id", "answer"]).drop_duplicates("application_id")
    answered = treated["application_id"].map(first.set_index("application_id")["answer"])
    scored = classify_answers(answered.astype("str"), severity=severity)
    return treated[["study_id"]].assign(**scored, criterion=treated["criterion"])
