"""Outcomes of treatment: how long it lasted and how long people lived, as far as records tell."""

from collections.abc import Mapping

import pandas as pd

from rareaccess.derive.fund import count_to_chase, follow_survival, follow_treatment, name_status
from rareaccess.derive.fund.duration import ENDS
from rareaccess.derive.fund.status import INCOMPLETE
from rareaccess.flow import Ledger
from rareaccess.params import Pair

__all__ = [
    "ENDS",
    "FORMS",
    "LIVES",
    "build_outcomes",
    "count_chasing",
    "count_how",
    "count_statuses",
    "follow_forms",
    "list_further",
    "list_steps",
]

STATUS = ["study_id", "status", "reason"]
TREATMENT = ["study_id", "days", "ended", "how"]
SURVIVAL = ["study_id", "days", "died", "how"]
CHASING = ["trust", "month", "incomplete", "missing"]
FORMS = {
    "no further form": "the last form had run out, and no further one was sent",
    "died": "death while a form still covered treatment",
    "covered by a form": "a form still covers treatment: censored",
}
LIVES = {
    "died": "died",
    "alive": "alive on the day of the trace: censored",
    "lost to follow-up": "not traced: censored at the last day of treatment",
}


def build_outcomes(
    patients: pd.DataFrame, further: pd.DataFrame, pair: Pair
) -> dict[str, pd.DataFrame]:
    """Return the marts of outcomes; those for which the pair has no data have no rows.

    Parameters
    ----------
    patients
        One row a patient, the application that counts: `study_id`, `trust`, `approval_date`,
        `planned_start_date`, `date_of_death`, `traced` (bool); of a pair in the Cancer Drugs Fund
        also what `summarise_records` gives.
    further
        Approved forms that continue treatment: `study_id`, `day`, as for `follow_forms`.

    Returns
    -------
    dict
        `sact_status`, `chasing`, `on_treatment`, `survival`.
    """
    empty = {
        "sact_status": pd.DataFrame(columns=STATUS, dtype="str"),
        "chasing": pd.DataFrame(columns=CHASING, dtype="str"),
        "on_treatment": pd.DataFrame(columns=TREATMENT, dtype="str"),
        "survival": pd.DataFrame(columns=SURVIVAL, dtype="str"),
    }
    if pair.cdf:
        return empty | _follow_fund(patients, pair)
    if pair.continuation:
        forms = follow_forms(
            patients,
            further,
            months=pair.continuation.months,
            until=pd.Timestamp(pair.windows.treatment.end),
        )
        return empty | {"on_treatment": forms[TREATMENT]}
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
    """Return the time on treatment that further forms tell of.

    Each approved form covers some months, the first one from the planned start.
    Treatment is taken to have ended when the last form has run out, or with death before that.

    Parameters
    ----------
    patients
        `study_id`, `planned_start_date`, `date_of_death`.
    further
        `study_id`, `day` from which an approved form covers: of a continuation its approval, of a
        second initiation, such as for the other route, its planned start. Those dated after `until`
        are left out, as a slip or not yet known.
    months
        Months that a form covers.
    until
        The last day that the forms tell of: those still covered are censored there.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `days`, `ended` (bool), `how`.

    Notes
    -----
    A form that is sent in late looks like an end of treatment. The time is therefore a lower bound
    where forms are not sent in regularly.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"study_id": [1], "planned_start_date": [day("2020-01-01")],
    ...     "date_of_death": [pd.NaT]})
    >>> forms = pd.DataFrame({"study_id": [1], "day": [day("2020-12-01")]})
    >>> follow_forms(patients, forms, months=12, until=day("2022-06-30")).to_numpy().tolist()
    [[1, 700, True, 'no further form']]
    """
    last = further[further["day"] <= until].groupby("study_id")["day"].max()
    own = last.reindex(patients["study_id"]).set_axis(patients.index).astype("datetime64[s]")
    start = patients["planned_start_date"]
    covered = own.where(own > start, start) + pd.DateOffset(months=months)
    death = patients["date_of_death"].where(patients["date_of_death"] <= until)
    end = covered.clip(upper=until)
    end = end.mask(death < end, death)
    how = pd.Series("no further form", patients.index, dtype="str")
    how = how.mask(covered > until, "covered by a form").mask(death <= covered, "died")
    days = (end - start).dt.days.clip(lower=0).astype("int64")
    ended = how != "covered by a form"
    frame = {"study_id": patients["study_id"], "days": days, "ended": ended, "how": how}
    return pd.DataFrame(frame)


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
        "on_treatment": ids.join(treatment, how="inner"),
        "survival": ids.join(survival, how="inner"),
    }


