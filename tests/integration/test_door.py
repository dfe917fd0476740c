"""Ways around disclosure control, each planted in a notebook and each refused, its cell named.

Most are read from the template, or met where the value is made; the last run a real kernel.
"""

import json
import shutil

import nbformat
import pandas as pd
import pytest

from places import ROOT
from rareaccess.core.errors import UserError
from rareaccess.disclosure import (
    Count,
    Hidden,
    Notes,
    Profile,
    Public,
    Register,
    Released,
    Share,
    fmt,
    make_public,
    protect,
)
from rareaccess.disclosure.numerals import find_typed
from rareaccess.disclosure.payloads import (
    check_outputs,
    demand_numbers,
    find_faults,
    list_vouched,
    seal_notebook,
    vouch,
    write_payloads,
)
from rareaccess.disclosure.results import build_number
from rareaccess.display.tables import Sheet
from rareaccess.pipeline.run import run_jobs
from rareaccess.pipeline.run.door import check_templates
from rareaccess.pipeline.run.job import Job
from rareaccess.pipeline.run.manners import check_manners, find_offences
from rareaccess.render.book import Book, Chapter
from rareaccess.render.vouched import check_vouched
from rareaccess.study import Door

TEMPLATES = sorted((ROOT / "notebooks").glob("*.ipynb"))
OPEN = """\
from rareaccess.disclosure import Plain, fmt, percent
from rareaccess.display import figures, tables
from rareaccess.measures import summaries
from rareaccess.study import open_study
study = open_study("sle-belimumab", "sample", notebook="x", marts=["people", "travel"])
people = study.people
treated = study.population("treated", people[people["treated"]])"""
COUNTED = 'counted = summaries.count_groups({"n": people["sex"]}, levels=["Female", "Male"])\n'
SEX = COUNTED + 'sex = study.release(counted, "sex", counts=["n"], population=treated)\n'
LABEL = "#| label: tbl-planted-{{pair}}\n"


def book(*cells: str) -> nbformat.NotebookNode:
    """Return a template: the opening cell, then cells of code, or of words if one begins with #."""
    made = [nbformat.v4.new_code_cell(OPEN)]
    for cell in cells:
        words = cell.startswith("# ")
        made.append((nbformat.v4.new_markdown_cell if words else nbformat.v4.new_code_cell)(cell))
    return nbformat.v4.new_notebook(cells=made)


# --- what the reading of the template refuses ---------------------------------------------------

