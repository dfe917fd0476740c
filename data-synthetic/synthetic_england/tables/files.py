"""The tables of a world as files: records by financial year, small tables as one file each."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ..people.block import Block
from ..setting.dates import financial_year, year_name
from ..setting.shared import Setting
from ..tables import clinical, expectations, registers, society
from .apc import build_apc
from .op import build_op
from .parquet import Appender
from .pools import build_pools

__all__ = ["write_people", "write_places", "write_records"]


def write_records(
    out: Appender,
    tables: list[pd.DataFrame],
    codes: list[np.ndarray],
    block: Block,
    setting: Setting,
    part: str,
) -> None:
    """Write episodes and appointments, one file a financial year; `part` ends the file's name."""
    people = block.people
    pools = build_pools(people["hesid"].to_numpy(str), setting.geo, setting.england)
    jobs = []
    for name, table, found in zip(("apc", "op"), tables, codes, strict=True):
        years = financial_year(table["date"].to_numpy())
        jobs += [(name, int(y), table, found, np.flatnonzero(years == y)) for y in np.unique(years)]

    def write(job: tuple[str, int, pd.DataFrame, np.ndarray, np.ndarray]) -> None:
        name, year, table, found, rows = job
        build = {"apc": build_apc, "op": build_op}[name]
        made = build(table.iloc[rows], found[rows], people, year, pools, setting)
        out.write(f"{name}/{year_name(year)}{part}", made)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, jobs))


def write_people(out: Appender, block: Block, setting: Setting) -> None:
    """Append forms, answers, trace and linkage of a block, and what only some worlds have."""
    known = block.people[block.people["kind"] != "stranger"]
    out.add(
        "blueteq_applications", registers.build_applications_table(block.applications, setting.geo)
    )
    out.add("blueteq_answers", registers.build_answers_table(block.answers))
    out.add("pds_trace", registers.build_trace(block.people, setting.england))
    out.add("linkage", registers.build_linkage(known, setting.england, setting.draw))
    for name, table in (
        ("scores", clinical.build_scores(block, setting)),
        ("prescriptions", clinical.build_prescriptions(block, setting)),
    ):
        if table is not None:
            out.add(name, table)


def write_places(out: Appender, setting: Setting, used: set[int] | None) -> None:
    """Write the tables of the country, and travel times from the areas used (None: all areas).

    Where only some areas are used, 200 more come with them.
    """
    geo, n = setting.geo, len(setting.geo.areas)
    more = setting.draw.first("more areas", np.arange(n), 200).tolist()
    areas = np.arange(n) if used is None else np.array(sorted(used.union(more)))
    out.write("centres", registers.build_centres(geo, setting.services, setting.england))
    out.write("travel_times", registers.build_travel(geo, areas))
    out.write("imd2019", registers.build_deprivation(geo))
    out.write("areas", society.build_areas(geo))
    out.write("population_areas", society.build_population_areas(geo))
    out.write("population_ethnicity", society.build_population_ethnicity())
    out.write("unit_costs", society.build_unit_costs())
    out.write("prices", society.build_prices())
    out.write("expected_uptake", expectations.build_expected_uptake())
    out.write("need_share", expectations.build_need_share())
