"""Deprivation of areas: the fifth and the tenth of the Index of Multiple Deprivation."""

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.marts.levels import OF_HES
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine
from rareaccess.sources.residence import DECILE_AREAS

__all__ = ["IMD_AREAS", "group_by_rank", "imd_groups", "read_deprivation"]

IMD_AREAS = {"2019": 32_844}


def read_deprivation(source: Source, engine: Engine, *, version: str) -> pd.DataFrame:
    """Return the deprivation of each area that records of a source may name.

    Returns
    -------
    pandas.DataFrame
        `lsoa`, `imd_quintile`, `imd_decile`, `imd_version`. Where the source knows only
        IMD04_DECILE, the areas are its tenths, and the version says so: which release of the index
        HES used depends on the year, so these groups must not be mixed with others.
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
    return imd_groups(engine.collect(source.read(engine, "imd2019")), version=version)


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
            where="imd2019, column rank",
            found=str(outside.iloc[0]),
            expected=f"1 to {areas:,}",
            mend="Use the file of the English Indices of Deprivation 2019, File 1 or 7.",
        )
    return -(-groups * whole // areas)


def imd_groups(imd: pd.DataFrame, *, version: str) -> pd.DataFrame:
    """Return the deprivation quintile and decile of each area.

    Parameters
    ----------
    imd
        `LSOA11`, `rank`.
    version
        Version of the index; its number of areas fixes the groups.

    Returns
    -------
    pandas.DataFrame
        `lsoa`, `imd_quintile`, `imd_decile`, `imd_version`.
    """
    areas, twice = IMD_AREAS[version], int(imd["LSOA11"].duplicated().sum())
    if twice:
        raise UserError(
            "An area has more than one deprivation rank.",
            where="imd2019, column LSOA11",
            found=f"{twice} rows of an area that is there already",
            expected=f"each of the {areas:,} areas once",
            mend="Use the file of the English Indices of Deprivation 2019, File 1 or 7.",
        )
    return pd.DataFrame(
        {
            "lsoa": imd["LSOA11"],
            "imd_quintile": group_by_rank(imd["rank"], 5, areas=areas),
            "imd_decile": group_by_rank(imd["rank"], 10, areas=areas),
            "imd_version": version,
        }
    )
