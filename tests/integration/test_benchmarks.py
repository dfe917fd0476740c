"""The benchmarks run end to end at their smallest size, and what is committed is whole."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from importlib.util import find_spec

import pytest

from benchmarks.cases import declare_cases, declare_goals
from benchmarks.child import run_case
from benchmarks.eligibility.runs import RESULTS as ELIGIBILITY
from benchmarks.growth import RESULTS as GROWTH
from benchmarks.measure import Mismatch, check_answers
from benchmarks.national import extrapolate
from benchmarks.results import FILES, build_page, write_extract, write_page
from benchmarks.sizes import SIZES
from benchmarks.validity import VALIDITY
from rareaccess.core.paths import project_root


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Run everything at size S in a scratch folder; return the folder of results and the words."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks", "--size", "S", "--scratch", str(folder)]
    result = subprocess.run(
        command, cwd=project_root(), capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return folder / "results", result.stdout


def read(folder):
    """Return the results of a folder."""
    return json.loads((folder / "benchmarks.json").read_text(encoding="utf-8"))


@pytest.mark.long
def test_every_case_ran_or_says_why_not(small):
    folder, said = small
    cases = {case["case"]: case for case in read(folder)["cases"]}
    declared = declare_cases(SIZES["S"])
    assert list(cases) == [case.name for case in declared]
    for case in declared:
        if case.needs and not find_spec(case.needs):
            assert f"{case.name}: skipped, the package {case.needs} is not installed" in said
            assert cases[case.name]["skipped"] == f"{case.needs} is not installed"
        else:
            assert cases[case.name]["seconds"] > 0 and cases[case.name]["memory"] > 1


@pytest.mark.long
def test_ratios_are_positive_and_none_is_judged_at_the_smallest_size(small):
    ratios = read(small[0])["ratios"]
    assert [row["ratio"] for row in ratios] == [goal.name for goal in declare_goals(SIZES["S"])]
    for row in ratios:
        assert row["met"].startswith("skipped") if row["value"] is None else row["value"] > 0
        assert row["met"] not in ("yes", "no")


@pytest.mark.long
def test_files_are_written_and_tell_of_no_machine(small):
    folder = small[0]
    files = [*FILES, "benchmarks.md"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)
    for name in files:
        text = (folder / name).read_text(encoding="utf-8")
        assert str(folder) not in text and str(project_root()) not in text
    assert read(folder)["machine"]["cores"] >= 1


def test_two_ways_to_one_answer_agree_at_the_smallest_size(tmp_path):
    """Of all cases the scan; the others take longer."""
    cases = [case for case in declare_cases(SIZES["S"]) if case.name in ("scan", "scan-pandas")]
    assert run_case("tables", str(tmp_path), "S") == {"made": "tables"}
    told = [{"same": c.same, "case": c.name, **run_case(c.name, str(tmp_path), "S")} for c in cases]
    check_answers(told)
    assert len(told) == 2 and all(one["answer"] and one["seconds"] > 0 for one in told)


def test_what_must_agree_is_compared():
    """At least two ways to every answer, so that no case is compared with itself alone."""
    groups = defaultdict(list)
    for case in declare_cases(SIZES["M"]):
        groups[case.same].append(case.name)
    assert set(groups) == {
        "", "decoded", "people found", "pairs", "scores", "marts of people", "notebooks",
    }  # fmt: skip
    assert all(len(names) > 1 for same, names in groups.items() if same)


def test_a_wrong_answer_stops_the_run():
    records = [{"case": name, "same": "x", "answer": name[:1]} for name in ("aa", "ab", "b")]
    check_answers(records[:2])
    with pytest.raises(Mismatch, match="different answers"):
        check_answers(records)


def test_the_committed_results_have_every_case_and_ratio():
    folder = project_root() / "benchmarks" / "results"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*FILES, VALIDITY, ELIGIBILITY, GROWTH]
    )
    found = read(folder)
    assert found["size"]["name"] == "M"
    cases, goals = declare_cases(SIZES["M"]), declare_goals(SIZES["M"])
    assert [case["case"] for case in found["cases"]] == [case.name for case in cases]
    assert [row["ratio"] for row in found["ratios"]] == [goal.name for goal in goals]
    for name, key, rows in (("cases.csv", "case", cases), ("ratios.csv", "ratio", goals)):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert [row[key] for row in csv.DictReader(file)] == [one.name for one in rows]


def measured(**more):
    """Return results of two worlds, small enough to be worked out by hand."""
    names = ("decode-after", "codes", "pairs", "prepare-1", "prepare-3")
    cases = [
        {"case": name, "words": name, "seconds": seconds, "memory": 1.0, "rows": rows}
        for name, seconds, rows in zip(
            names, (2.0, 3.0, 6.0, 10.0, 14.0), (None, None, None, 10**6, 3 * 10**6), strict=True
        )
    ]
    size = {"name": "M", "episodes": 5_000_000, "appointments": 20_000_000, "copies": [1, 3]}
    machine = {"cores": 2, "memory_gb": 8.0, "system": "Linux", "processor": "x", "versions": {}}
    ratios = [
        {"words": "fast", "value": 1.5, "goal": "at most 2", "met": "yes"},
        {"words": "small", "value": 3.0, "goal": "at most 2", "met": "no"},
        {"words": "other", "value": 1.0, "goal": "", "met": ""},
    ]
    return {"size": size, "machine": machine, "cases": cases, "ratios": ratios} | more


def test_national_times_are_the_measured_ones_in_proportion():
    found = measured()
    steps = extrapolate(found["size"], found["cases"])
    assert [step["factor"] for step in steps][:3] == [100, 100, 100]
    assert steps[2]["minutes"] == 10
    assert steps[3]["minutes"] == pytest.approx((8 + 2 * 2500) / 60)


def test_the_page_counts_the_goals_and_names_those_that_are_not_met():
    page = build_page(measured())
    assert "1 of 2 goals are met. Not met: small." in page
    assert "| other | 1.00 | none | – |" in page
    assert "Not tried in this run" in page
    assert "| one pass for thirty pairs | 6.0 | 100 | 10 |" in page


def test_a_case_that_could_not_run_says_so_in_place_of_its_numbers():
    found = measured()
    found["cases"].append({"case": "b", "words": "B", "skipped": "pycomorb is not installed"})
    assert "| B | left out | pycomorb is not installed |" in build_page(found)


def test_the_part_in_the_book_is_that_of_the_committed_results(tmp_path):
    write_extract(tmp_path / "part.md", project_root() / "benchmarks" / "results")
    written = (project_root() / "report" / "_worlds.md").read_text(encoding="utf-8")
    assert written == (tmp_path / "part.md").read_text(encoding="utf-8"), (
        "report/_worlds.md is not up to date; run python -m benchmarks --page"
    )


def test_the_page_in_docs_is_that_of_the_committed_results(tmp_path):
    write_page(tmp_path / "page.md", project_root() / "benchmarks" / "results")
    written = (project_root() / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert written == (tmp_path / "page.md").read_text(encoding="utf-8"), (
        "docs/benchmarks.md is not up to date; run python -m benchmarks --page"
    )
