"""What synthetic numbers rest on: the weakest of what determines them, and nothing of real ones."""

import json
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import tiny_project
from places import ROOT
from rareaccess.core.errors import UserError
from rareaccess.disclosure import Count, Hidden, Plain, fmt, join_origins, percent, protect
from rareaccess.disclosure.provenance import LEGEND, Provenance, hash_provenance, read_provenance
from rareaccess.params import load_source
from rareaccess.pipeline.run.badges import mark_notebook
from rareaccess.study import Study, open_study
from tiny_project import PAIR

KINDS = {"treated": "published", "female": "literature", "group_a": "assumed"}
SHOWN = {
    "sex": {"": ("treated", "female")},
    "group": {"": ("group_*",)},
    "table": {"treated": ("treated",), "others": ("female",), "rest": ()},
    "lost": {"": ("nobody_knows",)},
}
OF = Provenance(KINDS, SHOWN, "pair")


@pytest.mark.parametrize(
    ("name", "words", "kind"),
    [
        ("sex-pair", [], "literature"),
        ("group", [], "assumed"),
        ("table", [], "assumed"),
        ("table", ["n", "treated"], "published"),
        ("table", ["others_pct", "White"], "literature"),
        ("table", ["n", "somebody"], "assumed"),
        ("lost", [], "assumed"),
        ("never declared", ["n"], "assumed"),
    ],
)
def test_the_weakest_kind_counts(name: str, words: list[str], kind: str) -> None:
    assert OF.find(name, words) == kind


def test_a_value_remembers_what_it_was_made_of_through_every_text() -> None:
    data = pd.DataFrame({"group": ["treated", "others"], "n": [8, 2]})
    frame = protect(data, counts=["n"], profile="internal").relabel("table-pair")
    one, two = frame.values("n")
    assert OF.weigh(one.origin) == "published" and OF.weigh(two.origin) == "literature"
    texts = [fmt.n(one), fmt.pct(percent(one, two)), fmt.plural(one, "person")]
    texts += [fmt.joined(fmt.n(value) for value in (one, two)), fmt.span([one, two], fmt.n)]
    kinds = [OF.weigh(text.origin) for text in texts]
    assert kinds == ["published", "literature", "published", "literature", "literature"]
    assert OF.weigh(fmt.fill("{a} in {b}", a=texts[0], b=Plain("a word")).origin) == "published"
    assert OF.weigh(fmt.fill("{a}", a=Plain(37)).origin) == "", "a number of the settings"
    assert OF.weigh(join_origins([one, Count(3)])) == "assumed", "one of unknown origin"
    assert OF.weigh(fmt.text(Hidden()).origin) == ""


