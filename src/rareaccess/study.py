"""What a notebook may read and write: only what it declares, and only what is released.

A notebook opens its study once, in its second cell, and names the marts and the sections of the
pair's settings that it uses. Nothing else can be read, so that the runner, which reads the same
call, knows exactly when a notebook has to run again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.paths import build_root, relative
from rareaccess.disclosure import (
    STATISTICS,
    Hidden,
    Notes,
    Profile,
    Released,
    check_released,
    find_profile,
    fmt,
    protect_count,
    protect_counts,
    protect_statistics,
)
from rareaccess.disclosure.results import write_results
from rareaccess.flow import FUND_BOXES, Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart
from rareaccess.params import Pair, ReportParams, load_pair, load_report

__all__ = ["Study", "open_studies", "open_study"]

FLOW_NEEDS = ("names", "condition", "windows")


def open_study(
    pair: str,
    source: str,
    *,
    marts: Sequence[str] = (),
    params: Sequence[str] = (),
) -> "Study":
    """Open the marts of one pair from one source, as far as the notebook declares them.

    Parameters
    ----------
    pair, source
        Names of params/pairs/<pair>.yml and params/sources/<source>.yml.
    marts
        Names of the marts to read; each becomes an attribute.
    params
        Sections of the pair's settings to read, as `study.params.<section>`.

    Raises
    ------
    UserError
        A mart is unknown or is not there, or the flow does not add up.
    """
    settings, report = load_pair(pair), load_report()
    folder = build_root() / "marts" / source / pair
    remedy = f"Run `rareaccess prepare --source {source} --pair {pair}`."
    for name in marts:
        if name not in MARTS:
            raise UserError(
                "There is no mart of that name.",
                "open_study(marts=…)",
                found=name,
                expected="one of " + ", ".join(MARTS),
            )
    for path in [folder / "meta.json", *(folder / f"{name}.parquet" for name in marts)]:
        if not path.is_file():
            raise UserError(
                "A table that the notebook reads is not there.",
                relative(path),
                found="no such file",
                expected="written by `rareaccess prepare`",
                mend=remedy,
            )
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    frames: dict[str, Any] = {name: read_mart(name, folder) for name in marts}
    if "flow" in frames:
        absent = [name for name in FLOW_NEEDS if name not in params]
        if absent:
            raise UserError(
                "The flow cannot be read without the settings that name its boxes.",
                "open_study(params=…)",
                found=", ".join(params) or "none",
                expected=", ".join(FLOW_NEEDS),
                mend="Declare these sections.",
            )
        frames["flow"] = Ledger.from_frame(frames["flow"], declare_boxes(settings))
    if "fund_flow" in frames and settings.cdf:
        frames["fund_flow"] = Ledger.from_frame(frames["fund_flow"], FUND_BOXES)
    return Study(pair, source, meta, report, Declared(settings, tuple(params)), frames)


def open_studies(
    pairs: Sequence[str],
    source: str,
    *,
    marts: Sequence[str] = (),
    params: Sequence[str] = (),
) -> dict[str, "Study"]:
    """Open the same marts and sections of several pairs, in their order, by their short names.

    A notebook that is run once for the whole book opens its studies so, and names what it reads
    as every other notebook does.

    Raises
    ------
    UserError
        There is no pair, or a mart of one of them is not there.
    """
    if not pairs:
        raise UserError("There is no pair to open.", "open_studies", expected="one pair or more")
    return {pair: open_study(pair, source, marts=marts, params=params) for pair in pairs}


@dataclass(frozen=True)
class Declared:
    """The sections of a pair's settings that a notebook has declared."""

    _pair: Pair
    _names: tuple[str, ...]

    def __post_init__(self) -> None:
        known = type(self._pair).model_fields
        for name in self._names:
            if name not in known:
                raise UserError(
                    "There is no section of that name in the pair's settings.",
                    "open_study(params=…)",
                    found=name,
                    expected="one of " + ", ".join(known),
                )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._names:
            raise UserError(
                "The notebook reads settings that it has not declared.",
                f"study.params.{name}",
                found=", ".join(self._names) or "none declared",
                expected=name,
                mend=f'Add "{name}" to params in open_study(…).',
            )
        return getattr(self._pair, name)


