"""HES records as they are read: copies, blanks, null dates, groups, visits."""

from pathlib import Path

import pandas as pd
import pytest

from rareaccess.derive.hospital.cleaning import select_records
from rareaccess.derive.hospital.diagnoses import WideDiagnoses
from rareaccess.sources.engine import Engine, open_engine
from tiny_england import P01, P02, appointment, day, episode, write

pytestmark = pytest.mark.slow

NULL = day("1582-10-15")


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def read(engine: Engine, folder: Path, kind: str, rows: list[dict]) -> pd.DataFrame:
    source = write(folder, {kind: rows})
    table = source.read(engine, kind)
    described = WideDiagnoses(engine, kind, table).describe(table)
    described = described.withColumn("person", engine.F.col("PSEUDO_HESID"))
    frame = engine.collect(select_records(engine, described, kind))
    return frame.assign(key=frame["record"].str.lstrip("0")).set_index("key").sort_index()


def test_the_least_key_of_the_copies_of_an_episode_counts(engine, tmp_path) -> None:
    rows = [
        episode(P01, "22", "2020-01-01"),
        episode(P01, "21", "2020-01-01", "M321"),  # the same but for its diagnoses
        episode(P01, "23", "2020-01-01", EPISTAT="1"),  # unfinished: not a copy
        episode(P01, "24", "2020-01-01", EPIORDER=2),
        episode(P01, "25", "2020-01-01", DISDATE=None),
        episode(P01, "26", "2020-01-01", DISDATE=None),  # blank keys are equal
        episode(P02, "27", "2020-01-01"),
    ]
    found = read(engine, tmp_path, "apc", rows)
    assert found["copy"].to_dict() == {
        "21": 1, "22": 2, "23": 1, "24": 1, "25": 1, "26": 2, "27": 1,
    }  # fmt: skip
    assert found["finished"].to_dict()["23"] is False


def test_the_fullest_copy_of_an_appointment_counts(engine, tmp_path) -> None:
    rows = [
        appointment(P01, "31", "2020-01-01", "R69X"),  # R69X is no diagnosis
        appointment(P01, "32", "2020-01-01", "M321"),
        appointment(P01, "33", "2020-01-01", "M321", "I10X"),
        appointment(P01, "34", "2020-01-01", "M321", "I10X"),
        appointment(P01, "35", "2020-01-01", TRETSPEF="410"),  # another key
    ]
    found = read(engine, tmp_path, "op", rows)
    assert found["copy"].to_dict() == {"31": 4, "32": 3, "33": 1, "34": 2, "35": 1}
    assert found["finished"].all()


def test_long_keys_are_told_apart_at_their_end(engine, tmp_path) -> None:
    keys = ["7", "HES-APC-2020-21-0000001", "HES-APC-2020-21-0000002"]
    rows = [episode(P01, key, f"2020-01-0{n}") for n, key in enumerate(keys, start=1)]
    found = read(engine, tmp_path, "apc", rows)
    assert sorted(found["record"]) == ["0" * 19 + "7", *keys[1:]]


def test_what_stands_for_nothing_is_missing(engine, tmp_path) -> None:
    rows = [
        episode(
            P01, "1", "2020-01-01", "R69X", EPISTART=NULL, ADMIDATE=NULL, DISDATE=NULL,
            MAINSPEF="&", PROCODE3="89999", LSOA11="Z99999999", SEX="9", ETHNOS="Z", STARTAGE=999,
        ),
        episode(P01, "2", "2020-01-01", "I10X", STARTAGE=7003),
    ]  # fmt: skip
    found = read(engine, tmp_path, "apc", rows)
    nothing = ["day", "admitted", "discharged", "specialty", "procode", "lsoa", "sex", "ethnicity"]
    assert found.loc["1", [*nothing, "age"]].isna().all()
    assert found["diagnosed"].tolist() == [False, True]
    assert found.loc["2", "age"] == 0
    assert found.loc["2", nothing].notna().all()


def test_a_postcode_of_no_fixed_abode_is_no_area(engine, tmp_path) -> None:
    """As `add_area` gives it; Z99999999 stands for a place that is not known as well."""
    areas = enumerate(["ZZ993VZ", "Z99999999", "E01000001", None], start=1)
    rows = [episode(P01, str(n), f"2020-01-0{n}", LSOA11=area) for n, area in areas]
    found = read(engine, tmp_path, "apc", rows)
    assert found["no_abode"].tolist() == [True, False, False, False]
    assert found["lsoa"].isna().tolist() == [True, True, False, True]


def test_of_copies_of_an_appointment_the_one_that_happened_counts(engine, tmp_path) -> None:
    """A cancelled entry with more diagnoses is not the appointment; then the fullest, the least."""
    codes = ("M321", "I10X")
    rows = [
        appointment(P01, "1", "2020-01-01", *codes, ATTENDED="4"),
        appointment(P01, "2", "2020-01-01", *codes, ATTENDED=None),
        appointment(P01, "3", "2020-01-01", ATTENDED="5"),
        appointment(P01, "4", "2020-01-01", "M321", ATTENDED="6"),
        appointment(P01, "5", "2020-01-01", "M321", ATTENDED="5"),
        appointment(P01, "6", "2020-01-02", ATTENDED="3"),  # none was attended: the fullest
        appointment(P01, "7", "2020-01-02", "M321", ATTENDED="2"),
    ]
    found = read(engine, tmp_path, "op", rows)
    assert found["copy"].to_dict() == {"1": 4, "2": 5, "3": 3, "4": 1, "5": 2, "6": 2, "7": 1}
    assert found.query("copy == 1")["visit"].to_dict() == {"4": True, "7": False}


