"""Every fault of a settings file is named: the key, what was found, what is expected, an example.

One row of `EDITS` is one edit of the first pair's file. The edited file must be refused, with the
fault at that key alone unless the row says otherwise.
"""

import codecs
from pathlib import Path

import pytest

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.params import ParamsError, load_pair, load_report, load_source
from rareaccess.params.faults import WHOLE_FILE
from rareaccess.params.yaml_reader import LARGEST
from tiny_project import put

SLUG = "sle-belimumab"
FILE = f"params/pairs/{SLUG}.yml"
TEXT = (project_root() / FILE).read_text(encoding="utf-8")
TREATMENT = "treatment: {from: 2016-06-22, to: 2025-08-20}"
NARROW = "narrow: [M321, M328, M329]"
EXCLUDE = "exclude: [M321, M328, M329]"
TA752 = "from: 2021-12-15"
FACT = """\
    value: 113
    unit: people
"""

PAID = """\
commissioning:
  - {label: begun, from: 2017-02-01, funding: routine, summary: x, source: nice-ta752}
  - {label: ended, from: 2020-02-01, funding: none, summary: x, source: nice-ta397}
windows:"""
CDF = """\
cdf: {entry: 2017-11-22, snapshot: 2025-07-31, prescription_days: 28, end_indicator_days: null,
  source: nice-cdf, status: verified}
windows:"""

TOO_BROAD = """\
    orphan: []
  too_broad: [{list: narrow, reason: x, facts: [started_by_march_2019]}]"""

