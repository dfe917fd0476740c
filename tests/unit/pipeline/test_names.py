"""The review of typed names: what waits, the answers, and no typed text where it may be read."""

from pathlib import Path

import pandas as pd
import pytest

import tiny_england
import tiny_project
from rareaccess.core.errors import UserError
from rareaccess.derive.applications.classify import read_names
from rareaccess.params import load_pair
from rareaccess.pipeline import steps

pytestmark = pytest.mark.slow
SECRET = "as told by john smith"
SLE, RA = "Systemic lupus erythematosus", "Rheumatoid arthritis"
TYPED = [
    ("Belimumab delivery charge", "BEL-SLE", SLE),
    ("BELIMUMAB - delivery charge!", "BEL-SLE", None),
    (SECRET.title(), "BEL-SLE", SLE),
    ("=rituximab", "BEL-SLE", SLE),
    ("Benlysta as per MDT", "OTHER", SLE),  # would count if it were the drug
    ("Benlysta as per MDT", "OTHER", RA),  # would not
    ("Rituximab 1g", "RIT-SLE", SLE),  # another drug on its own form
    ("Belimumab HC", "BEL-SLE", SLE),  # read
    (None, "BEL-SLE", SLE),
    ("200mg", "BEL-SLE", SLE),  # no word to review
]


def applications() -> list[dict[str, object]]:
    return [
        tiny_england.application(
            f"B{n:02d}", "N01", "2018-03-10", drug_name=name, form_code=form, indication=use
        )
        for n, (name, form, use) in enumerate(TYPED)
    ]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_project.make(tmp_path, monkeypatch, blueteq_applications=applications())


def review(home: Path) -> str:
    return steps.names("tiny", [tiny_project.PAIR])


def load(home: Path) -> pd.DataFrame:
    file = home / "build" / "names" / "tiny" / "sle-belimumab.csv"
    return pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")


def answer(home: Path, key: str, /, **cells: str) -> None:
    frame = load(home)
    assert key in frame["text"].tolist()
    frame.loc[frame["text"] == key, [*cells]] = [*cells.values()]
    file = home / "build" / "names" / "tiny" / "sle-belimumab.csv"
    frame.to_csv(file, index=False, encoding="utf-8-sig")


def test_what_would_count_if_it_were_read_waits(home: Path) -> None:
    told = review(home)
    assert "4 texts on 5 applications were not read, 1 of them with the name of another" in told
    assert "may name a person" in told and "smith" not in told.casefold()
    frame = load(home).set_index("text")
    assert frame["applications"].to_dict() == {
        "belimumab delivery charge": "2", "as told by john smith": "1",
        "benlysta as per mdt": "1", "rituximab": "1",
    }  # fmt: skip
    assert frame.loc["belimumab delivery charge", "not_listed"] == "delivery charge"
    assert frame.loc["rituximab", "other_drugs"] == "rituximab"
    assert frame.loc["rituximab", "typed"] == "'=rituximab"  # no formula
    file = home / "build" / "names" / "tiny" / "sle-belimumab.csv"
    assert file.stat().st_mode & 0o077 == 0


def test_answers_go_to_the_settings_and_decide(home: Path) -> None:
    review(home)
    answer(home, "benlysta as per mdt", decision=" Accept", reason="the MDT of the centre")
    answer(home, "belimumab delivery charge", decision="reject", reason="a charge")
    told = review(home)
    assert "2 answers written to params/pairs/sle-belimumab.yml" in told
    assert sorted(load(home)["text"]) == ["as told by john smith", "rituximab"]
    drug = load_pair(tiny_project.PAIR).drug
    assert [one.name for one in drug.names_accepted] == ["benlysta as per mdt"]
    assert [one.reason for one in drug.names_rejected] == ["a charge"]
    assert "answers written" not in review(home)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"decision": "perhaps", "reason": "x"}, "another decision"),
        ({"decision": "accept"}, "no reason"),
        ({"decision": "accept", "reason": "x", "text": SECRET.upper()}, "was altered"),
    ],
)
def test_an_answer_that_cannot_be_taken_names_its_row_and_no_text(home, cells, found) -> None:
    review(home)
    settings = home / "params" / "pairs" / "sle-belimumab.yml"
    before = settings.read_text()
    answer(home, "belimumab delivery charge", decision="reject", reason="a charge")
    answer(home, SECRET, **cells)
    with pytest.raises(UserError) as caught:
        review(home)
    assert found in str(caught.value)
    assert "sle-belimumab.csv, row " in str(caught.value)
    assert "smith" not in str(caught.value).casefold()
    assert settings.read_text() == before
    assert len(load(home)) == 4


def test_a_file_of_another_kind_is_refused(home: Path) -> None:
    review(home)
    file = home / "build" / "names" / "tiny" / "sle-belimumab.csv"
    frame = load(home)
    frame.drop(columns="reason").to_csv(file, index=False)
    with pytest.raises(UserError, match="no column reason"):
        review(home)
    frame.to_csv(file, index=False, sep=";", encoding="utf-8-sig")  # as some Excels save it
    review(home)
    assert len(load(home)) == 4


def test_when_nothing_waits_no_file_remains(tmp_path, monkeypatch) -> None:
    plain = [tiny_england.application("B1", "N01", "2018-03-10")]
    home = tiny_project.make(tmp_path, monkeypatch, blueteq_applications=plain)
    file = home / "build" / "names" / "tiny" / "sle-belimumab.csv"
    file.parent.mkdir(parents=True)
    assert review(home).endswith("no text waits for an answer")
    assert not file.exists()


def test_of_a_group_the_answer_says_which_drug(tmp_path, monkeypatch) -> None:
    slug = "severe-asthma-biologics"
    typed = {"drug_name": "Omalizumab or dupilumab", "form_code": "OMA-ASTH"}
    row = tiny_england.application("B1", "N01", "2018-03-10", **typed)
    home = tiny_project.make(tmp_path, monkeypatch, blueteq_applications=[row])
    file = home / "build" / "names" / "tiny" / f"{slug}.csv"
    steps.names("tiny", [slug])
    frame = pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    assert frame["text"].tolist() == ["omalizumab or dupilumab"]
    frame = frame.assign(decision="accept", reason="the trust's answer")
    frame.assign(member="rituximab").to_csv(file, index=False)
    with pytest.raises(UserError, match="no drug of the group"):
        steps.names("tiny", [slug])
    frame.assign(member="dupilumab").to_csv(file, index=False)
    assert "1 answer written" in steps.names("tiny", [slug])
    read = read_names(pd.Series(["Omalizumab or dupilumab 300mg"]), load_pair(slug).drug)
    assert read[["match", "member"]].to_numpy().tolist() == [["accepted", "dupilumab"]]
