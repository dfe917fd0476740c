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
from rareaccess.measures.eligibility.cells import list_unusable
from rareaccess.measures.eligibility.refusals import (
    refuse_cells,
    refuse_group,
    refuse_strength,
    refuse_width,
)
from rareaccess.measures.eligibility.regressions import Estimates
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

ANSWERS = ("naive, from the landmark on", "naive, everybody coded or treated", "bounds, R = 1.25",
           "bounds, R = 2", "TRAIT", "TRAIT, omega 0", "TRAIT, omega 0.15", "TRAIT, gamma to 0.1",
           "TRAIT, gamma to 0.2", "TRAIT, negative control", "CLASS", "TRAIT or CLASS")  # fmt: skip
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
    """Return every answer to the contrast of a grouping, and the truth.

    What the package would refuse is estimated all the same where it can be, and marked.
    """
    group, reference = CONTRASTS[grouping]
    cells = build_cells(drawn.cohort.rename(columns={grouping: "group"}), declare_roles())
    everybody = build_cells(drawn.everybody.rename(columns={grouping: "group"}), Roles())
    bare = fit_all(build_cells(drawn.cohort.rename(columns={grouping: "group"}), Roles()))
    naive = estimate_naive(bare, reference=reference, method="")
    answers = {
        "naive, from the landmark on": naive,
        "naive, everybody coded or treated": estimate_naive(
            fit_all(everybody), reference=reference, method=""
        ),
        "bounds, R = 1.25": bound_need(naive, limit=1.25),
        "bounds, R = 2": bound_need(naive, limit=2.0),
    }
    places = [cells.groups.index(name) for name in (group, reference)]
    refused = bool(refuse_cells(cells) or refuse_group(cells, *places))
    if not list_unusable(cells):
        estimates = fit_all(cells)
        answers |= _estimate(estimates, group, reference)
        kept = [frame.set_index("group").loc[group] for frame in (answers["TRAIT"], naive)]
        refused = bool(refused or refuse_strength(estimates) or refuse_width(*kept))
    blank = naive.assign(value=np.nan, lower=np.nan, upper=np.nan)
    rows = [
        {
            "answer": name,
            **answers.get(name, blank).set_index("group").loc[group, ["value", "lower", "upper"]],
        }
        for name in ANSWERS
    ]
    words = f"{group} against {reference}"
    truth = find_truth(drawn, grouping, reference=reference)[group]
    return pd.DataFrame(rows).assign(contrast=words, truth=truth, refused=refused)


def _estimate(estimates: Estimates, group: object, reference: object) -> dict[str, pd.DataFrame]:
    """Return the answers that rest on a model of need."""
    draws, view = draw_unknowns(estimates, prevalence=PREVALENCE), make_trait_view(estimates)
    asked = {"prevalence": PREVALENCE, "reference": reference, "compared": [group]}

    def trait(**options: object) -> pd.DataFrame:
        return tell(estimate_trait(estimates, draws, view=view, **asked, **options).treatment)

    def tell(log_ratios: np.ndarray) -> pd.DataFrame:
        return summarise_contrasts(log_ratios, estimates, reference=reference, method="")

    plain = trait()
    classes = tell(estimate_class(estimates, draws, **asked).treatment)
    return {
        "TRAIT": plain,
        "TRAIT, omega 0": trait(omega=0.0),
        "TRAIT, omega 0.15": trait(omega=0.15),
        "TRAIT, gamma to 0.1": shift_anchors(estimates, draws, limit=0.1, **asked),
        "TRAIT, gamma to 0.2": shift_anchors(estimates, draws, limit=0.2, **asked),
        "TRAIT, negative control": trait(control=True),
        "CLASS": classes,
        "TRAIT or CLASS": unite([plain, classes], method=""),
    }


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
        The keys; seeds; given, in how many there is an interval; refused, in how many the package
        would withhold every estimate of need; truth and value (geometric means); bias, the mean of
        log value minus log truth; covers, in how many the interval holds the truth; below and
        above, in how many it says that the ratio is below or above one; width, the mean log width.
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
        given=found["lower"].notna(),
        refused=found["refused"],
    )
    grouped = marked.groupby(KEYS, sort=False)
    means = grouped[["truth", "value", "bias", "width"]].mean()
    summed = grouped[["given", "refused", "covers", "below", "above"]].sum()
    summary = pd.concat([grouped.size().rename("seeds"), summed, means], axis=1)
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
