"""The whole book from the committed sample: built, left alone when nothing changed, complete."""

import html
import json
import re
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.measures import reproduction
from rareaccess.study import open_study
from reference_runs import MUTATIONS, mutate, run_nbval
from structure import list_structure_faults
from whole_project import build, rareaccess

pytestmark = pytest.mark.book
PAIR = "sle-belimumab"
REFERENCE = sorted((project_root() / "tests" / "reference").glob("*.ipynb"))
MEASURE = """<script>
window.addEventListener("load", () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const tables = [...document.querySelectorAll(".gt-sheet")];
  const wide = tables.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.id);
  const told = document.createElement("pre");
  told.id = "measured";
  told.textContent = `${tables.length}: ${wide.join(" ") || "none"}`;
  document.body.append(told);
});
</script>"""


def test_the_sample_gives_its_own_expected_numbers(sample_project):
    expected = pd.read_csv(project_root() / "data-synthetic" / "sample" / "expected.csv", dtype=str)
    expected = expected[expected["pair"] == PAIR].set_index("id")["value"]
    computed = reproduction.load_computed(sample_project / "build" / "results" / "sample" / PAIR)
    published = reproduction.load_published().set_index("id")["result"]
    assert len(expected) >= 24
    marts = sample_project / "build" / "marts" / "sample" / PAIR
    starts = pd.read_parquet(marts / "uptake.parquet")["start_date"].astype("datetime64[s]")
    computed["started_by_march_2019"] = int((starts < "2019-04-01").sum())
    computed["started_by_october_2020"] = int((starts < "2020-11-01").sum())
    for name, value in expected.items():
        found = computed[published.get(name, name)]
        if name in ("observation_end", "trace_date"):
            assert found == value, name
        else:
            assert float(found) == pytest.approx(float(value), rel=1e-6), name


def test_the_planted_faults_of_the_sample_are_counted_exactly(sample_project):
    manifest = json.loads(
        (project_root() / "data-synthetic" / "sample" / "manifest.json").read_text()
    )
    planted = {fault["name"]: fault["n"] for fault in manifest["faults"][PAIR]}
    marts = sample_project / "build" / "marts" / "sample" / PAIR
    found = pd.read_parquet(marts / "quality.parquet").set_index("check")["n"]
    assert {name: int(found[name]) for name in planted} == planted


def test_the_pairs_side_by_side_have_the_numbers_of_their_chapters(sample_project):
    """Each number of the comparison that a chapter of a pair has as well is the same there."""
    results = sample_project / "build" / "results" / "sample"
    overview = pd.read_csv(results / "tables" / "tbl-compare-overview.csv").set_index("pair")
    same = {
        "treated": "treated", "cohort": "hes_cohort", "women_pct": "female_treated_pct",
        "deprived_pct": "imd_most_deprived_treated_pct", "far_pct": "travel_over_60_pct",
        "centres": "centres",
    }  # fmt: skip
    settings = yaml.safe_load((sample_project / "params" / "report.yml").read_text())
    assert list(overview.index) == settings["pairs"]
    for pair, row in overview.iterrows():
        numbers = reproduction.load_computed(results / pair)
        for name, result in same.items():
            assert row[name] == pytest.approx(numbers[result], abs=0.051), (pair, name)


def test_no_identifier_of_a_person_leaves_the_marts(sample_project):
    linkage = pd.read_parquet(project_root() / "data-synthetic" / "sample" / "linkage.parquet")
    numbers = set(linkage["nhs_number"].dropna().astype(str))
    pages = [*sample_project.joinpath("_book").rglob("*.html"),
             *sample_project.joinpath("report", "executed").rglob("*.ipynb"),
             *sample_project.joinpath("build", "results").rglob("*.*")]  # fmt: skip
    assert len(pages) > 20
    for page in pages:
        text = page.read_text()
        assert not re.search(r"\bTEST[0-9A-Z]{20,}", text), page.name
        assert not numbers & set(re.findall(r"\b[0-9A-Z]{10,12}\b", text)), page.name


def test_a_second_run_does_nothing_and_says_so(sample_project):
    said = build(sample_project, "report")
    for step in ("prepare", "run", "render"):
        lines = [line for line in said.splitlines() if line.startswith(step)]
        assert re.search("skipped|nothing changed|nothing has changed", lines[-1]), lines


