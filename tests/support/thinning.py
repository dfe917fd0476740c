"""Of many cases alike some run in `make test`; the others run in `make test-long`."""

from collections.abc import Iterable

import pytest

__all__ = ["thin"]


def thin(values: Iterable[object], every: int) -> list[object]:
    """Return the cases of a test, of which one in `every` stays in `make test`; others are long.

    Examples
    --------
    >>> [len(case.marks) for case in thin("abcd", every=3)]
    [0, 1, 1, 0]
    """
    cases = [value if isinstance(value, tuple) else (value,) for value in values]
    marks = [() if n % every == 0 else pytest.mark.long for n in range(len(cases))]
    return [pytest.param(*case, marks=mark) for case, mark in zip(cases, marks, strict=True)]
