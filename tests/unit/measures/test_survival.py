"""Kaplan-Meier against published and hand-made values."""

import math

import numpy as np
import pandas as pd
import pytest

from rareaccess.disclosure import protect
from rareaccess.display.figures import draw_survival
from rareaccess.marts.levels import ENDS, LIVES
from rareaccess.measures.survival import (
    COVERS,
    TABLE_MONTHS,
    count_how,
    estimate_survival,
    say,
    say_events,
    say_mean,
    span_covers,
    summarise_survival,
    tabulate_covers,
    tabulate_survival,
)

# Freireich et al. (1963): weeks of remission, the two arms of the trial
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def arm(days: list, events: list) -> pd.DataFrame:
    return pd.DataFrame({"days": days, "event": np.array(events, bool)})


def test_freireich() -> None:
    found = estimate_survival(arm(TREATED, RELAPSED), horizon=35)
    curve = found.curve.set_index("days")
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert curve["survival"].loc[list(published)].round(3).to_dict() == published
    assert (found.n, found.events, found.median) == (21, 9, 23.0)
    # log-log limits at 10 weeks, by Greenwood's variance: v = 0.00929, theta = 1.96 sqrt(v) / ...
    s, v = 0.7529412, 0.7529412**2 * (3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14))
    reach = 1.959964 * math.sqrt(v) / (s * math.log(s))
    assert curve.loc[10, "lower"] == pytest.approx(s ** math.exp(-reach), abs=1e-5)
    assert curve.loc[10, "upper"] == pytest.approx(s ** math.exp(reach), abs=1e-5)
    assert math.isinf(found.median_upper) and found.median_lower == 13.0


def test_placebo_has_no_censoring() -> None:
    """Without censoring the restricted mean to the end is the mean of the times."""
    found = estimate_survival(arm(PLACEBO, [1] * 21), horizon=100)
    assert found.mean == pytest.approx(np.mean(PLACEBO))
    assert (found.median, found.horizon) == (8.0, 23)
    sd = np.std(PLACEBO)  # of the mean, with n in the denominator, as the area's variance is
    assert found.mean_upper - found.mean == pytest.approx(1.959964 * sd / math.sqrt(21), rel=1e-4)


def test_an_event_on_the_first_day_is_an_event() -> None:
    found = estimate_survival(arm([0, 10], [1, 0]), horizon=10)
    assert found.curve["survival"].tolist()[0] == 1.0
    assert found.curve["survival"].iloc[-1] == 0.5


def test_nobody_and_negative_times_are_refused() -> None:
    for days in ([], [-1.0]):
        with pytest.raises(ValueError, match="at least one time"):
            estimate_survival(arm(days, [1] * len(days)), horizon=1)


def test_nobody_with_the_event() -> None:
    found = estimate_survival(arm([5, 9], [0, 0]), horizon=9)
    assert math.isinf(found.median) and found.mean == 9.0
    assert found.curve[["survival", "lower", "upper"]].eq(1).all(axis=None)


def test_nobody_gives_a_sentence_and_no_fault() -> None:
    nobody = pd.DataFrame({"days": pd.Series(dtype="int64"), "event": pd.Series(dtype=bool)})
    assert tabulate_survival(nobody).shape == (0, 7)
    summary = protect(
        summarise_survival(nobody, months=24),
        on="n",
        statistics=["median", "median_lower", "median_upper", "mean", "mean_lower", "mean_upper"],
        counts=["events"],
        keys=["horizon"],
        profile="internal",
    )
    assert say(summary, seen="s", what="x") == "No record tells of it for anybody."


def test_a_sentence_says_what_was_seen_and_counts_whole_months() -> None:
    """Two of three stopped, on days 304 and 609; both are 10 and 20 months to one decimal."""
    summary = protect(
        summarise_survival(arm([304, 609, 900], [1, 1, 0]), months=24),
        on="n",
        statistics=["median", "median_lower", "median_upper", "mean", "mean_lower", "mean_upper"],
        counts=["events"],
        keys=["horizon"],
        profile="internal",
    )
    words = say(summary, seen="An end was seen", what="treatment had ended")
    assert words.startswith("An end was seen in 2 of 3 people. For half, treatment had ended by ")
    assert "20.0 months" in words
    assert say(summary, what="treatment had ended") == words.partition(" people. ")[2]
    assert say_mean(summary, about="alive").startswith("Over the first 24 months the mean time ali")


