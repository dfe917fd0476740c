"""The back-test's own rules: rounding, just over, dates, missing; all rows before any verdict."""

import json
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.measures.reproduction import (
    COLUMNS,
    compare,
    load_computed,
    load_published,
    name_agreement,
    name_results,
)
from rareaccess.params import load_report
from rareaccess.study import open_book


def published(value, *, decimals="0", tolerance="0", unit="people", relation="equal"):
    row = dict.fromkeys(COLUMNS, "x") | {
        "value": value, "decimals": decimals, "tolerance": tolerance, "unit": unit,
        "relation": relation, "basis": "records",
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
        (lambda f: f.assign(basis="guessed: by us"), "guessed"),
    ],
)
def test_fault_in_the_published_file_is_named(tmp_path, change, found):
    path = tmp_path / "published.csv"
    change(load_published()).to_csv(path, index=False)
    with pytest.raises(UserError, match=found):
        load_published(path)


def basis_of(kind):
    """Return the rows of the published file with a basis of this kind, and what it names."""
    rows = load_published().set_index("id")
    return {
        key: (row, row["basis"].partition(": ")[2])
        for key, row in rows.iterrows()
        if row["basis"].partition(":")[0] == kind
    }


def test_what_is_copied_from_the_settings_stands_there():
    file = project_root() / "params" / "pairs" / f"{load_report().reference_pair}.yml"
    settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, (row, path) in (found := basis_of("settings")).items():
        value = settings
        for step in path.split("."):
            value = value[step]
        assert str(value) == row["value"], key
    assert set(found) == {"observation_end", "trace_date", "centres"}


def test_what_is_worked_out_follows_from_the_other_rows():
    rows = load_published()
    rows = rows[rows["unit"] != "date"].set_index("id")
    for key, (row, formula) in (found := basis_of("rows")).items():
        result = pd.eval(formula, local_dict=rows["value"].astype(float).to_dict())
        assert key not in formula.split(), key
        assert Decimal(str(result)).quantize(
            Decimal(1).scaleb(-int(row["decimals"])), rounding=ROUND_HALF_UP
        ) == Decimal(row["value"]), key
    assert len(found) == 7


def test_agreement_is_told_for_each_basis():
    rows = pd.concat([published("1"), published("2"), published("3")], ignore_index=True)
    rows["basis"] = ["records", "rows: a - b", "settings: centres.expected"]
    compared = compare(rows, {"x": 2})
    assert name_agreement(compared) == (
        "0 of 1 counted from records, 1 of 1 worked out from other rows and "
        "0 of 1 copied from the settings"
    )
    assert name_results(compared)["basis"].tolist() == ["records", "other rows", "settings"]


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
    assert (folder / about["file"]).read_text().splitlines()[1] == "x,x,924,924,0,x,yes,records"
