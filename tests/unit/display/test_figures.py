"""Figures: the same bytes each time, real text, house colours, marks that do not overlap."""

import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.disclosure import Count, Notes, Register, Released, Statistic, protect
from rareaccess.disclosure.released import Whole
from rareaccess.display import figures, theme
from rareaccess.display.figures.parts import SMALL, mark_positions
from rareaccess.measures.pathway import LOW_VOLUME, rate_need
from rareaccess.measures.rates import rate_proportions

NOTES = Notes(title="A & B", n="9 people", source="HES", period="To 2025", caveat="As recorded")
SVG = "{http://www.w3.org/2000/svg}"


def release(
    data: dict, counts: list[str], keys: tuple = (), profile: str = "internal", **whole: Whole
) -> Released:
    return protect(
        pd.DataFrame(data),
        counts=counts,
        keys=list(keys),
        profile=profile,
        notes=NOTES,
        whole=whole,
    )


MONTHS = {
    "month": pd.date_range("2016-06-01", periods=30, freq="MS"),
    "IV": [3] * 30, "SC": [0] * 15 + [6] * 15, "total": [3] * 15 + [9] * 15,
    "cumulative": list(range(3, 93, 3)),
}  # fmt: skip
MARKS = [figures.Mark("TA1", date(2016, 6, 22)), figures.Mark("TA2", date(2018, 1, 1))]
TWO = [figures.Series("a_pct", "treated"), figures.Series("b_pct", "cohort")]


THREE = [figures.Series(f"{name}_pct", f"{name} of the people followed") for name in "abc"]
HEADLINE = "What the figure shows stands above it, in a sentence that takes two lines of the width"


def groups(profile: str = "internal") -> Released:
    data = {"level": ["Female", "Male", "Not known"], "a": [90, 9, 1], "b": [800, 150, 50]}
    return release(data, ["a", "b"], profile=profile, a=Count(100), b=Count(1000))


def panels(profile: str) -> Released:
    data = {"level": ["Female", "Male", "1", "2", "3"], "what": ["Sex"] * 2 + ["Fifth"] * 3,
            "a": [90, 3, 30, 30, 33], "b": [800, 150, 250, 350, 350]}  # fmt: skip
    return release(data, ["a", "b"], profile=profile, a=Count(93), b=Count(950))


def bands(profile: str) -> Released:
    """Three lines that are nearly alike, so that their names want the same place."""
    counts = {name: [2, 4, 9, *[20 + more, 30, 25] * 4, 8, 5, 2, 1]
              for more, name in enumerate("abc")}  # fmt: skip
    data = {"level": [f"{five}–{five + 4}" for five in range(0, 95, 5)], **counts}
    return release(data, list("abc"), profile=profile, **dict.fromkeys("abc", Count(330)))


def curve(profile: str) -> Released:
    data = {"month": [0, 3, 6], "at_risk": [90, 40, 4], "survival": [100.0, 80.0, 60.0],
            "lower": [100.0, 70.0, 50.0], "upper": [100.0, 90.0, 70.0]}  # fmt: skip
    return protect(pd.DataFrame(data), on="at_risk", statistics=["survival", "lower", "upper"],
                   keys=["month"], profile=profile, notes=NOTES)  # fmt: skip


def curves(profile: str) -> Released:
    """Three lines that end in nearly one place."""
    data = {
        "cover": [6] * 3 + [9] * 3 + [12] * 3,
        "month": [0, 3, 6] * 3,
        "at_risk": [90, 50, 4] * 3,
        "survival": [100.0, 55, 50, 100, 55, 51, 100, 60, 52],
    }
    return protect(pd.DataFrame(data), on="at_risk", statistics=["survival"],
                   keys=["cover", "month"], profile=profile, notes=NOTES)  # fmt: skip


def uptake(profile: str = "internal") -> Released:
    return release(MONTHS, ["IV", "SC", "total", "cumulative"], profile=profile)


def score_frame(profile: str = "internal") -> Released:
    data = {
        "level": [*map(str, range(2, 32)), "missing", "unreadable", "out of range"],
        "kind": ["below"] * 8 + ["above"] * 22 + ["unusable"] * 3,
        "n": [1] * 8 + [90, *[5] * 21] + [30, 2, 0],
    }
    return release(data, ["n"], profile=profile)


