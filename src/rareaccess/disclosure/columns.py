"""What a column of released numbers is called in words, and its unit, for people who open files."""

from collections.abc import Mapping
from typing import Any

__all__ = ["INTERNAL", "name_column", "name_unit"]

INTERNAL = {"pair", "box", "parents", "role", "check", "method"}
"""Columns by which programs find their way; a workbook leaves them out, a CSV keeps them."""

SHORT = {"apc", "ci", "hes", "iqr", "iv", "imd", "op", "q1", "q3", "sact", "sc", "sd"}
WORDS = {
    "a_month": "starts a month, on average",
    "apc": "admitted patient care",
    "first_days": "days from approval to the first start",
    "imd": "IMD",
    "iqr": "interquartile range",
    "level": "group",
    "lower": "lower limit",
    "max": "maximum",
    "min": "minimum",
    "n": "number",
    "name": "pair",
    "of": "out of",
    "op": "outpatients",
    "per_month": "starts a month, on average",
    "q1": "lower quartile",
    "q3": "upper quartile",
    "sd": "standard deviation",
    "upper": "upper limit",
}
UNITS = {
    "a_month": "people a month",
    "age": "years",
    "first_days": "days",
    "days": "days",
    "month": "months",
    "months": "months",
    "per_month": "people a month",
    "survival": "%",
}
KINDS = {"percent": "%", "date": "date, year-month-day", "text": "text"}


def name_column(name: str) -> str:
    """Return the name of a column in words.

    Examples
    --------
    >>> name_column("treated_pct"), name_column("imd_quintile"), name_column("n_pct")
    ('Treated (%)', 'IMD quintile', 'Number (%)')
    >>> name_column("people_apc"), name_column("first_days")
    ('People, admitted patient care', 'Days from approval to the first start')
    """
    stem = name.removesuffix("_pct")
    head, _, place = stem.rpartition("_")
    if stem in WORDS:
        text = WORDS[stem]
    elif head and place in ("apc", "op"):
        text = f"{head.replace('_', ' ')}, {WORDS[place]}"
    else:
        text = " ".join(one.upper() if one in SHORT else one for one in stem.split("_"))
    return text[:1].upper() + text[1:] + (" (%)" if name.endswith("_pct") else "")


def name_unit(column: Mapping[str, Any], counted: str = "") -> str:
    """Return the unit of a stored column.

    Parameters
    ----------
    column
        Its `name` and `kind`.
    counted
        What a column of counts counts, where it is known.

    Examples
    --------
    >>> name_unit({"name": "n", "kind": "count"}, "people"), name_unit({"name": "age_pct",
    ...     "kind": "percent"}), name_unit({"name": "mean", "kind": "statistic"})
    ('people', '%', 'as in the title')
    """
    if column["kind"] == "count":
        return counted or "number"
    return KINDS.get(column["kind"]) or UNITS.get(column["name"], "as in the title")
