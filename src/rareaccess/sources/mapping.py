"""From written values to ours in an engine: the cheapest expression that gives the right value.

The values that occur are known. A step such as capitals is taken for a whole column where it gives
ours for most of them, and the others are named one by one.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rareaccess.sources.dates import Form
from rareaccess.sources.engine import Engine
from rareaccess.sources.values import NOTHING

__all__ = ["AS_EXPECTED", "ROUNDED", "Written", "fold_key", "map_values"]

KEY_BLANKS = "[ \t\r\n\u00a0\u00ad\u2000-\u200d\u2010-\u2015\u202f\u205f\u2060\u3000\ufeff-]"
"""Blanks of any kind, hyphens and what cannot be seen: none of them is part of a key."""
ROUNDED = "^[0-9]([.,][0-9]*)?[Ee][+]?[0-9]{1,2}$"
"""A number that a spreadsheet has rounded, such as 9.43E+09: it is nobody's."""
NOT_CODE, DAGGER = "[^A-Z0-9&-]", "[AD]+$"


@dataclass(frozen=True)
class Written:
    """How a column of a source is written, where it is otherwise than expected.

    Parameters
    ----------
    values
        Every written value that occurs -> ours, of a column of codes where one differs.
    key
        What is done to a key, of `blanks` (and hyphens removed), `case` (in capitals) and `rounded`
        (missing where a program has rounded it).
    forms
        Forms of dates in text that occur beside that of the settings.
    null_days
        Days that stand for no date.
    """

    values: Mapping[str, str | None] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    null_days: tuple[str, ...] = ()


AS_EXPECTED = Written()

STEPS: tuple[tuple[Callable[[Any, Any], Any], Callable[[str], str]], ...] = (
    (lambda F, text: text, lambda text: text),
    (lambda F, text: F.trim(text), lambda text: text.strip(" ")),
    (lambda F, text: F.upper(F.trim(text)), lambda text: text.strip(" ").upper()),
    (lambda F, text: F.lower(F.trim(text)), lambda text: text.strip(" ").lower()),
    (
        lambda F, text: F.substring(F.upper(F.trim(text)), 1, 1),
        lambda text: text.strip(" ").upper()[:1],
    ),
    (
        lambda F, text: F.regexp_replace(F.upper(text), NOT_CODE, ""),
        lambda text: re.sub(NOT_CODE, "", text.upper()),
    ),
    (
        lambda F, text: F.regexp_replace(F.regexp_replace(F.upper(text), NOT_CODE, ""), DAGGER, ""),
        lambda text: re.sub(DAGGER, "", re.sub(NOT_CODE, "", text.upper())),
    ),
)
"""Steps for a whole column, the cheapest first: in the engine, and the same of one text."""


def map_values(
    engine: Engine, raw: Any, value: Any, values: Mapping[str, str | None], *, is_text: bool
) -> Any:
    """Return the expression of our value.

    Parameters
    ----------
    raw
        The column as it is written.
    value
        The column as it is read where nothing differs.
    values
        Every written value -> ours; nothing where none differs.
    is_text
        Whether `value` is without blanks at its ends and without words for nothing.
    """
    if not values:
        return value
    choices = [(step, _list_others(values, of, is_text=is_text)) for step, of in STEPS]
    step, others = min(choices, key=lambda choice: len(choice[1]))
    read, F = step(engine.F, value), engine.F
    groups: dict[str | None, list[str]] = {}
    for written in others:
        groups.setdefault(values[written], []).append(written)
    named = None
    for ours, written in sorted(groups.items(), key=lambda group: group[0] or ""):
        put = F.lit(None).cast("string") if ours is None else F.lit(ours)
        holds = raw.isin(*sorted(written))
        named = F.when(holds, put) if named is None else named.when(holds, put)
    return read if named is None else named.otherwise(read)


def _list_others(
    values: Mapping[str, str | None], step: Callable[[str], str], *, is_text: bool
) -> list[str]:
    """Return the written values that a step does not read as ours.

    What is not ASCII is named always: engines differ in its capitals.
    """

    def read(written: str) -> str | None:
        if not is_text:
            return step(written)
        text = written.strip(" ")
        return None if text in NOTHING else step(text)

    return [w for w, ours in values.items() if not w.isascii() or read(w) != ours]


def fold_key(engine: Engine, native: Any, key: Collection[str]) -> Any:
    """Return a key of persons as `Written.key` says: without blanks, in capitals."""
    F = engine.F
    if "rounded" in key:
        native = F.when(~native.rlike(ROUNDED), native)
    if "blanks" in key:
        native = F.regexp_replace(native, KEY_BLANKS, "")
    return F.upper(native) if "case" in key else native
