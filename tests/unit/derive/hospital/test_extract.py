"""The extract: who is of interest, which link is theirs, which diagnoses are kept."""

from pathlib import Path

import pandas as pd
import pytest

from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.sources.engine import open_engine
from tiny_england import application, appointment, episode, trace, write

pytestmark = pytest.mark.slow


@pytest.fixture
def extract(tmp_path: Path):
    """Make the extract of a few rows and return its frames by name."""

    def make(kind: str = "parquet", **tables: list[dict]) -> dict[str, pd.DataFrame]:
        source = write(tmp_path / "data", tables, kind)
        with open_engine() as engine:
            folder = tmp_path / "extract"
            keep = ["I21", "0603020T0"]
            extract_records(source, engine, folder, find=["M32", "J45"], keep=keep)
            return {n: engine.collect(engine.read([folder / f"{n}.parquet"])) for n in EXTRACTS}

    return make


def link(number: str, person: str, rank: int) -> dict:
    return {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": rank}


def test_people_of_interest_and_all_their_records(extract) -> None:
    found = extract(
        apc=[
            episode("coded last", "1", "2010-01-01", *[f"I{n:02d}X" for n in range(19)], "M329"),
            episode("coded last", "2", "2015-01-01", "I219"),
            episode("another pair", "3", "2015-01-01", "J450"),
            episode("nobody", "4", "2015-01-01", "I219"),
            episode("applied", "5", "2015-01-01", "I219"),
        ],
        op=[
            appointment("coded op", "1", "2010-01-01", *["X"] * 11, "M320"),
            appointment("coded last", "2", "2010-01-01"),
            appointment("nobody", "3", "2010-01-01", "I219"),
        ],
        linkage=[link("N1", "applied", 1), link("N2", "nobody", 1)],
        blueteq_applications=[application("A1", "N1", None, drug_name="anything")],
        pds_trace=[trace("N1"), trace("N2")],
    )
    counts = found["records"].groupby("person").size().to_dict()
    assert counts == {"coded last": 3, "another pair": 1, "applied": 1, "coded op": 1}
    codes = found["codes"].groupby("person")["code"].agg(sorted).to_dict()
    assert codes == {
        "coded last": ["I219", "M329"],
        "another pair": ["J450"],
        "applied": ["I219"],
        "coded op": ["M320"],
    }
    assert found["links"].to_numpy().tolist() == [["N1", "applied", 1, 1, 0]]
    assert found["traces"]["nhs_number"].tolist() == ["N1"]
    assert found["scores"].empty and found["prescriptions"].empty  # this source has none


@pytest.mark.long
def test_the_best_links_are_used(extract) -> None:
    """Those of the best rank are one person, the smallest pseudonym; a worse one is left."""
    found = extract(
        blueteq_applications=[application("A1", "N1", None), application("A2", "N2", None)],
        linkage=[
            link("N1", "second", 2),
            link("N1", "b first", 1),
            link("N1", "a first", 1),
            link("N2", "only", 3),
            link("N2", "only", 4),  # a worse link to the same person is no other
        ],
        apc=[episode(person, person, "2010-01-01") for person in ("second", "b first", "only")],
        op=[appointment("second", "1", "2010-01-01"), appointment("a first", "2", "2010-01-01")],
    )
    links = found["links"].sort_values("nhs_number").to_numpy().tolist()
    assert links == [["N1", "a first", 1, 2, 1], ["N2", "only", 3, 1, 0]]
    assert sorted(found["records"]["person"]) == ["a first", "a first", "only"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("rank", "united"),
    [(1, True), (5, True), (6, False), (8, False), (None, False)],  # 6: no number agrees
)
def test_which_ranks_unite(extract, rank: int | None, united: bool) -> None:
    """The second pseudonym alone has the code: its records are found by the link of the number."""
    found = extract(
        linkage=[link("N1", "a", rank), link("N1", "b", rank)],
        apc=[
            episode("b", "1", "2010-01-01", "M321"),
            episode("a", "2", "2011-01-01", "I219"),
            episode("a", "3", "2010-01-01", "M321"),  # the same episode under the other name
            episode("c", "4", "2010-01-01", "M321"),
        ],
        op=[appointment("a", "1", "2012-01-01")],
        blueteq_applications=[],
    )
    counted = found["records"].query("copy == 1").groupby("person").size().to_dict()
    codes = found["codes"].groupby("person")["code"].agg(sorted).to_dict()
    if united:
        assert counted == {"a": 3, "c": 1}
        assert codes == {"a": ["I219", "M321"], "c": ["M321"]}
        assert found["links"].to_numpy().tolist() == [["N1", "a", rank, 2, 0]]
    else:
        assert counted == {"a": 3, "b": 1, "c": 1}
        assert found["links"][["person", "pseudonyms", "not_followed"]].to_numpy().tolist() == [
            ["a", 1, 1]
        ]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_chain_of_numbers_is_one_person(extract, kind: str) -> None:
    """The first pseudonym alone has a code; N2 joins the third by way of the second."""
    found = extract(
        kind,
        linkage=[
            *(link("N1", person, 1) for person in ("p1", "p2")),
            *(link("N2", person, 3) for person in ("p2", "p3")),
        ],
        apc=[episode("p1", "1", "2010-01-01", "M321"), episode("p3", "2", "2011-01-01", "I219")],
        op=[appointment("p2", "1", "2012-01-01")],
        blueteq_applications=[],
    )
    assert found["records"]["person"].tolist() == ["p1"] * 3
    links = found["links"].sort_values("nhs_number").to_numpy().tolist()
    assert links == [["N1", "p1", 1, 3, 0], ["N2", "p1", 3, 3, 0]]


@pytest.mark.long
def test_a_number_of_very_many_unites_nobody(extract) -> None:
    found = extract(
        linkage=[link("N1", f"p{n:02d}", 1) for n in range(11)],
        apc=[episode(f"p{n:02d}", f"{n}", "2010-01-01", "M321") for n in range(11)],
        op=[appointment("q", "1", "2012-01-01")],
        blueteq_applications=[],
    )
    assert found["records"]["person"].nunique() == 11
    assert found["links"].to_numpy().tolist() == [["N1", "p00", 1, 1, 10]]


@pytest.mark.long
def test_the_trace_of_an_applicant_without_a_link_is_kept(extract) -> None:
    found = extract(
        blueteq_applications=[application("A1", "N9", None)], pds_trace=[trace("N9"), trace("N8")]
    )
    assert found["traces"]["nhs_number"].tolist() == ["N9"]


@pytest.mark.long
def test_codes_of_records_that_do_not_count_are_left_out(extract) -> None:
    found = extract(
        apc=[
            episode("p", "1", "2010-01-01", "M321", EPISTAT="1"),
            episode("p", "2", "2011-01-01", "M328"),
            episode("p", "3", "2011-01-01", "M329"),  # a copy of 2
        ],
        op=[appointment("p", "4", "2011-01-01")],
    )
    assert found["codes"]["code"].tolist() == ["M328"]
    assert len(found["records"].query("person == 'p'")) == 4


def test_whether_a_code_stands_first(extract) -> None:
    found = extract(
        apc=[
            episode("p", "1", "2010-01-01", "M321", "I219", "M321"),  # twice: first all the same
            episode("p", "2", "2011-01-01", "I219", "M321"),
            episode("p", "3", "2012-01-01", None, "M328"),  # no first diagnosis
        ],
        op=[appointment("p", "4", "2013-01-01", "M329")],
    )
    rows = found["codes"].sort_values(["day", "code"])
    assert rows[["code", "leading"]].to_numpy().tolist() == [
        ["I219", False], ["M321", True], ["I219", True], ["M321", False], ["M328", False],
        ["M329", True],
    ]  # fmt: skip


@pytest.mark.long
def test_a_table_without_any_code(extract) -> None:
    found = extract(apc=[episode("p", "1", "2010-01-01")], op=[appointment("q", "1", "2010-01-01")])
    assert len(found["codes"]) == 0


def test_prefixes_become_the_codes_that_occur() -> None:
    assert resolve_codes(["M320", "M32", "M3", "m320"], ["M32"]) == ["M32", "M320"]
    assert resolve_codes(["M320"], []) == []


def test_scores_and_medicines_are_those_of_people_of_interest(extract) -> None:
    """Under the one pseudonym that stands for a person; of medicines those of a kept code."""
    tables = {
        "apc": [episode("a", "1", "2010-01-01", "M321"), episode("z", "2", "2010-01-01", "I219")],
        "op": [], "blueteq_applications": [], "pds_trace": [trace("N1")],
        "linkage": [link("N1", "a", 1), link("N1", "b", 1)],
    }  # fmt: skip
    when = pd.Timestamp("2020-01-01").date()
    told = {"pair": "sle-belimumab", "measured": when, "score": 12.0, "chosen": "random"}
    given = [
        {"PSEUDO_HESID": person, "dispensed": when, "bnf_code": code}
        for person, code in (("a", "0603020T0AA"), ("a", "0601011L0"), ("z", "0603020T0"))
    ]
    scores = [{"PSEUDO_HESID": person, **told} for person in "bz"]
    found = extract(**tables, scores=scores, prescriptions=given)
    assert found["scores"][["person", "score"]].to_numpy().tolist() == [["a", 12.0]]
    assert found["scores"]["weight"].isna().all()
    assert found["prescriptions"][["person", "bnf_code"]].to_numpy().tolist() == [
        ["a", "0603020T0AA"]
    ]
