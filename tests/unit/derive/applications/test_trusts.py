"""The trusts that applied: centres with and without a start, and those that are no centre."""

import pandas as pd

from rareaccess.derive.applications.trusts import build_trusts

TREATED = pd.DataFrame(
    {
        "trust": ["C2", "C2", "X9", None, "C1"],
        "start_date": pd.to_datetime(
            ["2020-05-01", "2020-02-01", "2021-01-01", "2019-01-01", "2022-03-03"]
        ),
    }
)


def test_centres_and_others_stand_apart() -> None:
    centres = pd.DataFrame({"centre_code": ["C1", "C2", "C3"]})
    trusts = build_trusts(TREATED, centres).set_index("trust")
    assert trusts["centre"].to_dict() == {"C1": True, "C2": True, "C3": True, "X9": False}
    assert trusts["starts"].to_dict() == {"C1": 1, "C2": 2, "C3": 0, "X9": 1}
    assert trusts.loc["C2", "first_start"] == pd.Timestamp("2020-02-01")
    assert pd.isna(trusts.loc["C3", "first_start"])


def test_without_a_list_of_centres_no_trust_is_one() -> None:
    trusts = build_trusts(TREATED, pd.DataFrame({"centre_code": pd.Series([], dtype="str")}))
    assert trusts["trust"].tolist() == ["C1", "C2", "X9"]
    assert not trusts["centre"].any() and trusts["starts"].sum() == 4


def test_nobody_treated_leaves_the_centres() -> None:
    trusts = build_trusts(TREATED[:0], pd.DataFrame({"centre_code": ["C1"]}))
    assert trusts[["trust", "centre", "starts"]].to_numpy().tolist() == [["C1", True, 0]]
    assert trusts["first_start"].isna().all()
