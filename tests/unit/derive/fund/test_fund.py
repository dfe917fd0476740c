"""The Cancer Drugs Fund rules as decision tables: one row for every branch.

Source: "SACT methodology for Cancer Drugs Fund treatments", National Disease Registration Service.
"""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import tiny_england
from rareaccess.contracts import CONTRACTS
from rareaccess.derive.fund.choosing import choose_applications, exclude_before_entry
from rareaccess.derive.fund.duration import follow_survival, follow_treatment
from rareaccess.derive.fund.sact import name_outcome, read_sact
from rareaccess.derive.fund.status import count_to_chase, name_status
from rareaccess.derive.fund.treatment import summarise_records
from rareaccess.flow.reasons import APPROVED_EARLY, BEFORE_ENTRY
from rareaccess.marts.levels import BEFORE_START, INCOMPLETE
from rareaccess.params import SourceParams, load_pair
from rareaccess.sources import Source
from rareaccess.sources.engine import open_engine

SNAPSHOT = pd.Timestamp("2021-06-05")


def day(text: str | None) -> pd.Timestamp:
    return pd.Timestamp(text) if text else pd.NaT


@pytest.mark.parametrize(
    ("start", "approved", "reason"),
    [
        ("2017-11-21", "2017-12-01", BEFORE_ENTRY),
        ("2017-11-22", "2017-12-01", None),
        ("2019-01-01", "2018-12-20", None),
        (None, "2017-11-22", None),
        (None, "2017-11-21", APPROVED_EARLY),
        ("2017-12-01", "2017-11-21", APPROVED_EARLY),
        ("2017-11-21", "2017-11-20", BEFORE_ENTRY),
    ],
)
def test_what_is_of_before_the_entry_is_excluded(start, approved, reason) -> None:
    frame = pd.DataFrame(
        {
            "start": pd.Series([day(start)], dtype="datetime64[s]"),
            "approval_date": pd.Series([day(approved)], dtype="datetime64[s]"),
        }
    )
    (found,) = exclude_before_entry(frame, entry=day("2017-11-22"))
    assert (found == reason) if reason else pd.isna(found)


