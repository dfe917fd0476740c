"""What the house settings (params/report.yml) and a source of records (params/sources) hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from rareaccess.contracts import CONTRACTS, REQUIRED, SACT_NDRS
from rareaccess.contracts.rules import LIMITS, SEVERITIES, list_ids
from rareaccess.core.paths import project_root
from rareaccess.params.clashes import repeated, some
from rareaccess.params.codes import ColumnName, MaybeSlug, Native, Slug, TrustCode, Word
from rareaccess.params.faults import Fault, suggest
from rareaccess.params.kinds import Kind, Wrong, matching, one_of, or_null, quoted
from rareaccess.params.plain import Day, Flag, Folder, MaybeFolder, Number, Text, whole
from rareaccess.params.section import FrozenDict, Section, keyed

__all__ = [
    "AREAS",
    "DATES",
    "DELIMITERS",
    "KINDS",
    "PROFILE_NAMES",
    "ReportParams",
    "SourceParams",
    "Successor",
    "Table",
]

PROFILE_NAMES = (
    "national-hes", "subnational-hes", "opensafely", "midpoint-6", "ndrs", "keyed-5", "internal",
)  # fmt: skip
"""The profiles of disclosure control, whose rules are in `rareaccess.disclosure.profiles`."""
AREAS = ("regions", "boards", "trusts")
"""The areas that may have a profile of their own."""

KINDS = ("parquet", "csv", "duckdb", "spark")
DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t"}
DATES = ("yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd", "ddMMyyyy", "dd-MM-yyyy", "dd.MM.yyyy")
_KIND = one_of(*KINDS)
_DELIMITER = one_of(*DELIMITERS)
_ENCODING = one_of("utf-8", "latin-1", "utf-16")
_DATES = one_of(*DATES)
_TABLE = one_of(*CONTRACTS)
_CODES = one_of(*sorted({c.name for t in CONTRACTS.values() for c in t.columns if c.fold}))


def _rule(value: object) -> str:
    text = quoted(value)
    if text not in list_ids():
        raise Wrong(mend=suggest(text[:100], list_ids()))
    return text


_RULE = Kind(
    "the id of a rule, as `rareaccess check` prints it",
    "apc.EPIEND.order",
    _rule,
    "rule",
    {"enum": list(list_ids())},
)
Words = dict[Word, Word]
_PROFILE = one_of(*PROFILE_NAMES)
_NOTEBOOK = matching("the name of a notebook", "06-equity", "[0-9]{2}-[a-z0-9-]+", label="notebook")


def _choice(value: object) -> object:
    """One profile for all; or a default, and others for areas and for notebooks."""
    if not isinstance(value, dict):
        return _PROFILE.check(value)
    strangers = [key for key in value if key not in ("default", *AREAS, "notebooks")]
    if strangers or "default" not in value:
        raise Wrong(f"a section with {', '.join(map(str, value)) or 'nothing'}")
    notebooks = value.get("notebooks", {})
    if not isinstance(notebooks, dict):
        raise Wrong("notebooks without names of notebooks", "write notebooks: {06-equity: ndrs}")
    for name in notebooks:
        _NOTEBOOK.check(name)
    named = {key: _PROFILE.check(one) for key, one in value.items() if key != "notebooks"}
    apart = FrozenDict({key: _PROFILE.check(one) for key, one in notebooks.items()})
    return FrozenDict({**named, "notebooks": apart})


_CHOICE = Kind(
    f"{_PROFILE.expected}; or a section with default and any of {', '.join(AREAS)}, notebooks, "
    "each with one of these",
    "national-hes",
    _choice,
    schema={
        "anyOf": [
            dict(_PROFILE.schema),
            {
                "type": "object",
                "properties": {
                    **{key: dict(_PROFILE.schema) for key in ("default", *AREAS)},
                    "notebooks": {
                        "type": "object", "additionalProperties": dict(_PROFILE.schema)
                    },
                },
                "required": ["default"],
                "additionalProperties": False,
            },
        ]
    },
)  # fmt: skip


class ReportParams(Section):
    """House settings of the whole report, as in params/report.yml."""

    source: Slug = keyed("where the tables are: params/sources/<source>.yml", "synthetic")
    pairs: Annotated[tuple[Slug, ...], AfterValidator(some)] = keyed(
        "the pairs of the book, in their order", "[sle-belimumab]"
    )
    reference_pair: Slug = keyed("the pair that tests execute and compare; one of pairs")
    banner: Annotated[str, one_of("synthetic", "draft", "none")] = keyed(
        "the notice at the top of every page"
    )
    disclosure: Annotated[str | FrozenDict, _CHOICE] = keyed(
        "profile of disclosure control; as a section, that of tables by area comes before that of "
        "a notebook, and both before the default"
    )
    rounding_key: Annotated[
        str | None,
        or_null(matching("a secret of 12 to 100 visible characters", "null", "[!-~]{12,100}")),
    ] = keyed(
        "what only the data owner knows: it decides which way `keyed-5` rounds; keep it, so that "
        "the next book rounds alike, and out of what is published",
        "null",
        default=None,
    )
    last_release: Annotated[
        str | None, or_null(matching("a path below the project", "null", r"[^/\\].*\.parquet"))
    ] = keyed(
        "what `rareaccess keep-release` kept of the last release, so that the attack finds "
        "differences of a few people; null for a first release",
        "null",
        default=None,
    )
    minimum_person_count: Annotated[int, whole(1, 100, example=5)] = keyed(
        "people whom a count by a personal characteristic must have to be shown; 1 shows all",
        default=5,
    )
    ethnicity_rule: Annotated[str, one_of("most_recent", "most_frequent")] = keyed(
        "which record gives a person's ethnic group"
    )
    activity_unit: Annotated[str, one_of("spells", "episodes")] = keyed(
        "what counts as an admission"
    )
    imd_version: Annotated[str, one_of("2019", "2025")] = keyed(
        "version of the deprivation index: 2019 is of areas of 2011, 2025 of areas of 2021"
    )
    charlson_weights: Annotated[str, one_of("1987", "2011")] = keyed("weights of the index")
    charlson_lookback_years: Annotated[
        int | None, or_null(whole(1, 50, example=5), "every record before the index date")
    ] = keyed("years of records before the index date that count")
    quantiles: Annotated[str, one_of("linear")] = keyed("definition of quantiles (type 7)")
    boundaries: MaybeFolder = keyed(
        "GeoJSON file of the integrated care boards, for maps; null draws tiles",
        "reference/icb-2022.geojson",
        default=None,
    )
    parallel: Annotated[int, whole(1, 64, example=2)] = keyed(
        "how many notebooks run at the same time"
    )

    def find_faults(self) -> Iterator[Fault]:
        """Pairs once each; the reference pair is one of them; what is keyed has a key."""
        yield from repeated(self.pairs, ("pairs",))
        if "keyed-5" in self.list_profiles() and not self.rounding_key:
            yield Fault(
                ("rounding_key",),
                "no key, with the profile keyed-5 under disclosure",
                "a secret of 12 to 100 visible characters, which decides which way a count goes",
                mend="draw one at random, keep it, and do not publish it",
            )
        if self.reference_pair not in self.pairs:
            yield Fault(
                ("reference_pair",),
                self.reference_pair,
                "one of pairs: " + ", ".join(self.pairs),
                mend=suggest(self.reference_pair, self.pairs),
            )

    @property
    def rule(self) -> str | dict[str, Any]:
        """The setting `disclosure` as it is written, in plain types."""
        found: str | dict[str, Any] = self.model_dump(mode="json")["disclosure"]
        return found

    def list_profiles(self) -> list[str]:
        """Return the names of all profiles of disclosure control that the settings use."""
        if isinstance(self.disclosure, str):
            return [self.disclosure]
        chosen = dict(self.disclosure)
        return list(dict.fromkeys([*chosen.pop("notebooks").values(), *chosen.values()]))


class Table(Section):
    """Where one table is, and how its columns are called there."""

    path: MaybeFolder = keyed(
        "path under root, or name in the database, if not the table's own name; * in the name "
        "of a file or table stands for any letters",
        "hes/apc",
        default=None,
    )
    root: MaybeFolder = keyed("a different root for this table", "reference", default=None)
    kind: Annotated[str | None, or_null(_KIND)] = keyed(
        "a different kind for this table", "csv", default=None
    )
    columns: Annotated[dict[Native, ColumnName], AfterValidator(FrozenDict)] = keyed(
        "the source's name of a column: our name",
        "{TOKEN_PERSON_ID: PSEUDO_HESID}",
        default_factory=FrozenDict,
    )
    delimiter: Annotated[str | None, or_null(_DELIMITER)] = keyed(
        "a different delimiter for this table", '"|"', default=None
    )
    encoding: Annotated[str | None, or_null(_ENCODING)] = keyed(
        "a different encoding for this table", "latin-1", default=None
    )
    dates: Annotated[str | None, or_null(_DATES)] = keyed(
        "a different form of dates for this table", "dd/MM/yyyy", default=None
    )

    def find_faults(self) -> Iterator[Fault]:
        """No two columns get the same name."""
        ours = list(self.columns.values())
        for place, (native, name) in enumerate(self.columns.items()):
            if name in ours[:place]:
                yield Fault(("columns", native), f"{name} a second time", "each of our names once")


class Successor(Section):
    """Which trust another became a part of."""

    to: TrustCode = keyed("the trust that took its place")
    start: Day = keyed("first day on which it had", "2020-04-01", alias="from")


class SourceParams(Section):
    """Where the records are, as in params/sources/<name>.yml."""

    label: Text = keyed("what the book calls the source", "synthetic records")
    kind: Annotated[str, _KIND] = keyed("where the tables are: files, a DuckDB file, or Spark")
    root: Folder = keyed(
        "the folder of the tables; the DuckDB file; or the catalogue and schema in Spark"
    )
    synthetic: Flag = keyed("whether the records are made up; the book says so")
    made_from: MaybeSlug = keyed(
        "the synthetic source to rewrite in this layout when its tables are missing",
        "sample",
        default=None,
    )
    residence: Annotated[str, one_of("LSOA11", "postcode", "IMD04_DECILE")] = keyed(
        "the column of apc and op that says where somebody lives", default="LSOA11"
    )
    diagnoses: Annotated[str, one_of("ICD-10", "SNOMED_CT")] = keyed(
        "how the long tables of diagnoses are coded; SNOMED_CT needs the table snomed_map",
        default="ICD-10",
    )
    successors: Annotated[dict[TrustCode, Successor], AfterValidator(FrozenDict)] = keyed(
        "trusts that have merged, each with its successor, whose all its records are",
        "{RXX: {to: RYY, from: 2020-04-01}}",
        default_factory=FrozenDict,
    )
    unite_ranks: Annotated[int, whole(0, 99, example=5)] = keyed(
        "the worst match rank at which links of one NHS number that are equally good make their "
        "pseudonyms one person; 0 unites none",
        default=5,
    )
    without: tuple[Annotated[str, one_of(*REQUIRED)], ...] = keyed(
        "tables that the source does not have; what depends on them stays empty",
        "[pds_trace]",
        default=(),
    )
    delimiter: Annotated[str, _DELIMITER] = keyed(
        "the character between the fields of a CSV file", default=","
    )
    encoding: Annotated[str, _ENCODING] = keyed("encoding of CSV files", default="utf-8")
    dates: Annotated[str, _DATES] = keyed("the form of dates in text", default="yyyy-MM-dd")
    all_text: Flag = keyed("whether every column is text, as in CSV", default=False)
    tables: Annotated[dict[Annotated[str, _TABLE], Table], AfterValidator(FrozenDict)] = keyed(
        "tables whose place or columns differ from ours", "{}", default_factory=FrozenDict
    )

    values: Annotated[
        dict[Annotated[str, _CODES], Annotated[Words, AfterValidator(FrozenDict)]],
        AfterValidator(FrozenDict),
    ] = keyed(
        "words for codes: the name of a column, and of each written value the value to read; "
        "blanks and case do not matter",
        "{approval_status: {Treatment Complete: approved}, route: {drip: IV}}",
        default_factory=FrozenDict,
    )
    severity: Annotated[
        dict[Annotated[str, _RULE], Annotated[str, one_of(*SEVERITIES)]],
        AfterValidator(FrozenDict),
    ] = keyed(
        "severity of rules of the tables' contracts, if it should differ from ours",
        "{apc.EPIEND.order: error}",
        default_factory=FrozenDict,
    )
    limits: Annotated[dict[Annotated[str, one_of(*LIMITS)], Number], AfterValidator(FrozenDict)] = (
        keyed(
            "when a whole table is told of, if not by our limits: per cent of rows; for crowd "
            "the records of one person a year",
            "{links: 30}",
            default_factory=FrozenDict,
        )
    )

    def find_faults(self) -> Iterator[Fault]:
        """A table that is not there is not described either; residence has what it needs."""
        for place, name in enumerate(self.without):
            if name in self.tables:
                yield Fault(("without", place), name, f"no section tables.{name} beside it")
        yield from self._check_values()
        if self.residence == "postcode" and "postcodes" not in self.tables:
            yield Fault(
                ("residence",),
                "postcode",
                "a section tables.postcodes, which says where postcodes and their areas are",
            )
        yield from self._check_successors()
        parts = [table.name for table in SACT_NDRS]
        lacking = [name for name in parts if name not in self.tables]
        if 0 < len(lacking) < len(parts):
            yield Fault(
                ("tables",),
                f"{next(name for name in parts if name in self.tables)}, without {lacking[0]}",
                f"all of {', '.join(parts)}, which belong together, or none",
            )
        needed = ("apc_diagnoses", "op_diagnoses", "snomed_map")
        missing = [name for name in needed if name not in self.tables]
        if self.diagnoses == "SNOMED_CT" and missing:
            yield Fault(
                ("diagnoses",),
                f"SNOMED_CT, without tables.{missing[0]}",
                "sections tables.apc_diagnoses and tables.op_diagnoses, with a column SNOMED_CT, "
                "and tables.snomed_map, which says which ICD-10 code each concept stands for",
            )

    def _check_values(self) -> Iterator[Fault]:
        """What a word is read as is one of the codes of its column, in some table that has it."""
        for name, words in self.values.items():
            columns = [c for t in CONTRACTS.values() for c in t.columns if c.name == name]
            codes = list(dict.fromkeys(code for column in columns for code in column.codes))
            known = {code.casefold() for code in codes}
            known |= {word for column in columns for word, _ in column.spellings}
            for word, ours in words.items():
                if codes and ours.casefold() not in known:
                    yield Fault(
                        ("values", name, word),
                        ours,
                        f"one of the codes of {name}: {', '.join(codes)}",
                        mend=suggest(ours, codes),
                    )

    def limit(self, kind: str) -> float:
        """Return the limit of a kind of rule: that of the settings, otherwise ours."""
        return float(self.limits.get(kind, LIMITS[kind]))

    def _check_successors(self) -> Iterator[Fault]:
        """Nobody succeeds himself, in a circle or before he was there."""
        for old, successor in self.successors.items():
            seen, one = [old], successor
            while one.to not in seen:
                seen.append(one.to)
                if (after := self.successors.get(one.to)) is None:
                    break
                if after.start < one.start:
                    yield Fault(
                        ("successors", seen[-2], "to"),
                        f"{one.to}, which had itself merged on {after.start}",
                        f"a trust that was there on {one.start}",
                    )
                one = after
            else:
                yield Fault(
                    ("successors", old, "to"), " to ".join((*seen, one.to)), "no circle of trusts"
                )

    def root_path(self, root: Path | None = None) -> Path:
        """Return the folder of the tables; a relative one starts at the project's folder."""
        return (root or project_root()) / self.root
