"""A new pair's file loads at once, explains every key, and never replaces another by accident."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.params import Pair, ParamsError, list_pairs, load_pair, parse_pair
from rareaccess.params.new_pair import LEFT_OUT, OPTIONAL, write_pair
from rareaccess.params.schema import describe_schema
from rareaccess.params.yaml_writer import build_yaml

SLUG = "anca-avacopan"
ANCA = {
    "condition": "ANCA vasculitis",
    "drug": "avacopan",
    "codes": ["M313", "M317"],
    "specialties": {"410": "rheumatology", "361": "renal medicine"},
    "approval_date": "2022-09-21",
}
MORE = {
    "condition_short": "AAV",
    "brand": "Tavneos",
    "people": "people with AAV",
    "broad": ["M31"],
    "misspellings": ["avocopan"],
    "indication": "severe active GPA or MPA",
    "indication_wordings": ["GPA", "MPA"],
    "form_codes": ["AVA-1"],
    "shared_form_codes": ["AVA-ALL"],
    "route": "oral",
    "criterion": "TA825",
    "summary": "severe active GPA or MPA, with cyclophosphamide or rituximab",
    "source": "nice-ta825",
    "severity": {
        "label": "BVAS score",
        "question": "bvas_score",
        "minimum": 0,
        "maximum": 63,
        "threshold": 3,
        "unit": "points",
    },
    "service": "specialised vasculitis",
    "centre_label": "vasculitis centre",
    "centres": 25,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(project_root() / "params", tmp_path / "params")
    (tmp_path / "params" / "pairs" / f"{SLUG}.yml").unlink()  # the one that is to be new
    report = tmp_path / "params" / "report.yml"
    report.write_text(report.read_text().replace(f"  - {SLUG}\n", ""))
    return tmp_path


def test_a_new_pair_loads_and_says_that_it_is_unverified(project) -> None:
    path = write_pair(SLUG, **ANCA, root=project)
    assert path == project / "params" / "pairs" / "anca-avacopan.yml"
    pair = load_pair(SLUG, root=project)
    assert pair.status == pair.criteria[0].status == pair.drug.routes[0].status == "unverified"
    assert pair.condition.icd10.narrow == pair.charlson.exclude == ("M313", "M317")
    assert pair.condition.icd10.broad == ("M31",)
    assert pair.windows.approval_date == pair.windows.treatment.start == date(2022, 9, 21)
    assert pair.severity is None
    assert SLUG in list_pairs(root=project)


def test_what_is_not_given_is_marked_and_what_is_given_is_not(project) -> None:
    text = write_pair(SLUG, **ANCA, root=project).read_text(encoding="utf-8")
    body = text[text.index("pair: anca") :]
    marked = body.count("; ASSUMED")
    # all but what is left out, and the route, which is never shown so; then what is borrowed
    assert marked == len(OPTIONAL) - len(LEFT_OUT) - 1 + 9
    assert re.search(r"# its brand name; ASSUMED", body)
    text = write_pair(SLUG, **ANCA, **MORE, root=project, overwrite=True).read_text("utf-8")
    body = text[text.index("pair: anca") :]
    assert body.count("; ASSUMED") == 8  # the borrowed windows and months, and the first start


def test_everything_that_is_given_arrives(project) -> None:
    write_pair(SLUG, **ANCA, **MORE, root=project)
    pair = load_pair(SLUG, root=project)
    dumped = pair.model_dump(by_alias=True)
    for name, value in MORE.items():
        found = dumped
        for part in OPTIONAL[name]:
            found = found[part]
        assert (list(found) if isinstance(found, tuple) else found) == value, name
    assert pair.drug.names == ("avacopan", "tavneos")
    assert pair.drug.routes[0].label == "taken by mouth"


def test_every_line_has_its_meaning(project) -> None:
    text = write_pair(SLUG, **ANCA, **MORE, root=project).read_text(encoding="utf-8")
    meanings = [row.meaning for row in describe_schema() if row.file.startswith("params/pairs")]
    assert [meaning for meaning in meanings if meaning not in text] == []
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_the_first_pair_survives_being_written_anew() -> None:
    pair = load_pair("sle-belimumab")
    text = build_yaml(Pair, pair.model_dump(by_alias=True))
    assert parse_pair(text, "sle-belimumab") == pair


def test_an_existing_file_is_left_alone(project) -> None:
    path = project / "params" / "pairs" / "sle-belimumab.yml"
    before = path.read_bytes()
    with pytest.raises(UserError, match="already has a file"):
        write_pair("sle-belimumab", **ANCA, root=project)
    assert path.read_bytes() == before
    write_pair("sle-belimumab", **ANCA, root=project, overwrite=True, like="sle-belimumab")
    assert load_pair("sle-belimumab", root=project).names.drug == "avacopan"


@pytest.mark.parametrize(
    ("change", "key", "found"),
    [
        ({"codes": ["M31.3"]}, "condition.icd10.narrow[1]", "M31.3"),
        ({"codes": []}, "condition.icd10.narrow", "an empty list"),
        ({"approval_date": "21/09/2022"}, "windows.approval_date", "21/09/2022"),
        ({"approval_date": "2022-09-31"}, "windows.approval_date", "not a calendar"),
        ({"approval_date": "2009-09-01"}, "windows.op.from", "2009-04-01"),
        ({"approval_date": "2025-12-01"}, "windows.treatment.to", "before the first day"),
        ({"condition": "=cmd"}, "names.condition", "starting with ="),
        ({"condition": "a\nstatus: verified"}, "names.condition", "line break"),
        ({"condition": "x' # y"}, "names.condition", "with #"),
        ({"drug": ""}, "names.drug", "an empty text"),
        ({"specialties": {}}, "condition.specialties", "a section"),
        ({"specialties": {"41": "x"}}, "condition.specialties.41", "the key 41"),
        ({"route": "by mouth"}, "drug.routes[1].route", "by mouth"),
        ({"severity": {"label": "BVAS"}}, "severity.threshold", "nothing"),
        ({"severity": {**MORE["severity"], "x": 1}}, "severity.x", "the key x"),
        ({"centres": "many"}, "centres.expected", "many"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(project, change, key, found) -> None:
    with pytest.raises(ParamsError) as caught:
        write_pair(SLUG, **{**ANCA, **change}, root=project)
    faults = {fault.key: fault for fault in caught.value.faults}
    assert key in faults, str(caught.value)
    assert found in faults[key].found
    assert "params/pairs/anca-avacopan.yml (not written)" in str(caught.value)
    others = [pair for pair in list_pairs() if pair != SLUG]
    assert list_pairs(root=project) == others
    assert len(list((project / "params" / "pairs").iterdir())) == len(others)


@pytest.mark.parametrize("slug", ["../x", "x/../../y", "SLE", "a_b", "", "x\ny: 1", "a" * 61])
def test_a_name_that_does_not_fit_writes_nothing(project, slug) -> None:
    before = sorted(project.rglob("*"))
    with pytest.raises(UserError):
        write_pair(slug, **ANCA, root=project)
    assert sorted(project.rglob("*")) == before


def test_a_misspelt_argument_gets_a_suggestion(project) -> None:
    with pytest.raises(UserError, match=r"Did you mean form_codes\?"):
        write_pair(SLUG, **ANCA, form_code=["AVA"], root=project)


def test_windows_come_from_the_pair_that_is_named(project) -> None:
    write_pair(SLUG, **ANCA, root=project)
    other = (project / "params/pairs/anca-avacopan.yml").read_text(encoding="utf-8")
    other = other.replace("trace_date: 2025-11-07", "trace_date: 2026-01-31")
    (project / "params/pairs/anca-avacopan.yml").write_text(other, encoding="utf-8")
    write_pair("gpa-avacopan", **ANCA, like=SLUG, root=project)
    assert load_pair("gpa-avacopan", root=project).windows.trace_date == date(2026, 1, 31)
