"""All pairs side by side, on people by hand: counts, what is not there, and what is hidden."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from rareaccess.disclosure import Count, Register, Released
from rareaccess.display import tables
from rareaccess.measures import comparison
from rareaccess.measures.comparison.rows import count_known, count_within
from rareaccess.measures.comparison.since import count_since
from rareaccess.params import Pair, load_pair, load_report
from rareaccess.study import Sections, Studies, Study

FULL, BARE = "full", "bare"
SECTIONS = ("names", "status", "condition", "drug", "criteria", "commissioning",
            "windows", "severity", "cdf", "centres", "facts")  # fmt: skip


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def marts() -> dict[str, pd.DataFrame]:
    """Return the marts of five people, of whom three are treated; 22 June 2016 is the approval."""
    people = pd.DataFrame(
        {
            "study_id": range(1, 6),
            "treated": [True, True, True, False, False],
            "sex": ["Female", "Female", "Male", "Male", "Not known"],
            "ethnicity": ["White", "Black", "Unknown", "White", "White"],
            "imd_quintile": pd.array([1, 5, None, 1, 1], "Int64"),
            "age_at_entry": pd.array([20, 30, 40, 50, 60], "Int64"),
            "age_at_treatment": pd.array([30, 40, 60, None, None], "Int64"),
        }
    )
    return {
        "people": people,
        "uptake": pd.DataFrame(
            {"study_id": [1, 2, 3], "start_date": days("2016-07-22", "2017-06-21", "2018-06-22")}
        ),
        "trusts": pd.DataFrame(
            {
                "trust": ["C1", "C2", "C3", "X1"],
                "centre": [True, True, True, False],
                "starts": [1, 1, 0, 1],
                "first_start": days("2017-06-21", "2018-06-22", None, "2016-07-22"),
            }
        ),
        "travel": pd.DataFrame(
            {
                "treated": [True, True, True, False],  # the last is not counted
                "minutes": pd.array([10, 61, None, 90], "Float64"),
            }
        ),
        "severity": pd.DataFrame({"score": pd.array([12, None, 9], "Float64")}),
        "completeness": pd.DataFrame(
            {
                "table": ["apc", "apc", "apc"],
                "year": ["2016/17", "2017/18", "2016/17"],
                "field": ["sex", "sex", "ethnicity"],
                "n": [10, 30, 10],
                "known": [10, 20, 5],
            }
        ),
        "linkage_quality": pd.DataFrame(
            {"group": ["pass of the match"], "value": ["any pass"], "n": [4], "linked": [3]}
        ),
    }


def study(name: str, pair: Pair, frames: dict[str, pd.DataFrame], profile: str) -> Study:
    report = load_report().model_copy(update={"disclosure": profile})
    register = Register("90-compare-pairs", Path("none"))
    return Study(
        "hand", "five people", report, register, name, {}, Sections(pair, SECTIONS), frames
    )


def studies(**of: Study) -> Studies:
    first = next(iter(of.values()))
    return Studies("hand", "five people", first.report, Register("90", Path("none")), of)


def both(profile: str = "internal") -> Studies:
    """Return the pair of the marts, and one that has no severity, no centres and no places."""
    full = load_pair("sle-belimumab")
    bare = full.model_copy(update={"severity": None, "cdf": None, "facts": ()})
    frames = marts()
    lacking = frames | {
        "people": frames["people"].assign(
            sex="Not known", ethnicity="Unknown", imd_quintile=pd.array([None] * 5, "Int64")
        ),
        "trusts": frames["trusts"].assign(centre=False),
        "travel": frames["travel"].assign(minutes=pd.array([None] * 4, "Float64")),
        "severity": frames["severity"][:0],
        "completeness": frames["completeness"][:0],
    }
    return studies(
        full=study(FULL, full, frames, profile), bare=study(BARE, bare, lacking, profile)
    )


def row(released: Released, pair: str) -> dict[str, object]:
    frame = released.frame.set_index("pair").loc[pair]
    return {name: None if pd.isna(value) else value for name, value in frame.items()}


def test_the_overview_counts_each_pair() -> None:
    found = row(comparison.build_overview(both()), FULL)
    expected = {
        "cohort": 5, "treated": 3, "within_12": 2, "within_24": 2, "first_days": 30, "women": 2,
        "white": 1, "deprived": 1, "age": 40, "journeys": 2, "far": 1, "centres": 3,
        "prescribed": 2, "far_pct": 50,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["women_pct"] == pytest.approx(200 / 3)
    assert found["centres_pct"] == pytest.approx(200 / 3)
    assert found["months"] == pytest.approx(3347 / 30.4375)  # 22 June 2016 to 20 August 2025
    assert found["a_month"] == pytest.approx(3 / (3347 / 30.4375))


def test_what_a_pair_does_not_have_is_missing_and_never_a_zero() -> None:
    overview = comparison.build_overview(both())
    found = row(overview, BARE)
    assert (found["cohort"], found["treated"], found["first_days"]) == (5, 3, 30)
    for name in ("women", "white", "deprived", "far", "centres", "prescribed"):
        assert found[name] is None and found[f"{name}_pct".replace("prescribed", "centres")] is None
    assert overview.hidden.to_numpy().sum() == 0
    html = tables.build_named_table(overview, "pairs overview").html
    assert html.count(">–<") == 4 and "– not known, or does not apply." in html


def test_a_pair_without_severity_shows_a_dash_among_the_fields() -> None:
    complete = comparison.build_completeness(both())
    full, bare = row(complete, FULL), row(complete, BARE)
    assert (full["apc_sex_pct"], full["apc_ethnicity_pct"]) == (75, 50)
    assert full["op_sex_pct"] is None  # no row of outpatients
    assert (full["linked_pct"], bare["linked_pct"]) == (75, 75)
    assert full["scored_pct"] == pytest.approx(200 / 3) and bare["scored_pct"] is None
    html = tables.build_named_table(complete, "pairs fields").html
    assert html.count(">–<") == 3 + 5


def test_a_drug_that_came_too_late_has_no_count_within_the_time() -> None:
    one = both()[FULL]
    windows = one.params.windows
    late = windows.model_copy(update={"approval_date": date(2025, 1, 1)})
    other = load_pair("sle-belimumab").model_copy(update={"windows": late})
    later = study(FULL, other, marts(), "internal")
    assert count_within(one, 12) == 2 and count_within(later, 12) is None
    # the day after the last one would complete the time
    edge = windows.model_copy(update={"approval_date": date(2024, 8, 21)})
    starts = edge.treatment.model_copy(update={"start": date(2024, 8, 21)})
    edge = edge.model_copy(update={"treatment": starts})
    other = load_pair("sle-belimumab").model_copy(update={"windows": edge})
    assert count_within(study(FULL, other, marts(), "internal"), 12) is not None


def test_a_window_that_opens_after_the_approval_tells_no_delay() -> None:
    windows = load_pair("sle-belimumab").windows
    later = windows.treatment.model_copy(update={"start": date(2016, 7, 1)})
    windows = windows.model_copy(update={"treatment": later})
    pair = load_pair("sle-belimumab").model_copy(update={"windows": windows})
    late = studies(full=study(FULL, pair, marts(), "internal"))
    assert row(comparison.build_overview(late), FULL)["first_days"] is None
    assert row(comparison.build_centres(late), FULL)["median"] is None
    words = comparison.build_differences(late).frame["mind"].iloc[0]
    assert "starts are seen from 1 July 2016 only" in words.casefold().replace("july", "July")


def test_centres_how_soon_and_who_was_treated_elsewhere() -> None:
    found = row(comparison.build_centres(both()), FULL)
    first, second = 364 / 30.4375, 730 / 30.4375
    assert (found["q1"], found["median"], found["q3"]) == pytest.approx(
        (first + (second - first) / 4, (first + second) / 2, first + 3 * (second - first) / 4)
    )
    assert (found["centres"], found["prescribed"], found["elsewhere"]) == (3, 2, 1)
    assert found["other_trusts"] == 1
    bare = row(comparison.build_centres(both()), BARE)
    assert all(bare[name] is None for name in ("centres", "prescribed", "median", "elsewhere"))


def test_what_others_have_stated_is_said_without_a_share_of_ours() -> None:
    assert "settings of no pair" in comparison.list_statements(comparison.build_centres(both()))
    told = load_pair("sle-belimumab").model_copy(update={"facts": load_pair("hlh-anakinra").facts})
    centres = comparison.build_centres(studies(full=study(FULL, told, marts(), "internal")))
    assert comparison.list_statements(centres) == (
        "Stated elsewhere: SLE, belimumab: 31 per cent of trusts "
        "(British Society for Rheumatology, 2024)."
    )


def test_months_since_a_day_count_what_came_before_each_month_ends() -> None:
    found = count_since(
        days("2020-01-31", "2020-02-28", "2020-02-29", None), since="2020-01-31", until="2020-03-01"
    )
    assert found.to_numpy().tolist() == [[0, 0], [1, 2], [2, 3]]  # a month is up on 29 February


def test_curves_end_at_all_starts_and_at_the_centres_that_have_begun() -> None:
    starts = comparison.build_starts_since(both()).frame
    last = starts[starts["pair"] == FULL].iloc[-1]
    assert (last["n"], last["of"], last["value"], last["month"]) == (3, 3, 100, 110)
    assert starts.loc[starts["month"] == 1, "n"].tolist() == [0, 0]  # 22 July is the next month
    assert starts.loc[starts["month"] == 2, "n"].tolist() == [1, 1]
    centres = comparison.build_centres_since(both()).frame
    assert centres["pair"].unique().tolist() == [FULL]  # the other has no list of centres
    assert centres["n"].iloc[-1] == 2 and centres["of"].iloc[-1] == 3
    none = comparison.build_centres_since(studies(bare=both()[BARE]))
    assert none.frame.empty and "value" in none.frame


def test_shares_have_intervals_and_count_the_unknown_in_the_whole() -> None:
    shares = comparison.build_shares(both(), "x", measures=["women", *comparison.ETHNIC_GROUPS])
    assert shares.value("n", pair=FULL, measure="women", group="cohort") == 2
    assert shares.value("of", pair=FULL, measure="women", group="cohort") == 5
    assert shares.value("value", pair=FULL, measure="women", group="cohort") == 40
    assert shares.value("n", pair=FULL, measure="Unknown", group="treated") == 1
    assert shares.value("n", pair=FULL, measure="Other known", group="treated") == 1
    assert shares.value("n", pair=FULL, measure="White", group="cohort") == 3
    assert shares.value("value", pair=BARE, measure="Other known", group="treated") is None
    assert shares.value("value", pair=BARE, measure="women", group="treated") is None
    assert shares.value("value", pair=BARE, measure="Unknown", group="treated") == 100
    low, high = (shares.value(name, pair=FULL, measure="women", group="cohort")
                 for name in ("lower", "upper"))  # fmt: skip
    assert (low.value, high.value) == pytest.approx((11.7621, 76.9276), abs=1e-4)


def test_ages_and_journeys() -> None:
    spread = comparison.build_spread(both())
    entry = {"pair": FULL, "measure": "entry", "group": "cohort"}
    assert [spread.value(name, **entry) for name in ("lower", "value", "upper")] == [30, 40, 50]
    start = {"pair": FULL, "measure": "start", "group": "treated"}
    assert [spread.value(name, **start) for name in ("lower", "value", "upper")] == [35, 40, 50]
    assert spread.value("value", pair=FULL, measure="far", group="treated") == 50
    assert spread.value("value", pair=BARE, measure="minutes", group="treated") is None
    columns = [("minutes", "treated", "minutes", ""), ("far", "treated", "over an hour", "")]
    html = tables.build_interval_table(spread, columns=columns, fixed=["far"]).html
    assert "35.5 (22.8–48.3)" in html and "50.0 (9.5–90.5)" in html and html.count(">–<") == 2


def test_what_differs_is_read_from_the_settings() -> None:
    told = comparison.build_differences(both()).frame.set_index("pair")
    full, bare = told["mind"]
    assert full == (
        "The cohort is found by M32.1, M32.8 and M32.9; "
        "with 3 people treated, one person is more than 1%; "
        "no source was seen for the day of TA752 and subcutaneous injection"
    )
    for words in ("asks for no severity", "no list of centres", "no travel time is known"):
        assert words in bare
    asthma = load_pair("severe-asthma-biologics")
    (words,) = comparison.build_differences(
        studies(full=study(FULL, asthma, marts(), "internal"))
    ).frame["mind"]
    assert words.startswith("The cohort is found by J45 and J46; this cohort is no denominator (")
    told = comparison.list_differences(study(FULL, asthma, marts(), "internal"), Count(3))
    assert any("no ICD-10 code means severe asthma" in one for one in told)
    assert any("eligible: 55,000 people (NHS England Midlands, 2023)" in one for one in told)
    assert "a group of 6 drugs" in words and "some settings have no source yet" in words


def test_small_numbers_are_hidden_by_type_and_in_every_frame() -> None:
    few = both("opensafely")  # 7 and fewer are hidden: all that there is
    overview = comparison.build_overview(few)
    assert overview.frame["treated"].isna().all() and overview.hidden["treated"].all()
    assert overview.hidden.loc[0, ["age", "first_days", "women_pct", "a_month"]].all()
    assert not overview.hidden.loc[0, "centres"] and overview.frame.loc[0, "prescribed"] == 2
    assert comparison.name_treated(overview) == {FULL: "[c] people", BARE: "[c] people"}
    spread = comparison.build_spread(few)
    shares = comparison.build_shares(few, "x", measures=["women"])
    centres = comparison.build_centres(few)
    for frame in (spread, shares, comparison.build_starts_since(few)):
        known = frame.frame[[name for name in ("n", "value") if name in frame.kinds]].notna()
        assert not known.to_numpy().any()
    assert centres.hidden[["median", "elsewhere", "elsewhere_pct"]].loc[0].all()
    html = tables.build_named_table(overview, "pairs overview").html
    assert "[c] hidden by disclosure control." in html
    words = comparison.build_differences(few).frame["mind"].iloc[0]
    assert "; too few people were treated to show how many" in words


def test_known_of_nobody_is_not_none_of_them() -> None:
    assert count_known(pd.Series(["Male", "Not known"]), "Female", "Not known") == 0
    assert count_known(pd.Series(["Not known", None]), "Female", "Not known") is None


def test_the_pace_ends_with_funding_and_its_end_is_named() -> None:
    pair = load_pair("sickle-cell-crizanlizumab")  # approved 3 November 2021, no funding since
    frames = marts() | {
        "uptake": pd.DataFrame({"study_id": [1, 2, 3], "start_date": days(*["2022-02-02"] * 3)})
    }
    ended = studies(full=study(FULL, pair, frames, "internal"))
    overview = row(comparison.build_overview(ended), FULL)
    assert overview["months"] == pytest.approx(840 / 30.4375)  # 21 February 2024
    assert comparison.build_marks_since(ended) == {
        FULL: [(pytest.approx(90 / 30.4375), ""), (pytest.approx(840 / 30.4375), "withdrawn")]
    }
    assert (
        "no funding since 21 February 2024" in comparison.build_differences(ended).frame["mind"][0]
    )


@pytest.mark.parametrize(
    ("status", "late", "last_month", "told"),
    [
        ("verified", "2022-02-02", 28, "closed to new starts since 21 February 2024;"),
        ("verified", "2024-06-01", 31, "closed to new starts since 21 February 2024;"),
        (
            "unverified",
            "2022-02-02",
            46,
            "closed to new starts since 21 February 2024, not verified",
        ),
    ],
)
def test_the_curve_ends_where_a_source_says_that_nobody_starts_any_more(
    status: str, late: str, last_month: int, told: str
) -> None:
    """One who starts all the same is still in the curve; a doubtful end ends nothing."""
    pair = load_pair("sickle-cell-crizanlizumab")
    first, last = pair.commissioning
    shut = last.model_copy(update={"funding": "closed to new starts", "status": status})
    pair = pair.model_copy(update={"commissioning": (first, shut)})
    frames = marts() | {
        "uptake": pd.DataFrame({"study_id": [1, 2], "start_date": days("2022-02-02", late)})
    }
    closed = studies(full=study(FULL, pair, frames, "internal"))
    curve = comparison.build_starts_since(closed).frame
    assert curve["month"].max() == last_month and curve["value"].iloc[-1] == 100
    assert told in comparison.build_differences(closed).frame["mind"][0]


def test_an_unverified_end_is_said_and_a_verified_one_is_not() -> None:
    ibrutinib = load_pair("waldenstrom-ibrutinib").commissioning
    told = comparison.warn_of_end(ibrutinib, synthetic=True)
    assert "unverified, and the synthetic records ignore it" in told
    assert told.endswith("Users continue.")
    withdrawn = load_pair("sickle-cell-crizanlizumab").commissioning
    assert comparison.warn_of_end(withdrawn, synthetic=True) == ""
    assert comparison.warn_of_end((), synthetic=True) == ""


@pytest.mark.parametrize("profile", ["subnational-hes", "ndrs", "midpoint-6"])
def test_under_control_nothing_is_counted_since_the_approval(profile: str) -> None:
    controlled = both(profile)
    pace = comparison.build_pace(controlled)
    assert not [name for name in pace.kinds if name.startswith("within")]
    assert "Started within" not in tables.build_pace_table(pace, comparison.WITHIN).html
    assert comparison.tell_pace(pace).startswith("How many had started within the same time is not")
    assert "people had started within 12 months" in comparison.tell_pace(
        comparison.build_pace(both())
    )
    curve = comparison.build_starts_since(controlled)
    assert len(curve.frame) <= 2 * 10, "years and no months"
    assert curve.frame["month"].dropna().mod(1).eq(0).all()


def test_what_had_happened_by_the_end_of_each_year_is_added_up_from_what_is_shown() -> None:
    frames = marts()
    days = pd.to_datetime(["2017-03-01"] * 9 + ["2018-05-01"] * 3 + ["2019-05-01"] * 8)
    uptake = pd.DataFrame({"study_id": range(20), "start_date": days})
    one = study(FULL, load_pair("sle-belimumab"), {**frames, "uptake": uptake}, "subnational-hes")
    curve = comparison.build_starts_since(studies(full=one)).frame
    assert curve["started"].tolist()[:4] == [0, 10, 10, 0], "2018 and 2019 together"
    assert curve["value"].tolist()[:4] == [0, 50, 100, 100]
    assert not {"n", "of"} & set(curve.columns), "a sum of rounded counts is no number of people"
