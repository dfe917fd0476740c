"""Figures and tables of equity: marks of what is hidden, missing or cut, and of nothing at all."""

import re

import numpy as np
import pandas as pd
import pytest

from rareaccess.contracts import list_boards
from rareaccess.disclosure import Hidden, Notes, Released, Statistic, fmt, protect
from rareaccess.display import figures, tables

NOTES = Notes(label="x", title="A", n="9 people", source="HES", period="To 2025", caveat="As seen")
PANELS = {"one": "One", "two": "Two"}
RATIO = ["ratio", "ratio_lower", "ratio_upper"]


def release(rows: dict, statistics: list[str], profile: str = "internal", **options) -> Released:
    frame = pd.DataFrame(rows)
    return protect(frame, counts=["starts"], statistics=statistics, on="starts", profile=profile,
                   notes=NOTES, **options)  # fmt: skip


def rates(profile: str = "ndrs") -> Released:
    """A reference, a plain ratio, a hidden one, one without events, one that is not given."""
    rows = {
        "level": ["White", "Black", "Chinese", "Mixed", "Other", "White"],
        "denominator": ["one"] * 5 + ["two"],
        "part": ["Ethnic group"] * 6,
        "starts": [90, 45, 3, 30, 20, 90],
        "rate": [12.0, 24, 5, 0, 8, 0.5],
        "rate_lower": [10.0, 20, 2, 0, 5, 0.4],
        "rate_upper": [14.0, 30, 9, 2, 12, 0.6],
        "ratio": [1.0, 2, 0.4, 0, None, 1],
        "ratio_lower": [None, 1.5, 0.1, 0, None, None],
        "ratio_upper": [None, 2.7, 1.2, 0.8, None, None],
        "p": [None, 0.01, 0.1, 0.01, None, None],
    }
    return release(rows, ["rate", "rate_lower", "rate_upper", *RATIO, "p"], profile)


def texts(svg: str) -> list[str]:
    return [re.sub("<.*?>", "", one) for one in re.findall(r"<text.*?</text>", svg, re.DOTALL)]


def cells(html: str) -> list[list[str]]:
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in rows
    ]


# --- ratios ------------------------------------------------------------------------------------


def test_ratios_have_a_mark_for_what_is_hidden_and_a_dash_for_what_is_not_there() -> None:
    svg = figures.draw_ratios(rates(), panels=PANELS, words="Ratio", group="part").svg
    told = texts(svg)
    assert told.count("[c]") == 1  # the hidden one
    assert told.count("–") == 1 + 4  # one that is not given; four levels that the second lacks
    assert {"White", "Black", "Chinese", "Mixed", "Other", "One", "Two"} <= set(told)
    assert svg == figures.draw_ratios(rates(), panels=PANELS, words="Ratio", group="part").svg


def test_a_ratio_beyond_the_scale_is_cut_and_not_lost() -> None:
    wide = release(
        {"level": ["a", "b"], "denominator": "one", "starts": [9, 9], "ratio": [1.0, 500.0],
         "ratio_lower": [0.5, 0.001], "ratio_upper": [2.0, 9000.0]}, RATIO,
    )  # fmt: skip
    svg = figures.draw_ratios(wide, panels={"one": "One"}, words="Ratio").svg
    assert "0.02" not in texts(svg) and "20" in texts(svg)
    assert svg.count('id="PathCollection_') >= 3  # the dot and an arrow at each end


@pytest.mark.parametrize("panels", [{}, PANELS])
def test_no_ratios_are_said(panels: dict) -> None:
    nothing = rates().where(denominator="three")
    told = texts(figures.draw_ratios(nothing, panels=panels, words="Ratio", group="part").svg)
    assert "No ratio can be given" in told and any("As seen" in one for one in told)


def test_a_headline_stands_above_and_the_words_in_the_note() -> None:
    told = " ".join(texts(figures.draw_ratios(
        rates(), panels=PANELS, words="Ratio to White people", headline="Some start more").svg
    ))  # fmt: skip
    assert told.index("Some start more") < told.index("Ratio to White people.")


def test_other_columns_may_be_groups_panels_and_ratios() -> None:
    """The words of many panels go to two lines; a hidden one has its mark in its own panel."""
    fifths = ["1 (most deprived)", "2", "3", "4"]
    crossed = release(
        {"row": ["White", "Black"] * 4, "column": [one for one in fifths for _ in range(2)],
         "starts": [30, 40, 30, 2, 30, 40, 30, 40], "shrunk": [1.1] * 8,
         "shrunk_lower": [0.9] * 8, "shrunk_upper": [1.3] * 8},
        ["shrunk", "shrunk_lower", "shrunk_upper"], "subnational-hes",
    )  # fmt: skip
    svg = figures.draw_ratios(
        crossed, level="row", panel="column", value="shrunk", words="Shrunken ratio"
    ).svg
    told = texts(svg)
    assert told.count("[c]") == 1 and told.count("White") == 1
    assert {"1", "(most deprived)", "2", "3", "4"} <= set(told)


