"""The columns of a table in the source, under our names; an error names the column."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from rareaccess.contracts import TYPES, Column, TableContract
from rareaccess.core.errors import UserError
from rareaccess.params.faults import suggest
from rareaccess.sources.layout import Layout

__all__ = [
    "FOLDER",
    "SEVERAL",
    "Found",
    "match_columns",
    "merge_columns",
    "name_arrow_type",
    "name_type",
]

FOLDER = "text in the name of a folder"  # of a column by which the files are parted
SEVERAL = "several types"  # of a column that differs from file to file
WIDTH = ("null", "date", "whole", "timestamp", "number", "text")  # each can hold those before it
FITS = {
    "text": {"text"},
    "date": {"date", "timestamp"},
    "whole": {"whole"},
    "number": {"whole", "number"},
}
TEXTS = (pa.string(), pa.large_string(), pa.string_view())
NAMES = {
    "text": ("varchar", "string", "char", "text", "enum"),
    "date": ("date",),
    "timestamp": ("timestamp", "datetime"),
    "whole": ("tinyint", "smallint", "bigint", "int", "long", "short", "uint", "hugeint"),
    "number": ("float", "double", "decimal", "real", "numeric"),
}  # type names of DuckDB and Spark start with these
WHOLE = re.compile(r"(decimal|numeric)\(\d+, ?0\)")  # as Oracle keeps whole numbers


@dataclass(frozen=True)
class Found:
    """A column as the source has it: its name there, its type there, and ours of the two.

    `everywhere` is whether every file has it.
    """

    native: str
    native_type: str
    type: str
    everywhere: bool = True


def name_type(native_type: str) -> str:
    """Return text, date, timestamp, whole or number for a type of DuckDB or Spark.

    Examples
    --------
    >>> name_type("decimal(10,2)"), name_type("decimal(20,0)"), name_type("VARCHAR")
    ('number', 'whole', 'text')
    >>> name_type("integer"), name_type("blob")
    ('whole', 'other')
    """
    lower = native_type.casefold()
    if WHOLE.fullmatch(lower):
        return "whole"
    names = [(len(n), type_) for type_, starts in NAMES.items() for n in starts
             if lower.startswith(n)]  # fmt: skip
    return max(names)[1] if names else "other"


def name_arrow_type(kind: pa.DataType) -> str:
    """Return text, date, timestamp, whole, number or null for a type of Arrow.

    Examples
    --------
    >>> name_arrow_type(pa.dictionary(pa.int8(), pa.string())), name_arrow_type(pa.date32())
    ('text', 'date')
    """
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    for name, fits in {
        "null": pa.types.is_null,
        "text": lambda k: k in TEXTS,
        "date": pa.types.is_date,
        "timestamp": pa.types.is_timestamp,
        "whole": lambda k: pa.types.is_integer(k) or (pa.types.is_decimal(k) and not k.scale),
        "number": lambda k: pa.types.is_floating(k) or pa.types.is_decimal(k),
    }.items():
        if fits(kind):
            return name
    return "other"


def match_columns(
    layout: Layout,
    contract: TableContract,
    needed: Iterable[str],
    natives: Sequence[tuple[str, str, str]],
    *,
    where: str,
    settings: str,
    several: bool = False,
) -> dict[str, Found]:
    """Return our name of each column of the contract that is there.

    Names are compared without regard to case, as DuckDB and Spark do.

    Parameters
    ----------
    needed
        Our names of the columns that must be there.
    natives
        Name, type and our word for the type of each column of the source.
    where
        The file or table, as messages name it.
    several
        Whether this is one of several files, which may lack the last columns of a repeated field.

    Raises
    ------
    UserError
        A column is missing, appears more than once or has the wrong type.
    """
    ours = {native.casefold(): name for native, name in layout.columns.items()}
    known = {name.casefold(): name for name in contract.names}
    named = []
    for native, native_type, type_ in natives:
        lower = native.casefold()
        name = ours.get(lower) or known.get(lower)
        if name:
            named.append((name, Found(native, native_type, type_)))
    counts = Counter(name for name, _ in named)

    def fault(column: Column, what: str, found: str, mend: str) -> UserError:
        return UserError(
            f"Column {column.name} of table {contract.name} {what}.",
            where=f"{where}, column {column.name}",
            found=found,
            expected=f"{TYPES[column.type]}: {column.meaning}",
            mend=mend,
        )

    rename = "Correct the table, or give the name that it uses for this column under "
    rename += f"tables.{contract.name}.columns in {settings}."
    for name, n in counts.items():
        if n > 1:
            raise fault(
                contract[name], "appears more than once", f"{n} columns with this name", rename
            )
    columns = dict(named)
    excused = _list_lacking(contract, columns) if several else []
    for name in needed:
        if name not in columns and name not in excused:
            found = _say_missing(layout, name, [native for native, *_ in natives])
            raise fault(contract[name], "is missing", found, rename)
    for name, found in columns.items():
        column = contract[name]
        if found.type == "null" or found.type in FITS[column.type]:
            continue
        if column.numeric and (found.type == "whole" or (found.type == "number" and column.fold)):
            continue
        if not (layout.is_text and found.type == "text"):
            mend = "Correct the table at its source."
            if found.type == "text":
                mend += f" Or, if all its columns are text, set all_text: true in {settings}."
            raise fault(column, "has the wrong type", found.native_type, mend)
    return columns


def merge_columns(
    contract: TableContract, one: dict[str, Found], other: dict[str, Found], *, where: str
) -> dict[str, Found]:
    """Return the columns that two files of a table share, in the wider of their types.

    So too those that came in a later year, of which one file may lack the last.

    Parameters
    ----------
    one, other
        As `match_columns` returns them.
    where
        The second file, as messages name it.

    Raises
    ------
    UserError
        A column has another name in the second file.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> none, texts = {"code": Found("c", "null", "null")}, {"code": Found("c", "string", "text")}
    >>> merge_columns(CONTRACTS["apc_diagnoses"], texts, none, where="b.parquet")["code"].type
    'text'
    """
    merged = {}
    for name in (*one, *(name for name in other if name not in one)):
        if name not in one or name not in other:
            if contract[name].later and contract[name].used:
                merged[name] = replace(one.get(name) or other[name], everywhere=False)
            continue
        first, second = one[name], other[name]
        if first.native.casefold() != second.native.casefold():
            raise UserError(
                f"Column {name} of table {contract.name} has two names.",
                where=f"{where}, column {second.native}",
                found=f"{second.native} here, {first.native} in an earlier file",
                expected=f"one name in every file: {contract[name].meaning}",
                mend="If both mean the same, give the column one name in every file. If they "
                "do not, leave out the files with one of them.",
            )
        same = first.native_type == second.native_type
        wider = max(first.type, second.type, key=WIDTH.index)
        both = first if same else Found(first.native, SEVERAL, wider)
        merged[name] = replace(both, everywhere=first.everywhere and second.everywhere)
    return merged


def _list_lacking(contract: TableContract, found: Iterable[str]) -> list[str]:
    """Return the columns that a file of an early year lacks: the last of those that came later.

    A gap before one that is there is no early year, but a column of another name.
    """
    later = [column.name for column in contract.columns if column.later and column.used]
    known = [n for n, name in enumerate(later) if name in set(found)]
    return later[max(known, default=-1) + 1 :]


def _say_missing(layout: Layout, name: str, natives: list[str]) -> str:
    """Return why a column was not found: the settings misname it, or nothing is like it."""
    for native, ours in layout.columns.items():
        if ours == name:
            hint = suggest(native, natives)
            return f"no column {native}, the name in the settings" + (f"; {hint}" if hint else "")
    hint = suggest(name, natives)
    return "no such column" + (f"; {hint}" if hint else "")
