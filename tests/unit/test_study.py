"""A notebook reads only what it declares, and writes only what is released."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tiny_project
from rareaccess.core.errors import UserError
from rareaccess.disclosure import Count, Hidden, Plain, Released, Share
from rareaccess.disclosure.results import build_csv, build_table, read_table
from rareaccess.disclosure.sentences import NOT_TOLD
from rareaccess.flow import Ledger
from rareaccess.marts import read_mart, write_mart
from rareaccess.study import Study, open_study
from tiny_project import PAIR

FLOW = ["names", "condition", "windows"]


@pytest.fixture(scope="module")
def home(tiny_marts: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        yield tiny_project.copy(tiny_marts, tmp_path_factory.mktemp("home"), patch)


@pytest.fixture
def study(home: Path) -> Study:
    return open_study(PAIR, "tiny", notebook="09-x", marts=["uptake", "flow"], params=FLOW)


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


def counts(study: Study, *values: int | None, label: str = "x", **more: str) -> Released:
    data = pd.DataFrame({"level": ["=1+1", "b"], "n": pd.array(values, dtype="Int64")})
    forms = study.population("forms", 4, unit="forms")
    return study.release(data, label, population=forms, counts=["n"], whole={"n": Count(1203)},
                         source="S", caveat="C", **more)  # fmt: skip


def test_results_are_written_once_and_are_the_same_each_time(study: Study, home: Path) -> None:
    def write() -> dict[Path, int]:
        study.register.shown.clear()
        counts(study, 1200, 3).show("tbl")
        counts(study, 1200, 3, label="unseen")
        study.numbers(treated=Count(2), late_pct=Share(16.126), end=date(2025, 8, 20))
        study.numbers(hidden=Hidden(), centres=Plain(37), **{"of/a-b": Count(1)})
        study.write_results()
        files = (home / "build" / "results").rglob("*.*")
        return {file: file.stat().st_mtime_ns for file in files}

    first = write()
    assert write() == first, "a file that does not change is left alone"
    folder = home / "build" / "results" / "tiny" / PAIR
    result = json.loads((folder / "09-x.json").read_text())
    assert result["numbers"]["treated"] == {
        "value": 2, "text": "2", "status": "shown", "provenance": "assumed",
    }  # fmt: skip
    assert result["numbers"]["late_pct"]["text"] == "16.1%"
    assert result["numbers"]["of_a_b"]["value"] == 1, "an id that prose can name"
    assert result["numbers"]["centres"]["value"] == 37
    assert result["numbers"]["end"] == {
        "value": "2025-08-20", "text": "20 August 2025", "status": "shown",
    }  # fmt: skip
    assert result["numbers"]["hidden"] == {"value": None, "text": "[c]", "status": "hidden"}
    assert list(result["tables"]) == [f"tbl-x-{PAIR}"], "what is shown nowhere is not written"
    described = result["tables"][f"tbl-x-{PAIR}"]
    assert (described["n"], described["caveat"]) == ("4 forms", "C")
    with (folder / described["file"]).open(newline="") as file:
        lines = list(csv.reader(file))
    assert lines == [["level", "n", "n_pct"], ["'=1+1", "1200", "99.8"], ["b", "3", "0.2"]]
    typed = read_table((folder / described["file"]).with_suffix(".json"))
    assert [(column["name"], column["kind"]) for column in typed["columns"]] == [
        ("level", "text"), ("n", "count"), ("n_pct", "percent"),
    ]  # fmt: skip
    assert typed["columns"][1]["values"] == [1200, 3]
    assert build_csv(typed) == (folder / described["file"]).read_text()


@pytest.mark.parametrize("bare", [2, 2.5, "2", pd.Timestamp("2020-01-01"), [1], np.int64(2)])
def test_a_number_that_is_not_released_is_refused(study: Study, bare: object) -> None:
    with pytest.raises(TypeError, match="released"):
        study.number("x", bare)
    with pytest.raises(TypeError, match="released"):
        study.say("{x}", x=bare)
    assert "x" not in study.register.numbers


def test_a_study_without_the_name_of_its_notebook_writes_nothing(home: Path) -> None:
    with pytest.raises(UserError, match="has not given its name"):
        open_study(PAIR, "tiny").write_results()


def test_hidden_and_missing_in_csv(study: Study) -> None:
    table = build_table(counts(study, 3, None).select(["level", "n"]), label="x", title="x")
    assert build_csv(table) == "level,n\n'=1+1,3\nb,[x]\n"


def test_a_study_says_what_its_marts_are(study: Study) -> None:
    assert study.describe().data.splitlines()[0] == "- Each row of `uptake`: a treated person."


def test_a_population_and_its_part_are_of_the_rows(study: Study) -> None:
    treated = study.population("treated", study.uptake, "person treated", "people treated")
    assert treated.words == "2 people treated" and treated.where("one", study.uptake[:1]).n == 1
    two = study.release(
        pd.DataFrame({"level": ["a"], "all": [2], "one": [1]}), "x", dimension="level",
        population={"all": treated, "one": treated.where("one", study.uptake[:1])},
    )  # fmt: skip
    assert two.notes.n == "2 people treated, 1 person treated"
    assert two.value("all") == 2, "counts are what has a population"


def controlled(study: Study, profile: str = "ndrs") -> Study:
    return replace(study, report=study.report.model_copy(update={"disclosure": profile}))


def test_a_sentence_that_would_rest_on_a_hidden_number_is_left_out(study: Study) -> None:
    both = {"all": Count(90), "few": Hidden()}
    template = "**Of {all} people {few} had none.** There were {all}."
    told = controlled(study).say(template, **both).data
    assert told.startswith("There were 90.") and "[c]" not in told and "**" not in told
    assert controlled(study).say("**{few}** had none.", few=Hidden()).data == NOT_TOLD
    listed = controlled(study).say("- {all} people\n- {few} of them", **both).data
    assert listed.startswith("- 90 people") and "\n" not in listed
    assert "[c]" in study.say(template, **both).data, "without control a mark stands"
    assert controlled(study).headline("{few} had none", few=Hidden()) == ""
    assert controlled(study).headline("{all} had none", all=Count(90)) == "90 had none"
    assert study.headline("{few} had none", few=Hidden()) == "[c] had none"


def test_without_provenance_the_same_sentences_are_left_out(study: Study) -> None:
    real = replace(controlled(study), register=replace(study.register, provenance=None))
    assert real.say("{few} had none. {all} had.", few=Hidden(), all=Count(90)).data == "90 had."
    assert real.say("{few} had none.", few=Hidden()).data == NOT_TOLD
