"""Tables: what is printed, in which order, and that data never becomes markup."""

import re

import pandas as pd
import pytest

from rareaccess.disclosure import Notes, Released, make_public, protect
from rareaccess.display import tables
from rareaccess.display.tables import Heading
from rareaccess.measures.summaries import SUMMARY, summarise_values

NOTES = Notes(
    label="sex-x", title="Sex", n="94 people", source="HES; made up", period="To 2025",
    caveat="As recorded",
)  # fmt: skip


def cells(html: str) -> list[list[str]]:
    """Return the rows of the body as text."""
    body = html[html.index("<tbody") : html.index("</tbody")]
    rows = re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]


def released(profile: str = "internal", counts: tuple = (1090, 3)) -> Released:
    data = pd.DataFrame({"level": ["Female", "Not known"], "n": counts})
    return protect(
        data.assign(all=sum(counts)), counts=["n", "all"], whole={"n": "all"}, profile=profile,
        notes=NOTES,
    )  # fmt: skip


def test_a_group_table_has_counts_percentages_and_the_missing_row() -> None:
    frame = released()
    html = tables.build_group_table(frame, heading="Sex", groups=[("n", "Treated")]).html
    assert cells(html) == [["Female", "1,090", "99.7%"], ["Not known", "3", "0.3%"]]


def test_the_notes_stand_below() -> None:
    html = tables.build_list_table(
        released(), stub=("level", "Sex"), columns=[Heading("n", "People")]
    ).html
    foot = html[html.index("<tfoot") :]
    assert "n = 94 people. To 2025. Source: HES; made up." in foot
    assert "As recorded." in foot
    assert "hidden by disclosure control" not in foot


def test_a_hidden_cell_is_marked_and_explained() -> None:
    html = tables.build_list_table(
        released("ndrs"), stub=("level", "Sex"), columns=[Heading("n", "People")]
    ).html
    assert cells(html) == [["Female", "1,090"], ["Not known", "[c]"]]
    assert "[c] hidden by disclosure control." in html


def test_the_id_is_fixed_and_is_not_the_label_of_the_book() -> None:
    html = tables.build_list_table(
        released(), stub=("level", "Sex"), columns=[Heading("n", "People")]
    ).html
    assert '<div id="gt-sex-x"' in html and 'id="tbl-' not in html


