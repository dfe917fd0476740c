"""Text of numbers: rounding half up, separators, hidden and missing values, and what is refused."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import Count, Day, Hidden, Plain, Share, Shown, Statistic, fmt


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
    assert fmt.num(Statistic(value), decimals) == text


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
    assert fmt.pct(Count(part), Count(whole)) == text


BARE = [3, 3.5, np.int64(1924), pd.Series([7], dtype="Int64").iloc[0], np.float64(2.5), True, "924"]


@pytest.mark.parametrize("bare", BARE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "way",
    [fmt.n, fmt.num, fmt.stat, fmt.pct, fmt.minutes, fmt.text, fmt.date, fmt.month,
     lambda value: fmt.plural(value, "person"), lambda value: fmt.counted(value, "people"),
     lambda value: fmt.pct(Count(1), value), lambda value: fmt.ci(value, value),
     lambda value: fmt.span([value, value], fmt.n), lambda value: fmt.fill("{x}", x=value)],
)  # fmt: skip
def test_what_has_no_release_has_no_text(way, bare: object) -> None:
    with pytest.raises(TypeError, match="released"):
        way(bare)


@pytest.mark.parametrize("moment", [pd.Timestamp("1986-05-04"), np.datetime64("1986-05-04")])
def test_a_date_of_a_record_has_no_text_before_it_is_released(moment: object) -> None:
    with pytest.raises(TypeError, match="released"):
        fmt.date(moment)  # type: ignore[arg-type]
    assert fmt.date(Day(pd.Timestamp(moment))) == "4 May 1986"
    assert fmt.date(date(2016, 6, 22)) == "22 June 2016", "of the settings"


@pytest.mark.parametrize(
    "token", [Count(3), Statistic(2.5), Share(12.5), Day(date(2020, 1, 1)), Plain(6)]
)
def test_a_token_has_no_text_of_its_own(token) -> None:
    for way in (
        str,
        "{}".format,
        lambda value: f"{value}",
        lambda value: f"{value:,}",
        "%s".__mod__,
    ):
        with pytest.raises(TypeError, match="no text of its own"):
            way(token)


def test_a_count_is_whole_and_takes_no_part_in_sums() -> None:
    with pytest.raises(TypeError):
        Count(2.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Count(3) + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        int(Count(3))  # type: ignore[call-overload]
    assert Count(3) == 3 and Count(3) < Count(4) and len({Count(3), Count(3)}) == 1


def test_a_sentence_takes_what_has_been_shown_and_nothing_else() -> None:
    told = fmt.fill("{people} of {drug}: {share}", people=fmt.n(Count(1200)), drug=Plain("x"),
                    share=Share(12.5))  # fmt: skip
    assert told == "1,200 of x: 12.5%" and isinstance(told, Shown)
    with pytest.raises(TypeError, match=r"^\{people\}: .*found str"):
        fmt.fill("{people}", people=fmt.n(Count(1200)) + "!")
    with pytest.raises(TypeError, match="found one, two, expected one"):
        fmt.fill("{one}", one=Count(1), two=Count(2))
    with pytest.raises(TypeError, match="found str"):
        fmt.fill("{told}", told=fmt.joined([fmt.n(Count(1)), "2"]))
    assert isinstance(fmt.joined([fmt.n(Count(1)), fmt.n(Count(2))]), Shown)


@pytest.mark.parametrize("way", [fmt.n, fmt.num, fmt.stat, fmt.pct, fmt.text, fmt.date])
def test_hidden_and_missing_have_their_own_texts(way) -> None:
    assert way(Hidden()) == "[c]"
    assert [way(value) for value in (None, pd.NA, float("nan"), pd.NaT)] == ["[x]"] * 4


def test_a_percentage_of_something_hidden_is_hidden() -> None:
    assert fmt.pct(Count(5), Hidden()) == "[c]"


def test_dates_do_not_depend_on_the_locale() -> None:
    first, last = date(2016, 6, 22), date(2025, 8, 20)
    assert fmt.period(first, last) == "22 June 2016 to 20 August 2025"
    assert fmt.month(date(2021, 12, 15)) == "December 2021" and fmt.month(Hidden()) == "[c]"
    assert fmt.date_short(date(2021, 12, 5)) == "5 Dec 2021"


def test_text_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="dict"):
        fmt.text({})


def test_a_hidden_day_or_month_is_not_told() -> None:
    assert [way(Hidden()) for way in (fmt.date, fmt.date_short, fmt.month)] == ["[c]"] * 3


def test_a_code_is_written_in_one_way() -> None:
    assert fmt.codes(["J46X", "M321", "J46"]) == "J46, M32.1 and J46"
