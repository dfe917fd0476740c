"""JSON Schemas of the settings files, from the models: editors use them to complete and check.

Draft 7, which is what the YAML language server reads. What no schema can say (dates in order,
sources that exist) stays with `rareaccess check`.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root
from rareaccess.params.expected import Place, Shape, fields_of
from rareaccess.params.pair import Pair
from rareaccess.params.settings import ReportParams, SourceParams

__all__ = ["SCHEMAS", "build_first_line", "build_schema", "write_schemas"]

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "pair": Pair,
    "report": ReportParams,
    "source": SourceParams,
}
FOLDER = "params/schema"


def build_first_line(kind: str) -> str:
    """Return the comment that names the schema of a settings file, for its first line.

    Parameters
    ----------
    kind
        One of `SCHEMAS`. The path in the comment starts at the file's own folder.

    Examples
    --------
    >>> build_first_line("pair")
    '# yaml-language-server: $schema=../schema/pair.json'
    """
    above = "" if kind == "report" else "../"
    return f"# yaml-language-server: $schema={above}schema/{kind}.json"


def build_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of settings file.

    Examples
    --------
    >>> build_schema("report")["properties"]["banner"]["enum"]
    ['synthetic', 'draft', 'none']
    """
    model = SCHEMAS[kind]
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Written by `python -m rareaccess.params.schema`; not edited by hand.",
        "title": (model.__doc__ or "").splitlines()[0],
    }
    return head | _section(model)


def write_schemas(root: Path | None = None) -> list[Path]:
    """Write params/schema/*.json and return their paths."""
    folder = (root or project_root()) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{kind}.json" for kind in SCHEMAS]
    for path in paths:
        text = json.dumps(build_schema(path.stem), indent=1, ensure_ascii=False)
        write_atomic(path, text + "\n")
    return paths


def _section(model: type[BaseModel]) -> dict[str, Any]:
    places = fields_of(model)
    return {
        "type": "object",
        "properties": {name: _place(place) for name, place in places.items()},
        "required": [name for name, place in places.items() if place.required],
        "additionalProperties": False,
    }


def _place(place: Place) -> dict[str, Any]:
    """Return what a key takes, with its meaning and, of plain values and lists, an example."""
    shape, schema = place.shape, _value(place.shape)
    said = place.meaning + (f"; takes {shape.kind.expected}" if shape.kind else "")
    told: dict[str, Any] = {"description": said}
    if shape.section and not place.required:
        schema["type"] = ["object", "null"]  # an optional section may be left empty
    if not shape.section and not (shape.items and shape.items.section):
        told["examples"] = [_plain(yaml.safe_load(place.example))]
    return told | schema


def _value(shape: Shape) -> dict[str, Any]:
    if shape.kind:
        return dict(shape.kind.schema)
    if shape.section:
        return _section(shape.section)
    items = _value(shape.items) if shape.items else {}
    if shape.keys:
        names = dict(shape.keys.schema)
        return {"type": "object", "propertyNames": names, "additionalProperties": items}
    return {"type": "array", "items": items}


def _plain(value: Any) -> Any:
    """Return a value of YAML as JSON has it: a day is a text."""
    return value.isoformat() if isinstance(value, date) else value
