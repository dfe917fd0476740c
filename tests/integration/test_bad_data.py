"""Bad data: told by table, file and column, with code 2, and the last good marts stay as they were.

Every case of `bad_data` goes through the command line on a project of a dozen people.
"""

import os
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import bad_data
import tiny_england
import tiny_project
from rareaccess import cli as command_line
from rareaccess.core.files import hash_files
from rareaccess.core.paths import build_root
from rareaccess.disclosure import Notes, protect, results
from rareaccess.display import tables
from rareaccess.marts import read_mart
from rareaccess.measures import labels
from tiny_project import PAIR

PRIVATE = re.compile(r"TEST\d\d|\bN0\d\b|\bA[01]\d\b|1980-06-15|15 Jun 80|9434765919")
NOTES = Notes("Codes", n="12 people", source="the tiny England", period="2018", caveat="None")
PARTS = ("Where: ", "Found: ", "Expected: ", "What to do: ")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose marts have been written from good tables."""
    with pytest.MonkeyPatch.context() as patch:
        home = tiny_project.make(tmp_path_factory.mktemp("good") / "home", patch)
        code, said = rareaccess("prepare")
        assert code == 0, said
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to be spoilt."""
    folder = tmp_path / "home"
    shutil.copytree(prepared, folder)
    monkeypatch.setenv("RAREACCESS_HOME", str(folder))
    monkeypatch.delenv("RAREACCESS_BUILD", raising=False)
    return folder


def rareaccess(command: str) -> tuple[int, str]:
    """Run a command on the tiny source as `main` does; return its exit code and what it said."""
    runner = CliRunner()

    @command_line.click.command()
    def run() -> None:
        command_line.sys.argv = ["rareaccess", command, "--source", "tiny", "--pair", PAIR]
        command_line.main()

    before = command_line.sys.argv
    try:
        result = runner.invoke(run, [])
    finally:
        command_line.sys.argv = before
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def settle(home: Path, settings: str) -> None:
    file = home / "params" / "sources" / "tiny.yml"
    if settings:
        file.write_text(file.read_text().replace("tables: {}\n", settings))


def marts(home: Path) -> dict[str, str]:
    """Return the hash of every mart, its stamp aside."""
    folder = home / "build" / "marts" / "tiny" / PAIR
    return {f.name: hash_files([f]) for f in sorted(folder.iterdir()) if f.name != "prepared.json"}


def leftovers(home: Path) -> list[Path]:
    """Return files and folders that were written aside and stayed."""
    hidden = [place for place in (home / "build").rglob(".*") if place.name != ".lock"]
    return [*hidden, *(home / "build").rglob("*.part")]


def test_at_least_thirty_files_are_tried() -> None:
    assert len(bad_data.BAD) >= 30


@pytest.mark.long
@pytest.mark.parametrize("name", bad_data.BAD)
def test_bad_data_stop_with_a_clear_message(home: Path, name: str) -> None:
    bad = bad_data.BAD[name]
    if name == "a file that may not be read" and os.geteuid() == 0:
        pytest.skip("root may read every file")
    before = marts(home)
    bad.change(home / "data")
    settle(home, bad.settings)
    both = list(bad_data.BAD).index(name) % 4 == 0  # prepare checks by itself
    for command in ("check", "prepare") if both else ("prepare",):
        code, said = rareaccess(command)
        assert code == 2, f"{command}: {said}"
        assert said.startswith("Stopped. ") and "Traceback" not in said
        for part in (*bad.said, *PARTS):
            assert part in said, f"{command} does not say {part!r}:\n{said}"
        assert not PRIVATE.search(said), said
        assert str(home) not in said, said
    assert marts(home) == before
    assert not leftovers(home)


@pytest.mark.long
@pytest.mark.parametrize("name", bad_data.GOOD)
def test_data_that_look_odd_and_are_right_give_the_same_marts(home: Path, name: str) -> None:
    before = marts(home)
    change, settings = bad_data.GOOD[name]
    change(home / "data")
    settle(home, settings)
    code, said = rareaccess("prepare")
    assert code == 0, said
    assert "prepared (changed: tables)" in said  # it did not skip
    assert marts(home) == before