def bin_frame(profile: str = "internal") -> Released:
    data = {"lower": [0, 10, 20], "level": ["0–9", "10–19", "20+"], "n": [4, 90, 8]}
    return release(data, ["n"], ("lower",), profile)


SHADES = {"below": "fewer", "above": "more", "hollow": "may be chance"}


def incidence(profile: str) -> Released:
    data = {"month": [0, 3, 6], "at_risk": [90, 40, 4], "incidence": [0.0, 8.0, 12.0],
            "lower": [0.0, 6.0, 7.0], "upper": [0.0, 11.0, 18.0], "who": "everybody"}  # fmt: skip
    return protect(pd.DataFrame(data), on="at_risk", statistics=["incidence", "lower", "upper"],
                   keys=["month"], profile=profile, notes=NOTES)  # fmt: skip


def expected() -> Released:
    """Figures that share a day, one of them an upper figure alone, far beyond the others."""
    data = {"to": pd.to_datetime(["2017-01-31", "2017-01-31", "2018-01-31"]), "n": [1, 1, 1],
            "low": [30.0, 40.0, None], "high": [50.0, 40.0, 5000.0]}  # fmt: skip
    return release(data, ["n"], ("low", "high"))


def gaps(profile: str) -> Released:
    data = {"place": ["London", "North East and Yorkshire", "Midlands"], "starts": [60, 30, 4],
            "share": [0.3, 0.4, 0.3]}  # fmt: skip
    return rate_need(release(data, ["starts"], ("share",), profile))


NAMES = [("severe asthma", "asthma biologics"), ("Waldenström", "ibrutinib"), ("HLH", "anakinra"),
         ("paroxysmal nocturnal haemoglobinuria of adults", "pegcetacoplan")]  # fmt: skip


def rows(count: int) -> dict[str, tuple[str, str]]:
    return {f"p{place}": NAMES[place % len(NAMES)] for place in range(count)}


def draw_since(count: int, profile: str) -> theme.Picture:
    """Draw curves of so many pairs, the last of which has none."""
    data = [
        {"pair": pair, "month": month, "n": min(month, 20), "of": 20}
        for place, pair in enumerate(list(rows(count))[: max(count - 1, 1)])
        for month in range(30 + 7 * (place % 9))
    ]
    released = release(pd.DataFrame(data), ["n", "of"], ("month",), profile)
    return figures.draw_since(
        released.with_pct("value", "n", "of"), rows=rows(count),
        ends=dict.fromkeys(rows(count), "1,024 people"),
        marks={"p0": [(3, ""), (11, "withdrawn")]}, words="% of all starts so far",
    )  # fmt: skip


def draw_dots(count: int, panels: int, profile: str) -> theme.Picture:
    """Draw dots of so many pairs and panels, the last of which is missing for the last pair."""
    titles = ["Women", "Asian (excluding Chinese)", "Black", "Chinese", "Mixed", "White", "Unknown"]
    names = {f"m{place}": title for place, title in enumerate(titles[:panels])}
    data = [
        {"pair": pair, "measure": measure, "group": group, "n": 5 + 11 * place, "of": 80}
        for pair in rows(count)
        for place, measure in enumerate(names)
        for group in ("treated", "cohort")
    ]
    data[-1]["n"] = None
    released = rate_proportions(release(pd.DataFrame(data), ["n", "of"], profile=profile))
    return figures.draw_dots(
        released, rows=rows(count), panels=names, percent=list(names), alike=["m0", "m1"],
        groups={"treated": "treated", "cohort": "cohort"}, words="% of people",
    )  # fmt: skip


def course(profile: str) -> Released:
    """Return two groups by quarter, in one of which too few are left at the end."""
    data = [
        {"quarter": quarter, "group": group, "people": 3 if quarter == 7 and at else 90 - 5 * at,
         "rate": 2 + at, "lower": 1.5 + at, "upper": 2.5 + at}
        for quarter in range(-8, 8) for at, group in enumerate(["The treated", "Matched"])
    ]  # fmt: skip
    return protect(pd.DataFrame(data), on="people", counts=["people"], keys=["quarter"],
                   statistics=["rate", "lower", "upper"], profile=profile, notes=NOTES)  # fmt: skip


