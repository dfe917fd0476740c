"""What is wrong in a settings file, told so that the person who wrote it can mend it."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rareaccess.core.errors import UserError, write_parts

__all__ = [
    "WHOLE_FILE",
    "Fault",
    "Key",
    "ParamsError",
    "key_path",
    "nearest",
    "shorten",
    "suggest",
]

Key = tuple[str | int, ...]

WHOLE_FILE = "the whole file"

SHOWN = 25  # faults printed; the rest are counted


@dataclass(frozen=True)
class Fault:
    """One fault of a settings file: where it is, what is there, what should be.

    Parameters
    ----------
    at
        Path of the key, within its section as long as the section alone is looked at.
    found, expected, example
        What stands in the file, what should stand there in words, and one line that would do.
    mend
        The likely remedy, when one is known ("did you mean ...?").
    line
        Line of the file, from 1; 0 when not known.

    Examples
    --------
    >>> print(Fault(("pair",), "nothing", "a short name", "pair: sle-belimumab", line=3))
    pair (line 3)
      Found:      nothing
      Expected:   a short name
      Example:    pair: sle-belimumab
    """

    at: Key
    found: str
    expected: str
    example: str = ""
    mend: str = ""
    line: int = 0

    @property
    def key(self) -> str:
        """The key as people write it, such as `windows.treatment.from`."""
        return key_path(self.at)

    def __str__(self) -> str:
        """Return the key and its line, then the parts that are filled."""
        place = f"{self.key} (line {self.line})" if self.line else self.key
        parts = ("found", "expected", "example", "mend")
        return "\n".join([place, *write_parts({part: getattr(self, part) for part in parts})])


class ParamsError(UserError):
    """All the faults of one settings file, reported together.

    Parameters
    ----------
    file
        The file, relative to the project.
    faults
        At least one fault; kept in `faults`, in the order of the file.

    Examples
    --------
    >>> faults = [Fault(("a",), "1", "text"), Fault(("b",), "2", "text")]
    >>> error = ParamsError("params/x.yml", faults)
    >>> error.what, len(error.faults), error.found
    ('params/x.yml has 2 errors.', 2, '1')
    """

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        first, count = self.faults[0], len(self.faults)
        line = f", line {first.line}" if first.line else ""
        super().__init__(
            what=f"{file} has {count} error{'s' if count > 1 else ''}.",
            where=f"{file}{line}" + (f", key {first.key}" if first.at else ""),
            found=first.found,
            expected=first.expected + (f"; example: {first.example}" if first.example else ""),
            mend=first.mend,
        )

    def __reduce__(self) -> tuple[type["ParamsError"], tuple[str, tuple[Fault, ...]]]:
        """Pickle by the file and the faults, so that another process can raise it."""
        return ParamsError, (self.file, self.faults)

    def __str__(self) -> str:
        """Return the headline and every fault, numbered when there are several."""
        shown = [str(fault) for fault in self.faults[:SHOWN]]
        if len(self.faults) > 1:
            shown = [f"{number}. {text}" for number, text in enumerate(shown, start=1)]
        if len(self.faults) > SHOWN:
            shown.append(f"... and {len(self.faults) - SHOWN} more.")
        indented = ["  " + line for text in shown for line in text.split("\n")]
        return "\n".join([self.what, *indented])


def key_path(key: Key) -> str:
    """Return a key's path as people write it; items of a list are counted from 1.

    Examples
    --------
    >>> key_path(("criteria", 1, "from"))
    'criteria[2].from'
    """
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{shorten(part)}" for part in key)
    return "".join(parts).removeprefix(".") or WHOLE_FILE


def shorten(text: str) -> str:
    r"""Return a text as it fits a message: on one line, nothing invisible, 60 characters.

    Examples
    --------
    >>> shorten("one\ntwo"), len(shorten("a" * 100))
    ('one\\ntwo', 60)
    """
    text = text[:100].encode("unicode_escape").decode() if not text.isprintable() else text
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the nearest of the known words, or nothing when none is near.

    Examples
    --------
    >>> nearest("Treshold", ["minimum", "threshold"]), nearest("zzz", ["minimum"])
    ('threshold', '')
    """
    by_fold = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""


def suggest(word: str, known: Sequence[str]) -> str:
    """Return "did you mean ...?" for the nearest of the known words, or nothing.

    Examples
    --------
    >>> suggest("treshold", ["minimum", "threshold"])
    'did you mean threshold?'
    """
    name = nearest(word, known)
    return f"did you mean {name}?" if name else ""
