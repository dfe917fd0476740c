"""The chapter on need, from marts to sentences: estimates, refusals, and what is hidden."""

import numpy as np
import pandas as pd
import pytest

from equity_study import empty, fill
from need_study import SETTINGS, make_need_marts, open_need
from rareaccess.disclosure import Hidden, Ratio
from rareaccess.measures import eligibility
from rareaccess.measures.eligibility.assumptions import BESIDE, LEVELS, RESTS_ON, UNSUITED
from rareaccess.measures.eligibility.need import TENTHS
from rareaccess.params import Eligibility, load_pair

pytestmark = pytest.mark.slow

CONTRASTS = ["Most against least deprived", "Black against White", "Asian against White"]


@pytest.fixture(scope="module")
def marts() -> dict:
    return make_need_marts()


@pytest.fixture(scope="module")
def need(marts) -> eligibility.Need:
    return eligibility.Need(open_need(marts))


@pytest.fixture(scope="module")
def compared(need):
    return need.compare(label="eligibility")


def of(marts: dict, keep) -> dict:
    """Return the marts with fewer treated at the landmark: the others start never."""
    landmark = marts["landmark"]
    own = landmark["treated"] & keep(landmark.merge(marts["people"][["study_id", "imd_quintile"]]))
    return {**marts, "landmark": landmark.assign(treated=own)}


def test_every_answer_stands_beside_the_others(need, compared) -> None:
    frame = compared.frame
    assert list(frame["denominator"].unique()) == CONTRASTS == list(need.panels)
    for _, own in frame.groupby("denominator"):
        assert own["level"].tolist() == list(LEVELS.values())
    assert "treated" not in frame  # counts beside those of other chapters would be a difference
    own = frame[frame["denominator"] == CONTRASTS[0]].set_index("level")
    trait, alone = own.loc[LEVELS["TRAIT"]], own.loc["Treated, from the landmark"]
    assert alone["ratio_lower"] > 1 > trait["ratio_lower"]  # need differs, access does not
    bounds = own.loc["Need up to 1.5 times apart"]
    assert bounds["ratio_upper"] == pytest.approx(1.5 * alone["ratio_upper"])
    assert pd.isna(bounds["ratio"])


def test_sentences_say_the_finding_and_what_it_rests_on(need, compared) -> None:
    told = str(eligibility.tell_need(need, compared))
    assert told.startswith("Among those estimated to need belimumab, the most deprived started")
    basis = str(eligibility.tell_anchors(need))
    assert "flares, organ involvement and renal biopsy" in basis and basis.endswith(RESTS_ON)
    assert "recorded alike in rich and poor at equal disease" in basis
    assert "24 months that end 6 months before 22 June 2016" in basis
    assert "Between 8% and 20%" in str(eligibility.tell_prevalence(need))
    assert "assumed: no source" in str(eligibility.tell_prevalence(need))
    told = str(eligibility.tell_refusals(need, need.share(label="share")))
    assert told.startswith("No comparison is refused. The share estimated to need belimumab")
    numbers = eligibility.number_need(need, compared)
    assert numbers["ratio"].value == compared.value(
        "ratio", denominator=CONTRASTS[0], level=LEVELS["TRAIT"]
    )
    assert len(numbers) == 8 and all(isinstance(one, Ratio) for one in numbers.values())


def test_the_share_in_need_is_told_where_it_is_estimated(need, marts) -> None:
    shares = need.share(label="share")
    told = str(eligibility.tell_share(need, shares))
    assert told.startswith("The share estimated to need belimumab, as a ratio: Most against least")
    assert shares.value("ratio_lower", denominator=CONTRASTS[0]).value > 1
    few = eligibility.Need(open_need(of(marts, lambda rows: rows["treated"].cumsum() <= 29)))
    assert str(eligibility.tell_share(few, few.share(label="share"))) == ""


