"""How to put a path, a text or a name into SQL: quoted, so that no character ends the quote."""

from collections.abc import Iterable
from pathlib import Path

__all__ = ["quote_name", "quote_text"]


def quote_text(value: str | Path | Iterable[Path]) -> str:
    """Return a text or a path, or a list of paths, as SQL writes them.

    They are not given as parameters: DuckDB reads a relation with parameters to its end at once and
    keeps it in memory.

    Examples
    --------
    >>> quote_text("o'brien's"), quote_text([Path("a"), Path("b")])
    ("'o''brien''s'", "['a', 'b']")
    """
    if isinstance(value, str | Path):
        return "'" + str(value).replace("'", "''") + "'"
    return f"[{', '.join(quote_text(one) for one in value)}]"


def quote_name(name: str, *, mark: str = '"') -> str:
    """Return the name of a column, table or schema as SQL writes it; Spark's mark is a backtick.

    Examples
    --------
    >>> quote_name('the "best" name'), quote_name("hes-years", mark="`")
    ('"the ""best"" name"', '`hes-years`')
    """
    return mark + name.replace(mark, 2 * mark) + mark
