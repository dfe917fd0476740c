"""A pair that is invented here, from `new-pair` to the book, by its settings file alone.

The condition, its code, the drug, the form and the wordings are in no other file of the project.
"""

from pathlib import Path

import pytest

import tiny_england
from tiny_england import appointment, day, episode, trace
from whole_project import build, make_project

pytestmark = pytest.mark.book
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
    tiny_england.write(folder / "data", add_rows())
    (folder / "params" / "sources" / "tiny.yml").write_text(
        "label: a few people\nkind: parquet\nroot: data\nsynthetic: true\nmade_from: tiny\n"
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
