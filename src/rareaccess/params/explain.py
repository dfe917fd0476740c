"""Turn what pydantic found into faults that say where, what is there, what should be, and how."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from rareaccess.params.clashes import Clash
from rareaccess.params.faults import Fault, nearest
from rareaccess.params.shapes import Shape, fields_of, place_of
from rareaccess.params.yaml_values import Document, Key, key_path, shorten

__all__ = ["explain"]


def explain(model: type[BaseModel], document: Document, error: Any) -> Iterator[tuple[Key, Fault]]:
    """Yield the key and the fault of each thing that one error of pydantic reports.

    Parameters
    ----------
    model
        The model of the file.
    document
        The file as it was read, with the line and the text of each key.
    error
        One item of `ValidationError.errors()`.
    """
    key: Key = tuple(part for part in error["loc"] if part != "[key]")
    context = error.get("ctx", {})
    if error["type"] == "clashes":
        clashes = [(*key, *clash.key) for clash in context["clashes"]]
        said = list(context["clashes"])
    else:
        clashes, said = [key], [_clash(model, document, error, key, context)]
    for here, clash in zip(clashes, said, strict=True):
        example = clash.example or _example(model, here)
        yield (
            here,
            Fault(
                key_path(here),
                clash.found,
                clash.expected,
                example,
                clash.mend,
                _line(document, here),
            ),
        )


def _clash(
    model: type[BaseModel], document: Document, error: Any, key: Key, context: dict[str, Any]
) -> Clash:
    """Say what is wrong at one key."""
    place = place_of(model, key)
    shape = place.shape if place else Shape(section=model)
    text = document.texts.get(key, "nothing")
    if error["loc"] and error["loc"][-1] == "[key]":
        return Clash(
            key,
            f"the key {shorten(str(key[-1]))}",
            context["expected"],
            f"{context['example']}: ...",
            context["mend"],
        )
    if error["type"] == "kind":
        found = f"{text}, {context['note']}" if context["note"] and text != "nothing" else text
        return Clash(key, found, context["expected"], mend=context["mend"])
    if error["type"] == "extra_forbidden":
        return _unknown(model, key)
    if error["type"] == "empty":
        return Clash(key, text, f"at least one item; {shape.words}")
    listed = shape.items and not shape.keys and text != "nothing"
    return Clash(key, text, shape.words, mend=f"write [{text}]" if listed else "")


def _unknown(model: type[BaseModel], key: Key) -> Clash:
    """Name the keys that are known where an unknown one stands, and the nearest of them."""
    above = place_of(model, key[:-1])
    section = above.shape.section if above else model
    places = fields_of(section or model)
    near = nearest(str(key[-1]), list(places))
    shown = near or next(iter(places))
    return Clash(
        key,
        f"the key {shorten(str(key[-1]))}, which is not known here",
        "one of " + ", ".join(places),
        f"{shown}: {places[shown].example}",
        f"did you mean {near}?" if near else "",
    )


def _example(model: type[BaseModel], key: Key) -> str:
    """Return one line of YAML that would do at this key, or for the list that holds it."""
    if key and isinstance(key[-1], int):
        key = key[:-1]
    place = place_of(model, key)
    return f"{key[-1]}: {place.example}" if place and key else ""


def _line(document: Document, key: Key) -> int:
    """Return the line of a key, or of the section above when the key is missing."""
    while key and key not in document.lines:
        key = key[:-1]
    return document.lines.get(key, 0)