# --- boards ------------------------------------------------------------------------------------


def boards(profile: str = "internal", few: int = 9, n: int = 42) -> Released:
    own = list_boards()[:n]
    size = len(own)
    starts = [few, 90, *[20] * (size - 2)][:size]
    rows = {
        "key": [board.icb_code for board in own], "code": [board.ods_code for board in own],
        "board": [board.short_name for board in own], "region": [b.nhs_region for b in own],
        "denominator": ["one"] * size, "starts": starts, "expected": [20.0] * size,
        "ratio": [one / 20 for one in starts], "shrunk": [0.6, 2.2, *[1.0] * (size - 2)][:size],
        "shrunk_lower": [0.3] * size, "shrunk_upper": [3.0] * size, "lower": [0.4] * size,
        "upper": [1.9] * size, "flag": ["", "above", *[""] * (size - 2)][:size],
    }  # fmt: skip
    statistics = ["expected", "ratio", "shrunk", "shrunk_lower", "shrunk_upper", "lower", "upper"]
    return release(rows, statistics, profile)


@pytest.mark.slow
def test_every_board_has_a_tile_with_its_code_and_ratio() -> None:
    told = texts(figures.draw_boards(boards(), words="Ratio").svg)
    assert all(board.ods_code in told for board in list_boards())
    assert told.count("1.00") == 40 and "2.20" in told and "0.60" in told
    assert told.count(list_boards()[1].ods_code) == 2  # on its tile and outside the funnel


@pytest.mark.slow
def test_a_hidden_board_is_grey_with_its_mark() -> None:
    svg = figures.draw_boards(boards("ndrs", few=3), words="Ratio").svg
    assert texts(svg).count("[c]") == 1 and "0.60" not in texts(svg) and "#e4e6e7" in svg
    assert "Counts hidden by disclosure control are not drawn" in " ".join(texts(svg))


@pytest.mark.slow
def test_a_missing_ratio_is_a_dash() -> None:
    released = boards()
    frame = released.frame.assign(shrunk=np.nan)
    bare = release(frame.to_dict("list"), ["expected", "ratio", "shrunk", "shrunk_lower",
                                           "shrunk_upper", "lower", "upper"])  # fmt: skip
    assert texts(figures.draw_boards(bare, words="Ratio").svg).count("–") == 42


def test_boundaries_in_place_of_tiles() -> None:
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 0]])
    outlines = {board.icb_code: [square + at, 0.1 * square + at]
                for at, board in enumerate(list_boards()[:3])}  # fmt: skip
    svg = figures.draw_boards(boards(n=4), words="Ratio", outlines=outlines).svg
    told = texts(svg)
    assert told.count("1.00") == 1 and "2.20" in told  # the fourth has no boundary
    codes = [board.ods_code for board in list_boards()[:4]]
    assert [code in told for code in codes] == [True, True, True, False]


def test_no_board_is_said() -> None:
    nothing = boards().where(denominator="two")
    assert "No board is known" in texts(figures.draw_boards(nothing, words="Ratio").svg)


# --- tables ------------------------------------------------------------------------------------


def test_rates_of_both_denominators_side_by_side() -> None:
    sheet = tables.build_rates_table(
        rates(), denominators={"one": "A million", "two": "A thousand"}, heading="Group"
    )
    assert cells(sheet.html) == [
        ["White", "90", "12.0", "1", "0.50", "1"],
        ["Black", "45", "24.0", "2.00 (1.50–2.70)", "–", "–"],
        ["Chinese", "[c]", "[c]", "[c]", "–", "–"],
        ["Mixed", "30", "0.0", "0.00 (0.00–0.80)", "–", "–"],
        ["Other", "20", "8.0", "–", "–", "–"],
    ]
    assert "[c] hidden by" in sheet.html and "As seen." in sheet.html
    assert "In brackets: 95% interval." in sheet.html


def test_a_ratio_without_an_interval_is_not_called_the_reference() -> None:
    """All starts are in one region: its ratio to all is 7, not 1."""
    rows = {"level": ["London"], "denominator": ["one"], "starts": [30], "rate": [7.0],
            "ratio": [7.0], "ratio_lower": [None], "ratio_upper": [None]}  # fmt: skip
    released = release(rows, ["rate", *RATIO])
    sheet = tables.build_rates_table(released, denominators={"one": "Rate"}, heading="Region")
    assert cells(sheet.html)[0][-1] == "7.00"


@pytest.mark.parametrize("denominators", [{}, {"one": "Rate"}])
def test_a_table_of_no_groups_has_no_rows_and_its_caveat(denominators: dict) -> None:
    nothing = rates().where(denominator="three")
    sheet = tables.build_rates_table(nothing, denominators=denominators, heading="Group")
    assert cells(sheet.html) == [] and "As seen" in sheet.html