PLANTED = {
    "a raw frame is shown": "study.travel.head(3)",
    "a raw frame under a name is shown": "near = people.head(3)\nnear",
    "a number is the last line": "len(people)",
    "a bare text is the last line": '"all of them"',
    "a released value is the last line": SEX + 'sex.value("n", level="Male")',
    "a number is printed": "print(len(people))",
    "it is displayed": "display(people)",
    "another module displays it": "from IPython.display import display\ndisplay(people)",
    "a figure of another library": "import matplotlib.pyplot as plt\nplt.plot(people['age'])",
    "seaborn": "import seaborn as sns\nsns.histplot(people['age'])",
    "a frame draws itself": "people['age_at_entry'].plot()",
    "a frame sets itself": "page = people.to_html()",
    "an f-string of a length": 'study.say("{n} people", n=Plain(f"{len(people)}"))',
    "an f-string in a note": SEX.replace("population=treated", "population=treated, "
                                         'caveat=f"Of {len(people)} people"'),
    "a length as plain": 'study.say("{n} people", n=Plain(len(people)))',
    "a length under two names": "size = len(people)\nmany = size\nn = fmt.whole(many)",
    "a text by str": 'study.say("{n}", n=Plain(str(people["study_id"].nunique())))',
    "a text by format": 'study.say("{n}", n=Plain("{} people".format(len(people))))',
    "a text by %": 'note = "%d people" % len(people)',
    "a date of a record": 'told = fmt.date(people["entry_date"].min())',
    "counts as text": COUNTED + 'counted = counted["n"].astype(str)',
    "counts as text, by map": COUNTED + "counted = counted['n'].map(str)",
    "a release of a frame made here": 'mine = people.groupby("sex").size().reset_index()\n'
    'out = study.release(mine, "sex", counts=["n"], population=treated)',
    "a raw sum as a statistic": 'mine = people.groupby("sex")["coded_records"].sum()\n'
    'out = study.release(mine, "sex", statistics=["coded_records"], population=treated)',
    "the mean of a flag as a statistic": 'mine = people.groupby("sex")["treated"].mean()\n'
    'out = study.release(mine, "sex", statistics=["treated"], population=treated)',
    "a release by hand": "from rareaccess.disclosure import Released\n"
    'out = Released(people, people.isna(), {"n": "count"})',
    "a public frame by hand": "from rareaccess.disclosure import make_public\n"
    'out = make_public(people, because="so")',
    "a table by hand": 'tables.Sheet("<p>many</p>")',
    "a picture by hand": "from rareaccess.display.theme import Picture\nPicture('<svg/>')",
    "a vouched text by hand": "from rareaccess.disclosure.payloads import vouch\n"
    'vouch("text/html", "<p>many</p>")',
    "a text that may be shown by hand": 'study.say("{n}", n=fmt.Shown(str(len(people))))',
    "writing into a released frame": SEX + 'sex.frame.loc[0, "n"] = len(people)',
    "writing into its inside": SEX + 'sex._frame["n"] = counted["n"]',
    "reading its inside": SEX + "raw = sex._frame",
    "its values taken out": SEX + 'raw = sex.frame["n"].sum()',
    "a bare number taken out": SEX + 'raw = sex.value("n", level="Male").value',
    "a raw column put beside": SEX + 'sex = sex.with_column("raw", counted["n"], "count")',
    "another profile": SEX.replace('"sex",', '"sex", profile="internal",', 1),
    "another profile in the settings": 'study.report.disclosure = "internal"',
    "another minimum": SEX.replace('"sex",', '"sex", minimum=1,', 1),
    "a typed whole": SEX + 'sex = sex.with_pct("pct", "n", whole=13)',
    "a typed count": 'study.say("{n} people", n=Plain(13))',
    "a typed number of the book": 'study.number("treated", Plain(13))',
    "a number typed into a sentence": 'study.say("In all, 13 people were treated.")',
    "a number typed into a note": SEX.replace("population=treated", "population=treated, "
                                              'n="13 people"'),
    "a number typed into alternative text": '#| fig-alt: "Of 13 people, most were women."\n'
    + SEX + 'figures.draw_groups(sex, series=[], words="People")',
    "a number typed into a caption": '#| tbl-cap: "The 13 people treated"\n'
    + SEX + 'tables.build_group_table(sex, heading="Sex", groups=[])',
    "a number typed into the text": "# People\n\nOf these, 13 were treated.",
    "a mark of what is published": 'people.attrs.update(published=["stated"])',
    "raw rows published": 'out = study.publish(people.head(3), "x", because="so")',
    "a raw text as a template": 'study.say(people["sex"].iloc[0])',
    "a raw text as a noun": 'n = fmt.plural(treated.n, people["sex"].iloc[0])',
    "a raw text as a note": SEX.replace("population=treated", "population=treated, "
                                        'caveat=people["sex"].iloc[0]'),
    "a raw text as a heading": 'one = tables.Heading("n", people["sex"].iloc[0])',
    "a function that fmt itself imports": 'fmt.hear(["many"])',
    "a function that a measure imports": "from rareaccess.measures.summaries import pd",
    "attributes by name": 'raw = getattr(study, "_marts")',
    "evaluated code": 'eval("print(1)")',
    "a loop that shows": "for one in people:\n    display(one)",
    "a name of the package with another meaning": "fmt = people",
    "a magic": "%matplotlib inline",
    "a private name of the package": "from rareaccess.measures.summaries import _spread",
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_template_that_leads_around_the_door_is_refused(name):
    cell = PLANTED[name]
    if not cell.startswith("# "):
        cell = LABEL + cell
    with pytest.raises(UserError) as stopped:
        check_manners(book("first = study.pair", cell), where="notebooks/02-uptake.ipynb")
    told = str(stopped.value)
    assert "notebooks/02-uptake.ipynb, cell 3" in told and ", line " in told
    assert "What to do:" in told
    assert cell.startswith("# ") or "tbl-planted-{{pair}}" in told


def test_what_templates_do_today_passes():
    cells = [
        SEX + 'study.say("{n} are men.", n=sex.value("n", level="Male"))',
        'tables.build_group_table(sex, heading="Sex", groups=[("n", "People")])',
        'study.number("treated", treated.n)\nstudy.say("{n}", n=treated.words)',
        "# People\n\nIn 2024, with 95% intervals [@ndrs-2026], in {{< var pair.n >}}.",
        'about = f"Since {fmt.date(study.params.windows.approval_date)}"',
    ]
    assert find_offences(book(*cells)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_templates_keep_the_manners(path):
    check_manners(nbformat.read(path, as_version=4), where=path.name)


def test_a_planted_template_stops_before_a_kernel_starts(tmp_path):
    path = tmp_path / "04-travel.ipynb"
    template = nbformat.read(ROOT / "notebooks" / path.name, as_version=4)
    template.cells[10].source += "\nstudy.travel.head(3)"
    nbformat.write(template, path)
    with pytest.raises(UserError, match=r"notebooks/04-travel\.ipynb, cell 11, line"):
        check_templates([path])


def test_every_offence_is_told():
    offences = find_offences(book("print(1)\nlen(people)", "people._x"))
    assert [(one.cell, one.line) for one in offences if "shown" in one.what or "printed" in one.what
            ] == [(2, 1), (2, 2), (3, 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Of 13 people 1,090 came", ["13", "1,090"]),
        ("In 2024/25, 95% interval, ages 35–49, ICD-10, [@x-2024], `n=3`", []),
        ("95% of them", ["95"]),
        ("{n} of 7", ["7"]),
        ("q1 of M32.1", []),
        ("by Z59.0 or ZZ99 3VZ, of 3", ["3"]),
    ],
)
def test_numbers_of_the_words_are_declared(text, typed):
    assert find_typed(text) == typed


# --- what is refused where the value is made ------------------------------------------------------


def release(frame, profile="ndrs", **options):
    return protect(pd.DataFrame(frame), profile=profile, **options)


def test_frames_that_may_be_shown_are_not_made_by_hand():
    frame = pd.DataFrame({"n": [3]})
    marks = frame.isna()
    for made in (
        lambda: Released(frame, marks, {"n": "count"}, Notes(), None, Profile("")),
        lambda: Public(frame, marks, {"n": "key"}, because="so"),
    ):
        with pytest.raises(TypeError, match="not made by hand"):
            made()


def test_writing_into_a_copy_changes_nothing():
    released = release({"level": ["a", "b"], "n": [90, 3]}, counts=["n"])
    values, marks = released.frame, released.hidden
    values.loc[1, "n"], marks.loc[1, "n"] = 3, False
    assert isinstance(released.value("n", level="b"), Hidden)
    with pytest.raises(AttributeError):
        released.frame = pd.DataFrame()


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        ({"level": ["a", "b"], "people": [3, 4]}, {"keys": ["people"]}, "column people"),
        ({"n": [90, 3], "text": ["12", "7"]}, {"counts": ["n"]}, "column text"),
        ({"dob": pd.to_datetime(["1970-02-03"]), "n": [1]}, {"counts": ["n"]}, "column dob"),
        ({"study_id": [1, 2]}, {"keys": ["study_id"]}, "column study_id"),
    ],
    ids=["keys=['people']", "counts as text", "days of birth", "a row a person"],
)
def test_a_count_or_a_person_by_another_name_is_refused(frame, options, words):
    with pytest.raises(UserError, match=words):
        release(frame, **options)


