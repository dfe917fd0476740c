"""Tables of place and person, and of care over time: what is missing, and what is hidden."""

import re

import pandas as pd

from rareaccess.disclosure import Notes, Released, protect
from rareaccess.display import figures, tables

NOTES = Notes(label="x", title="A", n="9 people", source="HES", period="To 2025", caveat="As seen")
ENDS = ("", "_lower", "_upper")


def release(rows: dict, statistics: list[str], keys: tuple[str, ...] = ()) -> Released:
    counts = [name for name in ("people", "places") if name in rows]
    return protect(pd.DataFrame(rows), counts=counts, statistics=dict.fromkeys(statistics, "ratio"),
                   on="people", profile="ndrs", keys=list(keys), notes=NOTES)  # fmt: skip


def cells(html: str) -> list[list[str]]:
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", body[0] if body else "", re.DOTALL)
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in rows
    ]


def test_the_rest_has_no_places_and_what_is_refused_has_dashes() -> None:
    shares = {f"share{end}": [12.0, 88.0, None, 50.0] for end in ENDS}
    ratios = {f"ratio{end}": [1.5, None, None, 1.2] for end in ENDS}
    rows = {"model": ["Time", "Time", "Rate", "Few"], "people": [90, 90, 80, 3],
            "part": ["Trust", "Person and chance", "Not estimated", "Trust"],
            "places": [12, None, None, 9], **shares, **ratios}  # fmt: skip
    sheet = tables.build_place_table(release(rows, [*shares, *ratios]))
    told = [row for row in cells(sheet.html) if len(row) > 1]
    assert told[0] == ["Trust", "90", "12", *["12.0"] * 3, *["1.50"] * 3]
    assert told[1] == ["Person and chance", "90", "–", *["88.0"] * 3, *["–"] * 3]
    assert told[2] == ["Not estimated", "80", *["–"] * 7]
    assert told[3][3:] == ["[c]"] * 6


def test_each_mean_has_its_interval_beside_it() -> None:
    values = {f"{who}{end}": [2.0, None, 4.0] for who in ("own", "other", "gap") for end in ENDS}
    rows = {"kind": "All", "period": ["Before", "After", "Later"], "people": [90, 80, 3], **values}
    sheet = tables.build_course_table(release(rows, list(values)))
    told = [row for row in cells(sheet.html) if len(row) > 1]
    assert told[0] == ["Before", "90", *["2.0", "2.0 to 2.0"] * 3]
    assert told[1] == ["After", "80", *["[x]", "[x]"] * 3]
    assert told[2][2:] == ["[c]"] * 6


def test_patterns_and_their_stability() -> None:
    rows = {"pattern": ["Pattern A", "Pattern B"], "people": [90, 3], "visits": [1.0, 9.0]}
    released = release(rows, ["visits"]).with_pct("people_pct", "people", "people")
    sheet = tables.build_patterns_table(released, words={"visits": "Visits"})
    assert cells(sheet.html) == [["Pattern A", "90", "100.0%", "1.0"],
                                 ["Pattern B", "[c]", "[c]", "[c]"]]  # fmt: skip
    kinds = ["explained", "stability", "low", "shuffled"]
    rows = {"groups": ["2 groups"], "people": [90], "again": ["yes"],
            **{kind: [0.5] for kind in kinds}}  # fmt: skip
    sheet = tables.build_stability_table(release(rows, kinds))
    assert cells(sheet.html) == [["2 groups", "0.5", *["0.50"] * 3, "yes"]]


def test_too_few_matches_leave_a_sentence_in_the_picture() -> None:
    rows = {"quarter": [-1, 0], "group": "The treated", "people": [9, 9], "rate": None,
            "lower": None, "upper": None}  # fmt: skip
    released = release(rows, ["rate", "lower", "upper"], ("quarter",))
    assert "Too few people have a match" in figures.draw_course(released, words="Contacts").svg
