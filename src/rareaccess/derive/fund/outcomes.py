"""Outcomes of treatment: how long it lasted and how long people lived, so far as records show."""

import pandas as pd

from rareaccess.derive.fund.choosing import book_fund
from rareaccess.derive.fund.duration import follow_survival, follow_treatment
from rareaccess.derive.fund.status import count_to_chase, name_status
from rareaccess.flow import Ledger, came_to
from rareaccess.marts import MARTS
from rareaccess.marts.levels import BEFORE_START, COVER_MONTHS, UNDATED
from rareaccess.params import Pair

__all__ = [
    "build_outcomes",
    "follow_applications",
    "follow_forms",
    "list_further",
]

MART_NAMES = ("sact_status", "chasing", "on_treatment", "survival")


def follow_applications(applications: pd.DataFrame, pair: Pair) -> dict[str, pd.DataFrame]:
    """Return the marts of outcomes: of the fund's cohort, or of those whose link was sought.

    Parameters
    ----------
    applications
        As `book_flow` returns them.
    """
    applications = applications.assign(traced=applications["traced"] == "Y")
    fund_flow = Ledger(()).to_frame()
    patients = applications[came_to(applications["stopped_at"], "linked")]
    if pair.cdf:
        approved = applications[came_to(applications["stopped_at"], "dated")]
        left = pd.Timestamp(pair.cdf.exit) if pair.cdf.exit else None
        ledger, patients = book_fund(approved, entry=pd.Timestamp(pair.cdf.entry), left=left)
        fund_flow = ledger.to_frame()
    outcomes = build_outcomes(patients.reset_index(drop=True), list_further(applications), pair)
    return {"fund_flow": fund_flow, **outcomes}


def build_outcomes(
    patients: pd.DataFrame, further: pd.DataFrame, pair: Pair
) -> dict[str, pd.DataFrame]:
    """Return the marts of outcomes; those for which the pair has no data have no rows.

    Parameters
    ----------
    patients
        One row a patient, the application that counts: `study_id`, `trust`, `approval_date`,
        `planned_start_date`, `date_of_death`, `death_undated` (bool), `traced` (bool); of a pair in
        the Cancer Drugs Fund also what `summarise_records` gives.
    further
        Approved forms that continue treatment: `study_id`, `day`, as for `follow_forms`.

    Returns
    -------
    dict
        `sact_status`, `chasing`, `on_treatment`, `survival`.
    """
    empty = {n: pd.DataFrame(columns=MARTS[n].schema.names, dtype="str") for n in MART_NAMES}
    if pair.cdf:
        return empty | _follow_fund(patients, pair)
    if pair.continuation:
        until, own = pd.Timestamp(pair.windows.treatment.end), pair.continuation.months
        forms = [follow_forms(patients, further, months=months, until=until)
                 for months in sorted({own, *COVER_MONTHS})]  # fmt: skip
        return empty | {"on_treatment": pd.concat(forms, ignore_index=True)}
    return empty


def list_further(applications: pd.DataFrame) -> pd.DataFrame:
    """Return `study_id` and the `day` from which each approved form after a first one covers.

    A continuation covers from its approval; a further initiation of the same patient, such as for
    the other route, from its planned start.

    Parameters
    ----------
    applications
        The applications of the flow: `study_id`, `approval_status`, `approval_date`,
        `planned_start_date`, and `stopped_at`, the box at which each was left out: continuations
        at `initiation`, further ones at `one_per_patient`.

    Examples
    --------
    >>> applications = pd.DataFrame({"study_id": [1, 1, 1], "approval_status": "approved",
    ...     "stopped_at": ["", "initiation", "one_per_patient"],
    ...     "approval_date": pd.to_datetime(["2020-01-01", "2021-01-01", "2021-11-30"]),
    ...     "planned_start_date": pd.to_datetime(["2020-02-01", None, "2022-01-01"])})
    >>> list_further(applications)["day"].astype("str").tolist()
    ['2021-01-01', '2022-01-01']
    """
    box, approved = applications["stopped_at"], applications["approval_status"] == "approved"
    continued = applications[(box == "initiation") & approved].assign(day=lambda f: f.approval_date)
    again = applications[box == "one_per_patient"].assign(day=lambda f: f.planned_start_date)
    return pd.concat([continued, again])[["study_id", "day"]].reset_index(drop=True)