DRAWN: dict[str, Callable[[str], theme.Picture]] = {
    "starts": lambda profile: figures.draw_starts(
        uptake(profile), stacks={"IV": "infusion", "SC": "injection"}, marks=MARKS, words="People"
    ),
    "starts in quarters": lambda profile: figures.draw_starts(
        uptake(profile).with_ratio("mean", "total", Count(2)),
        stacks={"IV": "infusion"},
        mean="mean",
        marks=MARKS,
        words="People",
        headline=HEADLINE,
    ),
    "groups": lambda profile: figures.draw_groups(groups(profile), series=TWO, words="% of people"),
    "groups in panels": lambda profile: figures.draw_groups(
        panels(profile), series=TWO, words="% of people", panel="what", headline=HEADLINE
    ),
    "bands": lambda profile: figures.draw_bands(
        bands(profile), panels=[("One", THREE)], headline=HEADLINE
    ),
    "curve": lambda profile: figures.draw_survival(curve(profile), words="% alive"),
    "curves": lambda profile: figures.draw_survival(
        curves(profile),
        words="% covered",
        by="cover",
        names={6: "six", 9: "nine", 12: "twelve"},
        headline=HEADLINE,
    ),
    "bins": lambda profile: figures.draw_bins(
        bin_frame(profile),
        column="n",
        words="People",
        axis="Minutes",
        line=("median", Statistic(12.5)),
    ),
    "scores": lambda profile: figures.draw_scores(
        score_frame(profile), column="n", threshold="10", words="People", axis="Score"
    ),
    "since one": lambda profile: draw_since(1, profile),
    "since six": lambda profile: draw_since(6, profile),
    "since thirty": lambda profile: draw_since(30, profile),
    "incidence": lambda profile: figures.draw_incidence(
        incidence(profile), words="% started", headline=HEADLINE
    ),
    "course": lambda profile: figures.draw_course(
        course(profile), words="Contacts a person", headline=HEADLINE
    ),
    "incidence by group": lambda profile: figures.draw_incidence(
        incidence(profile), words="% started", by="who"
    ),
    "expected": lambda profile: figures.draw_expected(
        uptake(profile), expected(), words="People who had started", headline=HEADLINE
    ),
    "gaps": lambda profile: figures.draw_gaps(
        gaps(profile), words="Ratio", shades=SHADES, headline=HEADLINE
    ),
    "dots one": lambda profile: draw_dots(1, 2, profile),
    "dots six": lambda profile: draw_dots(6, 7, profile),
    "dots thirty": lambda profile: draw_dots(30, 7, profile),
}
every_figure = pytest.mark.parametrize("name", DRAWN)


@cache
def drawn(name: str, profile: str = "internal") -> str:
    return DRAWN[name](profile).svg


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.slow
@pytest.mark.few(6)
@every_figure
def test_the_same_bytes_each_time(name: str) -> None:
    assert drawn(name) == DRAWN[name]("internal").svg


@pytest.mark.slow
@every_figure
def test_real_text_with_title_and_description(name: str) -> None:
    svg = drawn(name)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "A & B"
    assert root.findtext(f"{SVG}desc")
    assert "n = 9 people. To 2025. Source: HES." in " ".join(texts(svg))
    assert not list(root.iter(f"{SVG}metadata")), "no date, no name of a program"
    families = set(re.findall(r"font-family: ([^;\"]+)", svg))
    assert families == {theme.FONTS}


@pytest.mark.slow
@every_figure
def test_only_house_colours(name: str) -> None:
    used = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}", drawn(name))}
    house = {*theme.COLOURS.values(), theme.INK, theme.MUTED, theme.LINE, theme.FAINT}
    plain = {"#ffffff", "#757575", "#dee0e2"}
    assert used <= {colour.lower() for colour in house} | plain


@pytest.mark.slow
@pytest.mark.few(8)
@every_figure
def test_hidden_counts_are_neither_drawn_nor_written(name: str) -> None:
    picture = DRAWN[name]("opensafely")
    if name.startswith("starts"):  # there is no count but hidden ones
        assert picture.svg == "" and "Not shown: too few people" in picture.data
        return
    words = " ".join(texts(picture.svg))
    assert "Counts hidden by disclosure control are not drawn." in words


