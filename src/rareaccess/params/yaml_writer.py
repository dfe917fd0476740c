"""Write a settings file from its model, with the meaning beside every key."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel

from rareaccess.params.expected import Place, fields_of
from rareaccess.params.faults import Key
from rareaccess.params.yaml_values import is_plain_text

__all__ = ["build_yaml", "scalar"]

WIDTH, COLUMN = 100, 36


class _Line(NamedTuple):
    text: str
    comment: str = ""


def build_yaml(
    model: type[BaseModel], values: Mapping[str, Any], *, assumed: Collection[Key] = ()
) -> str:
    """Return the text of a settings file: keys in the order of the model, each with its meaning.

    Parameters
    ----------
    model
        The model of the file or section.
    values
        Plain values by their keys in YAML; what is absent and optional is shown as a comment.
    assumed
        Key paths whose values nobody has checked; their comments say so.

    Examples
    --------
    >>> from rareaccess.params.dated import Window
    >>> days = {"from": date(2016, 6, 22), "to": date(2025, 8, 20)}
    >>> print(build_yaml(Window, days))
    from: 2016-06-22                    # first day
    to: 2025-08-20                      # last day, included
    <BLANKLINE>
    """
    lines = _section(model, values, (), frozenset(assumed), "")
    return "\n".join(line for part in lines for line in _set(part)) + "\n"


def scalar(value: object) -> str:
    """Return one value as YAML, in quotes where it would not be read as it is meant.

    Examples
    --------
    >>> scalar("M321"), scalar("410"), scalar("no"), scalar(None), scalar([1, "a"])
    ('M321', '"410"', '"no"', 'null', '[1, a]')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        plain = re.fullmatch(r"[\w(][\w .()/+;%-]*", value) and value == value.strip()
        return value if plain and is_plain_text(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _section(
    model: type[BaseModel], values: Mapping[str, Any], key: Key, assumed: frozenset[Key], pad: str
) -> Iterator[_Line]:
    for name, place in fields_of(model).items():
        here = (*key, name)
        comment = place.meaning + ("; ASSUMED" if here in assumed else "")
        if not pad and (place.shape.section or (place.shape.items and place.shape.items.section)):
            yield _Line("")
        if name not in values or (values[name] is None and place.shape.section):
            yield from _absent(name, place, comment, pad)
            continue
        yield from _entry(name, values[name], place, here, comment, assumed, pad)
    for name in [name for name in values if name not in fields_of(model)]:
        yield _Line(f"{pad}{scalar(name)}: {scalar(values[name])}", "not known")  # refused on load


def _entry(
    name: str, value: Any, place: Place, key: Key, comment: str, assumed: frozenset[Key], pad: str
) -> Iterator[_Line]:
    """Yield the lines of one key: a section, a list of sections, a mapping, or one value."""
    shape = place.shape
    if shape.section:
        yield _Line(f"{pad}{name}:", comment)
        yield from _section(shape.section, value, key, assumed, pad + "  ")
    elif shape.items and shape.items.section and not shape.keys and value:
        yield _Line(f"{pad}{name}:", comment)
        for number, item in enumerate(value):
            lines = list(_section(shape.items.section, item, (*key, number), assumed, pad + "    "))
            lines[0] = _Line(f"{pad}  - {lines[0].text.lstrip()}", lines[0].comment)
            yield from lines if number == 0 else (_Line(line.text) for line in lines)
    elif shape.keys and value:
        yield _Line(f"{pad}{name}:", comment)
        yield from (_Line(f"{pad}  {json.dumps(k)}: {scalar(v)}") for k, v in value.items())
    else:
        yield _Line(f"{pad}{name}: {scalar(value)}", comment)


def _absent(name: str, place: Place, comment: str, pad: str) -> Iterator[_Line]:
    """Yield an optional key as a comment, with the examples of its kinds."""
    for line in _example(name, place, comment):
        yield _Line(f"{pad}# {line.text}", line.comment)


def _example(name: str, place: Place, comment: str) -> Iterator[_Line]:
    """Yield a key with the example of its kind, and the keys of a section below it."""
    items = place.shape.items
    section = items.section if items else place.shape.section
    if not section:
        yield _Line(f"{name}: {place.example}", comment)
        return
    yield _Line(f"{name}:", comment)
    for number, (key, inner) in enumerate(fields_of(section).items()):
        dash = ("  " if number else "- ") if items else ""
        for at, line in enumerate(_example(key, inner, inner.meaning)):
            lead = dash if at == 0 else " " * len(dash)
            yield _Line(f"  {lead}{line.text}", line.comment)


def _set(line: _Line) -> Iterator[str]:
    """Yield a line with its comment beside it, or above it when both do not fit."""
    if not line.comment:
        yield line.text
        return
    beside = f"{line.text.ljust(COLUMN - 2)}  # {line.comment}"
    if len(beside) <= WIDTH:
        yield beside
        return
    pad = " " * (len(line.text) - len(line.text.lstrip()))
    yield f"{pad}# {line.comment}:"
    yield line.text