def test_a_dash_is_no_diagnosis(engine, tmp_path) -> None:
    """Neither as the first one nor as one of many: of two copies the other counts."""
    rows = [
        appointment(P01, "1", "2020-01-01", "-", "-", "-"),
        appointment(P01, "2", "2020-01-01", "M321", "-"),
        appointment(P01, "3", "2020-01-02", "-", "M321"),
        appointment(P01, "4", "2020-01-03", "M321", "-"),
    ]
    found = read(engine, tmp_path, "op", rows)
    assert found["diagnosed"].to_dict() == {"1": False, "2": True, "3": False, "4": True}
    assert found["copy"].to_dict() == {"1": 2, "2": 1, "3": 1, "4": 1}


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("codes", "group"),
    [
        ("ABC0", "White"), ("DEFG", "Mixed"), ("HJKL456", "Asian (excluding Chinese)"),
        ("MNP123", "Black"), ("R7", "Chinese"), ("S8", "Other"), ("ZX9&", None),
    ],
)  # fmt: skip
def test_ethnic_groups(engine, tmp_path, codes: str, group: str | None) -> None:
    rows = [episode(P01, str(n), f"2020-01-{n:02d}", ETHNOS=c) for n, c in enumerate(codes, 1)]
    found = read(engine, tmp_path, "apc", rows)["ethnicity"]
    assert found.isna().all() if group is None else set(found) == {group}


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("attended", "first", "visit"),
    [
        ("5", "1", True), ("6", "2", True), ("5", "3", True), ("5", None, True),
        ("5", "5", False), ("7", "1", False), ("3", "1", False), ("2", "1", False),
        ("4", "1", False), ("0", "1", False), (None, "1", False),
    ],
)  # fmt: skip
def test_visits(engine, tmp_path, attended: str | None, first: str | None, visit: bool) -> None:
    rows = [appointment(P01, "1", "2020-01-01", ATTENDED=attended, FIRSTATT=first)]
    assert read(engine, tmp_path, "op", rows)["visit"].tolist() == [visit]


def test_codes_at_any_position_once_a_record(engine, tmp_path) -> None:
    fillers = [f"I{n:02d}X" for n in range(1, 19)]
    rows = [
        episode(P01, "1", "2020-01-01", "M321", *fillers, "M321"),
        episode(P01, "2", "2020-01-02"),
    ]
    table = write(tmp_path, {"apc": rows}).read(engine, "apc")
    table = table.withColumn("person", engine.F.col("PSEUDO_HESID"))
    found = engine.collect(
        WideDiagnoses(engine, "apc", table).explode(table, ["M321", "I18X", "M329"])
    )
    assert sorted(found["code"]) == ["I18X", "M321"]
    assert set(found["record"]) == {"1".rjust(20, "0")}


ADMITTED = {
    # of each episode: EPIORDER, ADMIDATE, EPISTART, EPIEND, and the day of admission that counts
    "recorded": [(2, "2020-01-01", "2020-01-05", None, "2020-01-01")],
    "the first of a stay": [(1, None, "2020-01-05", "2020-01-06", "2020-01-05")],
    "later ones of a stay": [
        (1, "2020-01-01", "2020-01-03", "2020-01-05", "2020-01-01"),
        (2, None, "2020-01-05", "2020-01-09", "2020-01-01"),
        (3, None, "2020-01-09", None, "2020-01-01"),
    ],
    "none of a stay is recorded": [
        (1, None, "2020-01-03", "2020-01-05", "2020-01-03"),
        (2, None, "2020-01-05", "2020-01-09", "2020-01-03"),
    ],
    "both begin on one day": [
        (2, None, "2020-01-03", "2020-01-03", "2020-01-03"),
        (1, None, "2020-01-03", "2020-01-03", "2020-01-03"),
    ],
    "the stay before has ended": [
        (1, "2020-01-01", "2020-01-01", "2020-01-02", "2020-01-01"),
        (2, None, "2020-01-09", None, "2020-01-09"),
    ],
    "of no known place": [
        (1, "2020-01-01", "2020-01-01", "2020-01-02", "2020-01-01"),
        (None, None, "2020-01-02", None, "2020-01-01"),
        (98, None, "2020-02-02", None, "2020-02-02"),
    ],
    "a new stay on the day of discharge": [
        (1, "2020-01-01", "2020-01-01", "2020-01-02", "2020-01-01"),
        (1, None, "2020-01-02", "2020-01-02", "2020-01-02"),
    ],
}


@pytest.mark.few(2)
@pytest.mark.parametrize("case", ADMITTED)
@pytest.mark.parametrize("null", [None, day("1800-01-01")])
def test_no_episode_is_without_a_day_of_admission(engine, tmp_path, case, null) -> None:
    rows = [
        episode(
            P01, f"{n}", begin, EPIORDER=place, EPIEND=day(end) if end else null,
            ADMIDATE=day(admitted) if admitted else null, DISDATE=None,
        )
        for n, (place, admitted, begin, end, _) in enumerate(ADMITTED[case])
    ]  # fmt: skip
    rows += [episode(P02, "91", "2020-01-01", EPIEND=day("2020-12-31"))]
    rows += [episode(P01, "92", "2019-12-31", PROCODE3="RBB", EPIEND=day("2020-12-31"))]
    found = read(engine, tmp_path, "apc", rows).sort_values("record")[: len(rows) - 2]
    expected = [pd.Timestamp(day) for *_, day in ADMITTED[case]]
    assert found["admitted"].tolist() == expected
    assert found["assumed"].tolist() == [recorded is None for _, recorded, *_ in ADMITTED[case]]
