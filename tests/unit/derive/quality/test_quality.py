"""Data quality: each count at its edges."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.derive.quality.checks import CHECKS, build_quality
from rareaccess.derive.quality.cleaning_flow import CLEANING, verify_cleaning
from rareaccess.derive.quality.coverage import (
    count_codes,
    count_completeness,
    count_linkage,
    name_year,
)
from rareaccess.derive.quality.record_faults import count_record_faults
from rareaccess.params import load_pair
from rareaccess.pipeline.check import CheckReport, Finding
from rareaccess.pipeline.check.broken import list_broken
from rareaccess.sources.engine import Engine, open_engine

pytestmark = pytest.mark.slow

COLUMNS = (
    "study_id kind day counted finished copy sex ethnicity lsoa procode admitted discharged"
    " method place assumed"
)
DAYS = dict.fromkeys(["day", "admitted", "discharged"], "datetime64[s]")


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def record(study_id: int = 1, day: str | None = "2020-01-01", **other: object) -> dict:
    plain = {"kind": "apc", "counted": True, "finished": True, "copy": 1, "sex": "Male",
             "ethnicity": "White", "lsoa": "A", "procode": "RAA", "admitted": None,
             "discharged": None, "method": None, "place": 1, "assumed": False}  # fmt: skip
    return {"study_id": study_id, "day": day, **plain, **other}


def count(engine: Engine, *rows: dict, died: dict[int, str] | None = None) -> dict:
    frame = pd.DataFrame(rows)[COLUMNS.split()].astype(DAYS)
    texts = ["sex", "ethnicity", "lsoa", "procode", "method"]
    frame = frame.astype(dict.fromkeys(texts, "str"))
    deaths = pd.DataFrame(
        {"study_id": list(died or {}), "date_of_death": list((died or {}).values())}
    )
    deaths = deaths.astype({"study_id": "int64", "date_of_death": "datetime64[s]"})
    found = count_record_faults(
        engine, engine.stage(frame), areas=pd.Series(["A", "B"]), deaths=deaths
    )
    return {name: numbers for name, numbers in found.items() if numbers[0]}


def stay(begin: str, end: str | None, at: str, person: int = 1) -> dict:
    return record(person, begin, admitted=begin, discharged=end, procode=at)


def test_a_stay_inside_a_stay_elsewhere(engine: Engine) -> None:
    first = stay("2020-01-01", "2020-01-10", "RAA")
    inside = stay("2020-01-05", "2020-01-20", "RBB")
    assert count(engine, first, inside) == {"overlapping_spells": (1, 2)}
    for other in (
        stay("2020-01-01", "2020-01-20", "RBB"),  # begins on the same day
        stay("2020-01-10", "2020-01-20", "RBB"),  # begins on the day of discharge
        stay("2020-01-05", "2020-01-06", "RAA"),  # the same provider
        stay("2020-01-05", "2020-01-06", "RBB", person=2),
        stay("2020-01-05", None, "RBB"),  # no known end
    ):
        assert count(engine, first, other) == {}


@pytest.mark.parametrize(
    ("begin", "method", "at", "found"),
    [
        ("2020-01-10", "81", "RBB", 1), ("2020-01-13", "2B", "RBB", 1),
        ("2020-01-14", "81", "RBB", 0), ("2020-01-09", "81", "RBB", 0),  # that one overlaps
        ("2020-01-11", "11", "RBB", 0), ("2020-01-11", "81", "RAA", 0),
    ],
)  # fmt: skip
def test_a_transfer_soon_after_a_stay_elsewhere(engine, begin, method, at, found) -> None:
    first = stay("2020-01-01", "2020-01-10", "RAA")
    second = {**stay(begin, None, at), "method": method}
    assert count(engine, first, second).get("transfers", (0, 2)) == (found, 2)


def test_several_stays_on_one_day_are_one(engine: Engine) -> None:
    rows = [stay("2020-01-01", "2020-01-01", "RAA") for _ in range(2)]
    rows += [{**stay("2020-01-02", "2020-01-03", "RAA"), "place": place} for place in (1, 2)]
    rows += [stay("2020-01-01", "2020-01-01", "RBB"), stay("2020-01-01", None, "RAA", person=2)]
    assert count(engine, *rows) == {"stays_on_one_day": (1, 4)}


def test_a_day_of_admission_that_was_not_recorded(engine: Engine) -> None:
    rows = [{**stay("2020-01-01", None, "RAA"), "assumed": assumed} for assumed in (True, False)]
    rows += [record(kind="op"), record(counted=False, assumed=True)]
    assert count(engine, *rows)["missing_admission_date"] == (1, 2)


def test_a_stay_ends_with_its_last_episode(engine: Engine) -> None:
    rows = (
        stay("2020-01-01", "2020-01-02", "RAA"),
        {**stay("2020-01-01", "2020-01-10", "RAA"), "place": 2},  # a later episode of the stay
        stay("2020-01-05", "2020-01-06", "RBB"),
        stay("2020-01-07", "2020-01-08", "RCC"),
    )
    assert count(engine, *rows) == {"overlapping_spells": (2, 3)}


def test_people_with_two_values(engine: Engine) -> None:
    rows = (
        record(1),
        record(1, sex="Female", ethnicity=None),
        record(2),
        record(2, sex=None, ethnicity="Black"),
        record(2, ethnicity="Mixed", counted=False),
        record(3),
        record(3, sex="Female", counted=False),
    )
    found = count(engine, *rows)
    assert found["conflicting_sex"] == (1, 3)
    assert found["conflicting_ethnicity"] == (1, 3)


def test_residence(engine: Engine) -> None:
    rows = (record(), record(lsoa="B"), record(lsoa="C"), record(lsoa=None),
            record(lsoa=None, counted=False, day=None), record(lsoa="C", counted=False, copy=2)
            )  # fmt: skip
    found = count(engine, *rows)
    assert (found["missing_lsoa"], found["lsoa_not_in_imd"]) == ((1, 4), (1, 3))


def test_copies_unfinished_and_null_dates(engine: Engine) -> None:
    rows = (
        record(),
        record(copy=2, counted=False),
        record(copy=3, counted=False, day=None),
        record(finished=False, counted=False),
        record(finished=False, counted=False, copy=2),
        record(day=None, counted=False),
        record(kind="op"),
        record(kind="op", copy=2, counted=False),
        record(kind="op", day=None, counted=False),
    )
    assert count(engine, *rows) == {
        "duplicate_episodes": (2, 4),
        "duplicate_appointments": (1, 3),
        "unfinished_episodes": (2, 6),
        "null_episode_date": (1, 2),
        "null_appointment_date": (1, 2),
    }


def test_records_outside_the_period(engine: Engine) -> None:
    rows = (
        record(),
        record(counted=False),  # one copy, finished, dated, and yet it does not count
        record(counted=False, copy=2),
        record(counted=False, finished=False),
        record(kind="op"),
        record(kind="op", counted=False),
        record(kind="op", counted=False),
        record(kind="op", counted=False, copy=2),
    )
    found = count(engine, *rows)
    assert found["episode_outside_period"] == (1, 2)
    assert found["appointment_outside_period"] == (2, 3)


def test_every_record_is_counted_or_left_out_at_one_step(engine: Engine) -> None:
    rows = [
        record(kind=kind, counted=False, **{name: value})
        for kind in ("apc", "op")
        for name, value in (("copy", 2), ("day", None), ("procode", "outside the period"))
        for _ in range(2)
    ]
    rows += [record(), record(kind="op"), record(counted=False, finished=False)]
    frame = pd.DataFrame(rows)[COLUMNS.split()].astype(DAYS)
    frame = frame.assign(fyear="1920", diagnosed=True, disability=None)
    texts = ["sex", "ethnicity", "lsoa", "procode", "fyear", "disability"]
    staged = engine.stage(frame.astype(dict.fromkeys(texts, "str")))
    deaths = pd.DataFrame({"study_id": [], "date_of_death": []}).astype(
        {"study_id": "int64", "date_of_death": "datetime64[s]"}
    )
    faults = count_record_faults(engine, staged, areas=pd.Series(["A"]), deaths=deaths)
    completeness = count_completeness(engine, staged)
    verify_cleaning(faults, completeness)
    for steps in CLEANING.values():
        for name in steps:  # one record more at any step
            n, of = faults[name]
            with pytest.raises(UserError, match="do not add up") as caught:
                verify_cleaning(faults | {name: (n + 1, of)}, completeness)
            assert name in caught.value.where
    with pytest.raises(UserError, match="do not add up"):
        verify_cleaning(faults, completeness[completeness["table"] == "op"])


def test_records_after_death(engine: Engine) -> None:
    rows = (record(1, "2020-01-01"), record(1, "2020-01-02"), record(2, "2020-01-02"))
    assert count(engine, *rows, died={1: "2020-01-01"}) == {"record_after_death": (1, 3)}


def test_completeness_by_year(engine: Engine) -> None:
    rows = [record(), record(sex=None), record(counted=False)]
    frame = pd.DataFrame(rows).astype(DAYS).assign(fyear="1920", diagnosed=[True, False, True])
    texts = frame.assign(disability=None).astype({"sex": "str", "disability": "str"})
    found = count_completeness(engine, engine.stage(texts))
    assert found.to_numpy().tolist() == [
        ["apc", "2019/20", "sex", 2, 1],
        ["apc", "2019/20", "ethnicity", 2, 2],
        ["apc", "2019/20", "area of residence", 2, 2],
        ["apc", "2019/20", "diagnosis", 2, 1],
    ]


def test_disability_is_counted_where_a_source_has_it(engine: Engine) -> None:
    frame = pd.DataFrame([record(), record()]).astype(DAYS).assign(fyear="1920", diagnosed=True)
    found = count_completeness(engine, engine.stage(frame.assign(disability=["1", None])))
    assert found.to_numpy().tolist()[-1] == ["apc", "2019/20", "disability", 2, 1]


def test_years_in_words() -> None:
    assert [name_year(year) for year in ("8990", "9900", "0001", "2526")] == [
        "1989/90", "1999/00", "2000/01", "2025/26",
    ]  # fmt: skip


def test_codes_by_table(engine: Engine) -> None:
    rows = [(1, "apc", "1", "M321"), (1, "apc", "2", "M321"), (2, "op", "1", "M321"),
            (2, "op", "1", "J450")]  # fmt: skip
    frame = engine.stage(pd.DataFrame(rows, columns=["study_id", "kind", "record", "code"]))
    found = count_codes(engine, frame, narrow=engine.F.col("code") == "M321")
    assert found.to_numpy().tolist() == [["M321", "apc", 1, 2], ["M321", "op", 1, 1]]


def test_links_by_group() -> None:
    patients = pd.DataFrame(
        {
            "linked": [True, True, False],
            "match_rank": pd.array([1, 3, None], dtype="Int64"),
            "sex": ["Female", "Female", "Not known"],
            "age_at_treatment": pd.array([40, 44, None], dtype="Int64"),
            "start_year": [2020, 2021, 2021],
        }
    )
    found = count_linkage(patients).set_index(["group", "value"])
    assert found.to_dict("index") == {
        ("pass of the match", "any pass"): {"n": 3, "linked": 2},
        ("pass of the match", "pass 1"): {"n": 3, "linked": 1},
        ("pass of the match", "pass 3"): {"n": 3, "linked": 1},
        ("sex", "Female"): {"n": 2, "linked": 2},
        ("sex", "Not known"): {"n": 1, "linked": 0},
        ("age at treatment", "40–44"): {"n": 2, "linked": 2},
        ("age at treatment", "Not known"): {"n": 1, "linked": 0},
        ("year of start", "2020"): {"n": 1, "linked": 1},
        ("year of start", "2021"): {"n": 2, "linked": 1},
    }


def test_the_mart_has_one_row_a_check() -> None:
    mart = build_quality({check.name: (1, 2) for check in CHECKS})
    assert mart["check"].is_unique and len(mart) == len(CHECKS) == 33
    assert mart[["rule", "unit", "action"]].map(len).min(axis=None) > 0


def test_broken_rules_are_listed_without_a_value_and_for_one_pair() -> None:
    pair = load_pair("sle-belimumab")
    rule = "centres.service.count"
    found = [
        Finding("op.SEX.code", "op", "SEX", "one of 1, 2", 1, 8, "warning", example="7"),
        Finding("op.APPTDATE.filled", "op", "APPTDATE", "a value", 2, 8, "warning"),
        Finding(rule, "centres", "service", "as many", 9, 9, "warning", example="other"),
    ]
    frame = list_broken(CheckReport({"centres": 9, "op": 8, "apc": 3}, found), pair)
    assert frame["table"].tolist() == ["apc", "op", "op", "centres"]
    assert frame["rule"].fillna("").tolist() == ["", "op.SEX.code", "op.APPTDATE.filled", ""]
    assert frame[["n", "rows"]].to_numpy().tolist() == [[0, 3], [1, 8], [2, 8], [0, 9]]
    assert "7" not in frame.to_csv().replace("op.", "")
    found[2] = Finding(rule, "centres", "service", "as many", 9, 9, "warning",
                       example=pair.centres.service)  # fmt: skip
    frame = list_broken(CheckReport({"centres": 9}, found), pair)
    assert frame[["rule", "n"]].to_numpy().tolist() == [[rule, 9]]


def test_a_report_of_a_check_comes_back_from_its_stamp() -> None:
    found = [Finding("op.SEX.code", "op", "SEX", "one of 1, 2", 1, 8, "warning", example="7")]
    report = CheckReport({"op": 8}, found)
    assert CheckReport.from_dict(report.as_dict()) == report
    with pytest.raises(KeyError):
        CheckReport.from_dict({"rows": {}, "findings": [{"rule": "x"}]})
