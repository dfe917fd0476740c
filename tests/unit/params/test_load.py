"""The settings that are shipped load, stay as they were read, and give tokens and hashes."""

import json
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from rareaccess.contracts import CONTRACTS
from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.params import (
    TOKENS,
    Pair,
    ParamsError,
    ReportParams,
    SourceParams,
    list_pairs,
    list_sources,
    load_pair,
    load_report,
    load_source,
    parse_pair,
)
from rareaccess.params.dated import months_before
from rareaccess.params.schema import build_params_page, describe_schema

SLUG = "sle-belimumab"
TEXT = (project_root() / f"params/pairs/{SLUG}.yml").read_text(encoding="utf-8")
HEAVY = ("pandas", "duckdb", "numpy", "pyarrow", "matplotlib", "great_tables", "papermill", "click")


@pytest.fixture(scope="module")
def pair() -> Pair:
    return load_pair(SLUG)


@pytest.mark.parametrize("slug", list_pairs())
def test_every_shipped_pair_loads_under_its_own_name(slug) -> None:
    assert load_pair(slug).pair == slug


@pytest.mark.parametrize("name", list_sources())
def test_every_shipped_source_loads(name) -> None:
    assert isinstance(load_source(name), SourceParams)


def test_the_first_pair_holds_what_the_ndrs_report_and_nice_state(pair) -> None:
    assert pair.condition.icd10.narrow == ("M321", "M328", "M329")
    assert pair.condition.specialties == {"410": "rheumatology", "361": "renal medicine"}
    assert pair.condition.rescue_specialties == ("410", "361")
    assert pair.windows.approval_date == date(2016, 6, 22)
    assert (pair.windows.treatment.start, pair.windows.treatment.end) == (
        date(2016, 6, 22),
        date(2025, 8, 20),
    )
    assert pair.windows.trace_date == date(2025, 11, 7)
    assert [(rule.id, rule.start) for rule in pair.criteria] == [
        ("TA397", date(2016, 6, 22)),
        ("TA752", date(2021, 12, 15)),
    ]
    assert (pair.severity.threshold, pair.centres.expected) == (10, 37)
    assert pair.activity.months_before == 6
    assert pair.charlson.exclude == pair.condition.icd10.narrow


def test_a_pair_may_have_no_severity_and_no_facts() -> None:
    text = TEXT[: TEXT.index("severity:")] + TEXT[TEXT.index("centres:") : TEXT.index("facts:")]
    pair = parse_pair(text, SLUG)
    assert pair.severity is None
    assert pair.facts == ()
    assert set(pair.tokens()) == set(TOKENS) and all(pair.tokens().values())


def test_facts_of_one_key_may_contradict_each_other(pair) -> None:
    text = TEXT.replace("key: managed_access_patients", "key: started_by_march_2019")
    assert [fact.value for fact in parse_pair(text, SLUG).facts][:2] == [300, 113]


def test_the_same_fact_twice_is_refused(pair) -> None:
    last = TEXT[TEXT.rindex("  - key:") :]
    with pytest.raises(ParamsError) as caught:
        parse_pair(TEXT.rstrip() + "\n" + last, SLUG)
    assert [fault.key for fault in caught.value.faults] == [f"facts[{len(pair.facts) + 1}]"]


def test_quoted_dates_are_dates(pair) -> None:
    assert parse_pair(TEXT.replace("from: 2021-12-15", 'from: "2021-12-15"'), SLUG) == pair


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("apc: {from: 2000-01-01", "apc: {from: 2015-12-22"),  # six months before, to the day
        ("trace_date: 2025-11-07", "trace_date: 2025-08-20"),  # on the last day of the windows
        ("threshold: 10", "threshold: 105"),  # the maximum
        ("threshold: 10", "threshold: 0.5"),
        ("narrow: [M321, M328, M329]", "narrow: [M32]"),  # three characters
        ("brand: Benlysta", "brand: Crohn's disease (severe), 5-HT1/2"),
        ("brand: Benlysta", "brand: Behçet’s"),
        ('orpha: ["536"]', "orpha: []"),
        ("from: 2021-12-15", "from: 2016-06-23"),  # a day after the criterion above
    ],
)
def test_values_at_the_edge_are_taken(old, new) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new)
    if "[M32]" in new:
        text = text.replace("exclude: [M321", "exclude: [M320, M321")
    assert parse_pair(text, SLUG)


@pytest.mark.parametrize(
    ("day", "months", "answer"),
    [
        ("2016-06-22", 6, "2015-12-22"),
        ("2016-08-31", 6, "2016-02-29"),
        ("2017-08-31", 6, "2017-02-28"),
        ("2016-01-31", 1, "2015-12-31"),
        ("2016-12-31", 60, "2011-12-31"),
        ("2016-12-31", 12, "2015-12-31"),
    ],
)
def test_calendar_months_before_a_day(day, months, answer) -> None:
    found = months_before(date.fromisoformat(day), months)
    assert found == date.fromisoformat(answer)