def test_the_same_frame_gives_the_same_bytes() -> None:
    first, second = (
        tables.build_group_table(released(), heading="S", groups=[("n", "T")]).html
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("words", ["<b>bold</b>", "<script>x</script>", "a & b", "*stars*"])
def test_data_and_notes_do_not_become_markup(words: str) -> None:
    data = pd.DataFrame({"level": [words], "group": [words], "n": [1], "text": [words]})
    frame = protect(
        data, counts=["n"], profile="internal", notes=Notes(label="x", source=words, caveat=words)
    )
    html = tables.build_list_table(
        frame, stub=("level", words), columns=[Heading("text", words, "text", words)], group="group"
    ).html
    for tag in ("<b>", "<script>", "<em>", "<strong>"):
        assert tag not in html
    assert "a & b" not in html


def test_styles_reach_only_their_own_table() -> None:
    html = tables.build_list_table(
        released(), stub=("level", "Sex"), columns=[Heading("n", "People")]
    ).html
    (style,) = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    for selectors in re.findall(r"([^{}]+)\{", style):
        for selector in selectors.split(","):
            assert selector.strip().startswith("#gt-sex-x"), selector
    assert "#FFFFFF" not in style and "#333333" not in style, "readable on a dark page"


def test_numbers_are_at_the_right_and_words_at_the_left() -> None:
    data = pd.DataFrame({"level": ["a"], "n": [1], "text": ["b"]})
    frame = protect(data, counts=["n"], profile="internal", notes=NOTES)
    columns = [Heading("n", "N"), Heading("text", "T", "text")]
    html = tables.build_list_table(frame, stub=("level", "L"), columns=columns).html
    assert re.search(r'<td[^>]*class="gt_row gt_right">1</td>', html)
    assert re.search(r'<td[^>]*class="gt_row gt_left">b</td>', html)


def test_every_number_cell_names_its_headers() -> None:
    html = tables.build_group_table(released(), heading="Sex", groups=[("n", "Treated")]).html
    ids = set(re.findall(r' id="([^"]+)"', html))
    named = [name for group in re.findall(r'headers="([^"]+)"', html) for name in group.split()]
    assert named and set(named) <= ids
    assert 'scope="row"' in html and 'scope="col"' in html


def test_statistics_stand_in_one_row_a_group() -> None:
    values = {"treated": [1, 2, 4, None], "others": [8, 9, 10, 11]}
    summary = summarise_values(
        {name: pd.Series(some, dtype="Float64") for name, some in values.items()}
    )
    frame = protect(
        summary, on="n", statistics=["mean", "median", "q1", "q3", "iqr", "sd"],
        extremes=["min", "max"], counts=["missing"], profile="internal", notes=NOTES,
    )  # fmt: skip
    groups = [("others", "Not treated"), ("treated", "Treated")]
    rows = read_rows(tables.build_statistics_table(frame, groups=groups).html)
    assert rows[0] == ["Group", "People", "Missing", "Mean", "SD", "Median", "Quartiles", "Range"]
    assert rows[1] == ["Not treated", "4", "0", "9.5", "1.3", "9.5", "8.8 to 10.3", "8 to 11"]
    assert rows[2][:4] == ["Treated", "3", "1", "2.3"] and rows[2][-1] == "1 to 4"
    same = tables.build_statistics_table(
        frame.with_column("missing", [0, 0], "count"), groups=groups
    ).html
    assert read_rows(same)[0][:3] == ["Group", "People", "Mean"]
    assert "Missing, in every row: 0." in same
    fixed = tables.build_statistics_table(frame, groups=groups, decimals=1).html
    assert read_rows(fixed)[2][-1] == "1.0 to 4.0"  # as the mean beside them
    few = protect(summary[1:], **SUMMARY, profile="ndrs", notes=NOTES)
    hidden = read_rows(tables.build_statistics_table(few, groups=groups[:1]).html)
    assert hidden[1][1:] == ["[c]"] * 7  # a hidden pair of values is one mark


def read_rows(html: str) -> list[list[str]]:
    """Return the texts of the cells, row by row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html.split("<tfoot")[0], flags=re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in rows]


def test_a_frame_that_has_not_been_released_is_refused() -> None:
    with pytest.raises(TypeError, match="released"):
        tables.build_list_table(
            released().frame, stub=("level", "Sex"), columns=[Heading("n", "People")]
        )  # type: ignore[arg-type]


def test_a_notebook_shows_html_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[dict] = []
    sheet = tables.build_list_table(released(), stub=("level", "S"), columns=[Heading("n", "N")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "rareaccess.display.tables.setting.display", lambda data, raw: shown.append(data)
        )
        sheet._ipython_display_()
    assert [list(data) for data in shown] == [["text/html"]]


FAMILIES = {
    "rules": {
        "level": ["TA1"], "summary": ["x"], "n": [9], "from": [pd.Timestamp("2020-01-01")],
        "to": [pd.Timestamp("2020-02-01")],
        "per_month": [1.25],
    },
}  # fmt: skip


def test_dates_do_not_break_and_rates_have_one_decimal() -> None:
    frame = protect(
        pd.DataFrame(FAMILIES["rules"]), on="n", statistics=["per_month"],
        profile="internal", notes=NOTES,
    )  # fmt: skip
    (row,) = cells(tables.build_named_table(frame, "rules").html)
    assert row == ["TA1", "1\xa0Jan\xa02020", "1\xa0Feb\xa02020", "9", "1.3"]


def test_a_column_of_texts_that_are_all_the_same_is_a_note() -> None:
    data = pd.DataFrame({"fact": ["a", "b"], "about": "x", "source": "s", "checked": "seen"})
    facts = make_public(data, because="stated elsewhere", notes=Notes(label="facts"))
    html = tables.build_named_table(facts, "facts").html
    assert "Source, in every row: s." in html and "Verified" not in html, "the caveat says it"
    alone = make_public(data.head(1), because="stated elsewhere", notes=Notes(label="facts"))
    assert "in every row" not in tables.build_named_table(alone, "facts").html


def test_one_route_and_one_rule_are_not_set_beside_all() -> None:
    years = protect(
        pd.DataFrame({"year": ["2020", "2021"], "IV": [3, 4], "total": [3, 4],
                      "cumulative": [3, 7]}),
        counts=["IV", "total", "cumulative"], profile="internal", notes=NOTES,
    )  # fmt: skip
    html = tables.build_years_table(years, routes={"IV": "infusion"}).html
    assert read_rows(html)[0] == ["Year", "All starts", "Running total"]
    scores = protect(
        pd.DataFrame({"level": ["missing"], "total": [9], "TA1": [9]}), counts=["total", "TA1"],
        whole={"total": "total", "TA1": "TA1"}, profile="internal", notes=NOTES,
    )  # fmt: skip
    html = tables.build_scores_table(scores, rules=["TA1"]).html
    assert "TA1" in html and "All" not in re.sub("<style>.*</style>", "", html, flags=re.DOTALL)


def test_faults_are_counted_of_how_many() -> None:
    data = {
        "rule": ["No date", "No day"],
        "table": "Outpatients",
        "n": [3, 0],
        "denominator": [90, 80],
        "unit": ["records", "people"],
        "action": ["a", "b"],
    }
    released = protect(pd.DataFrame(data), counts=["n", "denominator"], profile="ndrs",
                       notes=Notes(label="quality"))  # fmt: skip
    html = tables.build_faults_table(released).html
    assert "[c] of 90 records" in html and "[c] of 80 people" in html


def test_curves_under_assumptions_stand_side_by_side_and_stop_where_they_stop() -> None:
    data = pd.DataFrame({"cover_months": [6, 12, 12], "month": [0, 0, 6], "at_risk": [12, 30, 11],
                         "survival": [100.0, 100.0, 50.25]})  # fmt: skip
    curves = protect(data, on="at_risk", statistics=["survival"], keys=["cover_months", "month"],
                     profile="internal", notes=Notes(label="covered"))  # fmt: skip
    found = cells(tables.build_covers_table(curves, words="Covered, %").html)
    assert found == [["0", "12", "100.0", "30", "100.0"], ["6", "–", "–", "11", "50.3"]]


def test_nothing_is_counted_after_the_end_of_a_life_table() -> None:
    data = pd.DataFrame({
        "month": [0, 12], "at_risk": [40, 20], "events": pd.array([10, None], "Int64"),
        "censored": pd.array([10, None], "Int64"), "survival": [100.0, 70.0],
        "lower": [100.0, 60.0], "upper": [100.0, 80.0],
    })  # fmt: skip
    statistics = ["survival", "lower", "upper"]
    curve = protect(data, on="at_risk", counts=["events", "censored"], keys=["month"],
                    statistics=statistics, profile="ndrs", notes=NOTES)  # fmt: skip
    last = read_rows(tables.build_risk_table(curve, events="Died", words="Alive").html)[-1]
    assert last[2:4] == ["–", "–"] and last[1] == "20"
