"""Every answer in many drawings of a world, and how often its interval holds the truth."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.eligibility.simulate import Drawn, declare_roles, draw_people, read_worlds
from benchmarks.eligibility.truth import find_truth
from rareaccess.core.files import write_atomic
from rareaccess.measures.eligibility import (
    Roles,
    bound_need,
    build_cells,
    check_invariance,
    check_proportionality,
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
from rareaccess.measures.tidy import Floats

__all__ = [
    "CONTRASTS",
    "PREVALENCE",
    "RESULTS",
    "SEEDS",
    "STRENGTHS",
    "WORLDS",
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
WORLDS = tuple(read_worlds()["worlds"])
STRENGTHS = tuple(read_worlds()["strengths"].values())
CONTRASTS = {"quintile": (1, 5), "ethnicity": ("Black", "White")}
"""The groups compared by each grouping: the first against the second, the reference."""

ANSWERS = (
    "eligible known", "naive, from the landmark on", "naive, everybody coded or treated",
    "bounds, R = 1.25", "bounds, R = 2", "TRAIT", "TRAIT, omega 0", "TRAIT, omega 0.15",
    "TRAIT, gamma to 0.1", "TRAIT, gamma to 0.2", "TRAIT, negative control",
    "TRAIT, prevalence 0.03 to 0.06", "TRAIT, prevalence 0.04 to 0.30", "CLASS", "TRAIT or CLASS",
)  # fmt: skip
"""What is tried; the truth needs no model in the first, and in worlds of 12 % the narrow range of
prevalence is wrong on purpose."""

LEVEL = 0.05
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
    """Return every answer to the contrast of a grouping, the truth, and what the tests say.

    What the package would refuse is estimated all the same where it can be, and marked.
    """
    group, reference = CONTRASTS[grouping]
    cohort = drawn.cohort.rename(columns={grouping: "group"})
    everybody = drawn.everybody.rename(columns={grouping: "group"})
    cells, known = build_cells(cohort, declare_roles()), drawn.eligible["eligible"].to_numpy()

    def count(people: pd.DataFrame) -> pd.DataFrame:
        bare = fit_all(build_cells(people, Roles()))
        return estimate_naive(bare, reference=reference, method="")

    naive = count(cohort)
    answers = {
        "eligible known": count(cohort[known]),
        "naive, from the landmark on": naive,
        "naive, everybody coded or treated": count(everybody),
        "bounds, R = 1.25": bound_need(naive, limit=1.25),
        "bounds, R = 2": bound_need(naive, limit=2.0),
    }
    places = [cells.groups.index(name) for name in (group, reference)]
    told = {"refused": bool(refuse_cells(cells) or refuse_group(cells, *places)),
            "disagree": False, "vary": False}  # fmt: skip
    if not list_unusable(cells):
        estimates = fit_all(cells)
        answers |= _estimate(estimates, group, reference)
        told |= _test(estimates, group, reference)
        kept = [frame.set_index("group").loc[group] for frame in (answers["TRAIT"], naive)]
        told["refused"] |= bool(refuse_strength(estimates) or refuse_width(*kept))
    blank = naive.assign(value=np.nan, lower=np.nan, upper=np.nan)
    columns = ["value", "lower", "upper"]
    rows = [
        {"answer": name, **answers.get(name, blank).set_index("group").loc[group, columns]}
        for name in ANSWERS
    ]
    words = f"{group} against {reference}"
    truth = find_truth(drawn, grouping, reference=reference)[group]
    return pd.DataFrame(rows).assign(contrast=words, truth=truth, **told)


def _estimate(estimates: Estimates, group: object, reference: object) -> dict[str, pd.DataFrame]:
    """Return the answers that rest on a model of need."""
    draws, view = draw_unknowns(estimates, prevalence=PREVALENCE), make_trait_view(estimates)
    asked: dict[str, Any] = {"reference": reference, "compared": [group]}
    usual = {"prevalence": PREVALENCE, **asked}

    def tell(log_ratios: Floats) -> pd.DataFrame:
        return summarise_contrasts(log_ratios, estimates, reference=reference, method="")

    def trait(**options: Any) -> pd.DataFrame:
        return tell(estimate_trait(estimates, draws, view=view, **usual, **options).treatment)

    def range_over(low: float, high: float) -> pd.DataFrame:
        again = draw_unknowns(estimates, prevalence=(low, high))
        found = estimate_trait(estimates, again, prevalence=(low, high), **asked)
        return tell(found.treatment)

    def shift(limit: float) -> pd.DataFrame:
        return shift_anchors(estimates, draws, limit=limit, view=view, **usual)

    plain = trait()
    classes = tell(estimate_class(estimates, draws, **usual).treatment)
    return {
        "TRAIT": plain,
        "TRAIT, omega 0": trait(omega=0.0),
        "TRAIT, omega 0.15": trait(omega=0.15),
        "TRAIT, gamma to 0.1": shift(0.1),
        "TRAIT, gamma to 0.2": shift(0.2),
        "TRAIT, negative control": trait(control=True),
        "TRAIT, prevalence 0.03 to 0.06": range_over(0.03, 0.06),
        "TRAIT, prevalence 0.04 to 0.30": range_over(0.04, 0.30),
        "CLASS": classes,
        "TRAIT or CLASS": unite([plain, classes], method=""),
    }


def _test(estimates: Estimates, group: object, reference: object) -> dict[str, bool]:
    """Return whether the anchors disagree, and whether the slope of the treated varies."""
    asked: dict[str, Any] = {"prevalence": PREVALENCE, "reference": reference}
    agree = check_proportionality(estimates, **asked).set_index("group").loc[group, "p"]
    alike = check_invariance(estimates, compared=[group], **asked)["p"].iloc[0]
    return {"disagree": bool(agree < LEVEL), "vary": bool(alike < LEVEL)}


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
        above, in how many it says that the ratio is below or above one; disagree and vary, in how
        many the tests of proportionality and of invariance reject; width, the mean log width.
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
        disagree=found["disagree"],
        vary=found["vary"],
    )
    grouped = marked.groupby(KEYS, sort=False)
    means = grouped[["truth", "value", "bias", "width"]].mean()
    summed = grouped[["given", "refused", "covers", "below", "above", "disagree", "vary"]].sum()
    summary = pd.concat([grouped.size().rename("seeds"), summed, means], axis=1)
    summary[["truth", "value"]] = np.exp(summary[["truth", "value"]])
    return summary.reset_index()


def read_results(folder: Path) -> pd.DataFrame | None:
    """Return the summary that a folder holds, or None; `null` is the name of a world."""
    file = folder / RESULTS
    if not file.is_file():
        return None
    blank = {name: [""] for name in ("value", "bias", "width")}
    return pd.read_csv(file, keep_default_na=False, na_values=blank)


def write_results(folder: Path, summary: pd.DataFrame) -> None:
    """Write the summary of a run."""
    text = summary.to_csv(index=False, lineterminator="\n", float_format="%.4f")
    write_atomic(folder / RESULTS, text)
