"""What is never released, whatever is declared: rows of persons, their days, hidden counts.

`protect` hides and rounds what is declared as a count. What is declared as something else would
pass as it is: a count as a key or as a text, a row a person, a day of one person's life.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure.population import Population
from rareaccess.marts import MARTS

__all__ = ["PERSON_DATES", "PUBLISHED", "check_frame", "find_counts_as_text"]

PERSON_DATES = frozenset(
    column.name
    for mart in MARTS.values()
    if any(one.name == "study_id" for one in mart.columns)
    for column in mart.columns
    if column.type == "date"
) | {"first_start"}
"""Columns of the marts that hold a day of one person's life, or the first of several persons'."""
PUBLISHED = "published"
"""In the `attrs` of a frame: its columns of texts that quote numbers of others, as published."""
LIFE = re.compile(r"(?:^|_)(?:birth|born|dob|death|died|dod)(?:_|$)", re.IGNORECASE)
ID = re.compile(
    r"(?:^|_)(?:study_id|person_id|patient_id|nhs_number|nhsno|hesid|token|pseudonym|pseudo_id)$",
    re.IGNORECASE,
)
COUNTING = frozenset(
    {"n", "count", "counts", "total", "people", "persons", "patients", "treated", "cohort",
     "applications", "applicants", "starts", "events", "deaths"}
)  # fmt: skip
"""Names of columns that count, and that no key has."""
FEW = 10  # rows that a list of groups may have by chance, where as many people are counted
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
SCALE_END = re.compile(r"\d+ \((?:most|least) [a-z]+\)")
COUNTED = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?: (?:of|out of) (?:\d{1,3}(?:,\d{3})+|\d+))? ?"
    r"(?:\(\d[\d.]* ?%\)|(?:people|persons?|patients?|applications?|applicants?|deaths?|women|men)"
    r"(?: .*)?)"
)


def check_frame(
    frame: pd.DataFrame,
    counts: Sequence[str],
    *,
    keys: Sequence[str],
    population: Population | Mapping[str, Population] | None,
    dates: bool,
) -> None:
    """Refuse a frame that holds single persons, or counts that are declared as something else.

    Parameters
    ----------
    frame
        What is to be released, one row a group.
    counts, keys
        Its columns of counts and of keys.
    population
        Who is counted.
    dates
        Whether columns with days of persons are refused: under every rule that controls anything.

    Raises
    ------
    UserError
        It names the column, never a value.

    Examples
    --------
    >>> data = pd.DataFrame({"level": ["a", "b"], "people": [3, 4]})
    >>> check_frame(data, [], keys=["people"], population=None, dates=True)
    Traceback (most recent call last):
    rareaccess.core.errors.UserError: A column of counts is declared as a key.
      Where:      column people
      Expected:   keys such as a year or the edges of a bin, which count nobody
      What to do: Declare it under counts.
    """
    for name in keys:
        if name.lower() in COUNTING or _is_copy(frame, name, counts):
            raise UserError(
                "A column of counts is declared as a key.",
                f"column {name}",
                expected="keys such as a year or the edges of a bin, which count nobody",
                mend="Declare it under counts.",
            )
    parts = population.values() if isinstance(population, Mapping) else [population]
    people = [part.ids for part in parts if part is not None and part.ids is not None]
    if not counts and any(len(frame) == len(ids) > FEW for ids in people):
        raise UserError(
            "A frame has one row a person.",
            "disclosure control",
            found="as many rows as people in the population, and no counts",
            expected="one row a group",
            mend="Count the groups in a function of rareaccess.measures.",
        )
    quoted = frame.attrs.get(PUBLISHED, ())
    for name in map(str, frame.columns):
        if name in counts:
            continue
        if ID.search(name) or any(_are_ids(frame[name], ids) for ids in people):
            raise UserError(
                "A frame has one row a person.",
                f"column {name}",
                found="identifiers of people",
                expected="one row a group",
                mend="Count the groups in a function of rareaccess.measures.",
            )
        if dates and _has_dates(frame[name]) and (name in PERSON_DATES or LIFE.search(name)):
            raise UserError(
                "A column holds days of persons.",
                f"column {name}",
                expected="months, years, and days of the settings",
                mend="Count people by month or by year.",
            )
        if name not in quoted and find_counts_as_text(frame[name]):
            raise UserError(
                "A column of texts holds counts.",
                f"column {name}",
                expected="texts in which a number is a year, a code, an age band or a level",
                mend="Declare the count as a number, under counts.",
            )


def _is_copy(frame: pd.DataFrame, name: str, counts: Sequence[str]) -> bool:
    """Tell whether a key has the same numbers as a column of counts, in two rows or more."""
    own = pd.to_numeric(frame[name], errors="coerce").astype("Float64").fillna(-1)
    if len(own) < 2 or not (own > 0).any():
        return False
    others = (pd.to_numeric(frame[one], errors="coerce").astype("Float64") for one in counts)
    return any(bool((own == other.fillna(-1)).all()) for other in others)


def _are_ids(values: pd.Series, ids: np.ndarray) -> bool:
    """Tell whether a column has each person of a population once, by the ids."""
    if len(values) != len(ids) or len(ids) < 2 or not pd.api.types.is_integer_dtype(values):
        return False
    return bool(values.notna().all() and (np.sort(values.to_numpy("int64")) == ids).all())


def _has_dates(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values) or any(
        isinstance(one, date) for one in values
    )


def find_counts_as_text(values: pd.Series) -> list[str]:
    """Return the texts of a column that are counts and no level of a scale.

    A number by itself is a level where it is a year, where the column names the ends of its scale
    ("1 (most deprived)"), or where its numbers come in rising order or leave no gap.

    Examples
    --------
    >>> find_counts_as_text(pd.Series(["12", "7"])), find_counts_as_text(pd.Series(["2017"]))
    (['12', '7'], [])
    >>> find_counts_as_text(pd.Series(["1 (most deprived)", "2", "4", "3", "2"]))
    []
    >>> find_counts_as_text(pd.Series(["13 people", "12 months", "7 (3.5%)"]))
    ['13 people', '7 (3.5%)']
    """
    texts = [str(one) for one in values if isinstance(one, str)]
    counted = [one for one in texts if COUNTED.fullmatch(one)]
    bare = [one for one in texts if NUMBER.fullmatch(one)]
    levels = list(dict.fromkeys(int(one.replace(",", "")) for one in bare))
    rises = all(before < after for before, after in pairwise(levels))
    no_gap = len(levels) > 2 and max(levels) - min(levels) == len(levels) - 1
    years = all(1900 <= one <= 2100 for one in levels)
    ends = any(SCALE_END.fullmatch(one) for one in texts) and max(levels, default=0) <= 10
    crossed = len(bare) > len(levels) and max(levels, default=0) <= 10  # levels of two things
    return counted + ([] if rises or no_gap or years or ends or crossed else bare)
