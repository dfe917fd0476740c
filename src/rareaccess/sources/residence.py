"""Where somebody lives: the area as recorded, found by postcode, or only its deprivation."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from rareaccess.contracts import IMD04_DECILES
from rareaccess.contracts.places import NO_ABODE
from rareaccess.sources.engine import Engine

__all__ = ["DECILE_AREAS", "add_area", "columns_of"]

DECILE_AREAS = {label: f"IMD04 tenth {n:02d}" for n, label in enumerate(IMD04_DECILES, start=1)}


def columns_of(residence: str) -> str:
    """Return our name of the column from which the area is derived.

    Examples
    --------
    >>> columns_of("postcode")
    'POSTCODE'
    """
    return residence.upper()  # LSOA11, POSTCODE, IMD04_DECILE


def add_area(
    engine: Engine, frame: Any, residence: str, postcodes: Callable[[], Any], *,
    abode: bool = False,
) -> Any:  # fmt: skip
    """Return the frame with `LSOA11` in place of the column that it is derived from.

    Parameters
    ----------
    frame
        A table with the column of `columns_of(residence)`.
    postcodes
        Returns the table `postcodes`, when it is asked for.
    abode
        Whether `NO_ABODE` stands in place of the area where the postcode says so.

    Notes
    -----
    With `IMD04_DECILE` an "area" is a tenth of deprivation: it has no place, and no travel time.
    """
    if residence == "LSOA11":
        return frame
    F = engine.F
    others = [name for name in frame.columns if name not in ("LSOA11", columns_of(residence))]
    if residence == "postcode":
        areas = postcodes().select(_plain(engine).alias("postcode_key"), "LSOA11")
        areas = areas.groupBy("postcode_key").agg(F.min("LSOA11").alias("LSOA11"))
        keyed = frame.select(*others, _plain(engine).alias("postcode_key"))
        found = engine.join(keyed, areas, ("postcode_key",), "left")
        if abode:
            none = F.when(F.col("postcode_key") == NO_ABODE, F.lit(NO_ABODE))
            found = found.withColumn("LSOA11", none.otherwise(F.col("LSOA11")))
        return found.drop("postcode_key")
    tenths = pd.DataFrame({"tenth": list(DECILE_AREAS), "LSOA11": list(DECILE_AREAS.values())})
    keyed = frame.select(*others, F.col("IMD04_DECILE").alias("tenth"))
    return engine.join(keyed, engine.stage(tenths), ("tenth",), "left").drop("tenth")


def _plain(engine: Engine) -> Any:
    """Return the postcode in capitals without spaces."""
    return engine.F.upper(engine.F.regexp_replace(engine.F.col("POSTCODE"), " ", ""))