def test_a_pair_cannot_be_changed(pair) -> None:
    with pytest.raises(ValidationError):
        pair.windows.trace_date = date(2020, 1, 1)
    for change in (
        lambda: pair.condition.specialties.update({"340": "respiratory medicine"}),
        lambda: pair.condition.specialties.pop("410"),
        lambda: pair.condition.specialties.__setitem__("410", "x"),
        lambda: pair.condition.specialties.__ior__({"410": "x"}),
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    assert isinstance(pair.drug.names, tuple)


def test_a_pair_travels_to_another_process(pair) -> None:
    assert pickle.loads(pickle.dumps(pair)) == pair
    assert hash(pickle.loads(pickle.dumps(pair))) == hash(pair)


def test_faults_travel_to_another_process() -> None:
    with pytest.raises(ParamsError) as caught:
        parse_pair("pair: x", SLUG)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_tokens_are_filled_and_cannot_end_a_quoted_string(pair) -> None:
    tokens = pair.tokens()
    assert tuple(tokens) == TOKENS
    assert tokens["pair"] == "sle-belimumab"
    assert tokens["pair_id"] == pair.pair_id == "sle_belimumab"
    assert tokens["severity_label"] == "SLEDAI score"
    text = TEXT.replace("people: people with SLE", "people: people with Behçet's disease")
    assert parse_pair(text, SLUG).tokens()["people"] == "people with Behçet’s disease"
    assert not any(set(token) & set("\"'`{}<>\\") for token in tokens.values())


def test_section_json_changes_with_its_sections_alone(pair) -> None:
    names = ["criteria", "names"]
    before = pair.section_json(names)
    assert before == pair.section_json(["names", "criteria", "names"])
    assert json.loads(before)["criteria"][1]["from"] == "2021-12-15"
    comment = TEXT.replace("\nnames:", "\n# a remark\nnames:", 1)
    elsewhere = TEXT.replace("threshold: 10", "threshold: 11")
    inside = TEXT.replace("id: TA752", "id: TA753")
    assert parse_pair(comment, SLUG).section_json(names) == before
    assert parse_pair(elsewhere, SLUG).section_json(names) == before
    assert parse_pair(elsewhere, SLUG).section_json(["severity"]) != pair.section_json(["severity"])
    assert parse_pair(inside, SLUG).section_json(names) != before
    assert set(json.loads(pair.section_json(Pair.model_fields))) == set(Pair.model_fields)


def test_an_unknown_section_is_named(pair) -> None:
    with pytest.raises(UserError, match=r"Did you mean criteria\?"):
        pair.section_json(["criterias"])


def test_the_house_settings_load() -> None:
    report = load_report()
    assert isinstance(report, ReportParams)
    assert report.reference_pair in report.pairs
    assert set(report.pairs) <= set(list_pairs())
    assert report.source in list_sources()


def test_the_root_of_a_source_starts_at_the_project(tmp_path) -> None:
    source = load_source("sample")
    assert source.root_path() == project_root() / "data-synthetic" / "sample"
    assert source.root_path(tmp_path) == tmp_path / "data-synthetic" / "sample"
    elsewhere = source.model_copy(update={"root": str(tmp_path)})
    assert elsewhere.root_path() == tmp_path


def test_columns_and_paths_of_a_source_are_read(tmp_path) -> None:
    text = (project_root() / "params/sources/sample.yml").read_text(encoding="utf-8")
    tables = "tables: {apc: {path: hes/apc, columns: {TOKEN_PERSON_ID: PSEUDO_HESID}}}"
    target = tmp_path / "params" / "sources" / "real.yml"
    target.parent.mkdir(parents=True)
    target.write_text(text[: text.index("tables:")] + tables + "\n", encoding="utf-8")
    apc = load_source("real", root=tmp_path).tables["apc"]
    assert (apc.path, apc.columns) == ("hes/apc", {"TOKEN_PERSON_ID": "PSEUDO_HESID"})
    assert set(load_source("real", root=tmp_path).tables) <= set(CONTRACTS)


def test_every_key_of_the_shipped_files_is_described() -> None:
    described = {row.key for row in describe_schema()}
    for section in ("names.brand", "windows.treatment.from", "criteria[].status", "facts[].value"):
        assert section in described
    assert all(row.meaning and row.example for row in describe_schema())


def test_the_page_of_settings_is_current() -> None:
    page = Path(project_root() / "docs" / "params.md").read_text(encoding="utf-8")
    assert page == build_params_page(), "run: python -m rareaccess.params.schema"


def test_no_heavy_module_is_imported(record_property) -> None:
    code = (
        "import time; start = time.perf_counter()\n"
        "import sys, rareaccess.params, rareaccess.params.new_pair\n"
        f"rareaccess.params.load_pair({SLUG!r}); rareaccess.params.load_report()\n"
        "print(time.perf_counter() - start)\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, heavy = done.stdout.split("\n")[:2]
    record_property("seconds from a cold start", seconds)
    assert heavy == ""
