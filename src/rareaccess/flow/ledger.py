"""The ledger: the records of each person in each box, and what can be counted from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from rareaccess.flow.boxes import Box
from rareaccess.flow.verify import ROLES, count_by_person, verify_flow

__all__ = ["Ledger"]

COLUMNS = ["box", "role", "reason", "study_id", "n_records"]
SUMMARY = ["box", "label", "parents", "source", "unit", "role", "reason", "people", "records"]


@dataclass(frozen=True)
class Ledger:
    """The boxes of a flow and the records of each person in them.

    Parameters
    ----------
    boxes
        The declared boxes, parents before children.
    parts
        Box key -> its rows: `box`, `role` (in, excluded, out), `reason`, `study_id`, `n_records`.

    Examples
    --------
    >>> boxes = (Box("all", "All", "source", "Blueteq", "applications"),
    ...          Box("kept", "Kept", "step", "Blueteq", "applications", ("all",), ("late",)))
    >>> rows = pd.DataFrame({"study_id": [1, 1, 2], "reason": ["late", None, "late"]})
    >>> ledger = Ledger(boxes).book("all", rows.drop(columns="reason")).book("kept", rows).verify()
    >>> ledger.people("kept").tolist(), ledger.count("kept", "excluded", unit="records")
    ([1], 2)
    """

    boxes: tuple[Box, ...]
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def book(self, key: str, rows: pd.DataFrame) -> "Ledger":
        """Return a ledger in which the rows have come into a box.

        Parameters
        ----------
        key
            The box.
        rows
            `study_id`; `reason`, missing where the row stays (no such column: all stay);
            `n_records`, 1 a row when there is no such column.
        """
        plain = pd.DataFrame({"study_id": rows["study_id"].to_numpy("int64")})
        reason = rows["reason"].array if "reason" in rows else None
        plain["reason"] = pd.Series(reason, plain.index, dtype="str")
        plain["n_records"] = rows["n_records"].to_numpy("int64") if "n_records" in rows else 1
        stays = plain["reason"].isna()
        booked = pd.concat(
            [
                plain.assign(role="in", reason=pd.Series(None, plain.index, dtype="str")),
                plain[~stays].assign(role="excluded"),
                plain[stays].assign(role="out"),
            ]
        )
        keys = ["role", "reason", "study_id"]
        part = booked.groupby(keys, dropna=False, as_index=False)["n_records"].sum()
        return replace(self, parts={**self.parts, key: part.assign(box=key)[COLUMNS]})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, boxes: Iterable[Box]) -> "Ledger":
        """Return the ledger that `to_frame` wrote, verified; a box without rows holds nobody."""
        boxes, empty = tuple(boxes), frame.iloc[:0]
        found = {str(key): part for key, part in frame.groupby("box", sort=False, observed=True)}
        parts = {box.key: found.pop(box.key, empty) for box in boxes} | found
        return cls(boxes, parts).verify()

    def to_frame(self) -> pd.DataFrame:
        """Return the ledger as one frame, in the order of boxes and roles: the mart `flow`."""
        rank = {role: number for number, role in enumerate(ROLES)}
        parts = [
            part.assign(rank=part["role"].map(rank))
            .sort_values(["rank", "reason", "study_id"])
            .drop(columns="rank")
            for part in (self.parts[box.key] for box in self.boxes if box.key in self.parts)
        ]
        empty = pd.DataFrame(columns=COLUMNS)
        return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else empty

    def verify(self) -> "Ledger":
        """Return the ledger when it adds up.

        Raises
        ------
        UserError
            A person or record is missing or extra anywhere; the error names the box.
        """
        verify_flow(self.boxes, self.parts)
        return self

    def people(self, key: str, role: str = "out") -> pd.Index:
        """Return the study ids in a box, sorted; `excluded` are those who left it wholly."""
        found = count_by_person(self.parts[key], role).index
        return found.difference(self.people(key)) if role == "excluded" else found

    def count(self, key: str, role: str = "out", *, unit: str = "people") -> int:
        """Return the number of people, or of records, in one role of a box."""
        if unit == "people":
            return len(self.people(key, role))
        return int(count_by_person(self.parts[key], role).sum())

    def lost(self) -> pd.DataFrame:
        """Return who left the flow where: box, reason, study_id.

        Somebody who left a box for several reasons is counted under the last one that is asked,
        which is as far as that person came.
        """
        frames = []
        for box in self.boxes:
            part = self.parts[box.key]
            gone = part[part["study_id"].isin(self.people(box.key, "excluded"))]
            gone = gone[gone["role"] == "excluded"].astype({"box": "str", "reason": "str"})
            order = {reason: number for number, reason in enumerate(box.reasons)}
            gone = gone.assign(order=gone["reason"].map(order)).sort_values(["study_id", "order"])
            frames.append(gone.drop_duplicates("study_id", keep="last"))
        return pd.concat(frames, ignore_index=True)[["box", "reason", "study_id"]]

    def summary(self) -> pd.DataFrame:
        """Return people and records by box, role and reason: one row each, in order of the flow."""
        left = self.lost().groupby(["box", "reason"]).size()
        rows = []
        for box in self.boxes:
            part = self.parts[box.key]
            groups = part.groupby(["role", "reason"], dropna=False, observed=True)
            records = groups["n_records"].sum().reset_index().itertuples(index=False, name=None)
            totals = {
                (role, reason if role == "excluded" else None): int(number)
                for role, reason, number in records
            }
            about = (box.key, box.label, ", ".join(box.parents), box.source, box.unit)
            asked = [("in", None), *(("excluded", reason) for reason in box.reasons), ("out", None)]
            for role, reason in asked:
                people = left.get((box.key, reason), 0) if reason else self.count(box.key, role)
                rows.append((*about, role, reason, int(people), totals.get((role, reason), 0)))
        return pd.DataFrame(rows, columns=SUMMARY).astype({"reason": "str"})
