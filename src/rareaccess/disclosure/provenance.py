"""What the numbers of synthetic records rest on: published, literature or assumed.

Synthetic records return what they were made to return. Their folder holds two tables beside the
records: `fidelity.csv` says of each marginal whether its target was published, comes from other
studies or is assumed, and `provenance.csv` says which marginals determine what the book shows.
Records of real people have neither, and nothing is said of them.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files
from rareaccess.core.paths import relative
from rareaccess.disclosure.values import Origin
from rareaccess.params import SourceParams, load_source

__all__ = [
    "ASSUMED",
    "CLASS",
    "KINDS_OF_TARGET",
    "LEGEND",
    "Provenance",
    "hash_provenance",
    "mark_caption",
    "mark_sentence",
    "read_provenance",
    "unmark_caption",
]

ASSUMED = "assumed"
KINDS_OF_TARGET = (ASSUMED, "literature", "published")
"""What a target rests on, the weakest first."""

CLASS = "{.provenance}"
LEGEND = (
    "Marks on synthetic numbers: the generator was set to a *published* number (P; scaled down in "
    "the sample), to a number of other studies (*literature*, L), or to an *assumed* one (A). The "
    "weakest of several counts."
)
"""What the marks mean, once on a page that has any."""

REST = "rest"
TABLES = {"fidelity": ("pair", "marginal", "kind"), "provenance": ("shown", "part", "marginal")}


def mark_caption(kind: str) -> str:
    """Return the mark that follows a caption or a key figure: the word; nothing of no kind.

    Examples
    --------
    >>> mark_caption("assumed"), mark_caption("")
    (' [assumed]{.provenance}', '')
    """
    return f" [{kind}]{CLASS}" if kind else ""


def unmark_caption(caption: str) -> str:
    """Return a caption without its mark, as where an executed notebook is run again.

    Examples
    --------
    >>> unmark_caption("Age" + mark_caption("assumed"))
    'Age'
    """
    return re.sub(rf" \[\w+\]{re.escape(CLASS)}$", "", caption)


def mark_sentence(kind: str) -> str:
    """Return the mark that follows a sentence: a letter, raised; nothing of no kind.

    Examples
    --------
    >>> mark_sentence("literature"), mark_sentence("")
    (' [^L^]{.provenance}', '')
    """
    return f" [^{kind[0].upper()}^]{CLASS}" if kind else ""


@dataclass(frozen=True)
class Provenance:
    """What the numbers of one pair rest on, or those of all pairs.

    Parameters
    ----------
    kinds
        By marginal, what its target rests on; of several pairs the weakest.
    shown
        By name of what is shown and by part of it, the patterns of its marginals; a part that is
        the whole has no name.
    suffix
        What makes a label unique in the book: the pair.
    """

    kinds: Mapping[str, str]
    shown: Mapping[str, Mapping[str, tuple[str, ...]]]
    suffix: str = ""

    def find(self, name: str, words: Iterable[str] = ()) -> str:
        """Return what a table, figure, number or population rests on, or one cell of it.

        Parameters
        ----------
        name
            Its label, id or name; one that nobody has declared is assumed.
        words
            Of a cell: its column and the texts of its row, which tell the part.

        Examples
        --------
        >>> kinds = {"treated": "published", "others": "assumed"}
        >>> shown = {"activity": {"treated": ("treated",), "others": ("others",)}}
        >>> of = Provenance(kinds, shown, "sle")
        >>> of.find("activity-sle"), of.find("activity-sle", ["treated_pct"]), of.find("age-sle")
        ('assumed', 'published', 'assumed')
        """
        parts = self.shown.get(name.removesuffix(f"-{self.suffix}"), {})
        if words := list(words):
            ours = {
                part: patterns for part, patterns in parts.items()
                if any(word == part or word.startswith(f"{part}_") for word in words)
            }  # fmt: skip
            parts = ours or {part: parts[part] for part in (REST, "") if part in parts}
        found = [kind for patterns in parts.values() for kind in self._weigh(patterns)]
        return min(found or [ASSUMED], key=KINDS_OF_TARGET.index)

    def _weigh(self, patterns: Iterable[str]) -> list[str]:
        """Return the kinds of the marginals; what a pair was not calibrated to is assumed."""
        kinds = [[kind for name, kind in self.kinds.items() if fnmatchcase(name, pattern)]
                 for pattern in patterns]  # fmt: skip
        return [kind for found in kinds for kind in found or [ASSUMED]] or [ASSUMED]

    def weigh(self, origin: Origin) -> str:
        """Return the weakest that a value rests on; empty where no record was counted.

        Examples
        --------
        >>> of = Provenance({"treated": "published"}, {"treated": {"": ("treated",)}})
        >>> of.weigh(frozenset({("treated",)})), of.weigh(None), of.weigh(frozenset())
        ('published', 'assumed', '')
        """
        if origin is None:
            return ASSUMED
        found = [self.find(name, words) for name, *words in origin]
        return min(found, key=KINDS_OF_TARGET.index, default="")


def _list_files(params: SourceParams, root: Path | None = None) -> list[Path]:
    """Return the two tables of a synthetic source, as far as they are there."""
    if not params.synthetic:
        return []
    origin = load_source(params.made_from, root=root) if params.made_from else params
    folder = origin.root_path(root)
    return [path for name in TABLES if (path := folder / f"{name}.csv").is_file()]


def hash_provenance(params: SourceParams, root: Path | None = None) -> str:
    """Return a hash of what a source says of its numbers; empty where it says nothing."""
    files = _list_files(params, root)
    return hash_files(files) if files else ""


def read_provenance(params: SourceParams, pair: str = "") -> Provenance | None:
    """Return what the numbers of a source rest on; None where its records are of real people.

    A synthetic source without the two tables has only assumed numbers.

    Parameters
    ----------
    params
        The settings of the source.
    pair
        Its short name; of all pairs, the weakest, when not given.

    Raises
    ------
    UserError
        A table lacks a column, or a target rests on something else.

    Examples
    --------
    >>> found = read_provenance(load_source("sample"), "sle-belimumab")
    >>> found.find("travel_median"), found.find("travel_not_nearest_pct")
    ('published', 'assumed')
    """
    if not params.synthetic:
        return None
    tables = {path.stem: _read(path) for path in _list_files(params)}
    kinds: dict[str, str] = {}
    for row in tables.get("fidelity", []):
        if pair in ("", row["pair"]):
            before = kinds.get(row["marginal"], row["kind"])
            kinds[row["marginal"]] = min(before, row["kind"], key=KINDS_OF_TARGET.index)
    shown: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in tables.get("provenance", []):
        parts = shown.setdefault(row["shown"], {})
        more = (row["marginal"],) if row["marginal"] else ()
        parts[row["part"]] = (*parts.get(row["part"], ()), *more)
    return Provenance(kinds, shown, pair)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = TABLES[path.stem]
    found = list(rows[0]) if rows else []
    if missing := [name for name in expected if name not in found]:
        raise UserError(
            "A table that says what synthetic numbers rest on lacks a column.",
            relative(path), found=", ".join(found) or "no rows", expected=", ".join(missing),
            mend="Make the records again: `rareaccess synth`.",
        )  # fmt: skip
    for row in rows if path.stem == "fidelity" else ():
        if row["kind"] not in KINDS_OF_TARGET:
            raise UserError(
                "A target of the synthetic records rests on something unknown.",
                f"{relative(path)}, {row['pair']}, {row['marginal']}",
                found=row["kind"], expected="one of " + ", ".join(KINDS_OF_TARGET),
                mend="Correct the kind in the declarations of the pair and make the records again.",
            )  # fmt: skip
    return rows
