"""The rows of the chapter on measures under two denominators: what is refused, and what is told."""

import pandas as pd
import pytest

from equity_study import empty
from need_study import FIVE, SETTINGS, make_need_marts, open_need
from rareaccess.disclosure import Hidden
from rareaccess.measures import eligibility
from rareaccess.measures.eligibility.assumptions import RESTS_ON
from rareaccess.measures.eligibility.compared import (
    ANCHORS_ALONE,
    DENOMINATORS,
    FEW_NOTE,
    REFUSED_NOTE,
)

pytestmark = pytest.mark.slow

COHORT, IMPUTED = DENOMINATORS.values()
FIRST = "Most against least deprived, ratio"
RII, SCV = "Relative index of inequality", "Systematic component of variation between regions"
MEASURES = [
    FIRST, "Black against White, ratio", "Asian against White, ratio", RII,
    "Slope index of inequality, per 1,000", "Most deprived fifth against the rest (Core20)", SCV,
]  # fmt: skip


@pytest.fixture(scope="module")
def marts() -> dict:
    return make_need_marts(shift=(0.6, 0.45, 0.3, 0.15, 0.0), fifths=FIVE,
                           regions=("N", "M", "S"))  # fmt: skip


def keep_treated(marts: dict, kept: pd.Series) -> dict:
    landmark = marts["landmark"]
    return {**marts, "landmark": landmark.assign(treated=landmark["treated"] & kept.to_numpy())}


def measure(marts: dict, **asked):
    need = eligibility.Need(open_need(marts, **asked))
    measured = need.measure(label="measures")
    rows = {(row["measure"], row["denominator"]): row for row in measured.records()}
    return str(eligibility.tell_measures(need, measured)), rows, measured


@pytest.mark.long
def test_each_measure_stands_under_both_denominators(marts) -> None:
    told, rows, measured = measure(marts)
    assert list(measured.frame.columns) == [
        "measure", "denominator", "value", "lower", "upper", "note"
    ]  # fmt: skip
    assert list(dict.fromkeys(name for name, _ in rows)) == MEASURES
    assert len(rows) == 2 * len(MEASURES)
    cohort, imputed = (rows[RII, one] for one in (COHORT, IMPUTED))
    assert cohort["upper"].value < 1 and imputed["lower"].value < 1 < imputed["upper"].value
    assert told.startswith("Per person of the cohort the relative index of inequality is 0.")
    assert "per person imputed to need belimumab it is" in told and told.endswith(RESTS_ON)


def test_where_need_is_refused_the_cohort_stands_alone(marts) -> None:
    low = SETTINGS.prevalence.model_copy(update={"low": 0.001})
    told, rows, _ = measure(marts, settings=SETTINGS.model_copy(update={"prevalence": low}))
    assert {row["note"] for (_, of), row in rows.items() if of == IMPUTED} == {REFUSED_NOTE}
    assert all(row["value"] is None for (_, of), row in rows.items() if of == IMPUTED)
    assert all(row["value"] is not None for (_, of), row in rows.items() if of == COHORT)
    assert told.startswith("No measure is given per person who needs belimumab")
    assert RESTS_ON not in told


@pytest.mark.long
def test_few_treated_leave_the_ratio_of_the_anchors_and_no_imputation(marts) -> None:
    treated = marts["landmark"]["treated"]
    some = keep_treated(marts, treated.cumsum() <= 90)
    need = eligibility.Need(open_need(some))
    told, rows, _ = measure(some)
    given = [row for row in (rows[FIRST, IMPUTED], rows[MEASURES[1], IMPUTED])
             if row["note"] == ANCHORS_ALONE]  # fmt: skip
    assert given and len(need.refusals()) < 3
    answers = need.answers.set_index(["answer", "contrast"])["value"]
    for row in given:
        words = row["measure"].removesuffix(", ratio")
        assert row["value"].value == pytest.approx(answers["TRAIT", words])
    assert rows[SCV, IMPUTED]["note"] in (FEW_NOTE, REFUSED_NOTE)
    assert rows[RII, IMPUTED]["value"] is None and rows[RII, COHORT]["value"] is not None
    assert "Fewer than 100 people were treated" in told and "imputation may be biased" in told
    assert "90" not in told


@pytest.mark.few(1)
@pytest.mark.parametrize("disclosure", ["national-hes", "subnational-hes"])
def test_few_treated_of_a_fifth_hide_what_rests_on_it(marts, disclosure) -> None:
    third = marts["landmark"]["treated"] & (marts["people"]["imd_quintile"] == 3)
    few = keep_treated(marts, ~third | (third.cumsum() <= 3))
    _, rows, _ = measure(few, disclosure=disclosure)
    assert isinstance(rows[RII, COHORT]["value"], Hidden)
    assert isinstance(rows[RII, IMPUTED]["upper"], Hidden)
    assert not isinstance(rows[FIRST, COHORT]["value"], Hidden)
    assert not isinstance(rows[MEASURES[1], IMPUTED]["value"], Hidden)


@pytest.mark.long
def test_a_profile_that_controls_rounds_what_it_shows(marts) -> None:
    measured = measure(marts, disclosure="subnational-hes")[2]
    numbers = measured.frame[["value", "lower", "upper"]].astype(float)
    assert numbers.equals(numbers.round(2)) and numbers.notna().all().all()


def test_without_people_nothing_is_told_and_nothing_fails(marts) -> None:
    none = {**marts, "landmark": empty("landmark"), "features": empty("features")}
    told, rows, measured = measure(none)
    assert not rows and measured.frame.empty
    assert told == "No measure is given: too few groups have people who were treated."
    nobody = keep_treated(marts, pd.Series(False, marts["landmark"].index))
    assert not measure(nobody)[1]


def test_three_fifths_have_a_ratio_and_no_gradient() -> None:
    _, rows, _ = measure(make_need_marts())
    assert [name for name, of in rows if of == COHORT] == MEASURES[:3]
