"""Questions of the form that are left unanswered, by question and by trust."""

import pandas as pd

__all__ = ["count_missing", "list_missing"]

ENOUGH = 10  # applications of a trust from which a share of them is given


def count_missing(answers: pd.DataFrame) -> pd.DataFrame:
    """Count the applications without an answer to each question, and the trusts they are of.

    Parameters
    ----------
    answers
        The mart `form_answers`.

    Returns
    -------
    pandas.DataFrame
        `question`, `applications`, `missing`, `trusts` with at least one such application.

    Examples
    --------
    >>> answers = pd.DataFrame({"trust": ["A", "B"], "question": "mdt", "applications": [9, 5],
    ...     "missing": [2, 0]})
    >>> count_missing(answers).values.tolist()
    [['mdt', 14, 2, 1]]
    """
    some = answers.assign(trusts=answers["missing"].gt(0).astype("int64"))
    names = ["applications", "missing", "trusts"]
    return some.groupby("question", as_index=False)[names].sum()


def list_missing(answers: pd.DataFrame) -> pd.DataFrame:
    """List the trusts by the share of questions that their applications leave unanswered.

    Parameters
    ----------
    answers
        The mart `form_answers`. Trusts with fewer than ten applications are added up in one row.

    Returns
    -------
    pandas.DataFrame
        `trust`, `applications`, `asked` (applications times questions), `missing`; the trusts with
        the largest share first, and those with few applications last.

    Examples
    --------
    >>> answers = pd.DataFrame({"trust": ["A", "B", "B"], "question": ["mdt", "mdt", "score"],
    ...     "applications": [3, 20, 20], "missing": [1, 4, 6]})
    >>> list_missing(answers).values.tolist()
    [['B', 20, 40, 10], ['fewer than 10 applications', 3, 3, 1]]
    """
    small = f"fewer than {ENOUGH} applications"
    trusts = answers.groupby("trust", as_index=False, dropna=False).agg(
        applications=("applications", "max"), asked=("applications", "sum"),
        missing=("missing", "sum"),
    )  # fmt: skip
    few = (trusts["applications"] < ENOUGH) | trusts["trust"].isna()
    rest = trusts[few].drop(columns="trust").sum().to_frame().T.assign(trust=small)
    named = trusts[~few].assign(share=trusts["missing"] / trusts["asked"])
    named = named.sort_values(["share", "trust"], ascending=[False, True])
    rows = [named, rest] if few.any() else [named]
    return pd.concat(rows, ignore_index=True)[["trust", "applications", "asked", "missing"]]
