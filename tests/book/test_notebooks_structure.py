"""The rules of the notebook templates, checked without running them."""

import ast
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from cells import BANNED, KNOWN_OPTIONS, KNOWN_TAGS, options, tags
from rareaccess.core.paths import project_root
from rareaccess.marts import MARTS
from rareaccess.params import TOKENS, Pair, load_pair
from rareaccess.pipeline.run.details import DETAIL, FOLDED, fold_details
from rareaccess.pipeline.run.needs import NEEDS, drop_unneeded
from rareaccess.pipeline.run.notebook import read_declared, read_parameters

FOLDER = project_root() / "notebooks"
MEASURES = project_root() / "src" / "rareaccess" / "measures"
COMPARISON, EQUITY = MEASURES / "comparison", MEASURES / "equity"
NEED = MEASURES / "eligibility"
OF_A_PAIR = sorted(path.name for path in FOLDER.glob("[0-8]*.ipynb"))
LABEL = re.compile(r"(fig|tbl)-[a-z0-9-]+-\{\{pair\}\}")
FINDING_FIRST = [name for name in OF_A_PAIR if name[:2] != "00"]
SCAFFOLDING = ("In words:", "The same in numbers", "In a sentence:", "in a sentence:",
               "All groups together:", "All years together:")  # fmt: skip
every_template = pytest.mark.parametrize("name", OF_A_PAIR)


@cache
def load(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / name, as_version=4)


def code_cells(name: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(name).cells if cell.cell_type == "code"]


def test_there_are_the_digest_the_questions_and_the_annex() -> None:
    assert [name[:2] for name in OF_A_PAIR] == [
        "00",
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "07",
        "08",
        "09",
        "10",
        "11",
        "12",
        "13",
    ]


@every_template
def test_no_outputs_and_a_plain_kernel(name: str) -> None:
    raw = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    assert raw["metadata"]["kernelspec"]["name"] == "python3"
    assert set(raw["metadata"]) == {"kernelspec", "language_info"}
    for cell in raw["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None


@every_template
def test_ids_of_cells_are_words_and_unique(name: str) -> None:
    ids = [cell.id for cell in load(name).cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)


def shows(cell: nbformat.NotebookNode) -> bool:
    """Whether a reader sees something of a cell of code: a figure, a table or a sentence."""
    last = ast.parse(cell.source).body[-1]
    hidden = {"remove-cell", "parameters"} & set(tags(cell))
    silent = re.match(r"study\.numbers?\(", ast.unparse(last))  # it registers, and shows nothing
    return isinstance(last, ast.Expr) and not silent and not hidden


@pytest.mark.parametrize("name", OF_A_PAIR[1:])  # the digest holds figures and no argument
def test_at_least_as_much_is_said_as_shown(name: str) -> None:
    cells = load(name).cells
    words = [cell for cell in cells if cell.cell_type == "markdown"]
    said = [cell for cell in code_cells(name) if "study.say" in cell.source]
    shown = [cell for cell in code_cells(name) if shows(cell)]
    assert len(words) + len(said) >= len(shown)


@pytest.mark.parametrize("pair", ["sle-belimumab", "anca-avacopan", "waldenstrom-ibrutinib"])
@pytest.mark.parametrize("name", FINDING_FIRST)
def test_a_finding_in_bold_from_code_stands_under_the_title(name: str, pair: str) -> None:
    whole = load(name)
    title, *cells = drop_unneeded(whole, load_pair(pair)).cells
    if title != whole.cells[0]:
        return  # a chapter that the pair does not have
    assert "\n" not in title.source.strip(), "nothing but the title"
    visible = [cell for cell in cells if cell.cell_type == "markdown" or shows(cell)]
    last = ast.unparse(ast.parse(visible[0].source).body[-1])
    assert visible[0].cell_type == "code" and last.startswith("study.say('**"), visible[0].id
    text = "\n".join(cell.source for cell in visible if cell.cell_type == "markdown")
    assert not [phrase for phrase in SCAFFOLDING if phrase in text]


@every_template
def test_code_cells_are_short_and_plain(name: str) -> None:
    for cell in code_cells(name):
        lines = [line for line in cell.source.splitlines() if not line.startswith("#|")]
        assert len(lines) <= 15, cell.id
        assert all(len(line) <= 100 for line in lines), cell.id
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, BANNED), f"{cell.id}: {type(node).__name__}"
            assert not (isinstance(node, ast.Name) and node.id in ("warnings", "print")), cell.id


@every_template
def test_the_first_cells_are_title_parameters_and_setup(name: str) -> None:
    title, parameters, setup = load(name).cells[:3]
    assert re.match(r"# [^\n]+ \{#sec-[a-z-]+-\{\{pair\}\}\}(\n|$)", title.source)
    assert tags(parameters) == ["parameters"] and tags(setup) == ["remove-cell"]
    assert read_parameters(load(name)) == {"pair": "sle-belimumab", "source": "sample"}
    assert all("#" in line for line in parameters.source.splitlines()), "each has its comment"
    imports = [
        node for cell in code_cells(name) for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]  # fmt: skip
    in_setup = [
        node for node in ast.walk(ast.parse(setup.source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]  # fmt: skip
    assert len(imports) == len(in_setup), "imports stand in the setup cell"


@every_template
def test_every_import_is_used(name: str) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code_cells(name)))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    assert names <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@every_template
def test_the_last_cell_writes_the_results(name: str) -> None:
    last = load(name).cells[-1]
    assert tags(last) == ["remove-cell"]
    assert last.source == "study.write_results()"
    code = "\n".join(cell.source for cell in code_cells(name))
    assert code.count("write_results") == 1
    assert re.findall(r'notebook="([^"]*)"', code) == [Path(name).stem]


