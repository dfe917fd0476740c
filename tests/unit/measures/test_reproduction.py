"""The back-test's own rules: rounding, just over, dates, missing; all rows before any verdict."""

import json

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.measures.reproduction import (
    COLUMNS,
    compare,
    load_computed,
    load_published,
    name_results,
)
from rareaccess.study import open_book


def published(value, *, decimals="0", tolerance="0", unit="people", relation="equal"):
    row = dict.fromkeys(COLUMNS, "x") | {
        "value": value, "decimals": decimals, "tolerance": tolerance, "unit": unit,
        "relation": relation,
    }  # fmt: skip
    return pd.DataFrame([row])


CASES = {
    "equal": (published("924"), 924, True),
    "one off": (published("924"), 923, False),
    "half rounds up": (published("13.8", decimals="1"), 13.75, True),
    "less than half rounds down": (published("13.8", decimals="1"), 13.7499, False),
    "half of an awkward float": (published("1.1", decimals="1"), 1.05, True),
    "percentage": (published("98.7", decimals="1", unit="%"), 98.7221, True),
    "percentage without decimals": (published("16", unit="%"), 16.1255, True),
    "within tolerance": (published("100", tolerance="2"), 102, True),
    "outside tolerance": (published("100", tolerance="2"), 103, False),
    "just over": (published("53", relation="just over"), 53.2, True),
    "just over asks for more": (published("53", relation="just over"), 53.0, False),
    "just over asks for little more": (published("53", relation="just over"), 53.6, False),
    "just under is not just over": (published("53", relation="just over"), 52.8, False),
    "date": (published("2025-08-20", unit="date"), "2025-08-20", True),
    "a day later": (published("2025-08-20", unit="date"), "2025-08-21", False),
    "not computed": (published("924"), None, False),
}


@pytest.mark.parametrize("case", CASES)
def test_agreement(case):
    row, computed, expected = CASES[case]
    compared = compare(row, {"x": computed})
    assert bool(compared["ok"].item()) is expected


def test_number_that_is_not_there_does_not_agree():
    compared = compare(published("924"), {})
    assert not compared["ok"].item() and compared["computed"].item() == "[x]"


def test_every_row_is_compared():
    rows = pd.concat([published("1"), published("2"), published("3")], ignore_index=True)
    compared = compare(rows, {"x": 2})
    assert compared["ok"].tolist() == [False, True, False]
    assert compared["difference"].tolist() == ["1", "0", "−1"]


def test_words_are_for_people():
    rows = pd.concat(
        [published("72308"), published("98.7", decimals="1", unit="%"),
         published("2025-08-20", unit="date")], ignore_index=True,
    )  # fmt: skip
    assert compare(rows, {})["published"].tolist() == ["72,308", "98.7%", "20 Aug 2025"]


def test_just_over_is_shown_with_a_decimal_more():
    compared = compare(published("53", relation="just over"), {"x": 53.24})
    assert compared[["published", "computed"]].values.tolist() == [["just over 53", "53.2"]]


def test_published_file_is_complete():
    frame = load_published()
    assert frame["id"].is_unique and len(frame) == 25
    assert (frame[["what", "result", "value", "unit", "source"]] != "").all(axis=None)
    wanted = dict(zip(frame["id"], frame["value"], strict=True))
    assert wanted["hes_sle_cohort"] == "72308" and wanted["activity_q3"] == "13.8"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda f: f.drop(columns="tolerance"), "columns"),
        (lambda f: pd.concat([f, f]), "treated"),
        (lambda f: f.assign(relation="about"), "about"),
    ],
)
def test_fault_in_the_published_file_is_named(tmp_path, change, found):
    path = tmp_path / "published.csv"
    change(load_published()).to_csv(path, index=False)
    with pytest.raises(UserError, match=found):
        load_published(path)


def test_computed_numbers_come_from_every_notebook(tmp_path):
    for name, numbers in {"01": {"a": 1}, "02": {"a": 1, "b": 2.5}}.items():
        content = {"numbers": {key: {"value": value} for key, value in numbers.items()}}
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    assert load_computed(tmp_path) == {"a": 1, "b": 2.5}
    (tmp_path / "03.json").write_text(json.dumps({"numbers": {"b": {"value": 3}}}))
    with pytest.raises(UserError, match="number b"):
        load_computed(tmp_path)


def test_comparison_is_public_and_written(tmp_path, monkeypatch):
    monkeypatch.setenv("RAREACCESS_BUILD", str(tmp_path))
    book = open_book("sample", notebook="91-reproduction")
    results = name_results(compare(published("924"), {"x": 924}))
    book.publish(results, "reproduction", because="published").show("tbl")
    book.write_results()
    folder = tmp_path / "results" / "sample"
    about = json.loads((folder / "91-reproduction.json").read_text())["tables"]["tbl-reproduction"]
    assert about["public"] == "published" and "profile" not in about
    assert (folder / about["file"]).read_text().splitlines()[1] == "x,x,924,924,0,x,yes"
