"""Deprivation of areas: the fifth and the tenth of the Index of Multiple Deprivation."""

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.core.errors import UserError
from rareaccess.derive.country.vintages import add_vintage, read_lookup
from rareaccess.marts.levels import OF_HES
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine
from rareaccess.sources.residence import DECILE_AREAS

__all__ = [
    "IMD_AREAS",
    "TABLES",
    "check_version",
    "group_by_rank",
    "imd_groups",
    "read_deprivation",
]

TABLES = {"2019": "imd2019", "2025": "imd2025"}
IMD_AREAS = {version: CONTRACTS[table].areas for version, table in TABLES.items()}


def read_deprivation(source: Source, engine: Engine, *, version: str) -> pd.DataFrame:
    """Return the deprivation of each area that records of a source may name.

    Parameters
    ----------
    version
        2019, of areas of 2011, or 2025, of areas of 2021. With the table `lsoa_lookup` records may
        name areas of either census; see `add_vintage` for those that were split or merged.

    Returns
    -------
    pandas.DataFrame
        `lsoa`, `imd_quintile`, `imd_decile`, `imd_version`. Where the source knows only
        IMD04_DECILE, the areas are its tenths, and the version says so: which release of the index
        HES used depends on the year, so these groups must not be mixed with others.

    Raises
    ------
    UserError
        The source has the index of another version alone.
    """
    if source.params.residence == "IMD04_DECILE":
        tenths = pd.Series(range(1, 11), dtype="Int64")
        return pd.DataFrame(
            {
                "lsoa": list(DECILE_AREAS.values()),
                "imd_quintile": (tenths + 1) // 2,
                "imd_decile": tenths,
                "imd_version": OF_HES,
            }
        )
    check_version(source, version)
    groups = imd_groups(engine.collect(source.read(engine, TABLES[version])), version=version)
    return add_vintage(groups, read_lookup(source, engine))


def check_version(source: Source, version: str) -> None:
    """Stop where a source has a table of ranks, but not that of the version asked for.

    Raises
    ------
    UserError
        The versions would be mixed, or nobody would have a group.
    """
    given = [table for table in TABLES.values() if source.has(table)]
    if not given or TABLES[version] in given:
        return
    raise UserError(
        f"The source has no ranks of the English Indices of Deprivation {version}.",
        where=f"imd_version in params/report.yml; tables in {source.settings}",
        found=", ".join(given),
        expected=f"the table {TABLES[version]}: each row {CONTRACTS[TABLES[version]].row}",
        mend=f"Name the table {TABLES[version]} in the settings of the source, or set imd_version "
        "to the version that it has. Groups of two versions are never mixed.",
    )


def group_by_rank(ranks: pd.Series, groups: int, *, areas: int) -> pd.Series:
    """Return the deprivation group of a rank: ceil(groups · rank / areas), 1 most deprived.

    The areas fall into groups that differ in size by one at most.

    Raises
    ------
    UserError
        A rank lies outside 1..areas.

    Examples
    --------
    >>> group_by_rank(pd.Series([1, 6568, 6569, 32844]), 5, areas=32_844).tolist()
    [1, 1, 2, 5]
    """
    whole = ranks.astype("Int64")
    outside = whole[(whole < 1) | (whole > areas)]
    if len(outside):
        raise UserError(
            "A deprivation rank is outside its range.",
            where="the table of ranks, column rank",
            found=str(outside.iloc[0]),
            expected=f"1 to {areas:,}",
            mend="Use the file of the English Indices of Deprivation, File 1 or 7.",
        )
    return -(-groups * whole // areas)


def imd_groups(imd: pd.DataFrame, *, version: str) -> pd.DataFrame:
    """Return the deprivation quintile and decile of each area.

    Parameters
    ----------
    imd
        The area, LSOA11 or LSOA21 as in the contract of the version's table, and `rank`.
    version
        Version of the index; its number of areas fixes the groups.

    Returns
    -------
    pandas.DataFrame
        `lsoa`, `imd_quintile`, `imd_decile`, `imd_version`.
    """
    table, areas = TABLES[version], IMD_AREAS[version]
    (area,) = CONTRACTS[table].key
    twice = int(imd[area].duplicated().sum())
    if twice:
        raise UserError(
            "An area has more than one deprivation rank.",
            where=f"{table}, column {area}",
            found=f"{twice} rows of an area that is there already",
            expected=f"each of the {areas:,} areas once",
            mend=f"Use the file of the English Indices of Deprivation {version}, File 1 or 7.",
        )
    return pd.DataFrame(
        {
            "lsoa": imd[area],
            "imd_quintile": group_by_rank(imd["rank"], 5, areas=areas),
            "imd_decile": group_by_rank(imd["rank"], 10, areas=areas),
            "imd_version": version,
        }
    )
