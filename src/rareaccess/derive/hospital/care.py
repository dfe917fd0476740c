"""All hospital use in the year before the index date: admissions by method, appointments by end."""

from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["build_care", "count_care"]

MONTHS = 12
ELECTIVE = ("11", "12", "13")  # ADMIMETH: waiting list, booked, planned
EMERGENCY = ("21", "22", "23", "24", "25", "28", "2A", "2C", "2D")  # 2B is a transfer
DAY_CASE, REGULAR = ("2",), ("3", "4")  # CLASSPAT
REMOTE = ("3", "4")  # FIRSTATT: first or follow-up, by telephone or video
EVENT = "5"  # FIRSTATT: an administrative event, not an appointment
FUTURE = "0"  # ATTENDED
ENDS = {
    "missed": ("3", "7"),  # did not attend, or came too late to be seen
    "cancelled_by_patient": ("2",),
    "cancelled_by_provider": ("4",),
}
STAYS = ("elective", "emergency", "other_admissions", "day_cases", "regular", "bed_days")
APPOINTMENTS = ("visits", "remote", *ENDS, "outcome_not_known")


def count_care(engine: Engine, records: Any, index: pd.DataFrame) -> pd.DataFrame:
    """Count admissions and appointments for any reason in [index - 12 months, index).

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.
    index
        `study_id`, `index_date`.

    Returns
    -------
    pandas.DataFrame
        `study_id` and the counts of the mart `care`; people without any are not in it.

    Notes
    -----
    An admission is a spell: a person, provider and day of admission, in the window by that day. Its
    method (ADMIMETH) and class (CLASSPAT) are the first known of its episodes. Nights (`bed_days`)
    run from the admission to the last day of discharge or, if that is later, the index date; a stay
    without a day of discharge adds none.

    A visit was attended (ATTENDED 5 or 6) and is not an administrative event (FIRSTATT 5), which is
    no appointment at all. Appointments still to come are not counted; those whose ATTENDED says
    none of these are `outcome_not_known`.
    """
    begin = index["index_date"] - pd.DateOffset(months=MONTHS)
    window = engine.stage(index[["study_id", "index_date"]].assign(begin=begin))
    theirs = engine.join(records.where(engine.F.col("counted")), window, ("study_id",))
    counts = [
        engine.collect(rows).set_index("study_id")
        for rows in (_count_stays(engine, theirs), _count_appointments(engine, theirs))
    ]
    return pd.concat(counts, axis=1).fillna(0).astype("int64").sort_index().reset_index()


def build_care(index: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: hospital use of everyone with an index date, zeros included.

    Examples
    --------
    >>> index = pd.DataFrame({"study_id": [1, 2], "treated": [True, False]})
    >>> counts = pd.DataFrame({"study_id": [2], "elective": [1], "visits": [4]})
    >>> build_care(index, counts)[["study_id", "elective", "visits", "missed"]].values.tolist()
    [[1, 0, 0, 0], [2, 1, 4, 0]]
    """
    known = counts.set_index("study_id").reindex(columns=[*STAYS, *APPOINTMENTS], fill_value=0)
    known = known.reindex(index["study_id"], fill_value=0).set_axis(index.index)
    return index[["study_id", "treated"]].assign(**known)


def _count_stays(engine: Engine, theirs: Any) -> Any:
    """Return the spells of each person that began in the window, by method and class."""
    F = engine.F
    key = F.concat(F.col("day").cast("string"), F.col("record"))

    def first(name: str) -> Any:
        return F.min_by(F.col(name), F.when(F.col(name).isNotNull(), key)).alias(name)

    spell = ("study_id", "procode", "admitted", "index_date")
    inside = (F.col("admitted") >= F.col("begin")) & (F.col("admitted") < F.col("index_date"))
    spells = theirs.where((F.col("kind") == "apc") & inside).groupBy(*spell)
    spells = spells.agg(first("method"), first("patient_class"), F.max("discharged").alias("left"))
    elective = F.coalesce(F.col("method").isin(*ELECTIVE), F.lit(False))
    emergency = F.coalesce(F.col("method").isin(*EMERGENCY), F.lit(False))
    until = F.least(F.col("left"), F.col("index_date").cast("date"))
    nights = F.datediff(F.when(F.col("left").isNotNull(), until), F.col("admitted"))
    return spells.groupBy("study_id").agg(
        _sum(F, elective, "elective"),
        _sum(F, emergency, "emergency"),
        _sum(F, ~elective & ~emergency, "other_admissions"),
        _sum(F, elective & F.col("patient_class").isin(*DAY_CASE), "day_cases"),
        _sum(F, elective & F.col("patient_class").isin(*REGULAR), "regular"),
        F.coalesce(F.sum(F.when(nights > 0, nights)), F.lit(0)).alias("bed_days"),
    )


def _count_appointments(engine: Engine, theirs: Any) -> Any:
    """Return the appointments of each person in the window, by how they ended."""
    F = engine.F
    inside = (F.col("day") >= F.col("begin")) & (F.col("day") < F.col("index_date"))
    event = F.coalesce(F.col("contact") == EVENT, F.lit(False))
    future = F.coalesce(F.col("attended") == FUTURE, F.lit(False))
    visit = F.col("visit")
    ended = {name: F.col("attended").isin(*codes) for name, codes in ENDS.items()}
    known = visit
    for how in ended.values():
        known = known | F.coalesce(how, F.lit(False))
    appointments = theirs.where((F.col("kind") == "op") & inside & ~event & ~future)
    return appointments.groupBy("study_id").agg(
        _sum(F, visit, "visits"),
        _sum(F, visit & F.col("contact").isin(*REMOTE), "remote"),
        *[_sum(F, how, name) for name, how in ended.items()],
        _sum(F, ~known, "outcome_not_known"),
    )


def _sum(F: Any, condition: Any, name: str) -> Any:
    """Return the count of the rows of which a condition is true."""
    return F.sum(F.when(condition, 1).otherwise(0)).alias(name)
