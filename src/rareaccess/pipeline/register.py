"""The register of a report: each number that it shows, of whom, by which rule, from which version.

It is made of what the notebooks have handed over, and holds nothing that is not in the book.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess import __version__
from rareaccess.core.cache import digest, hash_code
from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files, write_atomic
from rareaccess.core.paths import build_root, project_root
from rareaccess.disclosure.results import print_cells, read_table
from rareaccess.params import load_report

__all__ = ["COLUMNS", "build_register", "explain", "register_path", "write_register"]

COLUMNS = (
    "id", "pair", "notebook", "label", "row", "column", "kind", "unit", "population", "dimension",
    "of", "value", "text", "status", "rule", "title", "period", "records", "code", "settings",
)  # fmt: skip
KEYS = ("text", "date", "key")
MOST = 12


def register_path(source: str) -> Path:
    """Return where the register of a source is kept."""
    return build_root() / "register" / f"{source}.parquet"


def build_register(source: str, pairs: Sequence[str]) -> pd.DataFrame:
    """Return each number that the notebooks of a book have handed over.

    Parameters
    ----------
    source, pairs
        Whose results.

    Returns
    -------
    pandas.DataFrame
        One row a number, with the columns `COLUMNS`. `id` is pair/notebook/label/row/column, where
        the row is told by its texts; `status` is shown, hidden or missing; `records`, `code` and
        `settings` are versions.
    """
    root, results = project_root(), build_root() / "results" / source
    code = f"{__version__} {hash_code('rareaccess.study', 'rareaccess.measures')[:12]}"
    house = digest(load_report().model_dump_json(exclude={"rounding_key"}))[:12]
    rows = []
    for pair in ("", *pairs):
        meta = build_root() / "marts" / source / pair / "meta.json"
        own = root / "params" / "pairs" / f"{pair}.yml"
        versions = {
            "records": hash_files([meta])[:12] if pair and meta.is_file() else "",
            "code": code,
            "settings": f"{house} {hash_files([own])[:12]}" if pair and own.is_file() else house,
        }
        for path in sorted((results / pair).glob("[0-9][0-9]-*.json")):
            for row in _read_notebook(path, pair):
                rows.append({**row, **versions})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _read_notebook(path: Path, pair: str) -> Iterator[dict[str, Any]]:
    held = json.loads(path.read_text(encoding="utf-8"))
    head = {"pair": pair, "notebook": path.stem}
    for key, number in held["numbers"].items():
        value = number["value"]
        yield {
            **head, "id": "/".join(filter(None, (pair, path.stem, key))), "label": "", "row": "",
            "column": key, "kind": "number", "unit": "", "population": "", "dimension": "",
            "of": "", "value": value if _is_number(value) else None, "text": number["text"],
            "status": number["status"], "rule": "", "title": "", "period": "",
        }  # fmt: skip
    for label, described in held["tables"].items():
        table = read_table(path.parent / described["file"].replace(".csv", ".json"))
        yield from _read_table(table, label, head)


def _read_table(
    table: dict[str, Any], label: str, head: dict[str, str]
) -> Iterator[dict[str, Any]]:
    names = [print_cells(column) for column in table["columns"] if column["kind"] in KEYS]
    told = [" · ".join(filter(None, texts)) for texts in zip(*names, strict=True)]
    for column in table["columns"]:
        if column["kind"] in KEYS:
            continue
        hidden = set(column["hidden"])
        texts = print_cells(column)
        for at, value in enumerate(column["values"]):
            row = told[at] if told else str(at)
            place = (head["pair"], head["notebook"], label, row, column["name"])
            yield {
                **head, "id": "/".join(filter(None, place)), "label": label, "row": row,
                "column": column["name"], "kind": column["kind"], "unit": column["unit"],
                "population": column.get("population", ""),
                "dimension": table.get("dimension", ""), "of": table["n"],
                "value": value if _is_number(value) else None, "text": texts[at],
                "status": "hidden" if at in hidden else "missing" if value is None else "shown",
                "rule": table.get("profile", table.get("public", "")), "title": table["title"],
                "period": table["period"],
            }  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def write_register(source: str, pairs: Sequence[str]) -> pd.DataFrame:
    """Write the register as Parquet, and return it."""
    register = build_register(source, pairs)
    write_atomic(register_path(source), register.to_parquet(index=False))
    return register


def explain(register: pd.DataFrame, wanted: str) -> str:
    """Return what is known of a number, for people.

    Parameters
    ----------
    register
        As `build_register` gives it.
    wanted
        Its id, or a part of it that no other id has.

    Raises
    ------
    UserError
        No id has the part, or too many have.

    Examples
    --------
    >>> facts = dict.fromkeys(COLUMNS, "") | {"id": "a/02-uptake/tbl-x/2024/n", "text": "13"}
    >>> print(explain(pd.DataFrame([facts | {"value": 13}]), "tbl-x/2024"))
    a/02-uptake/tbl-x/2024/n
      text         13
    """
    exact = register[register["id"] == wanted]
    found = exact if len(exact) else register[register["id"].str.contains(wanted, regex=False)]
    if found.empty or len(found) > MOST:
        raise UserError(
            "No number of the report has that id." if found.empty else "Too many numbers fit.",
            wanted,
            found=f"{len(found)} numbers" + "".join(f"\n- {one}" for one in found["id"].head(MOST)),
            expected="pair/notebook/label/row/column, or a part of it",
            mend="Give more of the id; build/register has them all.",
        )
    told = ("text", "status", "title", "row", "column", "kind", "unit", "population", "dimension",
            "of", "rule", "period", "records", "code", "settings")  # fmt: skip
    blocks = []
    for row in found.to_dict("records"):
        lines = [f"  {name:<12} {row[name]}" for name in told if row[name]]
        blocks.append("\n".join([row["id"], *lines]))
    return "\n".join(blocks)
