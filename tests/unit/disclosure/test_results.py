"""What a notebook hands over: numbers with their status, tables typed and as CSV."""

import json
from datetime import date

import pandas as pd
import pytest

from rareaccess.disclosure import (
    Count,
    Day,
    Hidden,
    Notes,
    Plain,
    Register,
    Share,
    Shown,
    Statistic,
    protect,
)
from rareaccess.disclosure.results import build_csv, build_number, read_table, write_results


@pytest.mark.parametrize(
    ("value", "stored", "text", "status"),
    [
        (Day(date(2016, 6, 2)), "2016-06-02", "2 June 2016", "shown"),
        (Shown("IV"), "IV", "IV", "shown"),
        (Plain(12), 12, "12", "shown"),
        (Statistic(1.25), 1.25, "1.3", "shown"),
        (None, None, "[x]", "missing"),
        (Hidden(), None, "[c]", "hidden"),
    ],
)
def test_a_number_is_stored_with_its_text_and_status(value, stored, text, status) -> None:
    assert build_number(value) == {"value": stored, "text": text, "status": status}


@pytest.mark.parametrize("raw", [12, 12.5, pd.Series([3]).iloc[0]])
def test_a_number_that_was_not_released_is_refused(raw) -> None:
    with pytest.raises(TypeError, match="released"):
        build_number(raw)


def test_a_table_is_written_once_typed_and_its_csv_says_the_same(tmp_path) -> None:
    register = Register("02-x", tmp_path, head={"pair": "p"}, suffix="p", fill=str)
    frame = pd.DataFrame({"sex": ["Female", "=Male"], "since": [date(2016, 6, 2)] * 2,
                          "n": [1090, 3]})  # fmt: skip
    released = protect(
        frame, counts=["n"], keys=["since"], profile="ndrs", notes=Notes(label=register.label("x")),
        register=register,
    )  # fmt: skip
    register.show("tbl", released)
    register.numbers["by route-IV"] = Count(12)
    register.numbers["late_pct"] = Share(16.126)
    write_results(register)
    told = json.loads((tmp_path / "02-x.json").read_text())
    assert told["pair"] == "p"
    assert told["numbers"]["by_route_IV"] == {"value": 12, "text": "12", "status": "shown"}
    assert told["numbers"]["late_pct"]["text"] == "16.1%"
    (label,) = told["tables"]
    assert told["tables"][label]["profile"] == "ndrs"
    table = read_table(tmp_path / "tables" / f"{label}.json")
    counts = next(column for column in table["columns"] if column["name"] == "n")
    assert counts["values"] == [1090, None] and counts["hidden"] == [1]
    written = (tmp_path / told["tables"][label]["file"]).read_text()
    assert written == build_csv(table)
    assert written.splitlines()[1:] == ["Female,2016-06-02,1090", "'=Male,2016-06-02,[c]"]
