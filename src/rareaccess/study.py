"""What a notebook may read and write: only what it declares, and only what is released.

A notebook opens its study once, in its second cell, and names the marts and the sections of the
pair's settings that it uses. Nothing else can be read, so that the runner, which reads the same
call, knows exactly when a notebook has to run again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import Markdown

from rareaccess.core.errors import UserError
from rareaccess.core.paths import build_root, relative
from rareaccess.core.tokens import fill_text
from rareaccess.disclosure import (
    Count,
    Notes,
    Population,
    Profile,
    Public,
    Register,
    Released,
    Shown,
    choose_profile,
    count_population,
    fmt,
    has_control,
    make_public,
    protect,
    read_provenance,
)
from rareaccess.disclosure.heard import hear
from rareaccess.disclosure.payloads import demand_numbers, vouch
from rareaccess.disclosure.population import Rows
from rareaccess.disclosure.protect import Statistics
from rareaccess.disclosure.provenance import mark_sentence
from rareaccess.disclosure.released import Whole
from rareaccess.disclosure.results import write_results
from rareaccess.disclosure.sentences import NOT_TOLD, keep_known
from rareaccess.disclosure.sheets import PRIVATE
from rareaccess.disclosure.values import Token
from rareaccess.flow import FUND_BOXES, Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart
from rareaccess.params import Pair, ReportParams, load_pair, load_report, load_source

__all__ = ["Door", "Studies", "Study", "open_book", "open_studies", "open_study"]

Opened = TypeVar("Opened", bound="Door")

FLOW_NEEDS = ("names", "condition", "windows")


def open_study(
    pair: str,
    source: str,
    *,
    notebook: str = "",
    marts: Sequence[str] = (),
    params: Sequence[str] = (),
) -> "Study":
    """Open the marts of one pair from one source, as far as the notebook declares them.

    Parameters
    ----------
    pair, source
        Names of params/pairs/<pair>.yml and params/sources/<source>.yml.
    notebook
        The name under which the results are written, such as `02-uptake`.
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
                "There is no mart with that name.",
                "open_study(marts=…)",
                found=name,
                expected="one of " + ", ".join(MARTS),
            )
    for path in [folder / "meta.json", *(folder / f"{name}.parquet" for name in marts)]:
        if not path.is_file():
            raise UserError(
                "A table that the notebook reads does not exist.",
                relative(path),
                found="no such file",
                expected="a file that `rareaccess prepare` writes",
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
                mend="Add these sections to params.",
            )
        frames["flow"] = Ledger.from_frame(frames["flow"], declare_boxes(settings))
    if "fund_flow" in frames and settings.cdf:
        frames["fund_flow"] = Ledger.from_frame(frames["fund_flow"], FUND_BOXES)
    tokens = settings.tokens()
    register = Register(
        notebook,
        build_root() / "results" / source / pair,
        head={
            "pair": pair,
            "source": source,
            "notebook": notebook,
            "source_label": meta["source"]["label"],
            "note": (settings.synthetic or "") if meta["source"]["synthetic"] else "",
        },
        suffix=pair,
        fill=lambda text: fill_text(text, tokens, where=f"notebook {notebook}"),
        provenance=read_provenance(load_source(source), pair),
        private=_private(report, source, pair, notebook),
    )
    declared = Sections(settings, tuple(params))
    label = meta["source"]["label"]
    return _watch(Study(source, label, report, register, pair, meta, declared, frames))


def open_studies(
    pairs: Sequence[str],
    source: str,
    *,
    notebook: str = "",
    marts: Sequence[str] = (),
    params: Sequence[str] = (),
) -> "Studies":
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
    opened = {
        pair: open_study(pair, source, notebook=notebook, marts=marts, params=params)
        for pair in pairs
    }
    book = open_book(source, notebook=notebook)
    return Studies(source, book.source_label, book.report, book.register, opened)


def open_book(source: str, *, notebook: str) -> "Door":
    """Open what a notebook of the whole book needs that reads no mart."""
    folder = build_root() / "results" / source
    settings, report = load_source(source), load_report()
    register = Register(
        notebook,
        folder,
        head={"notebook": notebook, "source": source},
        provenance=read_provenance(settings),
        private=_private(load_report(), source, notebook),
    )
    return _watch(Door(source, settings.label, report, register))


def _watch(door: Opened) -> Opened:
    """Let every number that a kernel shows under control come from a released value."""
    demand_numbers(door.profile.controls and get_ipython() is not None)
    return door


def _private(report: ReportParams, *names: str) -> Path | None:
    """Return where the sheets of a notebook go, where the report's profile controls anything."""
    if not has_control(report) or not names[-1]:
        return None
    return build_root().joinpath(PRIVATE, *names[:-1], f"{names[-1]}.json")


