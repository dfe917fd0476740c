"""Lists of codes: printed, compared, and set beside what others have stated."""

import pandas as pd
import pytest

import tiny_england
from rareaccess.derive.build import build_marts
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.measures.code_lists import compare_broad, name_lists
from rareaccess.measures.labels import name_decisions, name_matches
from rareaccess.params import Fact, TooBroad, load_pair, load_report
from rareaccess.sources.engine import open_engine

LISTS = pd.DataFrame(
    [
        ("narrow", "D570 D571", 30, 12, 36, 0, 0),
        ("broad", "D57", 34, 12, 40, 4, 3),
        ("orphan", "J46", 2, 0, 2, 1, 1),
    ],
    columns=["list", "codes", "people_apc", "people_op", "people", "beyond_narrow", "would_join"],
)


def fact(key: str, value: float | None, source: str = "ndrs-2026") -> Fact:
    unit = None if value is None else "people"
    return Fact(key=key, text=f"about {key}", value=value, unit=unit, source=source,
                status="verified")  # fmt: skip


def test_each_list_is_set_against_the_narrow_one() -> None:
    named = name_lists(LISTS, cohort=33)
    assert named["level"].tolist() == ["Narrow", "Broad", "Orphan"]
    assert named["codes"].tolist() == ["D57.0, D57.1", "D57", "J46"]
    assert named["cohort"].tolist() == [33, 33, 33]


def test_records_and_statements_stand_beside_each_other_and_are_not_mixed() -> None:
    broad = [TooBroad(list="broad", reason="it holds the trait", facts=("eligible", "severe"))]
    facts = [fact("severe", 200_000), fact("eligible", 55_000), fact("eligible", 51_500.5),
             fact("other", 7), fact("eligible", None)]  # fmt: skip
    found = compare_broad(LISTS, 9, broad, facts)
    assert found["group"].unique().tolist() == ["D57: it holds the trait"]
    assert found[["what", "counted", "stated"]].fillna(-1).to_numpy().tolist() == [
        ["people with one of these codes", 40, ""],
        ["of these, without a narrow code", 4, ""],
        ["people treated", 9, ""],
        ["about eligible", -1, "55,000"],
        ["about eligible", -1, "51,500.5"],
        ["about severe", -1, "200,000"],
    ]


def test_a_narrow_list_that_is_too_broad_has_nobody_beyond_it() -> None:
    found = compare_broad(LISTS, 9, [TooBroad(list="narrow", reason="x")], [])
    assert found["counted"].tolist() == [36, 9]


def test_only_the_settings_say_which_list_is_too_broad() -> None:
    names = ("severe-asthma-biologics", "sickle-cell-crizanlizumab", "sle-belimumab")
    conditions = [load_pair(name).condition for name in names]
    assert [one.narrow_is_too_broad for one in conditions] == [True, False, False]
    assert [len(one.too_broad) for one in conditions] == [1, 1, 0]


def test_names_of_the_mart_are_said_in_words() -> None:
    typed = pd.DataFrame(
        [("known", "omalizumab", "omalizumab", 5), ("misspelt", "omalizumab", "zolair", 1),
         ("known", "", "belimumab", 7), ("accepted", "omalizumab", "", 1),
         ("not recognised", "", "", 2), ("another drug", "", "", 3)],
        columns=["match", "member", "name", "applications"],
    )  # fmt: skip
    assert name_matches(typed)[["group", "name"]].to_numpy().tolist() == [
        ["Names of the drug", "omalizumab"],
        ["Audited misspelling", "zolair (omalizumab)"],
        ["Names of the drug", "belimumab"],
        ["Accepted on review", "other texts found to be the drug (omalizumab)"],
        ["Not read: left out", "any other text on a form of the drug"],
        ["Other drugs", "any text on other forms"],
    ]


def test_every_kind_of_form_and_indication_has_its_words() -> None:
    kinds = pd.DataFrame(
        [("own", "audited", "counts"), ("shared", "another", "other indication"),
         ("other", "missing", "indication not stated")],
        columns=["form", "indication", "decision"],
    )  # fmt: skip
    named = name_decisions(kinds)
    assert named.notna().all().all()
    assert named["decision"].tolist() == ["Counts", "Other indication", "Indication not stated"]


@pytest.mark.long
def test_a_wider_list_adds_to_the_cohort_who_was_alive(tmp_path) -> None:
    """M320 is in the broad list alone: four people have it and no narrow code.

    Of these one is traced and alive, one died before the approval, one is not traced but has a
    record after it, and one (P12) was last seen before it.
    """
    rows = tiny_england.rows()
    people = {"N31": "TEST31 alive", "N32": "TEST32 dead", "N33": "TEST33 seen later"}
    rows["apc"] += [
        tiny_england.episode(person, str(100 + place), "2015-01-01", "M320")
        for place, person in enumerate(people.values())
    ]
    rows["op"] += [tiny_england.appointment(people["N33"], "100", "2017-01-01")]
    rows["linkage"] += [
        {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": 1}
        for number, person in people.items()
    ]
    rows["pds_trace"] += [
        tiny_england.trace("N31"),
        tiny_england.trace("N32", "2016-06-21"),
        tiny_england.trace("N33", traced="N"),
    ]
    pair, source = load_pair("sle-belimumab"), tiny_england.write(tmp_path / "data", rows)
    with open_engine() as engine:
        find = pair.condition.icd10.every
        extract_records(source, engine, tmp_path, find=find, keep=all_prefixes())
        extract = {name: engine.read([tmp_path / f"{name}.parquet"]) for name in EXTRACTS}
        marts = build_marts(engine, source, extract, pair=pair, report=load_report())
    lists = marts["code_lists"].set_index("list")
    counts = ["people", "beyond_narrow", "would_join"]
    assert lists.loc["narrow", counts].tolist() == [6, 0, 0]
    assert lists.loc["broad", counts].tolist() == [10, 4, 2]
    assert list(lists.index) == ["narrow", "broad"]
