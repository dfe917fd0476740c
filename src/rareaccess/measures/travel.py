"""Journeys to the nearest centre, of the treated and of the cohort, and to the one that applied."""

from collections.abc import Mapping

import pandas as pd

from rareaccess.measures.summaries import summarise_values

__all__ = ["FAR", "compare_journeys", "summarise_journeys"]

FAR = 60  # minutes by car
FIFTHS = {1: "most deprived fifth", 2: "2", 3: "3", 4: "4", 5: "least deprived fifth"}
MISSING = "not known"


def summarise_journeys(travel: pd.DataFrame, *, criteria: Mapping[str, str]) -> pd.DataFrame:
    """Summary of the minutes to the nearest centre by deprivation and by criteria in force.

    Parameters
    ----------
    travel
        The mart.
    criteria
        Id of each dated rule, and how the table calls it; in their order.

    Returns
    -------
    DataFrame
        `by`, `level`, `people` (treated, or cohort: the treated among them), `n` with a known
        journey, `missing`, `far` (more than an hour), `median`, `q1`, `q3`. A row in which no
        journey of the cohort is known is left out.

    Examples
    --------
    >>> travel = pd.DataFrame({"treated": [True, False, False], "minutes": [30.0, 70.0, None],
    ...     "imd_quintile": [1, 1, 5], "criterion": "A"})
    >>> summary = summarise_journeys(travel, criteria={"A": "from 2016"})
    >>> summary.query("level == 'all'")[["people", "n", "missing", "far"]].to_numpy().tolist()
    [['treated', 1, 0, 0], ['cohort', 2, 1, 1]]
    """
    fifth, rule = travel["imd_quintile"], travel["criterion"]
    parts = [("Everybody", "all", pd.Series(True, travel.index))]
    parts += [("Deprivation of the area", words, fifth == n) for n, words in FIFTHS.items()]
    parts += [("Deprivation of the area", MISSING, fifth.isna())]
    parts += [("Criteria in force", words, rule == name) for name, words in criteria.items()]
    parts += [("Criteria in force", MISSING, rule.isna())]
    rows = []
    for by, level, inside in parts:
        some = travel[inside.fillna(False).astype(bool)]
        minutes = {"treated": some.loc[some["treated"], "minutes"], "cohort": some["minutes"]}
        summary = summarise_values(minutes).rename(columns={"group": "people"})
        far = [int((values > FAR).sum()) for values in minutes.values()]
        if minutes["cohort"].notna().any():
            rows.append(summary.assign(by=by, level=level, far=far))
    columns = ["by", "level", "people", "n", "missing", "far", "median", "q1", "q3"]
    return pd.concat(rows, ignore_index=True)[columns]


def compare_journeys(travel: pd.DataFrame) -> dict[str, pd.Series]:
    """Return minutes to the nearest centre and to the one that applied, and how many more they are.

    Parameters
    ----------
    travel
        The mart; people of whom one of the two is missing are left out, as are those not treated.

    Examples
    --------
    >>> travel = pd.DataFrame({"minutes": [20.0, 8.0], "treating_centre_minutes": [35.5, None]})
    >>> {name: values.tolist() for name, values in compare_journeys(travel).items()}
    {'nearest': [20.0], 'treating': [35.5], 'extra': [15.5]}
    """
    both = travel.dropna(subset=["minutes", "treating_centre_minutes"])
    nearest, treating = both["minutes"], both["treating_centre_minutes"]
    return {"nearest": nearest, "treating": treating, "extra": treating - nearest}
