"""What stands where in a settings file, told in words: for messages, documents and new files."""

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rareaccess.params.kinds import Kind

__all__ = ["Place", "Shape", "fields_of", "place_of", "shape_of"]

Section = type[BaseModel]


@dataclass(frozen=True)
class Shape:
    """One value, a section, a list of one shape, or a section whose keys are free.

    Examples
    --------
    >>> Shape(items=Shape(kind=Kind("a word", "lupus", str))).words
    'a list; each item: a word'
    """

    kind: Kind | None = None
    section: Section | None = None
    items: "Shape | None" = None
    keys: Kind | None = None

    @property
    def words(self) -> str:
        """What is expected, in words."""
        if self.kind:
            return self.kind.expected
        if self.section:
            return "a section with the keys " + ", ".join(fields_of(self.section))
        item = self.items.words if self.items else "anything"
        if self.keys:
            return f"a section; each key: {self.keys.expected}; each value: {item}"
        return f"a list; each item: {item}"

    @property
    def label(self) -> str:
        """What is expected, in as few words as docs/params.md needs."""
        if self.kind:
            return self.kind.label or self.kind.expected
        item = self.items.label if self.items else "section"
        if self.keys:
            return f"section of {self.keys.label or 'key'}: {item}"
        return f"list of {item}s" if self.items else item

    @property
    def example(self) -> str:
        """An example, on one line of YAML."""
        if self.kind:
            return self.kind.example
        if self.section:
            places = fields_of(self.section).items()
            return "{" + ", ".join(f"{k}: {p.example}" for k, p in places if p.required) + "}"
        item = self.items.example if self.items else ""
        return f"{{{self.keys.example}: {item}}}" if self.keys else f"[{item}]"


@dataclass(frozen=True)
class Place:
    """A key of a settings file: its shape, its meaning, its example, and whether it must be."""

    shape: Shape
    meaning: str
    example: str
    required: bool


def shape_of(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    """Return the shape that a type annotation of a model describes."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return shape_of(inner, (*more, *metadata))
    for part in metadata:
        if isinstance(part, Kind):
            return Shape(kind=part)
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = [part for part in get_args(annotation) if part is not NoneType]
        return shape_of(inner)
    if get_origin(annotation) is tuple:
        return Shape(items=shape_of(get_args(annotation)[0]))
    if get_origin(annotation) is dict:
        key, value = get_args(annotation)
        return Shape(items=shape_of(value), keys=shape_of(key).kind)
    return Shape(section=annotation)


def fields_of(section: Section) -> dict[str, Place]:
    """Return the keys of a section as they are written in YAML, in the order of the model.

    Examples
    --------
    >>> from rareaccess.params.dated import Window
    >>> list(fields_of(Window))
    ['from', 'to']
    """
    return {field.alias or name: _place(field) for name, field in section.model_fields.items()}


def place_of(section: Section, key: tuple[str | int, ...]) -> Place | None:
    """Return the place of a key path, or None when the section has no such key."""
    place: Place | None = None
    shape = Shape(section=section)
    for part in key:
        if shape.section:
            place = fields_of(shape.section).get(str(part))
            if place is None:
                return None
            shape = place.shape
        elif shape.items:
            shape = shape.items
            place = Place(shape, place.meaning if place else "", shape.example, True)
        else:
            return None
    return place


def _place(field: FieldInfo) -> Place:
    shape = shape_of(field.annotation, tuple(field.metadata))
    example = field.examples[0] if field.examples else shape.example
    return Place(shape, field.description or "", example, field.is_required())