@pytest.mark.long
def test_a_year_5202_is_counted_not_refused(home: Path) -> None:
    code, said = rareaccess("check")
    assert code == 0
    assert "planned_start_date.possible: 1 of 16 rows (6.2%), such as '5202-05-01'" in said


@pytest.mark.long
def test_prepare_checks_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check that has passed counts for the same tables; for others it is made again."""
    from rareaccess.pipeline.check import passes as module

    checked: list[str] = []
    whole = module.check_table
    monkeypatch.setattr(
        module, "check_table", lambda *a: (checked.append(a[2]), whole(*a))[1], raising=True
    )
    assert rareaccess("check")[0] == 0
    assert len(checked) == 9
    (build_root() / "marts" / "tiny" / PAIR / "uptake.parquet").unlink()
    assert rareaccess("prepare")[0] == 0
    assert len(checked) == 9
    names = tiny_england.rows()["centres"]
    names[0]["name"] = "Another"
    tiny_england.write(home / "data", {"centres": names})
    assert rareaccess("prepare")[0] == 0
    assert len(checked) == 18


@pytest.mark.long
def test_a_check_that_failed_is_not_remembered(home: Path) -> None:
    file = home / "data" / "linkage.parquet"
    whole = file.read_bytes()
    assert rareaccess("check")[0] == 0
    stamp = home / "build" / "checked" / "tiny.json"
    assert stamp.is_file()
    file.write_bytes(whole[:-9])
    assert rareaccess("check")[0] == 2
    assert not stamp.exists()


ACTIVE = '=HYPERLINK("http://x","y")', "<script>alert(1)</script>", "@SUM(1)", "+1", "-1|cmd"


@pytest.mark.long
def test_a_name_of_a_table_reaches_no_mart(home: Path) -> None:
    """Names of centres, drugs and forms are free text: what is written holds none of them."""
    centres = tiny_england.rows()["centres"]
    forms = tiny_england.rows()["blueteq_applications"]
    for row, name in zip(centres, ACTIVE, strict=False):
        row["name"] = name
    for row, name in zip(forms[2:], ACTIVE, strict=False):
        row["drug_name"] = row["indication"] = name
    tiny_england.write(home / "data", {"centres": centres, "blueteq_applications": forms})
    code, said = rareaccess("prepare")
    assert code == 0, said
    for file in (home / "build" / "marts").rglob("*.parquet"):
        cells = {str(c) for column in pq.read_table(file).columns for c in column.to_pylist()}
        assert not cells & set(ACTIVE), file.name


@pytest.mark.long
def test_what_does_reach_the_book_is_not_active_there(home: Path) -> None:
    """A code that starts as one of the pair's is counted as it is written, and printed as text."""
    apc = tiny_england.rows()["apc"]
    apc[1]["DIAG_4_01"], apc[1]["FYEAR"] = "M321<script>", "=1+1"
    tiny_england.write(home / "data", {"apc": apc})
    code, said = rareaccess("prepare")
    assert code == 0, said
    folder = home / "build" / "marts" / "tiny" / PAIR
    years = set(read_mart("completeness", folder)["year"])
    assert "Not known" in years and not any(year.startswith("=") for year in years)
    wide = labels.spread_codes(read_mart("codes", folder))
    assert wide["code"].str.contains("<SCRIPT>").any()  # codes are in capitals
    formulas = wide.assign(code="=" + wide["code"])
    counts = ["people_apc", "records_apc", "people_op", "records_op"]
    released = protect(formulas, counts=counts, profile="national-hes", notes=NOTES)
    assert "<script" not in str(tables.build_named_table(released, "codes").html).casefold()
    assert all(
        line[:2] == "'="
        for line in results.build_csv(
            results.build_table(released, label="x", title="x")
        ).splitlines()[1:]
    )
