"""The tiny England from records to marts: each of its people is there for one rule."""

from datetime import date

import pandas as pd
import pytest

import tiny_england
from rareaccess.derive.build import build_marts
from rareaccess.derive.cohort import name_alive_reasons
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.derive.study_ids import assign_study_ids
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.params import SourceParams, load_pair, load_report
from rareaccess.sources import Source
from rareaccess.sources.engine import open_engine
from tiny_england import P01, P02, P06, P07, P09

PAIR = load_pair("sle-belimumab")
Marts = dict[str, pd.DataFrame]


def derive(
    folder, *, rows: dict | None = None, of_source: dict | None = None, **settings: object
) -> tuple[Marts, dict[str, int]]:
    """Return the marts of a tiny England, and the study id of each of its people in HES."""
    source = tiny_england.write(folder / "data", rows)
    params = SourceParams.model_validate(source.params.model_dump() | (of_source or {}))
    source = Source(source.name, params)
    report = load_report().model_copy(update=settings)
    with open_engine() as engine:
        find = PAIR.condition.icd10.narrow
        keep = [*all_prefixes(), *PAIR.eligibility.codes]
        extract_records(source, engine, folder, find=find, keep=keep)
        extract = {name: engine.read([folder / f"{name}.parquet"]) for name in EXTRACTS}
        marts = build_marts(engine, source, extract, pair=PAIR, report=report)
        codes = engine.collect(extract["codes"])
        records = engine.collect(extract["records"])
    assert set(codes["code"]) <= {"M321", "M328", "M329", "M3210", "I219", "N180", "C780", "J450",
                                  "M320", "E119", "G301", "N085", "S602"}  # fmt: skip
    assert tiny_england.P10 not in set(records["person"])  # nothing brings them in
    assert tiny_england.P12 not in set(records["person"])
    applied = [f"nhs {n}" for n in ("N05",)] + ["application A16"]
    named = set(records["person"]) - {tiny_england.P11, tiny_england.P13} | set(applied)
    ids = assign_study_ids(named, salt=PAIR.pair)
    return marts, ids.set_index("person")["study_id"].to_dict()


@pytest.fixture(scope="module")
def derived(tmp_path_factory):
    return derive(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def marts(derived) -> Marts:
    return derived[0]


@pytest.fixture(scope="module")
def ids(derived) -> dict[str, int]:
    return derived[1]


def test_the_flow(marts: Marts) -> None:
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(PAIR))
    counts = {box.key: ledger.count(box.key) for box in ledger.boxes}
    assert counts == {
        "applications": 8, "drug": 7, "initiation": 7, "approved": 7, "dated": 6,
        "one_per_patient": 6, "linked": 4, "alive_at_start": 3, "confirmed": 2,
        "found_by_code": 1, "rescued": 1, "coded_apc": 6, "coded_op": 1, "coded": 6,
        "alive_at_approval": 4, "cohort": 5, "treated": 2, "not_known_treated": 3,
    }  # fmt: skip
    assert ledger.count("coded_apc", unit="records") == 6  # the copy and the unfinished are out
    assert ledger.count("coded_op", unit="records") == 2
    reasons = ledger.summary().query("role == 'excluded' and records > 0")
    assert dict(zip(reasons["reason"], reasons["records"], strict=True)) == {
        "other drug": 1, "drug name not recognised": 1, "other indication": 1,
        "continuation form": 1, "not approved": 1, "planned start missing or impossible": 2,
        "start before approval of the drug": 1, "start after the window": 1,
        "further application of the same patient": 1, "no HES link": 2,
        "died before planned start": 1, "condition not confirmed in HES": 1,
        "died before approval": 1, "vital status unknown": 1,
    }  # fmt: skip


