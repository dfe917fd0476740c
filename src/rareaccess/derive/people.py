"""The people of the cohort, one row each: how found, sex, ages, ethnic group, deprivation."""

import numpy as np
import pandas as pd

from rareaccess.derive.applications.severity import name_criterion
from rareaccess.derive.hospital.characteristics import completed_years, read_form_sex
from rareaccess.derive.index_dates import assign_index_dates
from rareaccess.params import Criterion

__all__ = ["age_people", "date_people", "describe_everyone", "describe_treated", "observe_until"]

RULES = {
    "most_recent": "ethnicity_most_recent",
    "most_frequent": "ethnicity_most_frequent",
}


def describe_treated(
    kept: pd.DataFrame,
    people: pd.DataFrame,
    residence: pd.DataFrame,
    *,
    criteria: tuple[Criterion, ...],
) -> pd.DataFrame:
    """Describe the treated at the planned start of treatment.

    Parameters
    ----------
    kept
        The kept application of each treated person, with `found_by`.
    people
        Profiles from HES: `study_id`, `draw`, `sex`.
    residence
        `study_id`, `lsoa` at the planned start.
    criteria
        The dated rules of eligibility.

    Returns
    -------
    pandas.DataFrame
        The application's columns with `sex` (as stated on the form, else from HES), `trust`,
        `start_date`, `age_at_treatment`, `criterion`, `lsoa`, `draw`, sorted by study_id.
    """
    profiles = people[["study_id", "draw"]].assign(hes_sex=people["sex"])
    joined = kept.merge(profiles, on="study_id", how="left", validate="1:1")
    joined = joined.merge(residence, on="study_id", how="left", validate="1:1")
    stated = read_form_sex(joined["sex"])
    return joined.assign(
        sex=stated.fillna(joined["hes_sex"]).fillna("Not known"),
        trust=joined["applying_trust"],
        start_date=joined["planned_start_date"],
        age_at_treatment=completed_years(joined["date_of_birth"], joined["planned_start_date"]),
        criterion=name_criterion(joined["approval_date"], criteria),
    ).sort_values("study_id", ignore_index=True)


def describe_everyone(
    people: pd.DataFrame,
    treated: pd.DataFrame,
    applications: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    ethnicity_rule: str,
) -> pd.DataFrame:
    """Describe everyone in the flow, whether of the cohort or not.

    Parameters
    ----------
    people
        Profiles from HES: `study_id`, `sex`, `ethnicity`, `ethnicity_most_frequent`, `lsoa`.
    treated
        As `describe_treated` returns it: their sex and residence stand before those of HES.
    applications
        `study_id`, `sex` of every application, for people without a known sex in HES.
    areas
        `lsoa`, `imd_quintile`, `imd_decile`, `imd_version`, and what else is known of areas.
    ethnicity_rule
        most_recent or most_frequent: which of the two `ethnicity` is.
    """
    ids, theirs = people["study_id"], treated.set_index("study_id")
    is_treated = ids.isin(theirs.index)
    forms = applications[["study_id"]].assign(sex=read_form_sex(applications["sex"]))
    forms = forms.dropna().drop_duplicates("study_id").set_index("study_id")["sex"]
    sex = people["sex"].fillna(ids.map(forms)).fillna("Not known")
    everyone = people.assign(
        treated=is_treated,
        found_by=ids.map(theirs["found_by"]).astype("str").fillna("code"),
        sex=sex.where(~is_treated, ids.map(theirs["sex"])),
        age_at_treatment=ids.map(theirs["age_at_treatment"]).astype("Int64"),
        ethnicity_most_recent=people["ethnicity"].fillna("Unknown"),
        ethnicity_most_frequent=people["ethnicity_most_frequent"].fillna("Unknown"),
        lsoa=people["lsoa"].where(~is_treated, ids.map(theirs["lsoa"])).astype("str"),
    )
    everyone = everyone.assign(ethnicity=everyone[RULES[ethnicity_rule]])
    everyone = everyone.merge(areas, on="lsoa", how="left", validate="m:1")
    version = areas["imd_version"].iloc[0] if len(areas) else None  # a source without the index
    return everyone.assign(imd_version=version).sort_values("study_id", ignore_index=True)