def count_statuses(statuses: pd.DataFrame) -> pd.DataFrame:
    """Count patients by whether SACT has their record, and what an incomplete one lacks.

    Parameters
    ----------
    statuses
        The mart `sact_status`.

    Returns
    -------
    pandas.DataFrame
        `reason` (present, the reasons of the incomplete, missing) and `n`.

    Examples
    --------
    >>> statuses = pd.DataFrame({"status": ["present", "incomplete", "missing"],
    ...     "reason": [None, INCOMPLETE["late"], None]})
    >>> count_statuses(statuses)["n"].tolist()
    [1, 0, 1, 0, 0, 1]
    """
    named = statuses["reason"].fillna(statuses["status"])
    order = ["present", *INCOMPLETE.values(), "missing"]
    counts = named.value_counts().reindex(order, fill_value=0)
    return pd.DataFrame({"reason": order, "n": counts.to_numpy("int64")})


def count_chasing(chasing: pd.DataFrame) -> pd.DataFrame:
    """Count the records to be asked for by calendar year of the approval, over all trusts.

    The counts of single trusts are small, and stay in the mart: a trust is told its own.

    Parameters
    ----------
    chasing
        The mart `chasing`.

    Returns
    -------
    pandas.DataFrame
        `year`, `trusts` (that are asked), `incomplete`, `missing`; the last row, "All", counts
        each trust once.

    Examples
    --------
    >>> chasing = pd.DataFrame({"trust": ["RAA", "RBB", "RAA"], "incomplete": [1, 0, 2],
    ...     "missing": [0, 1, 0],
    ...     "month": pd.to_datetime(["2020-01-01", "2020-03-01", "2021-01-01"])})
    >>> count_chasing(chasing).to_numpy().tolist()
    [['2020', 2, 1, 1], ['2021', 1, 2, 0], ['All', 2, 3, 1]]
    """
    years = chasing.assign(year=chasing["month"].dt.year.astype("int64").astype("str"))
    whole = chasing.assign(year="All")
    counts = (
        pd.concat([years, whole])
        .groupby("year", as_index=False)
        .agg(
            trusts=("trust", "nunique"),
            incomplete=("incomplete", "sum"),
            missing=("missing", "sum"),
        )
    )
    return counts.astype({"trusts": "int64", "incomplete": "int64", "missing": "int64"})


def count_how(times: pd.DataFrame, ways: Mapping[str, str]) -> pd.DataFrame:
    """Count people by how their time ended, or that it goes on.

    Parameters
    ----------
    times
        One row a person: `how`.
    ways
        Each value of `how` and what it means: `ENDS`, `FORMS` or `LIVES`.

    Returns
    -------
    pandas.DataFrame
        `how` (its meaning, in the order of `ways`) and `n`, 0 where nobody is.

    Examples
    --------
    >>> times = pd.DataFrame({"how": ["alive", "died", "alive"]})
    >>> count_how(times, LIVES)["n"].tolist()
    [1, 2, 0]
    """
    counts = times["how"].value_counts().reindex(list(ways), fill_value=0)
    return pd.DataFrame({"how": list(ways.values()), "n": counts.to_numpy("int64")})


def list_steps(ledger: Ledger) -> pd.DataFrame:
    """List the steps of the fund's flow: what stays at each box, and who is left out and why.

    Parameters
    ----------
    ledger
        The flow of the Cancer Drugs Fund.

    Returns
    -------
    pandas.DataFrame
        `level` (a box, or a reason of exclusion), `role` (out, excluded), `people`, `records`.
        Somebody with several applications counts at an exclusion only when none is left.
    """
    rows = ledger.summary()
    rows = rows[rows["role"] != "in"]
    words = rows["reason"].fillna(rows["label"])
    level = words.where(rows["role"] == "out", "left out: " + words)
    return rows.assign(level=level)[["level", "role", "people", "records"]].reset_index(drop=True)
