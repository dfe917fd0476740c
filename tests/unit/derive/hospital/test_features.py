"""Features before a landmark: what is counted, in which window, and who is at the landmark."""

import pandas as pd
import pytest

from rareaccess.derive.hospital.features import build_features, build_landmark, count_features
from rareaccess.params import Eligibility, load_pair
from rareaccess.sources.engine import Engine

SETTINGS = Eligibility.model_validate({
    "landmark": "2020-07-01", "lookback_months": 30, "gap_months": 6,  # [2018-01-01, 2020-01-01)
    "prevalence": {"low": 0.1, "high": 0.2, "status": "unverified"},
    "anchors": [
        {"name": "kidney", "label": "a", "kind": "binary", "of": "admissions", "codes": ["N085"]},
        {"name": "clots", "label": "b", "kind": "count", "of": "emergencies",
         "codes": ["I26", "I80"]},
        {"name": "again", "label": "c", "kind": "count", "of": "follow-ups"},
    ],
    "use": [
        {"name": "stays", "label": "d", "of": "admissions"},
        {"name": "emergencies", "label": "e", "of": "emergencies"},
        {"name": "days", "label": "f", "of": "day cases"},
        {"name": "seen", "label": "g", "of": "visits"},
        {"name": "pace", "label": "h", "of": "pace"},
        {"name": "change", "label": "i", "of": "change"},
        {"name": "ill", "label": "j", "of": "comorbidity"},
        {"name": "years", "label": "k", "of": "duration"},
    ],
    "control": {"name": "appendix", "label": "l", "of": "admissions", "codes": ["K35"]},
})  # fmt: skip
PAIR = load_pair("sle-belimumab").model_copy(update={"eligibility": SETTINGS})
DATES = dict.fromkeys(["day", "admitted", "discharged"], "datetime64[s]")
TEXTS = dict.fromkeys(["procode", "method", "contact", "specialty", "record", "kind"], "str")


def stay(admitted: str | None, *codes: str, **other: object) -> dict:
    """Return an episode of rheumatology, elective, left on another day unless it says so."""
    return {"kind": "apc", "day": admitted, "admitted": admitted, "discharged": "2030-01-01",
            "procode": "RAA", "method": "11", "contact": None, "specialty": "410", "visit": False,
            "counted": True, "codes": codes, "study_id": 1, **other}  # fmt: skip


def visit(day: str, **other: object) -> dict:
    """Return a follow-up of rheumatology."""
    return {"kind": "op", "day": day, "admitted": None, "discharged": None, "procode": "RAA",
            "method": None, "contact": "2", "specialty": "410", "visit": True, "counted": True,
            "codes": (), "study_id": 1, **other}  # fmt: skip


def stage(engine: Engine, rows: list[dict]):
    frame = pd.DataFrame(rows)
    frame["record"] = [str(at) for at in range(len(rows))]
    codes = frame.explode("codes").rename(columns={"codes": "code"})
    codes = codes.dropna(subset="code")[["study_id", "kind", "record", "day", "code"]]
    codes = codes.astype({"day": "datetime64[s]", "code": "str", "kind": "str", "record": "str"})
    records = frame.drop(columns="codes").astype({**DATES, **TEXTS})
    return engine.stage(records), engine.stage(codes)


def count(engine: Engine, name: str, *rows: dict) -> int:
    """Return a feature of the first of two people; the second, without records, has 0."""
    landmark = pd.DataFrame({"study_id": [1, 2]})
    found = count_features(engine, *stage(engine, list(rows)), landmark, pair=PAIR)
    assert found.index.tolist() == [1, 2] and found.loc[2].eq(0).all()
    return int(found.loc[1, name])


@pytest.mark.slow
@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("name", "rows", "n"),
    [
        ("stays", [stay("2018-01-01"), stay("2019-12-31")], 2),  # the first day and the last
        ("stays", [stay("2017-12-31"), stay("2020-01-01"), stay(None)], 0),  # before; the gap
        ("stays", [stay("2019-01-01"), stay("2019-01-01", day="2019-01-03")], 1),  # one spell
        ("stays", [stay("2019-01-01"), stay("2019-01-01", procode="RBB")], 2),
        ("stays", [stay("2019-01-01", counted=False), stay("2019-01-01", study_id=3)], 0),
        ("stays", [stay("2019-01-01", specialty="100", method=None)], 1),  # of any kind
        ("emergencies", [stay("2019-01-01", method="21"), stay("2019-02-01")], 1),
        ("emergencies", [stay("2019-01-01"), stay("2019-01-01", method="2A")], 1),
        ("emergencies", [stay("2019-01-01", method="2B")], 0),  # a transfer
        ("days", [stay("2019-01-01", discharged="2019-01-01"), stay("2019-02-01")], 1),
        ("days", [stay("2019-01-01", discharged="2019-01-01", specialty="100")], 0),
        ("days", [stay("2019-01-01", discharged=None)], 0),
        ("seen", [visit("2018-01-01"), visit("2019-12-31"), visit("2020-01-01")], 2),
        ("seen", [visit("2019-01-01"), visit("2019-01-01")], 2),  # two appointments on a day
        ("seen", [visit("2019-01-01", visit=False), visit("2019-01-02", specialty="100")], 0),
        ("seen", [visit("2019-01-01", specialty="361", contact="1")], 1),
        ("again", [visit("2019-01-01"), visit("2019-01-02", contact="4")], 2),
        ("again", [visit("2019-01-01", contact="1"), visit("2019-01-02", contact=None)], 0),
        ("kidney", [stay("2019-01-01", "N085"), stay("2019-02-01", "N085")], 1),  # a flag
        ("kidney", [stay("2019-01-01", "N08"), visit("2019-01-01", codes=("N085",))], 0),
        ("clots", [stay("2019-01-01", "I269", method="21"), stay("2019-02-01", "I802")], 1),
        ("clots", [stay("2019-01-01", method="21"), stay("2019-01-01", "I802")], 1),  # one spell
        ("clots", [stay("2019-01-01", "I21", "I269", "I801", method="21")], 1),  # counted once
        ("appendix", [stay("2019-01-01", "K358"), stay("2019-02-01", "K359")], 2),
        ("pace", [visit("2018-01-01"), visit("2018-03-31"), visit("2018-04-01")], 2),
        ("pace", [visit("2019-12-31"), visit("2019-01-01", visit=False)], 1),
        ("change", [visit("2018-12-31"), visit("2019-01-01"), visit("2019-06-01")], 1),
        ("change", [visit("2018-06-01"), stay("2019-06-01")], -1),
    ],
)  # fmt: skip
def test_what_is_counted(engine: Engine, name: str, rows: list[dict], n: int) -> None:
    assert count(engine, name, *rows) == n