def test_what_is_hidden_wholly_has_a_sentence_and_stays_in_the_register() -> None:
    register = Register("x", Path("none"), options=dict)
    months = replace(released := uptake("opensafely"), register=register,
                     notes=replace(released.notes, label="x"))  # fmt: skip
    picture = figures.draw_starts(months, stacks={"IV": "IV"}, words="People")
    assert picture.svg == "" and list(register.shown) == ["fig-x"]
    assert figures.draw_starts(uptake("internal"), stacks={"IV": "IV"}, words="People").svg


def test_a_running_total_of_periods_joins_their_ends_and_writes_no_value() -> None:
    """The last value was added up from rounded counts: it is no number of people."""
    years = pd.DataFrame({
        "from": pd.to_datetime(["2019-03-01", "2020-01-01"]),
        "month": pd.to_datetime(["2019-12-01", "2020-06-01"]), "cumulative": [15, 40],
    })  # fmt: skip
    released = protect(years, counts=["cumulative"], profile="internal", notes=Notes(label="x"))
    svg = figures.draw_cumulative(released, column="cumulative", words="People").svg
    assert "font-weight: bold" not in svg and "700" not in svg, "no value at the end of the line"
    line = re.search(r'<path d="([^"]*)"[^>]*style="fill: none; stroke: #12436d', svg)
    assert line and len(re.findall("[ML]", line[1])) == 3, "from nought to the end of each period"
    assert "2020" in texts(svg)


def places(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Return the words of a drawing with left, right, top and bottom, as laid out."""
    found = []
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        style, words = element.get("style", ""), element.text or ""
        size = float(re.findall(r"font-size: ([\d.]+)px", style)[0])
        wide = theme.text_width(words, size, bold="700" in style or "bold" in style)
        moved = re.findall(r"translate\(([\d.]+) ([\d.]+)\)", element.get("transform", ""))
        x, y = moved[0] if moved else (element.get("x", 0), element.get("y", 0))
        x, y = float(x), float(y)
        anchor = (re.findall(r"text-anchor: (\w+)", style) or ["start"])[0]
        left = {"middle": x - wide / 2, "end": x - wide}.get(anchor, x)
        found.append((words, left, left + wide, y - 0.7 * size, y))
    return found


@pytest.mark.slow
@every_figure
def test_the_words_fit_into_the_picture_and_do_not_overlap(name: str) -> None:
    svg = drawn(name)
    _, _, width, height = (float(part) for part in ET.fromstring(svg).get("viewBox", "").split())
    for words, left, right, top, bottom in places(svg):
        assert left >= -1 and right <= width + 1 and top >= 0 and bottom <= height, words
    for one, two in itertools.combinations(places(svg), 2):
        apart = one[2] <= two[1] or two[2] <= one[1] or one[4] <= two[3] or two[4] <= one[3]
        assert apart, f"{one[0]} and {two[0]}"


@pytest.mark.long
def test_the_same_bytes_in_another_process() -> None:
    """Neither the seed of hashes nor the machine's own matplotlib settings change a byte."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import matplotlib as mpl; "
        "mpl.rcParams.update({'font.family': 'serif', 'font.size': 20}) if sys.argv[2] == '2' "
        "else None; import test_figures as t; print(t.DRAWN['starts']('internal').svg, end='')"
    )
    svgs = [
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent), seed],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert svgs[0] == svgs[1] == drawn("starts")


def test_every_data_colour_has_a_contrast_of_three_to_one_with_white() -> None:
    for name, colour in {**theme.COLOURS, "unusable": "#757575"}.items():
        assert theme.contrast(colour) >= 3, name
    for colour in (theme.INK, theme.MUTED):
        assert theme.contrast(colour) >= 4.5


def test_contrast_by_hand() -> None:
    # sRGB grey 0x77: (0x77 / 255 + 0.055) / 1.055 to the power 2.4 is 0.1845
    assert theme.contrast("#777777") == pytest.approx(1.05 / (0.18447 + 0.05), abs=0.01)


def test_a_plain_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="released"):
        figures.draw_groups(groups().frame, series=TWO, words="x")  # type: ignore[arg-type]