@dataclass(frozen=True)
class Study:
    """One pair from one source, as far as a notebook has declared it.

    Parameters
    ----------
    pair, source
        Their short names.
    meta
        What `prepare` says of the source: label, periods, settings.
    report
        The house settings.
    params
        The declared sections of the pair's settings.
    marts
        The declared marts; each is an attribute too. The flow is a verified ledger.
    """

    pair: str
    source: str
    meta: Mapping[str, Any]
    report: ReportParams
    params: Declared
    marts: Mapping[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self.marts:
            raise UserError(
                "The notebook reads a mart that it has not declared.",
                f"study.{name}",
                found=", ".join(self.marts) or "none declared",
                expected=name,
                mend=f'Add "{name}" to marts in open_study(…).',
            )
        return self.marts[name]

    @property
    def profile(self) -> Profile:
        """The profile of disclosure control that the report's settings name."""
        return find_profile(self.report.disclosure)

    def label(self, name: str) -> str:
        """Return a label that is unique in the book: the name with the pair."""
        return f"{name}-{self.pair}"

    def cite(self, *names: str) -> str:
        """Return the source of a table or figure as text: the data sets, and whose records.

        The label of the source says that the records are made up, when they are.
        """
        return f"{fmt.joined(names)}; {self.meta['source']['label']}"

    def count(self, value: int) -> int | Hidden:
        """Return one count as it may be shown."""
        return protect_count(value, profile=self.profile)

    def release(
        self,
        frame: pd.DataFrame,
        label: str,
        *,
        counts: Sequence[str],
        keys: Sequence[str] = (),
        **notes: str,
    ) -> Released:
        """Put a frame of counts through disclosure control, with its notes."""
        words = Notes(label=self.label(label), **notes)
        return protect_counts(frame, counts=counts, keys=keys, profile=self.profile, notes=words)

    def release_statistics(
        self,
        frame: pd.DataFrame,
        label: str,
        *,
        on: str = "n",
        statistics: Sequence[str],
        extremes: Sequence[str] = (),
        counts: Sequence[str] = (),
        keys: Sequence[str] = (),
        **notes: str,
    ) -> Released:
        """Put a frame of statistics, and the n on which they rest, through disclosure control."""
        words = Notes(label=self.label(label), **notes)
        return protect_statistics(
            frame,
            on=on,
            statistics=statistics,
            extremes=extremes,
            counts=counts,
            keys=keys,
            profile=self.profile,
            notes=words,
        )

    def release_summary(self, frame: pd.DataFrame, label: str, **notes: str) -> Released:
        """Put what `describe.summarise_values` returns through disclosure control."""
        return self.release_statistics(
            frame,
            label,
            statistics=STATISTICS,
            counts=["missing"],
            extremes=["min", "max"],
            **notes,
        )

    def write_results(
        self,
        name: str,
        *,
        numbers: Mapping[str, object],
        tables: Mapping[str, Released],
    ) -> None:
        """Write the numbers and the released tables of a notebook; the same input, the same bytes.

        The numbers go into one JSON file, each table into a CSV file beside it, in `tables`.

        Parameters
        ----------
        name
            Name of the notebook, such as `02-uptake`.
        numbers
            By id; an id that ends in `_pct` is a percentage.
        tables
            By label of the figure or table, without the pair.

        Raises
        ------
        TypeError
            A table has not been released, or a number is of a kind that has no text.
        """
        check_released(*tables.values())
        result = {
            "pair": self.pair,
            "source": self.source,
            "notebook": name,
            "source_label": self.meta["source"]["label"],
        }
        folder = build_root() / "results" / self.source / self.pair
        labelled = {self.label(short): table for short, table in tables.items()}
        write_results(folder, name, head=result, numbers=numbers, tables=labelled)