def test_the_people(marts: Marts, ids: dict[str, int]) -> None:
    people = marts["people"].set_index("study_id")
    treated = people[people["treated"]]
    assert set(treated.index) == {ids[P01], ids[P02]}
    first, second = people.loc[ids[P01]], people.loc[ids[P02]]
    assert first[["found_by", "sex", "ethnicity"]].tolist() == ["code", "Female", "White"]
    assert first["entry_date"] == pd.Timestamp("2005-05-05")
    assert (first["age_at_entry"], first["age_at_treatment"]) == (0, 37)  # STARTAGE 7001
    assert (first["imd_quintile"], first["imd_decile"]) == (
        1,
        1,
    )  # the other came later
    # the form leaves the sex blank: HES; no area before the start: the first after it
    assert second[["found_by", "sex", "ethnicity"]].tolist() == ["specialty", "Male", "Chinese"]
    assert (second["imd_quintile"], second["imd_decile"]) == (5, 10)
    assert people.loc[ids[P09], "ethnicity"] == "Asian (excluding Chinese)"
    untreated = people.loc[ids[P06]]
    assert untreated["ethnicity"] == "White"  # the most recent known; X is not known
    assert untreated["ethnicity_most_frequent"] == "White"
    assert pd.isna(untreated["imd_quintile"])  # an area that the file lacks
    assert pd.isna(untreated["age_at_treatment"])


def test_the_treated(marts: Marts, ids: dict[str, int]) -> None:
    uptake = marts["uptake"].set_index("study_id")
    assert uptake.loc[ids[P01], ["route", "trust"]].tolist() == ["IV", "C01"]
    assert uptake.loc[ids[P02], ["route", "trust"]].tolist() == ["SC", "ZZZ"]
    assert uptake.loc[ids[P01], "day_case_date"] == pd.Timestamp("2018-03-10")
    assert pd.isna(uptake.loc[ids[P02], "day_case_date"])
    severity = marts["severity"].set_index("study_id")
    assert severity["criterion"].to_dict() == {ids[P01]: "TA397", ids[P02]: "TA752"}
    assert severity["status"].to_dict() == {
        ids[P01]: "at or above threshold",
        ids[P02]: "unreadable",
    }
    travel = marts["travel"].set_index("study_id")
    assert travel.loc[ids[P01], "minutes"] == 20.5
    assert travel.loc[ids[P01], ["nearest_centre"]].tolist() == ["C02"]
    assert travel.loc[ids[P01], "treating_centre_minutes"] == 50
    assert travel.loc[ids[P02], ["minutes", "treating_centre_minutes"]].isna().all()
    other = travel.loc[ids[P09]]  # not treated: from where they lived on the day that was drawn
    assert (other["treated"], other["minutes"], other["imd_quintile"]) == (False, 20.5, 1)
    assert len(travel) == len(marts["activity"]) and travel["treated"].sum() == 2


def test_the_decisions(marts: Marts, ids: dict[str, int]) -> None:
    decisions = marts["decisions"]
    assert decisions["decision"].value_counts().to_dict() == {"approved": 11, "rejected": 1}
    refused = decisions.query("decision == 'rejected'").iloc[0]
    assert refused["study_id"] == ids[P06] and pd.isna(refused["reason"])  # no such column
    assert refused[["sex", "age", "criterion", "at_centre"]].tolist() == [
        "Female", 37, "TA397", True,
    ]  # fmt: skip
    assert decisions["linked"].sum() == 10


def test_the_trusts_that_applied(marts: Marts) -> None:
    trusts = marts["trusts"].set_index("trust")
    assert trusts["centre"].sum() == 37 and len(trusts) == 38
    assert trusts.loc["C01", ["centre", "starts"]].tolist() == [True, 1]
    assert trusts.loc["ZZZ", ["centre", "starts"]].tolist() == [False, 1]  # no centre
    assert trusts.loc["C02", "starts"] == 0 and pd.isna(trusts.loc["C02", "first_start"])
    first = marts["uptake"].set_index("trust")["start_date"]
    assert trusts.loc["C01", "first_start"] == first["C01"]


