"""Read YAML safely: UTF-8, of a sensible size, without aliases, tags, tabs or hidden characters."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from rareaccess.params.faults import Fault, ParamsError
from rareaccess.params.yaml_values import Document, read_document

__all__ = ["LARGEST", "read_text", "read_yaml"]

LARGEST = 100_000  # bytes: thirty times a long file, and still read in well under two seconds
DEEPEST = 12  # levels of lists and sections
COLUMN = "keys of one section start in the same column"
HINTS = {  # what the YAML library says: what it mostly means
    "not allowed here": f"{COLUMN}; a value that holds a colon and a space needs quotes",
    "expected <block end>": COLUMN,
    "expected ',' or": "close the bracket that is open above",
    "could not find expected ':'": "put a colon and a space after the key",
    "quoted scalar": "close the quotes that are open above",
    "cannot start any token": "a value that starts with this character needs quotes",
}
UTF16 = (b"\xff\xfe", b"\xfe\xff")


class _Refused(Exception):
    """Something that the reader does not take, with the line where it stands."""

    def __init__(self, line: int, found: str, expected: str) -> None:
        super().__init__(found)
        self.line, self.found, self.expected = line, found, expected


class _Loader(yaml.SafeLoader):
    """The safe loader, without anchors, aliases, tags or deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node after looking at what announces it."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML gives it no type
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"the alias *{event.anchor}", "the value itself, written out")
        if event.anchor is not None:
            raise _Refused(line, f"the anchor &{event.anchor}", "each value written where it is")
        if event.tag is not None:
            raise _Refused(line, f"the tag {event.tag}", "plain values without tags")
        if self.depth >= DEEPEST:
            raise _Refused(line, f"more than {DEEPEST} levels", "sections as docs/params.md shows")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read_yaml(path: Path, *, file: str) -> Document:
    """Read one settings file; `file` is the name by which messages call it.

    A byte order mark at the start, as some Windows editors write it, is passed over.

    Raises
    ------
    ParamsError
        The file is missing, too large, not UTF-8, or not YAML that this reader takes.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise _fault(file, f"nothing that can be read ({problem})", "a settings file") from None
    if len(content) > LARGEST:
        raise _fault(file, f"more than {LARGEST} bytes", "a settings file of a few thousand bytes")
    if content.startswith(UTF16):
        raise _fault(file, "UTF-16 text", "UTF-8 text: choose UTF-8 when saving the file")
    try:
        return read_text(content.decode("utf-8-sig"), file=file)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}, which is not UTF-8"
        raise _fault(file, found, "UTF-8 text: choose UTF-8 when saving the file", line) from None


def read_text(text: str, *, file: str) -> Document:
    """Read the text of a settings file, as `read_yaml` does.

    Examples
    --------
    >>> read_text("pair: sle-belimumab", file="x.yml").values
    {'pair': 'sle-belimumab'}
    """
    faults = list(_find_odd_characters(text))
    if faults:
        raise ParamsError(file, faults)
    try:
        root = _Loader(text).get_single_node()
    except _Refused as error:
        raise _fault(file, error.found, error.expected, error.line) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = [getattr(error, part, None) for part in ("context", "problem")]
        found = ", ".join(filter(None, said)) or "text that is not YAML"
        wanted = "YAML: `key: value`, with the keys of a section indented by two spaces"
        hint = next((HINTS[part] for part in HINTS if part in found), "")
        raise _fault(file, found, wanted, mark.line + 1 if mark else 0, hint) from None
    if not isinstance(root, yaml.MappingNode):
        found = "nothing but comments" if root is None else "no keys"
        raise _fault(file, found, "keys with values, as docs/params.md shows")
    return read_document(root, file)


def _fault(file: str, found: str, expected: str, line: int = 0, mend: str = "") -> ParamsError:
    example = "pair: sle-belimumab" if "key" in expected else ""
    return ParamsError(file, [Fault((), found, expected, example, mend, line)])


def _find_odd_characters(text: str) -> Iterator[Fault]:
    """Find tabs, controls and look-alike spaces: one fault a line."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line.isprintable():
            continue
        odd = next(character for character in line if not character.isprintable())
        code = f"U+{ord(odd):04X}"
        if odd == "\t":
            found, wanted = "a tab", "spaces"
        elif unicodedata.category(odd) == "Zs":
            found, wanted = f"a space that is not an ordinary space ({code})", "an ordinary space"
        else:
            found, wanted = f"the invisible character {code}", "text without it"
        yield Fault((), found, wanted, mend="type this line again", line=number)
