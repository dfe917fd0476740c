"""A study of people made by rule, with the marts of the chapter on equity, and its notebook's code.

The people are few enough to count by hand where a test needs it; `open_made` takes any marts in
their place, so that a source can lack what it likes.
"""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from places import ROOT
from rareaccess.contracts import AGES, list_boards
from rareaccess.disclosure.register import Register
from rareaccess.marts import MARTS
from rareaccess.params import load_pair, load_report
from rareaccess.study import Sections, Study

NOTEBOOK = ROOT / "notebooks" / "06-equity.ipynb"
BROAD = (SimpleNamespace(list="narrow"),)
SECTIONS = ("condition", "windows", "commissioning", "names")
ETHNIC = (
    ("White", "A"), ("Asian (excluding Chinese)", "H"), ("Black", "M"), ("Chinese", "R"),
    ("Mixed", "D"),
)  # fmt: skip
BOARDS = [board.icb_code for board in list_boards()]
REGIONS = {board.icb_code: board.nhs_region for board in list_boards()}
SMALLEST = {"text": "str", "label": "str", "whole": "Int64", "number": "Float64", "id": "int64",
            "yes/no": "bool", "date": "datetime64[s]"}  # fmt: skip


def empty(mart: str) -> pd.DataFrame:
    """Return a mart without rows, each column of its type."""
    return pd.DataFrame({c.name: pd.Series(dtype=SMALLEST[c.type]) for c in MARTS[mart].columns})


def fill(mart: str, columns: dict[str, Any]) -> pd.DataFrame:
    """Return a mart of these columns, the others missing."""
    frame = empty(mart).reindex(range(len(next(iter(columns.values())))))
    for column in MARTS[mart].columns:
        if column.name in columns:
            frame[column.name] = columns[column.name]
        elif column.type == "yes/no":
            frame[column.name] = False
    return frame.astype({c.name: SMALLEST[c.type] for c in MARTS[mart].columns})


