"""Keys that join tables: whether they match better without blanks, or in capitals.

Nothing is changed on suspicion. Only where some values have blanks or hyphens, or small letters
beside capitals, is it tried whether more values of two tables match when these are left out of
account, and whether two keys would become one; it is done where more match and none are merged.
A number of ten digits is the NHS number however its digits are grouped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rareaccess.sources.engine import Engine
from rareaccess.sources.mapping import fold_key
from rareaccess.sources.survey import KeyForm

__all__ = ["Trial", "choose_folds", "list_trials"]

DIGITS = "^[0-9]{10}$"


@dataclass(frozen=True)
class Trial:
    """Distinct keys that match between tables, and distinct keys of all tables, by what is done."""

    matched: int
    distinct: int


def list_trials(forms: Mapping[str, KeyForm]) -> list[tuple[str, ...]]:
    """Return what may be done to a key, by how it looks in each table; nothing where it is alike.

    Examples
    --------
    >>> list_trials({"apc": KeyForm(0, 0, 9, 0), "linkage": KeyForm(0, 9, 0, 0)})
    [('case',)]
    >>> list_trials({"apc": KeyForm(0, 0, 9, 0), "linkage": KeyForm(0, 0, 9, 0)})
    []
    """
    folds = []
    if any(form.blanks for form in forms.values()):
        folds.append("blanks")
    if any(form.small for form in forms.values()) and any(f.capitals for f in forms.values()):
        folds.append("case")
    return [(fold,) for fold in folds] + ([tuple(folds)] if len(folds) == 2 else [])


def choose_folds(
    engine: Engine,
    frames: Mapping[str, Any],
    hubs: Sequence[str],
    trials: Sequence[tuple[str, ...]],
) -> tuple[str, ...]:
    """Return what raises the matches most and merges no keys; nothing where nothing does.

    Parameters
    ----------
    frames
        Table -> frame with one column, `key`, as it is written.
    hubs
        The tables with which the others are compared.
    trials
        As `list_trials` returns them.
    """
    frames = {table: engine.keep(frame.distinct()) for table, frame in frames.items()}
    trials = [fold for fold in trials if _finds_more(engine, frames, hubs, fold)]
    if not trials:
        return ()
    best, most = (), _try(engine, frames, hubs, ())
    plain = most
    for fold in trials:
        trial = _try(engine, frames, hubs, fold)
        if trial.matched > most.matched and trial.distinct == plain.distinct:
            best, most = fold, trial
    return best


def _finds_more(
    engine: Engine, frames: Mapping[str, Any], hubs: Sequence[str], fold: tuple[str, ...]
) -> bool:
    """Return whether more of the keys that would change are, once changed, those of another table.

    A quick look before all keys are compared: the keys that would change are mostly few, or all of
    them are written alike in all tables and match as they are.
    """
    F = engine.F
    folded = {
        table: frame.select(
            fold_key(engine, F.col("key"), fold).alias("key"), F.col("key").alias("written")
        )
        for table, frame in frames.items()
    }
    for table, frame in folded.items():
        changed = engine.keep(frame.where(F.col("key") != F.col("written")).distinct())
        if not engine.count_rows(changed):
            continue
        for other in folded:
            if other != table and (table in hubs or other in hubs):
                now, then = (
                    engine.count_rows(
                        engine.join(changed, folded[other].select(name), (name,), "left_semi")
                    )
                    for name in ("written", "key")
                )
                if then > now:
                    return True
    return False


def _try(
    engine: Engine, frames: Mapping[str, Any], hubs: Sequence[str], fold: tuple[str, ...]
) -> Trial:
    """Count the keys that match, and the distinct keys of each table but NHS numbers."""
    F, known = engine.F, {}
    for table, frame in frames.items():
        key = fold_key(engine, F.col("key"), fold)
        known[table] = frame.where(F.col("key").isNotNull()).select(
            key.alias("key"), F.col("key").alias("written")
        )
    distinct = 0
    for frame in known.values():
        bare = fold_key(engine, F.col("key"), ("blanks",))
        others = frame.where(~bare.rlike(DIGITS)).select("key").distinct()
        distinct += engine.count_rows(others)
    sets = {table: engine.keep(f.select("key").distinct()) for table, f in known.items()}
    matched = 0
    for hub in hubs:
        for table in sets:
            if hub in sets and table != hub:
                both = engine.join(sets[table], sets[hub], ("key",), "left_semi")
                matched += engine.count_rows(both)
    return Trial(matched, distinct)
