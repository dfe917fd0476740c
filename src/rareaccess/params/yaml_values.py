"""Turn YAML nodes into values that mean one thing to every reader, with their lines and texts."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from rareaccess.params.faults import Fault, Key, shorten

__all__ = ["Document", "is_plain_text", "list_at", "read_document"]

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBERLIKE = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[ox][0-9a-fA-F]+")
UNQUOTED = "text in quotes, or a number in plain digits"
RESOLVER = yaml.resolver.Resolver()
CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
WORDS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}


@dataclass
class Document:
    """A settings file as read: its values, with the line and the text of each key."""

    file: str
    values: dict[str, object] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    faults: dict[Key, Fault] = field(default_factory=dict)

    def note(self, key: Key, *told: Any, **more: Any) -> None:
        """Note the fault of a key, told as to `Fault`; of several the last one stands."""
        self.faults[key] = Fault(key, *told, **more)

    def find_line(self, key: Key) -> int:
        """Return the line of a key, or of the section above when the key is missing."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 0)


@dataclass(frozen=True)
class _Ambiguous:
    """A scalar without quotes that YAML readers do not agree on."""

    reading: str


def list_at(values: object, key: Key) -> list[Any]:
    """Return the list at a key, empty if there is none.

    Examples
    --------
    >>> list_at({"drug": {"routes": ["IV"]}}, ("drug", "routes")), list_at({}, ("pairs",))
    (['IV'], [])
    >>> list_at({"anchors": [{"codes": ["N085"]}]}, ("anchors", 0, "codes"))
    ['N085']
    """
    for part in key:
        if isinstance(values, list) and isinstance(part, int):
            values = values[part]
        else:
            values = values.get(part) if isinstance(values, dict) else None
    return values if isinstance(values, list) else []


def read_document(root: yaml.MappingNode, file: str) -> Document:
    """Return the values below the root; faults in keys and scalars are noted, not raised."""
    document = Document(file)
    document.values = _mapping(root, (), document)
    return document


def _mapping(node: yaml.MappingNode, key: Key, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for name_node, value_node in node.value:
        line = name_node.start_mark.line + 1
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
        here, shown = (*key, name), shorten(name) or "(empty)"
        example = f"{shown}: ..."
        if name in values:
            found = f"{shown} twice, on lines {document.lines[here]} and {line}"
            document.note(here, found, "each key once", example, "delete one of them", line)
            continue
        if not _is_text(name_node):
            found, mend = f"the key {shown} without quotes", "put the key in quotes"
            document.note(here, found, "a key that is text", example, mend, line)
        document.lines[here] = line
        values[name] = _value(value_node, here, document)
    return values


def _is_text(name: yaml.Node) -> bool:
    """Return whether a key is text to every reader of YAML."""
    if not isinstance(name, yaml.ScalarNode):
        return False
    return name.style is not None or is_plain_text(name.value)


def _value(node: yaml.Node, key: Key, document: Document) -> object:
    line = document.lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
        document.texts[key] = shorten("a section with the keys " + ", ".join(names))
        return _mapping(node, key, document)
    if isinstance(node, yaml.SequenceNode):
        document.texts[key] = f"a list of {len(node.value)}" if node.value else "an empty list"
        return [_value(child, (*key, place), document) for place, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)  # the third of YAML's kinds
    quote = node.style if node.style in ("'", '"') else ""
    document.texts[key] = f"{quote}{shorten(node.value)}{quote}" or "nothing"
    value = node.value if node.style is not None else _plain(node.value)
    if isinstance(value, _Ambiguous):
        text = shorten(node.value)
        found, expected = f"{text} without quotes, {value.reading}", UNQUOTED
        document.note(key, found, expected, f'"{text}"', line=line)
        return node.value
    return value


def is_plain_text(text: str) -> bool:
    """Return whether a scalar without quotes is text, and no number, date or truth.

    Examples
    --------
    >>> is_plain_text("M321"), is_plain_text("410"), is_plain_text("no"), is_plain_text("12:30")
    (True, False, False, False)
    """
    return isinstance(_plain(text), str) and not DAY.fullmatch(text)


def _plain(text: str) -> object:
    """Return the value of a scalar without quotes: null, true, a number, a day, or text."""
    word = text.casefold()
    if word in CONSTANTS:
        return CONSTANTS[word]
    if word in WORDS:
        return _Ambiguous(f"which YAML may read as {WORDS[word]}")
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    tag = RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    if tag != RESOLVER.DEFAULT_SCALAR_TAG or NUMBERLIKE.fullmatch(text):
        return _Ambiguous("which YAML may read as a number or a time")
    return text
