"""What the records say of each person: which count, which is first, which the most recent."""

import pandas as pd
import pytest

from rareaccess.derive.hospital.characteristics import count_most_frequent, find_residence
from rareaccess.derive.hospital.records import (
    count_coded_records,
    find_no_abode,
    in_windows,
    profile_people,
    summarise_coded,
)
from rareaccess.params import load_pair
from rareaccess.sources.engine import Engine, open_engine

CODES = {"White": "A", "Black": "M", "Mixed": "D", "Chinese": "R"}
PAIR = load_pair("sle-belimumab")  # APC 2000-01-01 and OP 2009-04-01 to 2025-08-20


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
        yield engine


def frame(*rows: tuple, columns: str) -> pd.DataFrame:
    data = pd.DataFrame(rows, columns=columns.split())
    if "ethnicity" in data:
        data["ethnic_code"] = data["ethnicity"].map(CODES)
    texts = [
        c
        for c in data
        if c in ("record", "kind", "sex", "ethnicity", "ethnic_code", "lsoa", "specialty")
    ]
    return data.astype({"day": "datetime64[s]", **dict.fromkeys(texts, "str")})


RECORDS = frame(
    (1, "op", "07", "2010-05-05", "Female", "White", "A", 30, "410", True),
    (1, "apc", "09", "2010-05-05", "Male", "Black", "B", 31, "100", True),  # APC before OP
    (1, "apc", "08", "2010-05-05", None, "Mixed", "C", 32, "361", True),  # the smaller key
    (1, "op", "01", "2012-01-01", "Male", None, None, 40, None, True),
    (1, "op", "02", "2020-01-01", "Female", "Chinese", "Z", 50, "410", False),  # does not count
    (2, "apc", "03", "2015-01-01", None, None, None, None, "100", True),
    (3, "apc", "04", "2015-01-01", "Male", "White", "A", 5, "100", True),
    (3, "apc", "05", "2016-01-01", "Male", "White", "B", 6, "100", True),
    (3, "op", "06", "2017-01-01", "Male", "Black", None, 7, "100", True),
    (4, "apc", "10", "2015-01-01", "Male", "White", "A", 5, "100", True),
    (4, "apc", "11", "2016-01-01", "Male", "Black", "B", 6, "100", True),
    columns="study_id kind record day sex ethnicity lsoa age specialty counted",
)


@pytest.mark.parametrize("order", [1, -1])
def test_profiles(engine: Engine, order: int) -> None:
    found = profile_people(engine, engine.stage(RECORDS.iloc[::order]), PAIR)
    found = found.set_index("study_id")
    assert found.index.tolist() == [1, 2, 3, 4]
    assert found["entry_date"].dt.year.tolist() == [2010, 2015, 2015, 2015]
    assert found["last_day"].dt.year.tolist() == [2012, 2015, 2017, 2016]
    assert found.loc[1, "age_at_entry"] == 32  # of 8 and 9, both APC, the smaller key is first
    assert pd.isna(found.loc[2, "age_at_entry"])
    assert found.loc[1, ["sex", "ethnicity", "lsoa"]].tolist() == ["Male", "Black", "B"]
    assert found.loc[2, ["sex", "ethnicity", "lsoa"]].isna().all()
    assert found.loc[3, ["ethnicity", "lsoa"]].tolist() == ["Black", "B"]
    assert found["ethnic_code"].fillna("").tolist() == ["M", "", "M", "M"]
    assert found["specialty_records"].tolist() == [2, 0, 0, 0]


@pytest.mark.parametrize("order", [1, -1])
def test_the_group_recorded_most_often(engine: Engine, order: int) -> None:
    found = count_most_frequent(engine, engine.stage(RECORDS.iloc[::order]))
    assert found.set_index("study_id")["ethnicity_most_frequent"].to_dict() == {
        1: "Black",  # once each: the most recent
        3: "White",  # twice against once, although Black is more recent
        4: "Black",
    }


def test_residence_at_a_date(engine: Engine) -> None:
    starts = pd.DataFrame({"study_id": [1, 2, 3], "start_date": pd.to_datetime(["2016-01-01"] * 3)})
    residence = find_residence(engine, engine.stage(RECORDS), starts)
    assert residence.set_index("study_id")["lsoa"].to_dict() == {1: "B", 3: "B"}
    before = starts.assign(start_date=pd.Timestamp("2015-12-31"))
    later = find_residence(engine, engine.stage(RECORDS), before)
    assert later.set_index("study_id").loc[3, "lsoa"] == "A"
    earlier = starts.assign(start_date=pd.Timestamp("2000-01-01"))
    after = find_residence(engine, engine.stage(RECORDS), earlier)
    assert after.set_index("study_id")["lsoa"].to_dict() == {1: "C", 3: "A"}  # the first after