def test_a_curve_that_stops_above_half_has_no_median_and_keeps_its_origin() -> None:
    """Most people are lost before the curve is half down, though 2 of 5 died."""
    summary = protect(
        summarise_survival(arm([30, 60, 90, 90, 90], [1, 1, 0, 0, 0]), months=24),
        on="n",
        statistics=["median", "median_lower", "median_upper", "mean", "mean_lower", "mean_upper"],
        counts=["events"],
        keys=["horizon"],
        profile="internal",
    )
    words = say(summary, seen="Death was seen", what="people had died")
    assert words.endswith("The curve stops before it reaches half, so there is no median.")
    assert words.origin != frozenset(), "a sentence of counts must be marked"
    short = say_events(summary, seen="Death was seen")
    assert short == "Death was seen in 2 of 5 people within the period followed."
    assert short.origin != frozenset()


def test_the_span_of_the_assumptions_at_a_month() -> None:
    times = pd.concat([arm([200] * 15 + [400] * 15, [1] * 30).assign(cover_months=6),
                       arm([300] * 10 + [400] * 20, [1] * 30).assign(cover_months=9)])  # fmt: skip
    curves = protect(tabulate_covers(times, months=[0, 12]), **COVERS, profile="internal")
    assert span_covers(curves, month=12) == "50.0 to 66.7%"
    assert span_covers(curves, month=24) == "an unknown share"


def test_the_picture_of_nobody_says_so() -> None:
    nobody = pd.DataFrame({"days": pd.Series(dtype="int64"), "event": pd.Series(dtype=bool)})
    curve = protect(
        tabulate_survival(nobody),
        on="at_risk",
        statistics=["survival", "lower", "upper"],
        counts=["events", "censored"],
        keys=["month"],
        profile="internal",
    )
    picture = draw_survival(curve, words="% alive")
    assert "Too few people are known to be followed" in picture.svg


def test_a_curve_stops_where_fewer_than_ten_are_at_risk() -> None:
    """Twelve people; one has the event each month from the first on: ten are left at month 2."""
    times = arm([30.4375 * n for n in range(1, 13)], [1] * 12)
    table = tabulate_survival(times, months=1)
    assert table[["month", "at_risk"]].to_numpy().tolist() == [[0, 12], [1, 12], [2, 11], [3, 10]]
    assert table["survival"].round(1).tolist() == [100.0, 91.7, 83.3, 75.0]
    assert tabulate_survival(times, months=[0, 6, 12])["month"].tolist() == [0]
    assert tabulate_survival(times.iloc[:9]).empty


def test_one_curve_for_each_assumption_and_no_interval() -> None:
    covers = {6: 200, 9: 300, 12: 400}
    times = pd.concat([arm([day] * 10, [1] * 10).assign(cover_months=cover)
                       for cover, day in covers.items()])  # fmt: skip
    table = tabulate_covers(times, months=TABLE_MONTHS)
    rows = table[["cover_months", "month", "survival"]].to_numpy().tolist()
    assert rows == [[6, 0, 100], [6, 6, 100], [9, 0, 100], [9, 6, 100], [12, 0, 100],
                    [12, 6, 100], [12, 12, 100]]  # fmt: skip
    assert list(table) == ["cover_months", "month", "at_risk", "survival"]


@pytest.mark.parametrize("ways", [ENDS, LIVES], ids=["ends", "lives"])
def test_every_way_has_its_row(ways: dict) -> None:
    key = next(iter(ways))
    found = count_how(pd.DataFrame({"how": [key, key]}), ways)
    assert found["n"].tolist() == [2] + [0] * (len(ways) - 1)
    assert count_how(pd.DataFrame({"how": []}), ways)["n"].sum() == 0