def test_before_the_index_date(marts: Marts, ids: dict[str, int]) -> None:
    activity = marts["activity"].set_index("study_id")
    # two stays (of three episodes and a copy); visits of 10 September and of 3 and 4 December
    assert activity.loc[ids[P01], ["admissions", "visits"]].tolist() == [2, 3]
    assert activity.loc[ids[P02], "total"] == 0
    assert len(activity) == 5
    care = marts["care"].set_index("study_id")
    assert care.index.equals(activity.index)
    # stays of 9 October and 30 January; a visit more than qualifies; one that was missed
    asked = ["elective", "emergency", "day_cases", "bed_days", "visits", "remote", "missed"]
    assert care.loc[ids[P01], asked].tolist() == [2, 0, 2, 4, 4, 0, 1]
    comorbidity = marts["comorbidity"].set_index("study_id")
    assert comorbidity.loc[ids[P01], ["mi", "rend", "rheumd", "metacanc"]].tolist() == [
        True, True, False, False,
    ]  # fmt: skip
    assert comorbidity.loc[ids[P01], ["score_1987", "score_2011", "band"]].tolist() == [3, 1, "3+"]


def test_data_quality(marts: Marts) -> None:
    found = marts["quality"].set_index("check")["n"].to_dict()
    assert found == {
        "duplicate_applications": 1, "impossible_start_date": 1, "missing_start_date": 1,
        "start_before_drug_approval": 1, "misspelt_drug_name": 0, "unrecognised_drug_name": 1,
        "unmatched_nhs_number": 1, "death_before_start": 1, "death_without_date": 0,
        "severity_text": 1,
        "severity_out_of_range": 0, "severity_missing": 0, "conflicting_sex": 2,
        "conflicting_ethnicity": 2, "missing_lsoa": 2, "lsoa_not_in_imd": 1,
        "duplicate_episodes": 1, "duplicate_appointments": 1, "unfinished_episodes": 0,
        "null_episode_date": 1, "null_appointment_date": 0, "overlapping_spells": 1,
        "record_after_death": 0, "episode_outside_period": 0,
        "appointment_outside_period": 0, "several_pseudonyms": 0, "links_not_followed": 1,
        "several_nhs_numbers": 0, "site_of_trust": 0, "merged_trust": 0,
        "missing_admission_date": 0, "stays_on_one_day": 0, "transfers": 0,
    }  # fmt: skip
    assert (marts["quality"]["n"] <= marts["quality"]["denominator"]).all()


def test_completeness_links_and_codes(marts: Marts) -> None:
    filled = marts["completeness"].set_index(["table", "year", "field"])
    assert filled.loc[("apc", "2024/25", "area of residence")].tolist() == [2, 1]
    assert filled.loc[("op", "2022/23", "ethnicity")].tolist() == [1, 0]
    assert filled.loc[("op", "2017/18", "diagnosis")].tolist() == [6, 3]
    links = marts["linkage_quality"].set_index(["group", "value"])
    assert links.loc[("sex", "Male")].tolist() == [2, 0]
    passes = links.loc["pass of the match"]
    assert passes.loc["any pass"].tolist() == [6, 4] and passes["n"].eq(6).all()
    others = links.drop(index="pass of the match", level="group")
    assert others.groupby("group")["n"].sum().eq(6).all()
    assert others.groupby("group")["linked"].sum().eq(4).all()
    codes = marts["codes"].set_index(["code", "table"])
    assert codes.loc[("M321", "apc")].tolist() == [3, 3]  # P01, P04 and P09
    assert codes.loc[("M328", "op")].tolist() == [1, 1]