@dataclass(frozen=True)
class Sections:
    """The sections of a pair's settings that a notebook has declared."""

    _pair: Pair
    _names: tuple[str, ...]

    def __post_init__(self) -> None:
        known = type(self._pair).model_fields
        for name in self._names:
            if name not in known:
                raise UserError(
                    "The pair's settings have no section with that name.",
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


@dataclass(frozen=True, eq=False)
class Door:
    """The way out of a source: the house settings, and the register of what a notebook shows.

    Parameters
    ----------
    source, source_label
        Its short name, and what the settings call it.
    report
        The house settings.
    register
        What the notebook has shown, which `write_results` hands over.
    """

    source: str
    source_label: str
    report: ReportParams
    register: Register

    @property
    def profile(self) -> Profile:
        """The profile of disclosure control that the report's settings give to the notebook."""
        return self.find_rule()

    def find_rule(self, area: str = "") -> Profile:
        """Return the profile of tables by a kind of area; of all others where none is named."""
        return choose_profile(self.report, notebook=self.register.notebook, area=area)

    def label(self, name: str) -> str:
        """Return a label that is unique in the book: the name with the pair, if there is one."""
        return self.register.label(name)

    def cite(self, *names: str) -> str:
        """Return the source of a table or figure as text: the data sets, and whose records.

        The label of the source says that the records are made up, when they are.
        """
        return f"{fmt.joined(names)}; {self.source_label}"

    def population(
        self,
        name: str,
        rows: Rows | None,
        one: str = "",
        many: str = "",
        *,
        unit: str = "people",
        open: bool = False,
    ) -> Population:
        """Return who is counted, with the size that may be shown.

        Parameters
        ----------
        name
            In canonical words, the filters in their order; `where` makes a part of it.
        rows
            A mart or a part of one, a row a person, or an index of study ids; of another unit its
            rows or their number; None where the size cannot be said.
        one, many
            The noun in words; that of the unit when not given.
        unit
            What is counted: people, applications, records, organisations, statements.
        open
            The size is public, as that of a list of centres.
        """
        return count_population(
            name, rows, unit=unit, one=one, many=many, open=open, profile=self.profile,
            register=self.register,
        )  # fmt: skip

    def release(
        self,
        frame: pd.DataFrame,
        label: str,
        *,
        population: Population | Mapping[str, Population],
        counts: Sequence[str] | None = None,
        statistics: Statistics = (),
        extremes: Sequence[str] = (),
        keys: Sequence[str] = (),
        on: str = "n",
        dimension: str = "",
        whole: str | Population | Mapping[str, Whole] | None = None,
        n: Shown | None = None,
        area: str = "",
        **notes: str,
    ) -> Released:
        """Put a frame through disclosure control, with its notes; the one way out of the marts.

        Parameters
        ----------
        frame
            One row a group.
        label
            Its name in the book, without `fig-` or `tbl-` and without the pair.
        population
            Who is counted: one for all columns of counts, or one for each.
        counts, statistics, extremes, keys, on
            What each column of numbers is, see `protect`; counts are those with a population of
            their own when they are not given.
        dimension
            What the rows part the population by, such as "sex"; empty where they are a list.
        whole
            What the parts add up to, from which percentages are made, see `protect`.
        n
            How many in words; the sizes of the populations when not given.
        area
            By which areas the rows part people, if by any: `regions`, `boards` or `trusts`; the
            settings may give these a profile of their own.
        **notes
            `source`, `period` and `caveat`, printed with every use. The title is the caption.

        Raises
        ------
        UserError
            A column of numbers is not declared, or a count is none.
        """
        parts = population if isinstance(population, Mapping) else {"": population}
        if n is None:
            words = dict.fromkeys(part.words for part in parts.values() if part.words)
            n = Shown(", ".join(words))
        if counts is None:
            counts = [name for name in parts if name]
        return protect(
            frame, profile=self.find_rule(area), counts=counts, statistics=statistics,
            extremes=extremes, keys=keys, on=on, population=population, dimension=dimension,
            whole=whole, minimum=self.report.minimum_person_count,
            notes=Notes(label=self.label(label), n=n, **notes), register=self.register,
        )  # fmt: skip

    def publish(self, frame: pd.DataFrame, label: str, *, because: str, **notes: str) -> Public:
        """Return a frame that holds nothing of any person, with why that is so and its notes."""
        words = Notes(label=self.label(label), **notes)
        return make_public(frame, because=because, notes=words, register=self.register)

    def say(self, template: str, **shown: object) -> Markdown:
        """Return a sentence, its places filled with released values and their texts.

        Under a profile that controls anything, a sentence that would rest on a hidden number is
        left out.

        On synthetic records a mark at its end says what the weakest of its numbers rests on; of a
        list, one at the end of each line.

        Parameters
        ----------
        template
            Markdown with places such as `{people}`.
        **shown
            A released value (a count, a percentage, a statistic, a date), a text that `fmt` has
            made of some, or a `Plain` number or text of the settings.

        Raises
        ------
        TypeError
            A value has not been released.
        """
        told = fmt.fill(template, **shown)  # every place has a value, every value a place
        provenance, controls = self.register.provenance, self.profile.controls
        if not provenance:
            kept = keep_known(told) if controls else str(told)
            return Markdown(vouch("text/markdown", kept))
        lines = []
        for line in template.split("\n"):
            here = {name: value for name, value in shown.items() if f"{{{name}}}" in line}
            text = fmt.fill(line, **here)
            kept = keep_known(text, alone=False) if controls else str(text)
            if kept or not text:
                mark = mark_sentence(provenance.weigh(text.origin)) if here else ""
                lines.append(f"{kept}{mark}")
        return Markdown(vouch("text/markdown", "\n".join(lines) or NOT_TOLD))

    def headline(self, template: str, **shown: object) -> Shown:
        """Return what a figure shows in a sentence; none that would rest on a hidden number.

        The parameters are those of `say`.
        """
        told = fmt.fill(template, **shown)
        return Shown("") if self.profile.controls and fmt.HIDDEN_TEXT in told else told

    def number(self, key: str, value: Any) -> Any:
        """Register a number of the book under an id, for `{{< var pair.id >}}`, and return it.

        Parameters
        ----------
        key
            Lower case, with underscores.
        value
            Released, or `Plain`.

        Raises
        ------
        TypeError
            It has not been released.
        """
        fmt.text(value)
        if isinstance(value, Count):  # it may be the last line of a cell; others have more digits
            hear([repr(value), str(value.value)])
            vouch("text/plain", repr(value))
        provenance = self.register.provenance
        if provenance and key in provenance.shown and isinstance(value, Token):
            value = value.from_origin(frozenset({(key,)}))
        self.register.numbers[key] = value
        return value

    def numbers(self, **values: Any) -> None:
        """Register several numbers of the book by their ids."""
        for key, value in values.items():
            self.number(key, value)

    def write_results(self) -> None:
        """Write all that was shown and registered; the same input, the same bytes.

        The numbers go into one JSON file, each table into two beside it, in `tables`: typed, and
        as CSV. A frame that was shown nowhere is not written.

        Raises
        ------
        UserError
            The notebook has not said its name.
        """
        if not self.register.notebook:
            raise UserError(
                "A notebook that writes results has not given its name.", "open_study(notebook=…)",
                expected="the name of its file", mend='Add notebook="02-uptake", with this name.',
            )  # fmt: skip
        write_results(self.register)


@dataclass(frozen=True, eq=False)
class Study(Door):
    """One pair from one source, as far as a notebook has declared it.

    Parameters
    ----------
    pair
        Its short name.
    meta
        What `prepare` says of the source: label, periods, settings.
    params
        The declared sections of the pair's settings.
    marts
        The declared marts; each is an attribute too. The flow is a verified ledger.
    """

    pair: str
    meta: Mapping[str, Any]
    params: Sections
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

    def describe(self) -> Markdown:
        """Return what a row of each declared mart is, as a list."""
        rows = [f"- Each row of `{name}`: {MARTS[name].row}." for name in self.marts]
        hear(rows)
        return Markdown(vouch("text/markdown", "\n".join(rows)))


@dataclass(frozen=True, eq=False)
class Studies(Door, Mapping[str, Study]):
    """The studies of several pairs by their short names, with one register.

    Parameters
    ----------
    studies
        By short name, in the order of the book.
    """

    studies: Mapping[str, Study]

    def __getitem__(self, pair: str) -> Study:
        return self.studies[pair]

    def __iter__(self) -> Iterator[str]:
        return iter(self.studies)

    def __len__(self) -> int:
        return len(self.studies)

    def describe(self) -> Markdown:
        """Return what a row of each declared mart is, as a list; alike for all pairs."""
        return next(iter(self.studies.values())).describe()

    def of_pairs(
        self, name: str, rows: Callable[[Study], Any], *, unit: str = "people", open: bool = False
    ) -> Population:
        """Return a population that is one of its own in each pair; its size is the pairs'.

        Parameters
        ----------
        name, unit, open
            As `population` takes them.
        rows
            Gives the rows of a pair.
        """
        parts = {
            pair: study.population(name, rows(study), unit=unit, open=open)
            for pair, study in self.studies.items()
        }
        return Population(name, unit, None, "", "", self.profile, parts=parts, open=open)
