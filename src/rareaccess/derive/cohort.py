"""The condition cohort: who is found by code or specialty, who was alive, who was treated."""

from collections.abc import Callable

import pandas as pd

from rareaccess.derive.applications.starters import choose_one_each, name_reasons
from rareaccess.derive.fund.choosing import exclude_before_entry, name_further
from rareaccess.flow import Ledger, declare_boxes, reasons
from rareaccess.flow.boxes import STEPS
from rareaccess.params import Pair

__all__ = ["book_flow", "name_alive_reasons"]


def name_alive_reasons(people: pd.DataFrame, *, pair: Pair) -> pd.Series:
    """Return why somebody was not alive on the approval date, missing for those who were.

    Parameters
    ----------
    people
        `traced`, `date_of_death`, `death_undated` (dead, day unknown), `last_day` (of any record
        that counts, or start of treatment). The trace shows who is alive, but not of the dead
        since when: without a day, as untraced, it is the last day that tells.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> frame = pd.DataFrame({"traced": ["Y", "Y", None, "Y"], "last_day": pd.NaT,
    ...     "date_of_death": pd.to_datetime(["2016-06-21", "2016-06-22", None, None]),
    ...     "death_undated": [False, False, False, True]})
    >>> name_alive_reasons(frame, pair=load_pair("sle-belimumab")).tolist()
    ['died before approval', nan, 'vital status unknown', 'dead, day unknown']
    """
    approval = pd.Timestamp(pair.windows.approval_date)
    died = people["date_of_death"] < approval
    undated = people["death_undated"].eq(True)
    seen = ((people["traced"] == "Y") & ~undated) | (people["last_day"] >= approval)
    reason = pd.Series(None, people.index, dtype="str").mask(~seen, reasons.UNTRACED)
    reason = reason.mask(~seen & undated, reasons.DEAD_UNDATED)
    return reason.mask(died, reasons.DEAD_AT_APPROVAL)


def book_flow(
    applications: pd.DataFrame,
    coded: pd.DataFrame,
    people: pd.DataFrame,
    *,
    pair: Pair,
    others: pd.DataFrame | None = None,
) -> tuple[Ledger, pd.DataFrame]:
    """Book the whole flow of a pair, verify it, and say where each application went.

    Whoever starts treatment is evidently alive on the approval date, traced or not.

    Parameters
    ----------
    applications
        The table `blueteq_applications` with `study_id`, `linked` (bool) and `date_of_death`;
        of a pair in the Cancer Drugs Fund also `trust`, and of SACT `start`, `regimen_start` and
        `organisation`.
    coded
        `study_id`, `kind`, `n_records`: records with a code of the condition.
    people
        `study_id`, `traced`, `date_of_death`, `death_undated`, `last_day`, `specialty_records` of
        everyone with records.
    others
        `study_id`, `n_records`: further applications, which are for other drugs.

    Returns
    -------
    tuple
        The verified ledger, and the applications with `stopped_at` (the box where an application
        was excluded, "" for those that count) and `found_by` (code or specialty).
    """
    boxes = declare_boxes(pair)
    both = coded.groupby("study_id", as_index=False)["n_records"].sum()
    both = both.merge(people, on="study_id", how="left", validate="1:1")
    steps = _name_steps(applications, pair)
    starting = pd.DataFrame(steps).isna().all(axis="columns")
    seen = _extend_last_day(both, applications[starting])
    both = both.assign(reason=name_alive_reasons(seen, pair=pair))
    alive = both[both["reason"].isna()]
    found_by = _found_by(applications["study_id"], alive, people)
    applications = applications.assign(found_by=found_by, stopped_at="")
    further = None if others is None else others.assign(reason=reasons.DRUG)
    ledger = Ledger(boxes).book("applications", _add(applications[["study_id"]], others))
    choose = name_further if pair.cdf else choose_one_each
    ledger, applications = _book_applications(ledger, applications, steps, choose, further)
    treated = applications[applications["stopped_at"] == ""]
    by_code = treated["found_by"] == "code"
    rescued = people[people["study_id"].isin(treated.loc[~by_code, "study_id"])]
    rescued = rescued[["study_id"]].assign(n_records=rescued["specialty_records"])
    cohort = pd.concat([alive[["study_id", "n_records"]], rescued], ignore_index=True)
    rest = cohort[~cohort["study_id"].isin(treated["study_id"])]
    for key, rows in {
        "found_by_code": treated[by_code],
        "rescued": treated[~by_code],
        "coded_apc": coded[coded["kind"] == "apc"],
        "coded_op": coded[coded["kind"] == "op"],
        "coded": both.drop(columns="reason"),
        "alive_at_approval": both,
        "cohort": cohort,
        "treated": treated,
        "not_known_treated": rest,
    }.items():
        ledger = ledger.book(key, rows)
    return ledger.verify(), applications