def test_every_page_is_complete(sample_project):
    book = sample_project / "_book"
    pages = list(book.rglob("*.html"))
    assert len(pages) >= 14
    for page in pages:
        text = page.read_text()
        assert "{{" not in text, page.name
        assert list(list_structure_faults(text)) == [], page.name
        assert text.count('class="ra-banner"') == 1, page.name
        assert not re.search(r"[^\w/]@(fig|tbl|sec)-", text), page.name
        assert not re.search(r'(src|href)="(https?:)?//[^"]*\.(js|css|woff2?)"', text), page.name
        for image in re.findall(r"<img[^>]*>", text):
            assert re.search(r'alt="[^"]{20,}"', image), (page.name, image[:80])


def test_workbooks_number_their_sheets_as_the_pages_number_tables_and_figures(sample_project):
    book = sample_project / "_book"
    workbooks = sorted(book.glob("downloads/tables-*.xlsx"))
    assert {f"tables-{PAIR}", "tables-whole-book"} <= {path.stem for path in workbooks}
    pages = [path.read_text().replace("\u00a0", " ") for path in book.rglob("*.html")]
    pages = [page.replace("\u2019", "'") for page in pages]  # pandoc sets apostrophes
    captions = set()
    for page in pages:
        found = re.findall(r'float-label">([^<]+):</span>\s*(.*?)</figcaption>', page, re.DOTALL)
        bare = [(number, re.sub(r" ?<span class=\"provenance\">.*?</span>", "", text))
                for number, text in found]  # fmt: skip
        captions |= {f"{number}: {' '.join(text.split())}" for number, text in bare}
    for path in workbooks:
        sheets = openpyxl.load_workbook(path, read_only=True).worksheets
        sheets = [one for one in sheets if one.title not in ("Cover", "Contents", "Notes")]
        assert sheets
        for sheet in sheets:
            title = str(sheet["A1"].value).partition(" [note")[0]
            assert title.startswith(f"{sheet.title}: ")
            assert html.escape(title, quote=False) in captions, title


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on PATH")
@pytest.mark.few(1)
@pytest.mark.parametrize("page", ["index.html", f"report/executed/{PAIR}/01-study-population.html"])
def test_a_page_opens_from_disk_in_a_browser_without_complaint(sample_project, tmp_path, page):
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    quiet = "--disable-component-update --disable-sync --enable-logging=stderr --dump-dom"
    shown = subprocess.run(
        ["chromium", *options.split(), *quiet.split(), f"--user-data-dir={tmp_path}",
         f"file://{sample_project}/_book/{page}"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "CONSOLE" not in shown.stderr, shown.stderr
    assert shown.stdout.count("<nav") >= 2
    assert "Synthetic data" in shown.stdout


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on PATH")
@pytest.mark.parametrize(
    "page", ["severe-asthma-biologics/02-uptake", f"{PAIR}/06-equity", "90-compare-pairs"]
)
def test_no_table_is_wider_than_its_page(sample_project, tmp_path, page):
    """At 1,300 pixels, what is folded as well: a reader does not know that a table goes on."""
    made = sample_project / "_book" / "report" / "executed" / f"{page}.html"
    copy = tmp_path / "page.html"
    head = f'<head><base href="{made.parent.as_uri()}/">{MEASURE}'
    copy.write_text(made.read_text(encoding="utf-8").replace("<head>", head), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --window-size=1300,1000 --dump-dom"
    shown = subprocess.run(
        ["chromium", *options.split(), f"--user-data-dir={tmp_path}", copy.as_uri()],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    (told,) = re.findall(r'<pre id="measured">(.*?)</pre>', shown.stdout)
    tables, wide = told.split(": ")
    assert int(tables) == made.read_text(encoding="utf-8").count('class="gt-sheet"') > 2
    assert wide == "none"


def test_the_reference_notebooks_have_outputs_to_compare():
    numbers = ["00", "01", "02", "03", "04", "05", "06", "07", "09", "10", "11", "12", "13"]
    assert [path.name[:2] for path in REFERENCE] == numbers
    for path in REFERENCE:
        cells = [
            cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"
        ]
        assert all(cell["execution_count"] for cell in cells)
        assert sum(bool(cell["outputs"]) for cell in cells) >= 5, path.name


def test_the_book_is_made_of_what_the_reference_holds(sample_project):
    """The chapters as `report` ran them, byte for byte; nbval runs some of them once more."""
    for path in REFERENCE:
        executed = sample_project / "report" / "executed" / PAIR / path.name
        assert executed.read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("paths", [REFERENCE[1:3], pytest.param(REFERENCE, marks=pytest.mark.long)])
def test_the_notebooks_give_what_the_reference_holds(sample_project, paths):
    result = run_nbval(sample_project, *paths)
    assert result.returncode == 0, result.stdout
    assert re.search(r"(\d+) passed", result.stdout)


@pytest.mark.few(1)
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_reference_that_differs_is_noticed(sample_project, tmp_path, name):
    altered = tmp_path / "altered.ipynb"
    mutate(REFERENCE[3], altered, name)
    result = run_nbval(sample_project, altered)
    assert result.returncode != 0, f"nbval took {name} for the same"
    assert "failed" in result.stdout or "error" in result.stdout.lower()


@pytest.fixture
def copy(sample_project, tmp_path):
    """The built project again, for a test that breaks something in it."""
    target = tmp_path / "copy"
    shutil.copytree(sample_project, target, symlinks=True)
    return target


@pytest.mark.long
def test_one_edited_key_runs_only_the_notebooks_that_read_it(copy):
    pair = copy / "params" / "pairs" / f"{PAIR}.yml"
    before = pair.read_text()
    pair.write_text(before.replace("label: SLEDAI score", "label: SLEDAI total"))
    assert pair.read_text() != before
    build(copy, "prepare")
    said = build(copy, "run")
    executed = [line.split()[1] for line in said.splitlines() if line.endswith(" s)")]
    ours = sorted(name for name in executed if "/" in name)
    assert ours == [f"{PAIR}/{name}" for name in ("00-digest", "02-uptake", "07-eligibility")], said


def test_one_id_out_of_any_box_of_the_flow_is_found_and_names_the_box(copy, monkeypatch):
    monkeypatch.setenv("RAREACCESS_HOME", str(copy))
    path = copy / "build" / "marts" / "sample" / PAIR / "flow.parquet"
    whole = pd.read_parquet(path)
    assert whole["box"].nunique() >= 12
    for (box, role), rows in whole.groupby(["box", "role"]):
        whole.drop(index=rows.index[0]).to_parquet(path)
        with pytest.raises(UserError) as stopped:
            open_study(PAIR, "sample", marts=["flow"], params=["names", "condition", "windows"])
        assert box in str(stopped.value), (box, role, str(stopped.value))


def test_a_broken_flow_stops_the_report_and_leaves_the_last_good_book(copy):
    path = copy / "build" / "marts" / "sample" / PAIR / "flow.parquet"
    whole = pd.read_parquet(path)
    whole.drop(index=whole.index[whole["box"] == "linked"][0]).to_parquet(path)
    page = (copy / "_book" / "index.html").read_bytes()
    stopped = rareaccess(copy, "report")
    assert stopped.returncode == 2, stopped.stdout
    assert "linked" in stopped.stderr and "Traceback" not in stopped.stderr
    assert (copy / "_book" / "index.html").read_bytes() == page


@pytest.mark.long
@pytest.mark.parametrize("table", ["imd2019", "travel_times", "blueteq_answers", "apc"])
def test_a_missing_table_stops_names_it_and_leaves_the_last_good_book(copy, table):
    data = copy / "data-synthetic"
    data.unlink()
    shutil.copytree(project_root() / "data-synthetic" / "sample", data / "sample")
    place = data / "sample" / table
    shutil.rmtree(place) if place.is_dir() else place.with_suffix(".parquet").unlink()
    page = (copy / "_book" / "index.html").read_bytes()
    stopped = rareaccess(copy, "report")
    assert stopped.returncode == 2
    assert table in stopped.stderr and "Traceback" not in stopped.stderr
    assert (copy / "_book" / "index.html").read_bytes() == page