@pytest.fixture(scope="module")
def home(tiny_marts: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny_project.copy(tiny_marts, tmp_path_factory.mktemp("home"), patch)
        for name in ("fidelity", "provenance"):
            shutil.copy(ROOT / "data-synthetic" / "sample" / f"{name}.csv", folder / "data")
        yield folder


def show(home: Path) -> tuple[Study, str, str, dict]:
    """Return a sentence, a caption of an executed notebook, and the results of a study."""
    study = open_study(PAIR, "tiny", notebook="04-x", marts=["uptake"])
    treated = study.population("treated", study.uptake)
    data = pd.DataFrame({"group": ["nearest"], "n": [2]})
    frame = study.release(data, "travel-treating", population=treated, counts=["n"])
    frame.show("tbl")
    study.number("travel_not_nearest_pct", percent(frame.value("n"), treated.n))
    said = study.say("{n} of {m}.", n=frame.value("n"), m=treated.n)
    study.write_results()
    path = home / "build" / "results" / "tiny" / PAIR / "04-x.json"
    source = f'#| label: tbl-travel-treating-{PAIR}\n#| tbl-cap: "Minutes"\n#| fig-alt: "None"'
    cells = [nbformat.v4.new_code_cell(source), nbformat.v4.new_markdown_cell("Words.")]
    marked = mark_notebook(nbformat.v4.new_notebook(cells=cells), path)
    return study, said.data, marked, json.loads(path.read_text())


def test_a_row_of_the_fidelity_table_changes_the_badge(home: Path) -> None:
    before = hash_provenance(load_source("tiny"))
    _, said, marked, found = show(home)
    assert said == "2 of 2. [^A^]{.provenance}"
    assert (
        '#| tbl-cap: "Minutes [assumed]{.provenance}"\n#| fig-alt: "None"' in marked.cells[0].source
    )
    assert LEGEND in marked.cells[-1].source and len(marked.cells) == 3, "one legend a page"
    assert found["numbers"]["travel_not_nearest_pct"]["provenance"] == "assumed"
    assert found["tables"][f"tbl-travel-treating-{PAIR}"]["title"] == "travel treating"
    table = home / "data" / "fidelity.csv"
    assumed = f"{PAIR},not_nearest,0.25,0.2308,assumed"
    tiny_project.edit(table, lambda t: t.replace(assumed, assumed.replace("assumed", "published")))
    _, said, marked, found = show(home)
    assert said == "2 of 2. [^P^]{.provenance}"
    assert '"Minutes [published]{.provenance}"' in marked.cells[0].source
    assert found["numbers"]["travel_not_nearest_pct"]["provenance"] == "published"
    assert hash_provenance(load_source("tiny")) != before, "the notebooks have to run again"


def test_records_of_real_people_have_no_badge(home: Path) -> None:
    settings = home / "params" / "sources" / "tiny.yml"
    tiny_project.put(settings, "synthetic", "false")
    try:
        study, said, marked, found = show(home)
    finally:
        tiny_project.put(settings, "synthetic", "true")
    assert study.register.provenance is None and said == "2 of 2."
    assert "provenance" not in json.dumps(found)
    assert "provenance" not in nbformat.writes(marked) and len(marked.cells) == 2


def test_a_kind_that_is_not_known_is_refused_with_its_place(home: Path) -> None:
    table = home / "data" / "fidelity.csv"
    before = table.read_text()
    tiny_project.edit(table, lambda text: text.replace(",literature,", ",guessed,", 1))
    try:
        with pytest.raises(UserError) as caught:
            read_provenance(load_source("tiny"), PAIR)
    finally:
        table.write_text(before)
    assert caught.value.found == "guessed" and "female_condition" in caught.value.where
    table.write_text("pair,marginal\na,b\n")
    try:
        with pytest.raises(UserError, match="lacks a column"):
            read_provenance(load_source("tiny"), PAIR)
    finally:
        table.write_text(before)


def test_layouts_made_from_the_sample_say_what_the_sample_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAREACCESS_HOME", str(ROOT))
    of = read_provenance(load_source("sample-csv"), PAIR)
    assert of and of.find("activity", ["treated"]) == "published"
    assert of.find("activity", ["others"]) == of.find("activity") == "assumed"
    everybody = read_provenance(load_source("sample"))
    assert everybody and everybody.find("treated") == "assumed", "the weakest of all pairs"


@pytest.mark.parametrize(
    ("shown", "cell", "number"),
    [
        ("digest-sex", "treated_pct", "female_treated_pct"),
        ("digest-sex", "cohort_pct", "female_cohort_pct"),
        ("digest-summary", "age", "age_treatment_median"),
        ("digest-summary", "minutes", "travel_median"),
        ("digest-flow", "found_by_code", "found_by_code"),
        ("digest-flow", "rescued", "rescued"),
        ("digest-flow", "confirmed", "unconfirmed"),
        ("cohort, treated", "", "treated"),
        ("cohort, with an index date, treated", "", "treated"),
        ("cohort, with an index date, treated, without activity", "", "activity_excluded"),
        ("with an index date, treated, journey known", "", "travel_n"),
    ],
)
def test_a_number_has_the_same_mark_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, shown: str, cell: str, number: str
) -> None:
    """The digest and the chapters say of a number what the summary of the book says."""
    monkeypatch.setenv("RAREACCESS_HOME", str(ROOT))
    of = read_provenance(load_source("sample"), PAIR)
    assert of and of.find(shown, [cell] if cell else []) == of.find(number)
    assert number == "unconfirmed" or of.find(number) != "assumed"
