"""What a notebook gets: released frames whatever the source lacks, nothing of hidden groups."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import equity_study
from equity_study import empty, make_marts, make_people, make_population, open_made, run_notebook
from rareaccess.measures import equity
from rareaccess.measures.equity import AXES, STATISTICS
from rareaccess.params.section import FrozenDict

NO_PLACES = dict.fromkeys(("icb", "nhs_region", "rural_urban", "coastal"))


def open_access(people: pd.DataFrame | None = None, **options: object) -> equity.Access:
    return equity.Access(open_made(make_marts(people), **options))


def few(n: int, group: str = "Chinese") -> pd.DataFrame:
    """Return a cohort in which of a group just so many are treated."""
    people = make_people(1200)
    own = people.index[(people["ethnicity"] == group) & people["treated"]]
    return people.assign(treated=people["treated"] & ~people.index.isin(own[n:]))


# --- rates -------------------------------------------------------------------------------------


def test_rates_are_those_of_the_measures_and_their_people_are_named_by_denominator() -> None:
    access = open_access()
    frame = access.rate("ethnicity", label="x").frame
    people = access.people
    for key, own in frame.groupby("denominator", sort=False):
        assert own["level"].tolist()[0] == "White"
        counted = people[people["treated"]].groupby("ethnicity").size()
        assert own.set_index("level")["starts"].to_dict() == counted[own["level"]].to_dict()
        filled, other = (
            ("cohort", "population") if key == "HES cohort" else ("population", "cohort")
        )
        assert own[filled].notna().all() and own[other].isna().all()
    sizes = people.groupby("ethnicity").size()
    cohort = frame[frame["denominator"] == "HES cohort"].set_index("level")["cohort"]
    assert cohort.to_dict() == sizes[cohort.index].to_dict()
    assert (frame["population"].dropna() == 5 * 38 * 1000).all()


def test_several_axes_stand_one_below_the_other() -> None:
    frame = open_access().rate("nhs_region", "distance", "coastal", label="x").frame
    parts = dict.fromkeys(frame["part"])
    assert list(parts) == ["NHS region", "Drive to the nearest centre", "Coast"]
    distance = frame[frame["part"] == "Drive to the nearest centre"]
    assert set(distance["denominator"]) == {"HES cohort"}


def test_the_window_and_the_tables_are_in_the_notes() -> None:
    access = open_access()
    notes = access.rate("ethnicity", label="x").notes
    assert "population of 2021" in notes.source and "made-up records" in notes.source
    assert "22 June 2016 to 20 August 2025" in notes.period and notes.n == "200 treated people"
    assert access.years == pytest.approx(9.16, abs=0.01)
    lacking = make_population().assign(age_band=pd.Series(None, dtype="str"))
    access = equity.Access(open_made(make_marts(general_population=lacking)))
    assert "could be adjusted for age" in access.rate("ethnicity", label="x").notes.caveat


# --- disclosure --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """All that the chapter shows of one source."""

    access: equity.Access

    def frames(self) -> dict[str, pd.DataFrame]:
        access = self.access
        rates = {name: access.rate(name, label=name) for name in AXES}
        boards = access.map_boards(label="boards")
        crossed = access.cross("ethnicity", "imd_quintile", label="crossed")
        rest = {"gradient": access.summarise(rates["imd_quintile"], "imd_quintile", label="g"),
                "boards": boards, "variation": access.summarise_boards(boards, label="v"),
                "crossed": crossed[0], "summary": crossed[1]}  # fmt: skip
        return {name: one.frame for name, one in (rates | rest).items()}


def without(frame: pd.DataFrame, level: str) -> pd.DataFrame:
    return frame[frame["level"] != level].reset_index(drop=True)


@pytest.mark.parametrize("disclosure", ["subnational-hes", "ndrs", "opensafely"])
def test_nothing_of_a_hidden_group_can_be_read(disclosure: str) -> None:
    """1 or 4 starts of a group, both hidden: no cell of any group tells which."""
    one, four = (
        open_access(few(n), disclosure=disclosure).rate("ethnicity", label="x") for n in (1, 4)
    )
    own = one.frame["level"] == "Chinese"
    assert one.hidden.loc[own, [*STATISTICS, "starts", "expected"]].all().all()
    assert one.frame.loc[own, [*STATISTICS, "starts", "expected"]].isna().all().all()
    population = one.frame["denominator"] == "General population"
    left, right = (without(released.frame[population], "Chinese") for released in (one, four))
    pd.testing.assert_frame_equal(left, right)
    assert without(one.frame, "Chinese")["ratio"].notna().all()


def test_others_are_fitted_without_a_hidden_group() -> None:
    hidden = open_access(few(3), disclosure="subnational-hes").rate("ethnicity", label="x").frame
    people = few(3)
    rest = people[people["ethnicity"] != "Chinese"]
    alone = open_access(rest, disclosure="subnational-hes").rate("ethnicity", label="x").frame
    both = hidden.merge(alone, on=["level", "denominator"])
    both = both[both["denominator"] == "HES cohort"]
    assert len(both) == 4
    for name in STATISTICS:
        assert_allclose(both[f"{name}_x"].astype(float), both[f"{name}_y"].astype(float), rtol=1e-8)


@pytest.mark.slow
def test_all_counts_are_rounded_and_measures_are_made_of_them() -> None:
    for name, frame in Shown(open_access(few(3), disclosure="subnational-hes")).frames().items():
        for column in {"starts", "cohort"} & set(frame):
            assert (frame[column].dropna() % 5 == 0).all(), (name, column)
    frame = open_access(disclosure="subnational-hes").rate("sex", label="x").frame
    known = frame[frame["denominator"] == "HES cohort"]
    assert_allclose(known["expected"].sum(), known["starts"].sum())
    assert (
        known["starts"].sum() != make_people()["treated"].sum() or (known["starts"] % 5 == 0).all()
    )


def test_a_group_of_few_people_is_hidden_though_none_of_them_started() -> None:
    people = make_people(1200)
    own = people.index[people["ethnicity"] == "Chinese"]
    people = people.drop(index=own[4:]).assign(treated=lambda f: f["treated"] & ~f.index.isin(own))
    released = open_access(people, disclosure="subnational-hes").rate("ethnicity", label="x")
    row = released.where(denominator="HES cohort", level="Chinese")
    assert row.hidden["cohort"].tolist() == [True]
    assert row.frame[[*STATISTICS, "expected"]].isna().all().all()


def test_a_minimum_hides_people_and_starts_of_single_persons() -> None:
    released = open_access(few(2), minimum=5).rate("ethnicity", label="x")
    row = released.where(denominator="HES cohort", level="Chinese")
    assert row.hidden.loc[0, ["starts", "rate", "ratio"]].all()
    people = few(9)
    own = people.index[(people["ethnicity"] == "Chinese") & ~people["treated"]]
    released = open_access(people.drop(index=own), minimum=12).rate("ethnicity", label="x")
    row = released.where(denominator="HES cohort", level="Chinese")
    assert row.hidden.loc[0, ["starts", "cohort"]].all()


def test_a_hidden_board_hides_what_all_boards_come_to() -> None:
    access = open_access(make_people(900), disclosure="subnational-hes")
    boards = access.map_boards(label="b")
    assert boards.hidden["starts"].any() and not boards.hidden["starts"].all()
    assert boards.frame[["shrunk", "lower", "upper"]].isna().all().all()
    variation = access.summarise_boards(boards, label="v").frame
    assert variation["value"].isna().all() and variation["note"].str.startswith("not given").all()


def test_a_hidden_board_is_in_no_expected_number_of_another() -> None:
    frames = []
    for n in (1, 5):
        people = make_people(4000)
        own = people.index[(people["icb"] == equity_study.BOARDS[3]) & people["treated"]]
        people["treated"] &= ~people.index.isin(own[n:])
        access = open_access(people, disclosure="subnational-hes")
        frames.append(access.map_boards(label="b").frame)
    left, right = (f[(f["key"] != equity_study.BOARDS[3])
                     & (f["denominator"] == "General population")] for f in frames)  # fmt: skip
    pd.testing.assert_frame_equal(left, right)


def test_crossed_groups_count_no_hidden_start() -> None:
    access = open_access(make_people(900), disclosure="subnational-hes")
    groups, summary = access.cross("ethnicity", "imd_quintile", label="c")
    assert groups.hidden["starts"].any()
    assert groups.frame["shrunk"].isna().all() and summary.frame["p"].isna().all()
    assert summary.frame["starts"].iloc[0] == groups.frame["starts"].sum()


def test_use_of_a_few_is_hidden_and_is_no_reference() -> None:
    people = make_people(1200)
    own = people.index[people["ethnicity"] == "White"]
    access = open_access(people.drop(index=own[6:]), disclosure="subnational-hes")
    frame = access.compare_use("ethnicity", label="u").frame
    assert frame.loc[frame["level"] == "White", "mean"].isna().all()
    assert frame["ratio"].isna().all() and frame["mean"].notna().any()


def test_use_is_that_of_the_treated_where_the_codes_are_too_broad() -> None:
    people = make_people()
    access = equity.Access(open_made(make_marts(people), broad=True))
    used = access.compare_use("ethnicity", label="u")
    own = people[people["treated"]]
    first = used.frame[used.frame["measure"] == "Outpatient visits"].set_index("level")["people"]
    assert first["White"] == (own["ethnicity"] == "White").sum()
    assert used.notes.caveat.startswith("Adjusted for sex and age. Of the treated alone")


def test_three_characteristics_are_a_row_and_a_column() -> None:
    """Each row is a sex with an ethnic group, each column a fifth."""
    groups, _ = open_access(make_people()).cross("sex", "ethnicity", "imd_quintile", label="c")
    assert set(groups.frame["column"]) == {"1 (most deprived)", "2", "3", "4", "5 (least deprived)"}
    assert "Female, White" in set(groups.frame["row"])


@pytest.mark.slow
def test_the_indices_by_tenth_stand_beside_those_by_fifth() -> None:
    access = open_access(make_people(3000))
    rates = {name: access.rate(name, label=name) for name in ("imd_quintile", "imd_decile")}
    found = access.summarise(rates["imd_quintile"], "imd_quintile", label="g",
                             tenths=rates["imd_decile"])  # fmt: skip
    plain = access.summarise(rates["imd_decile"], "imd_decile", label="t")
    for one in access.denominators:
        row = found.value("value", measure="RII_tenths", denominator=one.words)
        assert row.value == plain.value("value", measure="RII", denominator=one.words).value


# --- sources that lack something ---------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in AXES if name != "distance"])
def test_an_axis_of_which_nothing_is_known(name: str) -> None:
    people = make_people()
    column = "age_at_index" if name == "age" else AXES[name].column
    unknown = people.assign(**{column: people[column].iloc[:0].reindex(people.index)})
    marts = make_marts(unknown, general_population=empty("general_population"))
    released = equity.Access(open_made(marts)).rate(name, label="x")
    assert released.rows == 0
    assert f"Nobody is known by {AXES[name].words}" in released.notes.caveat


def test_without_a_table_of_the_population_there_is_one_denominator() -> None:
    access = equity.Access(open_made(make_marts(general_population=empty("general_population"))))
    assert [one.name for one in access.denominators] == ["cohort"]
    assert "This source has no table of the population" in access.tell_denominators()
    assert set(access.rate("ethnicity", label="x").frame["denominator"]) == {"HES cohort"}


@pytest.mark.slow
def test_costs_without_unit_costs_are_missing_and_say_so() -> None:
    access = equity.Access(open_made(make_marts(unit_costs=empty("unit_costs"))))
    released = access.compare_use("imd_quintile", label="c", costs=True)
    assert released.frame["mean"].isna().all()
    assert released.notes.caveat.endswith("This source has no unit costs")
    used = access.compare_use("imd_quintile", label="u")
    assert used.frame["mean"].notna().all() and "unit costs" not in used.notes.caveat


def test_outlines_are_read_where_the_settings_name_a_file(tmp_path) -> None:
    access = open_access()
    assert access.outlines is None
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [{"properties": {"c": code}, "geometry": square} for code in AXES["icb"].levels]
    file = tmp_path / "b.json"
    file.write_text(json.dumps({"features": features}))
    report = access.study.report.model_copy(update={"boundaries": str(file)})
    object.__setattr__(access.study, "report", report)
    assert set(access.outlines or {}) == set(AXES["icb"].levels)


MARTS = {
    "no areas, no population": lambda: open_made(
        make_marts(make_people(**NO_PLACES), general_population=empty("general_population"))
    ),
    "no denominator": lambda: open_made(
        make_marts(general_population=empty("general_population")), broad=True
    ),
    "one start": lambda: open_made(make_marts(make_people(every=10**6))),
    "no ethnic group is known": lambda: open_made(
        make_marts(make_people(ethnicity="Unknown", ethnic_code=None),
                   general_population=empty("general_population"))
    ),
    "all is hidden": lambda: open_made(
        make_marts(make_people(20, **NO_PLACES)), disclosure="subnational-hes"
    ),
    "regions only": lambda: open_made(
        make_marts(general_population=equity_study.fill(
            "general_population", {"table": ["t"] * 2, "year": [2021] * 2, "people": [1e6, 2e6],
                                   "nhs_region": ["London", "Midlands"]})), broad=True
    ),
    "no costs, no journeys, no care": lambda: open_made(
        make_marts(unit_costs=empty("unit_costs"), prices=empty("prices"), care=empty("care"),
                   travel=empty("travel"))
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.few(2)
@pytest.mark.parametrize("name", MARTS)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_the_chapter_is_written_whatever_the_source_lacks(name: str) -> None:
    """Every cell of the notebook: it says in sentences what is not there, and never 'nan'."""
    made: Callable = MARTS[name]
    told = run_notebook(made())["said"]
    assert len(told) == 8
    for sentence in told:
        assert "nan" not in sentence.lower().split() and "inf " not in sentence, sentence
        assert sentence.rstrip("*").endswith(".") or sentence.endswith(")."), sentence
    assert np.all([len(sentence) > 20 for sentence in told])


@pytest.mark.slow
def test_the_sentences_of_a_source_without_the_tables() -> None:
    told = " ".join(run_notebook(MARTS["no areas, no population"]())["said"])
    assert "This source has no table of the population" in told
    assert "No variation per person of the HES cohort is given (people are not divided so" in told


@pytest.mark.slow
def test_boards_and_regions_have_the_profile_that_the_settings_give_them() -> None:
    chosen = FrozenDict({"default": "national-hes", "boards": "ndrs", "regions": "opensafely",
                         "notebooks": FrozenDict()})  # fmt: skip
    access = open_access(make_people(900), disclosure=chosen)
    boards = access.map_boards(label="x")
    assert boards.profile.name == "ndrs"
    assert access.summarise_boards(boards, label="x").profile.name == "ndrs"
    assert access.rate("nhs_region", "coastal", label="x").profile.name == "opensafely"
    assert access.rate("sex", label="x").profile.name == "national-hes"
    assert access.rate("coastal", label="x").profile.name == "national-hes"
