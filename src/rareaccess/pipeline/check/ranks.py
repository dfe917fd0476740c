"""Whether the ranks of a table of deprivation are ranks of the areas of England."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.contracts.rules import Rule
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding

__all__ = ["check_ranks", "find_rank_fault"]

GROUPS = {5: "fifths", 10: "tenths", 20: "twentieths", 100: "hundredths"}
REGION = 100  # areas from which on ranks without a gap, from 1, are no chance


def check_ranks(ranks: pd.Series, rules: Sequence[Rule], *, areas: int, rows: int) -> list[Finding]:
    """Return the finding of ranks that are none: every group of deprivation would be false.

    Parameters
    ----------
    ranks
        The column `rank` of the table.
    areas
        How many areas there are in England.
    rows
        How many rows the table has.
    """
    chosen = [rule for rule in rules if rule.kind == "ranks"]
    n, cause = find_rank_fault(ranks, areas=areas)
    return [tell(chosen[0], n, rows, rows, cause=cause)] if chosen and n else []


def find_rank_fault(ranks: pd.Series, *, areas: int) -> tuple[int, str]:
    """Return how many ranks cannot be one of each from 1 to the number of areas, and the cause.

    Parameters
    ----------
    ranks
        Whole numbers; what is missing or out of range has rules of its own.
    areas
        How many areas there are in England; a table of some of them has some of the ranks.

    Examples
    --------
    >>> find_rank_fault(pd.Series([1, 7, 32844]), areas=32_844)
    (0, '')
    >>> find_rank_fault(pd.Series([1, 2, 2, 10, 10, 9]), areas=32_844)
    (2, 'looks like tenths in place of ranks: 4 different values from 1 to 10')
    """
    known = ranks.dropna().astype("int64")
    known = known[known.between(1, areas)]
    double = int(known.duplicated().sum())
    different, most = known.nunique(), int(known.max()) if len(known) else 0
    if double:
        groups = next((word for top, word in GROUPS.items() if most <= top), "")
        if groups:
            return double, f"looks like {groups} in place of ranks: {different} different values " \
                f"from {int(known.min())} to {most}"  # fmt: skip
        return double, f"{double:,} areas have the rank of another"
    if REGION <= len(known) == most < areas:
        return len(known), f"looks like ranks within a part of England: each from 1 to {most:,}"
    return 0, ""
