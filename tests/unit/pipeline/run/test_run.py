"""The runner, on a tiny project: what is executed, what is left alone, what stops it."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.core.tokens import fill_text
from rareaccess.params import load_report
from rareaccess.pipeline.run import run_notebooks
from rareaccess.pipeline.run.chapters import build_variables
from rareaccess.pipeline.run.clean import clean_notebook, write_notebook
from rareaccess.pipeline.run.execute import check_parameters
from rareaccess.pipeline.run.notebook import read_declared, read_parameters
from rareaccess.pipeline.run.tokens import fill_tokens

pytestmark = pytest.mark.slow

PAIR = "sle-belimumab"

TINY = """
import json, os
from pathlib import Path

def open_study(pair, source, marts=(), params=()):
    home = Path(os.environ["RAREACCESS_HOME"])
    folder = Path(os.environ["RAREACCESS_BUILD"]) / "marts" / source / pair
    return {name: (folder / f"{name}.parquet").read_text() for name in marts}

def open_studies(pairs, source, **declared):
    return {pair: open_study(pair, source, **declared) for pair in pairs}

def write_results(pair, source, name, **numbers):
    build = Path(os.environ["RAREACCESS_BUILD"]) / "results" / source / (pair or "")
    build.mkdir(parents=True, exist_ok=True)
    shown = {key: {"value": value, "text": str(value)} for key, value in numbers.items()}
    (build / f"{name}.json").write_text(json.dumps({"numbers": shown, "tables": {}}))
    with open(Path(os.environ["RAREACCESS_HOME"]) / "executed.log", "a") as log:
        log.write(f"{pair or 'once'}/{name}\\n")
"""


def notebook(*cells):
    """Return a template from (kind, source, tags) triples."""
    made = []
    for number, (kind, source, *tags) in enumerate(cells):
        new = getattr(nbformat.v4, f"new_{kind}_cell")
        made.append(new(source, id=f"c{number}", metadata={"tags": tags} if tags else {}))
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})


def pair_template(name, marts, params, body="1 + 1", title="About {{drug}}"):
    return notebook(
        ("markdown", f"# {title} {{#sec-{name}-{{{{pair}}}}}}"),
        ("code", 'pair = "sle-belimumab"\nsource = "sample"', "parameters"),
        ("code", "from tiny import open_study, write_results\n"
         f"study = open_study(pair, source, marts={marts}, params={params})", "remove-cell"),
        ("code", f'#| label: tbl-{name}-{{{{pair}}}}\n#| tbl-cap: "On {{{{drug}}}}"\n{body}'),
        ("code", f'write_results(pair, source, "{name}", treated=924)', "remove-cell"),
    )  # fmt: skip


ONCE = notebook(
    ("markdown", "# Once {#sec-once}"),
    ("code", 'source = "sample"', "parameters"),
    ("code", "from tiny import write_results"),
    ("code", 'write_results("", source, "91-once")'),
)


ALL_PAIRS = notebook(
    ("markdown", "# All {#sec-all}"),
    ("code", 'pairs = ["sle-belimumab"]\nsource = "sample"', "parameters"),
    ("code", "from tiny import open_studies, write_results\n"
     'studies = open_studies(pairs, source, marts=["travel"], params=["activity"])'),
    ("code", 'assert list(studies) == pairs\nwrite_results("", source, "90-all")'),
)  # fmt: skip


class Project:
    """A tiny project with two templates for each pair and one that runs once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.marts = root / "build" / "marts" / "sample" / PAIR

    def make(self) -> None:
        root = self.root
        shutil.copytree(project_root() / "params", root / "params")
        for folder in ("notebooks", "report", "tests"):
            (root / folder).mkdir()
        (root / "_quarto.yml").write_text("project: {type: book}\n")
        (root / "tests" / "published.csv").write_text("id\n")
        (root / "tiny.py").write_text(TINY)
        after = [{"part": "Reading", "chapters": ["report/executed/91-once.ipynb"]}]
        (root / "report" / "after-pairs.yml").write_text(yaml.safe_dump(after))
        self.marts.mkdir(parents=True)
        for name in ("uptake.parquet", "severity.parquet", "meta.json"):
            (self.marts / name).write_text(f"{name} v1")
        self.template("01-one", pair_template("01-one", ["uptake"], ["names", "criteria"]))
        self.template("02-two", pair_template("02-two", ["severity"], ["severity"]))
        self.template("91-once", ONCE)

    def template(self, name: str, made) -> None:
        nbformat.write(made, self.root / "notebooks" / f"{name}.ipynb")

    def run(self, **options):
        return run_notebooks("sample", [PAIR], say=lambda _: None, **options)

    def log(self) -> list[str]:
        path = self.root / "executed.log"
        lines = path.read_text().split() if path.is_file() else []
        path.unlink(missing_ok=True)
        return sorted(lines)

    def write_data(self, name: str, text: str) -> None:
        file = self.root / "data-synthetic" / "sample" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def edit_params(self, file: str, old: str, new: str) -> None:
        path = self.root / "params" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def outputs(self) -> dict[str, bytes]:
        paths = [*self.root.glob("report/executed/**/*.ipynb"), self.root / "_variables.yml",
                 self.root / "report" / "_chapters.yml"]  # fmt: skip
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


