"""A notebook reads only what it declares, and writes only what is released."""

import csv
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import tiny_project
from rareaccess.core.errors import UserError
from rareaccess.disclosure import Hidden
from rareaccess.disclosure.results import build_csv, build_number
from rareaccess.flow import Ledger
from rareaccess.marts import read_mart, write_mart
from rareaccess.pipeline.prepare import prepare
from rareaccess.study import Study, open_study
from tiny_project import PAIR

FLOW = ["names", "condition", "windows"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny_project.make(tmp_path_factory.mktemp("home"), patch)
        prepare("tiny", [PAIR])
        yield folder


@pytest.fixture
def study(home: Path) -> Study:
    return open_study(PAIR, "tiny", marts=["uptake", "flow"], params=FLOW)


def test_what_is_declared_is_there(study: Study) -> None:
    assert len(study.uptake) == 2
    assert isinstance(study.flow, Ledger) and study.flow.count("treated") == 2
    assert study.params.names.drug == "belimumab"
    assert study.label("tbl-x") == f"tbl-x-{PAIR}"
    assert study.cite("HES", "PDS") == "HES and PDS; a dozen people"


def test_a_mart_that_is_not_declared_is_refused(study: Study) -> None:
    with pytest.raises(UserError, match="has not declared") as caught:
        study.people  # noqa: B018
    assert (caught.value.where, caught.value.found) == ("study.people", "uptake, flow")


def test_settings_that_are_not_declared_are_refused(study: Study) -> None:
    with pytest.raises(UserError, match="has not declared") as caught:
        study.params.criteria  # noqa: B018
    assert '"criteria"' in caught.value.mend


@pytest.mark.parametrize(
    ("marts", "params", "found"),
    [(["peoples"], [], "peoples"), ([], ["name"], "name"), (["flow"], ["names"], "names")],
)
def test_a_wrong_declaration_is_refused(home: Path, marts: list, params: list, found: str) -> None:
    with pytest.raises(UserError) as caught:
        open_study(PAIR, "tiny", marts=marts, params=params)
    assert caught.value.found == found


def test_a_mart_that_is_not_there_names_the_command(home: Path) -> None:
    with pytest.raises(UserError) as caught:
        open_study(PAIR, "sample", marts=["uptake"])
    assert f"rareaccess prepare --source sample --pair {PAIR}" in caught.value.mend
    assert caught.value.where == f"build/marts/sample/{PAIR}/meta.json"


def test_a_flow_that_does_not_add_up_is_refused_when_it_is_opened(home: Path) -> None:
    folder = home / "build" / "marts" / "tiny" / PAIR
    whole = read_mart("flow", folder)
    last = whole.index[(whole["box"] == "treated") & (whole["role"] == "out")][-1]
    write_mart(whole.drop(index=last), "flow", folder)
    try:
        with pytest.raises(UserError, match="does not add up at the box treated"):
            open_study(PAIR, "tiny", marts=["flow"], params=FLOW)
    finally:
        write_mart(whole, "flow", folder)


def test_results_are_written_once_and_are_the_same_each_time(study: Study, home: Path) -> None:
    data = pd.DataFrame({"level": ["=1+1", "b"], "n": [1200, 3]})
    table = study.release(data, "x", counts=["n"], title="T", n="4", source="S", caveat="C")
    numbers = {
        "treated": 2,
        "late_pct": 16.126,
        "end": date(2025, 8, 20),
        "hidden": Hidden(),
        "of/a-b": 1,
    }

    def write() -> dict[Path, int]:
        study.write_results("09-x", numbers=numbers, tables={"tbl-x": table.with_pcts("n")})
        files = (home / "build" / "results").rglob("*.*")
        return {file: file.stat().st_mtime_ns for file in files}

    first = write()
    assert write() == first, "a file that does not change is left alone"
    folder = home / "build" / "results" / "tiny" / PAIR
    result = json.loads((folder / "09-x.json").read_text())
    assert result["numbers"]["treated"] == {"value": 2, "text": "2", "status": "shown"}
    assert result["numbers"]["late_pct"]["text"] == "16.1%"
    assert result["numbers"]["of_a_b"]["value"] == 1, "an id that prose can name"
    assert result["numbers"]["end"] == {
        "value": "2025-08-20", "text": "20 August 2025", "status": "shown",
    }  # fmt: skip
    assert result["numbers"]["hidden"] == {"value": None, "text": "[c]", "status": "hidden"}
    described = result["tables"][f"tbl-x-{PAIR}"]
    assert (described["title"], described["caveat"]) == ("T", "C")
    with (folder / described["file"]).open(newline="") as file:
        lines = list(csv.reader(file))
    assert lines == [["level", "n", "n_pct"], ["'=1+1", "1200", "99.8"], ["b", "3", "0.2"]]


def test_a_table_that_is_not_released_is_not_written(study: Study, home: Path) -> None:
    with pytest.raises(TypeError, match="released"):
        study.write_results("08-y", numbers={}, tables={"tbl-y": pd.DataFrame()})  # type: ignore[dict-item]
    assert not (home / "build" / "results" / "tiny" / PAIR / "08-y.json").exists()


def test_a_number_of_no_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        build_number("x", [1])
    assert build_number("x", None)["status"] == "missing"


def test_hidden_and_missing_in_csv(study: Study) -> None:
    data = pd.DataFrame({"level": ["a", "b"], "n": pd.array([3, None], dtype="Int64")})
    released = study.release(data, "x", counts=["n"])
    assert build_csv(released) == "level,n\na,3\nb,[x]\n"
