"""The general population: its tables under one set of names, small areas added up."""

from typing import Any

import pandas as pd

from rareaccess.contracts import CONTRACTS, POPULATIONS
from rareaccess.derive.country.areas import PLACES, add_places
from rareaccess.derive.hospital.cleaning import ETHNIC_GROUPS
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_population"]

PEOPLE = ("sex", "age_band", "ethnicity", "ethnic_code")
FIFTHS = ("imd_quintile", "imd_decile")
DIMENSIONS = (*PEOPLE, *PLACES, *FIFTHS)


def build_population(
    source: Source, engine: Engine, *, areas: pd.DataFrame, imd: pd.DataFrame
) -> pd.DataFrame:
    """Return the mart: the groups of every table of the population that the source has.

    A table by small area is added up by what the areas are: board, region, kind, deprivation. A
    dimension that a table does not have is missing in all of its rows.

    Parameters
    ----------
    areas
        `lsoa` and `PLACES`.
    imd
        `lsoa`, `imd_quintile`, `imd_decile`.

    Returns
    -------
    pandas.DataFrame
        `table`, `year`, `DIMENSIONS`, `people`.
    """
    named = [table.name for table in POPULATIONS if source.has(table.name)]
    parts = [_read(source, engine, name, areas, imd) for name in named]
    columns = ["table", "year", *DIMENSIONS, "people"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def _read(
    source: Source, engine: Engine, name: str, areas: pd.DataFrame, imd: pd.DataFrame
) -> pd.DataFrame:
    F, schema = engine.F, source.schema(name, engine)
    given = [c for c in CONTRACTS[name].names if c in schema and c != "people"]
    rows = source.read(engine, name, (*given, "people"))
    by_area = "LSOA11" in given
    if by_area:  # a million rows: the engine adds them up
        rows = _add_areas(engine, rows, areas, imd)
        given = [c for c in rows.columns if c not in ("LSOA11", "people")]
    groups = rows.groupBy(*given).agg(F.sum("people").alias("people"))
    frame = engine.collect(groups).sort_values(given, ignore_index=True)
    frame = frame.assign(table=name)
    if not by_area:  # the areas have said already where they are
        frame = add_places(frame)
    code = frame["ETHNOS"] if "ETHNOS" in frame else pd.Series(None, frame.index, dtype="str")
    groups_of = {one: group for group, codes in ETHNIC_GROUPS.items() for one in codes}
    frame = frame.assign(ethnic_code=code, ethnicity=code.map(groups_of).astype("str"))
    if "imd_decile" in frame and "imd_quintile" not in frame:
        frame = frame.assign(imd_quintile=(frame["imd_decile"] + 1) // 2)
    missing = {c: pd.Series(None, frame.index) for c in DIMENSIONS if c not in frame}
    return frame.assign(**missing)


def _add_areas(engine: Engine, rows: Any, areas: pd.DataFrame, imd: pd.DataFrame) -> Any:
    """Return rows by small area with what the areas are in place of what the table may say."""
    kinds = imd[["lsoa", *FIFTHS]].merge(areas, on="lsoa", how="left", validate="1:1")
    kept = ["LSOA11", *(c for c in rows.columns if c in ("year", "ETHNOS", "sex", "age_band"))]
    staged = engine.stage(kinds.rename(columns={"lsoa": "LSOA11"}))
    return engine.join(rows.select(*kept, "people"), staged, ("LSOA11",), "left")