@pytest.mark.long
def test_settings_of_the_report(derived, tmp_path) -> None:
    marts, ids = derived
    other, again = derive(
        tmp_path,
        activity_unit="episodes",
        ethnicity_rule="most_frequent",
        charlson_weights="2011",
        charlson_lookback_years=1,
    )
    assert again == ids
    assert other["activity"].set_index("study_id").loc[ids[P01], "admissions"] == 3
    assert other["comorbidity"].set_index("study_id").loc[ids[P01], "band"] == "1"
    people = other["people"]
    assert people["ethnicity"].equals(people["ethnicity_most_frequent"])
    for name in ("flow", "uptake", "severity", "travel", "quality", "codes"):
        pd.testing.assert_frame_equal(other[name], marts[name])


@pytest.mark.long
def test_dead_since_an_unknown_day(tmp_path) -> None:
    """A flag without a day is not life: P06 is seen later, P07 is not, P01 is treated."""
    traces = tiny_england.rows()["pds_trace"]
    flagged = {"N01", "N06", "N07"}
    for row in traces:
        if row["nhs_number"] in flagged:
            row |= {"vital_status": "dead", "date_of_death": None}
    marts, ids = derive(tmp_path, rows={"pds_trace": traces})
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(PAIR))
    lost = ledger.lost().query("box == 'alive_at_approval'").set_index("study_id")["reason"]
    assert lost.to_dict() == {
        ids[P07]: "dead, day unknown",
        ids[tiny_england.P08]: "vital status unknown",
    }
    people = marts["people"].set_index("study_id")["observed_until"].astype("str").to_dict()
    assert people[ids[P06]] == "2024-06-03" and people[ids[P01]] == "2019-01-01"  # last records
    assert people[ids[P02]] == "2025-08-20"  # alive on the trace: the end of the records
    quality = marts["quality"].set_index("check")
    assert quality.loc["death_without_date", ["n", "denominator"]].tolist() == [3, 4]  # and P04
    pathway = marts["pathway"].set_index("study_id")
    assert not pathway.loc[[ids[P01], ids[P06]], "died"].any()  # on no known day
    forms = marts["on_treatment"].query("cover_months == 12").set_index("study_id")["how"]
    assert forms[ids[P01]] == "no further form"


def test_several_numbers_and_several_pseudonyms_are_one_starter(tmp_path, ids) -> None:
    """P01 has a second NHS number, with an application; half of its records have a second name."""
    rows = tiny_england.rows()
    for record in (*rows["apc"], *rows["op"]):
        if record["PSEUDO_HESID"] == P01 and record.get("EPIKEY") in ("2", "4", "6"):
            record["PSEUDO_HESID"] = "TEST99"
    rows["linkage"] += [
        {"nhs_number": number, "PSEUDO_HESID": person, "match_rank": rank}
        for number, person, rank in (
            ("N01", "TEST99", 1),
            ("N99", P01, 2),
        )
    ]
    rows["pds_trace"] += [tiny_england.trace("N99")]
    second = tiny_england.application("A99", "N99", "2018-03-09")  # a day before the first
    rows["blueteq_applications"] += [second]
    marts, same = derive(tmp_path, rows=rows)
    assert same == ids  # nobody new
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(PAIR))
    assert ledger.count("treated") == 2
    assert ledger.count("one_per_patient", "excluded", unit="records") == 2  # A01 and A02
    assert ledger.count("coded_apc", unit="records") == 6  # the copy is one under either name
    uptake = marts["uptake"].set_index("study_id")
    assert uptake.loc[ids[P01], "start_date"] == pd.Timestamp("2018-03-09")
    quality = marts["quality"].set_index("check")[["n", "denominator"]]
    assert quality.loc["several_pseudonyms"].tolist() == [1, 8]
    assert quality.loc["several_nhs_numbers"].tolist() == [1, 8]
    assert quality.loc["links_not_followed"].tolist() == [1, 9]
    assert quality.loc["conflicting_sex", "n"] == 2  # P01 is recorded with both, under two names


