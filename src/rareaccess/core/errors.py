"""One error for people: what is wrong, where, what was found, what was expected, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["UserError", "write_parts"]

LABELS = {
    "where": "Where:",
    "found": "Found:",
    "expected": "Expected:",
    "example": "Example:",
    "mend": "What to do:",
}
WIDTH = max(len(label) for label in LABELS.values())


def write_parts(parts: Mapping[str, str]) -> list[str]:
    r"""Return a line for each part that is filled; further lines of a part stand under its first.

    Parameters
    ----------
    parts
        Text of each part, by its name in `LABELS`; printed in the order of `LABELS`.

    Examples
    --------
    >>> write_parts({"mend": "use at most 60", "where": "", "found": "one\ntwo"})
    ['  Found:      one\n              two', '  What to do: Use at most 60']
    """
    lines, indent = [], "\n" + " " * (WIDTH + 3)
    for name, label in LABELS.items():
        if text := parts.get(name):
            text = text[0].upper() + text[1:] if name == "mend" else text
            lines.append(f"  {label:<{WIDTH}} {text}".replace("\n", indent))
    return lines


@dataclass(eq=False)
class UserError(Exception):
    """An error that the person at the keyboard can put right; the command line exits with code 2.

    Parameters
    ----------
    what
        The error in one sentence.
    where
        File (relative to the project) and key, column or box.
    found, expected
        What is there and what should be. Values only: never a row, never a person identifier.
    mend
        The next thing to do.

    Examples
    --------
    >>> print(UserError("The pair file cannot be read.", "params/pairs/x.yml", mend="Check it."))
    The pair file cannot be read.
      Where:      params/pairs/x.yml
      What to do: Check it.
    """

    what: str
    where: str = ""
    found: str = ""
    expected: str = ""
    mend: str = ""

    def __reduce__(self) -> tuple[type["UserError"], tuple[Any, ...]]:
        """Pickle the fields, so that the error crosses from a worker process as it is."""
        return type(self), (self.what, self.where, self.found, self.expected, self.mend)

    def __str__(self) -> str:
        """Return the error over a few lines, one for each field that is filled."""
        return "\n".join([self.what, *write_parts(vars(self))])
