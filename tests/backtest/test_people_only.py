"""People drawn without records are those whom the records show: one test a world.

The sample of a world is built with all its records, `prepare` reads them, and person by person the
marts say what `draw_world` says, but for the faults that are planted and named here.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from places import ROOT, SYNTHETIC
from rareaccess.derive import inputs
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.marts import read_mart
from rareaccess.params import load_pair
from rareaccess.pipeline.prepare import prepare
from synthetic_england import build
from synthetic_england.declarations.load import list_events
from synthetic_england.declarations.load import load_pair as load_declared
from synthetic_england.truth.event_counts import count_events
from synthetic_england.truth.people_only import draw_world

pytestmark = pytest.mark.slow
PAIR = "sle-belimumab"
WITHOUT = ["background", "stranger"]  # people without the condition
NAMES = {"Asian": "Asian (excluding Chinese)"}  # of the marts
DRAWN = {  # column of truth/people.parquet: that of draw_world
    "kind": "kind", "birth_date": "birth_date", "ethnicity": "ethnicity",
    "first_coded": "first_coded", "eligible_since": "eligible_since", "start_date": "start_date",
}  # fmt: skip
OTHERS = ("null", "gradient", "ethnic", "distance", "need", "need-gradient", "coding-outcome")
OTHERS += ("access-features", "small", "anchors-wrong", "two-class")
LANDMARK, LOOK_BACK = "2018-01-01", {"begin": "2015-07-01", "end": "2017-07-01"}
LAST_DAYS, KNOWN_DAYS = np.timedelta64(120, "D"), np.timedelta64(210, "D")
COPIED = ("duplicate_episodes", "unfinished_episodes", "null_episode_date", "overlapping_spells")
WORLDS = ["published", *(pytest.param(world, marks=pytest.mark.long) for world in OTHERS)]


@dataclass(frozen=True)
class Both:
    """People of the sample, as drawn and with what the truth beside the records says; the marts."""

    people: pd.DataFrame
    written: pd.DataFrame
    marts: dict[str, pd.DataFrame]
    alive: set[int]
    world: str
    data: Path


@pytest.fixture(scope="module", params=WORLDS)
def both(request, tmp_path_factory) -> Both:
    world, home = request.param, tmp_path_factory.mktemp(request.param)
    data = home / "data-synthetic" / "sample"
    shutil.copytree(ROOT / "params", home / "params")
    (home / "_quarto.yml").touch()
    data.parent.mkdir()
    if world == "published":
        shutil.copytree(SYNTHETIC / "sample", data)
    else:
        build(data, scale="sample", world=world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAREACCESS_HOME", str(home))
        ids = listen(patch)
        prepare("sample", [PAIR], build=home / "build")
    return compare(world, data, home / "build" / "marts" / "sample" / PAIR, ids[0])


def listen(patch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Keep which study id each person gets; no mart says."""
    told, assign = [], inputs.assign_study_ids

    def keep(persons, *, salt):
        told.append(assign(persons, salt=salt))
        return told[-1]

    patch.setattr(inputs, "assign_study_ids", keep)
    return told


def compare(world: str, data: Path, folder: Path, ids: pd.DataFrame) -> Both:
    written = pq.read_table(data / "truth" / "people.parquet").to_pandas()
    written = written[(written["pair"] == PAIR) & ~written["kind"].isin(WITHOUT)]
    written = written.sort_values("PSEUDO_HESID", ignore_index=True)
    drawn = draw_world(world).people
    drawn = drawn[drawn["PSEUDO_HESID"].isin(written["PSEUDO_HESID"])]
    drawn = drawn.sort_values("PSEUDO_HESID", ignore_index=True).assign(fault=written["fault"])
    number = ids.set_index("person")["study_id"]
    drawn = drawn.assign(study_id=drawn["PSEUDO_HESID"].map(number))
    marts = {name: read_mart(name, folder) for name in ("people", "uptake", "travel", "flow")}
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(load_pair(PAIR)))
    return Both(drawn, written, marts, set(ledger.people("alive_at_approval")), world, data)


@pytest.mark.long
def test_people_drawn_without_records_are_those_of_the_records(both) -> None:
    people, marts = both.people, both.marts
    assert people["PSEUDO_HESID"].tolist() == both.written["PSEUDO_HESID"].tolist()
    for name, ours in DRAWN.items():
        theirs = both.written[name]
        if people[ours].dtype.kind == "M":
            theirs = pd.to_datetime(theirs)
        assert people[ours].equals(theirs.astype(people[ours].dtype)), name

    cohort = people[people["coded"] | people["treated"]].set_index("study_id").sort_index()
    found = marts["people"].set_index("study_id").sort_index()
    assert cohort.index.tolist() == found.index.tolist() and len(cohort) > 2000
    assert both.alive == set(cohort.index[cohort["coded"]])
    least = 15 if both.world == "small" else 100
    assert cohort["treated"].tolist() == found["treated"].tolist()
    assert cohort["treated"].sum() > least
    starts = marts["uptake"].set_index("study_id")["start_date"]
    assert (cohort.loc[starts.index, "start_date"] == starts).all()
    assert (cohort["first_coded"] == found["first_coded_date"])[cohort["coded"]].all()

    group = cohort["ethnicity"].replace(NAMES)
    other = (group != found["ethnicity"]) & (found["ethnicity"] != "Unknown")
    assert set(cohort.loc[other, "fault"]) <= {"conflicting_ethnicity"}
    assert (found["ethnicity"] == "Unknown").mean() < 0.05
    sex = cohort["sex"] != found["sex"]
    assert set(cohort.loc[sex, "fault"]) <= {"conflicting_sex"}