def follow_forms(
    patients: pd.DataFrame, further: pd.DataFrame, *, months: int, until: pd.Timestamp
) -> pd.DataFrame:
    """Return the time on treatment that further forms show.

    Each approved form covers some months, the first one from the planned start.
    Treatment is taken to have ended when the last form has run out, or with death before that.
    Those dead before the planned start were never treated: they are left out, and counted.

    Parameters
    ----------
    patients
        `study_id`, `planned_start_date`, `date_of_death`, `death_undated` (bool: dead, day
        unknown).
    further
        `study_id`, `day` from which an approved form covers: of a continuation its approval, of a
        second initiation, such as for the other route, its planned start. Those dated after `until`
        are left out, as a slip or not yet known.
    months
        Months that a form covers.
    until
        The last day that the forms tell of: those still covered are censored there, but those dead
        since an unknown day at the day of their last form.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `cover_months`, `days` (missing of those left out), `ended` (bool), `how`: no
        further form, died (while covered), covered by a form or dead, day unknown (both censored),
        or before the start.

    Notes
    -----
    A form that is sent in late looks like an end of treatment. The time is therefore a lower bound
    where forms are not sent in regularly.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"study_id": [1], "planned_start_date": [day("2020-01-01")],
    ...     "date_of_death": [pd.NaT], "death_undated": False})
    >>> forms = pd.DataFrame({"study_id": [1], "day": [day("2020-12-01")]})
    >>> follow_forms(patients, forms, months=12, until=day("2022-06-30")).to_numpy().tolist()
    [[1, 12, 700, True, 'no further form']]
    """
    last = further[further["day"] <= until].groupby("study_id")["day"].max()
    own = last.reindex(patients["study_id"]).set_axis(patients.index).astype("datetime64[s]")
    start = patients["planned_start_date"]
    last_form = own.where(own > start, start)
    covered = last_form + pd.DateOffset(months=months)
    death = patients["date_of_death"].where(patients["date_of_death"] <= until)
    end = covered.clip(upper=until)
    end = end.mask(death < end, death)
    how = pd.Series("no further form", patients.index, dtype="str")
    how = how.mask(covered > until, "covered by a form").mask(death <= covered, "died")
    lost = (how == "covered by a form") & patients["death_undated"].astype(bool)
    how, end = how.mask(lost, UNDATED), end.mask(lost, last_form)
    dead = death < start
    days = (end - start).dt.days.astype("Int64").mask(dead)
    ended = ~how.isin(["covered by a form", UNDATED]) & ~dead
    how = how.mask(dead, BEFORE_START)
    frame = {"study_id": patients["study_id"], "cover_months": months, "days": days}
    return pd.DataFrame({**frame, "ended": ended, "how": how})


def _follow_fund(patients: pd.DataFrame, pair: Pair) -> dict[str, pd.DataFrame]:
    """Return the marts of a drug in the Cancer Drugs Fund."""
    fund, snapshot = pair.cdf, pd.Timestamp(pair.cdf.snapshot)
    traced = pd.Timestamp(pair.windows.trace_date)
    known = patients.assign(in_sact=patients["organisation"].notna())
    for name in ("outcome", "stopped"):
        known[name] = known[name].astype("boolean").fillna(False).astype(bool)
    status = name_status(known, snapshot=snapshot)
    ids = known[["study_id"]]
    treatment = follow_treatment(
        known,
        route="IV" if fund.end_indicator_days is None else "oral",  # injected: as infused
        prescription_days=fund.prescription_days,
        end_indicator_days=fund.end_indicator_days or 0,
        snapshot=snapshot,
        trace_date=traced,
    )
    survival = follow_survival(known, trace_date=traced)
    return {
        "sact_status": ids.join(status),
        "chasing": count_to_chase(known.join(status)),
        "on_treatment": ids.join(treatment, how="inner").assign(cover_months=pd.NA),
        "survival": ids.join(survival, how="inner"),
    }
