"""The notebooks that are run once for the whole book: their form, and the comparison of pairs."""

import ast
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml

import tiny_project
from cells import BANNED, KNOWN_OPTIONS, KNOWN_TAGS, options, tags
from rareaccess.core.paths import project_root
from rareaccess.marts import MARTS, read_mart, write_mart
from rareaccess.params import Pair
from rareaccess.pipeline.prepare import prepare
from rareaccess.pipeline.run.notebook import read_declared, read_parameters
from tiny_project import PAIR

FOLDER = project_root() / "notebooks"
ONCE = sorted(path.name for path in FOLDER.glob("9*.ipynb"))
every_template = pytest.mark.parametrize("name", ONCE)


def load(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / name, as_version=4)


def code_cells(name: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(name).cells if cell.cell_type == "code"]


@every_template
def test_no_outputs_and_at_least_as_much_said_as_shown(name: str) -> None:
    cells = load(name).cells
    assert all(not cell.outputs for cell in code_cells(name))
    words = sum(cell.cell_type == "markdown" or ".say(" in cell.source for cell in cells)
    assert words >= sum("label" in options(cell) for cell in code_cells(name)) + 1
    assert len({cell.id for cell in cells}) == len(cells)


@every_template
def test_code_cells_are_short_and_plain(name: str) -> None:
    for cell in code_cells(name):
        lines = [line for line in cell.source.splitlines() if not line.startswith("#|")]
        assert len(lines) <= 15 and all(len(line) <= 100 for line in lines), cell.id
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, BANNED), f"{cell.id}: {type(node).__name__}"
        assert set(tags(cell)) <= KNOWN_TAGS and set(options(cell)) <= KNOWN_OPTIONS


@every_template
def test_every_import_is_used(name: str) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code_cells(name)))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    assert names <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@every_template
def test_no_token_of_a_pair_and_captions_on_one_line(name: str) -> None:
    for cell in load(name).cells:
        assert not re.search(r"\{\{\w+\}\}", cell.source), cell.id
    for cell in code_cells(name):
        if label := options(cell).get("label"):
            kind = label.split("-")[0]
            wanted = {"label", "fig-cap", "fig-alt"} if kind == "fig" else {"label", "tbl-cap"}
            assert set(options(cell)) == wanted, cell.id
            assert re.fullmatch(r'"[^"\n]{10,}"', options(cell)[f"{kind}-cap"]), cell.id
            assert not options(cell)[f"{kind}-cap"].endswith('."'), cell.id


@every_template
def test_no_result_is_typed_by_hand_and_one_sentence_stands_on_a_line(name: str) -> None:
    for cell in load(name).cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            words = re.sub(r"\{#[^}]*\}+|@[\w-]+|\[@[^\]]*\]", "", line)
            if name.startswith("90"):  # the others speak of other people's numbers
                assert not re.search(r"\d", words), f"{cell.id}: {line}"
            assert not re.search(r"[.?!] [A-Z]", words), f"{cell.id}: {line}"


def test_labels_are_unique_and_references_have_their_target() -> None:
    text = "\n".join(cell.source for name in ONCE for cell in load(name).cells)
    labels = [options(cell)["label"] for name in ONCE for cell in code_cells(name)
              if "label" in options(cell)]  # fmt: skip
    labels += re.findall(r"\{#(sec-[a-z-]+)\}", text)
    assert len(set(labels)) == len(labels)
    chapters = "\n".join(path.read_text() for path in (project_root() / "report").glob("*.qmd"))
    known = {*labels, *re.findall(r"\{#(sec-[a-z-]+)\}", chapters)}
    assert set(re.findall(r"@((?:fig|tbl|sec)-[a-z-]+)", text)) <= known


def test_the_pairs_side_by_side_declare_what_they_read() -> None:
    name = "90-compare-pairs.ipynb"
    declared, code = read_declared(load(name)), Path(FOLDER / name).read_text(encoding="utf-8")
    assert declared.calls == 1 and "open_studies" in code
    assert set(declared.marts) <= set(MARTS) and set(declared.params) <= set(Pair.model_fields)
    assert read_parameters(load(name)) == {"pairs": ["sle-belimumab"], "source": "sample"}
    modules = project_root() / "src" / "rareaccess" / "measures" / "comparison"
    used = "\n".join(path.read_text(encoding="utf-8") for path in modules.glob("*.py"))
    equity = [modules.parent / "equity" / name for name in ("access.py", "pairs.py")]
    used += "\n".join(path.read_text(encoding="utf-8") for path in equity)
    for mart in declared.marts:
        assert re.search(rf"\.{mart}\b", used), f"{mart} is declared and never read"
    assert set(re.findall(r"(?<!rareaccess\.)\bparams\.(\w+)", used)) == set(declared.params)