@pytest.mark.parametrize(
    "made",
    [
        lambda: fmt.n(3),
        lambda: build_number(3),
        lambda: fmt.fill("{n} people", n="3"),
        lambda: f"{Count(13)}",
        lambda: release({"n": [90]}, counts=["n"]).with_pct("pct", "n", whole=13),
    ],
    ids=["fmt.n(3)", "build_number(3)", "a bare text", "an f-string", "with_pct(whole=13)"],
)
def test_bare_numbers_have_no_text(made):
    with pytest.raises(TypeError):
        made()


# --- what the runner and the renderer refuse: outputs that nobody vouches for ---------------------


def output(kind, content):
    return nbformat.v4.new_output("display_data", data={kind: content})


def vouched_table():
    from rareaccess.display.tables import Heading, build_list_table

    frame = make_public(pd.DataFrame({"a": ["x"]}), because="so", notes=Notes(label="door"))
    return build_list_table(frame, stub=("a", "A"), columns=[Heading("a", "A", "text")])


SVG = '<svg><path d="M 0.123456789 13.000000001"/><text>13.7654321</text></svg>'
OUTPUTS = {
    "printed": nbformat.v4.new_output("stream", text="13\n"),
    "a number": nbformat.v4.new_output("execute_result", data={"text/plain": "13"}),
    "a raw frame": nbformat.v4.new_output(
        "execute_result", data={"text/html": "<table>13</table>", "text/plain": "  n\n0  13"}
    ),
    "a table by hand": output("text/html", Sheet("<p>13</p>").html),
    "markdown by hand": output("text/markdown", "**13**"),
    "a figure with full precision": output("image/svg+xml", SVG),
    "a picture": output("image/png", "iVBORw0KGgo="),
    "an application's own kind": output("application/json", {"n": 13}),
    "nothing of a kind": nbformat.v4.new_output("display_data", data={}),
    "an error": nbformat.v4.new_output("error", ename="E", evalue="13 people", traceback=[]),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_that_nobody_vouches_for_is_refused(name):
    good = output("text/html", vouched_table().html)
    cell = nbformat.v4.new_code_cell(LABEL + "x", outputs=[good, OUTPUTS[name]])
    with pytest.raises(UserError) as stopped:
        check_outputs([cell], list_vouched(), where="notebooks/02-uptake.ipynb")
    told = str(stopped.value)
    assert "notebooks/02-uptake.ipynb, cell 1 (tbl-planted-{{pair}})" in told
    assert "13" not in told  # what it shows may be of a person


def test_what_the_package_makes_passes_and_not_if_a_digit_changes():
    table = vouched_table().html
    cell = nbformat.v4.new_code_cell("x", outputs=[output("text/html", table)])
    check_outputs([cell], list_vouched(), where="x")
    cell.outputs = [output("text/html", table.replace(">X<", ">13<"))]
    with pytest.raises(UserError, match="cell 1"):
        check_outputs([cell], list_vouched(), where="x")


@pytest.fixture
def executed(tmp_path):
    """A project whose one notebook the runner has written, and the check of the renderer."""
    name = "report/executed/sle-x/02-uptake.ipynb"
    results = tmp_path / "build/results/sample/sle-x/02-uptake.json"
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    results.parent.mkdir(parents=True)
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("Words."),
            nbformat.v4.new_code_cell("x", outputs=[output("text/html", vouched_table().html)]),
        ]
    )
    file.write_text(nbformat.writes(made))
    results.with_suffix(".shown").write_text(json.dumps({"outputs": list_vouched()}))
    seal_notebook(results, file.read_text())
    small = Book(root=tmp_path, title="x", chapters=(Chapter(name, ""),))
    return file, lambda: check_vouched(small, tmp_path / "build", "sample")


