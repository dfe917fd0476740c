"""How long patients are treated, and how long they live: times, events and censoring."""

import pandas as pd

from rareaccess.marts.levels import BEFORE_START, UNDATED

__all__ = ["follow_survival", "follow_treatment"]

SILENT_MONTHS = 3  # without a record, after which infusions are taken to have ended


def follow_treatment(
    patients: pd.DataFrame,
    *,
    route: str,
    prescription_days: int,
    end_indicator_days: int,
    snapshot: pd.Timestamp,
    trace_date: pd.Timestamp,
) -> pd.DataFrame:
    """Return the time on treatment of each patient, whether it has ended, and how.

    The time runs from the first to the last day of treatment, with the days that one prescription
    lasts added, and no further than death.

    Parameters
    ----------
    patients
        `start`, `last`, `outcome` (bool), `stopped` (bool), `date_of_death` (missing when alive),
        `death_undated` (bool: dead, day unknown). Patients without a start are not in the result;
        those whose death is dated before it are left out and counted. Who would be on treatment,
        but is dead since an unknown day, is censored at the last day of treatment.
    route
        IV or oral: whether ending is told by three months or by the treatment end indicator.
    prescription_days
        Days that one administration or dispensing lasts.
    end_indicator_days
        For oral drugs, the days after the last record by which another one is due.
    snapshot
        The day on which the SACT records were taken.
    trace_date
        The day of the trace of vital status: a death up to then ends treatment, whether or not it
        came after the records were taken.

    Returns
    -------
    pandas.DataFrame
        Indexed as `patients`: `days` (missing of those left out), `ended` (bool, the event), `how`
        (a key of `ENDS`).

    Raises
    ------
    ValueError
        Another route.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"start": [day("2020-01-01")], "last": [day("2020-03-01")],
    ...     "outcome": False, "stopped": False, "date_of_death": [day("2020-03-11")],
    ...     "death_undated": False})
    >>> follow_treatment(patients, route="oral", prescription_days=28, end_indicator_days=56,
    ...     snapshot=day("2021-01-01"), trace_date=day("2021-05-01")).to_numpy().tolist()
    [[70, True, 'died on treatment']]
    """
    if route not in ("IV", "oral"):
        raise ValueError(f"route is {route!r}; expected 'IV' or 'oral'")
    treated = _treated(patients)
    death = treated["date_of_death"].where(treated["date_of_death"] <= trace_date)
    covered = treated["last"] + pd.Timedelta(days=prescription_days)
    until = covered.mask(death < covered, death)
    due = pd.DateOffset(months=SILENT_MONTHS) if route == "IV" else None
    silent = treated["last"] + (due or pd.Timedelta(days=end_indicator_days))
    dead, soon = death.notna(), death <= covered
    how = pd.Series("on treatment", treated.index, dtype="str")
    how = how.mask(silent <= snapshot, "no record since")
    how = how.mask(treated["outcome"].astype(bool), "outcome submitted")
    how = how.mask(dead, "died").mask(dead & soon, "died on treatment")
    how = how.mask(dead & soon & treated["stopped"].astype(bool), "stopped, then died")
    how = how.mask(treated["death_undated"].astype(bool) & (how == "on treatment"), UNDATED)
    until = until.mask(how == UNDATED, treated["last"])
    days = (until - treated["start"]).dt.days.astype("Int64")
    ended = ~how.isin(["on treatment", UNDATED])
    frame = pd.DataFrame({"days": days, "ended": ended, "how": how})
    return _add_left_out(frame, patients)


def follow_survival(patients: pd.DataFrame, *, trace_date: pd.Timestamp) -> pd.DataFrame:
    """Return overall survival from the first day of treatment, and whether it ended in death.

    Parameters
    ----------
    patients
        `start`, `last`, `traced` (bool), `date_of_death`, `death_undated` (bool). Those without a
        start are not in the result; those whose death, or trace while alive, is dated before it are
        left out and counted: one of the days is wrong.
    trace_date
        The day of the trace of vital status: those alive are censored there.

    Returns
    -------
    pandas.DataFrame
        Indexed as `patients`: `days` (missing of those left out), `died` (bool, the event), `how`:
        died, alive, lost to follow-up (not traced: censored at the last day of treatment, when
        last known alive), or dead, day unknown (censored there too).

    Examples
    --------
    >>> day = pd.Timestamp
    >>> patients = pd.DataFrame({"start": day("2020-01-01"), "last": day("2020-03-01"),
    ...     "traced": [True, True, False], "date_of_death": [day("2020-01-31"), pd.NaT, pd.NaT],
    ...     "death_undated": False})
    >>> follow_survival(patients, trace_date=day("2021-01-01")).to_numpy().tolist()
    [[30, True, 'died'], [366, False, 'alive'], [60, False, 'lost to follow-up']]
    """
    treated = _treated(patients)
    death = treated["date_of_death"].where(treated["date_of_death"] <= trace_date)
    traced, undated = treated["traced"].astype(bool), treated["death_undated"].astype(bool)
    end = pd.Series(trace_date, treated.index).where(traced & ~undated, treated["last"])
    end = end.mask(death.notna(), death)
    how = pd.Series("alive", treated.index, dtype="str").mask(~traced, "lost to follow-up")
    how = how.mask(undated, UNDATED).mask(death.notna(), "died")
    days = (end - treated["start"]).dt.days.astype("Int64")
    frame = pd.DataFrame({"days": days, "died": death.notna(), "how": how})
    return _add_left_out(frame[days >= 0], patients)


def _treated(patients: pd.DataFrame) -> pd.DataFrame:
    """Return the patients with a first day of treatment on which they were not dead already."""
    treated = patients.dropna(subset=["start"])
    return treated[~(treated["date_of_death"] < treated["start"])]


def _add_left_out(times: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """Return with a row for each patient who started and has no time: no event, and the reason."""
    rows = times.reindex(patients.index[patients["start"].notna()])
    event = times.columns[1]
    rows[event] = rows[event].eq(True)
    return rows.fillna({"how": BEFORE_START})