# what stands there, what is put there, key of the fault, part of found, part of expected
EDITS = [
    # keys
    ("threshold: 10", "treshold: 10", "severity.treshold", "treshold", "threshold"),
    ("threshold: 10", "treshold: 10", "severity.threshold", "nothing", "a number"),
    ("pair: sle", "extra: 1\npair: sle", "extra", "not known here", "one of pair, status, names"),
    ("  brand: Benlysta\n", "", "names.brand", "nothing", "a name"),
    ("  brand: Benlysta\n", "  brand: Benlysta\n  brand: B\n", "names.brand", "twice", "once"),
    ("names:\n", "Names:\n", "Names", "the key Names", "one of pair, status, names"),
    ("names:\n", "Names:\n", "names", "nothing", "condition, condition_short, drug"),
    ("from: 2016-06-22, to", "start: 2016-06-22, to", "windows.treatment.start", "start", "from"),
    ('    "361": renal', "    361: renal", "condition.specialties.361", "without quotes", "text"),
    ("    orphan: []", "    no: []", "condition.icd10.no", "the key no without", "text"),
    ("    orphan: []", "    ? [a]\n    : 1", "condition.icd10.?", "without quotes", "text"),
    ("    orphan: []", "    ~: 1", "condition.icd10.~", "without quotes", "text"),
    # shapes
    (NARROW, "narrow: M321", "condition.icd10.narrow", "M321", "a list; each item: an ICD-10"),
    (NARROW, "narrow: []", "condition.icd10.narrow", "an empty list", "at least one item"),
    (NARROW, "narrow:", "condition.icd10.narrow", "nothing", "a list"),
    (NARROW, "narrow: {M321: x}", "condition.icd10.narrow", "a section", "a list"),
    (TREATMENT, "treatment: 2016-06-22", "windows.treatment", "2016-06-22", "keys from, to"),
    ("  brand: Benlysta", "  brand: [Benlysta]", "names.brand", "a list of 1", "a name"),
    ("label: SLEDAI score", "label: {a: b}", "severity.label", "a section", "a name"),
    # codes
    (NARROW, "narrow: [M32.1, M328, M329]", "condition.icd10.narrow[1]", "M32.1", "without its"),
    (NARROW, "narrow: [M321, m328, M329]", "condition.icd10.narrow[2]", "m328", "ICD-10"),
    (NARROW, "narrow: [M321, M328, M3290]", "condition.icd10.narrow[3]", "M3290", "three or four"),
    (NARROW, "narrow: [M321, M328, M3]", "condition.icd10.narrow[3]", "M3", "three or four"),
    (NARROW, "narrow: [M321, M328, 329]", "condition.icd10.narrow[3]", "a number", "ICD-10"),
    (NARROW, "narrow: [M321, M328, M329, M321]", "condition.icd10.narrow[4]", "second", "once"),
    ("broad: [M32]", "broad: [M32, M321]", "condition.icd10.broad[2]", "already covers", "cover"),
    ("broad: [M32]", "broad: [M33]", "condition.icd10.narrow[1]", "no broad code", "starts with"),
    ("orphan: []", "orphan: [M3210]", "condition.icd10.orphan[1]", "M3210", "three or four"),
    ("orphan: []", "orphan: [M32]", "condition.icd10.orphan[1]", "overlaps", "outside"),
    ("    orphan: []", TOO_BROAD.replace("narrow", "orphan"), "condition.too_broad[1].list",
     "which has no codes", "narrow, broad"),
    ("    orphan: []", TOO_BROAD.replace("narrow", "wide"), "condition.too_broad[1].list", "wide",
     "one of narrow, broad, orphan"),
    ("    orphan: []", TOO_BROAD.replace("march_2019", "may_2019"),
     "condition.too_broad[1].facts[1]", "started_by_may_2019", "started_by_march_2019"),
    ('"361": renal', '"36": renal', "condition.specialties.36", "the key 36", "three digits"),
    ('["410", "361"]', '["410", "340"]', "condition.rescue_specialties[2]", '"340"', "410, 361"),
    ('["410", "361"]', "[410]", "condition.rescue_specialties[1]", "no quotes", "three digits"),
    ('["536"]', "[536]", "condition.orpha[1]", "no quotes", "ORPHA"),
    ('["536"]', '["ORPHA:536"]', "condition.orpha[1]", "ORPHA:536", "digits in quotes"),
    ('["55464009"]', '["55464008"]', "condition.snomed_ct[1]", "check digit", "SNOMED CT"),
    (EXCLUDE, "exclude: [M321, M05]", "charlson.exclude[2]", "not a code of", "narrow"),
    (EXCLUDE, "exclude: [M32]", "charlson.exclude[1]", "not a code of", "narrow: M321, M328"),
    ("[BEL-SLE]", "[BEL SLE]", "drug.form_codes[1]", "BEL SLE", "letters, digits"),
    ("[BEL-SLE]", "[BEL-SLE, BEL-SLE]", "drug.form_codes[2]", "second time", "once"),
    ("form_codes: [BEL-SLE]", "form_codes: []", "drug.form_codes", "no shared form", "at least"),
    ("[BEL-SLE]", "[BEL-SLE]\n  shared_form_codes: [BEL, BEL-SLE]", "drug.shared_form_codes[2]",
     "among form_codes", "other uses"),
    ("[BEL-SLE]", "[BEL-SLE]\n  indication_wordings: [SLE, sle]", "drug.indication_wordings[2]",
     "second time", "each wording once"),
    ("[BEL-SLE]", "[BEL-SLE]\n  indication_wordings: [Systemic lupus erythematosus]",
     "drug.indication_wordings[1]", "second time", "not drug.indication again"),
    ("question: sledai_score", "question: SLEDAI score", "severity.question", "SLEDAI", "under"),
    # names and texts
    ("brand: Benlysta", "brand: '=Benlysta'", "names.brand", "starting with =", "a name"),
    ("brand: Benlysta", "brand: '+Benlysta'", "names.brand", "starting with +", "a name"),
    ("brand: Benlysta", "brand: '-Benlysta'", "names.brand", "starting with -", "a name"),
    ("brand: Benlysta", "brand: '@Benlysta'", "names.brand", "starting with @", "a name"),
    ("brand: Benlysta", "brand: <b>Benlysta</b>", "names.brand", "< >", "a name"),
    ("brand: Benlysta", "brand: '{{pair}}'", "names.brand", "{ }", "a name"),
    ("brand: Benlysta", "brand: Benlysta & Co", "names.brand", "with &", "a name"),
    ("brand: Benlysta", 'brand: "Ben\\nlysta"', "names.brand", "line break", "a name"),
    ("brand: Benlysta", 'brand: "Ben\\u202elysta"', "names.brand", "invisible", "a name"),
    ("brand: Benlysta", 'brand: ""', "names.brand", "an empty text", "a name"),
    ("brand: Benlysta", 'brand: " Benlysta"', "names.brand", "space at its start", "a name"),
    ("brand: Benlysta", f"brand: {'B' * 101}", "names.brand", "101 characters", "1 to 100"),
    ("brand: Benlysta", "brand: 123", "names.brand", "a number", "a name"),
    ("brand: Benlysta", "brand: 2016-06-22", "names.brand", "a date", "a name"),
    ("brand: Benlysta", "brand: true", "names.brand", "true or false", "a name"),
    ('"managed access covered', '"**managed** access covered', "facts[1].text", "with *", "plain"),
    ("[belimumab, benlysta]", "[belimumab, Belimumab]", "drug.names[2]", "second time", "once"),
    ("spellings: [belimumub", "spellings: [Benlysta", "drug.misspellings[1]", "among", "misspelt"),
    ("spellings: [belimumub", "spellings: [Benlysta 200mg", "drug.misspellings[1]", "among",
     "misspelt"),
    ("names: [belimumab", "names: [oral", "drug.names[1]", "nothing is left", "says more"),
    ("spellings: [belimumub", "spellings: [200 mg pen", "drug.misspellings[1]", "nothing is left",
     "without any name"),
    ("names: [belimumab", "names: [interleukin 2", "drug.names[1]", "taken for a strength", "unit"),
    # what YAML readers do not agree on
    ("brand: Benlysta", "brand: NO", "names.brand", "NO without quotes", "in quotes"),
    ("brand: Benlysta", "brand: 12:30", "names.brand", "12:30 without quotes", "in quotes"),
    ("threshold: 10", "threshold: 1e1", "severity.threshold", "1e1 without quotes", "plain digits"),
    ("threshold: 10", "threshold: 012", "severity.threshold", "012 without quotes", "plain digits"),
    ("threshold: 10", "threshold: 1_0", "severity.threshold", "1_0 without quotes", "plain digits"),
    ("threshold: 10", "threshold: .nan", "severity.threshold", ".nan without", "plain digits"),
    # dates and windows
    (TREATMENT, "treatment: {from: 2016-06-31, to: 2025-08-20}", "windows.treatment.from",
     "not a calendar date", "YYYY-MM-DD"),
    (TREATMENT, "treatment: {from: 22/06/2016, to: 2025-08-20}", "windows.treatment.from",
     "22/06/2016", "YYYY-MM-DD"),
    (TREATMENT, "treatment: {from: 2016-06-22, to: 5202-08-20}", "windows.treatment.to",
     "implausible", "1980 to 2100"),
    (TREATMENT, "treatment: {from: 2016, to: 2025-08-20}", "windows.treatment.from", "2016", "YY"),
    (TREATMENT, "treatment: {from: , to: 2025-08-20}", "windows.treatment.from", "nothing", "date"),
    (TREATMENT, "treatment: {from: 2025-08-21, to: 2025-08-20}", "windows.treatment.to",
     "before the first day", "on or after 2025-08-21"),
    (TREATMENT, "treatment: {from: 2016-06-21, to: 2025-08-20}", "windows.treatment.from",
     "before the approval", "approval_date, 2016-06-22"),
    (TREATMENT, "treatment: {from: 2016-06-22, to: 2025-08-21}", "windows.apc.to",
     "before the treatments end", "2025-08-21"),
    ("apc: {from: 2000-01-01", "apc: {from: 2015-12-23", "windows.apc.from", "2015-12-23",
     "6 months before"),
    ("op: {from: 2009-04-01", "op: {from: 2016-06-22", "windows.op.from", "2016-06-22", "6 months"),
    ("trace_date: 2025-11-07", "trace_date: 2025-08-19", "windows.trace_date", "before", "2025"),
    (TA752, "from: 2016-06-22", "criteria[2].from", "not after 2016-06-22", "oldest first"),
    (TA752, "from: 2016-06-21", "criteria[2].from", "not after 2016-06-22", "oldest first"),
    ("id: TA397\n    from: 2016-06-22", "id: TA397\n    from: 2016-06-01", "criteria[1].from",
     "before the approval", "2016-06-22"),
    ("id: TA752", "id: TA397", "criteria[2].id", "second time", "once"),
    ("route: SC, from: 2021-01-01", "route: SC, from: 2016-01-01", "drug.routes[2].from",
     "not after", "oldest first"),
    ("route: SC, from: 2021-01-01", "route: SC, from: 2026-01-01", "drug.routes[2].from",
     "after the treatments", "2025-08-20"),
    ("  - id: TA752\n", "  - id: TA752\n    replaces: TA398\n", "criteria[2].replaces", "TA398",
     "the id of an earlier rule: TA397"),
    # funding: `PAID` is commissioned in 2017 and ends in 2020
    ("windows:", PAID.replace("2017-02-01", "2016-06-21"), "commissioning[1].from",
     "before the approval", "2016-06-22"),
    ("windows:", PAID.replace("2020-02-01", "2025-08-21"), "commissioning[2].from",
     "after the treatments", "2025-08-20"),
    ("windows:", PAID.replace("2020-02-01", "2017-02-01"), "commissioning[2].from",
     "not after 2017-02-01", "oldest first"),
    ("windows:", PAID.replace("label: ended", "label: begun"), "commissioning[2].label",
     "second time", "once"),
    ("windows:", PAID.replace("funding: routine", "funding: none"), "commissioning[1].funding",
     "nothing was funded before", "funding that begins"),
    ("windows:", PAID.replace("funding: routine", "funding: closed to new starts"),
     "commissioning[1].funding", "closed to new starts, where nothing", "funding that begins"),
    ("windows:", PAID.replace("routine", "Cancer Drugs Fund").replace("2017-02-01", "2017-11-22")
     .replace("windows:", CDF.replace("nice-cdf", "nice-ta752")), "cdf.exit", "none",
     "2020-01-31, the day before ended"),
    ("windows:", PAID.replace("routine", "Routine"), "commissioning[1].funding", "Routine",
     "one of routine, managed access"),
    ("windows:", PAID.replace("routine", "Cancer Drugs Fund"), "commissioning[1].funding",
     "without the section cdf", "the section cdf"),
    ("windows:", PAID.replace("nice-ta752", "nice-ta725"), "commissioning[1].source",
     "nice-ta725", "references"),
    ("windows:", PAID.replace("routine", "Cancer Drugs Fund").replace(
        "windows:", CDF.replace("nice-cdf", "nice-ta752")), "commissioning[1].from", "2017-02-01",
     "cdf.entry, 2017-11-22"),
    ("windows:", CDF, "cdf.source", "nice-cdf", "references"),
    ("source: ndrs-2026,\n       status: unverified", "source: ndrs-2062", "drug.routes[2].source",
     "ndrs-2062", "references"),
    # words from a list
    ("route: SC", "route: sc", "drug.routes[2].route", "sc", "one of IV, SC, oral"),
    ("route: SC", "route: IV", "drug.routes[2].route", "IV a second time", "once"),
    ("status: verified  ", "status: checked  ", "status", "checked", "verified, unverified"),
    # numbers
    ("maximum: 105", "maximum: -5", "severity.maximum", "-5", "above the minimum, 0"),
    ("threshold: 10", "threshold: 0", "severity.threshold", "0", "above 0 and up to 105"),
    ("threshold: 10", "threshold: 106", "severity.threshold", "106", "above 0 and up to 105"),
    ("threshold: 10", 'threshold: "10"', "severity.threshold", "text", "a number without quotes"),
    ("threshold: 10", "threshold: true", "severity.threshold", "true", "a number"),
    ("expected: 37", "expected: 37.5", "centres.expected", "not a whole number", "1 to 2000"),
    ("expected: 37", "expected: 0", "centres.expected", "outside these limits", "1 to 2000"),
    ("months_before: 6", "months_before: six", "activity.months_before", "six", "1 to 60"),
    ("months_before: 6", "months_before: 61", "activity.months_before", "outside", "1 to 60"),
    ("value: 113", "value: many", "facts[2].value", "many", "a number without quotes, or null"),
    (FACT, "    unit: people\n", "facts[2].value", "nothing", "the number of people"),
    (FACT, "    value: 113\n", "facts[2].unit", "nothing", "the unit of the value"),
    # facts, sources, the file's name
    ("key: started_by_march_2019", "key: Started", "facts[2].key", "Started", "small letters"),
    ("pair: sle-belimumab", "pair: sle-belimumap", "pair", "sle-belimumap", "name of the file"),
    ("pair: sle-belimumab", "pair: SLE_belimumab", "pair", "SLE_belimumab", "small letters"),
    ("source: nice-ta397\n", "source: NICE TA397\n", "criteria[1].source", "NICE TA397", "key"),
    ("source: nice-ta397\n", "source: nice-ta379\n", "criteria[1].source", "nice-ta379", "refer"),
]  # fmt: skip
PARTNERS = {"severity.treshold", "severity.threshold", "Names", "names", "windows.treatment.start",
            "windows.apc.to", "condition.icd10.narrow[1]", "commissioning[1].funding"}  # fmt: skip