def test_an_executed_notebook_as_it_was_written_is_typeset(executed):
    executed[1]()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (">X<", ">13<", "02-uptake.ipynb, cell 2"),
        ("Words.", "Of 13 people.", "not as the runner wrote it"),
    ],
)
def test_an_edited_executed_notebook_is_not_typeset(executed, before, after, words):
    file, check = executed
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    with pytest.raises(UserError, match=words):
        check()


def test_an_edited_table_is_not_typeset(executed, tmp_path):
    results = tmp_path / "build/results/sample/sle-x/02-uptake.json"
    table = results.parent / "tables" / "tbl-x.csv"
    table.parent.mkdir()
    table.write_text("n\n90\n")
    write_payloads(results, [table])
    seal_notebook(results, executed[0].read_text())
    executed[1]()
    table.write_text("n\n13\n")
    with pytest.raises(UserError, match=r"tables/tbl-x\.csv"):
        executed[1]()


def test_a_notebook_without_a_runner_is_not_typeset(executed, tmp_path):
    shutil.rmtree(tmp_path / "build")
    with pytest.raises(UserError, match="cell 2"):
        executed[1]()


# --- numbers that nobody told ---------------------------------------------------------------------


@pytest.fixture
def demanded():
    demand_numbers(True)
    yield
    demand_numbers(False)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/markdown", "In all, 8,713 people."),
        ("text/html", "<td>8,713</td>"),
        ("text/html", '<img alt="8,713 people">'),
        ("image/svg+xml", "<svg><text>8713.2654321</text></svg>"),
        ("image/svg+xml", "<svg><desc>8,713 people</desc></svg>"),
        ("image/svg+xml", '<svg><g id="xtick_1"><text>8713</text></g></svg>'),
    ],
)
def test_a_number_of_no_released_value_is_not_shown(demanded, kind, content):
    with pytest.raises(UserError, match="no released value"):
        vouch(kind, content)


