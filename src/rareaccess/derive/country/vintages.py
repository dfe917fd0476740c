"""Areas of 2011 and of 2021: what is known of one is known of the other, by the lookup."""

from typing import Any

import pandas as pd

from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["add_vintage", "read_lookup", "read_minutes"]

SIDES = (("LSOA21", "LSOA11"), ("LSOA11", "LSOA21"))


def read_lookup(source: Source, engine: Engine) -> pd.DataFrame:
    """Return `LSOA21` and `LSOA11`, each pair once; no rows where the source has no such table."""
    if not source.has("lsoa_lookup"):
        return pd.DataFrame({"LSOA21": [], "LSOA11": []}, dtype="str")
    pairs = engine.collect(source.read(engine, "lsoa_lookup")).dropna().drop_duplicates()
    return pairs.sort_values(["LSOA21", "LSOA11"], ignore_index=True)


def add_vintage(frame: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of areas, and of those of the other census that they stand for.

    Parameters
    ----------
    frame
        `lsoa`, each once, of either census, and what is known of each.
    lookup
        As `read_lookup` returns it.

    Notes
    -----
    An area whose bounds did not change has kept its code, so that it is in the frame already. A
    part of an area that was split has what was known of the whole. An area that was merged of
    several, and one that was split where only its parts are known, has what all of them share;
    where they differ it is missing, as nobody knows in which of them somebody lives.

    Examples
    --------
    >>> ranks = pd.DataFrame({"lsoa": ["E01000001", "E01000002", "E01000003"], "fifth": [1, 2, 2]})
    >>> pairs = pd.DataFrame({"LSOA21": ["E01033769", "E01033770", "E01033771", "E01033771"],
    ...     "LSOA11": ["E01000001", "E01000001", "E01000002", "E01000003"]})
    >>> add_vintage(ranks.astype({"fifth": "Int64"}), pairs)["fifth"].tolist()
    [1, 2, 2, 1, 1, 2]
    """
    if lookup.empty:
        return frame
    parts = [frame]
    for new, known in SIDES:
        pairs = lookup[~lookup[new].isin(frame["lsoa"]) & lookup[known].isin(frame["lsoa"])]
        if pairs.empty:
            continue
        found = pairs.rename(columns={known: "lsoa"}).merge(frame, on="lsoa", validate="m:1")
        groups = found.drop(columns="lsoa").groupby(new, sort=True)
        shared = groups.first().where(groups.nunique(dropna=False) == 1)
        shared = shared.rename_axis("lsoa").reset_index()
        parts.append(shared.astype(frame.dtypes.to_dict()))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else frame


def read_minutes(source: Source, engine: Engine) -> Any:
    """Return the engine's frame of `travel_times`, with the journeys of areas of 2021 besides.

    Notes
    -----
    From an area that was merged of several, a journey is that of the part nearest to the centre.
    """
    journeys = source.read(engine, "travel_times")
    if not (source.has("lsoa_lookup") and source.has("travel_times")):
        return journeys
    F, lookup = engine.F, read_lookup(source, engine)
    known = engine.collect(journeys.select("LSOA11").distinct())["LSOA11"]
    pairs = lookup[~lookup["LSOA21"].isin(known) & lookup["LSOA11"].isin(known)]
    if pairs.empty:
        return journeys
    joined = engine.join(journeys, engine.stage(pairs.reset_index(drop=True)), ("LSOA11",))
    added = joined.groupBy("LSOA21", "centre_code").agg(F.min("minutes").alias("minutes"))
    added = added.select(F.col("LSOA21").alias("LSOA11"), "centre_code", "minutes")
    return engine.stack([journeys.select("LSOA11", "centre_code", "minutes"), added])
