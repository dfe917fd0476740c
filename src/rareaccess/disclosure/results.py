"""What a notebook hands over: its numbers as JSON, and its tables, typed and as CSV."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.files import write_atomic
from rareaccess.disclosure import fmt
from rareaccess.disclosure.columns import name_unit
from rareaccess.disclosure.payloads import write_payloads
from rareaccess.disclosure.register import Register
from rareaccess.disclosure.released import Frame, Public, Released
from rareaccess.disclosure.sheets import size_of, write_sheets
from rareaccess.disclosure.values import Hidden, Plain, Token, join_origins

__all__ = ["build_csv", "build_number", "build_table", "print_cells", "read_table", "write_results"]


def write_results(register: Register) -> None:
    """Write one JSON file of numbers and notes, and two files for each frame that was shown.

    One of the two is typed (`build_table`), and the other the CSV that is made of it.

    Parameters
    ----------
    register
        Of the notebook. In the file an id of a number holds letters, digits and underscores only.
    """
    described, folder = {}, register.folder
    tables: list[Path] = []
    for label, frame in register.shown.items():
        table = build_table(frame, label=label, title=register.titles[label])
        if register.provenance and isinstance(frame, Released):
            table["provenance"] = register.provenance.find(frame.notes.label)
        table["printed"] = list(register.printed[label])
        text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
        typed = folder / "tables" / f"{label}.json"
        write_atomic(typed, text)
        write_atomic(typed.with_suffix(".csv"), build_csv(table))
        tables += [typed, typed.with_suffix(".csv")]
        notes = {
            key: value for key, value in table.items() if key not in ("label", "columns", "printed")
        }
        columns = [column["name"] for column in table["columns"]]
        described[label] = {"file": f"tables/{label}.csv", **notes, "columns": columns}
    numbers = {}
    for key, value in register.numbers.items():
        number = build_number(value)
        if register.provenance and (kind := register.provenance.weigh(join_origins([value]))):
            number["provenance"] = kind
        numbers[re.sub(r"[^A-Za-z0-9]+", "_", key)] = number
    result = {**register.head, "numbers": numbers, "tables": described}
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    results = folder / f"{register.notebook}.json"
    write_atomic(results, text)
    write_payloads(results, tables)
    if register.private:
        write_sheets(register.private, register.sheets, map(size_of, register.sizes.values()))


def build_number(value: object) -> dict[str, object]:
    """Return a number as it is stored: its value, its text and whether it is shown.

    Raises
    ------
    TypeError
        It has not been released.

    Examples
    --------
    >>> from rareaccess.disclosure import Count, Share
    >>> build_number(Count(924))
    {'value': 924, 'text': '924', 'status': 'shown'}
    >>> build_number(Share(16.126))
    {'value': 16.126, 'text': '16.1%', 'status': 'shown'}
    """
    if isinstance(value, Hidden):
        return {"value": None, "text": fmt.text(value), "status": "hidden"}
    text = fmt.text(value)
    if fmt.HIDDEN_TEXT in text:  # a text made of hidden values
        return {"value": None, "text": text, "status": "hidden"}
    stored = value.value if isinstance(value, Token) else value
    if isinstance(stored, date):
        stored = stored.isoformat()
    return {"value": stored, "text": text, "status": "missing" if stored is None else "shown"}


def build_table(frame: Frame, *, label: str, title: str) -> dict[str, Any]:
    """Return a frame as it is stored: what it is called, what is said of it, and typed columns.

    A column has its name, its kind (see `KINDS`), its unit, whom it counts, its decimals (null: one
    where it is not whole), its values (null where there is none), and the rows in which a value
    is hidden.
    """
    notes, values, hidden = frame.notes, frame.frame, frame.hidden
    how = (
        {"profile": frame.profile.name} if isinstance(frame, Released)
        else {"public": frame.because} if isinstance(frame, Public) else {}
    )  # fmt: skip
    counted = getattr(frame, "population", None)
    if isinstance(frame, Released):
        how["dimension"] = frame.dimension
    columns = []
    for name, kind in frame.kinds.items():
        own = counted.get(name) if isinstance(counted, Mapping) else counted
        columns.append(
            {
                "name": name,
                "kind": kind,
                "unit": name_unit({"name": name, "kind": kind}, own.unit if own else ""),
                **({"population": own.name} if own and kind == "count" else {}),
                "decimals": 1 if name.endswith("_pct") else None,
                "values": [_store(value) for value in values[name]],
                "hidden": [row for row, lost in enumerate(hidden[name]) if lost],
            }
        )
    said = {key: text for key, text in asdict(notes).items() if key not in ("label", "title")}
    return {"label": label, "title": title, **said, **how, "columns": columns}


def _store(value: Any) -> object:
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return pd.Timestamp(value).date().isoformat()
    return (
        value.item() if hasattr(value, "item") else str(value) if isinstance(value, str) else value
    )


def read_table(path: Path) -> dict[str, Any]:
    """Read a table as `build_table` gives it."""
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def print_cells(column: Mapping[str, Any]) -> list[str]:
    """Return the cells of a stored column as they are printed: hidden [c], missing [x].

    Examples
    --------
    >>> print_cells({"decimals": None, "values": [1090, None, None], "hidden": [2]})
    ['1090', '[x]', '[c]']
    """
    hidden, decimals = set(column["hidden"]), column["decimals"]

    def text(value: object) -> str:
        if isinstance(value, str):
            return value
        token = None if value is None else Plain(value)
        shown = fmt.stat(token) if decimals is None else fmt.num(token, decimals)
        return shown.replace(",", "")

    values = enumerate(column["values"])
    return [str(fmt.HIDDEN_TEXT) if row in hidden else text(value) for row, value in values]


def build_csv(table: Mapping[str, Any]) -> str:
    """Return a stored table as CSV: numbers as printed, hidden [c], missing [x].

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"sex": ["Female", "Male"], "n": [1090, 3]})
    >>> frame = protect(data, counts=["n"], profile="ndrs")
    >>> print(build_csv(build_table(frame, label="tbl-sex", title="Sex")), end="")
    sex,n
    Female,1090
    Male,[c]
    """
    cells = {}
    for column in table["columns"]:
        texts = print_cells(column)
        if column["kind"] == "text":
            # a text that a spreadsheet would run as a formula is kept as text
            texts = [f"'{text}" if text[:1] in tuple("=+-@") else text for text in texts]
        cells[column["name"]] = texts
    return pd.DataFrame(cells).to_csv(index=False, lineterminator="\n")