YAML_FAULTS = [
    ("brand: Benlysta", "brand: &b Benlysta", "the anchor &b", "written where it is"),
    ("brand: Benlysta", "brand: *b", "the alias *b", "the value itself"),
    ("brand: Benlysta", "<<: *b", "the alias *b", "the value itself"),
    ("brand: Benlysta", "brand: !!python/object:os.system x", "the tag", "without tags"),
    ("brand: Benlysta", "brand: !x Benlysta", "the tag !x", "without tags"),
    ("brand: Benlysta", "brand:\tBenlysta", "a tab", "spaces"),
    ("  brand: Benlysta", "\u00a0 brand: Benlysta", "U+00A0", "ordinary space"),
    ("brand: Benlysta", "brand: Ben\u200blysta", "U+200B", "without it"),
    ("brand: Benlysta", "brand: Ben\x00lysta", "U+0000", "without it"),
    ("brand: Benlysta", "brand: [Benlysta", "expected ',' or", "YAML"),
    ("brand: Benlysta", "brand: a: b", "not allowed", "YAML"),
    ("brand: Benlysta", "brand: 'Benlysta", "scalar", "YAML"),
    ("brand: Benlysta", "brand: %Benlysta", "cannot start", "YAML"),
    ("  brand: Benlysta", " brand: Benlysta", "expected", "YAML"),
    ("brand: Benlysta", "brand: " + "[" * 50 + "]" * 50, "more than 12 levels", "docs/params.md"),
    ("names:\n", "---\nnames:\n", "another document", "YAML"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project: the settings and the bibliography, to be edited.

    The house settings name one pair, and the sample no table of its own, each on one line.
    """
    for file in [*(project_root() / "params").rglob("*.yml"), *_bibliography()]:
        target = tmp_path / file.relative_to(project_root())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    put(tmp_path / "params" / "report.yml", "pairs", f"[{SLUG}]")
    put(tmp_path / "params" / "sources" / "sample.yml", "tables", "{}")
    return tmp_path


def _bibliography() -> list[Path]:
    return list((project_root() / "report").glob("references.bib"))


def _edit(project: Path, file: str, old: str, new: str) -> None:
    text = (project / file).read_text(encoding="utf-8")
    assert old in text, f"the edit does not fit {file} any more: {old}"
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def _refused(project: Path, slug: str = SLUG) -> ParamsError:
    with pytest.raises(ParamsError) as caught:
        load_pair(slug, root=project)
    return caught.value


def test_at_least_fifty_edits_are_tried() -> None:
    assert len(EDITS) >= 50


@pytest.mark.parametrize(("old", "new", "key", "found", "expected"), EDITS, ids=lambda x: x[:30])
def test_each_fault_is_named(project, old, new, key, found, expected) -> None:
    _edit(project, FILE, old, new)
    error = _refused(project)
    faults = {fault.key: fault for fault in error.faults}
    assert key in faults, str(error)
    assert found in faults[key].found
    assert expected in faults[key].expected
    assert faults[key].example
    told, line = str(error), faults[key].line
    assert FILE in told and key in told
    assert f"{key} (line {line})" in told or (found == "nothing" and not line)
    if key not in PARTNERS:
        assert list(faults) == [key], "an edit with one fault was reported as several"


@pytest.mark.parametrize(("old", "new", "found", "expected"), YAML_FAULTS, ids=lambda x: x[:30])
def test_yaml_that_is_not_taken_is_named(project, old, new, found, expected) -> None:
    _edit(project, FILE, old, new)
    (fault,) = _refused(project).faults
    assert fault.key == WHOLE_FILE
    assert found in fault.found
    assert expected in fault.expected
    assert fault.line
    assert FILE in str(_refused(project))


def test_all_faults_of_a_file_are_reported_together(project) -> None:
    for old, new in [("threshold: 10", "treshold: 10"), ("Benlysta", "=B"), (TA752, "from: x")]:
        _edit(project, FILE, old, new)
    _edit(project, FILE, "status: verified ", "status: NO")
    error = _refused(project)
    keys = ["status", "names.brand", "criteria[2].from", "severity.threshold", "severity.treshold"]
    assert [fault.key for fault in error.faults] == keys
    assert error.what == f"{FILE} has 5 errors."
    assert "  5. severity.treshold" in str(error)
    assert "Did you mean threshold?" in str(error)


def test_a_near_miss_gets_its_remedy(project) -> None:
    _edit(project, FILE, NARROW, "narrow: [m32.1, M328, M329]")
    assert _refused(project).mend == "did you mean M321?"


@pytest.mark.parametrize(
    ("new", "mend"),
    [
        ("brand: a: b", "needs quotes"),
        ("brand: [a", "close the bracket"),
        ("brand: 'a", "close the quotes"),
        ("brand: @a", "needs quotes"),
        ("   brand: a", "same column"),
    ],
)
def test_what_the_yaml_library_says_is_put_in_plain_words(project, new, mend) -> None:
    _edit(project, FILE, "brand: Benlysta", new)
    assert mend in _refused(project).mend


@pytest.mark.slow
def test_thousands_of_faults_are_counted_not_printed(project) -> None:
    _edit(project, FILE, "names:\n", "".join(f"k{n}: 1\n" for n in range(5000)) + "names:\n")
    assert len(str(_refused(project)).splitlines()) < 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (b"", "nothing but comments", "keys with values"),
        (b"# only this\n", "nothing but comments", "keys with values"),
        (b"- a\n- b\n", "no keys", "keys with values"),
        (b"lupus", "no keys", "keys with values"),
        (TEXT.encode("utf-16"), "UTF-16", "UTF-8"),
        ("pair: Beh\xe7et\n".encode("latin-1"), "0xe7", "UTF-8"),
        (b"#" * (LARGEST + 1), "more than 100000 bytes", "a few thousand"),
        (b"a: &a [x]\n" + b"b: [*a, *a]\n" * 9, "the anchor &a", "written where it is"),
    ],
)
def test_files_that_cannot_be_read_are_named(project, content, found, expected) -> None:
    (project / FILE).write_bytes(content)
    (fault,) = _refused(project).faults
    assert found in fault.found
    assert expected in fault.expected


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "windows"])
def test_windows_files_are_read(project, mark, ending) -> None:
    (project / FILE).write_bytes(mark + TEXT.replace("\n", ending).encode())
    assert load_pair(SLUG, root=project) == load_pair(SLUG)


@pytest.mark.parametrize(
    "slug",
    ["../report", "..", "", ".", "/etc/passwd", "a/b", "a\\b", "SLE-belimumab", "sle_belimumab",
     "sle-belimumab\n", "sle-belimumab.yml", "-x", "x\0", "%2e%2e", None, 7, "none-such"],
)  # fmt: skip
def test_a_name_that_is_no_pair_opens_no_file(slug) -> None:
    with pytest.raises(UserError) as caught:
        load_pair(slug)
    assert "sle-belimumab" in caught.value.expected
    assert "There is no pair with this name." in str(caught.value)


def test_a_misspelt_pair_gets_a_suggestion() -> None:
    with pytest.raises(UserError, match=r"Did you mean sle-belimumab\?"):
        load_pair("sle-belimumap")


def test_a_file_with_another_ending_is_pointed_out(project) -> None:
    (project / "params/pairs/anca.yaml").write_text("pair: anca\n")
    with pytest.raises(UserError, match=r"anca\.yaml"):
        load_pair("zzz", root=project)


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "expected"),
    [
        ("source: synthetic", "source: synthetics", "source", "synthetics", "csv, synthetic"),
        (
            "pairs: [sle-belimumab]",
            "pairs: [sle-belimumap]",
            "pairs[1]",
            "belimumap",
            "params/pairs",
        ),
        ("pairs: [sle-belimumab]", "pairs: []", "pairs", "an empty list", "at least one"),
        (
            "reference_pair: sle-belimumab",
            "reference_pair: x",
            "reference_pair",
            "x",
            "one of pairs",
        ),
        ("banner: synthetic", "banner: no", "banner", "no without quotes", "in quotes"),
        ("disclosure: national-hes", "disclosure: hes", "disclosure", "hes", "subnational-hes"),
        ("disclosure: national-hes", "disclosure: keyed-5", "rounding_key", "no key", "12 to 100"),
        (
            "disclosure: national-hes",
            "disclosure: {default: ndrs, notebooks: {06-equity: keyed-5}}",
            "rounding_key",
            "no key",
            "12 to 100",
        ),
        (
            "disclosure: national-hes",
            "disclosure: {default: ndrs, wards: ndrs}",
            "disclosure",
            "a section with default, wards",
            "default and any of regions, boards, trusts, notebooks",
        ),
        ("disclosure: national-hes", "disclosure: {boards: ndrs}", "disclosure", "boards", "defa"),
        (
            "disclosure: national-hes",
            "disclosure: {default: ndrs, boards: hes}",
            "disclosure",
            "a section",
            "subnational-hes",
        ),
        (
            "disclosure: national-hes",
            "disclosure: {default: ndrs, notebooks: ndrs}",
            "disclosure",
            "notebooks without names",
            "notebooks",
        ),
        (
            "disclosure: national-hes",
            "disclosure: {default: ndrs, notebooks: {equity: ndrs}}",
            "disclosure",
            "a section",
            "notebooks",
        ),
        ('imd_version: "2019"', "imd_version: 2019", "imd_version", "no quotes", '"2019"'),
        ('imd_version: "2019"', 'imd_version: "2015"', "imd_version", '"2015"', "2025"),
        ('weights: "1987"', "weights: 1987", "charlson_weights", "no quotes", '"2011"'),
        ("lookback_years: null", "lookback_years: 0", "charlson_lookback_years", "0", "1 to 50"),
        ("activity_unit: spells", "activity_unit: spell", "activity_unit", "spell", "episodes"),
        ("parallel: 2", "parallel: -1", "parallel", "-1", "1 to 64"),
        ("parallel: 2", "paralel: 2", "paralel", "not known here", "parallel"),
    ],
)
def test_each_fault_of_the_house_settings_is_named(project, old, new, key, found, expected) -> None:
    _edit(project, "params/report.yml", old, new)
    with pytest.raises(ParamsError) as caught:
        load_report(root=project)
    faults = {fault.key: fault for fault in caught.value.faults}
    assert "params/report.yml" in str(caught.value)
    assert found in faults[key].found
    assert expected in faults[key].expected


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "expected"),
    [
        ("kind: parquet", "kind: excel", "kind", "excel", "one of parquet, csv"),
        ("synthetic: true", "synthetic: 1", "synthetic", "1", "true or false"),
        ("synthetic: true", 'synthetic: "true"', "synthetic", "text", "true or false"),
        ("root: data", "root: ~/data", "root", "starting with ~", "a path"),
        ("tables: {}", "tables: {apcs: {path: x}}", "tables.apcs", "the key apcs", "apc, op"),
        ("tables: {}", "tables: {apc: {file: x}}", "tables.apc.file", "file", "path, root"),
        ("tables: {}", "tables: {apc: {columns: {A: SEX, B: SEX}}}", "tables.apc.columns.B",
         "SEX a second time", "once"),
        ("tables: {}", "tables: {apc: {columns: {'A\"': SEX}}}", 'tables.apc.columns.A"',
         "the key", "without quotation marks"),
        ("tables: {}", "tables: {apc: {columns: {A: '=SEX'}}}", "tables.apc.columns.A", "=SEX",
         "letters, digits"),
        ("tables: {}", "tables: {apc: {kind: xlsx}}", "tables.apc.kind", "xlsx", "or null"),
        ("tables: {}", "tables: {apc: {delimiter: '::'}}", "tables.apc.delimiter", "::", "one of"),
        ("tables: {}", "tables: {apc: {dates: mm/dd/yyyy}}", "tables.apc.dates", "mm/dd",
         "dd/MM/yyyy"),
        ("tables: {}", "tables: {apc: {encoding: cp1252}}", "tables.apc.encoding", "cp1252",
         "latin-1"),
        ("label: synth", "label: '=HYPERLINK(1)' #", "label", "starting with =", "plain text"),
        ("label: synth", "label: '<script>x</script>' #", "label", "< >", "plain text"),
        ("tables: {}", "delimiter: ' '", "delimiter", "", 'one of ",", ";"'),
        ("tables: {}", "encoding: utf8", "encoding", "utf8", "utf-8"),
        ("tables: {}", "dates: dd/mm/yyyy", "dates", "dd/mm/yyyy", "dd/MM/yyyy"),
        (
            "tables: {}",
            "successors: {RAA: {to: RBB, from: 2020-04-01}, RBB: {to: RAA, from: 2021-04-01}}",
            "successors.RAA.to",
            "RAA to RBB to RAA",
            "no circle",
        ),
        (
            "tables: {}",
            "successors: {RAA: {to: RBB, from: 2020-04-01}, RBB: {to: RCC, from: 2015-04-01}}",
            "successors.RAA.to",
            "RBB, which had itself merged on 2015-04-01",
            "there on 2020-04-01",
        ),
        (
            "tables: {}",
            "successors: {RAA01: {to: RBB, from: 2020-04-01}}",
            "successors.RAA01",
            "RAA01",
            "the ODS code of a trust",
        ),
        (
            "tables: {}",
            "tables: {sact_cycle: {}, sact_patient: {}}",
            "tables",
            "sact_patient, without sact_tumour",
            "which belong together",
        ),
        ("tables: {}", "residence: LSOA21", "residence", "LSOA21", "LSOA11, postcode"),
        ("tables: {}", "residence: postcode", "residence", "postcode", "tables.postcodes"),
        ("tables: {}", "without: [pds]", "without[1]", "pds", "pds_trace"),
        ("tables: {}", "without: [apc_diagnoses]", "without[1]", "apc_diagnoses", "one of apc"),
        ("tables: {}", "without: [linkage]\ntables: {linkage: {path: x}}", "without[1]", "linkage",
         "no section tables.linkage"),
        ("tables: {}", "all_text: maybe", "all_text", "maybe", "true or false"),
        ("tables: {}", "severity: error", "severity", "error", "the id of a rule"),
        ("tables: {}", "severity: {apc.EPIEND.ordr: error}", "severity.apc.EPIEND.ordr",
         "the key apc.EPIEND.ordr", "the id of a rule"),
        ("tables: {}", "severity: {apc.EPIEND.order: fatal}", "severity.apc.EPIEND.order", "fatal",
         "one of error, warning, ignore"),
    ],
)  # fmt: skip
def test_each_fault_of_a_source_is_named(project, old, new, key, found, expected) -> None:
    _edit(project, "params/sources/sample.yml", old, new)
    with pytest.raises(ParamsError) as caught:
        load_source("sample", root=project)
    faults = {fault.key: fault for fault in caught.value.faults}
    assert "params/sources/sample.yml" in str(caught.value)
    assert found in faults[key].found
    assert expected in faults[key].expected


def test_an_unknown_rule_gets_a_suggestion(project) -> None:
    _edit(project, "params/sources/sample.yml", "tables: {}", "severity: {apc.EPIEND.oder: error}")
    with pytest.raises(ParamsError, match=r"Did you mean apc\.EPIEND\.order\?"):
        load_source("sample", root=project)
