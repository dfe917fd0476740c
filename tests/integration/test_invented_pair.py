"""A pair that is invented here, from `new-pair` to the book, by its settings file alone.

The condition, its code, the drug, the form and the wordings are in no other file of the project.
"""

import json
from pathlib import Path

import pytest

import tiny_england
import tiny_project
from rareaccess.marts import read_mart
from tiny_england import appointment, day, episode, trace
from whole_project import build, make_project

pytestmark = [pytest.mark.book, pytest.mark.long]
SLUG = "fabry-inventimab"
FILE = f"params/pairs/{SLUG}.yml"
OPTIONS = [
    *("--condition", "Fabry disease", "--short", "Fabry", "--drug", "inventimab"),
    *("--brand", "Inventiva", "--code", "E752", "--specialty", "361=renal medicine"),
    *("--specialty", "320=cardiology", "--approved", "2019-05-01", "--route", "oral"),
    *("--misspelling", "inventimob", "--wording", "Anderson-Fabry disease"),
    *("--form-code", "INV-FAB", "--shared-form-code", "INVENTIMAB", "--criterion", "TA999"),
    *("--summary", "adults with Fabry disease", "--service", "lysosomal disorders"),
    *("--centres", "3", "--centre-label", "lysosomal centre"),
]
CODED, RESCUED, ILL, DIED, OTHER = (f"TEST2{n} invented" for n in range(1, 6))
NUMBERS = {"N21": CODED, "N22": RESCUED, "N23": ILL, "N24": DIED, "N25": OTHER}


def form(key: str, number: str, start: str, **other: object) -> dict:
    """Return an application for the invented drug, approved before its planned start."""
    own = {
        "drug_name": "Inventimab 20mg",
        "form_code": "INV-FAB",
        "indication": "Fabry disease",
        "route": "oral",
        "submitted_date": day("2020-01-02"),
        "approval_date": day("2020-01-09"),
    }
    return tiny_england.application(key, number, start, **{**own, **other})


