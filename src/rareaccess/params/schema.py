"""Every key of the settings files, told from the models: for docs/params.md and for help texts.

`python -m rareaccess.params.schema` writes docs/params.md anew, and the schemas for editors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root
from rareaccess.params.expected import Place, Shape, fields_of
from rareaccess.params.json_schema import write_schemas
from rareaccess.params.kinds import Kind
from rareaccess.params.pair import Pair
from rareaccess.params.settings import ReportParams, SourceParams

__all__ = ["FILES", "KeyDoc", "build_params_page", "describe_schema", "write_params_page"]

FILES: dict[str, type[BaseModel]] = {
    "params/pairs/<pair>.yml": Pair,
    "params/report.yml": ReportParams,
    "params/sources/<name>.yml": SourceParams,
}
INTRODUCTION = """\
# The settings, key by key

<!-- Written by `python -m rareaccess.params.schema`; a test holds it to the models. -->

Everything that differs between two condition–drug pairs is in one file, `params/pairs/<pair>.yml`.
`params/report.yml` holds the settings of the whole report. `params/sources/<name>.yml` says where
the records are.
`rareaccess check` reads them all and reports every error: the key and its line, what was found,
what was expected, an example and what to do.

How the files are read:

- UTF-8, at most 100 kB, indented by spaces. No anchors, aliases or tags; each key once.
- Codes are text. Put those made only of digits in quotes: `"410"`, not `410`.
- Write dates as YYYY-MM-DD.
- Put `yes`, `no`, `on`, `off`, `1e3` and the like in quotes, because YAML readers do not agree on
  them.
- Names and texts go into headings, captions and spreadsheets: use no markup or line breaks, and do
  not start with `=`, `+`, `-` or `@`.
- Use only the keys listed on this page: any other is an error.
- The first line of a file names its schema in `params/schema/`. An editor with the YAML language
  server (in VS Code, the extension "YAML" by Red Hat) uses it to complete the keys, show what each
  means and mark errors.
"""


@dataclass(frozen=True)
class KeyDoc:
    """One key: where it stands, what it takes, what it means, and an example.

    `key` is the path of the key; `[]` stands for each item of a list, `<key>` for a key of one's
    own choice.
    """

    file: str
    key: str
    shape: Shape
    meaning: str
    example: str
    required: bool


def describe_schema() -> tuple[KeyDoc, ...]:
    """Return every key of the three kinds of settings file, in the order of the files.

    Examples
    --------
    >>> next(row.shape.words for row in describe_schema() if row.key == "windows.treatment.from")
    'a date, YYYY-MM-DD, from 1980 to 2100'
    """
    return tuple(row for file, model in FILES.items() for row in _rows(file, model, ""))


def _rows(file: str, section: type[BaseModel], above: str) -> Iterator[KeyDoc]:
    for name, place in fields_of(section).items():
        key = above + name
        yield KeyDoc(file, key, place.shape, place.meaning, place.example, place.required)
        step, inner = _below(place)
        if inner:
            yield from _rows(file, inner, f"{key}{step}.")


def _below(place: Place) -> tuple[str, type[BaseModel] | None]:
    """Return the section that stands below a key, and how the path goes on to it."""
    shape = place.shape
    if shape.items:
        return (".<key>" if shape.keys else "[]"), shape.items.section
    return "", shape.section


def build_params_page() -> str:
    """Return docs/params.md: the kinds of value, then one table a file.

    Examples
    --------
    >>> build_params_page().splitlines()[0]
    '# The settings, key by key'
    """
    rows = describe_schema()
    shown = [kind for row in rows for kind in _kinds(row.shape) if "or null" not in kind.label]
    kinds = {kind.label: kind for kind in shown if kind.label}
    lines = [INTRODUCTION, "| kind of value | what it is | example |", "|---|---|---|"]
    lines += [f"| {name} | {kind.expected} | `{kind.example}` |" for name, kind in kinds.items()]
    for file, model in FILES.items():
        lines += ["", f"## `{file}`", "", (model.__doc__ or "").splitlines()[0], ""]
        lines += ["| key | must be there | takes | meaning | example |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in rows if row.file == file]
    return "\n".join([*lines, ""])


def _kinds(shape: Shape) -> Iterator[Kind]:
    yield from (kind for kind in (shape.keys, shape.kind) if kind)
    if shape.items:
        yield from _kinds(shape.items)


def _line(row: KeyDoc) -> str:
    nested = row.shape.section or (row.shape.items and row.shape.items.section)
    example = "" if nested else f"`{row.example}`"
    must = "yes" if row.required else "no"
    return f"| `{row.key}` | {must} | {row.shape.label} | {row.meaning} | {example} |"


def write_params_page(path: Path | None = None) -> Path:
    """Write docs/params.md and return its path."""
    path = path or project_root() / "docs" / "params.md"
    write_atomic(path, build_params_page())
    return path


if __name__ == "__main__":
    print(write_params_page(), *write_schemas(), sep="\n")