def enter(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("RAREACCESS_HOME", str(project.root))
    monkeypatch.setenv("RAREACCESS_BUILD", str(project.root / "build"))
    return project


@pytest.fixture(scope="module", autouse=True)
def no_door():
    """What is tested here is who runs when: cells do what they like (the door: test_door.py)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("check_shown", "check_templates"):
            patch.setattr(f"rareaccess.pipeline.run.{name}", lambda *given: None)
        yield


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = Project(tmp_path / "project")
    made.make()
    return enter(made, monkeypatch)


@pytest.fixture(scope="module")
def once_built(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("built") / "project")
    made.make()
    with pytest.MonkeyPatch.context() as patch:
        enter(made, patch).run()
    made.log()
    return made


@pytest.fixture
def built(once_built, tmp_path, monkeypatch):
    """A copy of a project whose notebooks are all executed: nothing in it knows where it is."""
    shutil.copytree(once_built.root, tmp_path / "project")
    return enter(Project(tmp_path / "project"), monkeypatch)


ALL = [f"{PAIR}/01-one", f"{PAIR}/02-two", "once/91-once"]


def test_run_executes_every_template_for_the_pair_and_the_rest_once(project):
    summary = project.run()
    assert project.log() == sorted(ALL)
    assert summary.executed == (f"{PAIR}/01-one", f"{PAIR}/02-two", "91-once")
    page = (project.root / "report/executed" / PAIR / "01-one.ipynb").read_text()
    assert "About belimumab" in page and "tbl-01-one-sle-belimumab" in page
    assert "{{" not in page


@pytest.mark.long
def test_second_run_executes_nothing_and_says_so(built):
    summary = built.run()
    assert built.log() == [] and summary.executed == ()
    assert "nothing changed" in str(summary)


def test_a_repair_under_another_profile_is_forgotten(built):
    """It would hide counts where nothing is attacked, and nothing would show them again."""
    held = built.root / "build" / "private" / "sample" / PAIR / "01-one.withheld.json"
    held.parent.mkdir(parents=True, exist_ok=True)
    for rule, kept in ((load_report().rule, True), ("ndrs", False)):
        held.write_text(json.dumps({"cells": [], "sizes": [], "rule": rule}))
        built.run()
        assert held.exists() == kept


def test_forced_run_is_byte_identical(built):
    before = built.outputs()
    built.run(force=True)
    assert len(built.log()) == 3
    assert built.outputs() == before and len(before) == 5


CHANGES = {
    "a section that one notebook declares": (
        lambda p: p.edit_params(f"pairs/{PAIR}.yml", "threshold: 10", "threshold: 11"),
        [f"{PAIR}/02-two"],
    ),
    "a section that nobody declares": (
        lambda p: p.edit_params(f"pairs/{PAIR}.yml", "months_before: 6", "months_before: 5"),
        [],
    ),
    "a mart of one notebook": (
        lambda p: (p.marts / "uptake.parquet").write_text("v2"),
        [f"{PAIR}/01-one"],
    ),
    "a mart that nobody declares": (
        lambda p: (p.marts / "travel.parquet").write_text("v2"),
        [],
    ),
    "what is known of the source": (
        lambda p: (p.marts / "meta.json").write_text("v2"),
        [f"{PAIR}/01-one", f"{PAIR}/02-two"],
    ),
    "a setting of the report that every notebook uses": (
        lambda p: p.edit_params("report.yml", "disclosure: national-hes", "disclosure: internal"),
        [f"{PAIR}/01-one", f"{PAIR}/02-two", "once/91-once"],
    ),
    "how many people a count must have": (
        lambda p: p.edit_params("report.yml", "minimum_person_count: 5", "minimum_person_count: 9"),
        [f"{PAIR}/01-one", f"{PAIR}/02-two", "once/91-once"],
    ),
    "what synthetic numbers rest on": (
        lambda p: p.write_data("fidelity.csv", "pair,marginal,kind\n"),
        [f"{PAIR}/01-one", f"{PAIR}/02-two", "once/91-once"],
    ),
    "a setting of the report that none of them names": (
        lambda p: p.edit_params("report.yml", "activity_unit: spells", "activity_unit: episodes"),
        [],
    ),
    "how many run at a time": (
        lambda p: p.edit_params("report.yml", "parallel: 2", "parallel: 1"),
        [],
    ),
    "a word used as a token": (
        lambda p: p.edit_params(f"pairs/{PAIR}.yml", "drug: belimumab\n", "drug: Belimumab\n"),
        [f"{PAIR}/01-one", f"{PAIR}/02-two"],
    ),
    "the published numbers": (
        lambda p: (p.root / "tests" / "published.csv").write_text("id\nx\n"),
        ["once/91-once"],
    ),
    "an executed notebook by hand": (
        lambda p: (p.root / f"report/executed/{PAIR}/01-one.ipynb").write_text("{}"),
        [f"{PAIR}/01-one"],
    ),
    "results taken away": (
        lambda p: (p.root / f"build/results/sample/{PAIR}/02-two.json").unlink(),
        [f"{PAIR}/02-two"],
    ),
    "one template": (
        lambda p: p.template("02-two", pair_template("02-two", ["severity"], [], title="New")),
        [f"{PAIR}/02-two"],
    ),
}


@pytest.mark.few(5)
@pytest.mark.parametrize("change", CHANGES)
def test_only_what_changed_is_executed(built, change):
    make, expected = CHANGES[change]
    make(built)
    built.run()
    assert built.log() == sorted(expected)
    assert built.run().executed == ()


@pytest.mark.long
def test_a_notebook_that_opens_all_pairs_depends_on_their_marts_and_settings(built):
    built.template("90-all", ALL_PAIRS)
    with pytest.raises(UserError, match="travel"):
        built.run()
    mart = built.marts / "travel.parquet"
    mart.write_text("v1")
    built.run()
    assert built.log() == ["once/90-all"]
    book = yaml.safe_load((built.root / "report" / "_chapters.yml").read_text())["book"]
    assert len(book["chapters"]) == 2  # where it stands is said in after-pairs.yml
    for change in (
        lambda: mart.write_text("v2"),
        lambda: built.edit_params(f"pairs/{PAIR}.yml", "months_before: 6", "months_before: 5"),
    ):
        change()
        built.run()
        assert built.log() == ["once/90-all"]
    built.edit_params(f"pairs/{PAIR}.yml", "expected: 37", "expected: 36")
    assert built.run().executed == ()


@pytest.mark.long
def test_package_source_is_part_of_the_hash(built, monkeypatch):
    monkeypatch.setattr("rareaccess.pipeline.run.job.hash_code", lambda *modules: "another")
    built.run()
    assert built.log() == sorted(ALL)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("# note\nx = 1\n1 / 0", ["ZeroDivisionError", "x = 1"]),
        ("import warnings\nwarnings.warn('careful')", ["careful", "import warnings"]),
        ("raise ValueError('a long\\nstory')", ["ValueError", "a long"]),
    ],
)
def test_failing_cell_is_named_and_the_last_good_notebook_stays(built, body, words):
    before = built.outputs()
    built.template("02-two", pair_template("02-two", ["severity"], [], body=body))
    with pytest.raises(UserError) as stopped:
        built.run()
    message = str(stopped.value)
    for word in [*words, "notebooks/02-two.ipynb for sle-belimumab", "cell 4"]:
        assert word in message
    assert "Traceback" not in message and "ipykernel" not in message
    assert built.outputs() == before


@pytest.mark.long
def test_after_a_failure_the_notebook_is_due_again(built):
    bad = pair_template("02-two", ["severity"], [], body="1 / 0")
    built.template("02-two", bad)
    for _ in range(2):
        with pytest.raises(UserError):
            built.run()
    built.template("02-two", pair_template("02-two", ["severity"], ["severity"]))
    assert built.run().executed == ()


@pytest.mark.long
def test_all_failures_are_told(built):
    for name in ("01-one", "02-two"):
        built.template(name, pair_template(name, [], [], body="1 / 0"))
    with pytest.raises(UserError, match="2 notebooks failed") as stopped:
        built.run()
    assert "01-one" in str(stopped.value) and "02-two" in str(stopped.value)


def test_missing_mart_stops_before_any_kernel(built):
    (built.marts / "severity.parquet").unlink()
    with pytest.raises(UserError, match="severity"):
        built.run()
    assert built.log() == []


def test_nothing_of_this_machine_is_in_an_executed_notebook(project):
    body = "import os, sys\nprint(os.getcwd(), object())\nprint(os.environ['RAREACCESS_HOME'])"
    project.template("01-one", pair_template("01-one", [], [], body=body))
    project.run()
    page = (project.root / f"report/executed/{PAIR}/01-one.ipynb").read_text()
    assert str(project.root) not in page and "0x" not in page
    assert "papermill" not in page and 'execution": {' not in page


@pytest.mark.long
def test_kernel_is_this_interpreter_whatever_is_registered(project, tmp_path, monkeypatch):
    other = tmp_path / "jupyter" / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/nonexistent/python"], "display_name": "x", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert len(project.run().executed) == 3


def test_chapters_and_variables_are_written_for_the_renderer(built):
    book = yaml.safe_load((built.root / "report" / "_chapters.yml").read_text())["book"]
    assert book["chapters"] == [
        {
            "part": "Systemic lupus erythematosus and belimumab",
            "chapters": [f"report/executed/{PAIR}/{name}.ipynb" for name in ("01-one", "02-two")],
        },
        {"part": "Reading", "chapters": ["report/executed/91-once.ipynb"]},
    ]
    variables = yaml.safe_load((built.root / "_variables.yml").read_text())
    assert variables["sle_belimumab"] == {"treated": "924", "treated_mark": ""}
    assert variables["release"]["source_name"] == "sample"
    assert variables["release"]["banner"].startswith("Synthetic data")


def test_template_taken_out_takes_its_chapter_with_it(built):
    (built.root / "notebooks" / "02-two.ipynb").unlink()
    built.run()
    assert not (built.root / f"report/executed/{PAIR}/02-two.ipynb").exists()
    assert "02-two" not in (built.root / "report" / "_chapters.yml").read_text()


@pytest.mark.long
def test_notebook_without_results_is_named(project):
    made = pair_template("02-two", [], [])
    made.cells.pop()
    project.template("02-two", made)
    with pytest.raises(UserError, match="no results") as stopped:
        project.run()
    assert "02-two" in str(stopped.value)


def test_number_written_twice_with_two_values_is_an_error():
    results = {
        "sle-x/01-a": {"numbers": {"treated": {"text": "924"}}},
        "sle-x/02-b": {"numbers": {"treated": {"text": "923"}}},
    }
    with pytest.raises(UserError, match="treated"):
        build_variables(results, {})


# --- tokens, parameters, declarations: without a kernel --------------------------------------


def test_tokens_are_filled_in_markdown_and_options_only():
    made = notebook(("markdown", "# {{drug}}"), ("code", "#| tbl-cap: {{ drug }}\nx = 1"))
    filled = fill_tokens(made, {"drug": "belimumab"})
    assert [cell.source for cell in filled.cells] == ["# belimumab", "#| tbl-cap: belimumab\nx = 1"]
    assert made.cells[0].source == "# {{drug}}"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (("markdown", "Made by {{maker}}"), "{{maker}}"),
        (("code", "#| fig-cap: {{maker}}\n1"), "{{maker}}"),
        (("code", "name = '{{drug}}'"), "{{drug}}"),
    ],
)
def test_token_that_cannot_be_filled_stops(cell, found):
    with pytest.raises(UserError) as stopped:
        fill_tokens(notebook(cell), {"drug": "belimumab"}, where="notebooks/01-x.ipynb")
    assert found in str(stopped.value) and "notebooks/01-x.ipynb, cell 1" in str(stopped.value)


def test_token_inside_a_value_stops():
    with pytest.raises(UserError, match="contains another token"):
        fill_text("{{drug}}", {"drug": "{{brand}}"})


def test_shortcodes_are_no_tokens():
    assert fill_text("{{< var a.b >}}", {}) == "{{< var a.b >}}"


@pytest.mark.parametrize("source", ['pair = "a"', 'pair = "a"\nsource = "b"\nextra = 1'])
def test_parameters_that_differ_from_those_set_stop(source):
    made = notebook(("code", source, "parameters"))
    with pytest.raises(UserError, match="does not have the parameters"):
        check_parameters(made, {"pair": "a", "source": "b"}, where="x")


def test_another_kernel_stops():
    made = notebook(("code", 'pair = "a"', "parameters"))
    made.metadata.kernelspec["name"] = "ir"
    with pytest.raises(UserError, match="different kernel"):
        check_parameters(made, {"pair": "a"}, where="x")


@pytest.mark.parametrize("source", ["pair = make()", "pair = other", "print(1)", "a, b = 1, 2"])
def test_parameters_are_literals(source):
    with pytest.raises(UserError, match="only literals"):
        read_parameters(notebook(("code", source, "parameters")))


def test_parameters_cell_is_asked_for():
    with pytest.raises(UserError, match="exactly one cell tagged"):
        read_parameters(notebook(("code", "x = 1")))


def test_declarations_are_read_without_running():
    source = 'study = rareaccess.open_study(pair, source, marts=["a", "b"], params=("names",))'
    declared = read_declared(notebook(("code", "1 / 0"), ("code", source)))
    assert declared.marts == ("a", "b") and declared.params == ("names",)


@pytest.mark.parametrize(
    "sources",
    [["open_study(p, s, marts=names)"], ["open_study(p, s)", "open_study(p, s)"], ["x = ("]],
)
def test_declarations_that_cannot_be_read_stop(sources):
    with pytest.raises(UserError):
        read_declared(notebook(*[("code", source) for source in sources]))


def test_cleaning_drops_what_changes_from_run_to_run(tmp_path):
    made = notebook(("code", "x", "injected-parameters"), ("code", "y"))
    made.cells[1].execution_count = 7
    made.cells[1].metadata["papermill"] = {"duration": 1.5}
    made.cells[1].outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=f"at {tmp_path}/a "),
        nbformat.v4.new_output("stream", name="stdout", text="<object at 0x7f12>"),
        nbformat.v4.new_output("display_data", {"text/html": "<b>1</b>", "text/plain": "1"}),
    ]
    made.metadata["papermill"] = {"start_time": "now"}
    clean = clean_notebook(made, tmp_path)
    text = write_notebook(clean)
    assert clean.cells[0].metadata.tags == ["remove-cell"]
    assert clean.cells[1].outputs[0].text == "at a <object>"
    assert clean.cells[1].outputs[1].data == {"text/html": "<b>1</b>"}
    assert (
        "papermill" not in text and str(tmp_path) not in text and '"execution_count": 7' not in text
    )


def test_settings_of_the_report_count_when_a_notebook_names_them():
    sources = ("study = open_study(p, s, marts=['a'])", "x = study.report.activity_unit")
    declared = read_declared(notebook(*[("code", source) for source in sources]))
    assert declared.report == ("activity_unit",)
