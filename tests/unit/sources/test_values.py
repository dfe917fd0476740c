"""Words and codes: what each written value means, and that no other value is touched."""

import pandas as pd
import pytest

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.model import FOLDS
from rareaccess.params import SourceParams
from rareaccess.sources.dates import fit_dates, list_forms
from rareaccess.sources.engine import open_engine
from rareaccess.sources.keys import choose_folds, list_trials
from rareaccess.sources.mapping import map_values
from rareaccess.sources.survey import KeyForm
from rareaccess.sources.values import FOLD, read_value

COLUMNS = [column for table in CONTRACTS.values() for column in table.columns if column.fold]
BASE = {"label": "x", "kind": "parquet", "root": "data", "synthetic": True}


def read(table: str, column: str, written: str) -> str | None:
    return read_value(CONTRACTS[table][column], written).ours


def test_every_fold_is_declared_and_done() -> None:
    assert set(FOLD) == set(FOLDS)
    assert {column.fold for column in COLUMNS} == set(FOLDS)
    used = [c for t in CONTRACTS.values() for c in t.columns if c.used or c.optional]
    assert [c.name for c in used if c.codes and not c.fold] == []


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_codes_are_read_as_they_are_and_words_as_codes(column) -> None:
    assert all(read_value(column, code).ours == code for code in column.codes)
    assert not any(read_value(column, code).done for code in column.codes)
    assert all(code in column.codes for _, code in column.spellings)
    assert all(word == word.casefold() for word, _ in column.spellings)


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("Approved", "approved"),
        ("TREATMENT COMPLETE", "approved"),
        (" Treatment  Stopped\t", "approved"),
        ("Treatment\u00a0Not Started ", "treatment not started"),
        ("Rejected", "rejected"),
        ("On hold", "On hold"),
        ("approvedish", "approvedish"),
        ("", ""),
        ("\u200b", None),
        ("NULL", None),
    ],
)
def test_decisions_as_blueteq_shows_them(written: str, ours: str | None) -> None:
    assert read("blueteq_applications", "approval_status", written) == ours


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        *(("m32.1", "M321"), ("M321D", "M321"), ("M321A", "M321"), ("M321X", "M321")),
        *(("M321-", "M321"), ("M32-", "M32"), ("J46", "J46X"), ("J46-", "J46X"), ("J46X", "J46X")),
        *(("M3210", "M3210"), ("M3210A", "M3210"), ("M32", "M32"), ("R69X", "R69X")),
        *(("-", "-"), ("&", "&"), ("89999", "89999"), ("lupus", "LUPUS")),
    ],
)
def test_diagnoses(written: str, ours: str) -> None:
    assert read("apc", "DIAG_4_01", written) == ours


@pytest.mark.parametrize(
    ("written", "ours"),
    [("AA", "A"), ("s9", "S"), ("99", "99"), ("9", "9"), ("Q1", "Q1"), ("ZZ", "Z"), ("ABC", "ABC")],
)
def test_ethnic_codes(written: str, ours: str) -> None:
    assert read("op", "ETHNOS", written) == ours


@pytest.mark.parametrize(
    ("written", "ours"),
    [("2016/17", "1617"), ("201617", "1617"), ("1999/2000", "9900"), ("2016/18", "2016/18"),
     ("102", "0102"), ("2016", "2016")],
)  # fmt: skip
def test_financial_years(written: str, ours: str) -> None:
    assert read("apc", "FYEAR", written) == ours


def test_any_value_is_mapped_whatever_step_is_taken() -> None:
    values = {"m32.1": "M321", " M321": "M321", "é": "E", "it's": "X", "": "", "NULL": None}
    values |= {f"a{n:02d}.{n % 10}": f"A{n:02d}{n % 10}" for n in range(60)}
    with open_engine() as engine:
        frame, text = engine.stage(pd.DataFrame({"text": [*values, None]})), engine.F.col("text")
        mapped = map_values(engine, text, text, values, is_text=False).alias("ours")
        found = engine.collect(frame.select("text", mapped)).dropna(subset=["text"])
    read = {w: None if pd.isna(o) else o for w, o in zip(found["text"], found["ours"], strict=True)}
    assert read == values


def keys(engine, tables: dict[str, list[str]]) -> tuple[str, ...]:
    frames = {name: engine.stage(pd.DataFrame({"key": k})) for name, k in tables.items()}
    return choose_folds(engine, frames, ["linkage"], [("blanks",), ("case",), ("blanks", "case")])


@pytest.mark.slow
def test_keys_change_only_where_more_match_and_none_are_merged() -> None:
    with open_engine() as engine:
        assert keys(engine, {"linkage": ["ab"], "apc": ["AB", "CD"]}) == ("case",)
        assert keys(engine, {"linkage": ["ab", "AB"], "apc": ["AB"]}) == ()  # two people
        assert keys(engine, {"linkage": ["ab"], "apc": ["AB", "Ab"]}) == ()
        assert keys(engine, {"linkage": ["A-B "], "apc": ["AB"]}) == ("blanks",)
        assert keys(engine, {"linkage": ["a b"], "apc": ["AB"]}) == ("blanks", "case")
        assert keys(engine, {"linkage": ["A B"], "apc": ["CD"]}) == ()
        both = ["943 476-5919", "9434765919"]  # one number, however it is grouped
        assert keys(engine, {"linkage": both[1:], "pds_trace": both}) == ()
        assert keys(engine, {"linkage": both[1:], "pds_trace": both[:1]}) == ("blanks",)
    assert list_trials({"apc": KeyForm(1, 0, 9, 0)}) == [("blanks",)]


def test_forms_of_dates_that_can_mean_two_days_are_not_read() -> None:
    assert not list_forms("yyyy-MM-dd", ["99/99/9999", "99.99.9999", "9999-99", "99/99/99"])
    assert list_forms("dd.MM.yyyy", ["9/9/9999"])
    assert fit_dates("yyyy-MM-dd", ["99.99.9999 99:99:99"]) in ("dd.MM.yyyy", "dd/MM/yyyy")
    assert fit_dates("dd/MM/yyyy", ["99/99/99"]) == ""


def test_words_of_a_source_must_mean_a_code() -> None:
    given = {"approval_status": {"Not Approved": "rejected"}, "SEX": {"K": 2}}
    assert SourceParams(**BASE, values=given).values["SEX"]["K"] == "2"
    with pytest.raises(ValueError, match="the keys clash"):
        SourceParams(**BASE, values={"approval_status": {"Fine": "aproved"}})
    with pytest.raises(ValueError, match="drug_name"):
        SourceParams(**BASE, values={"drug_name": {"x": "y"}})
