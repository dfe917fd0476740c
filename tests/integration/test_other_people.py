"""Other people behind equal released values give the same pages: nothing else is let out.

Two further worlds stand behind the marts of one pair. In one everybody has another number and
stands in another place. In the other some people have another age, place or day, most of which
rounding and hiding let nobody see. Whatever a page shows must then follow from the tables that were
released: where these are the same bytes, so is the page.
"""

import json
import random
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from whole_project import build, make_project

pytestmark = pytest.mark.long
PAIR, PAIRS = "hlh-anakinra", ("sle-belimumab", "hlh-anakinra")
Cells = dict[tuple[str, str], str]


def write(file: Path, frame: pd.DataFrame) -> None:
    """Write a mart as it was typed before."""
    table = pa.Table.from_pandas(frame, schema=pq.read_schema(file), preserve_index=False)
    pq.write_table(table, file)


def renumber(marts: Path, chance: random.Random) -> None:
    """Give everybody another number, in every mart, and put the rows in the order of these."""
    frames = {file: pq.read_table(file).to_pandas() for file in sorted(marts.glob("*.parquet"))}
    frames = {file: frame for file, frame in frames.items() if "study_id" in frame and len(frame)}
    ids = sorted({one for frame in frames.values() for one in frame["study_id"].dropna()})
    others = dict(zip(ids, chance.sample(ids, len(ids)), strict=True))
    for file, frame in frames.items():
        frame["study_id"] = frame["study_id"].map(others)
        write(file, frame.sort_values("study_id", kind="stable", ignore_index=True))


def exchange(marts: Path, chance: random.Random) -> None:
    """Alter single people: an age within its band, a minute, a visit, a day."""

    def alter(name: str, columns: tuple[str, ...], by: object, where: str = "") -> None:
        file = marts / f"{name}.parquet"
        frame = pq.read_table(file).to_pandas()
        rows = frame.query(where).index if where else frame.index[frame[columns[0]].notna()]
        for row in chance.sample(list(rows), 3):
            for column in columns:
                frame.loc[row, column] += by
        write(file, frame)

    alter("people", ("age_at_treatment", "age_at_index"), 1, "age_at_treatment % 5 < 4")
    alter("travel", ("minutes",), 1)
    alter("activity", ("visits", "total", "total_any_record"), 1)
    alter("pathway", ("applied_date",), timedelta(days=-1))


def read_cells(project: Path) -> Cells:
    """Return what each cell of the pair's notebooks shows, by notebook and label."""
    found: Cells = {}
    for file in sorted((project / "report" / "executed" / PAIR).glob("*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            label = re.search(r"#\| label: (\S+)", "".join(cell["source"]))
            name = label[1] if label else cell["id"]
            found[file.stem, name] = json.dumps(
                [one.get("data") for one in cell.get("outputs", [])]
            )
    return found


def read_tables(project: Path) -> dict[str, bytes]:
    """Return the released tables of the pair, by label."""
    folder = project / "build" / "results" / "sample" / PAIR / "tables"
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("people") / "project", "sample")
    settings = project / "params" / "report.yml"
    text = settings.read_text().replace("disclosure: national-hes", "disclosure: subnational-hes")
    kept = "\n".join(f"  - {name}" for name in PAIRS)
    text = re.sub(r"(?<=order of the parts of the book\n)(  - .*\n)+", f"{kept}\n", text)
    settings.write_text(text)
    build(project, "prepare", "--source", "sample")
    build(project, "run", "--source", "sample")
    return project


@pytest.mark.parametrize("alter", [renumber, exchange])
def test_what_is_shown_follows_from_what_was_released(project: Path, tmp_path: Path, alter) -> None:
    other = tmp_path / "project"
    shutil.copytree(project, other, symlinks=True)
    alter(other / "build" / "marts" / "sample" / PAIR, random.Random(1))
    assert "executed" in build(other, "run", "--source", "sample")
    before, after = read_tables(project), read_tables(other)
    changed = {name for name in before if before[name] != after.get(name)}
    if alter is renumber:
        assert changed == set()
    else:
        assert 0 < len(changed) < len(before) / 2
    shown, told = read_cells(project), read_cells(other)
    assert shown.keys() == told.keys()
    labels = {name.rpartition(".")[0] for name in changed}
    unlike = {cell for cell in shown if shown[cell] != told[cell]}
    of_notebooks = {notebook for notebook, name in unlike if any(name in one for one in labels)}
    left = {(notebook, name) for notebook, name in unlike
            if not any(name in one for one in labels) and notebook not in of_notebooks}  # fmt: skip
    assert left == set()