def _add(rows: pd.DataFrame, others: pd.DataFrame | None) -> pd.DataFrame:
    """Return rows that are one application each, and further ones that are several."""
    if others is None:
        return rows
    return pd.concat([rows.assign(n_records=1), others], ignore_index=True)


def _found_by(ids: pd.Series, alive: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """Return how the condition is confirmed: by code, by specialty, or missing."""
    in_specialty = people.loc[people["specialty_records"] > 0, "study_id"]
    found = pd.Series(None, ids.index, dtype="str").mask(ids.isin(in_specialty), "specialty")
    return found.mask(ids.isin(alive["study_id"]), "code")


def _name_steps(applications: pd.DataFrame, pair: Pair) -> dict[str, pd.Series]:
    """Return why an application is excluded at each step that asks nothing of other records."""
    none = pd.Series(None, applications.index, dtype="str")
    dead = applications["date_of_death"] < applications["planned_start_date"]
    steps = name_reasons(applications, pair=pair)
    if pair.cdf:
        early = exclude_before_entry(applications, entry=pd.Timestamp(pair.cdf.entry))
        steps["dated"] = steps["dated"].fillna(early)
    return {
        **steps,
        "linked": none.mask(~applications["linked"], reasons.NOT_LINKED),
        "alive_at_start": none.mask(dead, reasons.DEAD_AT_START),
    }


def _extend_last_day(people: pd.DataFrame, starting: pd.DataFrame) -> pd.DataFrame:
    """Return people whose last day counts the start of treatment, as evident of life as a record.

    It is on or after the approval date: an application that starts earlier is not among `starting`.
    """
    starts = starting.groupby("study_id")["planned_start_date"].max()
    own = starts.reindex(people["study_id"]).set_axis(people.index)
    days = pd.DataFrame({"seen": people["last_day"], "start": own})
    return people.assign(last_day=days.max(axis="columns"))


def _book_applications(
    ledger: Ledger,
    applications: pd.DataFrame,
    steps: dict[str, pd.Series],
    choose: Callable[[pd.DataFrame], pd.Series],
    others: pd.DataFrame | None,
) -> tuple[Ledger, pd.DataFrame]:
    """Book the steps of the applications in turn; each is asked of those still in the flow.

    Those for other drugs have left it at the first.
    """
    none = pd.Series(None, applications.index, dtype="str")
    unconfirmed = applications["found_by"].isna()
    asked = {**steps, "confirmed": none.mask(unconfirmed, reasons.UNCONFIRMED)}
    stopped = applications["stopped_at"]
    for key in STEPS:
        rows = applications[stopped == ""]
        reason = choose(rows) if key == "one_per_patient" else asked[key]
        left = rows[["study_id"]].assign(reason=reason.loc[rows.index])
        ledger = ledger.book(key, _add(left, others if key == "drug" else None))
        stopped = stopped.mask((stopped == "") & reason.reindex(stopped.index).notna(), key)
    return ledger, applications.assign(stopped_at=stopped)
