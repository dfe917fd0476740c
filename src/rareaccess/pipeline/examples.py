"""Synthetic tables in another layout: other names, CSV, a long diagnosis table, postcodes.

A source that says `made_from` is an example of how tables are called and stored elsewhere. Its
tables are written from those of a synthetic source, so that one can see the example work.
"""

import itertools
import string
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from rareaccess.contracts import CONTRACTS, IMD04_DECILES, SACT_NDRS
from rareaccess.core.cache import digest, hash_code, read_stamp, write_stamp
from rareaccess.core.errors import UserError
from rareaccess.core.files import replace_folder
from rareaccess.core.paths import project_root, relative
from rareaccess.derive.fund.sact import OF_NDRS, SACT
from rareaccess.derive.hospital.cleaning import KEYS
from rareaccess.derive.hospital.deprivation import imd_groups
from rareaccess.derive.hospital.diagnoses import DIAGNOSES, WideDiagnoses
from rareaccess.params import list_pairs, load_pair
from rareaccess.params.codes import has_check_digit
from rareaccess.pipeline.example_sact import divide_sact
from rareaccess.pipeline.stamps import hash_tables
from rareaccess.sources import Source
from rareaccess.sources.engine import DuckEngine
from rareaccess.sources.engine.quoting import quote_name, quote_text
from rareaccess.sources.layout import Layout
from rareaccess.sources.residence import columns_of
from rareaccess.sources.snomed import CONCEPT

__all__ = ["name_concepts", "name_postcodes", "write_layout"]

STAMP = "made-from.json"
STRFTIME = {"yyyy": "%Y", "MM": "%m", "dd": "%d"}
FILES = 2  # CSV files of APC and OP


def write_layout(
    origin: Source, target: Source, *, tell: Callable[[str], object] = lambda _: None
) -> str:
    """Write the tables of `origin` as the settings of `target` describe them.

    Parameters
    ----------
    origin
        A synthetic source of Parquet files.
    target
        A synthetic source of Parquet or CSV files, or of a DuckDB file, under one root.

    Returns
    -------
    str
        What was done: nothing, when the tables are there and nothing has changed.

    Raises
    ------
    UserError
        The target's tables are in Spark, which nothing is written to.
    """
    root = project_root() / target.params.root
    if not target.params.synthetic or target.params.kind == "spark":
        raise UserError(
            "Synthetic tables cannot be written in this layout.",
            where=f"{target.settings}, key made_from",
            found=f"kind: {target.params.kind}, synthetic: {str(target.params.synthetic).lower()}",
            expected="synthetic: true, and kind parquet, csv or duckdb",
        )
    code = hash_code("rareaccess.pipeline.examples")
    made_from = {"made_from": digest(hash_tables(origin), target.params.model_dump_json(), code)}
    folder = root if target.params.kind != "duckdb" else root.parent
    where = relative(root)
    if read_stamp(folder / STAMP) == made_from:
        return f"skipped: {where} already exists"
    tell(f"writing the tables of {origin.name} in the layout of {target.name}")
    aside = folder.with_name(f".{folder.name}.part")
    with DuckEngine() as engine:
        for table, frame in _shape(engine, origin, target).items():
            layout = target.layout(table)
            place = aside / (project_root() / layout.root / layout.path).relative_to(root) \
                if layout.is_files else aside / root.name  # fmt: skip
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(engine, frame, layout, place)
    write_stamp(aside / STAMP, made_from)
    replace_folder(aside, folder)
    return f"wrote {where} from {origin.name}"


def name_postcodes(areas: list[str]) -> dict[str, str]:
    """Return an invented postcode for each area; ZZ is no postcode area of the United Kingdom.

    Examples
    --------
    >>> name_postcodes(["E01000001", "E01000002"])
    {'E01000001': 'ZZ1 0AA', 'E01000002': 'ZZ1 0AB'}
    """
    letters = string.ascii_uppercase
    parts = itertools.product(range(1, 100), range(10), letters, letters)
    codes = (f"ZZ{district} {sector}{one}{two}" for district, sector, one, two in parts)
    return dict(zip(sorted(areas), codes, strict=False))


def name_concepts(codes: list[str]) -> dict[str, str]:
    """Return an invented concept of SNOMED CT for each ICD-10 code, with a check digit that fits.

    Examples
    --------
    >>> name_concepts(["M321", "M328"])
    {'M321': '990000000009', 'M328': '990000000013'}
    """
    stems = (f"{99_000_000_000 + number}" for number in itertools.count())
    return {
        code: next(stem + digit for digit in string.digits if has_check_digit(stem + digit))
        for code, stem in zip(sorted(codes), stems, strict=False)
    }


