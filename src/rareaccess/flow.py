"""The flow as a ledger: who came into each box, who left it and why, and who stayed.

Every box holds counts of records by person, made by a named rule. What comes in is kept or
excluded, person by person and record by record; `Ledger.verify` proves it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from rareaccess.errors import UserError
from rareaccess.params import Pair

__all__ = ["Box", "Ledger", "declare_boxes"]

COLUMNS = ["box", "role", "reason", "study_id", "n_records"]
ROLES = ("in", "excluded", "out")


@dataclass(frozen=True)
class Box:
    """One box of the flow.

    Parameters
    ----------
    key, label
        Name in code, and in words for people.
    kind
        source: records come in from a table. step: some records are excluded, with reasons.
        union: people of several boxes come together. part: some of the people of another box.
    source
        Blueteq, HES or Both.
    unit
        What `n_records` counts. Between boxes of different units only people are compared.
    parents
        Boxes whose people come in.
    reasons
        The reasons of exclusion, in the order in which they are asked.
    part_of
        The box whose people this box and its sisters share out among them.
    """

    key: str
    label: str
    kind: str
    source: str
    unit: str
    parents: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    part_of: str = ""


def declare_boxes(pair: Pair) -> tuple[Box, ...]:
    """Return the boxes of a pair's flow, from the applications and HES to the treated.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> [box.key for box in declare_boxes(load_pair("sle-belimumab")) if box.kind == "source"]
    ['applications', 'coded_apc', 'coded_op']
    """
    names, forms, hes = pair.names, ("Blueteq", "applications"), ("HES", "records")
    both = ("Both", "applications")
    dates = ["planned start missing or impossible", "start before approval of the drug",
             "start before the window", "start after the window"]
    if pair.windows.treatment.start <= pair.windows.approval_date:
        dates.remove("start before the window")
    codes = ", ".join(pair.condition.icd10.narrow)
    specialties = " or ".join(
        pair.condition.specialties.get(code, code) for code in pair.condition.rescue_specialties
    )
    return (
        Box("applications", "Applications for high-cost drugs", "source", *forms),
        Box("drug", f"Applications for {names.drug} to treat {names.condition_short}", "step",
            *forms, ("applications",),
            ("other drug", "drug name not recognised", "other indication")),
        Box("initiation", "Applications to start treatment", "step", *forms, ("drug",),
            ("continuation form",)),
        Box("approved", "Approved applications", "step", *forms, ("initiation",),
            ("not approved",)),
        Box("dated", "Planned start within the period", "step", *forms, ("approved",),
            ("planned start missing or impossible", "start before approval of the drug",
             "start after the window")),
        Box("one_per_patient", "One application for each patient", "step", *forms, ("dated",),
            ("further application of the same patient",)),
        Box("linked", "Linked to HES", "step", *both, ("one_per_patient",), ("no HES link",)),
        Box("alive_at_start", "Alive at the planned start", "step", *both, ("linked",),
            ("died before planned start",)),
        Box("confirmed", f"{names.condition_short} confirmed in HES", "step", *both,
            ("alive_at_start",), ("condition not confirmed in HES",)),
        Box("found_by_code", "Found by diagnosis code", "part", *both, ("confirmed",),
            part_of="confirmed"),
        Box("rescued", f"Found by specialty only: {specialties or 'none'}", "part", *both,
            ("confirmed",), part_of="confirmed"),
        Box("coded_apc", f"Admitted patient care with {codes}", "source", *hes),
        Box("coded_op", f"Outpatient appointments with {codes}", "source", *hes),
        Box("coded", f"People with a code for {names.condition_short}", "union", *hes,
            ("coded_apc", "coded_op")),
        Box("alive_at_approval", f"Alive when {names.drug} was approved", "step", *hes,
            ("coded",), ("died before approval", "vital status unknown")),
        Box("cohort", f"HES {names.condition_short} cohort", "union", *hes,
            ("alive_at_approval", "rescued")),
        Box("treated", f"Treated with {names.drug}", "union", *both,
            ("found_by_code", "rescued"), part_of="cohort"),
        Box("not_known_treated", f"Not known to have been treated with {names.drug}", "part",
            *hes, ("cohort",), part_of="cohort"),
    )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """The boxes of a flow and the records of each person in them.

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
        rows
            `study_id`; `reason`, missing where the row stays (no such column: all stay);
            `n_records`, 1 a row when there is no such column.
        """
        rows = rows.reset_index(drop=True)
        reason = rows["reason"] if "reason" in rows else pd.Series(None, rows.index, dtype="str")
        rows = pd.DataFrame({
            "study_id": rows["study_id"].astype("int64"),
            "reason": reason.astype("str"),
            "n_records": rows["n_records"].astype("int64") if "n_records" in rows else 1,
        })  # fmt: skip
        stays = rows["reason"].isna()
        booked = pd.concat([
            rows.assign(role="in", reason=None),
            rows[~stays].assign(role="excluded"),
            rows[stays].assign(role="out"),
        ])  # fmt: skip
        counts = booked.groupby(["role", "reason", "study_id"], dropna=False, as_index=False)
        part = counts["n_records"].sum().assign(box=key)[COLUMNS]
        return replace(self, parts={**self.parts, key: part})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, boxes: Iterable[Box]) -> "Ledger":
        """Return the ledger that `to_frame` wrote, verified."""
        parts = {str(key): part for key, part in frame.groupby("box", sort=False, observed=True)}
        return cls(tuple(boxes), parts).verify()

    def to_frame(self) -> pd.DataFrame:
        """Return the ledger as one frame, in the order of the boxes: the mart `flow`."""
        rank = {role: number for number, role in enumerate(ROLES)}
        parts = [
            part.sort_values(["role", "reason", "study_id"], key=lambda s: s.map(rank) if
                             s.name == "role" else s, ignore_index=True)
            for part in (self.parts[box.key] for box in self.boxes if box.key in self.parts)
        ]  # fmt: skip
        return pd.concat(parts, ignore_index=True).astype({"reason": "str"})

    def counts(self, key: str, role: str = "out") -> pd.Series:
        """Return the number of records by study_id in one role of a box, sorted by study_id."""
        part = self.parts[key]
        part = part[part["role"] == role]
        return part.groupby("study_id")["n_records"].sum()

    def people(self, key: str, role: str = "out") -> pd.Index:
        """Return the study ids in a box, sorted; `excluded` are those who left it wholly."""
        found = self.counts(key, role).index
        return found.difference(self.counts(key).index) if role == "excluded" else found

    def count(self, key: str, role: str = "out", *, unit: str = "people") -> int:
        """Return the number of people, or of records, in one role of a box."""
        if unit == "people":
            return len(self.people(key, role))
        return int(self.counts(key, role).sum())

    def lost(self) -> pd.DataFrame:
        """Return who left the flow where: box, reason, study_id.

        Somebody who left a box for several reasons is counted under the last one asked, which is
        as far as that person came.
        """
        frames = []
        for box in self.boxes:
            part = self.parts.get(box.key)
            if part is None or not box.reasons:
                continue
            gone = part[(part["role"] == "excluded")
                        & ~part["study_id"].isin(self.people(box.key))]  # fmt: skip
            order = {reason: number for number, reason in enumerate(box.reasons)}
            gone = gone.sort_values("reason", key=lambda reasons, order=order: reasons.map(order))
            frames.append(gone.drop_duplicates("study_id", keep="last"))
        lost = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
        return lost[["box", "reason", "study_id"]]

    def lost_by(self, group: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """Return how many people left each box, for each reason and value of each characteristic.

        Parameters
        ----------
        group
            `study_id` and the characteristics; people who are not in it count as `Not known`.
        columns
            The characteristics.
        """
        lost = self.lost().merge(group, on="study_id", how="left", validate="m:1")
        frames = []
        for column in columns:
            values = lost[column].astype("str").fillna("Not known")
            counted = lost.assign(characteristic=column, value=values)
            keys = ["box", "reason", "characteristic", "value"]
            frames.append(counted.groupby(keys, sort=False, as_index=False).agg(
                people=("study_id", "size")))  # fmt: skip
        return pd.concat(frames, ignore_index=True)

    def summary(self) -> pd.DataFrame:
        """Return people and records by box, role and reason: one row each, in order of the flow."""
        lost = self.lost()
        rows = []
        for box in self.boxes:
            shared = {"box": box.key, "label": box.label, "parents": ", ".join(box.parents),
                      "source": box.source, "unit": box.unit}  # fmt: skip
            part = self.parts[box.key]
            for role, reason in [("in", None), *(("excluded", r) for r in box.reasons), ("out", None)]:
                records = part[part["role"] == role]
                if reason:
                    records = records[records["reason"] == reason]
                    people = int(((lost["box"] == box.key) & (lost["reason"] == reason)).sum())
                else:
                    people = self.count(box.key, role)
                rows.append({**shared, "role": role, "reason": reason, "people": people,
                             "records": int(records["n_records"].sum())})  # fmt: skip
        return pd.DataFrame(rows)

    def verify(self) -> "Ledger":
        """Return the ledger when it adds up: every person and every record, at every box.

        Raises
        ------
        UserError
            A person or record is missing or extra anywhere; the error names the box and says how
            many, never whom.
        """
        outs = {}
        for box in self.boxes:
            self._verify_rows(box)
            came, kept, gone = (self.counts(box.key, role) for role in ("in", "out", "excluded"))
            _same(box, came, kept.add(gone, fill_value=0), "kept or excluded", "come in")
            if box.kind != "step" and len(gone):
                raise _fault(box, f"{len(gone)} excluded", "nobody excluded from this box")
            outs[box.key] = kept
            if box.kind != "part" and box.parents:
                self._verify_parents(box, came, outs)
        for whole in {box.part_of for box in self.boxes if box.part_of}:
            self._verify_parts(whole, outs)
        return self

    def _verify_rows(self, box: Box) -> None:
        part = self.parts.get(box.key)
        if part is None:
            raise _fault(box, "no such box", "the records of this box")
        if not part["role"].isin(ROLES).all() or (part["n_records"] < 1).any():
            raise _fault(box, "a row without role or records", "roles in, excluded, out; 1 or more")
        if part.duplicated(["role", "reason", "study_id"]).any():
            raise _fault(box, "one person twice in one role", "one row a person, role and reason")
        unknown = part.loc[part["role"] == "excluded", "reason"]
        if not unknown.isin(box.reasons).all():
            raise _fault(box, "a reason that is not declared", "; ".join(box.reasons))

    def _verify_parents(self, box: Box, came: pd.Series, outs: dict[str, pd.Series]) -> None:
        units = {parent.key: parent.unit for parent in self.boxes}
        parents = [outs[key] for key in box.parents]
        expected = pd.concat(parents).groupby(level=0).sum()
        _same_people(box, came.index, expected.index, "let out by " + " and ".join(box.parents))
        same = [outs[key] for key in box.parents if units[key] == box.unit]
        if same:
            expected = pd.concat(same).groupby(level=0).sum()
            _same(box, came.loc[expected.index], expected, "let out before", "come in")

    def _verify_parts(self, whole: str, outs: dict[str, pd.Series]) -> None:
        parts = [box for box in self.boxes if box.part_of == whole]
        for box in parts:
            others = [outs[other.key].index for other in parts if other.key != box.key]
            twice = sum(len(outs[box.key].index.intersection(other)) for other in others)
            if twice:
                raise _fault(box, f"{_n(twice)} also in another part of {whole}", "each in one part")
            extra = len(outs[box.key].index.difference(outs[whole].index))
            if extra:
                raise _fault(box, f"{_n(extra)} not in {whole}", f"only people of {whole}")
        together = parts[0], pd.Index(outs[parts[0].key].index)
        united = together[1]
        for box in parts[1:]:
            united = united.union(outs[box.key].index)
        _same_people(
            replace(parts[-1], key=" + ".join(box.key for box in parts)), united,
            outs[whole].index, f"in {whole}",
        )  # fmt: skip


def _n(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _same(box: Box, left: pd.Series, right: pd.Series, right_words: str, left_words: str) -> None:
    _same_people(box, left.index, right.index, right_words, left_words)
    differ = int((left.sort_index() != right.sort_index()).sum())
    if differ:
        raise _fault(
            box, f"{_n(differ)} with a number of records that differs", f"as many records {left_words} "
            f"as are {right_words}"
        )  # fmt: skip


def _same_people(
    box: Box, left: pd.Index, right: pd.Index, right_words: str, left_words: str = "come in"
) -> None:
    extra, missing = len(left.difference(right)), len(right.difference(left))
    if extra:
        raise _fault(box, f"{_n(extra)} {left_words} but not {right_words}", "the same people")
    if missing:
        raise _fault(box, f"{_n(missing)} {right_words} but do not {left_words}", "the same people")


def _fault(box: Box, found: str, expected: str) -> UserError:
    return UserError(
        f"The flow does not add up at the box {box.key}.",
        where=f"ledger, box {box.key} ({box.label})",
        found=found,
        expected=expected,
        mend="Run `rareaccess prepare --force`, which writes the ledger again from the records.",
    )
