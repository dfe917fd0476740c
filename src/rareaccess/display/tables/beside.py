"""A table of groups of people side by side, each with the same columns."""

from collections.abc import Sequence
from dataclasses import replace

from rareaccess.disclosure import Frame, check_released
from rareaccess.display.tables.setting import Heading, Sheet, print_values, set_table

__all__ = ["build_beside_table"]


def build_beside_table(
    released: Frame,
    *,
    stub: tuple[str, str],
    side: str,
    sides: Sequence[tuple[str, str]],
    columns: Sequence[Heading],
    group: str,
) -> Sheet:
    """Table of a long frame: what names a row at the left, then each side with its columns.

    Parameters
    ----------
    released
        A row for each value of `group`, of the stub and of `side`.
    stub
        The column that names the row, and its heading.
    side
        The column that says of whom a row is.
    sides
        Its values in their order, and the heading of each.
    columns
        The columns of each side.
    group
        A column whose values head groups of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from rareaccess.disclosure import Notes, protect
    >>> data = pd.DataFrame({"by": "Sex", "level": "female", "who": ["a", "b"], "n": [90, 3]})
    >>> released = protect(data, counts=["n"], profile="ndrs", notes=Notes(label="sex"))
    >>> sheet = build_beside_table(released, stub=("level", ""), side="who", group="by",
    ...     sides=[("a", "Treated"), ("b", "Cohort")], columns=[Heading("n", "People")])
    >>> sheet.html.count("People"), "[c]" in sheet.html
    (2, True)
    """
    check_released(released)
    rows = {(row[group], row[stub[0]], row[side]): row for row in released.records()}
    places = list(dict.fromkeys(key[:2] for key in rows))
    texts = {group: [place[0] for place in places], stub[0]: [place[1] for place in places]}
    headings = []
    for value, words in sides:
        for one in columns:
            name = f"{one.name}, {value}"
            texts[name] = print_values([rows[*place, value][one.name] for place in places], one)
            headings.append(replace(one, name=name, over=words))
    return set_table(released, texts, stub=stub, columns=headings, group=group)
