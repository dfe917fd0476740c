"""HTML of great_tables made plain, so that the book's own style sheet sets every table alike."""

import re

__all__ = ["clean_table"]

_STYLE = re.compile(r"<style[^>]*>.*?</style>\s*", re.S)
_NOTE = re.compile(r'(<td class="gt_sourcenote"[^>]*>)(.*?)(</td>)', re.S)
_INTERVAL = re.compile(r'(<td[^>]*\bgt_right)("[^>]*>[^<>]*) (\([^<>]+\))(?=</td>)')
_WRAPPER = re.compile(r'<div id="([^"]*)" style="[^"]*">\s*(?=<table class="gt_table")')


def clean_table(html: str) -> str:
    """Return the HTML without its own style sheet and the inline style of its wrapper.

    The classes stay: the book's style sheet and the filter read the alignment from them. Each note
    is put into an element of its own, so that it can be narrower than a table that is scrolled. So
    is what stands in brackets behind a number: where a table is wide it goes to the next line.

    Examples
    --------
    >>> clean_table('<style>x</style><td class="gt_row gt_right">9</td>')
    '<td class="gt_row gt_right">9</td>'
    >>> clean_table('<td class="gt_sourcenote" colspan="2">n = 9.</td>')
    '<td class="gt_sourcenote" colspan="2"><span class="table-note">n = 9.</span></td>'
    >>> clean_table('<td class="gt_row gt_right">1.2 (0.9–1.6)</td>')
    '<td class="gt_row gt_right in-two">1.2 <span>(0.9–1.6)</span></td>'
    """
    html = _INTERVAL.sub(r"\1 in-two\2 <span>\3</span>", html)
    html = _NOTE.sub(r'\1<span class="table-note">\2</span>\3', _STYLE.sub("", html))
    return _WRAPPER.sub(r'<div id="\1" class="ra-table">', html).strip()
