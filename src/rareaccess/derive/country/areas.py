"""What kind of place a small area is: its board and region, rural or urban, on the coast."""

import pandas as pd

from rareaccess.contracts import list_boards
from rareaccess.derive.country.vintages import add_vintage, read_lookup
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["PLACES", "add_places", "name_boards", "read_areas"]

PLACES = ("icb", "nhs_region", "rural_urban", "coastal")


def name_boards(codes: pd.Series) -> pd.DataFrame:
    """Return the board and the region of each code, by the list of boards of July 2022.

    Parameters
    ----------
    codes
        ODS or ONS codes; one that is not on the list is of no board.

    Returns
    -------
    pandas.DataFrame
        `icb` (the ONS code) and `nhs_region`, missing where the code is on no list.

    Examples
    --------
    >>> name_boards(pd.Series(["QF7", "E54000061", "Q99"]))["icb"].tolist()
    ['E54000061', 'E54000061', nan]
    """
    boards = list_boards()
    known = {code: one for one in boards for code in (one.icb_code, one.ods_code)}
    return pd.DataFrame(
        {
            "icb": codes.map({code: one.icb_code for code, one in known.items()}),
            "nhs_region": codes.map({code: one.nhs_region for code, one in known.items()}),
        },
        dtype="str",
    )


def read_areas(source: Source, engine: Engine) -> pd.DataFrame:
    """Return the kinds of each area that a source knows.

    Returns
    -------
    pandas.DataFrame
        `lsoa` and `PLACES`; no rows where the source has no table `areas`. The region is that of
        the board, or as the table says where the board is not on the list.
    """
    if not source.has("areas"):
        return pd.DataFrame(columns=["lsoa", *PLACES], dtype="str")
    places = add_places(source.read_small(engine, "areas")).rename(columns={"LSOA11": "lsoa"})
    return add_vintage(places[["lsoa", *PLACES]], read_lookup(source, engine))


def add_places(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with `PLACES`, of its own columns of the same kinds.

    The columns are `icb_code`, `nhs_region`, `rural_urban`, `coastal`; what the table does not
    have is missing.
    """
    none = pd.Series(None, frame.index, dtype="str")
    given = {name: frame[name].astype("str") if name in frame else none
             for name in ("icb_code", *PLACES[1:])}  # fmt: skip
    named = name_boards(given["icb_code"])
    return frame.assign(
        icb=named["icb"],
        nhs_region=named["nhs_region"].fillna(given["nhs_region"]),
        rural_urban=given["rural_urban"],
        coastal=given["coastal"],
    )
