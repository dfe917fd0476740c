"""Travel: off-peak minutes from home to the nearest centre, and to the centre that treats."""

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.params import Pair
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["build_travel", "check_centres", "read_journeys"]


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
    journeys = engine.join(source.read(engine, "travel_times"), wanted, ("LSOA11",), "left_semi")
    to_centre = journeys.where(engine.any_of(["centre_code"], centres["centre_code"].tolist()))
    known = to_centre.where(F.col("minutes").isNotNull())
    frame = engine.collect(known.select(F.col("LSOA11").alias("lsoa"), "centre_code", "minutes"))
    return frame.sort_values(["lsoa", "minutes", "centre_code"], ignore_index=True)


def build_travel(treated: pd.DataFrame, journeys: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: minutes to the nearest centre, which it is, and minutes to the treating one.

    Parameters
    ----------
    treated
        `study_id`, `lsoa` (residence at the start of treatment), `trust` that applied.
    journeys
        `lsoa`, `centre_code`, `minutes`. Of two centres equally near, the smaller code.

    Notes
    -----
    Minutes are missing when the area is not known or has no journey. A trust that is not a centre
    of the service has no treating centre's minutes.

    Examples
    --------
    >>> treated = pd.DataFrame({"study_id": [1, 2], "lsoa": ["E01", None], "trust": ["RB", "RB"]})
    >>> journeys = pd.DataFrame({"lsoa": ["E01"] * 2, "centre_code": ["RA", "RB"],
    ...     "minutes": [20.0, 35.5]})
    >>> build_travel(treated, journeys)["nearest_centre"].tolist()
    ['RA', nan]
    """
    ordered = journeys.sort_values(["lsoa", "minutes", "centre_code"])
    nearest = ordered.drop_duplicates("lsoa").set_index("lsoa")
    own = ordered.drop_duplicates(["lsoa", "centre_code"]).rename(
        columns={"centre_code": "trust", "minutes": "treating_centre_minutes"}
    )
    joined = treated.merge(own, on=["lsoa", "trust"], how="left", validate="m:1")
    return pd.DataFrame(
        {
            "study_id": joined["study_id"],
            "minutes": joined["lsoa"].map(nearest["minutes"]).astype("Float64"),
            "nearest_centre": joined["lsoa"].map(nearest["centre_code"]).astype("str"),
            "treating_centre_minutes": joined["treating_centre_minutes"].astype("Float64"),
        }
    )