@pytest.mark.slow
def test_counts_begin_at_nought_and_thousands_have_commas() -> None:
    frame = release(
        {"month": MONTHS["month"], "IV": [n * 100 for n in MONTHS["cumulative"]]}, ["IV"]
    )
    words = texts(figures.draw_starts(frame, stacks={"IV": "infusion"}, words="People").svg)
    assert "0" in words and "8,000" in words


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8).map(sorted),
    st.lists(st.text("abcdefgh 0123456789", min_size=1, max_size=25), min_size=8, max_size=8),
)
def test_labels_of_marks_never_overlap(places: list[float], labels: list[str]) -> None:
    labels = labels[: len(places)]
    rows = mark_positions(places, labels, low=0, high=100, width=400)
    boxes = []
    for place, label, (row, side) in zip(places, labels, rows, strict=True):
        long = theme.text_width(label, SMALL)
        start = place * 4 if side == "left" else place * 4 - long
        assert all(r != row or start + long <= s or e <= start for r, s, e in boxes), (
            "two labels in one row overlap"
        )
        boxes.append((row, start, start + long))
    for (low, start, end), (place, (high, _)) in itertools.product(
        boxes, zip(places, rows, strict=True)
    ):
        right_sided = "right" in (side for _, side in rows)
        assert right_sided or high <= low or not start < place * 4 < end, "a line crosses a label"


def test_an_unverified_date_says_so() -> None:
    from rareaccess.params import Criterion, Route

    rule = Criterion.model_validate(
        {"id": "TA1", "from": "2020-01-01", "summary": "x", "source": "y", "status": "unverified"}
    )
    routes = [
        Route.model_validate({"route": name, "from": day, "label": name})
        for name, day in (("IV", "2018-01-01"), ("SC", "2019-01-01"))
    ]
    marks = figures.build_marks([rule], routes)
    assert [mark.label for mark in marks] == ["SC available", "TA1*"]


def test_funding_has_its_mark_and_what_changed_on_one_day_shares_it() -> None:
    from rareaccess.params import Commissioning, Criterion

    rules = [
        Criterion.model_validate({"id": name, "from": day, "summary": "x", "source": "y"})
        for name, day in (("TA1", "2020-01-01"), ("TA2", "2021-01-01"))
    ]
    paid = [
        Commissioning.model_validate(
            {"label": label, "from": day, "funding": kind, "summary": "x", "source": "y"}
        )
        for label, day, kind in (
            ("commissioned", "2020-01-01", "routine"),
            ("withdrawn", "2022-01-01", "none"),
        )
    ]
    marks = figures.build_marks(rules, (), paid)
    assert [mark.label for mark in marks] == ["TA1 + commissioned", "TA2", "withdrawn"]
    assert [mark.ends for mark in marks] == [False, False, True]
    doubtful = [paid[0], paid[1].model_copy(update={"status": "unverified"})]
    last = figures.build_marks(rules, (), doubtful)[-1]
    assert (last.label, last.ends) == ("withdrawn*", False)


@pytest.mark.parametrize(("late", "ends_in"), [(0, 2), (1, 4)])
def test_what_follows_the_end_of_starts_is_shaded_and_the_line_ends(
    late: int, ends_in: int
) -> None:
    """A start after the end is drawn all the same."""
    months = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=5, freq="MS")})
    months["cumulative"] = [3, 5, 9, 9 + late, 9 + late]
    released = protect(months, counts=["cumulative"], profile="internal", notes=Notes(label="x"))

    def draw(ends: bool) -> tuple[int, int]:
        mark = figures.Mark("shut", date(2020, 3, 10), ends=ends)
        svg = figures.draw_cumulative(
            released, column="cumulative", marks=[mark], words="People"
        ).svg
        line = re.search(r'<path d="([^"]*)"[^>]*style="fill: none; stroke: #12436d', svg)
        assert line
        return len(re.findall("[ML]", line[1])), svg.count("opacity: 0.12")

    assert draw(ends=True) == (ends_in + 1, 1)
    assert draw(ends=False) == (5, 0)


def test_one_route_is_named_in_the_legend() -> None:
    months = pd.DataFrame({"month": pd.to_datetime(["2020-01-01", "2020-02-01"]), "total": [3, 4]})
    released = protect(months, counts=["total"], profile="internal", notes=Notes(label="x"))
    picture = figures.draw_starts(released, stacks={"total": "by mouth"}, words="People")
    assert ">by mouth<" in picture.svg


