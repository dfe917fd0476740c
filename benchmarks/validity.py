"""Whether the measures find the truth: each denominator, in worlds whose truth is known.

`python -m benchmarks --worlds` draws 200 seeds of five worlds, without hospital records, and
writes `benchmarks/results/validity.csv`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from benchmarks.contrasts import NULLS, estimate_contrasts, estimate_rates, find_truth
from benchmarks.denominators import count_cohort, count_eligible, count_population
from rareaccess.core.files import write_atomic
from synthetic_england.truth.people_only import draw_world

__all__ = [
    "DENOMINATORS",
    "LEAST",
    "PLANTED",
    "SEEDS",
    "VALIDITY",
    "WORLDS",
    "judge",
    "limit_count",
    "read_validity",
    "run_seed",
    "run_world",
    "summarise",
    "write_validity",
]

VALIDITY = "validity.csv"
WORLDS = ("null", "gradient", "ethnic", "distance", "published")
DENOMINATORS = {
    "eligible": count_eligible,
    "population": count_population,
    "cohort": count_cohort,
}
SEEDS = range(1, 201)
LEVEL = 0.05  # of the tests: an interval of 95 % that does not hold the value of no inequality
LEAST = 0.93  # the share of seeds in which an interval is to hold a planted effect
FIFTHS = ("most against least deprived fifth", "most deprived fifth against the rest",
          "slope index of inequality, in mean rates", "relative index of inequality")  # fmt: skip
PLANTED = {
    "gradient": FIFTHS,
    "ethnic": ("Black against White", "Asian against White"),
    "distance": ("an hour or more from a centre against nearer",),
}
KEYS = ["world", "denominator", "contrast"]


def run_seed(world: str, seed: int) -> pd.DataFrame:
    """Draw one world and estimate every contrast against each denominator.

    Returns
    -------
    DataFrame
        world, seed, denominator, contrast, value, lower, upper, truth. The truth is that of the
        eligible, whatever the denominator.

    Examples
    --------
    >>> found = run_seed("null", 1)
    >>> found["denominator"].unique().tolist()
    ['eligible', 'population', 'cohort']
    """
    drawn = draw_world(world, seed)
    eligible = count_eligible(drawn)
    truth = find_truth(eligible)
    parts = []
    for name, count in DENOMINATORS.items():
        found = estimate_contrasts(count(drawn))
        parts.append(found.assign(denominator=name, truth=found["contrast"].map(truth)))
    parts.append(estimate_rates(drawn.risk_time).assign(denominator="eligible"))
    return pd.concat(parts, ignore_index=True).assign(world=world, seed=seed)


def run_world(
    world: str, seeds: Iterable[int], *, say: Callable[[str], object] = lambda text: None
) -> pd.DataFrame:
    """Run one world for many seeds."""
    parts = []
    for seed in seeds:
        parts.append(run_seed(world, seed))
        if seed % 20 == 0:
            say(f"{world}: seed {seed}")
    return pd.concat(parts, ignore_index=True)


def summarise(found: pd.DataFrame) -> pd.DataFrame:
    """Return for each world, denominator and contrast how its intervals did over the seeds.

    Returns
    -------
    DataFrame
        The keys; seeds; truth (mean over the seeds) and value (geometric mean of ratios and
        rates, mean of the slope index); rejects, in how many seeds the interval is without the
        value of no inequality (missing for rates); covers, in how many it holds the truth; and
        width, the mean of the upper over the lower limit's logarithm, or of the difference.
    """
    null = found["contrast"].map(NULLS)
    linear = found["contrast"].map(NULLS).eq(0)
    inside = (found["lower"] <= found["truth"]) & (found["truth"] <= found["upper"])
    scaled = {
        name: found[name].where(linear, np.log(found[name].where(~linear)))
        for name in ("truth", "value", "lower", "upper")
    }
    marked = found[KEYS].assign(
        linear=linear,
        rejects=((null < found["lower"]) | (null > found["upper"])).where(null.notna()),
        covers=inside,
        truth=scaled["truth"],
        value=scaled["value"],
        width=scaled["upper"] - scaled["lower"],
    )
    grouped = marked.groupby(KEYS, sort=False)
    summed = grouped.agg(
        seeds=("covers", "size"),
        linear=("linear", "first"),
        truth=("truth", "mean"),
        value=("value", "mean"),
        rejects=("rejects", lambda column: column.sum(min_count=1)),
        covers=("covers", "sum"),
        width=("width", "mean"),
    )
    for name in ("truth", "value"):
        summed[name] = summed[name].where(summed["linear"], np.exp(summed[name]))
    return summed.drop(columns="linear").reset_index()


def limit_count(seeds: int, *, confidence: float = 0.99) -> tuple[int, int]:
    """Return between which numbers of rejections a test of the right level stays.

    Examples
    --------
    >>> limit_count(200)
    (3, 19)
    """
    lower, upper = binom.interval(confidence, seeds, LEVEL)
    return int(lower), int(upper)


def judge(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the summary with `met`: yes, no, or empty where nothing is asked.

    Against the truly eligible, each test rejects as often as its level in `null`, within the
    binomial range of 99 %, and each planted effect lies in its interval in 93 % of the seeds.
    """
    met = []
    for row in summary.itertuples():
        fine = None
        if row.denominator == "eligible" and row.contrast in NULLS:
            low, high = limit_count(row.seeds)
            if row.world == "null":
                fine = low <= row.rejects <= high
            elif row.contrast in PLANTED.get(row.world, ()):
                fine = row.covers >= LEAST * row.seeds
        met.append({None: "", True: "yes", False: "no"}[fine])
    return summary.assign(met=met)


def read_validity(folder: Path) -> pd.DataFrame | None:
    """Return the judged summary that a folder holds, or None; `null` is the name of a world."""
    file = folder / VALIDITY
    if not file.is_file():
        return None
    blank = {name: [""] for name in ("rejects", "met")}
    return pd.read_csv(file, keep_default_na=False, na_values=blank)


def write_validity(folder: Path, summary: pd.DataFrame) -> None:
    """Write the judged summary of a run."""
    text = judge(summary).to_csv(index=False, lineterminator="\n", float_format="%.4f")
    write_atomic(folder / VALIDITY, text)
