"""Counts and summaries by group, and the frames of the data quality tables."""

import pandas as pd
import pytest

from rareaccess.contracts.charlson import CONDITIONS, NAMES
from rareaccess.core.errors import UserError
from rareaccess.measures import labels, summaries

LEVELS = ["a", "b", "c"]


def test_a_level_that_is_the_missing_one_is_the_last_row() -> None:
    values = pd.Series(["White", "Unknown", None])
    frame = summaries.count_groups(
        {"n": values}, levels=["White", "Other", "Unknown"], missing="Unknown"
    )
    assert frame.to_dict("list") == {"level": ["White", "Other", "Unknown"], "n": [1, 0, 2]}


def test_integers_and_their_labels() -> None:
    values = pd.Series([1, 5, None], dtype="Int64")
    frame = summaries.count_groups({"n": values}, levels=[1, 5], labels={1: "1 (most deprived)"})
    assert frame.to_dict("list") == {"level": ["1 (most deprived)", "5", "Not known"], "n": [1] * 3}


@pytest.mark.parametrize(("values", "missing"), [(["z"], "Not known"), (["a", None], None)])
def test_a_value_without_a_row_is_an_error(values: list, missing: str | None) -> None:
    with pytest.raises(UserError, match="not among the levels"):
        summaries.count_groups({"n": pd.Series(values)}, levels=LEVELS, missing=missing)


def test_people_at_or_above_a_threshold() -> None:
    groups = {"a": pd.Series([0, 1, 3, 3, 9, None], dtype="Int64"), "b": pd.Series([2])}
    frame = summaries.count_reached(groups, thresholds=[1, 3, 10])
    assert frame["a"].tolist() == [4, 3, 0] and frame["b"].tolist() == [1, 0, 0]
    assert frame["level"].tolist() == ["1 or more", "3 or more", "10 or more"]


def test_summary_by_hand() -> None:
    values = pd.Series([1, 2, 2, 3, 4, 8, None], dtype="Float64")
    row = summaries.summarise_values({"x": values}).iloc[0]
    assert (row["n"], row["missing"], row["min"], row["max"]) == (6, 1, 1, 8)
    assert (row["mean"], row["median"]) == (pytest.approx(20 / 6), 2.5)
    assert (row["q1"], row["q3"], row["iqr"]) == (2.0, 3.75, 1.75)  # type 7, by hand
    assert row["sd"] == pytest.approx(
        (sum((x - 20 / 6) ** 2 for x in (1, 2, 2, 3, 4, 8)) / 5) ** 0.5
    )


def test_summary_of_nobody_and_of_one() -> None:
    groups = {"none": pd.Series([], dtype="float64"), "one": pd.Series([3.0])}
    frame = summaries.summarise_values(groups).set_index("group")
    assert frame.loc["none", "n"] == 0 and pd.isna(frame.loc["none", "mean"])
    assert frame.loc["one", "median"] == 3 and pd.isna(frame.loc["one", "sd"])


def test_bins_are_closed_at_the_left_and_named() -> None:
    values = pd.Series([0.0, 9.99, 10.0, 20.0, 300.0])
    frame = summaries.count_bins({"n": values}, width=10, top=20)
    assert frame["n"].tolist() == [2, 1, 2]
    assert frame["level"].tolist() == ["0 to under 10", "10 to under 20", "20+"]
    whole = summaries.count_bins({"n": pd.Series([1, 2, 3])}, width=2, top=5, start=1, whole=True)
    assert whole["level"].tolist() == ["1–2", "3–4", "5+"] and whole["n"].tolist() == [2, 1, 0]


def test_a_value_below_the_first_bin_is_an_error() -> None:
    with pytest.raises(UserError, match="below the first bin"):
        summaries.count_bins({"n": pd.Series([0])}, width=2, top=4, start=1)


def test_the_conditions_have_names() -> None:
    assert list(NAMES) == list(CONDITIONS)


def test_flags_are_counted_by_group() -> None:
    frame = pd.DataFrame({"mi": [True, True, False], "chf": [False, True, False]})
    by = pd.Series([True, False, False])
    counted = summaries.count_flags(
        frame, flags={"mi": "A", "chf": "B"}, by=by, groups={True: "yes", False: "no"}
    )
    assert counted.to_dict("list") == {"level": ["A", "B"], "yes": [1, 0], "no": [1, 1]}


def test_linkage_in_the_order_of_reading() -> None:
    linkage = pd.DataFrame(
        {
            "group": ["pass of the match"] * 3 + ["age at treatment"] * 3,
            "value": ["not linked", "pass 1", "pass 2", "90+", "10–14", "5–9"],
            "n": 1,
            "linked": 0,
        }
    )
    ordered = labels.order_linkage(linkage)
    assert ordered["value"].tolist() == ["Pass 1", "Pass 2", "Not linked", "0–19", "80 and over"]
    assert ordered["n"].tolist() == [1, 1, 1, 2, 1]
    assert ordered["group"].drop_duplicates().tolist() == ["Pass of the match", "Age at treatment"]


def test_years_of_linkage_are_named_as_far_as_there_are_any() -> None:
    years = ["2017", "2016", "2019", "2021", "2022"]
    linkage = pd.DataFrame({"group": "year of start", "value": years, "n": 2, "linked": 1})
    ordered = labels.order_linkage(linkage)
    assert ordered["value"].tolist() == ["2016 to 2018", "2019 to 2021", "2022"]
    assert ordered[["n", "linked"]].to_numpy().tolist() == [[4, 2], [4, 2], [2, 1]]


def test_codes_and_completeness_keep_their_totals() -> None:
    codes = pd.DataFrame(
        {"code": ["M321", "M328"], "table": ["apc", "op"], "people": [2, 3], "records": [4, 9]}
    )
    wide = labels.spread_codes(codes)
    assert wide["code"].tolist() == ["M32.1", "M32.8"]
    assert wide[["people_apc", "people_op", "records_op"]].sum().tolist() == [2, 3, 9]
    known = pd.DataFrame(
        {
            "table": ["apc", "apc", "op", "op"],
            "year": ["2020/21"] * 4,
            "field": ["sex", "area"] * 2,
            "n": [9, 9, 5, 5],
            "known": [8, 7, 5, 1],
        }
    )
    assert labels.total_completeness(known)["known"].tolist() == [8, 7, 5, 1]
