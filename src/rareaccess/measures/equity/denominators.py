"""Of whom a rate is a rate: the general population, or the cohort; and the people of each group."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rareaccess.measures.equity.axes import Axis, band_people, broaden

__all__ = ["COHORT", "ELIGIBLE", "POPULATION", "Denominator", "Strata", "count_cohort",
           "count_population"]  # fmt: skip


@dataclass(frozen=True)
class Denominator:
    """Of whom a rate is a rate.

    Parameters
    ----------
    name, words
        Its id, and what tables call it.
    per, unit
        Of how many people the rate is, and in words.
    a_year
        Whether the rate is a yearly one.
    caveat
        What it cannot show.
    """

    name: str
    words: str
    per: float
    unit: str
    a_year: bool
    caveat: str


POPULATION = Denominator(
    "population", "General population", 1_000_000, "starts per million people a year", True,
    "Most of the general population does not have the condition: where the condition is more "
    "common, more people start, however fair the access",
)  # fmt: skip
COHORT = Denominator(
    "cohort", "HES cohort", 1_000, "treated per 1,000 people of the cohort", False,
    "The cohort holds everybody with a code, of whom most may not need the drug: a group with "
    "milder disease, or coded more often, has a lower rate, however fair the access",
)  # fmt: skip
ELIGIBLE = "eligible"  # kept for the chapter that estimates who was


@dataclass(frozen=True)
class Strata:
    """The people and the starts of each group, by stratum of sex and age, under one denominator.

    Parameters
    ----------
    denominator, axis
        Of whom, and divided by what.
    sizes, starts
        A row for each group, a column for each stratum.
    left_out
        Treated people who are in no group or no stratum.
    lacking
        What ratios should be adjusted for, and cannot, since no table holds it.
    source
        The table and year, of the population.
    """

    denominator: Denominator
    axis: Axis
    sizes: pd.DataFrame
    starts: pd.DataFrame
    left_out: int
    lacking: tuple[str, ...] = ()
    source: str = ""


def count_cohort(people: pd.DataFrame, axis: Axis) -> Strata:
    """Return the cohort and the treated in it, by broad age on the index date and sex.

    Parameters
    ----------
    people
        The mart, and of an axis that is not in it its column.
    """
    banded = band_people(people)
    keyed = banded.assign(group=axis.group(banded))
    keyed = keyed.assign(n=1.0, age=broaden(keyed["age_band"]))
    return _cross(keyed, keyed["treated"], axis, COHORT)


def count_population(
    people: pd.DataFrame, population: pd.DataFrame, axis: Axis, *, year: int
) -> Strata | None:
    """Return the general population and the treated, by five years of age and sex.

    Of the tables that can be divided by the axis, the one is taken that lacks least of sex and
    age, and of these the one with the fewest rows; of its years with the axis the one nearest to
    `year`, the earlier of two.

    Parameters
    ----------
    people, population
        The marts.
    year
        The middle of the period in which people started.

    Returns
    -------
    Strata or None
        None where no table of the population can be divided so.
    """
    chosen = _choose_table(population, axis, year) if axis.in_population else None
    if chosen is None:
        return None
    table, lacking = chosen
    treated = band_people(people[people["treated"]])
    treated = treated.assign(group=axis.group(treated), age=treated["age_band"])
    rows = table.assign(group=axis.group(table), age=table["age_band"], n=table["people"])
    for part, column in (("sex", "sex"), ("age", "age")):
        if part in lacking:
            rows, treated = rows.assign(**{column: "all"}), treated.assign(**{column: "all"})
    both = pd.concat([rows.assign(treated=False), treated.assign(n=0.0)], ignore_index=True)
    source = f"{table['table'].iloc[0]}, {int(table['year'].iloc[0])}"
    return _cross(both, both["treated"].astype(bool), axis, POPULATION, lacking, source)


def _choose_table(
    population: pd.DataFrame, axis: Axis, year: int
) -> tuple[pd.DataFrame, tuple[str, ...]] | None:
    wanted = {"sex": "sex", "age": "age_band"}
    found = []
    for _, rows in population.groupby("table", sort=True):
        years = rows.loc[axis.group(rows).notna(), "year"].dropna().unique()
        if not len(years):
            continue
        nearest = min(years, key=lambda one: (abs(one - year), one))
        one_year = rows[rows["year"] == nearest]
        lacking = tuple(part for part in axis.strata if one_year[wanted[part]].isna().all())
        found.append((len(lacking), len(one_year), lacking, one_year))
    if not found:
        return None
    _, _, lacking, rows = min(found, key=lambda one: one[:2])
    return rows, lacking


def _cross(
    rows: pd.DataFrame, treated: pd.Series, axis: Axis, denominator: Denominator,
    lacking: Sequence[str] = (), source: str = "",
) -> Strata:  # fmt: skip
    """Add up people and starts by group and stratum; a stratum that has nobody is not one."""
    known = rows["group"].notna()
    keys = []
    for part in axis.strata:
        known &= rows[part].isin(["Female", "Male", "all"]) if part == "sex" else rows[part].notna()
        keys.append(rows[part].astype("str"))
    stratum = keys[0].str.cat(keys[1:], sep=", ")
    levels = list(axis.levels)

    def total(part: pd.DataFrame, names: pd.Series, values: str) -> pd.DataFrame:
        table = part.pivot_table(index="group", columns=names, values=values, aggfunc="sum",
                                 fill_value=0.0, observed=True)  # fmt: skip
        return table.astype("float64")

    sizes = total(rows[known], stratum[known].rename("stratum"), "n")
    present = [level for level in levels if level in sizes.index and sizes.loc[level].sum() > 0]
    sizes = sizes.reindex(present)
    sizes = sizes.loc[:, sizes.sum() > 0]
    own = rows[known & treated].assign(one=1.0)
    own = own[stratum[known & treated].isin(sizes.columns) & own["group"].isin(present)]
    counted = total(own, stratum.loc[own.index].rename("stratum"), "one") if len(own) else None
    starts = pd.DataFrame(0.0, index=sizes.index, columns=sizes.columns)
    if counted is not None:
        starts = counted.reindex(index=sizes.index, columns=sizes.columns, fill_value=0.0)
    left_out = int(treated.sum() - len(own))
    return Strata(denominator, axis, sizes, starts, left_out, tuple(lacking), source)