def test_a_question_stands_before_each_figure_and_the_results_are_written_last() -> None:
    name = "90-compare-pairs.ipynb"
    for before, cell in pairwise(load(name).cells):
        assert cell.cell_type == "markdown" or "label" not in options(cell) or (
            before.cell_type == "markdown"
        )  # fmt: skip
    for cell in load(name).cells:
        if cell.cell_type == "markdown" and cell.id.endswith("-question"):
            assert "?" in cell.source, cell.id
    assert code_cells(name)[-1].source == "studies.write_results()"


# --- run on a dozen people -----------------------------------------------------------------

BARE = "bare-pair"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    """A project of two pairs: the shipped one, and one without severity, facts and any centre."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny_project.make(tmp_path_factory.mktemp("home"), patch)
        settings = yaml.safe_load((folder / "params/pairs" / f"{PAIR}.yml").read_text())
        settings |= {"pair": BARE, "status": "unverified"}
        settings["names"] |= {"condition_short": "a condition of many words", "drug": "a drug"}
        del settings["severity"], settings["facts"]
        (folder / "params/pairs" / f"{BARE}.yml").write_text(yaml.safe_dump(settings))
        prepare("tiny", [PAIR, BARE])
        marts = folder / "build" / "marts" / "tiny" / BARE
        write_mart(read_mart("trusts", marts).assign(centre=False), "trusts", marts)
        yield folder


def run(pairs: list[str]) -> dict[str, object]:
    """Execute the cells of the comparison in their order; return what each of them shows."""
    names: dict[str, object] = {}
    values = {}
    for cell in code_cells("90-compare-pairs.ipynb"):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell.id, "exec"), names)
        if "parameters" in tags(cell):
            names |= {"source": "tiny", "pairs": pairs}
        if last is not None:
            values[cell.id] = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
    return values


def shown(value: object) -> str:
    found = [getattr(value, name, "") for name in ("svg", "html", "data")]
    return next((text for text in found if text), "")


@pytest.mark.long
@pytest.mark.parametrize("profile", ["national-hes", "opensafely"])
@pytest.mark.parametrize("pairs", [[PAIR], [PAIR, BARE], [BARE]], ids=["one", "two", "bare"])
def test_the_comparison_runs_for_one_pair_and_for_two(home, pairs, profile) -> None:
    file = home / "params" / "report.yml"
    file.write_text(re.sub(r"disclosure: [a-z-]+", f"disclosure: {profile}", file.read_text()))
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        values = run(pairs)
    assert out.getvalue() == "", "a notebook prints nothing"
    assert values.pop("write-results") is None
    texts = {name: shown(value) for name, value in values.items()}
    assert all(texts.values())
    for name, text in texts.items():
        words = re.sub(r"<[^>]*>", " ", text).split()
        assert not {"nan", "NaN", "<NA>", "None"} & set(words), name
    result = json.loads((home / "build/results/tiny/90-compare-pairs.json").read_text())
    assert len(result["tables"]) == 14
    if profile == "opensafely":  # five people in the cohort, two of them treated
        overview = texts["overview-table"]
        assert re.findall(r"<td[^>]*>([^<]*)</td>", overview)[:3] == ["[c]"] * 3
        assert "[c] to" not in texts["overview-finding"]


@pytest.mark.long
def test_a_pair_that_lacks_a_section_shows_a_dash_and_says_why(home) -> None:
    file = home / "params" / "report.yml"
    file.write_text(re.sub(r"disclosure: [a-z-]+", "disclosure: national-hes", file.read_text()))
    texts = {name: shown(value) for name, value in run([PAIR, BARE]).items()}
    rows = re.findall(r"<tr>(.*?)</tr>", texts["complete-table"], flags=re.DOTALL)
    cells = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in rows]
    severity = [row[-1] for row in cells if len(row) > 5]
    assert severity == ["50.0", "–"]  # one of two forms is usable; the other pair asks for none
    rows = re.findall(r"<tr>(.*?)</tr>", texts["centres-table"], flags=re.DOTALL)
    cells = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in rows]
    whole, bare = (row for row in cells if len(row) > 5)
    assert whole[:2] == ["37", "1"] and set(bare) == {"–"}
    assert "there is no list of centres" in texts["differ-table"]
    assert ">not known<" in texts["centres-figure"]
