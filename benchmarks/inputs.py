"""Where the inputs of a run are, and how they are made once, each in its own process."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.sizes import SIZES, Size

__all__ = ["CSV", "MAKERS", "Inputs"]

CSV = "copies-csv"  # the source of the smallest world as compressed CSV
PROJECT = Path(__file__).resolve().parents[1]
COPIED = ("params", "notebooks", "report", "index.qmd", "_quarto.yml", "tests/published.csv")
LINKED = ("data-synthetic", "src", "benchmarks", "requirements.txt", "pyproject.toml", "LICENSE")
PRODUCTS = shutil.ignore_patterns("executed", "_chapters.yml", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Inputs:
    """The inputs of a run: tables, worlds and a project of its own, in a scratch folder."""

    scratch: Path
    size: Size

    @classmethod
    def named(cls, scratch: str, size: str) -> "Inputs":
        """Return the inputs by the words of a command line."""
        return cls(Path(scratch).resolve(), SIZES[size])

    @property
    def tables(self) -> Path:
        """The tables that are scanned and scored."""
        return self.scratch / f"tables-{self.size.name}"

    @property
    def worlds(self) -> Path:
        """The folder of the worlds that `prepare` reads."""
        return self.scratch / f"worlds-{self.size.base}-{max(self.size.copies)}"

    @property
    def project(self) -> Path:
        """A project of its own: copies of what a build changes, links to the rest."""
        return self.scratch / f"project-{self.size.name}"

    @property
    def build(self) -> Path:
        """What the project builds: marts of a single copy, results, notebooks."""
        return self.project / "build"

    def enter_project(self, build: Path) -> None:
        """Let the package of this process work in the project, and build into a folder."""
        os.environ["RAREACCESS_HOME"] = str(self.project)
        os.environ["RAREACCESS_BUILD"] = str(build)

    def files(self, kind: str) -> list[Path]:
        """Return the files of a table that is scanned: apc or op."""
        return sorted((self.tables / kind).glob("*.parquet"))


def make_tables(inputs: Inputs) -> None:
    """Make the tables that are scanned and scored."""
    from benchmarks import tables

    tables.make_tables(inputs.tables, inputs.size)


def make_worlds(inputs: Inputs) -> None:
    """Make the worlds that `prepare` reads, and before them the world of which they are copies."""
    from benchmarks.worlds import copy_worlds
    from rareaccess.params import load_pair, load_report

    base = PROJECT / "data-synthetic" / inputs.size.base
    if not (base / "manifest.json").is_file():
        import synthetic_england

        base = inputs.scratch / f"synthetic-{inputs.size.base}"
        if not base.is_dir():
            synthetic_england.build(base, scale=inputs.size.base)
    pairs = [load_pair(name) for name in load_report().pairs]
    codes = sorted({code for pair in pairs for code in pair.condition.icd10.narrow})
    copy_worlds(base, inputs.worlds, inputs.size.copies, codes)


def make_project(inputs: Inputs) -> None:
    """Make the project anew, with the worlds as sources and nothing built."""
    folder = inputs.project
    shutil.rmtree(folder, ignore_errors=True)
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, target, **({"ignore": PRODUCTS} if copy is shutil.copytree else {}))
    for name in LINKED:
        (folder / name).symlink_to(PROJECT / name)
    for notebook in (folder / "notebooks").glob("*.ipynb"):
        if not notebook.match(inputs.size.notebooks):
            notebook.unlink()
    report = folder / "params" / "report.yml"
    settings = yaml.safe_load(report.read_text())
    settings["pairs"] = settings["pairs"][: inputs.size.reported]
    report.write_text(yaml.safe_dump(settings))
    for count in inputs.size.copies:
        source = folder / "params" / "sources" / f"copies-{count}.yml"
        source.write_text(
            f"label: {count} times the records\nkind: parquet\n"
            f"root: {inputs.worlds / str(count)}\nsynthetic: true\n"
            "tables: {sact_v2: {}, sact_v3: {}}\n"
        )
    (folder / "params" / "sources" / f"{CSV}.yml").write_text(
        f"label: the records as CSV\nkind: csv\nroot: {inputs.worlds}-csv\n"
        "synthetic: true\nmade_from: copies-1\ntables: {sact_v2: {}, sact_v3: {}}\n"
    )


def make_layout(inputs: Inputs) -> None:
    """Write the records of the smallest world as compressed CSV, for a run that reads them."""
    if not inputs.size.whole:
        return
    from rareaccess.pipeline.examples import write_layout
    from rareaccess.sources import open_source

    inputs.enter_project(inputs.build)
    write_layout(open_source("copies-1"), open_source(CSV))


MAKERS = {
    "tables": make_tables,
    "worlds": make_worlds,
    "project": make_project,
    "layout": make_layout,
}
