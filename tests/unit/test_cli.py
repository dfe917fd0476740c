"""The command line: each command explains itself, and a fault ends with code 2 and no trace."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from rareaccess import __version__
from rareaccess.cli import cli
from rareaccess.core.files import lock_folder
from rareaccess.core.paths import project_root
from rareaccess.params import load_pair, load_report
from rareaccess.pipeline.steps import choose_pairs
from whole_project import make_project, rareaccess

pytestmark = pytest.mark.slow

COMMANDS = (
    "synth", "check", "names", "prepare", "run", "attack", "explain", "keep-release", "render",
    "report", "new-pair", "doctor",
)  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """A project of its own whose params can be altered."""
    return make_project(tmp_path, "sample")


def test_the_commands_are_those_of_the_readme():
    assert tuple(sorted(cli.commands)) == tuple(sorted(COMMANDS))
    readme = (project_root() / "README.md").read_text()
    for name in COMMANDS:
        assert f"rareaccess {name}" in readme


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_every_command_and_option(name):
    command = cli.commands[name]
    assert len(command.help.splitlines()[0]) > 30
    for option in command.params:
        if option.param_type_name == "option":
            assert option.help, f"{name} {option.opts}"


def test_the_package_runs_as_a_program():
    command = [sys.executable, "-m", "rareaccess", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert __version__ in done.stdout


def test_a_fault_in_params_stops_with_code_2_and_names_file_and_key(project):
    file = project / "params" / "pairs" / "sle-belimumab.yml"
    file.write_text(file.read_text().replace("  threshold:", "  treshold:"))
    result = rareaccess(project, "check")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    for expected in ("params/pairs/sle-belimumab.yml", "severity.treshold", "threshold"):
        assert expected in result.stderr


def test_an_unknown_source_stops_and_names_the_ones_there_are(project):
    result = rareaccess(project, "prepare", "--source", "smaple")
    assert result.returncode == 2
    assert "smaple" in result.stderr and "sample" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_trace(project):
    result = rareaccess(project, "--debug", "prepare", "--source", "smaple")
    assert result.returncode != 0
    assert "Traceback" in result.stderr


def test_an_unknown_scale_stops(project):
    result = rareaccess(project, "synth", "--scale", "huge")
    assert result.returncode == 2
    assert "huge" in result.stderr and "sample" in result.stderr


def test_new_pair_writes_a_file_that_loads_and_is_not_written_over(project):
    arguments = [
        "new-pair", "anca-again", "--condition", "ANCA vasculitis", "--drug", "avacopan",
        "--code", "M313", "--code", "M317", "--specialty", "410=rheumatology",
        "--approved", "2022-09-21", "--route", "oral",
    ]  # fmt: skip
    first = rareaccess(project, *arguments)
    assert first.returncode == 0, first.stderr
    written = (project / "params" / "pairs" / "anca-again.yml").read_text()
    assert "ASSUMED" in written and "M317" in written
    second = rareaccess(project, *arguments)
    assert second.returncode == 2
    assert (project / "params" / "pairs" / "anca-again.yml").read_text() == written


def test_new_pair_asks_for_what_is_not_given(project, monkeypatch):
    monkeypatch.setenv("RAREACCESS_HOME", str(project))
    answers = "Fabry disease\ninventimab\n2019-05-01\nE752, E755\n361=renal medicine\n"
    result = CliRunner().invoke(cli, ["new-pair", "fabry-inventimab"], input=answers)
    assert result.exit_code == 0, result.output
    pair = load_pair("fabry-inventimab", root=project)
    assert pair.condition.icd10.narrow == ("E752", "E755")
    assert pair.condition.specialties == {"361": "renal medicine"}
    assert "rareaccess report --pair fabry-inventimab" in result.output


def test_a_pair_that_is_not_listed_joins_those_that_are(project, monkeypatch):
    monkeypatch.setenv("RAREACCESS_HOME", str(project))
    listed = list(load_report(root=project).pairs)
    assert choose_pairs() == listed
    assert choose_pairs(["hlh-anakinra"]) == ["sle-belimumab", "hlh-anakinra"]
    assert choose_pairs(["x", "hlh-anakinra", "x"]) == [*listed, "x"]


def test_doctor_lists_what_is_needed_and_what_is_optional(project):
    result = rareaccess(project, "doctor")
    assert result.returncode == 0, result.stdout
    for what in ("Python", "Packages", "Pandoc", "Quarto", "Spark"):
        assert what in result.stdout


@pytest.mark.few(1)
@pytest.mark.parametrize("command", ["prepare", "run", "render"])
def test_two_runs_at_once_do_not_undo_each_other(project, command):
    with lock_folder(project / "build"):
        half = project / "build" / "extract" / ".sample.part"
        half.mkdir(parents=True)
        result = rareaccess(project, command)
        assert result.returncode == 2
        assert "Another run is using this folder" in result.stderr
        assert "Where:      build" in result.stderr and "Traceback" not in result.stderr
        assert half.is_dir()


def test_where_there_are_no_locks_runs_go_on_without_one(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    with lock_folder(tmp_path), lock_folder(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_told_without_a_trace(project):
    (project / "build").write_text("a file, where a folder should be")
    result = rareaccess(project, "prepare", "--source", "sample")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    for part in (
        "A file could not be read or written",
        "Where:      build",
        "Found:      File exists",
    ):
        assert part in result.stderr


@pytest.mark.long
def test_what_a_run_says_is_kept_in_a_log_with_the_time(project):
    said = rareaccess(project, "check", "--source", "sample").stdout
    fault = rareaccess(project, "prepare", "--source", "smaple").stderr
    rareaccess(project, "doctor")
    lines = (project / "build" / "log.txt").read_text().splitlines()
    assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", line) for line in lines)
    told = [line[22:] for line in lines]
    assert [line for line in told if line.startswith("rareaccess ")] == [
        f"rareaccess {__version__}: {words}"
        for words in ("check --source sample", "prepare --source smaple")
    ]
    for line in [*said.splitlines(), *fault.splitlines()]:
        assert line in told
    ends = [line for line in told if re.fullmatch(r"(done|stopped) after \d+ s", line)]
    assert [line.split()[0] for line in ends] == ["done", "stopped"]


@pytest.mark.long
def test_a_log_that_cannot_be_written_stops_nothing(project):
    place = project / "build" / "log.txt"
    place.mkdir(parents=True)
    result = rareaccess(project, "check", "--source", "sample")
    assert result.returncode == 0, result.stderr
    assert "Cannot write a log of this run: Is a directory." in result.stderr
