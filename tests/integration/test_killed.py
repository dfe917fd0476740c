"""Killed at any moment, the next run is right: nothing half-written is read, or stays."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import tiny_england
from rareaccess.core.paths import project_root
from tiny_project import PAIR, put
from whole_project import make_project

SEED = 20160622
FILES = (1, 25, 45)  # of a world's files that are begun when its making is killed
SAMPLE = project_root() / "data-synthetic" / "sample"
STEPS = (["prepare"], ["run"], ["render", "--with", "pandoc", "--to", "html"])
BOOK = """\
project: {type: book, output-dir: _book}
metadata-files: [report/_chapters.yml]
bibliography: report/references.bib
csl: report/harvard.csl
book:
  title: A small book
  author: Nobody
  output-file: small
  chapters: [index.qmd]
format: {html: {toc: true}}
"""
CELLS = (
    ("markdown", "# Starts of {{drug}} {#sec-starts-{{pair}}}\n\nWhen did people start?"),
    ("code", f'pair = "{PAIR}"\nsource = "tiny"', "parameters"),
    ("code", "from rareaccess.study import open_study\n\n"
     'study = open_study(pair, source, notebook="01-starts", marts=["uptake"], params=["names"])',
     "remove-cell"),
    ("code", 'study.number("treated", study.population("treated", study.uptake).n)'),
    ("code", "study.write_results()", "remove-cell"),
)  # fmt: skip


def make(folder: Path) -> Path:
    """Make a project with a dozen people, one notebook and a book of two chapters."""
    home = make_project(folder, "tiny")
    put(home / "params" / "report.yml", "pairs", f"[{PAIR}]")
    shutil.rmtree(home / "notebooks")
    (home / "notebooks").mkdir()
    cells = [
        getattr(nbformat.v4, f"new_{kind}_cell")(text, id=f"c{n}", metadata={"tags": list(tags)})
        for n, (kind, text, *tags) in enumerate(CELLS)
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(made, home / "notebooks" / "01-starts.ipynb")
    (home / "_quarto.yml").write_text(BOOK)
    (home / "index.qmd").write_text("# A small book {.unnumbered}\n\nOne chapter follows.\n")
    (home / "report" / "after-pairs.yml").write_text("[]\n")
    settings = home / "params" / "report.yml"
    every = re.compile(r"^pairs:.*\n(?:  - .*\n)*", re.MULTILINE)
    settings.write_text(every.sub(f"pairs: [{PAIR}]\n", settings.read_text()))
    tiny_england.write(home / "data")
    (home / "params" / "sources" / "tiny.yml").write_text(
        "label: a dozen people\nkind: parquet\nroot: data\nsynthetic: true\ntables: {}\n"
    )
    return home


def start(home: Path, step: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "RAREACCESS_HOME": str(home), "TMPDIR": str(home / "tmp")}
    environment.pop("RAREACCESS_BUILD", None)
    (home / "tmp").mkdir(exist_ok=True)
    command = [sys.executable, "-c", "from rareaccess.cli import main; main()", *step]
    return subprocess.Popen(
        command,
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def kill(home: Path, step: list[str], after: float) -> None:
    """Kill a step some seconds after its start, sooner when it had ended by then."""
    for _ in range(5):
        process = start(home, [*step, "--force"])
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return
        after /= 2
    raise AssertionError(f"{step[0]} was never killed")


def finish(home: Path, step: list[str]) -> float:
    """Run a step to its end and return how many seconds it took."""
    began = time.monotonic()
    process = start(home, step)
    said = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 0, f"{step}: {said}"
    return time.monotonic() - began


def products(home: Path) -> dict[str, bytes]:
    """Return the bytes of the marts, the executed notebooks and the book."""
    places = ("build/marts", "report/executed", "_book")
    files = (f for place in places for f in (home / place).rglob("*") if f.is_file())
    return {
        file.relative_to(home).as_posix(): file.read_bytes()
        for file in files
        if not file.name.endswith(".part")
        and not any(part.startswith(".") for part in file.relative_to(home).parts)
        and file.name != "prepared.json"
    }


def leftovers(home: Path) -> list[str]:
    """Return what was written aside and stayed: in the project, and where temporary files go."""
    found = [path for path in home.rglob("*") if path.name.endswith((".part", ".old"))]
    linked = [path for path in found if "src" not in path.relative_to(home).parts]
    return sorted(str(path) for path in (*linked, *(home / "tmp").glob("rareaccess-*")))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, bytes], dict]]:
    """The products of an undisturbed run, and how long its steps take."""
    home = make(tmp_path_factory.mktemp("clean"))
    seconds = {step[0]: finish(home, step) for step in STEPS}
    yield products(home), seconds
    assert not leftovers(home)


@pytest.mark.long
@pytest.mark.parametrize("rounds", [1, pytest.param(4, marks=pytest.mark.long)])
def test_killed_at_any_moment_the_next_run_is_right(clean, tmp_path: Path, rounds: int) -> None:
    """In each round prepare, run and render are killed in turn."""
    expected, seconds = clean
    chance, home = random.Random(SEED + rounds), make(tmp_path / "home")
    for n in range(rounds):
        for step in STEPS:
            kill(home, step, seconds[step[0]] * chance.uniform(0.2, 0.9))
            assert_whole(products(home), expected)
            if n == 0:
                finish(home, step)  # what comes before the next step is done
    for step in STEPS:
        finish(home, step)
    assert products(home) == expected
    assert not leftovers(home)


@pytest.mark.long
def test_a_killed_synth_leaves_the_old_world_and_the_next_is_right(tmp_path: Path) -> None:
    """The committed sample is made again; before, its making is killed early, midway and late."""
    home, place = make(tmp_path / "home"), tmp_path / "home" / "worlds" / "sample"
    step = ["synth", "--scale", "sample", "--out", str(place)]
    place.mkdir(parents=True)
    (place / "manifest.json").write_text("an older world")
    for n in FILES:
        process = start(home, step)
        while process.poll() is None and len(begun(place)) < n:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, process.communicate()
        assert [file.name for file in place.iterdir()] == ["manifest.json"]
        assert len(begun(place)) >= n, "killed before it had written anything"
    finish(home, step)
    made = {file.relative_to(place): file.read_bytes() for file in place.rglob("*.*")}
    assert made.pop(Path("made-by.txt"))
    assert made == {file.relative_to(SAMPLE): file.read_bytes() for file in SAMPLE.rglob("*.*")}
    assert not leftovers(home)


def begun(place: Path) -> list[Path]:
    """Return the files of a world that is being written aside."""
    asides = place.parent.glob(f".{place.name}.*.part")
    return [file for aside in asides for file in aside.rglob("*.parquet")]


def assert_whole(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Every file that is there under its own name is the whole one, and a book has all pages."""
    for name, content in found.items():
        assert content == expected[name], name
    if any(name.startswith("_book/") for name in found):
        pages = {name for name in expected if name.startswith("_book/")}
        assert pages <= set(found), "a book was there without all of its files"


@pytest.mark.long
def test_the_products_are_those_of_the_whole_pipeline(clean) -> None:
    """What is compared above is not nothing."""
    names = set(clean[0])
    assert {f"build/marts/tiny/{PAIR}/uptake.parquet", "_book/index.html"} <= names
    assert any(name.endswith("01-starts.ipynb") for name in names)
