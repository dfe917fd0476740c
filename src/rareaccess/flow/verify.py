"""The proof that a ledger adds up: every person and every record, at every box."""

from collections.abc import Mapping, Sequence

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.flow.boxes import Box

__all__ = ["ROLES", "count_by_person", "verify_flow"]

ROLES = ("in", "excluded", "out")


def count_by_person(part: pd.DataFrame, role: str) -> pd.Series:
    """Return the number of records by study_id in one role of a box, sorted by study_id."""
    rows = part[part["role"] == role]
    return rows.groupby("study_id")["n_records"].sum()


def verify_flow(boxes: Sequence[Box], parts: Mapping[str, pd.DataFrame]) -> None:
    """Check that at every box what comes in is kept or excluded, and comes from its parents.

    Parameters
    ----------
    boxes
        The declared boxes, parents before children.
    parts
        Box key -> its rows: `role`, `reason`, `study_id`, `n_records`.

    Raises
    ------
    UserError
        A person or record is missing or extra; the error names the box and says how many people,
        never whom.
    """
    outs: dict[str, pd.Series] = {}
    for box in boxes:
        _check_rows(box, parts.get(box.key))
        came, gone, kept = (count_by_person(parts[box.key], role) for role in ROLES)
        _check_people(box, came.index, kept.index.union(gone.index), "kept or excluded")
        _check_records(box, came, kept.add(gone, fill_value=0), "kept or excluded")
        if box.kind != "step" and len(gone):
            raise _fault(box, f"{_people(len(gone))} excluded", "nobody excluded at this box")
        outs[box.key] = kept
        if box.parents and box.kind != "part":
            _check_parents(box, boxes, came, outs)
    for whole in dict.fromkeys(box.part_of for box in boxes if box.part_of):
        _check_parts(whole, boxes, outs)


def _check_rows(box: Box, part: pd.DataFrame | None) -> None:
    if part is None:
        raise _fault(box, "no rows", "the people of this box")
    if not part["role"].isin(ROLES).all():
        raise _fault(box, "an unknown role", "the roles " + ", ".join(ROLES))
    if (part["n_records"] < 1).any():
        raise _fault(box, "a person without records", "one record or more for each person")
    if part.duplicated(["role", "reason", "study_id"]).any():
        raise _fault(box, "a person twice in one role", "one row a person, role and reason")
    if not part.loc[part["role"] == "excluded", "reason"].isin(box.reasons).all():
        raise _fault(box, "a reason that is not declared", "; ".join(box.reasons) or "no reason")


def _check_parents(
    box: Box, boxes: Sequence[Box], came: pd.Series, outs: Mapping[str, pd.Series]
) -> None:
    parents = " and ".join(box.parents)
    expected = pd.concat([outs[key] for key in box.parents]).groupby(level=0).sum()
    _check_people(box, came.index, expected.index, f"let out by {parents}")
    units = {other.key: other.unit for other in boxes}
    same = [outs[key] for key in box.parents if units[key] == box.unit]
    if same:
        expected = pd.concat(same).groupby(level=0).sum()
        _check_records(box, came.loc[expected.index], expected, f"let out by {parents}")


def _check_parts(whole: str, boxes: Sequence[Box], outs: Mapping[str, pd.Series]) -> None:
    unit = next(box.unit for box in boxes if box.key == whole)
    parts = [box for box in boxes if box.part_of == whole]
    people, together = outs[whole].index, outs[whole].index[:0]
    for box in parts:
        twice = outs[box.key].index.intersection(together)
        if len(twice):
            found = f"{_people(len(twice))} also in another part of {whole}"
            raise _fault(box, found, "each person in one part")
        extra = outs[box.key].index.difference(people)
        if len(extra):
            raise _fault(box, f"{_people(len(extra))} not in {whole}", f"only people of {whole}")
        if box.unit == unit:
            own = outs[whole].loc[outs[box.key].index]
            _check_records(box, outs[box.key], own, f"in {whole}")
        together = together.union(outs[box.key].index)
    lost = people.difference(together)
    if len(lost):
        names = " and ".join(box.key for box in parts)
        found = f"{_people(len(lost))} of {whole} in none of {names}"
        raise _fault(parts[-1], found, "each person in one part")


def _check_people(box: Box, came: pd.Index, expected: pd.Index, words: str) -> None:
    extra, missing = len(came.difference(expected)), len(expected.difference(came))
    if extra:
        raise _fault(box, f"{_people(extra)} came in, not {words}", "the same people")
    if missing:
        raise _fault(box, f"{_people(missing)} {words} who did not come in", "the same people")


def _check_records(box: Box, came: pd.Series, expected: pd.Series, words: str) -> None:
    differ = int((came.sort_index() != expected.sort_index()).sum())
    if differ:
        found = f"{_people(differ)} with more or fewer records than are {words}"
        raise _fault(box, found, "the same number of records")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _fault(box: Box, found: str, expected: str) -> UserError:
    return UserError(
        f"The flow does not add up at the box {box.key}.",
        where=f"ledger, box {box.key} ({box.label})",
        found=found,
        expected=expected,
        mend="Run `rareaccess prepare --force` to write the ledger again from the records.",
    )
