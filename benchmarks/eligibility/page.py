"""docs/eligibility.md: what the method is, and what the committed results say of it."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.eligibility.goals import judge
from rareaccess.disclosure import Plain, fmt

__all__ = ["WORDS", "build_page"]

WORDS = Path(__file__).with_name("page.md")
"""The words of the page, with places for the results."""

SHOWN = ("naive, from the landmark on", "naive, everybody coded or treated", "TRAIT",
         "TRAIT, negative control", "TRAIT, gamma to 0.2", "CLASS", "TRAIT or CLASS")  # fmt: skip
TRIED = ("TRAIT", "TRAIT, omega 0", "TRAIT, omega 0.15", "TRAIT, gamma to 0.1",
         "TRAIT, prevalence 0.03 to 0.06", "TRAIT, prevalence 0.04 to 0.30")  # fmt: skip
NAMES = {0.5: "half", 1.0: "declared", 2.0: "double"}
MEASURED = {"covers": "covers", "below": "finds a ratio below one",
            "wrong": "finds a ratio other than one", "width": "log width"}  # fmt: skip


def build_page(found: pd.DataFrame) -> str:
    """Return the page.

    Parameters
    ----------
    found
        The content of eligibility.csv.
    """
    declared = found[found["strength"] == 1]
    goals = judge(found)
    missed = goals[goals["met"] == "no"]
    return WORDS.read_text(encoding="utf-8").format(
        seeds=fmt.whole(int(declared["seeds"].min())),
        met=f"{len(goals) - len(missed)} of {len(goals)}",
        goals=_tabulate_goals(goals),
        covers=_tabulate(declared, SHOWN),
        tried=_tabulate(declared, TRIED),
        tests=_tabulate_tests(declared),
        strengths=_tabulate_strengths(found),
    )


def _tabulate(found: pd.DataFrame, answers: Sequence[str]) -> str:
    """Return how often each answer covers, with bias and log width, a row for each contrast."""
    cells = found.set_index(["world", "contrast", "answer"])
    lines = [["World", "Contrast", "Truth", *answers]]
    for (world, contrast), rows in found.groupby(["world", "contrast"], sort=False):
        told = [_tell(cells.loc[(world, contrast, answer)]) for answer in answers]
        lines.append([world, contrast, _print(rows["truth"].iloc[0], 2), *told])
    return _join(lines, ":--, :--, --:")


def _tell(row: pd.Series) -> str:
    told = [f"{_share(row, 'covers')}%"]
    if pd.notna(row["bias"]):
        told.append(_print(row["bias"], 2))
    return "; ".join([*told, _print(row["width"], 2)])


def _tabulate_goals(goals: pd.DataFrame) -> str:
    lines = [["World", "Contrast", "Answer", "What", "Asked", "Measured", "Met"]]
    for row in goals.itertuples():
        unit, decimals = ("", 2) if row.of == "width" else ("%", 1)
        ends = [f"at least {_print(row.least, 0)}%"] if row.least > 0 else []
        if row.most < 100:
            most = _print(row.most, 2) if row.of == "width" else f"{_print(row.most, 0)}%"
            ends.append(f"{'below' if row.most % 1 > 0.98 else 'at most'} {most}")
        lines.append([row.world, row.contrast, row.answer, MEASURED[row.of], ", ".join(ends),
                      f"{_print(row.measured, decimals)}{unit}", row.met])  # fmt: skip
    return _join(lines, ":--, :--, :--, :--, :--, --:")


def _tabulate_tests(found: pd.DataFrame) -> str:
    rows = found[found["answer"] == "TRAIT"]
    lines = [["World", "Contrast", "Anchors disagree", "Slopes vary", "Refused"]]
    for _, row in rows.iterrows():
        told = [f"{_share(row, name)}%" for name in ("disagree", "vary", "refused")]
        lines.append([row["world"], row["contrast"], *told])
    return _join(lines, ":--, :--")


def _tabulate_strengths(found: pd.DataFrame) -> str:
    rows = found[found["answer"] == "TRAIT"].set_index(["world", "contrast", "strength"])
    strengths = sorted(found["strength"].unique())
    heads = [f"{NAMES[strength]} ({_seeds(found, strength)} seeds)" for strength in strengths]
    lines = [["World", "Contrast", *heads, *(f"{NAMES[s]}, refused" for s in strengths)]]
    for key in rows.index.droplevel("strength").unique():
        own = [rows.loc[(*key, strength)] for strength in strengths]
        lines.append([*key, *map(_tell, own), *(f"{_share(row, 'refused')}%" for row in own)])
    return _join(lines, ":--, :--")


def _seeds(found: pd.DataFrame, strength: float) -> str:
    return fmt.whole(int(found.loc[found["strength"] == strength, "seeds"].min()))


def _join(lines: list[list[str]], marks: str) -> str:
    signs = marks.split(", ")
    signs += ["--:"] * (len(lines[0]) - len(signs))
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], signs, *lines[1:]])


def _share(row: pd.Series, column: str) -> str:
    return _print(100 * row[column] / row["seeds"], 1)


def _print(value: float, decimals: int) -> str:
    return fmt.num(Plain(float(value)), decimals)
