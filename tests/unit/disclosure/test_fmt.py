"""Text of numbers: rounding half up, separators, hidden and missing values."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import Hidden, fmt


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "1"),  # half up, where Python's round gives 0
        (1.5, 0, "2"),
        (2.5, 0, "3"),  # half up, where Python's round gives 2
        (0.25, 1, "0.3"),
        (13.75, 1, "13.8"),
        (7.75, 1, "7.8"),
        (2.675, 2, "2.68"),  # as a person reads it, not as the binary number is
        (-2.5, 0, "-3"),
        (-0.04, 1, "0.0"),  # no minus before nought
        (1234567.89, 1, "1,234,567.9"),
    ],
)
def test_num_rounds_half_up(value: float, decimals: int, text: str) -> None:
    assert fmt.num(value, decimals) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (149, 924, "16.1%"),
        (71384, 72308, "98.7%"),
        (1, 2000, "0.1%"),  # 0.05 exactly: half up
        (1, 3, "33.3%"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (3, 0, "[x]"),
    ],
)
def test_pct_is_exact(part: int, whole: int, text: str) -> None:
    assert fmt.pct(part, whole) == text


def test_counts_of_numpy_and_pandas_are_counts() -> None:
    assert [fmt.n(np.int64(1924)), fmt.n(pd.Series([7], dtype="Int64").iloc[0])] == ["1,924", "7"]


@pytest.mark.parametrize("wrong", [3.5, True, "924"])
def test_what_is_no_count_is_refused(wrong: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        fmt.n(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", [fmt.n, fmt.num, fmt.stat, fmt.pct, fmt.text])
def test_hidden_and_missing_have_their_own_texts(way) -> None:
    assert way(Hidden()) == "[c]"
    assert [way(value) for value in (None, pd.NA, float("nan"))] == ["[x]"] * 3


def test_a_percentage_of_something_hidden_is_hidden() -> None:
    assert fmt.pct(5, Hidden()) == "[c]"


def test_dates_do_not_depend_on_the_locale() -> None:
    assert fmt.period("2016-06-22", pd.Timestamp("2025-08-20")) == "22 June 2016 to 20 August 2025"
    assert [fmt.month("2021-12-15"), fmt.date_short("2021-12-05")] == [
        "December 2021",
        "5 Dec 2021",
    ]
    assert fmt.date(pd.NaT) == "[x]"


def test_text_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="dict"):
        fmt.text({})
