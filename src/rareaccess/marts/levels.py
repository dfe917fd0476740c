"""The levels of the marts' columns: what `derive` writes and the notebooks' side reads."""

import pandas as pd

from rareaccess.contracts import AGES

__all__ = [
    "AGE_BANDS",
    "ANOTHER_REASON",
    "BEFORE_START",
    "CHARLSON_BANDS",
    "COVER_MONTHS",
    "DECADES",
    "DECISIONS",
    "ENDS",
    "ETHNICITIES",
    "INCOMPLETE",
    "LIVES",
    "NO_COLUMN",
    "NO_VALUE",
    "OF_HES",
    "QUIET_MONTHS",
    "SCORES",
    "UNDATED",
    "WITHIN_DAYS",
    "age_band",
    "age_decade",
]

AGE_BANDS = list(AGES)
DECADES = [*(f"{start}–{start + 9}" for start in range(0, 90, 10)), "90+"]
ETHNICITIES = [
    "Asian (excluding Chinese)",
    "Black",
    "Chinese",
    "Mixed",
    "White",
    "Other",
    "Unknown",
]
CHARLSON_BANDS = ("0", "1", "2", "3+")
SCORES = (
    "at or above threshold",
    "below threshold",
    "missing",
    "unreadable",
    "out of range",
)
DECISIONS = ("approved", "rejected", "withdrawn", "pending", "not known")
ANOTHER_REASON = "another reason"  # text that is no code of the contract, and is not kept
OF_HES = "IMD04_DECILE of HES"
COVER_MONTHS = (6, 9, 12)
"""Months that a form is assumed to cover, where no source says how many. NICE asks for a response
at 24 weeks (TA397, TA752), hence 6; a form a year is 12; 9 lies between."""
BEFORE_START = "before the start"
NO_VALUE = "no value"
NO_COLUMN = "no such column"
UNDATED = "dead, day unknown"
ENDS = {
    "died on treatment": "death before the last prescription ran out",
    "stopped, then died": "an outcome of progression or toxicity, and death soon after",
    "died": "death after the last prescription had run out",
    "outcome submitted": "an outcome summary",
    "no record since": "no record for longer than the treatment's interval",
    "on treatment": "still on treatment: censored",
    UNDATED: "dead on an unknown day: censored at the last day of treatment",
    BEFORE_START: "dead or last traced before the first day: left out",
}
LIVES = {
    "died": "died",
    "alive": "alive on the day of the trace: censored",
    "lost to follow-up": "not traced: censored at the last day of treatment",
    UNDATED: "dead on an unknown day: censored at the last day of treatment",
    BEFORE_START: "dead or last traced before the first day: left out",
}

WITHIN_DAYS = 30  # of the approval, for the start of treatment
QUIET_MONTHS = 3  # without a record, after which an outcome is expected
INCOMPLETE = {
    "no_date": "no date of treatment",
    "late": f"start more than {WITHIN_DAYS} days after the approval",
    "no_outcome": f"nothing for {QUIET_MONTHS} months, and no outcome",
    "both": f"start more than {WITHIN_DAYS} days after the approval; nothing for "
    f"{QUIET_MONTHS} months, and no outcome",
}


def age_band(ages: pd.Series) -> pd.Series:
    """Return the five-year age band, an ordered category of 19; missing stays missing.

    Examples
    --------
    >>> age_band(pd.Series([0, 4, 5, 89, 90, 104, None])).tolist()
    ['0–4', '0–4', '5–9', '85–89', '90+', '90+', nan]
    """
    return _cut_ages(ages, AGE_BANDS, step=5)


def age_decade(ages: pd.Series) -> pd.Series:
    """Return the ten-year age band, an ordered category of 10; missing stays missing.

    Examples
    --------
    >>> age_decade(pd.Series([0, 9, 10, 89, 90, None])).tolist()
    ['0–9', '0–9', '10–19', '80–89', '90+', nan]
    """
    return _cut_ages(ages, DECADES, step=10)


def _cut_ages(ages: pd.Series, labels: list[str], *, step: int) -> pd.Series:
    edges = [*range(0, 91, step), 200]
    numbers = ages.astype("Float64").to_numpy("float64", na_value=float("nan"))
    return pd.Series(pd.cut(numbers, edges, right=False, labels=labels), ages.index)
