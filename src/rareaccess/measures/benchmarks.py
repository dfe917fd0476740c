"""How the pipeline scales: the benchmarks' results against their goals, and the national size.

`make bench` writes benchmarks/results; the page "Scale" and the tests read the same file.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.disclosure import Plain, Shown, fmt

__all__ = [
    "BENCHMARKS",
    "NATIONAL",
    "Benchmarks",
    "about",
    "build_goals",
    "build_national",
    "build_times",
    "load_benchmarks",
    "name_national",
]

BENCHMARKS = "benchmarks/results/benchmarks.json"
NATIONAL = {"episodes": 500_000_000, "appointments": 2_000_000_000}
DIAGNOSES = {"episodes": 20, "appointments": 12}  # positions in a row


@dataclass(frozen=True)
class Benchmarks:
    """What one run of the benchmarks found.

    Parameters
    ----------
    size
        Rows of the tables and how often each case ran.
    machine
        Cores, memory and versions.
    cases
        One row a case: `case`, `words`, `seconds`, `memory` (MB), `rows`, `skipped`.
    ratios
        One row a ratio: `ratio`, `words`, `value`, `goal`, `limit`, `sense`, `met`.
    """

    size: dict[str, Any]
    machine: dict[str, Any]
    cases: pd.DataFrame
    ratios: pd.DataFrame

    def seconds(self, case: str) -> float:
        """Return the time of a case."""
        return float(self.cases.set_index("case").loc[case, "seconds"])

    def ratio(self, name: str) -> float:
        """Return the value of a ratio."""
        return float(self.ratios.set_index("ratio").loc[name, "value"])

    @property
    def machine_words(self) -> Shown:
        """The machine in words."""
        cores, memory = self.machine["cores"], self.machine["memory_gb"]
        return Shown(f"{fmt.whole(cores, 'core')}, {fmt.whole(memory)} GB of memory")


def load_benchmarks(path: Path | None = None) -> Benchmarks:
    """Results of the benchmarks as frames, from the file that `make bench` wrote.

    Parameters
    ----------
    path
        The file; benchmarks/results/benchmarks.json when not given.

    Raises
    ------
    UserError
        The file is missing or is not one that the benchmarks wrote.

    Examples
    --------
    >>> found = load_benchmarks()
    >>> found.ratio("scan-decode") > 0
    True
    """
    path = path or project_root() / BENCHMARKS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        frames = [pd.DataFrame(found[name]) for name in ("cases", "ratios")]
        return Benchmarks(found["size"], found["machine"], *frames)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            "The results of the benchmarks cannot be read.",
            where=BENCHMARKS,
            found=type(error).__name__,
            expected="the file that the benchmarks write",
            mend="Run `make bench`.",
        ) from error


def build_goals(found: Benchmarks) -> pd.DataFrame:
    """Ratios with their goals, ready for a table and a figure; `margin` is 1 at the goal.

    Above 1 the goal is met with room: a ratio that may be at most 2 and is 1 has a margin of 2.
    """
    rows = found.ratios.assign(value=pd.to_numeric(found.ratios["value"]))
    limit = pd.to_numeric(rows["limit"])
    margin = (rows["value"] / limit).where(rows["sense"] == "least", limit / rows["value"])
    return pd.DataFrame(
        {
            "what": rows["words"],
            "value": [fmt.num(Plain(value), 2) for value in rows["value"]],
            "goal": rows["goal"].replace("", "for information"),
            "met": rows["met"].replace("", "no goal"),
            "margin": margin.astype("float64"),
        }
    )


def build_times(found: Benchmarks) -> pd.DataFrame:
    """Time and peak memory of every case, ready for a table."""
    cases = found.cases
    skipped = cases.get("skipped", pd.Series(pd.NA, index=cases.index)).notna()
    places = {"seconds": 2, "memory": 0}
    texts = {
        name: [fmt.num(Plain(value), decimals) for value in cases[name]]
        for name, decimals in places.items()
    }
    table = pd.DataFrame({"what": cases["words"], **texts}, dtype="str")
    return table.assign(**{name: table[name].mask(skipped, "left out") for name in places})


def build_national(found: Benchmarks) -> pd.DataFrame:
    """Times extrapolated to the national tables.

    A pass over the diagnoses is taken to last in proportion to rows times positions; `prepare` in
    proportion to rows, from the difference between the smallest and the largest world.

    Returns
    -------
    DataFrame
        `step`, `seconds` measured, `factor`, `minutes` at national size.
    """
    size = found.size
    cells = {name: sum(rows[one] * DIAGNOSES[one] for one in DIAGNOSES) for name, rows in
             (("ours", size), ("national", NATIONAL))}  # fmt: skip
    passes = cells["national"] / cells["ours"]
    first, last = (f"prepare-{size['copies'][place]}" for place in (0, -1))
    by_case = found.cases.set_index("case")
    rows = by_case["rows"].astype("float64")
    gained = (by_case["seconds"] - by_case.loc[first, "seconds"]) / (rows - rows[first])
    fixed = by_case.loc[first, "seconds"] - gained[last] * rows[first]
    whole = max(fixed, 0) + gained[last] * sum(NATIONAL.values())
    steps = [
        ("reading the columns of diagnoses, once", by_case.loc["decode-after", "seconds"], passes),
        ("listing the codes that occur", by_case.loc["codes", "seconds"], passes),
        ("one pass for thirty pairs", by_case.loc["pairs", "seconds"], passes),
        ("the whole of prepare", by_case.loc[last, "seconds"],
         whole / by_case.loc[last, "seconds"]),
    ]  # fmt: skip
    frame = pd.DataFrame(steps, columns=["step", "seconds", "factor"])
    frame["minutes"] = frame["seconds"] * frame["factor"] / 60
    return frame


def name_national(national: pd.DataFrame) -> pd.DataFrame:
    """Times at the size of the national tables as texts, ready for a table."""
    places = {"seconds": 1, "factor": 0, "minutes": 0}
    texts = {
        name: [fmt.num(Plain(value), decimals) for value in national[name]]
        for name, decimals in places.items()
    }
    return pd.DataFrame({"what": national["step"], **texts})


def about(found: Benchmarks) -> dict[str, str]:
    """Return the note below each table of the benchmarks, and why it is public."""
    return {
        "because": "measured on tables that a program made",
        "n": fmt.joined(fmt.whole(found.size[name], name.removesuffix("s")) for name in DIAGNOSES),
        "source": f"Benchmarks of this project, one run; {found.machine_words}",
        "caveat": "Made-up tables on one machine, files in the memory of the system; "
        "another machine has other times",
    }
