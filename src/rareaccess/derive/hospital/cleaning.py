"""HES records as the pipeline reads them: APC and OP alike, with blanks and null dates missing.

Cleaning, as users of HES do it: finished episodes only; of exact copies of an episode or an
appointment one counts, of an appointment one that took place; null dates and the values that stand
for "nothing" are missing.
"""

from typing import Any

from rareaccess.contracts.hes import NULL_DATES
from rareaccess.contracts.places import NO_ABODE
from rareaccess.derive.hospital.stays import date_admissions
from rareaccess.derive.trusts import fold_site
from rareaccess.sources.engine import Engine

__all__ = ["ETHNIC_GROUPS", "KEYS", "KINDS", "identify", "is_something", "select_records"]

KINDS = ("apc", "op")
KEYS = {"apc": "EPIKEY", "op": "ATTENDKEY"}
DAYS = {"apc": "EPISTART", "op": "APPTDATE"}
AGES = {"apc": "STARTAGE", "op": "APPTAGE"}
COPY_KEYS = {
    "apc": ("person", "EPISTART", "EPIEND", "EPIORDER", "PROCODE3", "ADMIDATE", "DISDATE"),
    "op": ("person", "APPTDATE", "PROCODE3", "MAINSPEF", "TRETSPEF"),
}
NOTHING = ("", "&", "-", "R69X", "89999", "Z99999999")
ETHNIC_GROUPS = {
    "White": "ABC0",
    "Mixed": "DEFG",
    "Asian (excluding Chinese)": "HJKL456",
    "Black": "MNP123",
    "Chinese": "R7",
    "Other": "S8",
}
ETHNIC_CODES = tuple("ABCDEFGHJKLMNPRS")  # those in use since 2001
FINISHED = "3"  # EPISTAT
SEEN = ("5", "6")  # ATTENDED: on time, or late but seen
EVENT = "5"  # FIRSTATT: an administrative event, not an attendance
UNDER_ONE = (7001, 7007)


def select_records(engine: Engine, table: Any, kind: str) -> Any:
    """Select the columns of a record that the derivations need.

    Parameters
    ----------
    table
        APC or OP under the names of the contract, with `person`, `diagnosed` and `diagnoses`.
    kind
        apc or op.

    Returns
    -------
    DataFrame of the engine
        person, kind, record, day, fyear, finished, copy (1 is the one that counts: of an episode
        the least EPIKEY; of an appointment one that was attended, then the one with most
        diagnoses, then the least ATTENDKEY), procode, specialty, sex, ethnicity, ethnic_code, lsoa,
        no_abode (whether the postcode says so), age, diagnosed, disability, admitted (the day of
        admission), assumed (whether that day was not recorded), place (EPIORDER, in the stay),
        discharged, method (ADMIMETH), patient_class (CLASSPAT), attended (ATTENDED), contact
        (FIRSTATT), visit.
    """
    F, apc = engine.F, kind == "apc"
    table = table.withColumn("PROCODE3", fold_site(engine, "PROCODE3"))
    done = F.coalesce(F.col("EPISTAT") == FINISHED, F.lit(False)) if apc else F.lit(True)
    order = [F.col(KEYS[kind]).asc_nulls_last()]
    if apc:
        copies = engine.window.partitionBy(*COPY_KEYS[kind], "EPISTAT").orderBy(*order)
    else:
        seen = F.when(F.col("ATTENDED").isin(*SEEN), 1).otherwise(0)
        order = [seen.desc_nulls_last(), F.col("diagnoses").desc_nulls_last(), *order]
        copies = engine.window.partitionBy(*COPY_KEYS[kind]).orderBy(*order)
    recorded = _date(engine, "ADMIDATE") if apc else None
    admitted = apc and date_admissions(
        engine,
        admitted=recorded,
        start=_date(engine, "EPISTART"),
        end=_date(engine, "EPIEND"),
    )
    age = F.col(AGES[kind])
    years = F.when(age.between(*UNDER_ONE), 0).when(age.between(0, 130), age)
    area = _text(engine, "LSOA11")
    no_day, no_code = F.lit(None).cast("date"), F.lit(None).cast("string")
    return table.select(
        *identify(engine, kind),
        F.col("FYEAR").alias("fyear"),
        done.alias("finished"),
        F.row_number().over(copies).alias("copy"),
        _text(engine, "PROCODE3").alias("procode"),
        _text(engine, "MAINSPEF").alias("specialty"),
        F.when(F.col("SEX") == "1", "Male").when(F.col("SEX") == "2", "Female").alias("sex"),
        _ethnic_group(engine).alias("ethnicity"),
        F.when(F.col("ETHNOS").isin(*ETHNIC_CODES), F.col("ETHNOS")).alias("ethnic_code"),
        F.when(area != NO_ABODE, area).alias("lsoa"),
        F.coalesce(area == NO_ABODE, F.lit(False)).alias("no_abode"),
        years.alias("age"),
        F.col("diagnosed"),
        _text(engine, "DISABILITY").alias("disability"),
        (admitted if apc else no_day).alias("admitted"),
        (recorded.isNull() & admitted.isNotNull() if apc else F.lit(False)).alias("assumed"),
        (F.col("EPIORDER") if apc else F.lit(None)).cast("int").alias("place"),
        (_date(engine, "DISDATE") if apc else no_day).alias("discharged"),
        (_text(engine, "ADMIMETH") if apc else no_code).alias("method"),
        (_text(engine, "CLASSPAT") if apc else no_code).alias("patient_class"),
        (no_code if apc else _text(engine, "ATTENDED")).alias("attended"),
        (no_code if apc else _text(engine, "FIRSTATT")).alias("contact"),
        (F.lit(False) if apc else _attended(engine)).alias("visit"),
    )


def identify(engine: Engine, kind: str) -> list[Any]:
    """Return the columns that identify a record: person, kind, record, day."""
    F, key = engine.F, engine.F.col(KEYS[kind])
    return [
        F.col("person"),
        F.lit(kind).alias("kind"),
        F.when(F.length(key) < 20, F.lpad(key, 20, "0")).otherwise(key).alias("record"),
        _date(engine, DAYS[kind]).alias("day"),
    ]


def _attended(engine: Engine) -> Any:
    """Return whether the person was seen at the appointment."""
    F = engine.F
    event = F.coalesce(F.col("FIRSTATT") == EVENT, F.lit(False))
    return F.coalesce(F.col("ATTENDED").isin(*SEEN), F.lit(False)) & ~event


def _ethnic_group(engine: Engine) -> Any:
    """Return the ethnic group of an ETHNOS code, null when it is not known."""
    F, group = engine.F, None
    for name, codes in ETHNIC_GROUPS.items():
        matches = F.col("ETHNOS").isin(*codes)
        group = F.when(matches, name) if group is None else group.when(matches, name)
    return group


def is_something(engine: Engine, name: str) -> Any:
    """Return the condition that a text column has more than a value that means nothing."""
    return _text(engine, name).isNotNull()


def _text(engine: Engine, name: str) -> Any:
    """Return a text column with the values that stand for nothing as null."""
    return engine.F.when(~engine.F.col(name).isin(*NOTHING), engine.F.col(name))


def _date(engine: Engine, name: str) -> Any:
    """Return a date column with the null dates of HES as null."""
    F = engine.F
    null_dates = [F.lit(day).cast("date") for day in NULL_DATES]
    return F.when(~F.col(name).isin(*null_dates), F.col(name))