@pytest.mark.long
def test_homes_at_the_start_are_those_of_the_records(both) -> None:
    treated = both.people[both.people["treated"]].set_index("study_id").sort_index()
    found = both.marts["people"].set_index("study_id").loc[treated.index]
    travel = both.marts["travel"].set_index("study_id").loc[treated.index]
    placed = found["imd_quintile"].notna()
    assert (~placed).sum() <= 1  # the one of whom no record has an area
    quintile = treated["imd_quintile"].astype("Int64")
    assert (quintile == found["imd_quintile"])[placed].all()
    away = (treated["minutes_to_centre"] - travel["minutes"]).abs()[placed]
    assert away.max() < 0.05


def list_months(first: str, last: str) -> np.ndarray:
    return np.arange(first, last, dtype="datetime64[M]").astype("datetime64[D]")


@pytest.mark.long
def test_the_rate_ratio_of_the_eligible_is_that_of_the_records(both) -> None:
    """Months at risk of each person: eligible, known for long enough, alive, not yet treated.

    Only since when people are eligible is taken from the truth, as no record says it.
    """
    trace = pq.read_table(both.data / "pds_trace.parquet").to_pandas()
    trace = trace[trace["traced"] == "Y"].merge(both.written[["PSEUDO_HESID", "nhs_number"]])
    death = trace.set_index("PSEUDO_HESID")["date_of_death"]
    people = both.people[both.people["coded"]].set_index("study_id").sort_index()
    people = people[people["PSEUDO_HESID"].isin(death.index)]
    found = both.marts["people"].set_index("study_id").loc[people.index]
    since = both.written.set_index("PSEUDO_HESID")["eligible_since"]
    since = pd.to_datetime(people["PSEUDO_HESID"].map(since)).to_numpy("datetime64[D]")
    coded = pd.to_datetime(found["first_coded_date"]).to_numpy("datetime64[D]")
    start = pd.to_datetime(both.marts["uptake"].set_index("study_id")["start_date"])
    start = start.reindex(people.index).to_numpy("datetime64[M]")
    died = pd.to_datetime(people["PSEUDO_HESID"].map(death)).to_numpy("datetime64[D]")
    enters = np.where(np.isnat(since), since, np.maximum(since, coded + KNOWN_DAYS))
    months = np.zeros(len(people), dtype=int)
    for begin in list_months("2016-06", "2025-09"):
        at_risk = (enters <= begin) & ~(died <= begin + LAST_DAYS)
        months += at_risk & ~(start < begin.astype("datetime64[M]"))
    assert months.tolist() == people["months_at_risk"].tolist() and months.sum() > 10_000
    ratios = []
    for fifth, time in (
        (people["imd_quintile"], people["months_at_risk"]),
        (found["imd_quintile"], pd.Series(months, people.index)),
    ):
        rate = people["treated"].groupby(fifth).sum() / time.groupby(fifth).sum()
        ratios.append(np.log(rate[1] / rate[5]))
    assert ratios[1] == pytest.approx(ratios[0], abs=0.25)  # some have moved, of a few hundred


@pytest.mark.long
def test_events_counted_without_records_are_those_of_the_records(both) -> None:
    """Each stay with an event, of those followed from the look-back to a later start, or none."""
    counted = count_events(both.world, **LOOK_BACK).set_index("PSEUDO_HESID")
    people = both.people.set_index("PSEUDO_HESID")
    fine = ~people["fault"].isin(COPIED) & people["alive_at_approval"]
    fine &= ~(people["start_date"] < LANDMARK)
    people = people[fine]
    events = list_events(load_declared(PAIR))
    names = ", ".join(f"DIAG_4_{place:02}" for place in range(1, 21))
    columns = ", ".join(
        f"count(*) FILTER (list_has_any([{names}], {list(event['codes'])})) AS {name}"
        for name, event in events.items()
    )
    found = duckdb.sql(
        f"SELECT PSEUDO_HESID, {columns} FROM '{both.data}/apc/*.parquet' WHERE EPIORDER = 1 "
        f"AND ADMIDATE >= DATE '{LOOK_BACK['begin']}' AND ADMIDATE < DATE '{LOOK_BACK['end']}' "
        "GROUP BY ALL"
    ).df()
    found = found.set_index("PSEUDO_HESID").reindex(people.index).fillna(0)
    for name in events:
        assert found[name].tolist() == counted.loc[people.index, name].tolist(), name
        assert found[name].sum() > 20, name