def add_rows() -> dict[str, list[dict[str, object]]]:
    """Return the tiny England with people for the invented pair added to it."""
    shared = {"form_code": "INVENTIMAB"}
    more = {
        "apc": [
            episode(CODED, "101", "2016-03-01", "E752", MAINSPEF="361"),
            episode(CODED, "102", "2019-12-01", "I10X", MAINSPEF="361"),
            episode(ILL, "103", "2015-01-01", "E752"),
            episode(DIED, "104", "2015-01-01", "E752"),
            episode(OTHER, "105", "2015-01-01", "M545"),
        ],
        "op": [
            appointment(CODED, "101", "2019-11-11", MAINSPEF="361"),
            appointment(RESCUED, "102", "2019-10-10", MAINSPEF="320"),
        ],
        "blueteq_applications": [
            form("B01", "N21", "2020-02-01"),
            form("B02", "N22", "2020-03-01", indication="Anderson-Fabry disease", **shared),
            form("B03", "N25", "2020-03-01", indication="Another use", **shared),
            form("B04", "N25", "2020-03-01", indication=None, **shared),
            form("B05", "N23", "2020-03-01", drug_name="to be told by telephone"),
            form("B06", "N23", "2020-03-01", drug_name="INVENTIMOB", approval_status="rejected"),
        ],
        "pds_trace": [trace(n, "2018-01-01" if n == "N24" else None) for n in NUMBERS],
        "linkage": [
            {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": 1}
            for number, person in NUMBERS.items()
        ],
        "centres": [
            {"centre_code": f"C{n:02d}", "name": f"Centre {n}", "location": None,
             "service": "lysosomal disorders"}
            for n in range(1, 4)
        ],
    }  # fmt: skip
    before = tiny_england.rows()
    return {table: [*before[table], *rows] for table, rows in more.items()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one listed pair, on the tiny England with the invented people."""
    folder = make_project(tmp_path_factory.mktemp("invented"), "tiny")
    tiny_project.put(folder / "params" / "report.yml", "pairs", f"[{tiny_project.PAIR}]")
    tiny_england.write(folder / "data", add_rows())
    (folder / "params" / "sources" / "tiny.yml").write_text(
        "label: a few people\nkind: parquet\nroot: data\nsynthetic: false\n"
    )
    return folder


def files_of(project: Path) -> dict[str, bytes]:
    """Return every file that a person could have edited."""
    places = [project / name for name in ("params", "notebooks", "report", "index.qmd")]
    files = [f for place in places for f in ([place] if place.is_file() else place.rglob("*"))]
    made = ("executed", "_chapters.yml")
    return {
        file.relative_to(project).as_posix(): file.read_bytes()
        for file in sorted(files)
        if file.is_file() and not set(made) & set(file.relative_to(project).parts)
    }


def of_the_fund(template: Path) -> bool:
    """Return whether a chapter is only for drugs in the Cancer Drugs Fund, as its title says."""
    title = json.loads(template.read_text())["cells"][0]
    return "needs-cdf" in title["metadata"].get("tags", [])


@pytest.fixture(scope="module")
def told(project: Path) -> str:
    """What the command line said, from the new file to the book; only that file was written."""
    before = files_of(project)
    said = build(project, "new-pair", SLUG, *OPTIONS)
    said += build(project, "check", "--pair", SLUG)
    said += build(project, "report", "--pair", SLUG, "--to", "html")
    after = files_of(project)
    assert set(after) - set(before) == {FILE}
    assert {name: after[name] for name in before} == before
    return said


def test_only_its_file_is_new_and_the_book_has_its_part(project: Path, told: str) -> None:
    assert f"Wrote {FILE}" in told and f"{SLUG}/02-uptake" in told
    templates = sorted(
        path.stem for path in (project / "notebooks").glob("[0-8]*.ipynb") if not of_the_fund(path)
    )
    pages = project / "_book" / "report" / "executed" / SLUG
    assert [page.stem for page in sorted(pages.glob("*.html"))] == templates
    assert "Fabry disease and inventimab" in (project / "_book" / "index.html").read_text()
    side_by_side = project / "_book" / "report" / "executed" / "90-compare-pairs.html"
    assert "Fabry" in side_by_side.read_text()


def test_its_numbers_are_those_of_the_people(project: Path, told: str) -> None:
    """CODED and RESCUED are treated; ILL has the code; DIED was dead before the approval."""
    results = project / "build" / "results" / "tiny" / SLUG
    numbers = json.loads((results / "01-study-population.json").read_text())["numbers"]
    found = {name: number["text"] for name, number in numbers.items()}
    assert {name: found[name] for name in ("treated", "rescued", "hes_cohort", "hes_coded")} == {
        "treated": "2", "rescued": "1", "hes_cohort": "3", "hes_coded": "3",
    }  # fmt: skip
    numbers = json.loads((results / "11-quality.json").read_text())["numbers"]
    names = ("names_known", "names_misspelt", "names_not_read")
    assert [numbers[name]["text"] for name in names] == ["4", "1", "1"]


def test_its_forms_are_decided_by_code_and_wording(project: Path, told: str) -> None:
    forms = read_mart("forms", project / "build" / "marts" / "tiny" / SLUG)
    assert forms.to_numpy().tolist() == [
        ["own", "audited", "counts", 2],
        ["own", "audited", "drug name not recognised", 1],
        ["shared", "audited", "counts", 1],
        ["shared", "another", "other indication", 1],
        ["shared", "missing", "indication not stated", 1],
    ]


def test_the_other_pair_is_as_it_was(project: Path, told: str) -> None:
    flow = read_mart("people", project / "build" / "marts" / "tiny" / tiny_project.PAIR)
    assert (len(flow), int(flow["treated"].sum())) == (5, 2)  # as test_pair_marts counts them