def test_what_would_change_it_and_what_better_data_are_worth(need) -> None:
    tips = need.tip(label="tips").frame.set_index("denominator")
    assert tips.loc[CONTRASTS[0], "times"] > 1
    assert "from there on it is above one" in tips.loc[CONTRASTS[0], "times_words"]
    assert not tips["prevalence_words"].str.contains(r"[0-9]").any()
    worth = need.weigh(label="worth").frame
    own = worth[worth["denominator"] == CONTRASTS[0]]
    assert own["fold"].notna().all() and own["narrower"].ge(0).all()
    checks = need.check(label="checks").frame
    assert len(checks) == 12 and checks["value"].notna().all()


def test_calibration_is_told_by_tenth_of_each_grouping(need) -> None:
    tenths = need.calibrate(label="tenths")
    assert list(need.calibrated) == ["deprivation", "ethnic group"]
    own = tenths.frame[tenths.frame["denominator"] == "deprivation"].set_index("level")
    assert list(own.index) == list(TENTHS.values()) and own["ratio"].notna().all()
    assert own["ratio_lower"].median() < 1 < own["ratio_upper"].median()
    assert "n" not in tenths.frame and "treated" not in tenths.frame
    told = str(eligibility.tell_calibration(need, tenths))
    most = tenths.value("ratio", denominator="deprivation", level="Most like the treated")
    assert f"of the tenth most like the treated {most.value:.2f} (95% interval " in told
    assert told.count("With need estimated by") == 2


def test_tenths_with_few_treated_are_hidden_and_not_told(marts) -> None:
    few = of(marts, lambda rows: rows["treated"].cumsum() <= 120)
    need = eligibility.Need(open_need(few, disclosure="subnational-hes"))
    tenths = need.calibrate(label="tenths")
    hidden = [isinstance(row["ratio"], Hidden) for row in tenths.records()]
    assert any(hidden) and not all(hidden)
    told = str(eligibility.tell_calibration(need, tenths))
    assert told.startswith("Need is not estimated, or too few were treated in a tenth")


def test_too_few_treated_are_refused_and_the_bounds_stand(marts) -> None:
    few = of(marts, lambda rows: rows["treated"].cumsum() <= 29)
    need = eligibility.Need(open_need(few))
    compared = need.compare(label="eligibility")
    assert set(need.refusals()) == set(CONTRASTS)
    told = str(eligibility.tell_refusals(need, need.share(label="share")))
    assert told.startswith(f"**{'; '.join(CONTRASTS)}**: Need is not estimated")
    assert "fewer than 30 people were treated" in told and "29" not in told
    assert told.count("The bounds stand.") == 1  # one paragraph for all
    bounds = compared.frame[compared.frame["level"].str.startswith("Need up to")]
    assert bounds["ratio_upper"].notna().all()
    assert str(eligibility.tell_need(need, compared)).startswith("Who needed belimumab cannot be")
    assert eligibility.number_need(need, compared)["ratio"] is None
    assert need.tip(label="tips").frame["times"].isna().all()
    assert need.check(label="checks").frame["value"].isna().all()
    tenths = need.calibrate(label="tenths")
    assert len(tenths.frame) == 20 and tenths.frame["ratio"].isna().all()
    assert "nothing is told of its ends" in str(eligibility.tell_calibration(need, tenths))
    assert need.weigh(label="worth").frame["fold"].notna().sum() == 9


