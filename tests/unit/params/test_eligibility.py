"""The section eligibility: what is taken, and which faults stop it."""

import pytest

from places import ROOT
from rareaccess.params import ParamsError, list_pairs, load_pair, parse_pair
from rareaccess.params.unknown_codes import find_unknown_codes

SLUG = "sle-belimumab"
TEXT = (ROOT / "params" / "pairs" / f"{SLUG}.yml").read_text(encoding="utf-8")


def faults(old: str, new: str, **options: bool) -> list[str]:
    assert old in TEXT
    with pytest.raises(ParamsError) as caught:
        parse_pair(TEXT.replace(old, new), SLUG, **options)
    return [fault.key for fault in caught.value.faults]


def test_the_reference_pair_declares_anchors_use_and_a_control() -> None:
    need = load_pair(SLUG).eligibility
    assert [one.name for one in need.anchors][:1] == ["kidney"]
    assert need.features[-1] is need.control
    assert len(need.codes) == len(set(need.codes)) and need.codes[0] == "N085"
    assert need.prevalence.status == "unverified"


def test_the_section_may_be_left_out() -> None:
    start, end = TEXT.index("\neligibility:"), TEXT.index("\nfacts:")
    assert parse_pair(TEXT[:start] + TEXT[end:], SLUG).eligibility is None


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("landmark: 2020-06-22", "landmark: 2016-06-21", "eligibility.landmark"),
        ("landmark: 2020-06-22", "landmark: 2025-08-20", "eligibility.landmark"),
        ("lookback_months: 54", "lookback_months: 240", "windows.op.from"),
        ("gap_months: 6", "gap_months: 54", "eligibility.gap_months"),
        ("    low: 0.04", "    low: 0.3", "eligibility.prevalence.high"),
        ("    low: 0.04", "    low: 0", "eligibility.prevalence.high"),
        ("    high: 0.3\n", "    high: 1\n", "eligibility.prevalence.high"),
        ("    source: null\n    status: unverified\n  anchors", "    source: null\n"
         "    status: verified\n  anchors", "eligibility.prevalence.status"),
        ("codes: [N085]}", "codes: [N085], status: verified}", "eligibility.anchors[1].status"),
        ("name: thrombosis", "name: kidney", "eligibility.anchors"),
        ("label: change in visits,", "label: follow-up visits,", "eligibility.anchors"),
        ("kind: count, of: admissions, codes: [N085]", "kind: count, of: pace",
         "eligibility.anchors[1].of"),
        ("kind: count, of: admissions, codes: [N085]", "kind: rate, of: admissions",
         "eligibility.anchors[1].kind"),
        ("of: follow-ups}", "of: follow-ups, codes: [M321]}", "eligibility.use[1].codes"),
        ("codes: [I80, I82]", "codes: [I80, I82, I80]", "eligibility.anchors[2].codes[3]"),
        ("of: follow-ups}", "of: follow-ups, bnf: ['0603020T0']}", "eligibility.use[1].bnf"),
        ("of: follow-ups}", "of: prescriptions}", "eligibility.use[1].bnf"),
        ("of: follow-ups}", "of: prescriptions, bnf: ['6']}", "eligibility.use[1].bnf[1]"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(old: str, new: str, key: str) -> None:
    assert key in faults(old, new)


def test_one_anchor_is_too_few() -> None:
    start, end = TEXT.index("    - {name: thrombosis"), TEXT.index("  use:  ")
    considered = (
        "  considered:\n    - {name: rash, label: rash, of: admissions, why: it is common}\n"
    )
    for reason in ("", considered):
        with pytest.raises(ParamsError, match="nothing could show that it is wrong"):
            parse_pair(TEXT[:start] + reason + TEXT[end:], SLUG)


def test_without_anchors_it_is_said_why_each_event_is_none() -> None:
    start, end = TEXT.index("  prevalence:"), TEXT.index("  use:  ")
    considered = (
        "  considered:\n    - {name: rash, label: rash, of: admissions, why: it is common}\n"
    )
    need = parse_pair(TEXT[:start] + "  anchors: []\n" + considered + TEXT[end:], SLUG).eligibility
    assert (need.anchors, need.prevalence, need.considered[0].status) == ((), None, "unverified")
    assert "rash" not in [one.name for one in need.features]  # it is not counted
    with pytest.raises(ParamsError, match="say under considered why"):
        parse_pair(TEXT[:start] + "  anchors: []\n" + TEXT[end:], SLUG)
    with pytest.raises(ParamsError, match="no record holds the share eligible"):
        parse_pair(TEXT[:start] + TEXT[TEXT.index("  anchors:  ") :], SLUG)


@pytest.mark.parametrize("slug", [one for one in list_pairs() if one != SLUG])
def test_the_other_pairs_say_why_they_have_no_anchor(slug: str) -> None:
    need = load_pair(slug).eligibility
    assert need.anchors == () and len(need.considered) >= 3 and need.use and need.control
    for one in (*need.considered, need.control):
        assert one.status == "unverified" or one.source
    chosen = {code for one in need.considered for code in one.codes}
    assert not chosen & set(need.codes)  # what says something of need is no control


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("codes: [N085]", "codes: [N089]", "eligibility.anchors[1].codes[1]"),
        ("codes: [S60, S62", "codes: [S60, K39", "eligibility.control.codes[2]"),
    ],
)
def test_a_code_that_does_not_exist_is_found(old: str, new: str, key: str) -> None:
    assert key in faults(old, new, codes=True)


def test_a_file_in_disorder_is_passed_over_by_the_search_for_codes() -> None:
    for need in (None, [], {"anchors": "N085"}, {"anchors": [None, {"codes": "N085"}]}):
        assert list(find_unknown_codes({"eligibility": need})) == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("    source: null\n    status: unverified\n  anchors",
         "    source: nobody-2020\n    status: verified\n  anchors",
         "eligibility.prevalence.source"),
        ("codes: [N085]}", "codes: [N085], source: nobody-2020, status: verified}",
         "eligibility.anchors[1].source"),
        ("S93]}", "S93], source: nobody-2020, status: verified}", "eligibility.control.source"),
    ],
)  # fmt: skip
def test_a_source_of_a_role_must_be_in_the_bibliography(tmp_path, old, new, key) -> None:
    (tmp_path / "params" / "pairs").mkdir(parents=True)
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "references.bib").write_text(
        (ROOT / "report" / "references.bib").read_text(encoding="utf-8")
    )
    text = TEXT.replace(old, new)
    assert text != TEXT
    (tmp_path / "params" / "pairs" / f"{SLUG}.yml").write_text(text)
    with pytest.raises(ParamsError) as caught:
        load_pair(SLUG, root=tmp_path)
    assert [fault.key for fault in caught.value.faults] == [key]
