"""Study ids and index dates: seeded draws that depend on the person and on nothing else."""

import numpy as np
import pandas as pd

from rareaccess.derive.index_dates import assign_index_dates
from rareaccess.derive.study_ids import assign_study_ids


def test_ids_do_not_tell_the_order_of_the_pseudonyms() -> None:
    ids = assign_study_ids([f"TEST{n:04d}" for n in range(500)], salt="pair")
    order = ids.sort_values("person")["study_id"].to_numpy()
    assert abs(np.corrcoef(order, np.arange(500))[0, 1]) < 0.15
    other = assign_study_ids(ids["person"], salt="another pair").set_index("person")["study_id"]
    assert (ids["study_id"].to_numpy() == other.loc[ids["person"]].to_numpy()).mean() < 0.05


def people(n: int) -> pd.DataFrame:
    draws = assign_study_ids([f"P{i}" for i in range(n)], salt="x")["draw"]
    days = pd.to_datetime("2015-01-01") + pd.to_timedelta(np.arange(n) % 900, unit="D")
    return pd.DataFrame({"draw": draws, "entry_date": days, "date_of_death": pd.NaT})


def starts(dates: list[str]) -> pd.DataFrame:
    draws = assign_study_ids([f"T{i}" for i in range(len(dates))], salt="x")["draw"]
    return pd.DataFrame({"draw": draws, "start_date": pd.to_datetime(dates)})


def test_only_dates_under_observation_are_drawn() -> None:
    treated = starts(["2016-01-01", "2018-01-01", "2020-01-01"])
    observed = pd.DataFrame(
        {
            "draw": people(5)["draw"],
            "entry_date": pd.to_datetime(
                ["2019-01-01", "2000-01-01", "2020-01-02", "2018-01-01", "2000-01-01"]
            ),
            "date_of_death": pd.to_datetime([None, "2017-01-01", None, "2018-01-01", "2015-01-01"]),
        }
    )
    found = assign_index_dates(observed, treated)
    assert found.iloc[0] == pd.Timestamp("2020-01-01")
    assert found.iloc[1] == pd.Timestamp("2016-01-01")
    assert found.iloc[3] == pd.Timestamp("2018-01-01")  # entry and death on that day
    assert found.iloc[[2, 4]].isna().all()


def test_one_start_moves_only_the_dates_that_rest_on_it() -> None:
    observed, days = people(3000), ["2016-01-01", "2018-06-01", "2018-01-01", "2020-01-01"]
    before = assign_index_dates(observed, starts(days))
    after = assign_index_dates(observed, starts([*days[:3], "2020-01-02"]))
    moved = before != after
    assert set(before[moved]) == {pd.Timestamp("2020-01-01")}
    assert set(after[moved]) == {pd.Timestamp("2020-01-02")}


def test_the_draw_is_even() -> None:
    observed = people(4000).assign(entry_date=pd.Timestamp("2000-01-01"))
    treated = starts(["2016-01-01", "2018-06-01", "2018-01-01", "2020-01-01"])
    counts = assign_index_dates(observed, treated).value_counts()
    assert len(counts) == 4
    assert counts.between(900, 1100).all()


def test_without_treated_people_nobody_has_an_index_date() -> None:
    assert assign_index_dates(people(3), starts([])).isna().all()
