"""Every answer in many drawings of a world, and how often its interval holds the truth."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.eligibility.simulate import Drawn, declare_roles, draw_people, read_worlds
from benchmarks.eligibility.truth import find_truth
from rareaccess.core.files import write_atomic
from rareaccess.measures.eligibility import (
    Roles,
    bound_need,
    build_cells,
    draw_unknowns,
    estimate_class,
    estimate_naive,
    estimate_trait,
    fit_all,
    summarise_contrasts,
    unite,
)
from rareaccess.measures.eligibility.sensitivity import shift_anchors
from rareaccess.measures.eligibility.trait import make_trait_view

__all__ = [
    "CONTRASTS",
    "PREVALENCE",
    "RESULTS",
    "SEEDS",
    "list_contrasts",
    "read_results",
    "run_seed",
    "run_world",
    "summarise",
    "write_results",
]

RESULTS = "eligibility.csv"
SEEDS = range(1, 201)
PREVALENCE = (0.08, 0.20)
CONTRASTS = {"quintile": (1, 5), "ethnicity": ("Black", "White")}
"""The groups compared by each grouping: the first against the second, the reference."""

BOTH = ("null", "ethnic")
KEYS = ["world", "strength", "contrast", "answer"]


def list_contrasts(world: str) -> list[str]:
    """Return by what the groups of a world are compared.

    Examples
    --------
    >>> list_contrasts("ethnic"), list_contrasts("need")
    (['quintile', 'ethnicity'], ['quintile'])
    """
    return ["quintile", "ethnicity"] if world in BOTH else ["quintile"]


def run_seed(world: str, seed: int, *, strength: float = 1.0) -> pd.DataFrame:
    """Draw one world and give every answer to each contrast.

    Returns
    -------
    DataFrame
        world, strength, seed, contrast, answer, value, lower, upper, truth.
    """
    drawn = draw_people(world, seed, strength=strength)
    parts = [answer(drawn, grouping) for grouping in list_contrasts(world)]
    return pd.concat(parts, ignore_index=True).assign(world=world, strength=strength, seed=seed)


def answer(drawn: Drawn, grouping: str) -> pd.DataFrame:
    """Return every answer to the contrast of a grouping, and the truth."""
    group, reference = CONTRASTS[grouping]
    frame = drawn.cohort.rename(columns={grouping: "group"})
    estimates = fit_all(build_cells(frame, declare_roles()))
    whole = fit_all(
        build_cells(drawn.everybody.rename(columns={grouping: "group"}), Roles())
    )
    draws = draw_unknowns(estimates, prevalence=PREVALENCE)
    view = make_trait_view(estimates)
    asked = {"prevalence": PREVALENCE, "reference": reference, "compared": [group]}

    def trait(**options: object) -> pd.DataFrame:
        found = estimate_trait(estimates, draws, view=view, **asked, **options)
        return tell(found.treatment)

    def tell(log_ratios: np.ndarray) -> pd.DataFrame:
        return summarise_contrasts(log_ratios, estimates, reference=reference, method="")

    plain = trait()
    classes = tell(estimate_class(estimates, draws, **asked).treatment)
    naive = estimate_naive(estimates, reference=reference, method="")
    answers = {
        "naive, from the landmark on": naive,
        "naive, everybody coded or treated": estimate_naive(whole, reference=reference, method=""),
        "bounds, R = 1.25": bound_need(naive, limit=1.25),
        "bounds, R = 2": bound_need(naive, limit=2.0),
        "TRAIT": plain,
        "TRAIT, omega 0": trait(omega=0.0),
        "TRAIT, omega 0.15": trait(omega=0.15),
        "TRAIT, gamma to 0.1": shift_anchors(estimates, draws, limit=0.1, **asked),
        "TRAIT, gamma to 0.2": shift_anchors(estimates, draws, limit=0.2, **asked),
        "TRAIT, negative control": trait(control=True),
        "CLASS": classes,
        "TRAIT or CLASS": unite([plain, classes], method=""),
    }
    rows = [
        {"answer": name, **found.set_index("group").loc[group, ["value", "lower", "upper"]]}
        for name, found in answers.items()
    ]
    words = f"{group} against {reference}"
    truth = find_truth(drawn, grouping, reference=reference)[group]
    return pd.DataFrame(rows).assign(contrast=words, truth=truth)


def run_world(
    world: str, seeds: Iterable[int], *, strength: float = 1.0,
    say: Callable[[str], object] = lambda text: None,
) -> pd.DataFrame:  # fmt: skip
    """Run one world for many seeds."""
    parts = []
    for seed in seeds:
        parts.append(run_seed(world, seed, strength=strength))
        if seed % 20 == 0:
            say(f"{world}, strength {strength:g}: seed {seed}")
    return pd.concat(parts, ignore_index=True)


def summarise(found: pd.DataFrame) -> pd.DataFrame:
    """Return for each world, strength, contrast and answer how its intervals did over the seeds.

    Returns
    -------
    DataFrame
        The keys; seeds; truth and value (geometric means); bias, the mean of log value minus log
        truth; covers, in how many seeds the interval holds the truth; below and above, in how many
        it says that the ratio is below or above one; width, the mean of the log width.
    """
    logs = {name: np.log(found[name]) for name in ("value", "lower", "upper", "truth")}
    marked = found[KEYS].assign(
        truth=logs["truth"],
        value=logs["value"],
        bias=logs["value"] - logs["truth"],
        covers=(found["lower"] <= found["truth"]) & (found["truth"] <= found["upper"]),
        below=found["upper"] < 1,
        above=found["lower"] > 1,
        width=logs["upper"] - logs["lower"],
    )
    grouped = marked.groupby(KEYS, sort=False)
    means = grouped[["truth", "value", "bias", "width"]].mean()
    summed = grouped[["covers", "below", "above"]].sum()
    summary = pd.concat([grouped.size().rename("seeds"), means, summed], axis=1)
    summary[["truth", "value"]] = np.exp(summary[["truth", "value"]])
    return summary.reset_index()


def read_results(folder: Path) -> pd.DataFrame | None:
    """Return the summary that a folder holds, or None; `null` is the name of a world."""
    file = folder / RESULTS
    if not file.is_file():
        return None
    return pd.read_csv(file, keep_default_na=False, na_values={"value": [""], "bias": [""]})


def write_results(folder: Path, summary: pd.DataFrame) -> None:
    """Write the summary of a run."""
    text = summary.to_csv(index=False, lineterminator="\n", float_format="%.4f")
    write_atomic(folder / RESULTS, text)


WORLDS = tuple(read_worlds()["worlds"])
STRENGTHS = tuple(read_worlds()["strengths"].values())
