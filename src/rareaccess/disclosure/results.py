"""What a notebook hands over: its numbers as JSON and its released tables as CSV."""

import json
import re
from collections.abc import Mapping
from datetime import date
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.files import write_atomic
from rareaccess.disclosure import Hidden, Released, fmt

__all__ = ["build_csv", "build_number", "write_results"]


def write_results(
    folder: Path,
    name: str,
    *,
    head: Mapping[str, object],
    numbers: Mapping[str, object],
    tables: Mapping[str, Released],
) -> None:
    """Write one JSON file of numbers and notes, and one CSV file for each released table.

    Parameters
    ----------
    folder
        Where the JSON goes; the tables go into `tables` within it.
    name
        Name of the notebook.
    head
        What the file says of itself: pair, source, notebook.
    numbers
        By id; in the file an id holds letters, digits and underscores only.
    tables
        By label, unique in the book.
    """
    described = {}
    for label, released in tables.items():
        notes = released.notes
        write_atomic(folder / "tables" / f"{label}.csv", build_csv(released))
        described[label] = {
            "file": f"tables/{label}.csv",
            "title": notes.title,
            "n": notes.n,
            "source": notes.source,
            "period": notes.period,
            "caveat": notes.caveat,
            "profile": released.profile.name,
            "columns": list(released.frame.columns),
        }
    shown = {
        re.sub(r"[^A-Za-z0-9]+", "_", key): build_number(key, value)
        for key, value in numbers.items()
    }
    result = {**head, "numbers": shown, "tables": described}
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    write_atomic(folder / f"{name}.json", text)


def build_number(key: str, value: object) -> dict[str, object]:
    """Return a number as it is stored: its value, its text and whether it is shown.

    Examples
    --------
    >>> build_number("treated", 924), build_number("late_pct", 16.126)
    ({'value': 924, 'text': '924', 'status': 'shown'}, {'value': 16.126, 'text': '16.1%', \
'status': 'shown'})
    """
    if isinstance(value, Hidden):
        return {"value": None, "text": fmt.text(value), "status": "hidden"}
    text = fmt.pct(value, 100) if key.endswith("_pct") else fmt.text(value)
    stored: object
    if isinstance(value, date):
        stored = pd.Timestamp(value).date().isoformat()
    elif isinstance(value, Integral):
        stored = int(value)
    elif isinstance(value, Real):
        stored = None if value != value else float(value)
    else:
        stored = value if isinstance(value, str) else None
    return {"value": stored, "text": text, "status": "missing" if stored is None else "shown"}


def build_csv(released: Released) -> str:
    """Return a released frame as CSV: numbers as printed, hidden [c], missing [x].

    Examples
    --------
    >>> from rareaccess.disclosure import protect_counts
    >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [1090, 3]})
    >>> print(build_csv(protect_counts(data, counts=["n"], profile="ndrs")), end="")
    sex,n
    Female,1090
    Male,[c]
    """
    cells = {}
    for name in released.frame.columns:
        lost = released.hidden[name]
        way = _csv_pct if name.endswith("_pct") else _csv_cell
        cells[name] = [
            way(Hidden() if gone else value)
            for value, gone in zip(released.frame[name], lost, strict=True)
        ]
    return pd.DataFrame(cells).to_csv(index=False, lineterminator="\n")


def _csv_pct(value: Any) -> str:
    return fmt.num(value)


def _csv_cell(value: Any) -> str:
    if isinstance(value, str):
        # a text that a spreadsheet would run as a formula is kept as text
        return f"'{value}" if value[:1] in tuple("=+-@") else value
    if isinstance(value, Hidden) or pd.isna(value):
        return fmt.text(value)
    if isinstance(value, date):
        return pd.Timestamp(value).date().isoformat()
    return fmt.text(value).replace(",", "")
