"""A field of a table, and the contract of a source table: what its values must satisfy."""

from collections.abc import Callable
from dataclasses import dataclass

from rareaccess.contracts.links import KEYS

__all__ = [
    "FOLDS",
    "TYPES",
    "Column",
    "Field",
    "Reference",
    "TableContract",
    "day",
    "number",
    "numbered",
    "text",
    "whole",
]

FOLDS = {
    "code": "one of the codes of the column, in whatever case",
    "capitals": "a code in capitals",
    "blanks": "words, without blanks around them",
    "small": "a key in small letters",
    "digits": "a code of digits",
    "first": "the first character, if it is a letter: the second is a local code",
    "icd10": "an ICD-10 code in capitals, without dot and without dagger or asterisk",
    "year": "a financial year as its two pairs of digits",
}
"""How a written value becomes ours; `sources.values` does it."""
TYPES = {"text": "text", "date": "a date", "whole": "a whole number", "number": "a number"}

SITE = "[A-Z][A-Z0-9]{4}"
"""A site of a trust, in the codes of the Organisation Data Service: its trust's and two more."""
LATE_CODE = "[A-QSU-Z][0-9][A-Z][0-9][A-Z]"
"""As long, but given to an organisation of itself: letters and digits in turn; R and T are NHS."""
TRUST = ("site", "merged", "named")


@dataclass(frozen=True)
class Field:
    """One field of a table, of a source or of the marts: name, type and meaning in one line.

    The types are those of `TYPES`; in marts also id, label (a text of which there are few) and
    yes/no.
    """

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Column(Field):
    """One column of a source table, under its native name, as in the published data set.

    Parameters
    ----------
    used
        Whether a result of the book rests on it.
    codes
        The allowed values, when they are few; a value outside them is reported.
    optional
        Whether a source may lack the column; it is read where it is there.
    shape
        The pattern of a whole value, in words and as a regular expression.
    within
        The least and the greatest number; a further pair stands for other meanings of the number.
    filled
        Whether a value is expected in every row; one is required in the key of a table.
    private
        Whether a value may point at a person: no example of it is ever given.
    numeric
        Whether a source may hold the text, which is all digits, as a whole number: a key as in
        the national tables, or a code that a program has taken for a number.
    digits
        How many digits there are at least: zeros that a whole number has lost are put back.
    later
        Whether the column came in a later year than the first: files of earlier years may lack it.
    known
        The values that say something, of a column of which most rows should.
    area
        Whether a value says where somebody lives: an area of another year, and a value that stands
        for no place in England, have a count of their own.
    trust
        Of a column of codes of trusts, what is pointed out: a `site`, a trust that has `merged`,
        one that is `named` in words.
    limit
        The share of values outside codes, shape or limits above which the table is refused, since
        it must be written in another way; none where it is only warned of.
    fold
        How a written value becomes ours, one of `FOLDS`; a text without one is read as it is.
    spellings
        Further words for codes, as sources are known to write them: word -> code.
    timed
        Whether a time of day may stand beside the day, as on a form: it means that day.
    """

    used: bool = True
    codes: tuple[str, ...] = ()
    optional: bool = False
    shape: tuple[str, str] | None = None
    within: tuple[tuple[float, float], ...] = ()
    filled: bool = False
    private: bool = False
    numeric: bool = False
    digits: int = 0
    later: bool = False
    known: tuple[str, ...] = ()
    area: bool = False
    trust: tuple[str, ...] = ()
    limit: float | None = 0.5
    fold: str = ""
    spellings: tuple[tuple[str, str], ...] = ()
    timed: bool = False


def _of(kind: str) -> Callable[..., Column]:
    """Return what declares a column of a type, by its name, its meaning and what is asked of it."""
    return lambda name, meaning, **asked: Column(name, kind, meaning, **asked)


text, day, whole, number = (_of(kind) for kind in TYPES)


@dataclass(frozen=True)
class Reference:
    """A column whose values are those of a column of another table."""

    column: str
    table: str
    of: str
    limit: float | None = None


@dataclass(frozen=True)
class TableContract:
    """One source table: what a row is, its columns, and the columns that identify a row.

    `orders` names pairs of dates of which the first is not after the second. An optional table is
    read only when the settings of the source name it. `areas` is how many areas a table of ranks of
    deprivation has. `groups` names the columns, of which a table may lack some, that say which
    group of people a row counts.

    Examples
    --------
    >>> from rareaccess.contracts import CONTRACTS
    >>> CONTRACTS["imd2019"].names
    ('LSOA11', 'rank')
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    optional: bool = False
    orders: tuple[tuple[str, str], ...] = ()
    references: tuple[Reference, ...] = ()
    areas: int = 0
    groups: tuple[str, ...] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether rows are of single people: a column names a person, a form or a record."""
        return any(name in KEYS for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the columns on which results rest, and which must be there."""
        return tuple(c.name for c in self.columns if c.used and not c.optional)

    @property
    def read(self) -> tuple[str, ...]:
        """The names of the columns on which results rest, those that may be lacking included."""
        return tuple(c.name for c in self.columns if c.used)

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name."""
        return self.columns[self.names.index(name)]


def numbered(stem: str, last: int) -> tuple[str, ...]:
    """Return the names of a repeated HES field.

    Examples
    --------
    >>> numbered("DIAG_4_", 3)
    ('DIAG_4_01', 'DIAG_4_02', 'DIAG_4_03')
    """
    return tuple(f"{stem}{number:02d}" for number in range(1, last + 1))
