"""The data dictionary, written from the contracts and the marts so that it is never out of date.

`python -m tools.dictionary` writes docs/data-dictionary.md again.
"""

from collections.abc import Iterable
from itertools import groupby

from rareaccess.contracts import CONTRACTS, Column, TableContract
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root
from rareaccess.marts import MARTS, Mart

__all__ = ["FILE", "build_dictionary"]

FILE = "docs/data-dictionary.md"
HEAD = """# Data dictionary

This page is made from the code (`python -m tools.dictionary`); a test
compares the two.

## Tables of a source

A table is a Parquet or CSV file, a folder of such files that are read together, a table of a
DuckDB file, or a table of a Spark catalogue. Where it is, and how its columns are called there, is
in `params/sources/`. Columns marked ● bear on a result and must be there; those marked ○ are read
where they are; no result rests on the others. A column of `text, or whole` may be held as whole
numbers, as the keys of the national tables are.
Values outside the listed codes are reported by `rareaccess check`.
"""
MARTS_HEAD = """## Marts

What `rareaccess prepare` writes for the notebooks, in `build/marts/<source>/<pair>/`.
A person is a `study_id`, which belongs to one pair and holds nothing of the native pseudonym.
"""


def build_dictionary() -> str:
    """Return the data dictionary as Markdown.

    Examples
    --------
    >>> "| `rank` | whole | ●" in build_dictionary()
    True
    """
    tables = [_describe_table(table) for table in CONTRACTS.values()]
    marts = [_describe_mart(mart) for mart in MARTS.values()]
    return "\n".join([HEAD, *tables, MARTS_HEAD, *marts])


def _describe_table(table: TableContract) -> str:
    key = f" Identified by {' and '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    rows = [_describe_columns(list(run)) for _, run in groupby(table.columns, key=_run)]
    key += " Optional: read when the settings of a source name it." if table.optional else ""
    return _section(
        table.name, f"Each row: {table.row}.{key}", ["column", "type", "●", "meaning"], rows
    )


def _run(column: Column) -> str:
    """Return what repeated fields share, and the name of any other field."""
    stem, _, number = column.name.rpartition("_")
    return f"{stem}_" if stem and number.isdecimal() else column.name


def _describe_columns(run: list[Column]) -> list[str]:
    first, last = run[0], run[-1]
    meaning = first.meaning if len(run) == 1 else first.meaning.rpartition(", position")[0]
    codes = f" ({', '.join(first.codes)})" if first.codes else ""
    name = f"`{first.name}`" if len(run) == 1 else f"`{first.name}` … `{last.name}`"
    kind = "text, or whole" if first.numeric else first.type
    return [name, kind, "○" if first.optional else "●" if first.used else "", meaning + codes]


def _describe_mart(mart: Mart) -> str:
    rows = [[f"`{column.name}`", column.type, column.meaning] for column in mart.columns]
    return _section(mart.name, f"Each row: {mart.row}.", ["column", "type", "meaning"], rows)


def _section(name: str, text: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"### {name}\n\n{text}\n\n{table}\n"


if __name__ == "__main__":
    write_atomic(project_root() / FILE, build_dictionary())
