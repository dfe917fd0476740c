"""Turn what pydantic found into errors that say where, what is there, what should be, and how."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from rareaccess.params.expected import Shape, fields_of, place_of
from rareaccess.params.faults import Fault, Key, nearest, shorten
from rareaccess.params.yaml_values import Document

__all__ = ["explain"]


def explain(model: type[BaseModel], document: Document, error: Any) -> Iterator[Fault]:
    """Yield the fault of each thing that one error of pydantic reports.

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
    if error["type"] == "faults":
        faults = [replace(fault, at=(*key, *fault.at)) for fault in context["faults"]]
    else:
        faults = [_fault(model, document, error, key, context)]
    for fault in faults:
        yield replace(fault, example=fault.example or _example(model, fault.at))


def _fault(
    model: type[BaseModel], document: Document, error: Any, key: Key, context: dict[str, Any]
) -> Fault:
    """Say what is wrong at one key."""
    place = place_of(model, key)
    shape = place.shape if place else Shape(section=model)
    text = document.texts.get(key, "nothing")
    if error["loc"] and error["loc"][-1] == "[key]":
        return Fault(
            key,
            f"the key {shorten(str(key[-1]))}",
            context["expected"],
            f"{context['example']}: ...",
            context["mend"],
        )
    if error["type"] == "kind":
        found = f"{text}, {context['note']}" if context["note"] and text != "nothing" else text
        return Fault(key, found, context["expected"], mend=context["mend"])
    if error["type"] == "extra_forbidden":
        return _unknown(model, key)
    if error["type"] == "empty":
        return Fault(key, text, f"at least one item; {shape.words}")
    listed = shape.items and not shape.keys and text != "nothing"
    return Fault(key, text, shape.words, mend=f"write [{text}]" if listed else "")


def _unknown(model: type[BaseModel], key: Key) -> Fault:
    """Name the keys that are known in place of an unknown one, and the nearest of them."""
    above = place_of(model, key[:-1])
    section = above.shape.section if above else model
    places = fields_of(section or model)
    near = nearest(str(key[-1]), list(places))
    shown = near or next(iter(places))
    return Fault(
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
