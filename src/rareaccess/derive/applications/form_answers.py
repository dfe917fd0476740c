"""Answers on the forms: how many of each trust's applications leave a question unanswered."""

import pandas as pd

from rareaccess.flow import came_to

__all__ = ["OTHER", "count_answers"]

OTHER = "another question"
CODE = r"[A-Za-z][A-Za-z0-9_.-]{0,39}"  # what a question's code looks like; other text is not kept


def count_answers(applications: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Count the applications of each trust, and those without an answer, for each question.

    Parameters
    ----------
    applications
        As `book_flow` returns them: those to start the drug for the condition are counted.
    answers
        The table `blueteq_answers`.

    Returns
    -------
    pandas.DataFrame
        `trust`, `question`, `applications`, `missing` (no answer, or an empty one), by trust and
        question. No row where no application has an answer to anything.

    Notes
    -----
    The questions of a form are in no table. They are taken to be those that at least one of these
    applications answers, so that a question is counted as missing on forms from before it was
    asked. Applications without a trust are counted under a missing one.

    Examples
    --------
    >>> forms = pd.DataFrame({"application_id": ["a", "b"], "applying_trust": "RA",
    ...     "stopped_at": ["", "approved"]})
    >>> given = pd.DataFrame({"application_id": ["a"], "question_code": ["mdt"], "answer": ["Yes"]})
    >>> count_answers(forms, given).to_numpy().tolist()
    [['RA', 'mdt', 2, 1]]
    """
    rows = applications[came_to(applications["stopped_at"], "approved")]
    given = answers[answers["application_id"].isin(rows["application_id"])]
    code = given["question_code"].astype("str").str.strip()
    question = code.where(code.str.fullmatch(CODE).fillna(False).astype(bool), OTHER)
    filled = given["answer"].astype("str").str.strip().fillna("") != ""
    answered = given[filled].assign(question=question.astype("str"))
    answered = answered[["application_id", "question"]].drop_duplicates()
    questions = pd.Series(sorted(question.dropna().unique()), dtype="str").to_frame("question")
    asked = rows[["application_id", "applying_trust"]].merge(questions, how="cross")
    asked = asked.merge(answered.assign(answered=1), how="left", on=["application_id", "question"])
    asked = asked.rename(columns={"applying_trust": "trust"}).astype({"trust": "str"})
    counts = asked.groupby(["trust", "question"], dropna=False)["answered"].agg(["size", "count"])
    counts = counts.reset_index().sort_values(["trust", "question"], ignore_index=True)
    whole = counts[["size", "count"]].astype("int64")
    return counts[["trust", "question"]].assign(
        applications=whole["size"], missing=whole["size"] - whole["count"]
    )
