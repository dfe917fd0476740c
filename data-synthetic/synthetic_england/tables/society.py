"""The tables of the whole country: areas with their boards, the population, costs and prices."""

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import is_numeric_dtype

from rareaccess.contracts import AGES

from ..declarations.load import Declared, load_boards, load_costs, load_population
from ..setting.geography import Geography, group_by_rank
from .columns import numbers, strings, text

__all__ = [
    "build_areas",
    "build_population_areas",
    "build_population_ethnicity",
    "build_prices",
    "build_unit_costs",
]

MIDDLE = 8  # position of the age band about which tilts turn: 40–44
SEXES = ("Female", "Male")


def build_areas(geo: Geography) -> pa.Table:
    """Return the board, the region and the kind of each LSOA."""
    areas = geo.areas
    return pa.table(
        {
            "LSOA11": text(areas["code"]),
            "icb_code": strings(_name_boards(areas)),
            "nhs_region": strings(areas["nhs_region"]),
            "rural_urban": strings(np.where(areas["urban"], "urban", "rural")),
            "coastal": strings(np.where(areas["coastal"], "coastal", "inland")),
        }
    )


def _name_boards(areas: pd.DataFrame) -> np.ndarray:
    return np.array(list(load_boards()))[areas["board"]]


def _count_ages(declared: Declared) -> np.ndarray:
    """Return the people of the country by age band and sex; age × sex."""
    ages = np.array(declared["ages"], dtype=np.float64)
    women = declared["female"]
    place = np.linspace(0, 1, len(ages)) ** women["bend"]
    share = women["first"] + (women["last"] - women["first"]) * place
    people = ages / ages.sum() * declared["people"]
    return np.stack([people * share, people * (1 - share)], axis=1)


def _fit(weights: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Scale a table of weights until its margins are those given: iterative proportional fitting.

    Examples
    --------
    >>> _fit(np.ones((2, 2)), np.array([1.0, 3.0]), np.array([2.0, 2.0])).tolist()
    [[0.5, 0.5], [1.5, 1.5]]
    """
    for _ in range(200):
        weights = weights * (rows / weights.sum(axis=1))[:, None]
        weights = weights * (columns / weights.sum(axis=0))
    return weights


def build_population_areas(geo: Geography) -> pa.Table:
    """Return the population by board, tenth of deprivation, kind of area, age band and sex.

    Each small area has the same number of people. Where an area is rural, on the coast or little
    deprived, they are older.
    """
    declared, areas = load_population(), geo.areas
    tenth = group_by_rank(areas["rank"], 10)
    keys = pd.DataFrame(
        {
            "icb_code": _name_boards(areas),
            "imd_decile": tenth,
            "rural_urban": np.where(areas["urban"], "urban", "rural"),
            "coastal": np.where(areas["coastal"], "coastal", "inland"),
        }
    )
    groups = keys.value_counts(sort=False).reset_index(name="areas")
    tilt = declared["places"]
    older = (
        tilt["rural"] * (groups["rural_urban"] == "rural")
        + tilt["coastal"] * (groups["coastal"] == "coastal")
        + tilt["deprived"] * (5.5 - groups["imd_decile"]) / 2
    ).to_numpy()
    decades = (np.arange(len(AGES)) - MIDDLE) / 2
    sizes = groups["areas"].to_numpy() / len(areas) * declared["people"]
    country = _count_ages(declared)
    people = _fit(
        np.exp(older[:, None] * decades) * country.sum(axis=1), sizes, country.sum(axis=1)
    )
    split = people[:, :, None] * (country / country.sum(axis=1, keepdims=True))
    return _lay_out(groups.drop(columns="areas"), split, declared["year"])


def build_population_ethnicity() -> pa.Table:
    """Return the population by ethnic category, fifth of deprivation, age band and sex."""
    declared = load_population()
    country, codes = _count_ages(declared), list(declared["ethnicity"])
    shares = np.array(list(declared["ethnicity"].values()))
    decades = (np.arange(len(AGES)) - MIDDLE) / 2
    older = np.array([declared["older"][code] for code in codes])
    ages = _fit(
        np.exp(older[:, None] * decades) * country.sum(axis=1),
        shares / shares.sum() * declared["people"],
        country.sum(axis=1),
    )
    deprived = np.array([declared["deprived"][code] for code in codes])
    fifths = _fit(
        np.exp(deprived[:, None] * (3 - np.arange(1, 6))) * shares[:, None],
        shares / shares.sum(),
        np.full(5, 0.2),
    )
    fifths = fifths / fifths.sum(axis=1, keepdims=True)
    groups = pd.DataFrame(
        {"ETHNOS": np.repeat(codes, 5), "imd_quintile": np.tile(np.arange(1, 6), len(codes))}
    )
    people = (ages[:, None, :] * fifths[:, :, None]).reshape(-1, len(AGES))
    split = people[:, :, None] * (country / country.sum(axis=1, keepdims=True))
    return _lay_out(groups, split, declared["year"])


def _lay_out(groups: pd.DataFrame, people: np.ndarray, year: int) -> pa.Table:
    """Return one row a group, age band and sex, with whole people."""
    n, cells = len(groups), len(AGES) * len(SEXES)
    long = groups.loc[groups.index.repeat(cells)].reset_index(drop=True)
    columns = {"year": numbers(np.full(n * cells, year))}
    columns |= {
        name: numbers(long[name]) if is_numeric_dtype(long[name]) else strings(long[name])
        for name in long
    }
    columns["sex"] = strings(np.tile(SEXES, n * len(AGES)))
    columns["age_band"] = strings(np.tile(np.repeat(AGES, len(SEXES)), n))
    columns["people"] = pa.array(np.round(people).ravel().astype(np.float64))
    return pa.table(columns)


def build_unit_costs() -> pa.Table:
    """Return the average cost of each kind of hospital contact."""
    costs = load_costs()
    kinds = costs["unit_costs"]
    return pa.table(
        {
            "activity": text(list(kinds)),
            "pounds": pa.array([float(value) for value in kinds.values()]),
            "year": text([costs["year"]] * len(kinds)),
            "source": text(["assumed"] * len(kinds)),
        }
    )


def build_prices() -> pa.Table:
    """Return the list price of each drug of each pair."""
    costs = load_costs()
    rows = [
        (pair, drug, float(first), float(later))
        for pair, drugs in costs["prices"].items()
        for drug, (first, later) in drugs.items()
    ]
    pairs, drugs, first, later = zip(*rows, strict=True)
    return pa.table(
        {
            "pair": text(list(pairs)),
            "drug": text(list(drugs)),
            "first_year": pa.array(first),
            "later_year": pa.array(later),
            "price_year": numbers(np.full(len(rows), costs["price_year"])),
            "source": text(["assumed"] * len(rows)),
        }
    )
