"""Tables in the style of official statistics. They take released frames and set them; no more.

Each table has a fixed id, numbers aligned at the right, the missing as a row, and below it n,
period, source, what it cannot show and the meaning of the shorthand that it uses. Words in the
data are escaped: nothing in the data becomes markup.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from great_tables import GT
from IPython.display import display

from rareaccess.disclosure import Frame, check_released, fmt
from rareaccess.disclosure.payloads import vouch

__all__ = [
    "DASH",
    "Heading",
    "Sheet",
    "build_group_table",
    "build_list_table",
    "build_statistics_table",
    "print_p",
    "print_values",
    "set_table",
]

DASH = "\N{EN DASH}"
_SHORTHAND = {
    fmt.HIDDEN_TEXT: "hidden by disclosure control",
    fmt.MISSING_TEXT: "not available",
    DASH: "not known, or does not apply",
}
_STATISTICS = {
    "n": "People",
    "missing": "Missing",
    "mean": "Mean",
    "sd": "SD",
    "median": "Median",
    "q1 q3": "Quartiles",
    "min max": "Range",
}


@dataclass(frozen=True)
class Heading:
    """A column of a table: its name in the frame, its heading, its kind and its group heading.

    `kind` is count, pct, share (pct without its sign), stat, number (one decimal), whole (none),
    date, month, text, or id: a long name that may be broken after its dots and underscores.
    `missing` is the text of a value that is not there. `same` says what becomes of a column whose
    rows are all alike: `keep` it, make it a `note`, or `drop` it, since the caveat says it. A
    column of texts becomes a note unless it says otherwise.
    """

    name: str
    label: str
    kind: str = "count"
    over: str = ""
    missing: str = fmt.MISSING_TEXT
    same: str = ""

    @property
    def alike(self) -> str:
        """What becomes of it where its rows are all alike."""
        return self.same or ("note" if self.kind == "text" else "keep")


@dataclass(frozen=True)
class Sheet:
    """A table as HTML; a notebook shows it as HTML and nothing else."""

    html: str

    def _ipython_display_(self) -> None:
        display({"text/html": self.html}, raw=True)


_WAYS = {
    "count": fmt.n,
    "stat": fmt.stat,
    "number": fmt.num,
    "share": fmt.num,
    "whole": partial(fmt.num, decimals=0),
    "date": lambda value: fmt.date_short(value).replace(" ", "\N{NO-BREAK SPACE}"),
    "month": fmt.month,
    "pct": fmt.pct,
}


def print_p(value: Any) -> str:
    """Return a p value as a table prints it: a dash where there is no test."""
    return DASH if value is None else str(fmt.p(value))


def build_list_table(
    released: Frame,
    *,
    stub: tuple[str, str],
    columns: Sequence[Heading],
    group: str = "",
    texts: Mapping[str, Sequence[str]] | None = None,
) -> Sheet:
    """Table of the rows as they are: one row a thing, the first column names it.

    Parameters
    ----------
    released
        What to print; `notes.label` makes the id.
    stub
        The column that names the row, and its heading.
    columns
        The columns in order.
    group
        A column whose values head groups of rows.
    texts
        Columns that are not in the frame: texts made of its rows.

    Examples
    --------
    >>> from rareaccess.disclosure import Notes, protect
    >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 3]})
    >>> released = protect(data, counts=["n"], profile="ndrs", notes=Notes(label="sex"))
    >>> sheet = build_list_table(released, stub=("sex", "Sex"), columns=[Heading("n", "People")])
    >>> "[c] hidden by disclosure control" in sheet.html
    True
    """
    check_released(released)
    made = {name: print_values(released.values(name)) for name in filter(None, (stub[0], group))}
    for one in columns:
        given = (texts or {}).get(one.name)
        values = print_values(released.values(one.name), one) if given is None else given
        made[one.name] = list(values)
    return set_table(released, made, stub=stub, columns=columns, group=group)


def set_table(
    released: Frame,
    texts: Mapping[str, Sequence[str]],
    *,
    stub: tuple[str, str],
    columns: Sequence[Heading],
    group: str = "",
    meaning: Sequence[str] = (),
) -> Sheet:
    """Set a table of texts that were made of a released frame, with its notes, and register it.

    A column that is the same in all of several rows is dropped or becomes a note, see `Heading`.

    Parameters
    ----------
    released
        What the texts were made of.
    texts
        By name of column, those of `stub` and `group` included.
    stub, columns, group
        As `build_list_table` takes them.
    meaning
        What abbreviations mean, below the table.
    """
    check_released(released)
    name, heading = stub
    shown = pd.DataFrame(texts, dtype="str")
    same = [
        column
        for column in columns
        if column.alike != "keep" and len(shown) > 1 and shown[column.name].nunique() == 1
    ]
    columns = [column for column in columns if column not in same]
    alike = [f"{_sentence(column.label)}, in every row: {shown[column.name].iloc[0]}."
             for column in same if column.alike == "note"]  # fmt: skip
    shown = shown.drop(columns=[column.name for column in same])
    shown[name] = shown[name].map(_sentence)
    label = f"gt-{released.notes.label}"
    table = GT(shown, id=label, rowname_col=name, groupname_col=group or None)
    table = table.tab_stubhead(heading)
    table = table.cols_label(**{column.name: _sentence(column.label) for column in columns})
    for over in dict.fromkeys(column.over for column in columns if column.over):
        table = table.tab_spanner(over, [one.name for one in columns if one.over == over])
    for side, kinds in (("right", True), ("left", False)):
        names = [one.name for one in columns if (one.kind not in ("text", "id", "date")) is kinds]
        table = table.cols_align(side, names) if names else table
    for note in (*alike, *(f"{words}." for words in meaning), *_note_lines(released, shown)):
        table = table.tab_source_note(note)
    released.show("tbl", _list_printed(shown, stub, columns, group))
    return Sheet(vouch("text/html", _finish(table.as_raw_html(), released.notes.label)))


def build_group_table(
    released: Frame,
    *,
    heading: str,
    groups: Sequence[tuple[str, str]],
    group: str = "",
) -> Sheet:
    """Table of counts and percentages by group, groups of people side by side.

    Parameters
    ----------
    released
        One row a level; for each group of people a column of counts and one named `<group>_pct`.
    heading
        Heading of the levels.
    groups
        Heading of counts and the name of the group of people.
    group
        A column whose values head groups of rows.
    """
    columns = [
        part
        for name, label in groups
        for part in (
            Heading(name, "Number", "count", label),
            Heading(f"{name}_pct", "%", "pct", label),
        )
    ]
    return build_list_table(released, stub=("level", heading), columns=columns, group=group)


def build_statistics_table(
    released: Frame,
    *,
    groups: Sequence[tuple[str, str]],
    heading: str = "Group",
    decimals: int | None = None,
) -> Sheet:
    """Table of summary statistics: one row a group of people, one column a statistic.

    Parameters
    ----------
    released
        One row a group (`group`), statistics as columns.
    groups
        Value of `group` and the name of its row.
    heading
        Of the names of the rows.
    decimals
        Of every statistic of a measure that is not a count; otherwise whole numbers have none.

    Notes
    -----
    SD is the standard deviation. The interquartile range is in the downloads; here stand the
    quartiles. Two values that are the same, or both hidden, are printed once.
    """
    check_released(released)
    way = fmt.stat if decimals is None else partial(fmt.num, decimals=decimals)
    texts: dict[str, list[str]] = {"level": [words for _, words in groups]}
    for names in _STATISTICS:
        own = fmt.n if names in ("n", "missing") else way
        cells = [[own(released.value(name, group=value)) for name in names.split()]
                 for value, _ in groups]  # fmt: skip
        texts[names] = [" to ".join(dict.fromkeys(parts)) for parts in cells]
    headings = [Heading(names, words, "words", same="note" if names == "missing" else "")
                for names, words in _STATISTICS.items()]  # fmt: skip
    return set_table(released, texts, stub=("level", heading), columns=headings)


def _list_printed(
    shown: pd.DataFrame, stub: tuple[str, str], columns: Sequence[Heading], group: str
) -> list[dict[str, Any]]:
    """Return the columns as they are printed, the groups of rows first, each headed in words."""
    heads = [Heading(group, "Part", "text")] if group else []
    heads += [Heading(*stub, "text"), *columns]
    printed = []
    for one in heads:
        if one.over:
            heading = one.over + (" (%)" if one.label == "%" else f": {_sentence(one.label)}")
        else:
            heading = "Per cent" if one.label == "%" else _sentence(one.label)
        bare = [text.replace("\N{ZERO WIDTH SPACE}", "") for text in shown[one.name]]
        printed.append(
            {
                "name": one.name,
                "heading": heading,
                "number": one.kind not in ("text", "id", "date", "month"),
                "texts": [re.sub(r"\s", " ", text) for text in bare],
            }
        )
    return printed


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def print_values(cells: Sequence[Any], column: Heading | None = None) -> list[str]:
    """Return cells as text; those of a column of texts, and of the stub, are texts already."""
    way: Callable[[Any], str] = _WAYS.get(column.kind, fmt.text) if column else fmt.text
    missing = column.missing if column else fmt.MISSING_TEXT
    if column and column.kind == "id":
        return [re.sub("([._])", "\\1\N{ZERO WIDTH SPACE}", cell) for cell in cells]
    return [missing if cell is None else cell if isinstance(cell, str) else way(cell)
            for cell in cells]  # fmt: skip


def _note_lines(released: Frame, shown: pd.DataFrame) -> list[str]:
    notes, cells = released.notes, set(shown.to_numpy().ravel())
    facts = [
        f"n = {notes.n}" if notes.n else "",
        notes.period,
        f"Source: {notes.source}" if notes.source else "",
    ]
    caveat = f"{notes.caveat.rstrip('.')}." if notes.caveat else ""
    lines = [" ".join(fact.rstrip(".") + "." for fact in facts if fact), caveat]
    lines += [f"{mark} {words}." for mark, words in _SHORTHAND.items() if mark in cells]
    return [line for line in lines if line]


def _finish(html: str, label: str) -> str:
    """Set the house style in place of the long default, whose rules would reach other tables."""
    own = _STYLE.replace("ID", f"#gt-{label}")
    html = re.sub(r"<style>.*?</style>", lambda _: f"<style>\n{own}</style>", html, flags=re.DOTALL)
    html = re.sub(r'(<div id="[^"]*") style="[^"]*"', r'\1 class="gt-sheet"', html)
    return re.sub(r"\n\s*\n", "\n", html).strip() + "\n"


_STYLE = """\
ID { overflow-x: auto; }
ID table { width: 100%; border-collapse: collapse; font-size: 0.9em; line-height: 1.35;
  font-variant-numeric: tabular-nums; color: inherit; background: transparent; }
ID th, ID td { padding: 0.35em 0.5em; border: 0; vertical-align: top;
  color: inherit; background: transparent; font-weight: normal; text-align: left; }
ID th:first-child, ID td:first-child { padding-left: 0; }
ID th:last-child, ID td:last-child { padding-right: 0; }
ID thead th { font-weight: bold; vertical-align: bottom; }
ID thead tr:last-child th, ID thead th[rowspan="2"] { border-bottom: 2px solid currentColor; }
ID .gt_column_spanner_outer { border-bottom: 1px solid #8d9499; }
ID tbody th, ID tbody td { border-bottom: 1px solid #8d949966; }
ID .gt_group_heading { font-weight: bold; padding-top: 0.8em; }
ID .gt_right { text-align: right; }
ID td.gt_right { white-space: nowrap; }
ID .gt_center { text-align: center; }
ID tfoot td { font-size: 0.9em; padding-top: 0.4em; opacity: 0.85; }
"""