def test_without_anchors_the_bounds_stand_and_a_paragraph_says_why(marts, compared) -> None:
    considered = {
        "name": "attack", "label": "attack", "of": "emergencies", "why": "people are chosen on it"
    }  # fmt: skip
    settings = {**SETTINGS.model_dump(by_alias=True), "anchors": [], "prevalence": None}
    settings = Eligibility.model_validate({**settings, "considered": [considered]})
    need = eligibility.Need(open_need(marts, settings=settings))
    alone = need.compare(label="eligibility")
    rows = alone.frame.set_index(["denominator", "level"])
    bounded = rows[rows["ratio_upper"].notna()]
    assert set(bounded.index.unique("level")) == set(list(LEVELS.values())[:5])
    both = compared.frame.set_index(["denominator", "level"]).loc[bounded.index]
    assert both.equals(bounded)  # as with anchors
    assert rows.xs(LEVELS["TRAIT"], level="level")["ratio_upper"].isna().all()
    told = str(eligibility.tell_need(need, alone))
    assert told.startswith("Who needed belimumab cannot be estimated")
    why = str(eligibility.tell_no_anchors(need))
    assert "Considered were attack (people are chosen on it). These reasons are not all" in why
    assert "\n" not in why and need.calibrate(label="tenths").frame["ratio"].isna().all()


def score(marts: dict, chosen: str, share: float, seed: int = 3) -> pd.DataFrame:
    """Return scores of some of the untreated: the deprived are in need more often."""
    untreated = marts["landmark"].loc[~marts["landmark"]["treated"], ["study_id"]]
    rows = untreated.merge(marts["people"][["study_id", "imd_quintile"]])
    rng = np.random.default_rng(seed)
    chance = np.where(rows["imd_quintile"] == 1, 0.15, 0.10)
    rows = rows.assign(chosen=chosen, in_need=rng.random(len(rows)) < chance, weight=1.0)
    picked = rows[rng.random(len(rows)) < share].drop(columns="imd_quintile")
    return fill("scores", {name: picked[name].array for name in picked})


def test_scores_of_a_random_sample_stand_beside_the_anchors(marts, need, compared) -> None:
    drawn, told = score(marts, "random", 0.2), score(marts, "clinician", 0.1, seed=4)
    scored = eligibility.Need(open_need({**marts, "scores": pd.concat([drawn, told])}))
    both = scored.compare(label="eligibility")
    rows = both.frame.set_index(["denominator", "level"])
    before = compared.frame.set_index(["denominator", "level"])
    assert rows.loc[before.index].equals(before)  # all other answers are as they were
    own = rows.loc[CONTRASTS[0]]
    width = np.log((own["ratio_upper"] / own["ratio_lower"]).astype("float64"))
    assert width["Scores and anchors"] < min(width["Need from scores"], width["Need from anchors"])
    said = str(eligibility.tell_scores(scored, scored.count_scored(label="scored"), both))
    assert f"of {len(drawn):,} people drawn at random and {len(told):,} people chosen by a" in said
    assert "Those chosen by a clinician are not used" in said and "10 points or more" in said
    assert f"{CONTRASTS[0]}, the ratio among those in need is " in said
    best = both.value("ratio", denominator=CONTRASTS[0], level="Scores and anchors")
    assert f"started {best.value:.2f} (95%" in str(eligibility.tell_need(scored, both))
    assert eligibility.number_need(scored, both)["ratio"].value == best.value
    last = scored.list_assumptions(label="assumptions").frame.iloc[-1]
    assert "not drawn at random" in last["fails"]


def test_scores_that_are_no_sample_or_of_few_are_told_and_not_used(marts, compared) -> None:
    few = score(marts, "random", 0.003)
    both = pd.concat([score(marts, "unknown", 0.2), few])
    need = eligibility.Need(open_need({**marts, "scores": both}))
    frame = need.compare(label="eligibility").frame
    rest = frame[~frame["level"].isin(BESIDE.values())].reset_index(drop=True)
    assert rest.equals(compared.frame.reset_index(drop=True))
    assert frame.loc[frame["level"].isin(BESIDE.values()), "ratio_upper"].isna().all()
    said = str(eligibility.tell_scores(need, need.count_scored(label="scored"), compared))
    assert "are not used, because they may be no random sample." in said
    assert f"{len(few)} people drawn at random" in said
    assert f"**{'; '.join(CONTRASTS)}**: No ratio is given from scores" in said