@pytest.mark.long
def test_sites_and_merged_trusts_are_the_trusts_of_today(tmp_path, marts: Marts) -> None:
    """C01 is given as its site; C02 as a site of the trust that it had replaced, ever since 2010.

    The list of centres and the journeys name sites and the old trust as well.
    """
    rows = tiny_england.rows()
    forms = {"A01": "C0101", "A04": "OLD02"}
    for form in rows["blueteq_applications"]:
        form["applying_trust"] = forms.get(form["application_id"], form["applying_trust"])
    for table, written in (("centres", "OLD"), ("travel_times", "OLDXY")):
        for row in rows[table]:
            code = row["centre_code"]
            row["centre_code"] = {"C01": "C01AB", "C02": written}.get(code, code)
    rows["travel_times"] += [{**rows["travel_times"][0], "minutes": 60.0, "centre_code": "C01CD"}]
    merged = {"OLD": {"to": "MID", "from": date(2010, 4, 1)},
              "MID": {"to": "C02", "from": date(2015, 4, 1)}}  # fmt: skip
    found, _ = derive(tmp_path, rows=rows, of_source={"successors": merged})
    trusts = found["trusts"].set_index("trust")
    assert len(trusts) == trusts["centre"].sum() == 37  # ZZZ had applied before
    assert trusts.loc[["C01", "C02"], "starts"].tolist() == [1, 1]
    assert trusts.loc["C02", "first_start"] == pd.Timestamp("2022-05-01")
    assert found["decisions"]["at_centre"].all()
    assert found["travel"].equals(marts["travel"])
    quality = found["quality"].set_index("check")[["n", "denominator"]]
    assert quality.loc[["site_of_trust", "merged_trust"]].to_numpy().tolist() == [[1, 12], [1, 12]]


def test_alive_on_the_approval_date() -> None:
    """By the trace, or by a record on the day or later; a death on the day itself is alive."""
    approval = PAIR.windows.approval_date.isoformat()
    rows = [
        ("Y", None, "2001-01-01", None),
        ("Y", "2016-06-21", "2025-01-01", "died before approval"),
        ("Y", approval, None, None),
        ("N", None, approval, None),
        ("N", None, "2016-06-21", "vital status unknown"),
        (None, None, None, "vital status unknown"),
        ("N", "2016-06-21", "2025-01-01", "died before approval"),
    ]
    frame = pd.DataFrame(rows, columns=["traced", "date_of_death", "last_day", "expected"])
    frame = frame.astype(dict.fromkeys(["date_of_death", "last_day"], "datetime64[s]"))
    frame["death_undated"] = False
    found = name_alive_reasons(frame, pair=PAIR)
    assert found.fillna("alive").tolist() == frame["expected"].fillna("alive").tolist()


@pytest.mark.long
def test_the_landmark_and_the_features(tmp_path) -> None:
    """Of those coded before June 2020 the living and untreated are at the landmark."""
    rows = tiny_england.rows()
    rows["apc"] += [
        tiny_england.episode(P06, "30", "2018-01-05", "N085", ADMIMETH="21", MAINSPEF="361"),
        tiny_england.episode(P06, "31", "2019-12-22", "S602"),  # in the blank gap
    ]
    rows["op"] += [tiny_england.appointment(P06, "30", "2019-02-01", MAINSPEF="410")]
    marts, ids = derive(tmp_path, rows=rows)
    landmark = marts["landmark"].set_index("study_id")
    assert set(landmark.index) == {ids[P06], ids[tiny_england.P04]}
    assert not landmark["treated"].any()
    assert landmark.loc[ids[P06], "age"] == 50  # 40 on 1 January 2010
    found = marts["features"].set_index(["study_id", "feature"])["value"]
    assert found[ids[P06]].to_dict() == {
        "kidney": 1, "follow_ups": 1, "emergencies": 1, "day_cases": 1, "pace": 1, "change": 1,
        "duration": 10,
    }  # fmt: skip
    assert found[ids[tiny_england.P04]].to_dict() == {"duration": 5}
