"""What a case found, in a form in which two cases can be compared."""

import hashlib
from collections.abc import Iterable

__all__ = ["digest"]


def digest(values: Iterable[object]) -> str:
    """Return a short hash of values in any order: equal for equal sets of values.

    Examples
    --------
    >>> digest(["b", "a"]) == digest(["a", "b"]), digest(["a"]) == digest(["b"])
    (True, False)
    """
    text = "\n".join(sorted(map(str, values)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
