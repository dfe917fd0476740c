"""Tables of the tiny England with some values of one column altered: the cases, and their making.

A case is a table, a column, an alteration and how many rows; a seed chooses. What an alteration
cannot do to a value, such as a capital to a digit, is no case.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

import tiny_england
from rareaccess.contracts import CONTRACTS, Column
from rareaccess.params import SourceParams, Table
from rareaccess.params.settings import DATES
from rareaccess.sources import Source

__all__ = ["TABLES", "Case", "choose_cases", "make_world", "open_world", "write_case"]

Rows = list[dict[str, object]]
DAYS = {
    "yyyy-MM-dd": "%Y-%m-%d",
    "dd/MM/yyyy": "%d/%m/%Y",
    "dd-MM-yyyy": "%d-%m-%Y",
    "dd.MM.yyyy": "%d.%m.%Y",
    "yyyyMMdd": "%Y%m%d",
    "ddMMyyyy": "%d%m%Y",
    "a month in letters": "%d-%b-%Y",
    "two digits of the year": "%d/%m/%y",
    "midnight": "%Y-%m-%d 00:00:00",
    "half past two": "%Y-%m-%d 14:30",
}


def _middle(text: str, put: str) -> str:
    """Return a text with something in its middle."""
    return text[: len(text) // 2] + put + text[len(text) // 2 :]


TEXTS: dict[str, Callable[[str], object]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "a blank before": lambda text: f" {text}",
    "a blank behind": lambda text: f"{text} ",
    "a no-break space before": lambda text: f"\u00a0{text}",
    "a no-break space behind": lambda text: f"{text}\u00a0",
    "a zero-width space before": lambda text: f"\u200b{text}",
    "a zero-width space within": lambda text: _middle(text, "\u200b"),
    "a tab behind": lambda text: f"{text}\t",
    "a blank within": lambda text: _middle(text, " ") if len(text) > 1 else text,
    "a dot within": lambda text: f"{text[:3]}.{text[3:]}" if len(text) > 3 else text,
    "two characters for one": lambda text: f"{text}1" if len(text) == 1 else text,
    "a nought before": lambda text: f"0{text}" if text.isdecimal() else text,
    "a decimal point": lambda text: f"{text}.0" if text.isdecimal() else text,
}
ANY: dict[str, Callable[[object], object]] = {
    "nothing": lambda value: None,
    "empty text": lambda value: "" if isinstance(value, str) else value,
    "a blank": lambda value: " " if isinstance(value, str) else value,
    "NULL": lambda value: "NULL" if isinstance(value, str) else value,
    "an unknown word": lambda value: "quux" if isinstance(value, str) else value,
    "a number out of all bounds": lambda value: (
        16_000_000 if isinstance(value, int | float) else value
    ),
    "another day": lambda value: date(2150, 1, 1) if isinstance(value, date) else value,
}
WHOLE = ("dropped", "twice", "rows twice", "two files", "as text", "as numbers", "with times")
"""What is done to a column or a table as a whole."""
WRITTEN = {f"dates {name}": form for name, form in DAYS.items()}
ALTERATIONS = (*TEXTS, *ANY, *WHOLE, *WRITTEN)
TABLES = (*tiny_england.rows(), *tiny_england.society())


@dataclass(frozen=True)
class Case:
    """What is altered, in which of the rows, and whether the table is then text.

    Parameters
    ----------
    share
        Of the rows that have a value; one at least.
    """

    table: str
    column: str
    how: str
    share: float
    as_csv: bool
    seed: int

    def __str__(self) -> str:
        """Return the case in words."""
        kind = "CSV" if self.as_csv else "Parquet"
        return f"{self.seed}: {self.table}.{self.column}, {self.how}, {self.share:.0%}, {kind}"

    @property
    def contract(self) -> Column:
        """The column as the contract has it."""
        return CONTRACTS[self.table][self.column]


def _world() -> dict[str, Rows]:
    """Return the rows of every table; a pseudonym is one word, as no source has sentences there."""
    tables = {**tiny_england.rows(), **tiny_england.society()}
    for rows in tables.values():
        for row in rows:
            if "PSEUDO_HESID" in row:
                row["PSEUDO_HESID"] = str(row["PSEUDO_HESID"]).split()[0]
    return tables


def make_world(folder: Path) -> None:
    """Write the unaltered tables into a folder."""
    tiny_england.write(folder, _world())


def open_world(folder: Path, case: Case | None = None, altered: Path | None = None) -> Source:
    """Return the source, with the table of a case from another folder."""
    tables = {name: Table() for name in TABLES if CONTRACTS[name].optional}
    if case and altered:
        form = case.how.removeprefix("dates ")
        dates = form if form in DATES and case.seed % 2 else None  # the settings say it, or not
        kind = "csv" if case.as_csv else None
        tables[case.table] = Table(root=str(altered), kind=kind, dates=dates)
    return Source("altered", SourceParams(label="altered", kind="parquet", root=str(folder),
                                          synthetic=True, tables=tables))  # fmt: skip


def choose_cases(seeds: Iterable[int]) -> list[Case]:
    """Return a case for each seed."""
    return [_choose(seed) for seed in seeds]


def _choose(seed: int) -> Case:
    chance, tables = random.Random(seed), _world()
    how = ALTERATIONS[seed % len(ALTERATIONS)]
    while True:
        table = chance.choice(TABLES)
        column = chance.choice(_list_columns(table, tables[table]))
        as_csv = how in WRITTEN or chance.random() < 0.3
        case = Case(table, column, how, chance.choice((0.1, 0.5, 1.0)), as_csv, seed)
        if _alters(case, tables[table]):
            return case


def _list_columns(table: str, rows: Rows) -> list[str]:
    """Return the columns of a table that have values."""
    known = {name for row in rows for name, value in row.items() if value is not None}
    return [name for name in CONTRACTS[table].names if name in known]


def _alters(case: Case, rows: Rows) -> bool:
    """Return whether a case alters anything."""
    values, kind = [row.get(case.column) for row in rows], case.contract.type
    there = [value for value in values if value is not None]
    if case.how in WRITTEN or case.how == "with times":
        return kind == "date"
    if case.how == "as text":
        return kind in ("whole", "number", "date")
    if case.how == "as numbers":
        return kind == "text" and all(str(value).strip().isdecimal() for value in there)
    if case.how in WHOLE:
        return len(rows) > 1
    return any(_write(case.how, value) != value for value in there)


def _write(how: str, value: object) -> object:
    """Return a value as an alteration writes it."""
    if how in TEXTS:
        return TEXTS[how](value) if isinstance(value, str) else value
    if how in WRITTEN:
        return value.strftime(WRITTEN[how]) if isinstance(value, date) else value
    return ANY[how](value)


def write_case(case: Case, folder: Path) -> None:
    """Write the table of a case, altered, as one file or two."""
    rows = _world()[case.table]
    whole = tiny_england.table(CONTRACTS[case.table], rows)
    tables = [_alter(case, whole)]
    if case.how == "two files":
        half = whole.num_rows // 2
        tables = [whole.slice(0, half), whole.slice(half)]
    place = folder / case.table
    place.mkdir()
    for n, table in enumerate(tables):
        if case.as_csv:
            pc.write_csv(_as_text(table), place / f"{n}.csv")
        else:
            pq.write_table(table, place / f"{n}.parquet")


def _alter(case: Case, whole: pa.Table) -> pa.Table:
    name, how = case.column, case.how
    at, column = whole.column_names.index(name), whole[name]
    chosen = _choose_rows(case, column)
    if how == "two files":
        return whole
    if how == "dropped":
        return whole.drop_columns([name])
    if how == "twice":
        return whole.append_column(name.swapcase(), column)
    if how == "rows twice":
        return pa.concat_tables([whole, whole.take(sorted(chosen))])
    if how == "as text":
        return whole.set_column(at, name, column.cast(pa.string()))
    if how == "as numbers":
        return whole.set_column(at, name, column.cast(pa.int64()))
    values = column.to_pylist()
    if how == "with times":
        clock = [time(14, 30) if n in chosen else time(0) for n in range(len(values))]
        both = zip(values, clock, strict=True)
        times = [None if day is None else datetime.combine(day, at) for day, at in both]
        return whole.set_column(at, name, pa.array(times, pa.timestamp("us")))
    written = [_write(how, value) if n in chosen else value for n, value in enumerate(values)]
    if how in WRITTEN:
        written = [None if value is None else str(value) for value in written]
        return whole.set_column(at, name, pa.array(written, pa.string()))
    return whole.set_column(at, name, pa.array(written, column.type))


def _choose_rows(case: Case, column: pa.ChunkedArray) -> set[int]:
    """Return the places of the rows to alter, of those that the alteration changes."""
    values = enumerate(column.to_pylist())
    able = [n for n, value in values if value is not None
            and (case.how in WHOLE or _write(case.how, value) != value)]  # fmt: skip
    n = max(1, round(case.share * len(able)))
    return set(random.Random(case.seed).sample(able, n))


def _as_text(table: pa.Table) -> pa.Table:
    """Return a table of text, as CSV holds it; a time stands behind a blank."""
    for n, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            times = [None if t is None else f"{t:%Y-%m-%d %H:%M:%S}" for t in table[n].to_pylist()]
            table = table.set_column(n, field.name, pa.array(times, pa.string()))
    return table