def test_scores_are_marked_at_even_numbers_whatever_the_first_is() -> None:
    scores = pd.DataFrame({"level": [str(n) for n in range(3, 33)], "kind": "above", "n": 1})
    released = protect(scores, counts=["n"], profile="internal", notes=Notes(label="x"))
    picture = figures.draw_scores(released, column="n", threshold="3", words="People", axis="S")
    marked = re.findall(r"<!-- (\d+) -->|>(\d+)</text>", picture.svg)
    assert [n for pair in marked for n in pair if n in scores["level"].tolist()][:15] == [
        str(n) for n in range(4, 33, 2)
    ]


def test_a_change_outside_the_months_has_no_line() -> None:
    months = pd.DataFrame({"month": pd.to_datetime(["2020-01-01", "2020-02-01"]), "total": [3, 4]})
    released = protect(months, counts=["total"], profile="internal", notes=Notes(label="x"))
    days = {
        "early": "2019-12-31",
        "first": "2020-01-01",
        "last": "2020-02-29",
        "late": "2020-03-01",
    }
    marks = [figures.Mark(name, date.fromisoformat(day)) for name, day in days.items()]
    picture = figures.draw_starts(released, stacks={"total": "all"}, marks=marks, words="People")
    drawn = [name for name in days if f"{name}, " in picture.svg]
    assert drawn == ["first", "last"]


def test_of_many_marks_the_labels_are_short_and_the_note_has_the_dates() -> None:
    months = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=40, freq="MS"), "total": 3})
    released = protect(months, counts=["total"], profile="internal", notes=Notes(label="x"))
    marks = [figures.Mark(f"TA{n}" + "*" * (n == 3), date(2020, 2 + 2 * n, 1)) for n in range(5)]

    def draw(some: list[figures.Mark]) -> list[str]:
        picture = figures.draw_starts(released, stacks={"total": "all"}, marks=some, words="P")
        return texts(picture.svg)

    many, few = draw(marks), draw(marks[:2])
    assert {"TA0", "TA3*"} <= set(many) and "TA0, 1 Feb 2020" in few
    note = " ".join(many)
    assert "Lines: TA0, 1 Feb 2020; TA1, 1 Apr 2020" in note and "* No source" in note
    assert "No source" not in " ".join(few)


def test_a_hidden_band_is_marked_and_nobody_unknown_has_no_tick() -> None:
    levels = ["0–9", "10–19", "20–29", "30–39", "Not known"]
    frame = pd.DataFrame({"level": levels, "n": [50, 3, 2, 40, 0]})

    def draw(unknown: int) -> list[str]:
        frame.loc[4, "n"] = unknown
        released = protect(
            frame, counts=["n"], whole={"n": Count(115)}, profile="national-hes", dimension="age",
            minimum=5, notes=Notes(label="x"),
        )  # fmt: skip
        panels = [("%", [figures.Series("n_pct", "all")])]
        return texts(figures.draw_bands(released, panels=panels).svg)

    assert draw(0).count("[c]") == 2 and "known" not in draw(0)
    assert "known" in draw(20)


# --- first patients of centres


def test_a_point_for_each_centre_hollow_where_few_started() -> None:
    data = {"months": [2, 2, 9], "share": [25.0, 50.0, 75.0],
            "volume": ["5 starts or more", LOW_VOLUME, "5 starts or more"]}  # fmt: skip
    released = release(data, [], ("months", "share"))
    svg = figures.draw_first_patients(released, within=3, low=LOW_VOLUME, words="Centres").svg
    white = re.findall(r"<use [^>]*fill: #ffffff[^>]*stroke: #12436d", svg)
    navy = re.findall(r"<use [^>]*fill: #12436d", svg)
    words = " ".join(texts(svg))
    assert len(white) >= 1 and len(navy) >= 2
    assert f"a centre with {LOW_VOLUME}" in words and "3 months after the approval" in words


def test_an_expected_figure_beyond_the_axis_is_an_arrow_with_its_number() -> None:
    words = texts(drawn("expected"))
    assert "up to 5,000" in words and "30 to 50" in words and "40" in words
    assert not [word for word in words if word in ("2,000", "4,000", "6,000")]
