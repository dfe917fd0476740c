"""Who could start treatment at the landmark, and the features of each before it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.derive.hospital.comorbidity import find_conditions
from rareaccess.derive.hospital.events import (
    COUNTS,
    count_dispensings,
    find_events,
    is_late,
    is_visit,
    measure_pace,
)
from rareaccess.derive.people import age_people
from rareaccess.params import Anchor, Eligibility, Event, Pair
from rareaccess.params.dated import months_before
from rareaccess.sources.engine import Engine

__all__ = ["build_features", "build_landmark", "count_features"]

QUARTER = 3  # months


def build_landmark(
    members: pd.DataFrame, starts: pd.DataFrame, *, eligibility: Eligibility | None
) -> pd.DataFrame:
    """Return the mart: everyone coded before the landmark, alive on it and not treated before it.

    Parameters
    ----------
    members
        The cohort: `study_id`, `first_coded_date`, `age_at_first_code`, `observed_until`. Nobody
        is known to live after the last day under observation, but for those who start later.
    starts
        `study_id`, `start_date` of the treated.
    eligibility
        The section of the settings; without it nobody is in the mart.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `treated` (starts on the landmark or later), `age` (on the landmark, as of all
        who are not treated: that at the first code and the whole years since; missing if unknown).

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> members = pd.DataFrame({"study_id": [1, 2, 3], "age_at_first_code": [40, 50, 60],
    ...     "first_coded_date": pd.to_datetime(["2010-01-01", "2021-01-01", "2010-01-01"]),
    ...     "observed_until": pd.to_datetime(["2025-01-01", "2025-01-01", "2016-01-01"])})
    >>> starts = pd.DataFrame({"study_id": [1], "start_date": pd.to_datetime(["2021-01-01"])})
    >>> eligibility = load_pair("sle-belimumab").eligibility
    >>> build_landmark(members, starts, eligibility=eligibility).to_dict("records")
    [{'study_id': 1, 'treated': True, 'age': 50}]
    """
    if eligibility is None:
        columns = {"study_id": "int64", "treated": "bool", "age": "Int64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    day = pd.Timestamp(eligibility.landmark)
    known = starts.set_index("study_id")["start_date"]
    start = known.reindex(members["study_id"]).set_axis(members.index)
    later = start >= day
    alive = (members["observed_until"] >= day) | later
    kept = (members["first_coded_date"] < day) & alive & ~(start < day)
    own = members[kept]
    on = own[["study_id"]].assign(index_date=day)
    ages = age_people(own.assign(age_at_treatment=pd.array([pd.NA] * len(own), "Int64")), on)
    mart = pd.DataFrame({"study_id": own["study_id"], "treated": later[kept], "age": ages})
    return mart.sort_values("study_id", ignore_index=True)


def build_features(
    engine: Engine,
    records: Any,
    codes: Any,
    members: pd.DataFrame,
    landmark: pd.DataFrame,
    *,
    pair: Pair,
    prescriptions: Any = None,
) -> pd.DataFrame:
    """Return the mart: a row for each feature of a person at the landmark that is not 0.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    codes
        Diagnoses of the records that count, keyed by `study_id`.
    members
        The cohort: `study_id`, `first_coded_date`.
    landmark
        As `build_landmark` returns it.
    prescriptions
        Medicines dispensed, keyed by `study_id`; without it nobody had any.
    """
    if pair.eligibility is None or landmark.empty:
        kinds = {"study_id": "int64", "feature": "str", "value": "int64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    wide = count_features(engine, records, codes, landmark, pair=pair)
    day = pd.Timestamp(pair.eligibility.landmark)
    first = landmark["study_id"].map(members.set_index("study_id")["first_coded_date"])
    years = np.floor((day - first).dt.days / 365.25).astype("int64")
    for one in pair.eligibility.use:
        if one.of == "duration":
            wide[one.name] = years.set_axis(wide.index)
        if one.of == "comorbidity":
            wide[one.name] = _count_conditions(engine, codes, landmark, pair).set_axis(wide.index)
    medicines = _count_medicines(engine, prescriptions, landmark, pair.eligibility)
    wide = pd.concat([wide, medicines], axis=1)
    wide = wide[[one.name for one in pair.eligibility.features]]
    long = wide.rename_axis(columns="feature").stack().rename("value").reset_index()
    return long[long["value"] != 0].astype({"feature": "str"}).reset_index(drop=True)


def count_features(
    engine: Engine, records: Any, codes: Any, landmark: pd.DataFrame, *, pair: Pair
) -> pd.DataFrame:
    """Count the events of each feature in [landmark - look-back, landmark - gap), in one pass.

    Returns
    -------
    pandas.DataFrame
        One row a person of the landmark, in its order, by `study_id`: a column for each feature
        that is counted, or made of what is; 0 where there is none.
    """
    F, asked = engine.F, pair.eligibility
    assert asked is not None, "a pair without the section has no features"
    begin, until = find_span(asked)
    people = engine.stage(landmark[["study_id"]])
    events = find_events(
        engine,
        engine.join(records, people, ("study_id",), "left_semi"),
        codes,
        begin=begin,
        until=until,
        specialties=list(pair.condition.specialties),
        coded={one.name: one.codes for one in asked.features if one.codes},
    )
    columns = [_count(F, one) for one in asked.features if one.of in COUNTS]
    for one in asked.use:
        if one.of == "pace":
            columns.append(measure_pace(F, _cut(asked, QUARTER)).alias(one.name))
        if one.of == "change":
            late = is_late(F, months_before(asked.landmark, _middle(asked)))
            told = F.when(is_visit(F) & late, 1).when(is_visit(F), -1).otherwise(0)
            columns.append(F.sum(told).alias(one.name))
    if not columns:  # medicines alone, or nothing that is counted of records
        return pd.DataFrame(index=pd.Index(landmark["study_id"], name="study_id"))
    found = engine.collect(events.groupBy("study_id").agg(*columns)).set_index("study_id")
    return found.reindex(landmark["study_id"]).fillna(0).astype("int64")


def _count_medicines(
    engine: Engine, prescriptions: Any, landmark: pd.DataFrame, asked: Eligibility
) -> pd.DataFrame:
    """Return the days with each medicine, or whether there was one, a row a person."""
    begin, until = find_span(asked)
    wanted = [one for one in asked.features if one.bnf]
    blank = pd.DataFrame(0, index=landmark["study_id"], columns=[one.name for one in wanted])
    if prescriptions is None or not wanted:
        return blank
    people = engine.stage(landmark[["study_id"]])
    found = count_dispensings(
        engine, engine.join(prescriptions, people, ("study_id",), "left_semi"), begin=begin,
        until=until, medicines={one.name: one.bnf for one in wanted},
    )  # fmt: skip
    days = engine.collect(found).set_index("study_id").reindex(blank.index).fillna(0)
    flags = [one.name for one in wanted if isinstance(one, Anchor) and one.kind == "binary"]
    days[flags] = days[flags].clip(upper=1)
    return days.astype("int64")


def find_span(asked: Eligibility) -> tuple[date, date]:
    """Return the first day of the look-back, and the first day of the blank gap after it.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> [str(day) for day in find_span(load_pair("sle-belimumab").eligibility)]
    ['2015-12-22', '2019-12-22']
    """
    months = (asked.lookback_months, asked.gap_months)
    begin, until = (months_before(asked.landmark, before) for before in months)
    return begin, until


def _middle(asked: Eligibility) -> int:
    return (asked.lookback_months + asked.gap_months) // 2


def _cut(asked: Eligibility, step: int) -> Sequence[date]:
    """Return the days that part the look-back into stretches of months, the last may be shorter."""
    before = [*range(asked.lookback_months, asked.gap_months, -step), asked.gap_months]
    return [months_before(asked.landmark, months) for months in before]


def _count(F: Any, feature: Event) -> Any:
    """Return the count of a person's events of a feature; of a flag whether there is one."""
    condition = COUNTS[feature.of](F)
    if feature.codes:
        condition = condition & (F.col(f"coded_{feature.name}") == 1)
    told = F.when(condition, 1).otherwise(0)
    binary = isinstance(feature, Anchor) and feature.kind == "binary"
    return (F.max(told) if binary else F.sum(told)).alias(feature.name)


def _count_conditions(engine: Engine, codes: Any, landmark: pd.DataFrame, pair: Pair) -> pd.Series:
    """Return the number of Charlson conditions recorded before the gap, by row of the landmark."""
    assert pair.eligibility is not None, "asked of a pair with the section"
    on = landmark[["study_id"]].assign(index_date=pd.Timestamp(find_span(pair.eligibility)[1]))
    found = find_conditions(
        engine, codes, on, exclude=pair.charlson.exclude, lookback_years=None
    ).set_index("study_id")
    counts = found.sum(axis=1).reindex(landmark["study_id"])
    return counts.fillna(0).astype("int64")
