"""HTML of great_tables made plain: the book's own style sheet sets every table the same way."""

import re

__all__ = ["clean_table"]

_STYLE = re.compile(r"<style[^>]*>.*?</style>\s*", re.S)
_WRAPPER = re.compile(r'<div id="([^"]*)" style="[^"]*">\s*(?=<table class="gt_table")')


def clean_table(html: str) -> str:
    """Return the HTML without its own style sheet and the inline style of its wrapper.

    The classes stay: the book's style sheet and the filter read the alignment from them.

    Examples
    --------
    >>> clean_table('<style>x</style><td class="gt_row gt_right">9</td>')
    '<td class="gt_row gt_right">9</td>'
    """
    return _WRAPPER.sub(r'<div id="\1" class="ra-table">', _STYLE.sub("", html)).strip()
