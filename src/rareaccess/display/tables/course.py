"""Tables of place and person, and of care around the start."""

from collections.abc import Mapping

from rareaccess.disclosure import Frame, Hidden, fmt
from rareaccess.display.tables.setting import DASH, Heading, Sheet, build_list_table, print_values

__all__ = ["build_course_table", "build_patterns_table", "build_place_table",
           "build_stability_table"]  # fmt: skip


def build_place_table(places: Frame) -> Sheet:
    """Table of the share of the variation of each model that lies between places, and the rest."""
    over, median = "Share of the variation, %", "Median ratio of two places"
    ratios = ("ratio", "ratio_lower", "ratio_upper")
    texts = {name: [_print_ratio(value) for value in places.values(name)] for name in ratios}
    columns = [
        Heading("people", "People"),
        Heading("places", "Places", missing=DASH),
        Heading("share", "%", "number", over, DASH),
        Heading("share_lower", "95% from", "number", over, DASH),
        Heading("share_upper", "95% to", "number", over, DASH),
        Heading("ratio", "Ratio", "words", median),
        Heading("ratio_lower", "95% from", "words", median),
        Heading("ratio_upper", "95% to", "words", median),
    ]
    return build_list_table(
        places, stub=("part", "Between"), columns=columns, group="model", texts=texts
    )


def _print_ratio(value: object) -> str:
    return DASH if value is None else str(fmt.num(value, 2))


def build_course_table(years: Frame) -> Sheet:
    """Table of the contacts of each year around the start: two groups and their difference."""

    def tell(row: Mapping[str, object], name: str) -> str:
        low, high = row[f"{name}_lower"], row[f"{name}_upper"]
        if low is None or isinstance(low, Hidden):
            return print_values([low])[0]
        return f"{fmt.num(low)} to {fmt.num(high)}"

    texts = {f"{name}_between": [tell(row, name) for row in years.records()]
             for name in ("own", "other", "gap")}  # fmt: skip
    columns = [
        Heading("people", "People"),
        *(part for name, over in (("own", "The treated"), ("other", "Matched"),
                                  ("gap", "Difference"))
          for part in (Heading(name, "A year", "number", over),
                       Heading(f"{name}_between", "95% interval", "words", over))),
    ]  # fmt: skip
    return build_list_table(
        years, stub=("period", "Time"), columns=columns, group="kind", texts=texts
    )


def build_patterns_table(patterns: Frame, *, words: Mapping[str, str]) -> Sheet:
    """Table of groups of people by their care: how many, and their mean counts in a year.

    Parameters
    ----------
    patterns
        `pattern`, `people`, `people_pct` and a column for each of `words`.
    words
        Columns of means, and their headings.
    """
    columns = [
        Heading("people", "Number", over="People"),
        Heading("people_pct", "%", "pct", "People"),
        *(Heading(name, label, "number", "Mean a year") for name, label in words.items()),
    ]
    return build_list_table(patterns, stub=("pattern", "Group"), columns=columns)


def build_stability_table(partitions: Frame) -> Sheet:
    """Table of how far each number of groups would be found again."""
    index = "Adjusted Rand index"
    texts = {name: [_print_ratio(value) for value in partitions.values(name)]
             for name in ("stability", "low", "shuffled")}  # fmt: skip
    columns = [
        Heading("explained", "Variation between, %", "number"),
        Heading("stability", "Mean", "words", index),
        Heading("low", "Lowest tenth", "words", index),
        Heading("shuffled", "Counts shuffled", "words", index),
        Heading("again", "Found again", "text", same="keep"),
    ]
    return build_list_table(
        partitions, stub=("groups", "Parted into"), columns=columns, texts=texts
    )
