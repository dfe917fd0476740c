"""One row a pair: its name, size and pace, and its treated people in one line."""

from typing import Any

import pandas as pd

from rareaccess.disclosure import Population, Released, Shown, fmt
from rareaccess.measures.periods import count_months
from rareaccess.measures.travel import FAR
from rareaccess.study import Studies, Study

__all__ = [
    "WITHIN",
    "about",
    "build_overview",
    "build_pace",
    "build_rows",
    "count_known",
    "count_within",
    "list_centres",
    "list_minutes",
    "list_treated",
    "name_pair",
    "name_treated",
    "tell_pace",
]

WITHIN = (12, 24)  # months since the approval: the same length of time for every pair


def name_pair(study: Study) -> str:
    """Return the condition and the drug, as the rows of tables call them."""
    return f"{study.params.names.condition_short}, {study.params.names.drug}"


def build_rows(studies: Studies) -> dict[str, tuple[str, str]]:
    """Return the condition and the drug of each pair, for the rows and panels of figures."""
    names = {pair: study.params.names for pair, study in studies.items()}
    return {pair: (one.condition_short, one.drug) for pair, one in names.items()}


def about(studies: Studies, caveat: str, *cited: str) -> dict[str, Any]:
    """Return the note below a table or figure of all pairs."""
    return {
        "n": fmt.whole(len(studies), "pair"),
        "source": studies.cite(*cited),
        "period": "Each pair in its own windows",
        "caveat": caveat,
    }


def list_treated(study: Study) -> pd.DataFrame:
    """Return the treated people of a pair."""
    return study.people[study.people["treated"]]


def list_minutes(study: Study) -> pd.Series:
    """Return the minutes to the nearest centre of the treated people of a pair."""
    return study.travel.loc[study.travel["treated"], "minutes"]


def count_known(values: pd.Series, wanted: object, unknown: object = None) -> int | None:
    """Count the people with a value; None when the value is known of nobody.

    Examples
    --------
    >>> sexes = pd.Series(["Female", "Male", "Not known"])
    >>> count_known(sexes, "Female", "Not known"), count_known(sexes[2:], "Female", "Not known")
    (1, None)
    """
    known = values[values.notna() & (values != unknown)]
    return int((known == wanted).sum()) if len(known) else None


def count_within(study: Study, months: int) -> int | None:
    """Count the people who started within some months of the approval; None when it is too soon.

    Nor is it known where the window of treatment begins after the approval.
    """
    windows = study.params.windows
    approval = pd.Timestamp(windows.approval_date)
    until = approval + pd.DateOffset(months=months)
    if until > pd.Timestamp(windows.treatment.end) + pd.Timedelta(days=1):
        return None
    if windows.treatment.start > windows.approval_date:
        return None
    return int((study.uptake["start_date"] < until).sum())


def _count_row(study: Study) -> dict[str, object]:
    """Return the counts of a pair, and the medians of its treated people."""
    windows, people, trusts = study.params.windows, study.people, study.trusts
    treated, minutes = list_treated(study), list_minutes(study).dropna()
    centres = trusts[trusts["centre"]]
    begun = windows.treatment.start > windows.approval_date
    first = None if begun else study.uptake["start_date"].min()
    approval = pd.Timestamp(windows.approval_date)
    return {
        "pair": study.pair,
        "name": name_pair(study),
        "approved": approval,
        "months": count_months(study),
        "cohort": len(people),
        "treated": len(treated),
        **{f"within_{months}": count_within(study, months) for months in WITHIN},
        "first_days": None if first is None else (first - approval).days,
        "women": count_known(treated["sex"], "Female", "Not known"),
        "white": count_known(treated["ethnicity"], "White", "Unknown"),
        "deprived": count_known(treated["imd_quintile"], 1),
        "age": treated["age_at_treatment"].astype("Float64").median(),
        "journeys": len(minutes),
        "far": int((minutes > FAR).sum()) if len(minutes) else None,
        "centres": len(centres) or None,
        "prescribed": int((centres["starts"] > 0).sum()) if len(centres) else None,
    }


