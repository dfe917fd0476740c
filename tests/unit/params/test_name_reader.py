"""Names as hospitals write them: read by audited words and known fillers, and never guessed."""

import csv
from pathlib import Path

import pytest

from rareaccess.core.paths import project_root
from rareaccess.params import Drug, list_pairs, load_pair
from rareaccess.params.drug_names import list_wordings, normalise_drug_name
from rareaccess.params.drug_words import NEVER, OTHER_DRUGS, PLAIN, list_fillers
from rareaccess.params.name_reader import NameReader

TYPED = project_root() / "tests" / "support" / "typed_names"
ROUTES = [{"route": "SC", "from": "2020-01-01", "label": "injection"}]
PLAIN_DRUG = {
    "names": ["belimumab", "benlysta"],
    "misspellings": ["benlista"],
    "indication": "systemic lupus erythematosus",
    "form_codes": ["BEL-SLE"],
    "routes": ROUTES,
}
MEMBERS = [
    {"name": name, "names": names, "from": "2020-01-01", "appraisal": "TA1"}
    for name, names in {"omalizumab": ["omalizumab", "xolair"], "dupilumab": ["dupilumab"]}.items()
]
GROUP = {"members": MEMBERS, "indication": "asthma", "form_codes": ["X"], "routes": ROUTES}


def read(typed: str, **changed: object) -> str:
    return NameReader(Drug.model_validate(PLAIN_DRUG | changed)).read(typed).match


