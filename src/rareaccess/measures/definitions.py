"""The cohort under stricter definitions, and how long its people were observed."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["YEAR", "count_definitions", "list_spans"]

YEAR = 365.25  # days


def count_definitions(people: pd.DataFrame) -> pd.DataFrame:
    """Count the cohort, and the treated in it, under definitions that ask for more than one code.

    Parameters
    ----------
    people
        The mart.

    Returns
    -------
    DataFrame
        `level` (the definition), `cohort`, `treated`. The first row is the cohort as it is; those
        found by specialty only are in no other, because they have no code.

    Examples
    --------
    >>> people = pd.DataFrame({"treated": [True, False, True], "coded_records": [1, 3, 0],
    ...     "leading_records": [1, 0, 0]})
    >>> count_definitions(people)[["cohort", "treated"]].to_numpy().tolist()
    [[3, 2], [2, 1], [1, 0], [1, 1], [0, 0]]
    """
    records, leading = people["coded_records"], people["leading_records"]
    inside: Mapping[str, pd.Series] = {
        "the cohort as it is": pd.Series(True, people.index),
        "a code in one record or more": records >= 1,
        "a code in two records or more": records >= 2,
        "a code in the first position": leading >= 1,
        "both: two records, and the first position": (records >= 2) & (leading >= 1),
    }
    treated = {words: some & people["treated"] for words, some in inside.items()}
    counts = {
        name: [int(some.sum()) for some in flags.values()]
        for name, flags in {"cohort": inside, "treated": treated}.items()
    }
    return pd.DataFrame({"level": list(inside), **counts})


def list_spans(people: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the age at the first record with a code, and the years observed since then.

    Observation ends with death or with the records; of people who could not be traced, with their
    last record. Both are missing for those found by specialty only.

    Returns
    -------
    dict
        `age` (years) and `observed` (years), of each person of the mart.

    Examples
    --------
    >>> days = pd.to_datetime(["2010-01-01", None])
    >>> people = pd.DataFrame({"age_at_first_code": pd.array([40, None], "Int64"),
    ...     "first_coded_date": days, "observed_until": pd.to_datetime(["2020-01-01"] * 2)})
    >>> list_spans(people)["observed"].round(1).tolist()
    [10.0, <NA>]
    """
    since, until = people["first_coded_date"], people["observed_until"]
    days = (until - since).dt.days.astype("Float64")
    return {"age": people["age_at_first_code"], "observed": days / YEAR}