def _shape(engine: DuckEngine, origin: Source, target: Source) -> dict[str, Any]:
    """Return the frame of each table of the target, under our names."""
    F, shaped = engine.F, {}
    plain = {t: origin.read(engine, t, tuple(origin.schema(t))) for t in origin.tables}
    areas = _areas(engine, plain)
    concepts = _concepts(engine, plain) if target.has("snomed_map") else None
    for table in target.tables:
        kind = table.removesuffix("_diagnoses")
        if table == "postcodes":
            shaped[table] = areas.select("POSTCODE", "LSOA11")
        elif table == "snomed_map":
            shaped[table] = concepts.select(CONCEPT, "ICD10")
        elif table in (part.name for part in SACT_NDRS):
            continue  # all six at once, below
        elif kind != table:
            identifiers = ("PSEUDO_HESID", KEYS[kind])
            parts = [
                plain[kind].select(
                    *identifiers, F.lit(n).alias("position"), F.col(name).alias("code")
                )
                for n, name in enumerate(DIAGNOSES[kind], start=1)
            ]
            whole = reduce(lambda one, other: one.union(other), parts)
            shaped[table] = whole.where(F.col("code").isNotNull())
            if target.params.diagnoses == CONCEPT:
                written = concepts.select(CONCEPT, F.col("ICD10").alias("code"))
                written = written.where(~F.col(CONCEPT).isin(*_own_concepts()))
                shaped[table] = engine.join(shaped[table], written, ("code",)).drop("code")
        else:
            shaped[table] = plain[table]
    if target.has(OF_NDRS):
        flat = [engine.collect(plain[table]) for table in SACT]
        divided = divide_sact(*flat)
        shaped |= {f"sact_{name}": engine.stage(frame) for name, frame in divided.items()}
    for kind in ("apc", "op"):
        shaped[kind] = _move_home(engine, shaped[kind], areas, target.params.residence)
        if target.has(f"{kind}_diagnoses"):
            shaped[kind] = shaped[kind].drop(*DIAGNOSES[kind])
    return shaped


def _concepts(engine: DuckEngine, plain: dict[str, Any]) -> Any:
    """Return the map: an invented concept for each code that occurs, and the pairs' own concepts.

    No record is coded with a concept of a pair's own, which leads to the first of its codes.
    """
    occurring = sorted(set().union(
        *(WideDiagnoses(engine, kind, plain[kind]).list_codes() for kind in DIAGNOSES)
    ))  # fmt: skip
    codes = {concept: code for code, concept in name_concepts(occurring).items()}
    codes |= _own_concepts()
    return engine.stage(pd.DataFrame({CONCEPT: list(codes), "ICD10": list(codes.values())}))


def _own_concepts() -> dict[str, str]:
    """Return the first narrow code of each concept that a pair names."""
    pairs = [load_pair(name) for name in list_pairs()]
    return {c: p.condition.icd10.narrow[0] for p in pairs for c in p.condition.snomed_ct}


def _areas(engine: DuckEngine, plain: dict[str, Any]) -> Any:
    """Return every area that records name, with an invented postcode and its tenth."""
    found = plain["imd2019"].select("LSOA11")
    for kind in ("apc", "op"):
        found = found.union(plain[kind].select("LSOA11"))
    names = sorted(engine.collect(found.distinct())["LSOA11"].dropna())
    ranks = imd_groups(engine.collect(plain["imd2019"]), version="2019")
    tenths = dict(zip(ranks["lsoa"], ranks["imd_decile"], strict=True))
    labels = [IMD04_DECILES[tenths[name] - 1] if name in tenths else None for name in names]
    frame = pd.DataFrame({"LSOA11": names, "POSTCODE": list(name_postcodes(names).values())})
    return engine.stage(frame.assign(IMD04_DECILE=labels))


def _move_home(engine: DuckEngine, frame: Any, areas: Any, residence: str) -> Any:
    """Return APC or OP with the postcode, or the tenth of deprivation, in place of the area."""
    if residence == "LSOA11":
        return frame
    joined = engine.join(frame, areas.select("LSOA11", columns_of(residence)), ("LSOA11",), "left")
    return joined.drop("LSOA11", "MSOA11")


def _write(engine: DuckEngine, frame: Any, layout: Layout, place: Path) -> None:
    """Write a table under the source's names, as its layout says."""
    ours = {name: native for native, name in layout.columns.items()}
    types = {column.name: column.type for column in CONTRACTS[layout.table].columns}
    source = engine.scratch / f"{layout.table}.parquet"
    engine.write(frame, source)
    form = layout.dates
    for our_form, their_form in STRFTIME.items():
        form = form.replace(our_form, their_form)
    chosen = []
    for name in frame.columns:
        value = quote_name(name)
        if layout.is_text:
            day = types[name] == "date"
            value = f"strftime({value}, {quote_text(form)})" if day else f"{value}::VARCHAR"
        chosen.append(f"{value} AS {quote_name(ours.get(name, name))}")
    rows = f"SELECT {', '.join(chosen)} FROM read_parquet({quote_text(source)})"

    def copy(rows: str, file: str | Path, options: str) -> None:
        engine.connection.execute(f"COPY ({rows}) TO {quote_text(file)} ({options})")

    if layout.kind == "duckdb":
        with duckdb.connect(place) as database:
            database.execute(f"CREATE OR REPLACE TABLE {quote_name(layout.path)} AS {rows}")
        return
    if layout.kind == "parquet":
        copy(rows, f"{place}.parquet", "FORMAT parquet")
        return
    options = f"HEADER, DELIMITER {quote_text(layout.delimiter)}, COMPRESSION gzip"
    if layout.table not in KEYS:
        copy(rows, f"{place}.csv.gz", options)
        return
    place.mkdir()
    key = quote_name(ours.get(KEYS[layout.table], KEYS[layout.table]))
    for part in range(FILES):
        some = f"SELECT * FROM ({rows}) WHERE hash({key}) % {FILES} = {part}"
        copy(some, place / f"part-{part + 1}.csv.gz", options)
