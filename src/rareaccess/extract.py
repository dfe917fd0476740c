"""The extract: one pass over APC and one over OP, then every record of the people of interest.

Prefixes are resolved once to the codes that occur, so that the passes compare whole codes. The
people of interest are those with a code of any pair and those linked to an application. What is
written, one Parquet file each, keyed by the native pseudonym and kept inside the build folder:

records  one row a record, APC and OP alike: kind, record, day, and what the derivations need
codes    the diagnoses that matter (codes of the pairs, comorbidities) of the records that count
links    nhs_number, person, match_rank: the best row for each NHS number
traces   the PDS trace of these NHS numbers
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rareaccess.contracts import numbered
from rareaccess.engine import Engine
from rareaccess.sources import Source

__all__ = ["ETHNIC_GROUPS", "EXTRACTS", "extract_records", "resolve_codes"]

EXTRACTS = ("records", "codes", "links", "traces")
DIAGNOSES = {"apc": numbered("DIAG_4_", 20), "op": numbered("DIAG_4_", 12)}
NULL_DATES = ("1800-01-01", "1801-01-01", "1600-01-01", "1582-10-15")
MISSING = ("", "&", "R69X", "89999", "Z99999999")
ETHNIC_GROUPS = {
    "White": "ABC0",
    "Mixed": "DEFG",
    "Asian (excluding Chinese)": "HJKL456",
    "Black": "MNP123",
    "Chinese": "R7",
    "Other": "S8",
}
DUPLICATE_KEY = {
    "apc": ("PSEUDO_HESID", "EPISTART", "EPIEND", "EPIORDER", "PROCODE3", "ADMIDATE", "DISDATE"),
    "op": ("PSEUDO_HESID", "APPTDATE", "PROCODE3", "MAINSPEF", "TRETSPEF"),
}
KEYS = {"apc": "EPIKEY", "op": "ATTENDKEY"}
FINISHED, SEEN, EVENT = "3", ("5", "6"), "5"


def resolve_codes(occurring: Iterable[str], prefixes: Iterable[str]) -> list[str]:
    """Return the codes that occur and start with one of the prefixes, sorted.

    Examples
    --------
    >>> resolve_codes(["M320", "M321", "M3210", "J45X"], ["M321", "M328"])
    ['M321', 'M3210']
    """
    starts = tuple(prefixes)
    return sorted(code for code in set(occurring) if code.startswith(starts))


def extract_records(
    source: Source, engine: Engine, folder: Path, *, find: Sequence[str], keep: Sequence[str]
) -> None:
    """Write the extract of a source into a folder.

    Parameters
    ----------
    find
        Prefixes of the codes that make a person one of interest.
    keep
        Further prefixes whose diagnoses are kept of these people's records.
    """
    apc, op = source.read(engine, "apc"), source.read(engine, "op")
    occurring = _occurring(engine, {"apc": apc, "op": op})
    links = _best_links(source, engine)
    people = _people(engine, {"apc": apc, "op": op}, resolve_codes(occurring, find), links)
    people = engine.keep(people)
    key = ("PSEUDO_HESID",)
    wide = {
        "apc": engine.keep(_number_apc(engine, engine.join(apc, people, key, "left_semi"))),
        "op": engine.keep(_number_op(engine, engine.join(op, people, key, "left_semi"))),
    }
    records = _records_apc(engine, wide["apc"]).union(_records_op(engine, wide["op"]))
    engine.write(records, folder / "records.parquet")
    kept = resolve_codes(occurring, [*find, *keep])
    engine.write(_codes(engine, wide, kept), folder / "codes.parquet")
    links = engine.keep(_links_of_interest(source, engine, links, people))
    engine.write(links, folder / "links.parquet")
    engine.write(_traces(source, engine, links), folder / "traces.parquet")


def _occurring(engine: Engine, tables: dict[str, Any]) -> list[str]:
    """Return every code that occurs at any position of the tables."""
    F, found = engine.F, set()
    for name, table in tables.items():
        column = F.explode(F.array(*[F.col(column) for column in DIAGNOSES[name]]))
        codes = engine.collect(table.select(column.alias("code")).distinct())
        found.update(codes["code"].dropna())
    return sorted(found)


def _people(engine: Engine, tables: dict[str, Any], codes: Sequence[str], links: Any) -> Any:
    F = engine.F
    applicants = links.where(F.col("applied")).select("PSEUDO_HESID")
    found = [
        table.where(engine.any_of(DIAGNOSES[name], codes)).select("PSEUDO_HESID").distinct()
        for name, table in tables.items()
    ]
    people = found[0].union(found[1]).union(applicants)
    return people.where(F.col("PSEUDO_HESID").isNotNull()).distinct()


def _best_links(source: Source, engine: Engine) -> Any:
    """Return one row for each NHS number: least rank, ties by the smallest pseudonym."""
    F, window = engine.F, engine.window
    order = window.partitionBy("nhs_number").orderBy(
        F.col("match_rank").asc_nulls_last(), F.col("PSEUDO_HESID").asc_nulls_last()
    )
    applied = source.read(engine, "blueteq_applications", ("nhs_number",)).distinct()
    applied = applied.where(F.col("nhs_number").isNotNull()).select(
        F.col("nhs_number"), F.lit(True).alias("has_applied")
    )
    best = (
        source.read(engine, "linkage")
        .where(F.col("PSEUDO_HESID").isNotNull() & F.col("nhs_number").isNotNull())
        .withColumn("place", F.row_number().over(order))
        .where(F.col("place") == 1)
    )
    return engine.keep(
        engine.join(best, applied, ("nhs_number",), "left").select(
            "nhs_number",
            "PSEUDO_HESID",
            "match_rank",
            F.coalesce(F.col("has_applied"), F.lit(False)).alias("applied"),
        )
    )


def _links_of_interest(source: Source, engine: Engine, links: Any, people: Any) -> Any:
    F = engine.F
    linked = engine.join(links, people, ("PSEUDO_HESID",), "left_semi")
    return linked.select("nhs_number", F.col("PSEUDO_HESID").alias("person"), "match_rank")


def _traces(source: Source, engine: Engine, links: Any) -> Any:
    """Return the traces of the linked people and of everyone on an application."""
    applied = source.read(engine, "blueteq_applications", ("nhs_number",))
    numbers = links.select("nhs_number").union(applied.select("nhs_number")).distinct()
    traces = engine.join(source.read(engine, "pds_trace"), numbers, ("nhs_number",), "left_semi")
    died = _date(engine, "date_of_death")
    return traces.select("nhs_number", "traced", "vital_status", died.alias("date_of_death"))


def _number_apc(engine: Engine, apc: Any) -> Any:
    """Number the copies of an episode within its duplicate key; the least EPIKEY is the first."""
    F = engine.F
    finished = F.coalesce(F.col("EPISTAT") == FINISHED, F.lit(False))
    order = engine.window.partitionBy(*DUPLICATE_KEY["apc"], "finished").orderBy(
        F.col("EPIKEY").asc_nulls_last()
    )
    return apc.withColumn("finished", finished).withColumn("copy", F.row_number().over(order))


def _number_op(engine: Engine, op: Any) -> Any:
    """Number the copies of an appointment: the fullest, then least ATTENDKEY, is the first."""
    F = engine.F
    known = [_text(engine, name).isNotNull() for name in DIAGNOSES["op"]]
    filled = sum(diagnosis.cast("int") for diagnosis in known)
    order = engine.window.partitionBy(*DUPLICATE_KEY["op"]).orderBy(
        F.col("filled").desc_nulls_last(), F.col("ATTENDKEY").asc_nulls_last()
    )
    numbered_op = op.withColumn("filled", filled).withColumn("copy", F.row_number().over(order))
    return numbered_op.withColumn("finished", F.lit(True))


def _records_apc(engine: Engine, apc: Any) -> Any:
    F = engine.F
    return apc.select(
        *_shared(engine, "apc", "EPISTART", "STARTAGE"),
        _date(engine, "ADMIDATE").alias("admitted"),
        _date(engine, "DISDATE").alias("discharged"),
        F.lit(False).alias("visit"),
    )


def _records_op(engine: Engine, op: Any) -> Any:
    F = engine.F
    event = F.coalesce(F.col("FIRSTATT") == EVENT, F.lit(False))
    visit = F.coalesce(F.col("ATTENDED").isin(*SEEN), F.lit(False)) & ~event
    return op.select(
        *_shared(engine, "op", "APPTDATE", "APPTAGE"),
        F.lit(None).cast("date").alias("admitted"),
        F.lit(None).cast("date").alias("discharged"),
        visit.alias("visit"),
    )


def _shared(engine: Engine, kind: str, day: str, age: str) -> list[Any]:
    """Return the columns that both kinds of record have, blanks and null dates as missing."""
    F = engine.F
    years = F.when(F.col(age).between(7001, 7007), 0).when(F.col(age).between(0, 130), F.col(age))
    known = _text(engine, "DIAG_4_01").isNotNull()
    return [
        F.col("PSEUDO_HESID").alias("person"),
        F.lit(kind).alias("kind"),
        F.lpad(F.col(KEYS[kind]), 20, "0").alias("record"),
        _date(engine, day).alias("day"),
        F.col("FYEAR").alias("fyear"),
        F.col("finished"),
        F.col("copy"),
        _text(engine, "PROCODE3").alias("procode"),
        _text(engine, "MAINSPEF").alias("specialty"),
        F.when(F.col("SEX") == "1", "Male").when(F.col("SEX") == "2", "Female").alias("sex"),
        _ethnic_group(engine).alias("ethnicity"),
        _text(engine, "LSOA11").alias("lsoa"),
        years.alias("age"),
        known.alias("diagnosed"),
    ]


def _codes(engine: Engine, wide: dict[str, Any], codes: Sequence[str]) -> Any:
    """Return the distinct diagnoses among `codes` of the records that count."""
    F, frames = engine.F, []
    for kind, day in (("apc", "EPISTART"), ("op", "APPTDATE")):
        counted = wide[kind].where(F.col("finished") & (F.col("copy") == 1))
        diagnoses = counted.select(
            F.col("PSEUDO_HESID").alias("person"),
            F.lit(kind).alias("kind"),
            F.lpad(F.col(KEYS[kind]), 20, "0").alias("record"),
            _date(engine, day).alias("day"),
            F.explode(F.array(*[F.col(name) for name in DIAGNOSES[kind]])).alias("code"),
        )
        frames.append(diagnoses.where(engine.any_of(["code"], codes)).distinct())
    return frames[0].union(frames[1])


def _ethnic_group(engine: Engine) -> Any:
    """Return the ethnic group of an ETHNOS code, null when it is not known."""
    F, group = engine.F, None
    for name, codes in ETHNIC_GROUPS.items():
        matches = F.col("ETHNOS").isin(*codes)
        group = F.when(matches, name) if group is None else group.when(matches, name)
    return group


def _text(engine: Engine, name: str) -> Any:
    """Return a text column with the blanks of HES as null."""
    return engine.F.when(~engine.F.col(name).isin(*MISSING), engine.F.col(name))


def _date(engine: Engine, name: str) -> Any:
    """Return a date column with the null dates of HES as null."""
    F = engine.F
    null_dates = [F.lit(day).cast("date") for day in NULL_DATES]
    return F.when(~F.col(name).isin(*null_dates), F.col(name))
