"""Every template runs on a dozen people, with and without hidden counts, without a kernel."""

import ast
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import nbformat
import pytest

import tiny_project
from rareaccess.core.paths import build_root, project_root
from rareaccess.marts import read_mart
from rareaccess.params import load_pair
from rareaccess.pipeline.run import fill_tokens
from rareaccess.pipeline.run.needs import drop_unneeded
from tiny_project import PAIR, edit


def is_of_the_pair(template: Path) -> bool:
    """Tell whether the reference pair has the chapter: its title is for this pair."""
    whole = nbformat.read(template, as_version=4)
    return drop_unneeded(whole, load_pair(PAIR)).cells[:1] == whole.cells[:1]


TEMPLATES = [
    path
    for path in sorted((project_root() / "notebooks").glob("[0-8]*.ipynb"))
    if is_of_the_pair(path)
]


@pytest.fixture(scope="module")
def home(tiny_marts: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        yield tiny_project.copy(tiny_marts, tmp_path_factory.mktemp("home"), patch)


def run(template: Path) -> list[object]:
    """Execute the cells of a template in their order; return the value of each cell's last line."""
    pair = load_pair(PAIR)
    marts = build_root() / "marts" / "tiny" / PAIR
    needed = drop_unneeded(nbformat.read(template, as_version=4), pair,
                           has_rows=lambda mart: len(read_mart(mart, marts)) > 0)  # fmt: skip
    notebook = fill_tokens(needed, pair.tokens())
    names: dict[str, object] = {}
    values = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell.id, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names["source"] = "tiny"
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), cell.id, "eval"), names))
    return values


def shown(value: object) -> str:
    """Return what a reader sees of a figure, a table or a sentence."""
    found = [getattr(value, name, "") for name in ("svg", "html", "data")]
    return next((text for text in found if text), "")


@pytest.mark.few(6)
@pytest.mark.parametrize("profile", ["national-hes", "subnational-hes", "opensafely"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_runs_on_a_dozen_people(home: Path, template: Path, profile: str) -> None:
    file = home / "params" / "report.yml"
    if f"disclosure: {profile}" not in file.read_text():
        edit(file, lambda text: re.sub(r"disclosure: [a-z-]+", f"disclosure: {profile}", text))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        values = run(template)
    assert (out.getvalue(), err.getvalue()) == ("", ""), "a notebook prints nothing"
    assert values[-1] is None, "the last cell shows nothing"
    texts = [shown(value) for value in values[:-1] if value is not None]  # None: study.numbers
    assert all(texts)
    assert not any("nan" in re.sub(r"<[^>]*>", " ", text).split() for text in texts)
    folder = home / "build" / "results" / "tiny" / PAIR
    result = json.loads((folder / f"{template.stem}.json").read_text())
    assert result["numbers"] and result["tables"]
    if profile == "opensafely" and template.stem.startswith("01"):
        assert result["numbers"]["treated"]["text"] == "[c]"
        hidden = "".join(texts)
        assert "2 people" not in hidden, "two people were treated, and nobody may read it"
