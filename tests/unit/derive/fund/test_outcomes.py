"""Outcomes: continuation forms, what the fund follows, and what is said where nothing is known."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.derive.fund.choosing import book_fund
from rareaccess.derive.fund.outcomes import build_outcomes, follow_forms, list_further
from rareaccess.derive.fund.sact import read_sact
from rareaccess.derive.fund.treatment import summarise_records
from rareaccess.flow import FUND_BOXES, Ledger
from rareaccess.flow.reasons import APPROVED_LATE
from rareaccess.measures.fund_records import list_steps
from rareaccess.params import load_pair, load_source
from rareaccess.sources import Source
from rareaccess.sources.engine import open_engine

ENTRY = pd.Timestamp("2017-11-22")


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)), dtype="datetime64[s]")


# start, days of further forms, death -> days, ended, how
# A form covers 12 months; the last day that forms tell of is 2022-06-30.
COVERED = {
    "no form, the first has run out": ("2020-01-01", [], None, 366, True, "no further form"),
    "the first still covers": ("2022-01-01", [], None, 180, False, "covered by a form"),
    "runs out on the last day": ("2021-06-30", [], None, 365, True, "no further form"),
    "runs out a day later": ("2021-07-01", [], None, 364, False, "covered by a form"),
    "the last of two counts": (
        "2020-01-01", ["2020-12-01", "2021-03-01"], None, 790, True, "no further form"),
    "a gap between forms is not an end": (
        "2020-01-01", ["2021-09-01"], None, 911, False, "covered by a form"),
    "a form before the start": ("2020-01-01", ["2019-06-01"], None, 366, True, "no further form"),
    "a form of the year 5202 is none": (
        "2020-01-01", ["5202-01-01"], None, 366, True, "no further form"),
    "died while covered": ("2020-01-01", [], "2020-03-01", 60, True, "died"),
    "died after it ran out": ("2020-01-01", [], "2021-03-01", 366, True, "no further form"),
    "died after the end": ("2022-01-01", [], "2022-07-01", 180, False, "covered by a form"),
    "died on the day of the start": ("2020-01-01", [], "2020-01-01", 0, True, "died"),
    "died before the start": ("2020-01-01", [], "2019-12-31", None, False, "before the start"),
    "dead, and the first still covers": (
        "2022-01-01", [], "dead", 0, False, "dead, day unknown"),
    "dead, and a further one still covers": (
        "2020-01-01", ["2021-09-01"], "dead", 609, False, "dead, day unknown"),
    "dead, and the last has run out": (
        "2020-01-01", [], "dead", 366, True, "no further form"),
}  # fmt: skip


@pytest.mark.parametrize("case", COVERED)
def test_time_that_forms_tell_of(case: str) -> None:
    start, forms, death, expected, ended, how = COVERED[case]
    undated = death == "dead"
    patients = pd.DataFrame(
        {
            "study_id": [7],
            "planned_start_date": days(start),
            "date_of_death": days(None if undated else death),
            "death_undated": undated,
        }
    )
    further = pd.DataFrame({"study_id": [7] * len(forms), "day": days(*forms)})
    found = follow_forms(patients, further, months=12, until=pd.Timestamp("2022-06-30"))
    found = found.astype({"days": "object"}).replace({"days": {pd.NA: None}})
    assert found.to_numpy().tolist() == [[7, 12, expected, ended, how]]


def test_which_forms_continue_treatment() -> None:
    rows = [
        ("", "approved", "2020-01-01", "2020-02-01"),
        ("initiation", "approved", "2021-01-01", None),
        ("initiation", "rejected", "2021-03-01", None),
        ("one_per_patient", "approved", "2021-11-30", "2022-01-01"),
        ("drug", "approved", "2022-03-01", "2022-03-01"),
    ]
    names = ["stopped_at", "approval_status", "approval_date", "planned_start_date"]
    frame = pd.DataFrame(rows, columns=names).assign(study_id=7)
    frame = frame.assign(**{name: days(*frame[name]) for name in names[2:]})
    further = list_further(frame)
    assert further.to_numpy().tolist() == [[7, day] for day in days("2021-01-01", "2022-01-01")]


def applications() -> pd.DataFrame:
    """Six patients: two forms on one day, two on other days, early ones, one alone."""
    rows = [
        (1, "a", "RAA", "2018-01-01", "2018-01-09", "RBB"),
        (1, "b", "RBB", "2018-01-01", "2018-01-09", "RBB"),
        (2, "c", "RAA", "2018-01-01", "2018-03-05", "RAA"),
        (2, "d", "RBB", "2018-03-01", "2018-03-05", "RAA"),
        (3, "e", "RAA", "2017-11-21", None, None),
        (4, "f", "RAA", "2017-12-01", "2017-10-01", "RAA"),
        (5, "g", "RAA", "2018-01-01", None, None),
    ]
    names = ["study_id", "application_id", "trust", "approval_date", "start", "organisation"]
    frame = pd.DataFrame(rows, columns=names).astype({"organisation": "str"})
    dates = {name: days(*frame[name]) for name in ("approval_date", "start")}
    return frame.assign(**dates, regimen_start=dates["start"])


def test_the_cohort_of_the_fund() -> None:
    ledger, cohort = book_fund(applications(), entry=ENTRY)
    assert cohort["application_id"].tolist() == ["b", "d", "g"]
    steps = list_steps(ledger).set_index("level")[["people", "records"]]
    assert steps.loc["Approved initial applications"].tolist() == [5, 7]
    assert steps.loc["The cohort: one application for each patient"].tolist() == [3, 3]
    left = steps[steps.index.str.startswith("left out")]
    assert left["records"].tolist() == [1, 0, 1, 1, 1, 0]
    assert left["people"].tolist() == [1, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("last", "kept"), [("2018-01-01", ["b", "c", "g"]), ("2017-12-31", []), ("2018-03-01", None)]
)
def test_what_is_approved_after_the_fund_is_not_followed(last: str, kept: list | None) -> None:
    ledger, cohort = book_fund(applications(), entry=ENTRY, left=pd.Timestamp(last))
    assert cohort["application_id"].tolist() == (["b", "d", "g"] if kept is None else kept)
    reasons = ledger.to_frame().query("box == 'fund_entered'")["reason"]
    assert (reasons == APPROVED_LATE).any() == (kept is not None)


def test_a_patient_lost_from_the_fund_is_found_and_the_box_is_named() -> None:
    frame = book_fund(applications(), entry=ENTRY)[0].to_frame()
    for box in FUND_BOXES:
        kept = frame.index[(frame["box"] == box.key) & (frame["role"] == "out")]
        with pytest.raises(UserError, match=box.key):
            Ledger.from_frame(frame.drop(kept[0]), FUND_BOXES)


def test_a_source_without_sact_gives_missing_records_and_no_times() -> None:
    pair = load_pair("waldenstrom-ibrutinib")
    source = load_source("sample").model_copy(update={"tables": {}})
    with open_engine() as engine:
        records = read_sact(Source("sample", source), engine, pair, numbers=["N1"])
    summary = summarise_records(records.rename(columns={"nhs_number": "study_id"}))
    patients = pd.DataFrame({"study_id": [1], "trust": ["RAA"]}).merge(
        summary, left_on="study_id", right_index=True, how="left"
    )
    patients = patients.assign(
        approval_date=days("2020-01-05"), date_of_death=days(None), death_undated=False, traced=True
    )
    marts = build_outcomes(patients, pd.DataFrame(), pair)
    assert marts["sact_status"]["status"].tolist() == ["missing"]
    assert marts["chasing"][["incomplete", "missing"]].to_numpy().tolist() == [[0, 1]]
    assert len(marts["on_treatment"]) == len(marts["survival"]) == 0


def test_an_injected_drug_of_the_fund_is_followed_as_an_infused_one() -> None:
    pair = load_pair("waldenstrom-ibrutinib")
    route = pair.drug.routes[0].model_copy(update={"route": "SC"})
    drug = pair.drug.model_copy(update={"routes": (route,)})
    fund = pair.cdf.model_copy(update={"end_indicator_days": None})
    patients = pd.DataFrame(
        {
            "study_id": [1, 2],
            "trust": "RAA",
            "organisation": "RAA",
            "approval_date": days("2025-01-01", "2025-01-01"),
            "start": days("2025-01-02", "2025-01-02"),
            "last": days("2025-04-30", "2025-05-01"),  # 31 July 2025 is the snapshot
            "outcome": False,
            "stopped": False,
            "traced": True,
            "date_of_death": days(None, None),
            "death_undated": False,
        }
    )
    marts = build_outcomes(
        patients, pd.DataFrame(), pair.model_copy(update={"drug": drug, "cdf": fund})
    )
    assert marts["on_treatment"]["how"].tolist() == ["no record since", "on treatment"]


def test_without_the_fund_the_forms_tell_and_without_forms_nothing_does() -> None:
    pair = load_pair("sle-belimumab")
    patients = pd.DataFrame(
        {
            "study_id": [7],
            "planned_start_date": days("2020-01-01"),
            "date_of_death": days(None),
            "death_undated": False,
        }
    )
    further = pd.DataFrame({"study_id": [7], "day": days("2020-12-01")})
    told = build_outcomes(patients, further, pair)
    times = told["on_treatment"][["study_id", "cover_months", "days"]]
    assert times.to_numpy().tolist() == [[7, 6, 517], [7, 9, 609], [7, 12, 700]]
    assert [name for name, frame in told.items() if len(frame)] == ["on_treatment"]
    silent = build_outcomes(patients, further, pair.model_copy(update={"continuation": None}))
    assert list(silent) == list(told)
    assert not any(len(frame) for frame in silent.values())
