"""Why values of one table are not found in another: what would make them fit."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["compare_lengths", "guess_cause"]

MOST = 5000  # values that are tried: enough to see how they are written
SIGNS = "[^A-Za-z0-9]"
BOTH = "would be found without regard to capitals, blanks and signs on both sides"
Change = Callable[[str], str]


def _cut(start: int, end: int) -> Change:
    """Return what cuts characters off both ends of a value."""
    return lambda value: value[start : len(value) - end]


def _keep_signs(value: str) -> str:
    return "".join(sign for sign in value if sign.isalnum())


CHANGES: dict[str, tuple[Change, str]] = {
    "upper": (str.upper, "would be found in capitals"),
    "lower": (str.lower, "would be found in small letters"),
    "bare": (_keep_signs, "would be found without blanks and signs"),
    "site": (
        lambda value: value[:3] if len(value) == 5 else "",
        "look like site codes: the first three characters are a code of the other table",
    ),
    "whole": (lambda value: value.removesuffix(".0"), "would be found without .0 at the end"),
    "noughts": (lambda value: value.lstrip("0"), "would be found without noughts at the start"),
    "ten": (lambda value: value.zfill(10), "would be found with noughts before, as ten digits"),
    "end 1": (_cut(0, 1), "have one character more at the end"),
    "end 2": (_cut(0, 2), "have two characters more at the end"),
    "start 1": (_cut(1, 0), "have one character more at the start"),
    "start 2": (_cut(2, 0), "have two characters more at the start"),
}
"""What is tried: the change, and what it means when the changed value is found. The first wins."""


def guess_cause(engine: Engine, values: Sequence[str], known: Any) -> str:
    """Return the change that makes most of the values be found, and how many, in words.

    Parameters
    ----------
    values
        Different values, none of which is found; the first 5,000 are tried.
    known
        The engine's frame of the values to be found, in the column `value`.

    Returns
    -------
    str
        The likely cause; nothing where no change helps. No value is quoted.

    Examples
    --------
    >>> from rareaccess.sources.engine import open_engine
    >>> with open_engine() as engine:
    ...     known = engine.stage(pd.DataFrame({"value": ["RAA", "RBB"]}))
    ...     guess_cause(engine, ["RAA01", "RBB02"], known)
    '2 of 2 look like site codes: the first three characters are a code of the other table'
    """
    tried = sorted(values)[:MOST]
    rows = [
        (name, n, change(value))
        for name, (change, _) in CHANGES.items()
        for n, value in enumerate(tried)
    ]
    rows += [("both", n, _keep_signs(value).upper()) for n, value in enumerate(tried)]
    changed = pd.DataFrame(rows, columns=["way", "n", "value"])
    changed = engine.stage(changed[changed["value"] != ""].reset_index(drop=True))
    F, way = engine.F, engine.F.col("way")
    plain = F.upper(F.regexp_replace(F.col("value"), SIGNS, "")).alias("value")
    asked = ((way != "both", known.select("value")), (way == "both", known.select(plain)))
    hits = engine.stack(
        [
            engine.join(changed.where(some), values.distinct(), ("value",), "left_semi")
            for some, values in asked
        ]
    )
    hits = engine.collect(hits.groupBy("way").agg(F.count("*").alias("hits")))
    by_way = dict(zip(hits["way"], hits["hits"].astype(int), strict=True))
    words = {name: text for name, (_, text) in CHANGES.items()} | {"both": BOTH}
    best = max(words, key=lambda name: by_way.get(name, 0))
    return f"{by_way[best]:,} of {len(tried):,} {words[best]}" if by_way.get(best) else ""


def compare_lengths(engine: Engine, tried: Sequence[str], known: Any) -> str:
    """Return how long the values of both sides are.

    Parameters
    ----------
    tried, known
        As for `guess_cause`.
    """
    F = engine.F
    length = F.length(F.col("value"))
    row = engine.collect(known.agg(F.min(length).alias("least"), F.max(length).alias("most")))
    least, most = row["least"].iloc[0], row["most"].iloc[0]
    ours = _span(min(map(len, tried), default=0), max(map(len, tried), default=0))
    if pd.isna(least):
        return f"they have {ours} characters; the other table has no values"
    theirs = _span(int(least), int(most))
    if ours == theirs:
        return f"both have {ours} characters, so that they may be of another list or another key"
    return f"they have {ours} characters, those of the other table {theirs}"


def _span(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least} to {most}"