def test_prescriptions_are_anchors_where_the_records_hold_them(marts, compared) -> None:
    medicine = SETTINGS.anchors[1].model_copy(update={"of": "prescriptions", "bnf": ("0603",)})
    anchors = (SETTINGS.anchors[0], medicine, SETTINGS.anchors[2])
    settings = SETTINGS.model_copy(update={"anchors": anchors})
    before = compared.frame.set_index(["denominator", "level"])["ratio"]
    given = eligibility.Need(open_need(marts, settings=settings))
    assert given.prescribed == ["organ involvement"]
    rows = given.compare(label="eligibility").frame.set_index(["denominator", "level"])["ratio"]
    assert rows[CONTRASTS[0], "Need from anchors"] == before.loc[CONTRASTS[0], "Need from anchors"]
    assert rows[CONTRASTS[0], "Anchors without prescriptions"] > 0
    assert "Of these, organ involvement are days" in str(eligibility.tell_anchors(given))
    features = marts["features"]
    without = {**marts, "features": features[features["feature"] != "organs"]}
    lacking = eligibility.Need(open_need(without, settings=settings))
    assert list(lacking.roles.anchors) == ["flares", "renal biopsy"] and not lacking.prescribed
    levels = set(lacking.compare(label="eligibility").frame["level"])
    assert levels == set(LEVELS.values())
    assert "organ" not in str(eligibility.tell_anchors(lacking))


def test_a_range_below_the_share_treated_is_refused(marts) -> None:
    low = SETTINGS.prevalence.model_copy(update={"low": 0.001})
    settings = SETTINGS.model_copy(update={"prevalence": low})
    need = eligibility.Need(open_need(marts, settings=settings))
    assert set(need.refusals().values()) == {UNSUITED}
    assert set(need.compare(label="eligibility").frame["level"]) >= {"Need up to twice apart"}


def test_few_treated_of_a_group_hide_all_that_is_said_of_it(marts) -> None:
    first = marts["landmark"]["treated"] & (marts["people"]["imd_quintile"] == 1)
    few = of(marts, lambda rows: (rows["imd_quintile"] != 1) | (first.cumsum() <= 4))
    need = eligibility.Need(open_need(few))
    compared = need.compare(label="eligibility")
    for row in compared.records():
        hidden = isinstance(row["ratio_upper"], Hidden)
        assert hidden == (row["denominator"] == CONTRASTS[0])
    told = str(eligibility.tell_need(need, compared))
    assert "cannot be compared by deprivation" in told


def test_nobody_at_the_landmark_gives_no_comparison_and_no_error(marts) -> None:
    none = {**marts, "landmark": empty("landmark"), "features": empty("features")}
    need = eligibility.Need(open_need(none))
    compared = need.compare(label="eligibility")
    assert compared.frame.empty and need.panels == {}
    assert "cannot be compared" in str(eligibility.tell_need(need, compared))
    for made in (need.tip(label="a"), need.weigh(label="b"), need.check(label="c")):
        assert made.frame.empty


def test_who_is_left_out_is_counted_by_name(marts) -> None:
    ages = marts["landmark"]["age"].where(np.arange(len(marts["landmark"])) >= 9)
    need = eligibility.Need(open_need({**marts, "landmark": marts["landmark"].assign(age=ages)}))
    left = need.left_out(label="left")
    told = str(eligibility.tell_left_out(need, left))
    assert "9 of unknown age" in told and "0 of unknown ethnic group" in told
    ages = marts["landmark"]["age"].where(np.arange(len(marts["landmark"])) >= 3)
    need = eligibility.Need(open_need({**marts, "landmark": marts["landmark"].assign(age=ages)}))
    told = str(eligibility.tell_left_out(need, need.left_out(label="left")))
    assert "left out are a few of unknown age, " in told and "[c]" not in told


def test_a_pair_without_the_section_says_so() -> None:
    told = str(eligibility.tell_none(load_pair("anca-avacopan").names))
    assert told.startswith("Who among people with") and "avacopan is not estimated" in told
