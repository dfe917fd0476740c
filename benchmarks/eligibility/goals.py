"""What is asked of the estimator: where it must cover, how narrow, and where it must fail."""

from dataclasses import dataclass

import pandas as pd

__all__ = ["GOALS", "Goal", "judge"]

FIFTHS, BLACK = "1 against 5", "Black against White"
LANDMARK, WHOLE = "naive, from the landmark on", "naive, everybody coded or treated"


@dataclass(frozen=True)
class Goal:
    """One number of the results and the range it must lie in, both ends allowed.

    Parameters
    ----------
    world, contrast, answer
        The row of the results.
    of
        `covers`, `below`, `wrong` (below or above) in per cent of the seeds; or `width`.
    least, most
        The range.
    """

    world: str
    contrast: str
    answer: str
    of: str
    least: float = 0.0
    most: float = 100.0


HIDDEN = (
    ("need", FIFTHS, LANDMARK, 24.99), ("need-gradient", FIFTHS, LANDMARK, 24.99),
    ("access-features", FIFTHS, LANDMARK, 24.99), ("coding-outcome", FIFTHS, WHOLE, 24.99),
    ("null", BLACK, LANDMARK, 24.99), ("ethnic", BLACK, LANDMARK, 34.99),
)  # fmt: skip
"""Where the treated alone are wrong, and how often they may cover at most."""

GOALS = (
    *(Goal(world, contrast, naive, "covers", most=most) for world, contrast, naive, most in HIDDEN),
    *(Goal(world, contrast, "TRAIT", "covers", least=95) for world, contrast, _, _ in HIDDEN),
    Goal("need", FIFTHS, "TRAIT", "width", most=0.95),
    Goal("null", FIFTHS, "TRAIT", "width", most=0.70),
    Goal("need-gradient", FIFTHS, "TRAIT", "below", least=75),
    Goal("null", FIFTHS, "TRAIT, omega 0", "wrong", least=1, most=10),
    Goal("null", FIFTHS, "TRAIT", "wrong", most=5),
    Goal("anchors-wrong", FIFTHS, "TRAIT", "covers", most=49.99),  # limits.qmd: fewer than half
    Goal("anchors-wrong", FIFTHS, "TRAIT, negative control", "covers", least=93),
    Goal("anchors-wrong", FIFTHS, "TRAIT, gamma to 0.2", "covers", least=95),
    Goal("two-class", FIFTHS, "TRAIT or CLASS", "covers", least=95),
)


def judge(summary: pd.DataFrame) -> pd.DataFrame:
    """Return each goal with what was measured at the declared strength, and whether it is met.

    Parameters
    ----------
    summary
        The content of eligibility.csv.

    Returns
    -------
    DataFrame
        The fields of the goal, `measured`, `met` (yes or no).
    """
    rows = summary[summary["strength"] == 1].set_index(["world", "contrast", "answer"])
    found = []
    for goal in GOALS:
        row = rows.loc[(goal.world, goal.contrast, goal.answer)]
        counts = {"covers": row["covers"], "below": row["below"],
                  "wrong": row["below"] + row["above"]}  # fmt: skip
        measured = row["width"] if goal.of == "width" else 100 * counts[goal.of] / row["seeds"]
        met = "yes" if goal.least <= measured <= goal.most else "no"
        found.append({**vars(goal), "measured": float(measured), "met": met})
    return pd.DataFrame(found)
