"""Read YAML so that it means one thing only, and keep the line and the text of every key."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from rareaccess.params.faults import Fault, ParamsError

__all__ = ["LARGEST", "Document", "Key", "key_path", "read_text", "read_yaml"]

LARGEST = 1_000_000  # bytes
DEEPEST = 12  # levels of lists and sections
WHOLE_FILE = "(the whole file)"
Key = tuple[str | int, ...]

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBERLIKE = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[ox][0-9a-fA-F]+")
TRUTH = {"true": True, "false": False}
WORDS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}


@dataclass
class Document:
    """A settings file as read: its values, with the line and the text of each key."""

    file: str
    values: dict[str, object] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    faults: dict[Key, Fault] = field(default_factory=dict)


class _Refused(Exception):
    """Something that the reader does not take, with the line where it stands."""

    def __init__(self, line: int, found: str, expected: str, example: str = "") -> None:
        super().__init__(found)
        self.line, self.found, self.expected, self.example = line, found, expected, example


class _Loader(yaml.SafeLoader):
    """The safe loader, without anchors, aliases, tags or deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node:
        """Compose one node after looking at what announces it."""
        event = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"the alias *{event.anchor}", "the value itself, written out")
        if event.anchor is not None:
            raise _Refused(
                line, f"the anchor &{event.anchor}", "no anchors: each value written where it is"
            )
        if event.tag not in (None, "!"):
            raise _Refused(line, f"the tag {event.tag}", "plain values without tags")
        if self.depth >= DEEPEST:
            raise _Refused(line, f"more than {DEEPEST} levels", "sections as docs/params.md shows")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def key_path(key: Key) -> str:
    """Return a key's path as people write it; items of a list are counted from 1.

    Examples
    --------
    >>> key_path(("criteria", 1, "from"))
    'criteria[2].from'
    """
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".") or WHOLE_FILE


def read_yaml(path: Path, *, file: str) -> Document:
    """Read one settings file; `file` is the name by which messages call it.

    Raises
    ------
    ParamsError
        The file is missing, too large, not UTF-8, or not a YAML section that can be read.
    """
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise _one(file, f"nothing that can be read ({problem})", "a settings file") from None
    if len(content) > LARGEST:
        raise _one(file, "more than 1 MB", "a settings file of a few kilobytes")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _one(file, "UTF-16 text", "UTF-8 text: choose UTF-8 when saving the file")
    try:
        return read_text(content.decode("utf-8-sig"), file=file)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}, which is not UTF-8"
        raise _one(file, found, "UTF-8 text: choose UTF-8 when saving the file", line) from None


def read_text(text: str, *, file: str) -> Document:
    """Read the text of a settings file, as `read_yaml` does.

    Examples
    --------
    >>> read_text('pair: sle-belimumab', file="x.yml").values
    {'pair': 'sle-belimumab'}
    """
    faults = list(_odd_characters(text))
    if faults:
        raise ParamsError(file, faults)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except _Refused as error:
        raise _one(file, error.found, error.expected, error.line, error.example) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = " ".join(filter(None, [error.context, error.problem]))
        line = mark.line + 1 if mark else 0
        raise _one(file, found, "YAML: `key: value`, sections indented by two spaces", line,
                   "pair: sle-belimumab") from None
    finally:
        loader.dispose()
    document = Document(file)
    if not isinstance(root, yaml.MappingNode):
        found = "an empty file" if root is None else "no keys at the top"
        raise _one(file, found, "keys with values", 1, "pair: sle-belimumab")
    document.values = _mapping(root, (), document)
    return document


def _one(file: str, found: str, expected: str, line: int = 0, example: str = "") -> ParamsError:
    return ParamsError(file, [Fault(WHOLE_FILE, found, expected, example, line=line)])


def _odd_characters(text: str) -> Iterator[Fault]:
    """Find tabs, controls and look-alike spaces, once a line."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line.isascii() and line.isprintable():
            continue
        for character in line:
            kind = unicodedata.category(character)
            if character == "\t":
                found, expected = "a tab", "spaces"
            elif kind in ("Zs", "Zl", "Zp") and character != " ":
                found, expected = f"the character U+{ord(character):04X}", "an ordinary space"
            elif kind in ("Cc", "Cf", "Cs", "Co", "Cn"):
                found = f"the invisible character U+{ord(character):04X}"
                expected = "text without it"
            else:
                continue
            yield Fault(WHOLE_FILE, found, expected, mend="type the line again", line=number)
            break


def _value(node: yaml.Node, key: Key, document: Document) -> object:
    document.lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        document.texts[key] = "a section with the keys " + ", ".join(
            child.value if isinstance(child, yaml.ScalarNode) else "?" for child, _ in node.value
        )
        return _mapping(node, key, document)
    if isinstance(node, yaml.SequenceNode):
        document.texts[key] = f"a list of {len(node.value)}"
        return [_value(child, (*key, n), document) for n, child in enumerate(node.value)]
    quote = node.style if node.style in ("'", '"') else ""
    document.texts[key] = f"{quote}{_short(node.value)}{quote}" or "nothing"
    return node.value if node.style is not None else _plain(node, key, document)


def _mapping(node: yaml.MappingNode, key: Key, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for name_node, value_node in node.value:
        line = name_node.start_mark.line + 1
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
        here = (*key, name)
        if name in values:
            first = document.lines[here]
            document.faults[here] = Fault(
                key_path(here), f"{_short(name)} twice, on lines {first} and {line}",
                "each key once", mend="delete one of them", line=line,
            )
            continue
        plain = isinstance(name_node, yaml.ScalarNode) and name_node.style is None
        if name == "?" or (plain and not isinstance(_typed(name_node), str)):
            document.faults[here] = Fault(
                key_path(here), f"the key {_short(name)} without quotes", "a key that is text",
                f'"{_short(name)}": ...', mend="put the key in quotes", line=line,
            )
        document.lines[here] = line
        values[name] = _value(value_node, here, document)
    return values


def _plain(node: yaml.ScalarNode, key: Key, document: Document) -> object:
    """Return the value of a scalar without quotes; note a fault when YAML readers disagree."""
    value = _typed(node)
    if isinstance(value, _Ambiguous):
        text = _short(node.value)
        document.faults[key] = Fault(
            key_path(key), f"{text} without quotes, {value.reading}",
            "text in quotes, or a number in plain digits", f'"{text}"', line=document.lines[key],
        )
        return node.value
    return value


@dataclass(frozen=True)
class _Ambiguous:
    reading: str


def _typed(node: yaml.ScalarNode) -> object:
    text = node.value
    if text in ("", "~") or text.casefold() == "null":
        return None
    if text.casefold() in TRUTH:
        return TRUTH[text.casefold()]
    if text.casefold() in WORDS:
        return _Ambiguous(f"which YAML may read as {WORDS[text.casefold()]}")
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if node.tag != "tag:yaml.org,2002:str" or NUMBERLIKE.fullmatch(text):
        return _Ambiguous("which YAML may read as something else (a number, a time)")
    return text


def _short(text: str) -> str:
    """Cut a text to what fits a message, with line breaks shown."""
    text = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return text if len(text) <= 60 else text[:57] + "..."