@every_template
def test_after_the_setup_the_marts_are_told(name: str) -> None:
    told = load(name).cells[3]
    assert (told.source, tags(told)) == ("study.describe()", ["remove-cell"])


@every_template
def test_a_notebook_makes_no_token_and_no_released_frame(name: str) -> None:
    """What may be shown is made by the study; `Plain` marks what is of the settings."""
    tree = ast.parse("\n".join(cell.source for cell in code_cells(name)))
    taken = [
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("rareaccess.disclosure") for alias in node.names
    ]  # fmt: skip
    assert set(taken) <= {"Plain", "fmt", "percent"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Plain":
            assert not re.search(r"\bstudy\.(?!params|report)|\blen\(", ast.unparse(node))


@every_template
def test_what_is_declared_is_what_is_read(name: str) -> None:
    declared = read_declared(load(name))
    assert declared.calls == 1
    assert set(declared.marts) <= set(MARTS)
    assert set(declared.params) <= set(Pair.model_fields)
    code = "\n".join(cell.source for cell in code_cells(name))
    if "comparison.list_differences(study" in code:
        inside = "".join((COMPARISON / f"{one}.py").read_text() for one in ("differ", "rows"))
        code += re.sub(r"(?<!\.)\bparams\.", "study.params.", inside.partition("__all__")[2])
    if "equity.Access(study)" in code or "questions.answer_questions(study)" in code:
        files = [EQUITY / "access.py", EQUITY / "words.py", MEASURES / "periods.py"]
        files += [MEASURES / "questions.py"] if "questions." in code else []
        inside = "".join(file.read_text() for file in files)
        code += inside.replace("self.study.", "study.")
    for package in ("place", "course"):
        if f"{package}.release_" in code:
            code += "".join(file.read_text() for file in (MEASURES / package).glob("*.py"))
    if "eligibility.Need(study)" in code:
        inside = "".join((NEED / f"{one}.py").read_text() for one in ("need", "words"))
        code += inside.replace("self.study.", "study.").replace("need.study.", "study.")
    for mart in declared.marts:
        assert re.search(rf"\bstudy\.{mart}\b", code), f"{mart} is declared and never read"
    read = set(re.findall(r"\bstudy\.params\.(\w+)", code))
    needed_by_flow = {"names", "condition", "windows"} if "flow" in declared.marts else set()
    assert read <= set(declared.params)
    assert set(declared.params) <= read | needed_by_flow, "declared and never read"


@every_template
def test_figures_and_tables_have_labels_captions_and_alt_text(name: str) -> None:
    for cell in code_cells(name):
        found, last = options(cell), cell.source.rstrip().splitlines()
        assert set(found) <= KNOWN_OPTIONS, cell.id
        calls = {
            ast.unparse(node.func).rsplit(".", 1)[-1]
            for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)
        }  # fmt: skip
        draws = any(call.startswith("draw_") for call in calls)
        sets = any(re.fullmatch(r"build_\w+_table", call) for call in calls)
        if not (draws or sets):
            assert "label" not in found, cell.id
            continue
        assert not (draws and sets), f"{cell.id}: one figure or one table a cell"
        label = found["label"]
        assert LABEL.fullmatch(label), cell.id
        assert label.startswith("fig-" if draws else "tbl-"), cell.id
        wanted = {"label", "fig-cap", "fig-alt"} if draws else {"label", "tbl-cap"}
        assert set(found) == wanted, cell.id
        for key in wanted - {"label"}:
            assert re.fullmatch(r'"[^"\n]{10,}"', found[key]), f"{cell.id}: {key} on one line"
            assert not found[key].endswith('."') or key == "fig-alt", "a caption has no full stop"
        assert last[0].startswith("#| label:"), "options stand first"


def test_labels_are_unique_over_all_templates() -> None:
    labels = [
        options(cell)["label"] for name in OF_A_PAIR for cell in code_cells(name)
        if "label" in options(cell)
    ]  # fmt: skip
    sections = [
        section for name in OF_A_PAIR for cell in load(name).cells if cell.cell_type == "markdown"
        for section in re.findall(r"\{#(sec-[^} ]*\}\}|sec-[^} ]*)(?: \.detail)?\}", cell.source)
    ]  # fmt: skip
    assert len(set(labels)) == len(labels) and len(set(sections)) == len(sections)
    assert all(section.endswith("-{{pair}}") for section in sections)


