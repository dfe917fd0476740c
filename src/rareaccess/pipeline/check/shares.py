"""Codes that say something, and places in England: counted with the broken rules, in one pass."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rareaccess.contracts import TableContract
from rareaccess.contracts.places import AREAS_2021, NO_AREAS, NO_POSTCODE
from rareaccess.contracts.rules import Rule
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources.engine import Engine

__all__ = ["ask_shares", "check_shares"]

PLACES = ("vintage", "nowhere")


def check_shares(
    counts: Mapping[str, int],
    rules: Sequence[Rule],
    limits: Mapping[str, float],
    rows: int,
) -> list[Finding]:
    """Return the columns of codes that say nothing in most rows, and the places that are none.

    Parameters
    ----------
    counts
        Id of a rule -> rows that break it, of the rules that `ask_shares` returns.
    limits
        `known-share`: the per cent of the rows that should have a known value.
    rows
        How many rows the table has.
    """
    asked = [(rule, counts[rule.id]) for rule in rules if rule.id in counts]
    shares = [tell(rule, n, rows, rows) for rule, n in asked if rule.kind == "known-share"
              and (rows - n) * 100 < limits["known-share"] * rows]  # fmt: skip
    places = [tell(rule, n, rows, rows) for rule, n in asked if rule.kind in PLACES and n]
    return [*shares, *places]


def ask_shares(
    engine: Engine, names: Collection[str], contract: TableContract, rules: Sequence[Rule]
) -> dict[str, Any]:
    """Return the condition that a row breaks each rule of shares and places, by the rule's id.

    Parameters
    ----------
    names
        The columns that are read.
    """
    wanted = [rule for rule in rules if rule.kind in ("known-share", *PLACES)]
    return {rule.id: _breaks(engine, contract, rule) for rule in wanted if rule.column in names}


def _breaks(engine: Engine, contract: TableContract, rule: Rule) -> Any:
    """Return the condition that a value breaks a rule."""
    F, column = engine.F, engine.F.col(rule.column)
    if rule.kind == "known-share":
        return ~F.coalesce(column.isin(*contract[rule.column].known), F.lit(False))
    if rule.kind == "vintage":
        return column.between(*AREAS_2021)
    text = rule.column == "POSTCODE"
    return F.upper(column).startswith(NO_POSTCODE) if text else column.isin(*NO_AREAS)