def gradient(profile: str = "ndrs") -> Released:
    rows = {"words": ["Slope", "Boards above", "Slope", "Hidden"],
            "denominator": ["one", "one", "two", "two"], "starts": [90, 90, 90, 3],
            "value": [0.123, 2.0, None, 4.0], "lower": [-0.1, None, None, 3.0],
            "upper": [0.4, None, None, 5.0], "p": [0.0004, None, None, 0.5]}  # fmt: skip
    return release(rows, ["value", "lower", "upper", "p"], profile)


def test_measures_of_a_gradient() -> None:
    html = tables.build_gradient_table(gradient(), denominators=PANELS).html
    assert "p value: how often chance alone gives as much." in html
    assert cells(html) == [
        ["Slope", "0.12 (-0.10 to 0.40)", "&lt;0.001", "–", "–"],
        ["Boards above", "2", "–", "–", "–"],
        ["Hidden", "–", "–", "[c]", "[c]"],
    ]


def test_a_dash_has_its_reason_below_the_table() -> None:
    frame = gradient().frame[["words", "denominator", "starts", "value", "lower", "upper", "p"]]
    why = "not given: the line reaches zero"
    rows = frame.iloc[:3].assign(note=["", "", why]).to_dict("list")
    released = release(rows, ["value", "lower", "upper", "p"], "ndrs")
    html = tables.build_gradient_table(released, denominators=PANELS).html
    words = list(PANELS.values())[1]
    assert f"\N{EN DASH} Slope ({words}): the line reaches zero." in html
    assert why not in tables.build_gradient_table(gradient(), denominators=PANELS).html


def test_boards_by_region() -> None:
    html = tables.build_boards_table(boards("ndrs", few=3, n=3)).html
    own = [row for row in cells(html) if len(row) > 2]
    assert own[0][1:5] == ["QYG", "[c]", "[c]", "[c]"] and own[0][5] == "[c]"
    assert "2.20 (0.30–3.00)" in html and "above" in html


def test_crossed_groups() -> None:
    rows = {"row": ["White", "White", "Black"], "column": ["1", "5", "1"], "starts": [30, 3, 20],
            "shrunk": [1.5, 0.9, 0.7], "shrunk_lower": [1.0, 0.5, 0.4],
            "shrunk_upper": [2.0, 1.4, 1.2]}  # fmt: skip
    released = release(rows, ["shrunk", "shrunk_lower", "shrunk_upper"], "ndrs")
    assert cells(tables.build_crossed_table(released).html) == [
        ["White", "1.50 (1.00–2.00)", "[c]"], ["Black", "0.70 (0.40–1.20)", "–"],
    ]  # fmt: skip
    assert cells(tables.build_crossed_table(released.where(row="None")).html) == []


def test_use_of_hospitals() -> None:
    rows = {"level": ["White", "Black", "White"], "measure": ["Visits", "Visits", "Stays"],
            "starts": [30, 20, 30], "people": [30, 20, 30], "mean": [2.0, None, 1.5],
            "ratio": [1.0, None, 1.0]} | dict.fromkeys(RATIO[1:], [None] * 3)  # fmt: skip
    released = protect(pd.DataFrame(rows).drop(columns="starts"), counts=["people"], on="people",
                       statistics={"mean": "rate", **dict.fromkeys(RATIO, "ratio")},
                       profile="ndrs", notes=NOTES)  # fmt: skip
    assert cells(tables.build_use_table(released, heading="Group").html) == [
        ["White", "30", "2.00", "1", "1.50", "1"], ["Black", "20", "[x]", "–", "–", "–"],
    ]  # fmt: skip


# --- p values and rows -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "<0.001"), (0.00099, "<0.001"), (0.001, "0.001"), (0.0996, "0.100"), (0.1, "0.10"),
     (0.555, "0.56"), (1.0, "1.00")],
)  # fmt: skip
def test_p_values_at_their_edges(value: float, words: str) -> None:
    assert fmt.p(Statistic(value)) == words


def test_a_p_value_that_is_hidden_missing_or_not_released() -> None:
    assert (fmt.p(Hidden()), fmt.p(None)) == ("[c]", "[x]")
    with pytest.raises(TypeError, match="released value"):
        fmt.p(0.04)  # type: ignore[arg-type]


def test_rows_of_a_released_frame_keep_their_marks_and_notes() -> None:
    own = rates().where(denominator="one", level="Chinese")
    assert own.rows.value == 1 and own.hidden["starts"].tolist() == [True]
    assert own.notes == NOTES and own.profile.name == "ndrs"
    assert isinstance(own.values("rate")[0], Hidden) and rates().where(level="None").rows.value == 0
    assert rates().where(ratio=2).values("level") == ["Black"]  # a missing cell is no value
