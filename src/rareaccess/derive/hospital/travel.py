"""Travel: off-peak minutes from home to the nearest centre, and to the centre that treats."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.derive.applications.severity import name_criterion
from rareaccess.derive.country.vintages import read_minutes
from rareaccess.derive.trusts import follow, succeed
from rareaccess.params import Criterion, Pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_travel", "check_centres", "find_nearest", "read_journeys"]


def check_centres(centres: pd.DataFrame, *, pair: Pair) -> pd.DataFrame:
    """Return the centres of the pair's service, when there are as many as its settings expect.

    Raises
    ------
    UserError
        Another number of centres.
    """
    chosen = centres[centres["service"] == pair.centres.service]
    found = chosen["centre_code"].nunique()
    if found == pair.centres.expected:
        return chosen.drop_duplicates("centre_code").sort_values("centre_code", ignore_index=True)
    raise UserError(
        f"The number of centres for {pair.centres.service} differs from the expected number.",
        where=f"centres, column service, and params/pairs/{pair.pair}.yml, key centres.expected",
        found=f"{found} centres",
        expected=f"{pair.centres.expected} centres",
        mend="Update the table, or correct the expected number.",
    )


def read_journeys(
    source: Source, engine: Engine, *, areas: pd.Series, centres: pd.DataFrame
) -> pd.DataFrame:
    """Return the journeys from some areas to the centres: lsoa, centre_code, minutes."""
    F = engine.F
    wanted = engine.stage(pd.DataFrame({"LSOA11": sorted(set(areas.dropna()))}, dtype="str"))
    journeys = engine.join(_read_trusts(source, engine), wanted, ("LSOA11",), "left_semi")
    to_centre = journeys.where(engine.any_of(["centre_code"], centres["centre_code"].tolist()))
    known = to_centre.where(F.col("minutes").isNotNull())
    frame = engine.collect(known.select(F.col("LSOA11").alias("lsoa"), "centre_code", "minutes"))
    return frame.sort_values(["lsoa", "minutes", "centre_code"], ignore_index=True)


def _read_trusts(source: Source, engine: Engine) -> Any:
    """Return the journeys, those to a site or a trust that has merged as to the trust of today."""
    journeys = read_minutes(source, engine)
    return succeed(engine, journeys, "centre_code", follow(source.params))


def find_nearest(source: Source, engine: Engine, *, centres: pd.DataFrame) -> pd.DataFrame:
    """Return the least minutes from each area, and the centre: lsoa, minutes, nearest_centre.

    Of two centres equally near, the smaller code. The engine looks for it, as there are a million
    journeys between areas and centres.
    """
    F = engine.F
    journeys = _read_trusts(source, engine)
    to_centre = journeys.where(engine.any_of(["centre_code"], centres["centre_code"].tolist()))
    known = to_centre.where(F.col("minutes").isNotNull() & F.col("LSOA11").isNotNull())
    order = engine.window.partitionBy("LSOA11").orderBy(
        F.col("minutes").asc_nulls_last(), F.col("centre_code").asc_nulls_last()
    )
    ranked = known.withColumn("place", F.row_number().over(order))
    nearest = ranked.where(F.col("place") == 1).select(
        F.col("LSOA11").alias("lsoa"), "minutes", F.col("centre_code").alias("nearest_centre")
    )
    return engine.collect(nearest).sort_values("lsoa", ignore_index=True)


def build_travel(
    residents: pd.DataFrame,
    nearest: pd.DataFrame,
    journeys: pd.DataFrame,
    *,
    areas: pd.DataFrame,
    criteria: Sequence[Criterion],
) -> pd.DataFrame:
    """Return the mart: minutes to the nearest centre, which it is, and minutes to the treating one.

    Parameters
    ----------
    residents
        `study_id`, `treated`, `index_date`, `lsoa` (residence on that date), `trust` (that applied;
        missing for those not treated).
    nearest
        `lsoa`, `minutes`, `nearest_centre`.
    journeys
        `lsoa`, `centre_code`, `minutes`, of the areas of the treated.
    areas
        `lsoa`, `imd_quintile`.
    criteria
        The dated rules of eligibility.

    Notes
    -----
    Minutes are missing when the area is not known or has no journey. A trust that is not a centre
    of the service has no treating centre's minutes.

    Examples
    --------
    >>> residents = pd.DataFrame({"study_id": [1, 2], "treated": [True, False],
    ...     "index_date": pd.Timestamp("2020-01-01"), "lsoa": ["E01", None], "trust": ["RB", None]})
    >>> nearest = pd.DataFrame({"lsoa": ["E01"], "minutes": [20.0], "nearest_centre": ["RA"]})
    >>> journeys = pd.DataFrame({"lsoa": ["E01"], "centre_code": ["RB"], "minutes": [35.5]})
    >>> areas = pd.DataFrame({"lsoa": ["E01"], "imd_quintile": [4]})
    >>> mart = build_travel(residents, nearest, journeys, areas=areas, criteria=[])
    >>> mart["nearest_centre"].tolist(), mart["treating_centre_minutes"].tolist()
    (['RA', nan], [35.5, <NA>])
    """
    own = journeys.rename(
        columns={"centre_code": "trust", "minutes": "treating_centre_minutes"}
    ).drop_duplicates(["lsoa", "trust"])
    joined = (
        residents.astype({"lsoa": "str", "trust": "str"})
        .merge(nearest.astype({"lsoa": "str"}), on="lsoa", how="left", validate="m:1")
        .merge(own.astype({"lsoa": "str", "trust": "str"}), how="left", validate="m:1")
        .merge(areas[["lsoa", "imd_quintile"]], on="lsoa", how="left", validate="m:1")
    )
    return pd.DataFrame(
        {
            "study_id": joined["study_id"],
            "treated": joined["treated"],
            "minutes": joined["minutes"].astype("Float64"),
            "nearest_centre": joined["nearest_centre"].astype("str"),
            "treating_centre_minutes": joined["treating_centre_minutes"].astype("Float64"),
            "imd_quintile": joined["imd_quintile"],
            "criterion": name_criterion(joined["index_date"], criteria),
        }
    )
