"""Text that is missing stays missing: so pandas 3 reads text, and 2.3 if it is asked to.

An older pandas makes a word of it, nan or None, and that word would stand in the marts.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pandas as pd

from rareaccess.core.errors import UserError

__all__ = ["keeping_text"]

OPTION = "future.infer_string"
LEAST = "2.3"


@contextmanager
def keeping_text() -> Iterator[None]:
    """Let pandas keep missing text missing until the block ends.

    Raises
    ------
    UserError
        This pandas cannot.

    Examples
    --------
    >>> with keeping_text():
    ...     pd.Series(["a", None]).map({"a": "b"}).astype("str").isna().tolist()
    [False, True]
    """
    with nullcontext() if _keeps_text() else pd.option_context(OPTION, True):
        if not _keeps_text():
            raise UserError(
                "This pandas makes a word of text that is missing.",
                where="pandas, in the environment of this program",
                found=f"pandas {pd.__version__}",
                expected=f"pandas {LEAST} or newer",
                mend=f"Run pip install 'pandas>={LEAST}'. In Databricks a notebook may have its "
                "own: %pip install, in its first cell.",
            )
        yield


def _keeps_text() -> bool:
    """Return whether a missing text is missing when a column has become text."""
    return bool(pd.Series(["a", None]).map({"a": "b"}).astype("str").isna().iloc[1])