def build_overview(studies: Studies) -> Released:
    """Size, pace, delay and the treated of each pair in one row.

    Percentages are of all the treated, journeys of those whose journey is known; the pace is the
    number of starts in 30.4375 days from the approval to the end of the window or of funding.
    Centres are organisations on a public list: disclosure control lets their number pass.

    Returns
    -------
    Released
        Counts, `a_month`, `first_days` and the columns `women_pct`, `white_pct`, `deprived_pct`,
        `far_pct`, `centres_pct`, `age`; one row a pair in the order of the report.
    """
    treated = studies.of_pairs("treated", list_treated)
    parts = ["treated", *(f"within_{months}" for months in WITHIN), "women", "white", "deprived",
             "journeys", "far"]  # fmt: skip
    population = {"cohort": studies.of_pairs("cohort", lambda study: study.people)}
    population |= dict.fromkeys(parts, treated)
    population |= dict.fromkeys(["centres", "prescribed"], list_centres(studies))
    notes = about(
        studies, "Pairs differ in the time that is observed, in their codes and in their criteria: "
        "a difference between two rows has no single reading", "Blueteq", "HES",
    )  # fmt: skip
    frame = pd.DataFrame([_count_row(study) for study in studies.values()])
    if studies.find_rule().controls:  # a running total
        since = [f"within_{months}" for months in WITHIN]
        frame = frame.drop(columns=since)
        population = {name: one for name, one in population.items() if name not in since}
    released = studies.release(
        frame, "compare-overview",
        population=population, on="treated", statistics=["age"], extremes=["first_days"],
        keys=["months"], **notes,
        whole={**dict.fromkeys(["women", "white", "deprived"], "treated"), "far": "journeys"},
    )  # fmt: skip
    released = released.with_pct("centres_pct", "prescribed", "centres")
    return released.with_ratio("a_month", "treated", "months")


def list_centres(studies: Studies) -> Population:
    """Return the centres of each pair's service, which are a public list."""
    return studies.of_pairs(
        "centres", lambda study: study.trusts[study.trusts["centre"]], unit="organisations",
        open=True,
    )  # fmt: skip


def build_pace(studies: Studies) -> Released:
    """Starts of each pair within the same time since its approval, the first one and the pace.

    Returns
    -------
    Released
        `approved`, `first_days`, `within_12`, `within_24`, `treated`, `months`, `a_month`, as
        `build_overview` counts them; missing where the time has not passed yet.
    """
    names = ["pair", "name", "approved", "first_days", *(f"within_{one}" for one in WITHIN),
             "treated", "months", "a_month"]  # fmt: skip
    notes = about(
        studies, "A planned start does not show that a dose was given", "Blueteq", "HES"
    )  # fmt: skip
    overview = build_overview(studies)
    kept = [name for name in names if name in overview.kinds]
    return overview.select(kept, **notes).relabel("compare-uptake")


def tell_pace(pace: Released) -> Shown:
    """Return how many had started within the same time, in pairs observed for so long.

    Under a profile that controls anything that is a running total, and not told.
    """
    spans = {f"in_{months}": fmt.span(pace.values(f"within_{months}"), fmt.n)
             for months in WITHIN if f"within_{months}" in pace.kinds}  # fmt: skip
    if not spans:
        return Shown("How many had started within the same time is not counted here: a running "
                     "total beside the counts of years would give single people away.")  # fmt: skip
    first, second = WITHIN
    return fmt.fill(
        "In pairs observed for long enough, {in_12} people had started within {first} of the first "
        "day and {in_24} within {second}.",
        **spans, first=fmt.whole(first, "month"), second=fmt.whole(second, "month"),
    )  # fmt: skip


def name_treated(overview: Released) -> dict[str, str]:
    """Return how many people each pair has treated so far, in words."""
    rows = overview.records()
    return {row["pair"]: fmt.plural(row["treated"], "person", "people") for row in rows}
