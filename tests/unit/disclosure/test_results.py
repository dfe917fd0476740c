"""What a notebook hands over: numbers with their status, tables as CSV."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import protect_counts
from rareaccess.disclosure.profiles import Hidden
from rareaccess.disclosure.results import build_csv, build_number, write_results


@pytest.mark.parametrize(
    ("key", "value", "stored", "text", "status"),
    [
        ("first", date(2016, 6, 2), "2016-06-02", "2 June 2016", "shown"),
        ("route", "IV", "IV", "IV", "shown"),
        ("months", np.float64(1.25), 1.25, "1.3", "shown"),
        ("median", float("nan"), None, "[x]", "missing"),
        ("last", None, None, "[x]", "missing"),
        ("treated", Hidden(), None, "[c]", "hidden"),
        ("late_pct", Hidden(), None, "[c]", "hidden"),
    ],
)
def test_a_number_is_stored_with_its_text_and_status(key, value, stored, text, status) -> None:
    assert build_number(key, value) == {"value": stored, "text": text, "status": status}


def test_a_table_is_written_with_its_notes_and_without_what_is_hidden(tmp_path) -> None:
    frame = pd.DataFrame({"sex": ["Female", "=Male"], "since": [date(2016, 6, 2)] * 2,
                          "n": [1090, 3], "none": [None, None]})  # fmt: skip
    released = protect_counts(frame, counts=["n"], keys=["sex", "since", "none"], profile="ndrs")
    write_results(
        tmp_path, "02-x", head={"pair": "p"}, numbers={"by route-IV": 12},
        tables={"tbl-x": released},
    )  # fmt: skip
    told = json.loads((tmp_path / "02-x.json").read_text())
    assert told["pair"] == "p"
    assert told["numbers"] == {"by_route_IV": {"value": 12, "text": "12", "status": "shown"}}
    assert told["tables"]["tbl-x"]["profile"] == "ndrs"
    assert told["tables"]["tbl-x"]["columns"] == ["sex", "since", "n", "none"]
    written = (tmp_path / told["tables"]["tbl-x"]["file"]).read_text()
    assert written == build_csv(released)
    assert written.splitlines()[1:] == ["Female,2016-06-02,1090,[x]", "'=Male,2016-06-02,[c],[x]"]
