"""Hospital use by group: standardised means by hand, their ratios, and who has none."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from rareaccess.core.errors import UserError
from rareaccess.measures.equity import AXES, CARE, compare_use, cost_care

AXIS = AXES["imd_quintile"]
YOUNG, OLD = 25, 70


def people(*groups: tuple[object, str, int, list[float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people of (fifth, sex, age, use of each)."""
    rows = [(fifth, sex, age, value) for fifth, sex, age, values in groups for value in values]
    frame = pd.DataFrame(rows, columns=["imd_quintile", "sex", "age_at_index", "visits"])
    frame = frame.assign(study_id=range(len(frame))).astype({"imd_quintile": "Int64"})
    return frame.drop(columns="visits"), frame[["study_id", "visits"]]


def compare(*groups: tuple) -> pd.DataFrame:
    return compare_use(*people(*groups), AXIS, {"visits": "Visits"}).set_index("key")


def test_means_are_weighted_as_everybody_is() -> None:
    """Two thirds of everybody are young: 2/3 of 2 and 1/3 of 8 are 4, of 1 and 4 they are 2."""
    found = compare(
        (1, "Female", YOUNG, [1.0, 3.0] * 5), (1, "Female", OLD, [8.0] * 10),
        (5, "Female", YOUNG, [1.0] * 30), (5, "Female", OLD, [4.0] * 10),
    )  # fmt: skip
    assert_allclose(found["mean"], [4.0, 2.0])
    assert found["people"].tolist() == [20, 40]
    assert_allclose(found.loc[1, "ratio"], 2.0)
    error = np.sqrt((2 / 3) ** 2 * np.var([1.0, 3.0] * 5, ddof=1) / 10) / 4  # the rest varies not
    spread = np.exp(1.959963984540054 * error)
    assert_allclose(found.loc[1, ["ratio_lower", "ratio_upper"]].astype(float),
                    [2 / spread, 2 * spread])  # fmt: skip
    assert found.loc[5, "ratio"] == 1 and np.isnan(found.loc[5, "ratio_lower"])


def test_one_person_of_a_stratum_has_the_variance_of_the_group() -> None:
    found = compare((1, "Male", YOUNG, [0.0, 2.0] * 10), (1, "Female", OLD, [5.0]),
                    (5, "Male", YOUNG, [1.0] * 21))  # fmt: skip
    assert found.loc[1, "ratio_upper"] > found.loc[1, "ratio"]


@pytest.mark.parametrize(("few", "many"), [(1, 5), (5, 1)])
def test_fewer_than_ten_have_no_ratio_and_give_none(few: int, many: int) -> None:
    """A shown ratio to a group of few would tell its mean, beside the mean of the other."""
    found = compare((few, "Male", YOUNG, [3.0] * 9), (many, "Male", YOUNG, [1.0] * 30))
    assert np.isnan(found.loc[1, "ratio"])
    assert "fewer than ten" in found.loc[1, "note"]


def test_without_a_reference_or_with_nothing_used_there_is_no_ratio() -> None:
    assert compare((1, "Male", YOUNG, [3.0] * 20))["ratio"].isna().all()
    found = compare((1, "Male", YOUNG, [0.0] * 20), (5, "Male", YOUNG, [1.0] * 20))
    assert np.isnan(found.loc[1, "ratio"]) and found.loc[1, "mean"] == 0


def test_who_is_not_known_is_not_counted() -> None:
    found = compare((1, "Male", YOUNG, [1.0] * 10), (1, "Not known", YOUNG, [9.0] * 10),
                    (None, "Male", YOUNG, [9.0] * 10), (5, "Male", YOUNG, [1.0] * 10))  # fmt: skip
    assert found["people"].tolist() == [10, 10] and found.loc[1, "ratio"] == 1


def test_nobody_gives_no_rows() -> None:
    frame, used = people((1, "Male", YOUNG, [1.0]))
    found = compare_use(frame[:0], used[:0], AXIS, CARE)
    assert found.empty and "ratio" in found


CONTACTS = pd.DataFrame({"elective": [1, 0], "emergency": [0, 2], "other_admissions": [1, 0],
                         "visits": [3, 0]})  # fmt: skip
COSTS = pd.DataFrame({
    "activity": ["visit", "emergency admission", "elective admission", "other admission"],
    "pounds": [100.0, 2000, 1000, 500],
})  # fmt: skip


def test_costs_are_contacts_times_pounds() -> None:
    assert cost_care(CONTACTS, COSTS).tolist() == [1000 + 500 + 300, 4000]


def test_no_costs_are_missing_and_not_nought() -> None:
    assert cost_care(CONTACTS, COSTS[:0]).isna().all()


def test_a_missing_kind_of_contact_stops() -> None:
    with pytest.raises(UserError) as caught:
        cost_care(CONTACTS, COSTS[1:])
    assert "unit_costs" in caught.value.where and "visit" in caught.value.expected


def test_use_that_is_not_known_is_missing_and_not_nought() -> None:
    found = compare((1, "Male", YOUNG, [float("nan")] * 20), (5, "Male", YOUNG, [1.0] * 20))
    assert np.isnan(found.loc[1, "mean"]) and np.isnan(found.loc[1, "ratio"])
