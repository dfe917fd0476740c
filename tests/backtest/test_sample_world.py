"""The committed sample: every planted fault is found exactly, every number comes out of records."""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pair_numbers import found_faults
from rareaccess.core.paths import project_root
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.marts import MARTS, read_mart
from rareaccess.measures.summaries import summarise_values
from rareaccess.params import load_pair
from rareaccess.pipeline.prepare import prepare

PAIR = "sle-belimumab"
SAMPLE = project_root() / "data-synthetic" / "sample"
Marts = dict[str, pd.DataFrame]


def read_all(folder: Path) -> Marts:
    return {name: read_mart(name, folder) for name in MARTS}


@pytest.fixture(scope="module")
def marts(sample_marts: Path) -> Marts:
    return read_all(sample_marts / "build" / "marts" / "sample" / PAIR)


def test_each_planted_fault_is_counted_exactly(sample_marts: Path, marts: Marts) -> None:
    manifest = json.loads((SAMPLE / "manifest.json").read_text())
    planted = {fault["name"]: fault["n"] for fault in manifest["faults"][PAIR]}
    found = marts["quality"].set_index("check")["n"]
    assert found_faults(sample_marts / "build" / "marts" / "sample" / PAIR) == planted
    assert found["appointment_outside_period"] > 0
    assert all(planted.values())  # every kind of fault is in the sample


def numbers(marts: Marts) -> dict[str, float]:
    """Compute from the marts what the report publishes."""
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(load_pair(PAIR)))
    activity = marts["activity"][marts["activity"]["treated"]]["total"]
    summary = summarise_values(
        {"travel": marts["travel"].query("treated")["minutes"], "activity": activity[activity > 0]}
    ).set_index("group")
    found = {
        "treated": ledger.count("treated"),
        "hes_sle_cohort": ledger.count("cohort"),
        "not_known_treated": ledger.count("not_known_treated"),
        "not_known_treated_pct": 100 * ledger.count("not_known_treated") / ledger.count("cohort"),
        "rescued": ledger.count("rescued"),
        "found_by_code": ledger.count("found_by_code"),
        "sledai_low_or_missing": (marts["severity"]["status"] != "at or above threshold").sum(),
        "activity_excluded": (activity == 0).sum(),
    }
    for measure in ("travel", "activity"):
        found |= {f"{measure}_{name}": summary.loc[measure, name] for name in summary}
    return found


def test_every_number_is_the_expected_one(marts: Marts) -> None:
    with (SAMPLE / "expected.csv").open(newline="") as file:
        expected = {row["id"]: row["value"] for row in csv.DictReader(file) if row["pair"] == PAIR}
    found = numbers(marts)
    shared = sorted(set(found) & set(expected))
    assert len(shared) >= 18
    wrong = {
        name: (found[name], expected[name])
        for name in shared
        if abs(float(found[name]) - float(expected[name])) > 1e-6
    }
    assert not wrong


def test_the_mart_of_people_is_the_cohort(marts: Marts) -> None:
    ledger = Ledger.from_frame(marts["flow"], declare_boxes(load_pair(PAIR)))
    assert marts["people"]["study_id"].tolist() == ledger.people("cohort").tolist()
    treated = ledger.people("treated").tolist()
    for name in ("uptake", "severity"):
        assert marts[name]["study_id"].tolist() == treated
    for name in ("travel", "activity", "comorbidity"):
        assert marts[name].query("treated")["study_id"].tolist() == treated
        assert set(marts[name]["study_id"]) <= set(marts["people"]["study_id"])
    assert marts["people"].query("treated")["study_id"].tolist() == treated
    assert len(marts["lost"]) == len(ledger.lost())


@pytest.mark.long
def test_one_start_date_in_the_records_moves_only_its_own_numbers(
    marts: Marts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three months later for one treated patient, in a copy of the records."""
    data = tmp_path / "data-synthetic" / "sample"
    shutil.copytree(project_root() / "params", tmp_path / "params")
    shutil.copytree(SAMPLE, data)
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.setenv("RAREACCESS_HOME", str(tmp_path))
    move_one_start(data / "blueteq_applications.parquet", marts["uptake"])
    prepare("sample", [PAIR], build=tmp_path / "build")
    after = read_all(tmp_path / "build" / "marts" / "sample" / PAIR)

    unmoved = ("flow", "lost", "severity", "quality", "completeness", "codes")
    assert all(after[name].equals(marts[name]) for name in unmoved)
    moved = after["uptake"]["start_date"] != marts["uptake"]["start_date"]
    person = after["uptake"].loc[moved, "study_id"].tolist()
    assert len(person) == 1
    others = {name: changed_people(marts[name], after[name]) - set(person) for name in PEOPLE}
    fixed = [frame["people"].drop(columns="age_at_index") for frame in (marts, after)]
    assert not changed_people(*fixed) - set(person)
    treated = set(after["uptake"]["study_id"])
    for name in PEOPLE:  # the untreated who have or had that start
        assert not others[name] & treated
        assert len(others[name]) < 0.1 * len(after[name])
    before, now = numbers(marts), numbers(after)
    differ = {name for name in before if before[name] != now[name]}
    assert {name for name in differ if not name.startswith(("activity", "travel"))} == set()


PEOPLE = ("people", "travel", "activity", "comorbidity")


def changed_people(before: pd.DataFrame, after: pd.DataFrame) -> set[int]:
    """Return the study ids of which something differs, or who are in one frame only."""
    rows = pd.concat([before, after]).astype("str").drop_duplicates(keep=False)
    return set(rows["study_id"].astype(int))


def move_one_start(file: Path, uptake: pd.DataFrame) -> None:
    """Move the start of a patient with one application, found by its dates, by three months."""
    table = pq.read_table(file)
    frame = table.to_pandas()
    single = frame[~frame["nhs_number"].duplicated(keep=False)]
    keys = ["planned_start_date", "approval_date", "submitted_date"]
    dates = single[keys].apply(lambda days: pd.to_datetime(days.astype("str"), errors="coerce"))
    early = uptake[uptake["start_date"] < "2025-01-01"].sort_values(["start_date", "study_id"])
    for row in early.iloc[len(early) // 2 :].itertuples():
        found = dates.index[
            (dates == [row.start_date, row.approval_date, row.submitted_date]).all(axis=1)
        ]
        if len(found) == 1:
            frame.loc[found, keys[0]] = (row.start_date + pd.DateOffset(months=3)).date()
            pq.write_table(pa.Table.from_pandas(frame, table.schema, preserve_index=False), file)
            return
    raise AssertionError("no patient with one application")
