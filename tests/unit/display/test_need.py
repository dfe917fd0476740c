"""Figures and tables of need: bounds without a dot, dashes where need is refused."""

import re

import pandas as pd

from rareaccess.disclosure import Notes, Released, make_public, protect
from rareaccess.display import figures, tables

NOTES = Notes(label="x", title="A", n="9 people", source="HES", period="To 2025", caveat="As seen")


def release(rows: dict, statistics: list[str], treated: list[int] | None = None) -> Released:
    frame = pd.DataFrame(rows)
    frame["treated"] = treated or 90
    return protect(frame, counts=["treated"], statistics=statistics, on="treated", profile="ndrs",
                   notes=NOTES)  # fmt: skip


def cells(html: str) -> list[list[str]]:
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in rows
    ]


def count_marks(ratio: float | None, lower: float | None, upper: float | None) -> tuple[int, int]:
    """Return how many dots and how many lines a row is drawn with."""
    rows = {"level": ["all", "bounds"], "denominator": ["one", "one"], "ratio": [1.0, ratio],
            "ratio_lower": [0.9, lower], "ratio_upper": [1.1, upper]}  # fmt: skip
    released = release(rows, ["ratio", "ratio_lower", "ratio_upper"])
    svg = figures.draw_ratios(released, panels={"one": "One"}, words="Ratio").svg
    dots = len(re.findall(r'<g id="PathCollection_\d+"', svg))
    lines = len(re.findall(r'<g id="LineCollection_\d+"', svg))
    return dots - 1, lines - 1


def test_an_interval_without_a_ratio_is_a_line_without_a_dot() -> None:
    assert count_marks(1.2, 0.8, 1.6) == (1, 1)
    assert count_marks(None, 0.8, 1.6) == (0, 1)
    assert count_marks(None, None, None) == (0, 0)
    assert count_marks(1.0, None, None) == (1, 0)  # a reference is a ring


def test_what_would_change_a_conclusion() -> None:
    rows = {"denominator": ["A against B", "C against B", "D against B"],
            "times": [1.184, None, 1.5], "times_words": ["it does", "not estimated", "it does"],
            "prevalence": [0.0786, None, 0.5],
            "prevalence_words": ["it does too", "not estimated", "it does"]}  # fmt: skip
    sheet = tables.build_tipping_table(release(rows, ["times", "prevalence"], [90, 90, 3]))
    assert cells(sheet.html) == [
        ["A against B", "1.18", "it does", "0.079", "it does too"],
        ["C against B", "–", "not estimated", "–", "not estimated"],
        ["D against B", "[c]", "", "[c]", ""],
    ]


def test_comparisons_stand_side_by_side() -> None:
    rows = {"denominator": ["A against B"] * 2 + ["C against B"], "check": ["Agree", "z", "Agree"],
            "value": [0.544, 12.3, None], "p": [0.0004, None, None]}  # fmt: skip
    sheet = tables.build_checks_table(release(rows, ["value", "p"]))
    assert cells(sheet.html) == [
        ["Agree", "0.54", "&lt;0.001", "–", "–"],
        ["Z", "12.30", "–", "–", "–"],
    ]
    assert sheet.html.index("A against B") < sheet.html.index("C against B")


def test_better_data_and_by_how_much_they_narrow() -> None:
    rows = {"denominator": ["A against B"] * 2, "data": ["nothing more", "a score"],
            "fold": [2.083, 1.6], "narrower": [0.0, 33.4]}  # fmt: skip
    sheet = tables.build_worth_table(release(rows, ["fold", "narrower"]))
    assert cells(sheet.html) == [["Nothing more", "2.08", "0"], ["A score", "1.60", "33"]]


def test_assumptions_are_words() -> None:
    frame = pd.DataFrame([("this", "that", "never"), ("more", "less", "often")],
                         columns=["assumes", "gives", "fails"])  # fmt: skip
    sheet = tables.build_assumptions_table(make_public(frame, because="the method", notes=NOTES))
    assert cells(sheet.html) == [["This", "that", "never"], ["More", "less", "often"]]


def test_measures_stand_under_both_denominators_with_remarks() -> None:
    rows = {"measure": ["Index", "Index", "spread", "spread", "few", "few"],
            "denominator": ["Cohort", "Imputed"] * 3,
            "value": [0.304, None, 0.0, 0.2, 3.0, 4.0], "lower": [0.2, None, 0.0, 0.1, 2.0, 3.0],
            "upper": [0.4, None, 1.0, 0.3, 4.0, 5.0],
            "note": ["", "not estimated", "below 0", "", "told", ""]}  # fmt: skip
    released = release(rows, ["value", "lower", "upper"], [90, 90, 90, 90, 3, 3])
    assert cells(tables.build_measures_table(released).html) == [
        ["Index", "0.30", "0.20 to 0.40", "–", "–", "Imputed: not estimated"],
        ["Spread", "0.00", "0.00 to 1.00", "0.20", "0.10 to 0.30", "Cohort: below 0"],
        ["Few", "[c]", "[c]", "[c]", "[c]", ""],
    ]
    plain = release({**rows, "note": [""] * 6}, ["value", "lower", "upper"])
    assert "Remark" not in tables.build_measures_table(plain).html
    same = release({**rows, "note": ["", "not estimated"] * 3}, ["value", "lower", "upper"])
    html = tables.build_measures_table(same).html
    assert "Imputed, in every row: not estimated" in html and "Remark" not in html
