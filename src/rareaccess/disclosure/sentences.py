"""Sentences under disclosure control: what would rest on a hidden number is left out."""

import re

from rareaccess.disclosure.fmt import HIDDEN_TEXT

__all__ = ["NOT_TOLD", "keep_known"]

NOT_TOLD = "*Not shown: too few people are counted in what would be said here.*"
"""What stands where every sentence would rest on a hidden number."""
TOO_FEW = "Too few people are counted to say."
ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[.!?]\*\*)\s+")
MARKER = re.compile(r"(?:[-*] |\d+\. )")


def keep_known(told: str, *, alone: bool = True) -> str:
    r"""Return a text without the sentences that hold a hidden number.

    A question of a list whose answer is left out gets one that says so.

    Parameters
    ----------
    told
        Markdown, a list perhaps, its numbers filled in.
    alone
        Whether the text is all that is shown: where nothing is left of it, it says so.

    Examples
    --------
    >>> keep_known("Of 90 people [c] had none. The mean was 4.5 days.")
    'The mean was 4.5 days.'
    >>> keep_known("**Of 90 [c] had none.**") == NOT_TOLD, keep_known("[c].", alone=False)
    (True, '')
    >>> keep_known("1. **Who?** Of 9 people [c].\n2. **When?** In 2024.").splitlines()
    ['1. **Who?** Too few people are counted to say.', '2. **When?** In 2024.']
    """
    if HIDDEN_TEXT not in told:
        return str(told)
    lines = [_keep_line(line) if HIDDEN_TEXT in line else line for line in told.split("\n")]
    kept = "\n".join(line for line in lines if line is not None)
    return kept if kept.strip() or not alone else NOT_TOLD


def _keep_line(line: str) -> str | None:
    marker = MARKER.match(line)
    start = marker[0] if marker else ""
    parts = [part for part in ENDS.split(line[len(start) :]) if HIDDEN_TEXT not in part]
    if not parts:
        return None
    kept = " ".join(parts)
    if kept.count("**") % 2:
        kept = kept.replace("**", "")
    return f"{start}{kept} {TOO_FEW}" if kept.rstrip("*").endswith("?") else start + kept
