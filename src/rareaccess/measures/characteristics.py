"""Who people are: sex, ethnic group and deprivation, side by side, by era and by route."""

from collections.abc import Mapping, Sequence

import pandas as pd

from rareaccess.marts.levels import ETHNICITIES
from rareaccess.measures.summaries import count_groups
from rareaccess.params import Route

__all__ = [
    "COLUMNS",
    "NAMED",
    "WHOLES",
    "count_by_era_and_route",
    "count_characteristics",
    "count_flagged",
]

COLUMNS = ("female", "not_white", "ethnicity_known", "most_deprived", "area_known")
WHOLES = {"female": "people", "not_white": "ethnicity_known", "most_deprived": "area_known"}
"""What each column of `count_flagged` is a share of: of the known, so of nobody without them."""
FIFTHS = {1: "1 (most deprived)", 2: "2", 3: "3", 4: "4", 5: "5 (least deprived)"}
SEX, ETHNIC, FIFTH = "Sex", "Ethnic group", "Fifth of deprivation"
NAMED = {
    "female": (SEX, "Female"),
    "ethnicity_unknown": (ETHNIC, "Unknown"),
    "imd_most_deprived": (FIFTH, FIFTHS[1]),
}
"""The rows of `count_characteristics` that sentences quote: characteristic and group."""


def count_characteristics(groups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Counts of people by sex, ethnic group and fifth of deprivation, the unknown as rows.

    Parameters
    ----------
    groups
        Name of the group of people and their rows of the mart `people`.

    Returns
    -------
    DataFrame
        `what` (the characteristic), `level` and one column of counts a group. Every person is in
        one row of each characteristic.

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["Female"], "ethnicity": ["White"], "imd_quintile": [1]})
    >>> counts = count_characteristics({"all": people})
    >>> counts[counts["all"] == 1][["what", "level"]].to_numpy().tolist()[::2]
    [['Sex', 'Female'], ['Fifth of deprivation', '1 (most deprived)']]
    """
    parts = {
        SEX: count_groups({name: rows["sex"] for name, rows in groups.items()},
                          levels=["Female", "Male"]),
        ETHNIC: count_groups({name: rows["ethnicity"] for name, rows in groups.items()},
                             levels=ETHNICITIES, missing="Unknown"),
        FIFTH: count_groups({name: rows["imd_quintile"] for name, rows in groups.items()},
                            levels=list(FIFTHS), labels=FIFTHS),
    }  # fmt: skip
    return pd.concat(parts, names=["what"]).reset_index("what").reset_index(drop=True)


def count_by_era_and_route(
    treated: pd.DataFrame,
    uptake: pd.DataFrame,
    *,
    periods: pd.DataFrame,
    routes: Sequence[Route],
) -> pd.DataFrame:
    """Counts of the treated by period of their planned start and by route, with characteristics.

    Parameters
    ----------
    treated
        The mart `people`, of the treated.
    uptake
        The mart: `study_id`, `start_date`, `route`.
    periods
        As `list_periods` gives them: `level` and `from`, oldest first.
    routes
        The routes of the drug; with fewer than two there are no rows of routes.

    Returns
    -------
    DataFrame
        `part`, `level`, `people`, `COLUMNS` (see `count_flagged`) and `age`, the median age in
        years at the planned start.

    Raises
    ------
    ValueError
        Somebody's start lies before the first period.
    """
    joined = treated.merge(uptake[["study_id", "start_date", "route"]], on="study_id")
    place = periods["from"].searchsorted(joined["start_date"], side="right") - 1
    if (place < 0).any():
        raise ValueError(f"{(place < 0).sum()} people start before the first period")
    parts = [("In force at the start", level, joined[place == n])
             for n, level in enumerate(periods["level"])]  # fmt: skip
    if len(routes) > 1:
        parts += [("Route", one.label, joined[joined["route"] == one.route]) for one in routes]
    rows = [
        {
            "part": part,
            "level": level,
            **count_flagged(own),
            "age": own["age_at_treatment"].median(),
        }
        for part, level, own in parts
    ]
    return pd.DataFrame(rows)


def count_flagged(people: pd.DataFrame) -> dict[str, int]:
    """Count people, and of them `COLUMNS`; `not_white` are the known groups other than White.

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["Female", "Male"], "ethnicity": ["Unknown", "Black"],
    ...                        "imd_quintile": pd.array([1, None], dtype="Int64")})
    >>> list(count_flagged(people).values())
    [2, 1, 1, 1, 1, 1]
    """
    known = people["ethnicity"].notna() & (people["ethnicity"] != "Unknown")
    flags = (
        people["sex"] == "Female",
        known & (people["ethnicity"] != "White"),
        known,
        people["imd_quintile"] == 1,
        people["imd_quintile"].notna(),
    )
    counts = {name: int(flag.sum()) for name, flag in zip(COLUMNS, flags, strict=True)}
    return {"people": len(people), **counts}