def test_windows_hold_both_their_ends(engine: Engine) -> None:
    days = frame(
        ("apc", "1999-12-31"), ("apc", "2000-01-01"), ("apc", "2025-08-20"), ("apc", "2025-08-21"),
        ("op", "2009-03-31"), ("op", "2009-04-01"), ("op", "2025-08-20"), ("op", "2025-08-21"),
        ("apc", None), columns="kind day",
    )  # fmt: skip
    staged = engine.stage(days)
    inside = engine.collect(staged.where(in_windows(engine, PAIR)))
    assert len(inside) == 4
    assert inside["day"].dt.year.isin([2000, 2009, 2025]).all()


def test_records_with_a_code_are_counted_once(engine: Engine) -> None:
    codes = pd.DataFrame(
        [
            ("a", "apc", "1", "2010-01-01", "M321"),
            ("a", "apc", "1", "2010-01-01", "M3290"),  # a longer code, on the same record
            ("a", "op", "1", "2010-01-01", "M328"),  # another record of the same key
            ("a", "op", "2", "2009-01-01", "M328"),  # before the window
            ("b", "apc", "3", "2010-01-01", "M320"),
        ],
        columns=["person", "kind", "record", "day", "code"],
    ).astype({"day": "datetime64[s]"})
    found = count_coded_records(engine, engine.stage(codes), PAIR).sort_values("kind")
    assert found.to_numpy().tolist() == [["a", "apc", 1], ["a", "op", 1]]


@pytest.mark.parametrize("order", [1, -1])
def test_the_first_record_with_a_code(engine: Engine, order: int) -> None:
    records = frame(
        (1, "op", "01", "2009-05-05", 19),  # no code
        (1, "op", "02", "2010-05-05", 20),
        (1, "apc", "03", "2010-05-05", 21),  # on one day APC comes first
        (1, "apc", "04", "2012-05-05", 22),
        (2, "apc", "05", "2015-01-01", None),
        (3, "apc", "06", "2015-01-01", 50),  # another code of the chapter
        columns="study_id kind record day age",
    )
    codes = frame(
        (1, "op", "02", "2010-05-05", "M321", False),
        (1, "apc", "03", "2010-05-05", "M328", False),
        (1, "apc", "04", "2012-05-05", "M321", False),  # one record with two of the codes
        (1, "apc", "04", "2012-05-05", "M329", True),
        (2, "apc", "05", "2015-01-01", "M321", True),
        (3, "apc", "06", "2015-01-01", "M320", True),
        columns="study_id kind record day code leading",
    ).astype({"code": "str"})
    staged = (engine.stage(rows.iloc[::order]) for rows in (records, codes))
    found = summarise_coded(engine, *staged, PAIR).set_index("study_id")
    assert found.index.tolist() == [1, 2]
    assert found["first_coded_date"].dt.year.tolist() == [2010, 2015]
    assert found.loc[1, "age_at_first_code"] == 21 and pd.isna(found.loc[2, "age_at_first_code"])
    assert found["coded_records"].tolist() == [3, 1]
    assert found["leading_records"].tolist() == [1, 1]


def test_who_had_no_fixed_abode(engine: Engine) -> None:
    """By any code that begins with Z590, once a person; Z591 is inadequate housing.

    Or by the postcode of a record that counts.
    """
    codes = pd.DataFrame({"study_id": [3, 1, 1, 2, 4],
                          "code": ["Z590", "Z5901", "Z590", "Z591", None]})  # fmt: skip
    records = pd.DataFrame({"study_id": [1, 5, 6, 7], "counted": [True, True, False, True],
                            "no_abode": [True, True, True, False]})  # fmt: skip
    homed = records.assign(no_abode=False)

    def find(codes: pd.DataFrame, records: pd.DataFrame) -> list[int]:
        return find_no_abode(engine, engine.stage(codes), engine.stage(records)).tolist()

    assert find(codes, homed) == [1, 3]
    assert find(codes, records) == [1, 3, 5]
    assert not find(codes[3:4], homed)
