"""One row a pair: what it is called, its size and pace, and the treated in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from rareaccess.core.paths import build_root
from rareaccess.disclosure import Notes, Released, fmt, protect_counts, protect_statistics
from rareaccess.disclosure.results import write_results
from rareaccess.params.dated import NO_FUNDING
from rareaccess.study import Study

__all__ = [
    "FAR",
    "WITHIN",
    "Studies",
    "build_notes",
    "build_overview",
    "build_pace",
    "build_rows",
    "count_known",
    "count_months",
    "count_within",
    "find_end",
    "name_pair",
    "name_treated",
    "release",
    "write_comparison",
]

Studies = Mapping[str, Study]
WITHIN = (12, 24)  # months since the approval: the same length of time for every pair
FAR = 60  # minutes by car
MONTH = 30.4375  # days


def name_pair(study: Study) -> str:
    """Return the condition and the drug, as the rows of tables call them."""
    return f"{study.params.names.condition_short}, {study.params.names.drug}"


def build_rows(studies: Studies) -> dict[str, tuple[str, str]]:
    """Return the condition and the drug of each pair, for the rows and panels of figures."""
    names = {pair: study.params.names for pair, study in studies.items()}
    return {pair: (one.condition_short, one.drug) for pair, one in names.items()}


def build_notes(studies: Studies, label: str, title: str, caveat: str, *cited: str) -> Notes:
    """Return what stands below a table or figure of all pairs."""
    first = next(iter(studies.values()))
    return Notes(
        label=label,
        title=title,
        n=fmt.plural(len(studies), "pair"),
        source=first.cite(*cited),
        period="Each pair in its own windows",
        caveat=caveat,
    )


def release(
    studies: Studies,
    rows: Sequence[Mapping[str, object]] | pd.DataFrame,
    notes: Notes,
    *,
    counts: Sequence[str],
    on: str = "",
    statistics: Sequence[str] = (),
    extremes: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> Released:
    """Put the rows of all pairs through disclosure control, as the profile of the report says.

    Missing counts stay missing; `on` is the count on which statistics and extremes rest.
    """
    profile = next(iter(studies.values())).profile
    frame = pd.DataFrame(rows)
    frame = frame.astype(dict.fromkeys([*counts, *filter(None, [on])], "Int64"))
    frame = frame.astype(dict.fromkeys([*statistics, *extremes, *keys], "Float64"))
    if not on:
        return protect_counts(frame, counts=counts, keys=keys, profile=profile, notes=notes)
    return protect_statistics(
        frame, on=on, statistics=statistics, extremes=extremes, counts=counts, keys=keys,
        profile=profile, notes=notes,
    )  # fmt: skip


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


def find_end(study: Study) -> date | None:
    """Return the first day without funding, where the last dated change has ended it."""
    changes = study.params.commissioning
    return changes[-1].start if changes and changes[-1].funding == NO_FUNDING else None


def count_months(study: Study) -> float:
    """Count the months of 30.4375 days in which starts are seen: to the end of funding, if any."""
    windows, ended = study.params.windows, find_end(study)
    first = max(windows.approval_date, windows.treatment.start)
    after = windows.treatment.end + timedelta(days=1)
    return (min(after, ended or after) - first).days / MONTH


def _count_row(study: Study) -> dict[str, object]:
    """Return the counts of a pair, and the medians of its treated people."""
    windows, people, trusts = study.params.windows, study.people, study.trusts
    treated, minutes = people[people["treated"]], study.travel["minutes"].dropna()
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
    Centres are organisations: their numbers are labels to disclosure control, not counts of people.

    Returns
    -------
    Released
        Counts, `a_month`, `first_days` and the columns `women_pct`, `white_pct`, `deprived_pct`,
        `far_pct`, `centres_pct`, `age`; one row a pair in the order of the report.
    """
    counts = ["cohort", *(f"within_{months}" for months in WITHIN), "women", "white", "deprived",
              "journeys", "far"]  # fmt: skip
    notes = build_notes(
        studies, "compare-overview", "All pairs side by side",
        "Pairs differ in the time that is observed, in their codes and in their criteria: "
        "a difference between two rows has no single reading", "Blueteq", "HES",
    )  # fmt: skip
    released = release(
        studies, [_count_row(study) for study in studies.values()], notes, counts=counts,
        on="treated", statistics=["age"], extremes=["first_days"],
        keys=["months", "centres", "prescribed"],
    )  # fmt: skip
    released = released.with_shares("treated", "women", "white", "deprived")
    released = released.with_pct("far_pct", "far", "journeys")
    released = released.with_pct("centres_pct", "prescribed", "centres")
    return released.with_ratio("a_month", "treated", "months")


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
    overview = build_overview(studies)
    notes = build_notes(
        studies, "compare-uptake", "Starts of treatment since the approval",
        "A planned start does not show that a dose was given", "Blueteq", "HES",
    )  # fmt: skip
    return replace(
        overview, frame=overview.frame[names], hidden=overview.hidden[names], notes=notes
    )


def name_treated(overview: Released) -> dict[str, str]:
    """Return how many people each pair has treated so far, in words."""
    pairs = overview.frame["pair"]
    counts = [overview.value("treated", pair=pair) for pair in pairs]
    return {
        pair: fmt.plural(count, "person", "people")
        for pair, count in zip(pairs, counts, strict=True)
    }


def write_comparison(name: str, source: str, tables: Mapping[str, Released]) -> None:
    """Write the released tables of the chapter beside the results of the pairs."""
    write_results(
        build_root() / "results" / source,
        name,
        head={"notebook": name, "source": source},
        numbers={},
        tables=tables,
    )