def observe_until(people: pd.DataFrame, *, end: pd.Timestamp) -> pd.Series:
    """Return the last day on which each person was under observation.

    That is the day of death, or the end of the records for those alive on the trace; of those not
    traced, and of the dead without a day, the day of the last record. No day is after the end of
    the records.

    Parameters
    ----------
    people
        `traced`, `date_of_death`, `death_undated` (dead, day unknown), `last_day`.
    end
        The last day of the records.

    Examples
    --------
    >>> people = pd.DataFrame({"traced": ["Y", "Y", "N", "Y"],
    ...     "date_of_death": pd.to_datetime(["2020-05-01", None, None, None]),
    ...     "death_undated": [False, False, False, True],
    ...     "last_day": pd.to_datetime(["2020-04-01", "2019-01-01", "2018-06-01", "2017-03-01"])})
    >>> observe_until(people, end=pd.Timestamp("2025-08-20")).dt.strftime("%Y-%m-%d").tolist()
    ['2020-05-01', '2025-08-20', '2018-06-01', '2017-03-01']
    """
    living = (people["traced"] == "Y") & ~people["death_undated"].eq(True)
    alive = people["last_day"].mask(living, end)
    days = people["date_of_death"].fillna(alive).astype("datetime64[s]")
    return days.clip(upper=end)


def age_people(members: pd.DataFrame, index: pd.DataFrame) -> pd.Series:
    """Return the age of everybody on the index date, in years.

    Of the treated it is the age at the planned start. Records do not hold the birthday of the
    others: theirs is the age at the first record with a code, and the whole years since then. It is
    missing for people without an index date or without an age.

    Parameters
    ----------
    members
        `study_id`, `age_at_treatment`, `age_at_first_code`, `first_coded_date`.
    index
        `study_id`, `index_date`.

    Examples
    --------
    >>> members = pd.DataFrame({"study_id": [1, 2], "age_at_first_code": [30, 40],
    ...     "age_at_treatment": pd.array([33, None], "Int64"),
    ...     "first_coded_date": pd.to_datetime(["2017-01-01", "2018-03-01"])})
    >>> index = pd.DataFrame({"study_id": [1, 2],
    ...     "index_date": pd.to_datetime(["2020-01-01", "2021-02-01"])})
    >>> age_people(members, index).tolist()
    [33, 42]
    """
    days = index.set_index("study_id")["index_date"].reindex(members["study_id"])
    since = days.set_axis(members.index) - members["first_coded_date"]
    years = np.floor(since.dt.days.astype("Float64") / 365.25).astype("Int64")
    other = members["age_at_first_code"].astype("Int64") + years
    return members["age_at_treatment"].astype("Int64").fillna(other)


def date_people(
    members: pd.DataFrame, treated: pd.DataFrame, *, since: str = "first_coded_date"
) -> pd.DataFrame:
    """Return everyone with an index date: the planned start, or the date drawn for the others.

    Parameters
    ----------
    members
        The cohort: `study_id`, `treated`, `draw`, the column `since`, `date_of_death`,
        `death_undated`, `last_day`. Of the dead without a day no date is after the last record.
    treated
        `study_id`, `draw`, `start_date`.
    since
        The day from which others may have a date: of the first record with a code of the
        condition, so that nobody is compared before it was recorded.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `treated`, `index_date`; people without an index date are not in it.
    """
    starts = treated.set_index("study_id")["start_date"]
    others = members[~members["treated"]]
    last = others["date_of_death"].mask(others["death_undated"].eq(True), others["last_day"])
    others = others[["draw"]].assign(date_of_death=last, entry_date=others[since])
    drawn = assign_index_dates(others, treated[["draw", "start_date"]])
    own = starts.reindex(members["study_id"]).set_axis(members.index)
    dated = members[["study_id", "treated"]].assign(
        index_date=own.fillna(drawn.reindex(members.index))
    )
    return dated.dropna(subset=["index_date"]).reset_index(drop=True)
