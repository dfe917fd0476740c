"""The page on Spark at the size of the nation, from what `benchmarks.growth` has measured."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.growth import HEAP, PAIRS
from benchmarks.national import NATIONAL
from rareaccess.core.files import write_atomic

__all__ = ["COMMON", "build_page", "extrapolate_growth", "write_page"]

COMMON = 4_000_000  # people with a code of a condition as common as asthma, in all years: assumed
TEXT = Path(__file__).with_name("growth.md")


def extrapolate_growth(runs: pd.DataFrame) -> dict[str, float]:
    """Return what grows with each record, and with each person, by least squares.

    Parameters
    ----------
    runs
        `engine`, `records`, `people`, `read_mb`, `shuffled_mb`, `driver_mb`.

    Returns
    -------
    dict
        `read` and `shuffled`, in bytes a record, of the runs on Spark; `driver_base` in MB and
        `driver_person` in bytes, of the runs that tell it.

    Examples
    --------
    >>> runs = pd.DataFrame({"engine": "spark", "records": [10, 20], "people": [1, 2],
    ...     "read_mb": [5.0, 10.0], "shuffled_mb": [20.0, 40.0], "driver_mb": [101.0, 102.0]})
    >>> found = extrapolate_growth(runs)
    >>> round(found["shuffled"]), round(found["driver_base"]), round(found["driver_person"])
    (2000000, 100, 1000000)
    """
    spark = runs[runs["engine"] == "spark"]
    records = spark["records"].to_numpy("float64")
    found = {name: float(records @ spark[f"{name}_mb"] / (records @ records) * 1e6)
             for name in ("read", "shuffled")}  # fmt: skip
    told = runs.dropna(subset=["driver_mb"])
    person, base = np.polyfit(told["people"].astype("float64"), told["driver_mb"], 1)
    return {**found, "driver_base": float(base), "driver_person": float(person) * 1e6}


def build_page(runs: pd.DataFrame) -> str:
    """Return the page."""
    spark = runs[runs["engine"] == "spark"]
    fit, whole = extrapolate_growth(runs), sum(NATIONAL.values())
    most = {engine: int(own["records"].max()) for engine, own in runs.groupby("engine")}
    people = {"the most that were measured": int(runs["people"].max()), "common": COMMON}
    passes = int(spark[["scans_apc", "scans_op"]].max().max())
    return TEXT.read_text(encoding="utf-8").format(
        **NATIONAL,
        pairs=" and ".join(f"`{pair}`" for pair in PAIRS),
        measured=_show_runs(runs),
        heap=HEAP.replace("g", " GB"),
        estimate=_show_estimate(fit, whole, people, passes),
        read=fit["read"],
        shuffled=fit["shuffled"],
        base=fit["driver_base"],
        each=fit["driver_person"] / 1e3,
        common=COMMON,
        spilled=float(spark["spilled_mb"].max()),
        sizes=len(spark),
        largest=most["spark"],
        more=most["duckdb"],
        times=whole / most["spark"],
    )


def _show_runs(runs: pd.DataFrame) -> str:
    head = ["Engine", "Records", "People", "Seconds", "Passes over APC and OP", "Read, MB",
            "Shuffled, MB", "Spilled, MB", "Driver, MB", "Java, MB"]  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|:--" + "|--:" * (len(head) - 1) + "|"]
    for row in runs.sort_values(["engine", "records"]).to_dict("records"):
        of_spark = row["engine"] == "spark"
        passes = f"{row['scans_apc']:.0f} and {row['scans_op']:.0f}" if of_spark else "–"
        told = [f"{row[n]:,.0f}" if of_spark else "–" for n in
                ("read_mb", "shuffled_mb", "spilled_mb")]  # fmt: skip
        driver = "–" if pd.isna(row["driver_mb"]) else f"{row['driver_mb']:,.0f}"
        java = f"{row['java_mb']:,.0f}" if of_spark else "–"
        name = "Spark" if of_spark else "DuckDB"
        cells = [name, f"{row['records']:,}", f"{row['people']:,}", f"{row['seconds']:,.0f}",
                 passes, *told, driver, java]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _show_estimate(
    fit: Mapping[str, float], records: int, people: Mapping[str, int], passes: int
) -> str:
    head = "| Condition | People | Passes | Read, GB | Shuffled, GB | Driver, GB |"
    lines = [head, "|:--|--:|--:|--:|--:|--:|"]
    for name, count in people.items():
        read, shuffled = (fit[what] * records / 1e9 for what in ("read", "shuffled"))
        driver = fit["driver_base"] / 1e3 + fit["driver_person"] * count / 1e9
        lines.append(
            f"| {name} | {count:,} | {passes} | {read:,.0f} | {shuffled:,.0f} | {driver:,.1f} |"
        )
    return "\n".join(lines)


def write_page(page: Path, results: Path) -> None:
    """Write the page from the committed results."""
    write_atomic(page, build_page(pd.read_csv(results)))