# Two trusts apply for one patient: (trust, approved), SACT (regimen start, treating trust),
# then which application counts and by which rule.
CHOICES = {
    "same day, the second treats": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-01")], ("2018-01-09", "RBB"), 1, "trust"),
    "same day, the first treats": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-01")], ("2018-01-09", "RAA"), 0, "trust"),
    "same day, a third trust treats": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-01")], ("2018-01-09", "RZZ"), 0, "trust"),
    "same day, treated, but the regimen has no start": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-01")], (None, "RBB"), 1, "trust"),
    "other day, the later is nearer": (
        [("RAA", "2018-01-01"), ("RBB", "2018-03-01")], ("2018-03-09", "RAA"), 1, "nearest"),
    "other day, the earlier is nearer": (
        [("RAA", "2018-01-01"), ("RBB", "2018-03-01")], ("2018-01-20", "RBB"), 0, "nearest"),
    "other day, one is approved after the start": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-12")], ("2018-01-10", "RAA"), 1, "nearest"),
    "other day, equally far": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-11")], ("2018-01-06", "RBB"), 0, "nearest"),
    "other day, no record in SACT": (
        [("RAA", "2018-03-01"), ("RBB", "2018-01-01")], (None, None), 1, "earliest"),
    "same day, no record in SACT": (
        [("RAA", "2018-01-01"), ("RBB", "2018-01-01")], (None, None), 0, "earliest"),
    "other day, treated, but the regimen has no start": (
        [("RAA", "2018-03-01"), ("RBB", "2018-01-01")], (None, "RAA"), 1, "earliest"),
    "three, two of them on the nearest day": (
        [("RAA", "2018-01-01"), ("RBB", "2018-03-01"), ("RCC", "2018-03-01")],
        ("2018-03-05", "RCC"), 2, "nearest"),
    "one only": ([("RAA", "2018-01-01")], ("2018-01-09", "RBB"), 0, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CHOICES)
def test_which_application_counts(case: str) -> None:
    forms, (regimen, organisation), which, rule = CHOICES[case]
    frame = pd.DataFrame(
        {
            "study_id": 7,
            "application_id": [f"A{n}" for n in range(len(forms))],
            "trust": [trust for trust, _ in forms],
            "approval_date": [day(approved) for _, approved in forms],
            "regimen_start": pd.Series([day(regimen)] * len(forms), dtype="datetime64[s]"),
            "organisation": pd.Series([organisation] * len(forms), dtype="str"),
        }
    ).set_axis(range(10, 10 + len(forms)))
    for ordered in (frame, frame[::-1]):
        found = choose_applications(ordered).sort_index()
        assert found["counts"].tolist() == [n == which for n in range(len(forms))]
        assert found["rule"].isna().all() if rule is None else set(found["rule"]) == {rule}


def test_patients_do_not_disturb_each_other() -> None:
    frame = pd.DataFrame(
        {
            "study_id": [1, 2, 1],
            "application_id": ["a", "b", "c"],
            "trust": "RAA",
            "approval_date": pd.to_datetime(["2018-01-01", "2018-01-01", "2018-02-01"]),
            "regimen_start": pd.to_datetime(["2018-02-02", None, "2018-02-02"]),
            "organisation": ["RAA", None, "RAA"],
        }
    )
    assert choose_applications(frame)["counts"].tolist() == [False, True, True]


# approved, in SACT, start, last, outcome -> status, reason
STATUS = {
    "complete and active": ("2021-01-01", True, "2021-01-10", "2021-05-20", False, "present", None),
    "starts on the thirtieth day": (
        "2021-01-01", True, "2021-01-31", "2021-05-20", False, "present", None),
    "starts on the thirty-first day": (
        "2021-01-01", True, "2021-02-01", "2021-05-20", False, "incomplete", "late"),
    "starts before the approval": (
        "2021-01-01", True, "2020-12-20", "2021-05-20", False, "present", None),
    "quiet with an outcome": (
        "2020-01-01", True, "2020-01-10", "2020-08-01", True, "present", None),
    "quiet without an outcome": (
        "2020-01-01", True, "2020-01-10", "2020-08-01", False, "incomplete", "no_outcome"),
    "quiet for three months to the day": (
        "2020-01-01", True, "2020-01-10", "2021-03-05", False, "incomplete", "no_outcome"),
    "quiet for a day less": (
        "2020-01-01", True, "2020-01-10", "2021-03-06", False, "present", None),
    "late and quiet": (
        "2020-01-01", True, "2020-06-10", "2020-08-01", False, "incomplete", "both"),
    "a record without any date": ("2020-01-01", True, None, None, False, "incomplete", "no_date"),
    "no record": ("2020-01-01", False, None, None, False, "missing", None),
}  # fmt: skip


@pytest.mark.parametrize("case", STATUS)
def test_whether_the_record_is_there(case: str) -> None:
    approved, known, start, last, outcome, status, reason = STATUS[case]
    frame = pd.DataFrame(
        {
            "approval_date": [day(approved)],
            "in_sact": known,
            "start": pd.Series([day(start)], dtype="datetime64[s]"),
            "last": pd.Series([day(last)], dtype="datetime64[s]"),
            "outcome": outcome,
        }
    )
    (row,) = name_status(frame, snapshot=SNAPSHOT).to_dict("records")
    assert row["status"] == status
    assert row["reason"] == INCOMPLETE[reason] if reason else pd.isna(row["reason"])


@pytest.mark.parametrize(("last", "quiet"), [("2020-11-28", True), ("2020-11-30", True),
                                            ("2020-12-01", False)])  # fmt: skip
def test_three_months_are_the_same_for_the_record_and_for_the_treatment(last, quiet) -> None:
    frame = pd.DataFrame(
        {
            "approval_date": [day("2020-01-01")],
            "in_sact": True,
            "start": [day("2020-01-10")],
            "last": [day(last)],
            "outcome": False,
            "stopped": False,
            "date_of_death": pd.Series([pd.NaT], dtype="datetime64[s]"),
            "death_undated": False,
        }
    )
    snapshot = day("2021-02-28")  # three months after 28, 29 and 30 November
    time = follow_treatment(
        frame, route="IV", prescription_days=21, end_indicator_days=0, snapshot=snapshot,
        trace_date=snapshot,
    )  # fmt: skip
    assert (name_status(frame, snapshot=snapshot)["status"] == "incomplete").tolist() == [quiet]
    assert time["ended"].tolist() == [quiet]


# Version 3.0: items 58, 59 and 60 -> outcome, and whether it ends treatment before a death.
@pytest.mark.parametrize(
    ("items", "outcome", "stopped"),
    [
        (("Y", None, None), "completed", False),
        (("N", None, None), "not completed", False),
        (("N", "toxicity", None), "toxicity", True),
        ((None, None, "progression"), "progression", True),
        ((None, "other", "progression"), "other", True),
        ((None, None, None), None, False),
    ],
)
def test_the_outcome_of_three_items(items: tuple, outcome: str | None, stopped: bool) -> None:
    names = ["curative", "reason", "ending"]
    (row,) = name_outcome(pd.DataFrame([items], columns=names, dtype="str")).to_dict("records")
    assert (row["outcome"] == outcome) if outcome else pd.isna(row["outcome"])
    assert row["stopped"] == stopped


def test_the_list_to_chase_holds_no_person() -> None:
    patients = pd.DataFrame(
        {
            "study_id": range(5),
            "trust": ["RAA", "RAA", "RAA", "RBB", "RBB"],
            "approval_date": pd.to_datetime(
                ["2021-01-05", "2021-01-31", "2021-02-01", "2021-02-02", "2021-02-03"]
            ),
            "status": ["missing", "incomplete", "missing", "present", "missing"],
        }
    )
    found = count_to_chase(patients)
    assert found.columns.tolist() == ["trust", "month", "incomplete", "missing"]
    assert found.astype({"month": "str"}).to_numpy().tolist() == [
        ["RAA", "2021-01-01", 1, 1],
        ["RAA", "2021-02-01", 0, 1],
        ["RBB", "2021-02-01", 0, 1],
    ]
    assert len(count_to_chase(patients.assign(status="present"))) == 0


# route, last, outcome, stopped, death -> days from 2021-01-01, ended, how
# A prescription lasts 28 days, and another is due after 56; records were taken on 5 June 2021.
TREATMENT = {
    "active": ("oral", "2021-05-10", False, False, None, 157, False, "on treatment"),
    "due on the day": ("oral", "2021-04-10", False, False, None, 127, True, "no record since"),
    "due tomorrow": ("oral", "2021-04-11", False, False, None, 128, False, "on treatment"),
    "infusions, three months to the day": (
        "IV", "2021-03-05", False, False, None, 91, True, "no record since"),
    "infusions, a day less": ("IV", "2021-03-06", False, False, None, 92, False, "on treatment"),
    "outcome": ("oral", "2021-05-10", True, False, None, 157, True, "outcome submitted"),
    "died inside the prescription": (
        "oral", "2021-05-01", False, False, "2021-05-11", 130, True, "died on treatment"),
    "died on its last day": (
        "oral", "2021-05-01", False, False, "2021-05-29", 148, True, "died on treatment"),
    "died after it": ("oral", "2021-05-01", False, False, "2021-05-30", 148, True, "died"),
    "stopped for progression, then died": (
        "oral", "2021-05-01", True, True, "2021-05-11", 130, True, "stopped, then died"),
    "completed, then died": (
        "oral", "2021-05-01", True, False, "2021-05-11", 130, True, "died on treatment"),
    "died after the records were taken": (
        "oral", "2021-05-10", False, False, "2021-06-06", 156, True, "died on treatment"),
    "died long after they were taken": (
        "oral", "2021-05-10", False, False, "2021-11-07", 157, True, "died"),
    "died after the trace": (
        "oral", "2021-05-10", False, False, "2021-11-08", 157, False, "on treatment"),
    "one day only": ("oral", "2021-01-01", True, False, None, 28, True, "outcome submitted"),
    "dead, treated to the last": (
        "oral", "2021-05-10", False, False, "dead", 129, False, "dead, day unknown"),
    "dead, silent before": (
        "oral", "2021-01-01", False, False, "dead", 28, True, "no record since"),
    "dead, with an outcome": (
        "oral", "2021-05-10", True, True, "dead", 157, True, "outcome submitted"),
}  # fmt: skip


@pytest.mark.parametrize("case", TREATMENT)
def test_time_on_treatment(case: str) -> None:
    route, last, outcome, stopped, death, days, ended, how = TREATMENT[case]
    frame = pd.DataFrame(
        {
            "start": [day("2021-01-01")],
            "last": [day(last)],
            "outcome": outcome,
            "stopped": stopped,
            "date_of_death": pd.Series(
                [day(None if death == "dead" else death)], dtype="datetime64[s]"
            ),
            "death_undated": death == "dead",
        }
    )
    found = follow_treatment(
        frame,
        route=route,
        prescription_days=28,
        end_indicator_days=56,
        snapshot=SNAPSHOT,
        trace_date=day("2021-11-07"),
    )
    assert found.to_numpy().tolist() == [[days, ended, how]]


# traced, death -> days from 2021-01-01 to the trace on 7 November, died, how
SURVIVAL = {
    "alive": (True, None, 310, False, "alive"),
    "died": (True, "2021-03-02", 60, True, "died"),
    "died on the day of the trace": (True, "2021-11-07", 310, True, "died"),
    "died after the trace": (True, "2021-11-08", 310, False, "alive"),
    "not traced": (False, None, 120, False, "lost to follow-up"),
    "a death, though not traced": (False, "2021-03-02", 60, True, "died"),
    "a death without a day": (True, "dead", 120, False, "dead, day unknown"),
    "a death without a day, not traced": (False, "dead", 120, False, "dead, day unknown"),
}


@pytest.mark.parametrize("case", SURVIVAL)
def test_overall_survival(case: str) -> None:
    traced, death, days, died, how = SURVIVAL[case]
    frame = pd.DataFrame(
        {
            "start": [day("2021-01-01")],
            "last": [day("2021-05-01")],
            "traced": traced,
            "date_of_death": pd.Series(
                [day(None if death == "dead" else death)], dtype="datetime64[s]"
            ),
            "death_undated": death == "dead",
        }
    )
    found = follow_survival(frame, trace_date=day("2021-11-07"))
    assert found.to_numpy().tolist() == [[days, died, how]]


def test_patients_without_a_start_have_no_time() -> None:
    frame = pd.DataFrame(
        {
            "start": pd.Series([pd.NaT], dtype="datetime64[s]"),
            "last": pd.Series([pd.NaT], dtype="datetime64[s]"),
            "outcome": False,
            "stopped": False,
            "traced": True,
            "date_of_death": pd.Series([pd.NaT], dtype="datetime64[s]"),
            "death_undated": False,
        }
    )
    rules = {"route": "IV", "prescription_days": 21, "end_indicator_days": 0}
    assert follow_treatment(frame, snapshot=SNAPSHOT, trace_date=SNAPSHOT, **rules).empty
    assert follow_survival(frame, trace_date=SNAPSHOT).empty


# Days that cannot all be true: start, last, death -> in the times on treatment, in survival.
@pytest.mark.parametrize(
    ("start", "last", "death", "treated", "followed"),
    [
        ("2021-01-01", "2021-05-01", "2020-12-31", False, False),
        ("2021-01-01", "2021-05-01", "2021-01-01", True, True),
        ("2021-11-08", "2021-11-08", None, True, False),  # after the trace
        ("2021-11-07", "2021-11-07", None, True, True),
    ],
)
def test_no_time_is_negative(start, last, death, treated: bool, followed: bool) -> None:
    frame = pd.DataFrame(
        {
            "start": [day(start)],
            "last": [day(last)],
            "outcome": False,
            "stopped": False,
            "traced": True,
            "date_of_death": pd.Series(
                [day(None if death == "dead" else death)], dtype="datetime64[s]"
            ),
            "death_undated": death == "dead",
        }
    )
    trace = day("2021-11-07")
    rules = {"route": "IV", "prescription_days": 21, "end_indicator_days": 0}
    time = follow_treatment(frame, snapshot=SNAPSHOT, trace_date=trace, **rules)
    life = follow_survival(frame, trace_date=trace)
    for found, timed in ((time, treated), (life, followed)):
        assert found["days"].notna().tolist() == [timed]
        assert (found["how"] == BEFORE_START).tolist() == [not timed]
        assert (found["days"].dropna() >= 0).all() and (timed or not found.iloc[0, 1])


def test_another_route_is_refused() -> None:
    frame = pd.DataFrame(
        columns=["start", "last", "outcome", "stopped", "date_of_death", "death_undated"]
    )
    with pytest.raises(ValueError, match="expected 'IV' or 'oral'"):
        follow_treatment(
            frame,
            route="SC",
            prescription_days=1,
            end_indicator_days=1,
            snapshot=SNAPSHOT,
            trace_date=SNAPSHOT,
        )


# Which of the three dates is the first and the last day: regimen, cycle, administration.
@pytest.mark.parametrize(
    ("records", "start", "last"),
    [
        ([("2021-01-05", "2021-01-06", "2021-01-07")], "2021-01-05", "2021-01-07"),
        ([("2021-01-07", "2021-01-05", "2021-01-06")], "2021-01-05", "2021-01-07"),
        ([(None, None, "2021-01-06")], "2021-01-06", "2021-01-06"),
        ([("2021-01-05", None, None), (None, "2021-02-05", None)], "2021-01-05", "2021-02-05"),
        ([(None, None, None)], None, None),
    ],
)
def test_first_and_last_day(records: list, start: str | None, last: str | None) -> None:
    dates = pd.DataFrame(
        [[day(text) for text in row] for row in records],
        columns=["regimen_start", "cycle_start", "administered"],
    ).astype("datetime64[s]")
    frame = dates.assign(study_id=1, organisation="RAA", outcome=None, stopped=False)
    row = summarise_records(frame.astype({"outcome": "str"})).loc[1]
    assert [row["start"], row["last"]] == [day(start), day(last)] or (
        start is None and pd.isna(row["start"]) and pd.isna(row["last"])
    )


def test_an_outcome_on_any_record_counts_and_the_first_trust_treats() -> None:
    frame = pd.DataFrame(
        {
            "study_id": [1, 1, 2],
            "regimen_start": pd.to_datetime(["2021-02-01", "2021-01-01", "2021-01-01"]),
            "cycle_start": pd.Series([pd.NaT] * 3, dtype="datetime64[s]"),
            "administered": pd.Series([pd.NaT] * 3, dtype="datetime64[s]"),
            "organisation": ["RAA", "RBB", "RCC"],
            "outcome": pd.Series(["progression", None, None], dtype="str"),
            "stopped": [True, False, False],
        }
    )
    found = summarise_records(frame)
    assert found["organisation"].tolist() == ["RBB", "RCC"]
    assert found["outcome"].tolist() == found["stopped"].tolist() == [True, False]


def test_there_is_a_row_for_at_least_twenty_branches() -> None:
    assert len(CHOICES) + len(STATUS) + len(TREATMENT) + len(SURVIVAL) >= 40


def test_a_source_without_sact_lets_the_earliest_application_count(tmp_path: Path) -> None:
    source, pair = tiny_england.write(tmp_path), load_pair("waldenstrom-ibrutinib")
    with open_engine() as engine:
        records = read_sact(source, engine, pair, numbers=["N01"])
    sact = summarise_records(records.rename(columns={"nhs_number": "study_id"}))
    frame = pd.DataFrame({"study_id": ["N01"] * 2, "application_id": ["a", "b"], "trust": "RAA"})
    frame["approval_date"] = pd.to_datetime(["2018-03-01", "2018-01-01"])
    frame = frame.merge(sact, left_on="study_id", right_index=True, how="left")
    assert choose_applications(frame).to_numpy().tolist() == [
        [False, "earliest"],
        [True, "earliest"],
    ]
    assert exclude_before_entry(frame, entry=day("2017-11-22")).isna().all()


@pytest.mark.slow
def test_the_site_of_a_provider_is_the_provider(tmp_path: Path) -> None:
    row = dict.fromkeys(CONTRACTS["sact_v2"].names) | {"nhs_number": "N01"}
    row |= {"drug_group": "IBRUTINIB", "primary_diagnosis": "C880"}
    key, codes = "organisation_code_of_provider", ("RAA", "RAA01 ", "8J123X")
    source = tiny_england.write(tmp_path, {"sact_v2": [row | {key: code} for code in codes]})
    pair = load_pair("waldenstrom-ibrutinib")
    with open_engine() as engine:
        records = read_sact(source, engine, pair, numbers=["N01"])
    assert sorted(records["organisation"]) == ["8J123X", "RAA", "RAA"]
    merged = {"successors": {"RAA": {"to": "RYY", "from": date(2020, 4, 1)}}}
    params = SourceParams.model_validate(source.params.model_dump() | merged)
    with open_engine() as engine:
        records = read_sact(Source("x", params), engine, pair, numbers=["N01"])
    assert sorted(records["organisation"]) == ["8J123X", "RYY", "RYY"]


@pytest.mark.slow
def test_the_tables_of_ndrs_are_joined_by_their_keys(tmp_path: Path) -> None:
    """Of P1 a drug with outcomes of both versions, of P2 a regimen that has not yet begun."""
    begun = day("2020-01-05")
    tables = {
        "sact_patient": [
            {"MERGED_PATIENT_ID": "P1", "nhs_number": "N01"},
            {"MERGED_PATIENT_ID": "P2", "nhs_number": "N02"},
            {"MERGED_PATIENT_ID": "P3", "nhs_number": "N03"},  # nobody asks for
        ],
        "sact_tumour": [
            {"MERGED_PATIENT_ID": patient, "MERGED_TUMOUR_ID": tumour, "PRIMARY_DIAGNOSIS": code,
             "ORGANISATION_CODE_OF_PROVIDER": "RAA01"}
            for patient, tumour, code in (("P1", "T1", "C880"), ("P1", "T2", "C911"),
                                          ("P2", "T3", "C880"), ("P3", "T4", "C880"))
        ],
        "sact_regimen": [
            {"MERGED_TUMOUR_ID": f"T{n}", "MERGED_REGIMEN_ID": f"R{n}",
             "START_DATE_OF_REGIMEN": begun}
            for n in range(1, 5)
        ],
        "sact_cycle": [
            {"MERGED_REGIMEN_ID": f"R{n}", "MERGED_CYCLE_ID": f"C{n}", "START_DATE_OF_CYCLE": begun}
            for n in (1, 2, 4)
        ],
        "sact_drug_detail": [
            {"MERGED_CYCLE_ID": cycle, "MERGED_DRUG_DETAIL_ID": f"D{n}", "DRUG_GROUP": "IBRUTINIB",
             "ADMINISTRATION_DATE": given, "ORG_CODE_OF_DRUG_PROVIDER": where}
            for n, (cycle, given, where) in enumerate(
                [("C1", day("2020-01-06"), None), ("C1", day("2020-01-07"), "RBB"),
                 ("C2", day("2020-01-08"), "RCC"), ("C4", day("2020-01-09"), "RDD")]
            )
        ],
        "sact_outcome": [
            {"MERGED_REGIMEN_ID": "R1", "REGIMEN_OUTCOME_SUMMARY": "0",
             "REGIMEN_OUTCOME_NOT_COMPLETED_REASON": None,
             "REGIMEN_OUTCOME_CURATIVE_COMPLETED": None, "REGIMEN_OUTCOME_NON_CURATIVE": None},
            {"MERGED_REGIMEN_ID": "R1", "REGIMEN_OUTCOME_SUMMARY": None,
             "REGIMEN_OUTCOME_NOT_COMPLETED_REASON": "toxicity",
             "REGIMEN_OUTCOME_CURATIVE_COMPLETED": "N", "REGIMEN_OUTCOME_NON_CURATIVE": None},
        ],
    }  # fmt: skip
    pair = load_pair("waldenstrom-ibrutinib")
    source = tiny_england.write(tmp_path, tables)
    with open_engine() as engine:
        records = read_sact(source, engine, pair, numbers=["N01", "N02"])
    assert set(records["nhs_number"]) == {"N01"}  # the other has had no drug
    assert set(records["organisation"]) == {"RAA", "RBB"}  # C2 is for another cancer
    assert sorted(set(records["outcome"])) == ["completed", "toxicity"]
    assert records["stopped"].sum() == 2 and len(records) == 4
    assert records["regimen_start"].eq(pd.Timestamp(begun)).all()
    del tables["sact_outcome"][1]
    for row in tables["sact_outcome"]:
        row["MERGED_REGIMEN_ID"] = "R2"
    with open_engine() as engine:
        source = tiny_england.write(tmp_path, tables)
        records = read_sact(source, engine, pair, numbers=["N01"])
    assert len(records) == 2 and records["outcome"].isna().all()  # a regimen without an outcome
