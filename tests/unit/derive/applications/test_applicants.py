"""Applications for other drugs are counted on the engine: none of them is collected."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tiny_england
from rareaccess.derive.applications.applicants import (
    OtherDrugs,
    count_other_links,
    count_others,
    describe_strangers,
)
from rareaccess.derive.build import build_marts
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.params import load_pair, load_report
from rareaccess.sources.engine import open_engine

PAIR = load_pair("sle-belimumab")
OTHER = {"drug_name": "Rituximab", "form_code": "RTX"}
OURS = 15  # applications of the tiny England that point at the pair's drug


def write_rows(strangers: int) -> dict[str, list[dict[str, Any]]]:
    """Return the tiny England with people who apply for another drug, twice each.

    One in three has a link to HES and a record there, which says another sex than the form.
    """
    rows = tiny_england.rows()
    for n in range(strangers):
        number = f"S{n:03d}"
        rows["blueteq_applications"] += [
            tiny_england.application(f"X{n:03d}{part}", number, "2020-01-01", sex="f", **OTHER)
            for part in "ab"
        ]
        if n % 3 == 0:
            person = f"STRANGER{n:03d}"
            rows["linkage"].append({"nhs_number": number, "PSEUDO_HESID": person, "match_rank": 1})
            rows["apc"].append(tiny_england.episode(person, f"S{n}", "2018-01-01", "I10X", SEX="1"))
    return rows


def build(folder: Path, strangers: int) -> tuple[dict[str, pd.DataFrame], list[pd.DataFrame]]:
    """Return the marts, and every frame that was collected for them."""
    source = tiny_england.write(folder / "data", write_rows(strangers))
    collected: list[pd.DataFrame] = []
    with open_engine() as engine:
        find, keep = PAIR.condition.icd10.narrow, [*all_prefixes(), *PAIR.eligibility.codes]
        extract_records(source, engine, folder, find=find, keep=keep)
        extract = {name: engine.read([folder / f"{name}.parquet"]) for name in EXTRACTS}
        collect = engine.collect

        def note(frame: Any) -> pd.DataFrame:
            collected.append(collect(frame))
            return collected[-1]

        engine.collect = note  # type: ignore[method-assign]  # what it returns is looked at
        marts = build_marts(engine, source, extract, pair=PAIR, report=load_report())
    return marts, collected


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    marts, collected = build(tmp_path_factory.mktemp("strangers"), strangers := 60)
    return strangers, marts, collected


@pytest.mark.long
@pytest.mark.slow
def test_no_application_for_another_drug_is_collected(built) -> None:
    """Of all that is collected nothing grows with them: of the typed texts each comes once."""
    strangers, _, collected = built
    forms = [frame for frame in collected if "application_id" in frame]
    assert [len(frame) for frame in forms if "drug_name" in frame] == [OURS]
    assert max(map(len, forms)) == OURS
    rows = {frame["person"].str.startswith("STRANGER").any() for frame in collected
            if "person" in frame}  # fmt: skip
    assert rows == {False}
    assert max(map(len, collected)) < strangers


@pytest.mark.long
@pytest.mark.slow
def test_the_flow_counts_them_all_the_same(built) -> None:
    strangers, marts, _ = built
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(PAIR))
    assert ledger.count("applications") == 8 + strangers
    assert ledger.count("applications", unit="records") == OURS + 1 + 2 * strangers
    assert ledger.count("drug") == 7
    assert ledger.count("drug", "excluded", unit="records") == 1 + 2 * strangers + 2
    names = marts["drug_names"].set_index("match")["applications"]
    assert names["another drug"] == 1 + 2 * strangers
    quality = marts["quality"].set_index("check")["denominator"]
    assert quality["misspelt_drug_name"] == OURS + 1 + 2 * strangers
    assert quality["links_not_followed"] == 8 + strangers // 3


@pytest.mark.long
@pytest.mark.slow
def test_who_they_are_is_told_without_a_row_of_theirs(built) -> None:
    """Linked people by HES, the others by the form; nobody has a study id that stands for them."""
    strangers, marts, _ = built
    lost = marts["lost"].query("reason == 'other drug'")
    lost = lost[lost["study_id"] > marts["flow"].query("box == 'drug'")["study_id"].min()]
    known = lost["ethnicity"] == "White"
    assert lost.loc[known, "sex"].tolist() == ["Male"] * (strangers // 3)
    assert lost.loc[known, "imd_quintile"].tolist() == [1] * (strangers // 3)
    unlinked = lost[lost["ethnicity"] == "Unknown"]
    assert (unlinked["sex"] == "Female").sum() >= strangers - strangers // 3
    assert marts["people"]["study_id"].max() < lost["study_id"].max()


@pytest.mark.slow
def test_what_is_counted_of_strangers_by_either_rule() -> None:
    forms = pd.DataFrame(
        {
            "person": ["a", "a", "nhs 1", "b"],
            "application_id": ["2", "1", "3", "4"],
            "sex": ["female", "?", " M ", "female"],
            "ours": [False, False, False, True],
        }
    )
    days = pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"])
    records = pd.DataFrame(
        {"person": "a", "kind": "op", "record": ["1", "2", "3", "4"], "day": days, "sex": "Male",
         "ethnicity": ["White", "White", "Black", "Other"], "lsoa": ["x", "y", None, "z"],
         "counted": [True, True, True, False]}
    )  # fmt: skip
    links = pd.DataFrame({"nhs_number": ["1", "2", "3"], "person": ["a", "a", "b"],
                          "pseudonyms": [2, 2, 1], "not_followed": [0, 1, 1]})  # fmt: skip
    areas = pd.DataFrame({"lsoa": ["x", "y"], "imd_quintile": pd.array([1, 5], "Int64")})
    with open_engine() as engine:
        others = count_others(engine, engine.stage(forms))
        told = engine.collect(others).set_index("person")
        assert told.loc["a", ["others", "stated_sex", "stated_on"]].tolist() == [2, "female", "2"]
        staged, found = engine.stage(records), {}
        for rule in ("most_recent", "most_frequent"):
            counts = describe_strangers(engine, others, staged, areas, ethnicity_rule=rule)
            found[rule] = counts.sort_values("n_records").astype("object").values.tolist()
        assert count_other_links(engine, engine.stage(links), others) == {
            "several_pseudonyms": (1, 1),
            "links_not_followed": (1, 2),
            "several_nhs_numbers": (1, 1),
        }
    assert found["most_recent"][1] == [2, "Male", "Black", 5, 1]
    assert found["most_frequent"][1] == [2, "Male", "White", 5, 1]
    assert found["most_recent"][0][:3] == [1, "Male", "Unknown"]


def test_nothing_is_counted_where_there_is_no_other_drug() -> None:
    assert OtherDrugs().flow.empty
    assert OtherDrugs().total == 0