def test_references_within_the_pair_have_their_target() -> None:
    text = "\n".join(cell.source for name in OF_A_PAIR for cell in load(name).cells)
    labels = {options(cell).get("label") for name in OF_A_PAIR for cell in code_cells(name)}
    labels |= {
        f"{one}-{{{{pair}}}}" for one in re.findall(r"\{#(sec-[a-z-]+)-\{\{pair\}\}\}", text)
    }
    used = set(re.findall(r"@((?:fig|tbl|sec)-[a-z-]+-\{\{pair\}\})", text))
    assert used and used <= labels


@every_template
def test_tokens_are_known_and_only_in_words(name: str) -> None:
    for cell in load(name).cells:
        assert set(re.findall(r"\{\{(\w+)\}\}", cell.source)) <= set(TOKENS)
        assert {tag for tag in tags(cell) if not NEEDS.fullmatch(tag)} <= KNOWN_TAGS
        if cell.cell_type == "code":
            code = [line for line in cell.source.splitlines() if not line.startswith("#|")]
            assert "{{pair" not in "\n".join(code), "code takes the parameter, not the token"


@every_template
def test_no_result_is_typed_by_hand_and_one_sentence_stands_on_a_line(name: str) -> None:
    for cell in load(name).cells:
        if cell.cell_type != "markdown":
            continue
        for line in cell.source.splitlines():
            words = re.sub(r"\{#[^}]*\}+|@[\w{}-]+|\[@[^\]]*\]", "", line)
            assert not re.search(r"\d", words), f"{cell.id}: {line}"
            assert not re.search(r"[.?!] [A-Z]", words), f"{cell.id}: {line}"


@every_template
def test_question_first_and_a_word_after(name: str) -> None:
    """Before a figure or table stands markdown, and what is called a question asks one."""
    cells = load(name).cells
    for before, cell in pairwise(cells):
        if "label" in options(cell) and cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.id
    for cell in cells:
        if cell.cell_type == "markdown" and cell.id.endswith("-question"):
            assert "?" in cell.source, cell.id


@every_template
def test_without_what_only_some_pairs_have_no_name_and_no_reference_is_left(name: str) -> None:
    """A pair without severity, group, or fund gets a chapter in which nothing is missing."""
    bare = load_pair("sle-belimumab").model_copy(update={"severity": None, "cdf": None})
    cells = drop_unneeded(load(name), bare).cells
    dropped = [cell for cell in load(name).cells if cell not in cells]
    assert len(cells) + len(dropped) == len(load(name).cells)
    gone = {options(cell)["label"] for cell in dropped if "label" in options(cell)}
    gone |= {f"{one}-{{{{pair}}}}" for cell in dropped
             for one in re.findall(r"\{#(sec-[a-z-]+)-\{\{pair\}\}", cell.source)}  # fmt: skip
    text = "\n".join(cell.source for cell in cells)
    assert not [label for label in gone if f"@{label}" in text]
    stored = {node.id for cell in dropped if cell.cell_type == "code"
              for node in ast.walk(ast.parse(cell.source))
              if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    code = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    kept = {node.id for tree in code for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    used = {node.id for tree in code for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}  # fmt: skip
    assert not used & (stored - kept)


def test_some_cells_are_for_some_pairs_only() -> None:
    bare = load_pair("sle-belimumab").model_copy(update={"severity": None})
    assert len(drop_unneeded(load("02-uptake.ipynb"), bare).cells) < len(
        load("02-uptake.ipynb").cells
    )


@every_template
def test_without_rows_in_any_mart_no_reference_is_left(name: str) -> None:
    pair = load_pair("sle-belimumab")
    cells = drop_unneeded(load(name), pair, has_rows=lambda mart: False).cells
    text = "\n".join(cell.source for cell in cells)
    gone = {options(cell)["label"] for cell in load(name).cells
            if "label" in options(cell) and cell not in cells}  # fmt: skip
    assert not [label for label in gone if f"@{label}" in text]


@every_template
def test_details_can_be_left_out_of_print(name: str) -> None:
    """A detail has no heading, and no other cell refers to what it shows."""
    for kinds in ({FOLDED}, {FOLDED, DETAIL}):
        inside = [cell for cell in load(name).cells if kinds & set(tags(cell))]
        outside = "\n".join(cell.source for cell in load(name).cells if cell not in inside)
        labels = [options(cell)["label"] for cell in inside if "label" in options(cell)]
        assert not [label for label in labels if f"@{label}" in outside]
        assert not [cell.id for cell in inside if cell.cell_type == "markdown"
                    and re.search(r"^#+ ", cell.source, re.MULTILINE)]  # fmt: skip


def test_details_are_folded_once_for_each_run_of_them() -> None:
    whole = load("10-pathway.ipynb")
    folded = fold_details(whole).cells
    boxes = [cell.source.splitlines()[0] for cell in folded if cell.id.startswith("box-")]
    assert boxes and boxes[::2] == ["::: {.ra-detail}"] * (len(boxes) // 2)
    assert set(boxes[1::2]) == {":::"}
    assert [cell for cell in folded if not cell.id.startswith("box-")] == whole.cells
    fewer = fold_details(whole, reference=True).cells
    assert 0 < len(fewer) - len(whole.cells) < len(folded) - len(whole.cells)
