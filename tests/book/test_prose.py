"""The text of the book and of the repository: citations, links, variables, style."""

import ast
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from rareaccess.core.paths import project_root
from rareaccess.disclosure import read_provenance
from rareaccess.params import load_source

ROOT = project_root()
CHAPTERS = [ROOT / "index.qmd", *sorted((ROOT / "report").glob("*.qmd"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "data-synthetic").glob("*.md")),
]
MADE_BY_THE_BUILD = {
    "_book", "_site", "build", "dist", ".venv", ".quarto", ".pytest_cache", ".ruff_cache",
    ".hypothesis", ".git", "rareaccess.egg-info",
}  # fmt: skip
CROSS_REFERENCE = re.compile(r"(?:sec|fig|tbl)-")
CITATION = re.compile(r"(?<![\w`/.])@([A-Za-z][\w-]*)")
VARIABLE = re.compile(r"\{\{<\s*var\s+([\w.]+)\s*>\}\}")


def prose(path: Path) -> str:
    """Return the text of a chapter, or of the Markdown cells of a notebook, without code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def cited(text: str) -> set[str]:
    """Return the citation keys of a text; cross-references are not citations."""
    return {key for key in CITATION.findall(text) if not CROSS_REFERENCE.match(key)}


def bibliography() -> list[str]:
    """Return the keys of the bibliography, in order."""
    text = (ROOT / "report" / "references.bib").read_text(encoding="utf-8")
    return re.findall(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE)


def sources_of_params() -> set[str]:
    """Return every `source:` that a pair's params name."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("source"), str):
                found.add(node["source"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for path in (ROOT / "params" / "pairs").glob("*.yml"):
        walk(yaml.safe_load(path.read_text(encoding="utf-8")))
    return found


def name(path: Path) -> str:
    """Return a path relative to the project: the id of a test case."""
    return path.relative_to(ROOT).as_posix()


# --- the helpers themselves ----------------------------------------------------------------


def test_cited_tells_citations_from_other_uses_of_at():
    text = "As @quan-2005 and [see @nice-ta397, p. 3; @nhse-hes] in @sec-data, @tbl-x; a@b.uk"
    assert cited(text) == {"quan-2005", "nice-ta397", "nhse-hes"}


# --- citations -----------------------------------------------------------------------------


def test_bibliography_has_no_key_twice():
    assert [key for key, count in Counter(bibliography()).items() if count > 1] == []


@pytest.mark.parametrize("path", [*CHAPTERS, *NOTEBOOKS], ids=name)
def test_every_citation_has_an_entry(path):
    assert sorted(cited(prose(path)) - set(bibliography())) == []


def test_every_source_of_the_params_has_an_entry():
    assert sorted(sources_of_params() - set(bibliography())) == []


def test_every_entry_is_cited():
    used = set().union(*(cited(prose(path)) for path in [*CHAPTERS, *NOTEBOOKS]))
    assert sorted(set(bibliography()) - used - sources_of_params()) == []


# --- variables -----------------------------------------------------------------------------


RELEASE = {"release.marks", "release.version", "release.source", "release.banner"}


def pattern(key: ast.expr | None) -> str | None:
    """Return a key as a pattern: a text as it is, an f-string with gaps; None of anything else."""
    parts = key.values if isinstance(key, ast.JoinedStr) else [key]
    texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    if not any(isinstance(text, str) for text in texts):
        return None
    return "".join(r"\w+" if text is None else re.escape(str(text)) for text in texts)


def ids_written(cells: list[str]) -> list[str]:
    """Return the ids that a notebook registers by `number` and `numbers`, as patterns."""
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    calls = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    keys: list[ast.expr | None] = [c.args[0] for c in calls if c.func.attr == "number"]
    for given in (word for call in calls if call.func.attr == "numbers" for word in call.keywords):
        if given.arg:
            keys.append(ast.Constant(given.arg))
        else:
            value = given.value
            assert isinstance(value, ast.Dict | ast.DictComp), ast.unparse(value)
            keys += value.keys if isinstance(value, ast.Dict) else [value.key]
    patterns = [pattern(key) for key in keys]
    assert None not in patterns, "an id is written out"
    return [one for one in patterns if one]


def ids_of_notebooks() -> list[str]:
    """Return the ids of all numbers that the notebooks of a pair write, as patterns."""
    patterns = []
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        patterns += ids_written(code)
    return patterns


def test_ids_written_reads_what_a_notebook_writes():
    cells = [
        'x = study.number("n", y)\nstudy.numbers(end=1, **{f"t_{k}": 1 for k in y})',
        'study.say("{a}", a=study.number("more", z))\nother.count("never", 1)',
    ]
    assert sorted(ids_written(cells)) == ["end", "more", "n", r"t_\w+"]
    with pytest.raises(AssertionError):
        ids_written(["study.numbers(**ends)"])


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_every_variable_is_a_number_that_a_notebook_writes(path):
    pairs = yaml.safe_load((ROOT / "params" / "report.yml").read_text(encoding="utf-8"))["pairs"]
    groups = "|".join(pair.replace("-", "_") for pair in pairs)
    known = re.compile(rf"(?:{groups})\.(?:{'|'.join(ids_of_notebooks())})(?:_mark)?")
    used = set(VARIABLE.findall(path.read_text(encoding="utf-8"))) - RELEASE
    assert sorted(variable for variable in used if not known.fullmatch(variable)) == []


def test_every_variable_is_in_the_last_build():
    """Where the book was built after the last change of a notebook, its file of numbers decides."""
    built = ROOT / "_variables.yml"
    newest = max(path.stat().st_mtime for path in [*NOTEBOOKS, *CHAPTERS])
    if not built.is_file() or built.stat().st_mtime < newest:
        pytest.skip("no build is newer than the notebooks and chapters: run `make report` for it")
    tree = yaml.safe_load(built.read_text(encoding="utf-8"))
    known = {f"{group}.{key}" for group, values in tree.items() for key in values}
    used = {key for path in CHAPTERS for key in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used - known) == []


# --- links ---------------------------------------------------------------------------------


def links(text: str) -> list[str]:
    """Return the targets of links and images that point inside the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [target for target in targets if not re.match(r"[a-z]+:|#", target)]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_of_the_pages_resolve(path):
    targets = [target.split("#")[0] for target in links(path.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_links_of_the_chapters_resolve(path):
    """A chapter that the runner writes counts when its template and its pair exist."""
    pairs = {pair.stem for pair in (ROOT / "params" / "pairs").glob("*.yml")}
    templates = {notebook.name for notebook in NOTEBOOKS}

    def resolves(target: str) -> bool:
        file = (path.parent / target.split("#")[0]).resolve()
        executed = ROOT / "report" / "executed"
        if file.is_relative_to(executed):
            *folder, template = file.relative_to(executed).parts
            return template in templates and set(folder) <= pairs
        return file.is_file()

    assert [target for target in links(path.read_text()) if not resolves(target)] == []


# --- style ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*CHAPTERS, *PAGES], ids=name)
def test_nothing_is_left_to_do(path):
    left = re.findall(r"\b(?:TODO|FIXME|XXX|TBC|TBD|lorem ipsum)\b", path.read_text(), flags=re.I)
    assert left == []


@pytest.mark.parametrize("path", [*CHAPTERS, *PAGES, *NOTEBOOKS], ids=name)
def test_no_em_dashes(path):
    assert [line for line in prose(path).splitlines() if "\N{EM DASH}" in line] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_one_sentence_a_line(path):
    """A line of running text holds one sentence, so that a change shows as one line."""
    inside = re.compile(r"[a-z0-9)\]>][.?!]\)? [A-Z][a-z]")
    lines = [
        line
        for line in prose(path).splitlines()
        if not re.match(r"\s*(\||:|>|#|\$|\d+\.|-)", line) and inside.search(line)
    ]
    assert lines == []


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_american_spellings_stay_out(path):
    american = (
        r"\b(?:analyz|behavior|center|color|favor|labor(?!at)|randomiz|standardiz|pseudonymiz)\w*"
    )
    assert re.findall(american, prose(path), flags=re.I) == []


# --- README --------------------------------------------------------------------------------


def test_readme_names_every_top_level_folder():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in MADE_BY_THE_BUILD
    }
    assert sorted(folder for folder in folders if f"`{folder}/`" not in text) == []


def test_readme_names_every_command():
    from rareaccess.cli import cli

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(name for name in cli.commands if f"`rareaccess {name}`" not in text) == []


def test_readme_gives_one_test_command():
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), flags=re.M | re.S)
    assert [block for block in blocks if "test" in block] == ["make test\n"]


def test_glossary_is_in_order():
    lines = (ROOT / "report" / "glossary.qmd").read_text(encoding="utf-8").splitlines()
    terms = [term for term, below in pairwise(lines) if below.startswith(":   ")]
    assert terms == sorted(terms, key=str.casefold)
    assert len(terms) == sum(line.startswith(":   ") for line in lines) > 30


def test_page_of_changes_has_every_version_of_the_changelog():
    from rareaccess import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\S+)", changelog, flags=re.MULTILINE)
    page = (ROOT / "report" / "changes.qmd").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d\S*) \|", page, flags=re.MULTILINE) == released
    assert released[0] == __version__


def test_methods_print_the_names_and_weights_that_are_used():
    from rareaccess.contracts.charlson import NAMES, WEIGHTS

    text = (ROOT / "report" / "methods.qmd").read_text(encoding="utf-8")
    table = text.split("| Group | 1987 | 2011 |")[1].split(": Charlson groups")[0]
    printed = re.findall(r"^\| ([A-Z].*?) \| (\d) \| (\d) \|$", table, flags=re.MULTILINE)
    assert [(name, int(old), int(new)) for name, old, new in printed] == [
        (name, WEIGHTS["1987"][key], WEIGHTS["2011"][key]) for key, name in NAMES.items()
    ]


def test_methods_say_the_limits_that_are_used():
    from rareaccess.derive.hospital import course as matching
    from rareaccess.measures.course import LEAST_SETS, STABLE, patterns
    from rareaccess.measures.eligibility.among import FEWEST_IMPUTED, IMPUTATIONS
    from rareaccess.measures.eligibility.scored import FEWEST_SCORED
    from rareaccess.measures.place import LEAST_PLACES, LEAST_STARTS

    word = {2: "Two", 4: "four", 5: "five", 60: "sixty", 365: "a year"}
    least, most = min(patterns.SIZES), max(patterns.SIZES)
    text = (ROOT / "report" / "methods.qmd").read_text(encoding="utf-8")
    for said in (
        f"fewer than {LEAST_STARTS} people who started, or with fewer than {word[LEAST_PLACES]} pl",
        f"up to {word[matching.MATCHES]} people of the same sex, first coded within "
        f"{word[matching.CODE_APART]} of them and aged within {word[matching.AGE_APART]} years",
        f"with fewer than {LEAST_SETS} of them nothing is given",
        f"{word[least]} to {word[most]} groups are tried",
        f"from {STABLE} a parting counts as found again, from {patterns.PARTLY} in part",
        f"drawn {word[IMPUTATIONS]} times",
        f"With fewer than {FEWEST_IMPUTED} people treated",
        f"fewer than {FEWEST_SCORED} people were scored in need",
    ):
        assert said in text


def test_every_chapter_of_text_is_in_the_book():
    listed = (ROOT / "_quarto.yml").read_text() + (ROOT / "report" / "after-pairs.yml").read_text()
    left_out = [name(path) for path in CHAPTERS if f"- {name(path)}\n" not in f"{listed}\n"]
    assert left_out == []


def test_counts_beside_the_published_cohort_follow_from_their_rates():
    """A rate, printed without decimals, times the population is the count of people beside it."""
    text = (ROOT / "report" / "limits.qmd").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| .* \| (\d+)(?: \((.*)\))? \| ([\d,]+)(?: \((.*)\))? \|$", text, flags=re.M
    )
    people = int(re.search(r"population of ([\d,]+) ", text)[1].replace(",", ""))

    def numbers(words: str) -> list[int]:
        return [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", words)]

    pairs = [
        (rate, count)
        for row in rows
        for rate, count in zip(
            numbers(row[0] + " " + row[1]), numbers(row[2] + " " + row[3]), strict=True
        )
    ]
    assert len(rows) == 3 and len(pairs) == 7
    half = people / 100_000 / 2  # what rounding the rate can do, and 50 for rounding the count
    assert [p for p in pairs if abs(p[0] * people / 100_000 - p[1]) > half + 50] == []
    published = (ROOT / "tests" / "published.csv").read_text(encoding="utf-8")
    assert f",hes_cohort,{pairs[-1][1]}," in published


# --- what a synthetic number rests on ------------------------------------------------------

CONCLUDES = re.compile(
    r"do(?:es)? not show who was eligible|no number of (?:visits|contacts)|mark out the people|"
    r"separates? the (?:treated|eligible) from",
    re.IGNORECASE,
)


def list_unmarked(text: str) -> list[str]:
    """Return the numbers of lines that rest on an assumption, or other studies, without a mark."""
    found = []
    for line in text.splitlines():
        numbers = [key for key in VARIABLE.findall(line) if not key.startswith("release.")]
        marked = any(key.endswith("_mark") for key in numbers)
        for key in (key for key in numbers if not key.endswith(("_mark", "_end", "_date"))):
            pair, _, number = key.partition(".")
            of = read_provenance(load_source("sample"), pair.replace("_", "-"))
            assert of is not None
            if of.find(number) != "published" and not marked:
                found.append(key)
    return found


def test_a_number_that_rests_on_an_assumption_is_found():
    line = "{{< var sle_belimumab.imd_missing_treated >}} of {{< var sle_belimumab.treated >}}"
    assert list_unmarked(line) == ["sle_belimumab.imd_missing_treated"]
    assert not list_unmarked(line + " {{< var sle_belimumab.treated_mark >}}")
    assert CONCLUDES.search("Activity and comorbidity do not show who was eligible")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=name)
def test_no_chapter_uses_an_assumed_number_without_its_mark_or_concludes_from_one(chapter):
    text = prose(chapter)
    assert not list_unmarked(text)
    assert not CONCLUDES.findall(text), "records do not show who was eligible: say what they hold"