def test_numbers_of_released_values_ticks_and_words_are_shown(demanded):
    told = fmt.n(Count(8714))
    for kind, content in (
        ("text/markdown", f"{told} people in 2024, with 95% intervals"),
        ("text/html", f'<style>p {{ margin: 9871px }}</style><td id="8713">{told}</td>'),
        ("image/svg+xml", '<svg><g id="xtick_1"><text>250</text></g><path d="M 8.713 1"/></svg>'),
        ("image/svg+xml", '<svg><g id="xtick_1"><text>108</text></g></svg>'),
    ):
        assert vouch(kind, content) == content


def test_a_number_of_the_book_is_vouched_for_without_more_digits(demanded, tmp_path):
    door = Door("sample", "", None, Register("x", tmp_path))
    for value, shown in ((Count(8715), True), (Share(16.1263), False)):
        door.number("one", value)
        cell = nbformat.v4.new_code_cell("x", outputs=[output("text/plain", repr(value))])
        assert (list(find_faults([cell], list_vouched())) == []) is shown


# --- with a real kernel ---------------------------------------------------------------------------

TABLE = """\
#| label: tbl-door
from pathlib import Path
import pandas as pd
from rareaccess.disclosure import Notes, make_public
from rareaccess.disclosure.payloads import write_payloads
from rareaccess.display.tables import Heading, build_list_table
frame = make_public(pd.DataFrame({"a": ["x"]}), because="so", notes=Notes(label="door"))
build_list_table(frame, stub=("a", "A"), columns=[Heading("a", "A", "text")])"""


def run(folder, *cells):
    """Run a template, which is not read before, and return its job."""
    results = folder / "results" / "02-uptake.json"
    results.parent.mkdir()
    last = f"path = Path({str(results)!r})\npath.write_text('{{}}')\nwrite_payloads(path)"
    made = [nbformat.v4.new_code_cell('pair = "a"', metadata={"tags": ["parameters"]})]
    made += [nbformat.v4.new_code_cell(cell) for cell in (*cells, f"_ = 0\n{last}")]
    made[-1].source = made[-1].source.replace("path.write_text", "_ = path.write_text")
    job = Job(
        name="a/02-uptake", template=nbformat.v4.new_notebook(cells=made), parameters={"pair": "b"},
        executed=folder / "executed" / "02-uptake.ipynb", results=results,
        where="notebooks/02-uptake.ipynb for b",
    )  # fmt: skip
    run_jobs([job], project=folder, build=folder, say=lambda _: None)
    return job


@pytest.mark.slow
def test_a_run_stops_at_what_nobody_vouches_for(tmp_path):
    with pytest.raises(UserError) as stopped:
        run(tmp_path, TABLE, "#| label: tbl-raw\npd.DataFrame({'age': [61]})", "print(61)")
    told = str(stopped.value)
    assert "notebooks/02-uptake.ipynb for b, cell 3 (tbl-raw)" in told
    assert "cell 4: text that was printed" in told and "61" not in told
    assert not (tmp_path / "executed").exists()
