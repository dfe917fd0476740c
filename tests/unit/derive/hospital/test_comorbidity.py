"""Charlson, Quan 2005: known answers, the index condition taken out, and the window."""

import pandas as pd
import pytest

from rareaccess.contracts.charlson import CONDITIONS
from rareaccess.derive.hospital.comorbidity import (
    build_comorbidity,
    find_conditions,
    map_codes,
    score_charlson,
)
from rareaccess.sources.engine import open_engine

SLE = ("M321", "M328", "M329")


def score(codes: list[str], *, exclude: tuple[str, ...] = (), weights: str = "1987") -> int:
    found = map_codes(codes, exclude=exclude)["condition"]
    flags = pd.DataFrame({name: [name in set(found)] for name in CONDITIONS})
    return int(score_charlson(flags, weights=weights).iloc[0])


@pytest.mark.parametrize(
    ("weights", "hierarchy", "total"),
    [("1987", True, 29), ("2011", True, 24), ("1987", False, 33), ("2011", False, 28)],
)
def test_all_seventeen(weights: str, hierarchy: bool, total: int) -> None:
    everything = pd.DataFrame({name: [True] for name in CONDITIONS})
    assert score_charlson(everything, weights=weights, hierarchy=hierarchy).tolist() == [total]


def test_the_index_condition_is_taken_out_at_four_characters() -> None:
    assert score(list(SLE), exclude=SLE) == 0
    assert score(["M320"], exclude=SLE) == 1
    assert score(["M321"]) == 1
    assert score(["J450", "J46X"], exclude=("J45", "J46")) == 0
    assert score(["J440"], exclude=("J45", "J46")) == 1
    assert score(["C880", "C900"], exclude=("C880",)) == 2


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("I252", "mi"), ("I250", None), ("I426", "chf"), ("I421", None), ("I790", "pvd"),
        ("K552", None), ("I64X", "cevd"), ("F051", "dementia"), ("F050", None), ("J40X", "cpd"),
        ("J48X", None), ("M353", "rheumd"), ("M352", None), ("K28X", "pud"), ("K702", "mld"),
        ("K704", "msld"), ("K763", "mld"), ("K766", "msld"), ("E119", "diab"), ("E112", "diabwc"),
        ("E147", "diabwc"), ("E150", None), ("G833", "hp"), ("G835", None), ("N185", "rend"),
        ("N036", "rend"), ("N038", None), ("C260", "canc"), ("C27X", None), ("C449", None),
        ("C61X", "canc"), ("C779", "metacanc"), ("C809", "metacanc"), ("C901", "canc"),
        ("B201", "aids"), ("B23X", None), ("Z992", "rend"), ("R69X", None),
    ],
)  # fmt: skip
def test_codes_at_the_edges_of_their_ranges(code: str, condition: str | None) -> None:
    assert map_codes([code])["condition"].tolist() == ([condition] if condition else [])


def test_hierarchy_counts_the_severer_only() -> None:
    assert score(["K702", "K704"]) == 3
    assert score(["E119", "E112"]) == 2
    assert score(["C509", "C780"]) == 6
    assert score(["C509", "C780"], weights="2011") == 6
    assert score(["I252", "I10X"], weights="2011") == 0


@pytest.mark.slow
def test_only_admitted_care_before_the_index_date_counts() -> None:
    codes = pd.DataFrame(
        [
            (1, "apc", "2019-12-31", "I219"),
            (1, "apc", "2020-01-01", "B20X"),  # on the day itself
            (1, "op", "2019-01-01", "N180"),
            (1, "apc", "2019-01-01", "M321"),  # the index condition
            (2, "apc", "2014-12-31", "I500"),
            (2, "apc", "2015-01-01", "E119"),
            (3, "apc", "2015-01-01", "E119"),  # somebody without an index date
        ],
        columns=["study_id", "kind", "day", "code"],
    ).astype({"day": "datetime64[s]"})
    index = pd.DataFrame({"study_id": [1, 2], "index_date": pd.to_datetime(["2020-01-01"] * 2)})

    def found(lookback: int | None) -> list[list[object]]:
        with open_engine() as engine:
            frame = find_conditions(
                engine, engine.stage(codes), index, exclude=SLE, lookback_years=lookback
            )
        held = frame.set_index("study_id")[list(CONDITIONS)].stack()
        return sorted([person, name] for person, name in held[held].index)

    assert found(None) == [[1, "mi"], [2, "chf"], [2, "diab"]]
    assert found(5) == [[1, "mi"], [2, "diab"]]


def test_bands_follow_the_chosen_weights() -> None:
    index = pd.DataFrame({"study_id": [1, 2, 3], "treated": [True, False, False]})
    rows = {"mi": [True, False, False], "chf": [False, True, False], "rend": [False, True, False]}
    found = pd.DataFrame({"study_id": [1, 2, 3], **rows, "metacanc": [False, False, True]})
    assert build_comorbidity(index, found, weights="1987")["band"].tolist() == ["1", "3+", "3+"]
    assert build_comorbidity(index, found, weights="2011")["band"].tolist() == ["0", "3+", "3+"]


def test_who_is_not_found_has_no_condition() -> None:
    index = pd.DataFrame({"study_id": [7, 3, 5], "treated": [True, False, True]})
    found = pd.DataFrame({"study_id": [5, 9, 7], "mi": [True] * 3, "canc": [False, True, True]})
    mart = build_comorbidity(index, found, weights="1987")
    assert mart["study_id"].tolist() == [7, 3, 5]
    assert mart["score_1987"].tolist() == [3, 0, 1]
    assert mart["canc"].tolist() == [True, False, False]
    nobody = build_comorbidity(index, found[:0], weights="1987")
    assert nobody["band"].tolist() == ["0"] * 3
    assert [str(kind) for kind in nobody.dtypes] == [str(kind) for kind in mart.dtypes]


def test_no_code_of_a_condition_finds_nobody() -> None:
    codes = pd.DataFrame({"study_id": [1], "kind": ["apc"], "code": ["R69X"]})
    codes["day"] = pd.to_datetime(["2019-01-01"])
    index = pd.DataFrame({"study_id": [1], "index_date": pd.to_datetime(["2020-01-01"])})
    with open_engine() as engine:
        found = find_conditions(engine, engine.stage(codes), index, exclude=(), lookback_years=None)
    assert found.empty and list(found) == ["study_id", *CONDITIONS]
