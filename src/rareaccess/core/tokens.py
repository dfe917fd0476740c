"""Tokens of the templates, such as `{{drug}}`: what one looks like, and how text is filled."""

import re
from collections.abc import Mapping

from rareaccess.core.errors import UserError

__all__ = ["TOKEN", "fill_text"]

TOKEN = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
"""A token; a Quarto shortcode (`{{< var x >}}`) is not one."""


def fill_text(text: str, tokens: Mapping[str, str], *, where: str = "") -> str:
    """Return `text` with every token replaced by its value.

    Raises
    ------
    UserError
        A token has no value, or its value holds a token itself.

    Examples
    --------
    >>> fill_text("Uptake of {{drug}}", {"drug": "belimumab"})
    'Uptake of belimumab'
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in tokens:
            raise UserError(
                "A token has no value.",
                where=where,
                found=match.group(0),
                expected="one of " + ", ".join(f"{{{{{known}}}}}" for known in sorted(tokens)),
                mend="Correct the spelling of the token in the template.",
            )
        return tokens[name]

    filled = TOKEN.sub(value, text)
    if left := TOKEN.search(filled):
        raise UserError(
            "The value of a token contains another token.",
            where=where,
            found=left.group(0),
            mend="Remove the braces from the names in the pair's params file.",
        )
    return filled
