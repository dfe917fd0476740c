"""What the house settings (params/report.yml) and a source of records (params/sources) hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from rareaccess.params.base import FrozenDict, Section, keyed
from rareaccess.params.clashes import Clash, checked, repeated, some
from rareaccess.params.codes import Column, Native, Slug
from rareaccess.params.faults import suggest
from rareaccess.params.kinds import one_of, or_null
from rareaccess.params.values import Flag, Folder, MaybeFolder, Text, whole
from rareaccess.paths import project_root

__all__ = ["TABLES", "ReportParams", "SourceParams", "Table"]

TABLES = (
    "apc",
    "op",
    "blueteq_applications",
    "blueteq_answers",
    "pds_trace",
    "linkage",
    "centres",
    "travel_times",
    "imd2019",
)


def _report_rules(report: "ReportParams") -> Iterator[Clash]:
    """Pairs once each; the reference pair is one of them."""
    yield from repeated(report.pairs, ("pairs",))
    if report.reference_pair not in report.pairs:
        yield Clash(
            ("reference_pair",),
            report.reference_pair,
            "one of pairs: " + ", ".join(report.pairs),
            mend=suggest(report.reference_pair, report.pairs),
        )


def _table_rules(table: "Table") -> Iterator[Clash]:
    """No two columns get the same name."""
    ours = list(table.columns.values())
    for place, (native, name) in enumerate(table.columns.items()):
        if name in ours[:place]:
            yield Clash(("columns", native), f"{name} a second time", "each of our names once")


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
    disclosure: Annotated[
        str, one_of("national-hes", "subnational-hes", "opensafely", "ndrs", "internal")
    ] = keyed("profile of disclosure control")
    ethnicity_rule: Annotated[str, one_of("most_recent", "most_frequent")] = keyed(
        "one ethnic group a person: which record counts"
    )
    activity_unit: Annotated[str, one_of("spells", "episodes")] = keyed("what an admission is")
    imd_version: Annotated[str, one_of("2019")] = keyed("version of the deprivation index")
    charlson_weights: Annotated[str, one_of("1987", "2011")] = keyed("weights of the index")
    charlson_lookback_years: Annotated[
        int | None, or_null(whole(1, 50, example=5), "every record before the index date")
    ] = keyed("years of records before the index date that count")
    quantiles: Annotated[str, one_of("linear")] = keyed("definition of quantiles (type 7)")
    parallel: Annotated[int, whole(1, 64, example=2)] = keyed("notebooks at a time")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, _report_rules)


class Table(Section):
    """Where one table is, and how its columns are called there."""

    path: MaybeFolder = keyed(
        "path under root, when it differs from the table's name", "hes/apc", default=None
    )
    columns: Annotated[dict[Native, Column], AfterValidator(FrozenDict)] = keyed(
        "the source's name of a column: our name",
        "{TOKEN_PERSON_ID: PSEUDO_HESID}",
        default_factory=FrozenDict,
    )
    absent: tuple[Column, ...] = keyed(
        "our columns that the source lacks; only those without ● in docs/data-dictionary.md",
        "[GORTREAT, MSOA11]",
        default=(),
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, _table_rules)


class SourceParams(Section):
    """Where the records are, as in params/sources/<name>.yml."""

    label: Text = keyed("how the book calls the source", "synthetic records")
    kind: Annotated[str, one_of("parquet", "csv")] = keyed("format of the tables")
    root: Folder = keyed("the folder that holds the tables")
    synthetic: Flag = keyed("whether the records are made up; the book says so")
    tables: Annotated[dict[Annotated[str, one_of(*TABLES)], Table], AfterValidator(FrozenDict)] = (
        keyed("tables whose place or columns differ from ours", "{}", default_factory=FrozenDict)
    )

    def root_path(self, root: Path | None = None) -> Path:
        """Return the folder of the tables; a relative one starts at the project's folder."""
        return (root or project_root()) / self.root