def judge(file: Path) -> tuple[int, list[str], list[str]]:
    """Return how many names there are, those not read, and those read wrongly."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    readers = {pair: NameReader(load_pair(pair).drug) for pair in {row["pair"] for row in rows}}
    unread, wrong = [], []
    for row in rows:
        reader = readers[row["pair"]]
        found = reader.read(row["typed"])
        drug = found.member or reader.drug.names[0] if found.match != "unknown" else ""
        if drug != row["drug"]:
            told = f"{row['kind']}, {row['pair']}: {row['typed']!r}: {drug or found.left}"
            (wrong if drug else unread).append(told)
    return len(rows), unread, wrong


@pytest.mark.parametrize(("file", "size"), [("built_on.csv", 300), ("held_out.csv", 100)])
def test_names_are_read_rightly_or_not_at_all(file: str, size: int) -> None:
    number, unread, wrong = judge(TYPED / file)
    assert number == size
    assert not wrong, "\n".join(wrong)
    assert len(unread) <= 0.05 * number, "\n".join(unread)


@pytest.mark.parametrize("slug", list_pairs())
def test_no_name_with_that_of_another_drug_is_read(slug: str) -> None:
    """Beside the drug, before it or run together with it: each name of the list and the pairs."""
    drug = load_pair(slug).drug
    reader, own = NameReader(drug), drug.every_name[0]
    others = {n for other in list_pairs() for n in load_pair(other).drug.every_name}
    others = sorted((others | OTHER_DRUGS) - set(drug.every_name))
    assert len(others) > 150
    typed = [t for o in others for t in (f"{own} / {o}", f"{o} {own} 200mg", f"{own}{o}", o)]
    assert [text for text in typed if reader.read(text).match != "unknown"] == []


def test_two_drugs_of_a_group_are_neither() -> None:
    reader = NameReader(Drug.model_validate(GROUP))
    assert reader.read("Xolair (omalizumab) HC").member == "omalizumab"
    for typed in ("Omalizumab / dupilumab", "xolair dupilumab 300mg", "XolairDupilumab"):
        found = reader.read(typed)
        assert (found.match, found.member) == ("unknown", None), typed


def test_no_filler_names_a_drug_or_changes_what_is_meant() -> None:
    """A phrase may hold such a word (free of charge); the word alone is no filler."""
    words = {tuple(text) for filler in list_fillers() for text in list_wordings(filler)}
    words |= {(word,) for word in PLAIN}
    single = {phrase[0] for phrase in words if len(phrase) == 1}
    names = {normalise_drug_name(n) for s in list_pairs() for n in load_pair(s).drug.every_name}
    assert single & (NEVER | OTHER_DRUGS | names) == set()
    assert {" ".join(phrase) for phrase in words} & (OTHER_DRUGS | names) == set()
    risky = {" ".join(phrase) for phrase in words if set(phrase) & NEVER}
    assert risky == {
        "free of charge", "no charge", "home delivery", "homecare delivery", "non pbr",
        "excluded from pbr", "early access to medicines scheme", "high cost", "high cost drug",
        "high cost drugs", "high cost medicine",
    }  # fmt: skip


def test_every_entry_of_the_lists_is_there_once() -> None:
    for entries in (list_fillers(), OTHER_DRUGS, PLAIN, NEVER):
        assert all(isinstance(entry, str) and entry == entry.casefold() for entry in entries)
    fillers = [*list_fillers(), *PLAIN]
    assert sorted({entry for entry in fillers if fillers.count(entry) > 1}) == []


@pytest.mark.slow
@pytest.mark.parametrize("filler", list_fillers())
def test_each_filler_may_stand_on_either_side(filler: str) -> None:
    assert read(f"Benlysta - {filler.upper()}") == read(f"{filler} BENLYSTA 200mg") == "known"


@pytest.mark.parametrize("word", sorted(NEVER))
def test_a_word_that_changes_the_meaning_leaves_the_name_unread(word: str) -> None:
    assert read(f"Benlysta {word}") == read(f"{word} Benlysta homecare") == "unknown"


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("\u200bBen\u00adlysta\u00a0200mg", "known"),  # characters that nobody sees
        ("Benlysta\u2122", "known"),
        ("benlist\u00e1", "misspelt"),
        ("Benlista (belimumab)", "known"),
        ("benlysta benlista", "known"),
        ("Benlysta 2 x 200mg in 1ml", "known"),
        ("benlystaX", "unknown"),
        ("xbenlysta", "unknown"),  # one letter is no part of a word
        ("benlystas", "unknown"),
        ("benlysta john smith", "unknown"),
        ("hcpas benlysta", "unknown"),  # two short words run together could be anything
        ("homecarepack benlysta", "known"),
        ("2pens benlysta", "known"),
        ("5fu benlysta", "unknown"),
        ("a" * 5000 + " benlysta", "unknown"),
        ("!!", "unknown"),
    ],
)
def test_edges(typed: str, match: str) -> None:
    assert read(typed) == match


def test_a_pair_adds_fillers_of_its_own() -> None:
    typed = "Benlysta 200mg - dorset own-stock"
    assert read(typed) == read(typed, fillers=["own stock"]) == "unknown"
    assert read(typed, fillers=["own stock", "Dorset"]) == "known"


def test_the_name_of_another_drug_is_not_taken_apart() -> None:
    fillers = ["vene", "toclax"]
    assert read("Benlysta vene toclax", fillers=fillers) == "known"
    assert read("Benlysta venetoclax", fillers=fillers) == "unknown"


def test_the_indication_of_a_pair_is_a_filler() -> None:
    typed = "Benlysta for Fabry disease of the heart"
    assert read(typed) == "unknown"
    assert read(typed, indication_wordings=["Fabry disease of the heart"]) == "known"


def test_what_somebody_has_decided_comes_first() -> None:
    accepted = [{"name": "benlysta as agreed", "reason": "a note"}]
    rejected = [{"name": "belimumab", "reason": "a test form"}]
    decided = {"names_accepted": accepted, "names_rejected": rejected}
    assert read("Benlysta 200mg, as agreed") == "unknown"
    assert read("Benlysta 200mg, as agreed", **decided) == "accepted"
    assert read("Belimumab 400 mg", **decided) == "unknown"
    assert read("Belimumab HC", **decided) == "known"  # a whole text, not a word of one


@pytest.mark.parametrize(
    ("base", "changed", "key", "found"),
    [
        (PLAIN_DRUG, {"fillers": ["rituximab biosimilar"]}, "fillers.0", "the name of a drug"),
        (PLAIN_DRUG, {"fillers": ["stock", "Benlista"]}, "fillers.1", "the name of a drug"),
        (PLAIN_DRUG, {"fillers": ["delivery charge"]}, "fillers.0", "charge changes"),
        (PLAIN_DRUG, {"fillers": ["200 mg pen"]}, "fillers.0", "left out in any case"),
        (PLAIN_DRUG, {"misspellings": ["rituximab"]}, "misspellings.0", "of another drug"),
        (PLAIN_DRUG, {"names_accepted": [{"name": "pen", "reason": "x"}]},
         "names_accepted.0.name", "nothing is left"),
        (PLAIN_DRUG, {"names_accepted": [{"name": "ab c", "reason": "x"}],
                      "names_rejected": [{"name": "AB c 20mg", "reason": "x"}]},
         "names_rejected.0.name", "decided twice"),
        (PLAIN_DRUG, {"names_accepted": [{"name": "ab", "member": "x", "reason": "x"}]},
         "names_accepted.0.member", "x"),
        (GROUP, {"names_accepted": [{"name": "ab", "reason": "x"}]},
         "names_accepted.0.member", "no drug of the group"),
        (GROUP, {"names_accepted": [{"name": "ab", "member": "rituximab", "reason": "x"}]},
         "names_accepted.0.member", "rituximab"),
    ],
)  # fmt: skip
def test_settings_that_would_read_wrongly_are_refused(base, changed, key, found) -> None:
    with pytest.raises(ValueError, match="the keys clash") as caught:
        Drug.model_validate(base | changed)
    faults = caught.value.errors()[0]["ctx"]["faults"]
    told = {".".join(map(str, fault.at)): fault.found
            for fault in faults}  # fmt: skip
    assert list(told) == [key]
    assert found in told[key]