def make_people(n: int = 600, *, every: int = 3, **changed: Any) -> pd.DataFrame:
    """Return a cohort drawn with a fixed seed, of whom every third or so is treated."""
    rng, at = np.random.default_rng(1), np.arange(n)
    groups = [ETHNIC[one] for one in rng.choice(5, n, p=[0.5, 0.2, 0.15, 0.1, 0.05])]
    boards = [BOARDS[one] for one in rng.integers(42, size=n)]
    treated, ages = at % every == 0, rng.integers(20, 80, n)
    fifths = rng.integers(1, 11, n)
    columns = {
        "study_id": at + 1, "treated": treated, "found_by": "code",
        "sex": np.where(rng.random(n) < 0.7, "Female", "Male"),
        "age_at_treatment": pd.array(np.where(treated, ages, -1), "Int64"),
        "age_at_index": pd.array(ages, "Int64"),
        "ethnicity": [name for name, _ in groups], "ethnic_code": [code for _, code in groups],
        "imd_quintile": pd.array((fifths + 1) // 2, "Int64"),
        "imd_decile": pd.array(fifths, "Int64"),
        "icb": boards, "nhs_region": [REGIONS[one] for one in boards],
        "rural_urban": np.where(rng.random(n) < 0.8, "urban", "rural"),
        "coastal": np.where(rng.random(n) < 0.8, "inland", "coastal"),
        "no_fixed_abode": at % 50 == 0,
    }  # fmt: skip
    return fill("people", columns | changed)


def make_population(people_each: float = 1_000.0) -> pd.DataFrame:
    """Return two tables of the population, one by ethnic category and one by place."""
    cells = [(sex, age) for sex in ("Female", "Male") for age in AGES]
    ethnic = [("population_ethnicity", 2021, *cell, *group, fifth)
              for group in ETHNIC for fifth in range(1, 6) for cell in cells]  # fmt: skip
    first = pd.DataFrame(
        ethnic, columns=["table", "year", "sex", "age_band", "ethnicity", "ethnic_code",
                         "imd_quintile"],
    )  # fmt: skip
    places = [("population_areas", 2021, *cell, board, REGIONS[board],
               "urban" if at % 2 else "rural", "coastal" if at % 3 == 0 else "inland", at % 10 + 1,
               at % 10 // 2 + 1)
              for at, board in enumerate(BOARDS) for cell in cells]  # fmt: skip
    second = pd.DataFrame(
        places, columns=["table", "year", "sex", "age_band", "icb", "nhs_region", "rural_urban",
                         "coastal", "imd_decile", "imd_quintile"],
    )  # fmt: skip
    both = pd.concat([first, second], ignore_index=True).assign(people=people_each)
    return fill("general_population", {name: both[name].array for name in both})


def make_costs() -> pd.DataFrame:
    """Return the cost of each kind of contact."""
    kinds = ("elective admission", "emergency admission", "other admission", "visit")
    return fill("unit_costs", {"activity": list(kinds), "pounds": [1000.0, 2000, 1500, 100],
                               "year": ["2022/23"] * 4, "source": ["assumed"] * 4})  # fmt: skip


def make_marts(people: pd.DataFrame | None = None, **changed: pd.DataFrame) -> dict[str, Any]:
    """Return the marts of the chapter; `changed` replaces some of them."""
    people = make_people() if people is None else people
    at = people["study_id"].to_numpy()
    own = people[people["treated"]]
    minutes = pd.array(np.where(at % 9, at * 11 % 120, 0), "Float64")
    kinds = {"elective": 3, "emergency": 5, "other_admissions": 7, "visits": 11}
    care = {name: at * number % 4 for name, number in kinds.items()}
    days = pd.Timestamp("2024-06-01") - pd.to_timedelta(own["study_id"].to_numpy() % 900, "D")
    return {
        "people": people,
        "travel": fill("travel", {"study_id": at, "treated": people["treated"].to_numpy(),
                                  "minutes": minutes}),
        "care": fill("care", {"study_id": at, "treated": people["treated"].to_numpy(), **care}),
        "uptake": fill("uptake", {"study_id": own["study_id"].to_numpy(), "start_date": days}),
        "completeness": fill("completeness", {"table": ["apc"], "year": ["2020/21"],
                                              "field": ["sex"], "n": [9], "known": [9]}),
        "general_population": make_population(),
        "unit_costs": make_costs(),
        "prices": fill("prices", {"drug": ["belimumab"], "first_year": [9_000.0],
                                  "later_year": [8_000.0], "price_year": [2024],
                                  "source": ["assumed"]}),
        **changed,
    }  # fmt: skip


def open_made(
    marts: dict[str, Any], *, disclosure: str = "national-hes", minimum: int = 1,
    broad: bool = False,
) -> Study:  # fmt: skip
    """Return the study of the reference pair that holds these marts."""
    pair = load_pair("sle-belimumab")
    condition = pair.condition.model_copy(update={"too_broad": BROAD if broad else ()})
    report = load_report().model_copy(
        update={"disclosure": disclosure, "minimum_person_count": minimum}
    )
    register = Register("06-equity", ROOT / "build" / "never-written", suffix="sle-belimumab")
    sections = Sections(pair.model_copy(update={"condition": condition}), SECTIONS)
    return Study("made", "made-up records", report, register, "sle-belimumab", {}, sections, marts)


def run_notebook(study: Study) -> dict[str, Any]:
    """Run the code of the notebook on a study, but for its first and last cells.

    Returns
    -------
    dict
        Its names, and under `said` the sentences in their order.
    """
    cells = [
        "".join(cell["source"])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    first = next(at for at, code in enumerate(cells) if "Access(study" in code)
    imports = cells[1].partition("study =")[0]
    names: dict[str, Any] = {"study": study, "said": []}
    exec(imports, names)
    for code in cells[first:-1]:
        body, shown = code, ""
        if "study.say(" in code:
            place = code.index("study.say(")
            body, shown = code[:place], code[place:]
        exec(body, names)
        if shown:
            names["said"].append(eval(shown.strip(), names).data)
    return names