def members(**changed: object) -> pd.DataFrame:
    return pd.DataFrame({
        "study_id": [1, 2], "age_at_first_code": pd.array([40, None], "Int64"),
        "first_coded_date": pd.to_datetime(["2015-01-01", "2020-06-30"]),
        "observed_until": pd.to_datetime(["2025-01-01", "2020-07-01"]), **changed,
    })  # fmt: skip


NOBODY = pd.DataFrame({"study_id": [], "start_date": pd.to_datetime([])}).astype(
    {"study_id": "int64"}
)


def test_the_mart_is_long_and_leaves_out_nought(engine: Engine) -> None:
    rows = [
        stay("2019-01-01", "N085", "I219"),
        stay("2017-01-01", "J449"),  # comorbidity looks at all time before the gap
        stay("2020-02-01", "E119"),
        visit("2018-05-01", study_id=2),
    ]
    people = members()
    landmark = build_landmark(people, NOBODY, eligibility=SETTINGS)
    long = build_features(engine, *stage(engine, rows), people, landmark, pair=PAIR)
    assert long.to_numpy().tolist() == [
        [1, "kidney", 1], [1, "stays", 1], [1, "ill", 2], [1, "years", 5],
        [2, "again", 1], [2, "seen", 1], [2, "pace", 1], [2, "change", -1],
    ]  # fmt: skip


def test_days_with_a_medicine_are_counted_in_the_window(engine: Engine) -> None:
    """Two items on a day are one; the first day counts, the gap does not; a flag is 0 or 1."""
    medicines = [
        {"name": "steroids", "label": "s", "kind": "count", "of": "prescriptions",
         "bnf": ["0603020T0"]},
        {"name": "other", "label": "o", "kind": "binary", "of": "prescriptions",
         "bnf": ["0802010M0", "080201"]},
    ]  # fmt: skip
    settings = {**SETTINGS.model_dump(), "anchors": medicines, "use": [], "control": None}
    pair = PAIR.model_copy(update={"eligibility": Eligibility.model_validate(settings)})
    rows = pd.DataFrame(
        [(1, "2018-01-01", "0603020T0AAACAC"), (1, "2018-01-01", "0603020T0AAAFAF"),
         (1, "2019-12-31", "0603020T0"), (1, "2020-01-01", "0603020T0"),
         (1, "2017-12-31", "0603020T0"), (1, "2019-01-01", "0603020L0"),
         (2, "2018-02-01", "0802010M0"), (2, "2018-03-01", "0802010G0"),
         (3, "2018-02-01", "0603020T0")],
        columns=["study_id", "dispensed", "bnf_code"],
    ).astype({"dispensed": "datetime64[s]", "bnf_code": "str"})  # fmt: skip
    landmark = build_landmark(members(), NOBODY, eligibility=pair.eligibility)
    records = stage(engine, [stay("2019-01-01")])
    long = build_features(
        engine, *records, members(), landmark, pair=pair, prescriptions=engine.stage(rows)
    )
    assert long.to_numpy().tolist() == [[1, "steroids", 2], [2, "other", 1]]
    assert build_features(engine, *records, members(), landmark, pair=pair).empty


def test_a_pair_without_the_section_has_nobody_and_nothing(engine: Engine) -> None:
    pair = PAIR.model_copy(update={"eligibility": None})
    landmark = build_landmark(members(), NOBODY, eligibility=None)
    assert landmark.empty and list(landmark.columns) == ["study_id", "treated", "age"]
    records = stage(engine, [stay("2019-01-01")])
    assert build_features(engine, *records, members(), landmark, pair=pair).empty


def at_landmark(start: str | None = None, **changed: object) -> list:
    starts = pd.DataFrame({"study_id": [1], "start_date": pd.to_datetime([start])})
    found = build_landmark(members(**changed), starts.dropna(), eligibility=SETTINGS)
    return found.to_numpy(dtype=object, na_value=None).tolist()


def test_who_is_at_the_landmark() -> None:
    untreated, other = [1, False, 45], [2, False, None]
    assert at_landmark() == [untreated, other]
    assert at_landmark("2020-07-01") == [[1, True, 45], other]  # the landmark itself
    assert at_landmark("2020-06-30") == [other]  # treated before
    coded = pd.to_datetime(["2020-07-01", "2020-06-30"])
    assert at_landmark(first_coded_date=coded) == [other]  # coded on it is not before it
    assert at_landmark(first_coded_date=pd.to_datetime([None, "2020-06-30"])) == [other]
    died = pd.to_datetime(["2020-06-30", "2020-07-01"])
    assert at_landmark(observed_until=died) == [other]
    assert at_landmark("2021-01-01", observed_until=died) == [[1, True, 45], other]  # lives
