"""People drawn without records are those whom the records show: one test a world.

The sample of a world is built with all its records, `prepare` reads them, and person by person the
marts say what `draw_world` says, but for the faults that are planted and named here.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

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
from synthetic_england.truth.people_only import draw_world

pytestmark = pytest.mark.slow
PAIR = "sle-belimumab"
WITHOUT = ["background", "stranger"]  # people without the condition
NAMES = {"Asian": "Asian (excluding Chinese)"}  # of the marts
DRAWN = {  # column of truth/people.parquet: that of draw_world
    "kind": "kind", "birth_date": "birth_date", "ethnicity": "ethnicity",
    "first_coded": "first_coded", "eligible_since": "eligible_since", "start_date": "start_date",
}  # fmt: skip
OTHERS = ("null", "gradient", "ethnic", "distance")
WORLDS = ["published", *(pytest.param(world, marks=pytest.mark.long) for world in OTHERS)]


@dataclass(frozen=True)
class Both:
    """People of the sample, as drawn and with what the truth beside the records says; the marts."""

    people: pd.DataFrame
    written: pd.DataFrame
    marts: dict[str, pd.DataFrame]
    alive: set[int]


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
    return Both(drawn, written, marts, set(ledger.people("alive_at_approval")))


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
    assert cohort["treated"].tolist() == found["treated"].tolist() and cohort["treated"].sum() > 100
    starts = marts["uptake"].set_index("study_id")["start_date"]
    assert (cohort.loc[starts.index, "start_date"] == starts).all()
    assert (cohort["first_coded"] == found["first_coded_date"])[cohort["coded"]].all()

    group = cohort["ethnicity"].replace(NAMES)
    other = (group != found["ethnicity"]) & (found["ethnicity"] != "Unknown")
    assert set(cohort.loc[other, "fault"]) <= {"conflicting_ethnicity"}
    assert (found["ethnicity"] == "Unknown").mean() < 0.05
    sex = cohort["sex"] != found["sex"]
    assert set(cohort.loc[sex, "fault"]) <= {"conflicting_sex"}


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
