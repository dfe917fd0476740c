"""One error for people: what is wrong, where, what was found, what is expected, how to mend it."""

from dataclasses import dataclass
from typing import Any

__all__ = ["UserError"]


@dataclass(eq=False)
class UserError(Exception):
    """A fault that the person at the keyboard can mend; the command line prints it and exits 2.

    Parameters
    ----------
    what
        The fault in one sentence.
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
      where:    params/pairs/x.yml
      mend:     Check it.
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
        """Return the fault over a few lines, one for each field that is filled."""
        fields = ("where", "found", "expected", "mend")
        lines = [f"  {name + ':':<9} {getattr(self, name)}" for name in fields]
        filled = [line for line, name in zip(lines, fields, strict=True) if getattr(self, name)]
        return "\n".join([self.what, *filled])
