"""The pathway of each person of the cohort: first code, first visit, application, start, death."""

from typing import Any

import pandas as pd

from rareaccess.contracts.patients import APPROVED, NOT_STARTED
from rareaccess.derive.hospital.waiting import count_emergencies, count_first_visits
from rareaccess.flow import came_to
from rareaccess.params import Pair
from rareaccess.sources.engine import Engine

__all__ = ["build_pathway", "date_applications", "date_waits"]


def build_pathway(
    engine: Engine,
    records: Any,
    members: pd.DataFrame,
    treated: pd.DataFrame,
    applications: pd.DataFrame,
    *,
    pair: Pair,
) -> pd.DataFrame:
    """Return the mart: one row a person of the cohort, with the days of the pathway.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    members
        The cohort: `study_id`, `treated`, `first_coded_date`, `date_of_death`, `observed_until`.
    treated
        The kept application of each treated person, with `start_date`.
    applications
        As `book_flow` returns them.
    """
    approved = pair.windows.approval_date
    visits = count_first_visits(
        engine, records, specialties=pair.condition.specialties, since=approved
    )
    mart = members[["study_id", "treated", "first_coded_date", "observed_until"]]
    died = members["date_of_death"].notna() & (members["date_of_death"] <= mart["observed_until"])
    mart = mart.assign(died=died)
    for rows in (date_applications(applications, treated), visits):
        mart = mart.merge(rows, on="study_id", how="left", validate="1:1")
    spans = date_waits(mart, approved=pd.Timestamp(approved))
    applied = mart[["study_id"]].assign(begin=mart["applied_date"], until=mart["start_date"])
    for name, span in {"emergencies": spans, "emergencies_applied": applied}.items():
        counts = count_emergencies(engine, records, span.dropna()).set_index("study_id")
        mart[name] = mart["study_id"].map(counts["emergencies"])
    whole = ["applications", "refused", "trusts", "first_visits", "emergencies",
             "emergencies_applied"]  # fmt: skip
    mart[whole] = mart[whole].fillna(0).astype("int64")
    return mart.assign(waits_from=spans["begin"], waits_until=spans["until"])


def date_waits(mart: pd.DataFrame, *, approved: pd.Timestamp) -> pd.DataFrame:
    """Return the time in which each person could start, [begin, until); missing without a code.

    It begins with the first record with a code, or with the day on which the drug was approved, if
    that is later. It ends with the planned start, with death, or with the end of the records.

    Parameters
    ----------
    mart
        `study_id`, `first_coded_date`, `start_date`, `observed_until`.
    approved
        The day on which the drug was approved.

    Examples
    --------
    >>> days = ["first_coded_date", "start_date", "observed_until"]
    >>> mart = pd.DataFrame([["2010-01-01", "2020-05-01", "2024-01-01"],
    ...     ["2021-01-01", None, "2024-01-01"], [None, "2020-05-01", "2024-01-01"]], columns=days)
    >>> mart = mart.apply(pd.to_datetime).assign(study_id=[1, 2, 3])
    >>> spans = date_waits(mart, approved=pd.Timestamp("2016-06-22"))
    >>> spans.astype("str").fillna("").values.tolist()
    [['1', '2016-06-22', '2020-05-01'], ['2', '2021-01-01', '2024-01-01'], ['3', '', '']]
    """
    begin = mart["first_coded_date"].clip(lower=approved)
    until = mart["start_date"].fillna(mart["observed_until"])
    spans = mart[["study_id"]].assign(begin=begin, until=until.mask(begin.isna()))
    return spans.astype(dict.fromkeys(["begin", "until"], "datetime64[s]"))


def date_applications(applications: pd.DataFrame, treated: pd.DataFrame) -> pd.DataFrame:
    """Return the days of each person's application, of the treated those of the one that counts.

    Parameters
    ----------
    applications
        `study_id`, `submitted_date`, `approval_date`, `approval_status`, `applying_trust`,
        `stopped_at`: those to start the drug for the condition are counted, whatever was decided.
    treated
        `study_id`, `submitted_date`, `approval_date`, `start_date`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `applied_date` (of submission), `approved_date`, `start_date`, `applications`,
        `refused`, `trusts` (that applied). Of people not known to have been treated it is the
        first application and the first approval.

    Examples
    --------
    >>> frame = pd.DataFrame({"study_id": [1, 1], "stopped_at": ["approved", "approved"],
    ...     "submitted_date": pd.to_datetime(["2020-01-01", "2020-03-01"]), "approval_date": pd.NaT,
    ...     "approval_status": "rejected", "applying_trust": ["RA", "RB"]})
    >>> none = pd.DataFrame(columns=["study_id", "submitted_date", "approval_date", "start_date"])
    >>> date_applications(frame, none)[["applied_date", "refused", "trusts"]]
      applied_date  refused  trusts
    0   2020-01-01        2       2
    """
    rows = applications[came_to(applications["stopped_at"], "approved")]
    rows = rows[rows["study_id"].notna()].astype({"study_id": "int64"})
    approved = rows["approval_status"].isin([APPROVED, NOT_STARTED])
    dated = rows.assign(
        approved_date=pd.to_datetime(rows["approval_date"]).where(approved),
        refused=rows["approval_status"] == "rejected",
    ).groupby("study_id")
    people = dated.agg(
        applied_date=("submitted_date", "min"),
        approved_date=("approved_date", "min"),
        applications=("stopped_at", "size"),
        refused=("refused", "sum"),
        trusts=("applying_trust", "nunique"),
    ).reset_index()
    own = treated.set_index("study_id")
    for name, kept in {"applied_date": "submitted_date", "approved_date": "approval_date"}.items():
        theirs = pd.to_datetime(own[kept].reindex(people["study_id"]).set_axis(people.index))
        dates = pd.to_datetime(people[name])  # of nobody, pandas makes numbers
        people[name] = dates.where(~people["study_id"].isin(own.index), theirs)
    starts = own["start_date"].reindex(people["study_id"]).set_axis(people.index)
    people["start_date"] = pd.to_datetime(starts)
    days = dict.fromkeys(["applied_date", "approved_date", "start_date"], "datetime64[s]")
    return people.astype(days)
