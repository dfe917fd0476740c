"""Prepare: what is written, what is skipped, and that nothing half-done stays."""

import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import tiny_england
import tiny_project
from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files
from rareaccess.marts import MARTS, read_mart
from rareaccess.marts.levels import COVER_MONTHS
from rareaccess.pipeline import prepare as module
from rareaccess.pipeline.prepare import prepare
from tiny_project import PAIR, edit

pytestmark = pytest.mark.slow

FILES = len(MARTS) + 1  # the marts and meta.json


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory):
    """One project, prepared once; every test that changes something puts it back."""
    with pytest.MonkeyPatch.context() as patch:
        home = tiny_project.make(tmp_path_factory.mktemp("home"), patch)
        report = prepare("tiny", [PAIR])
        yield home, home / "build" / "marts" / "tiny" / PAIR, report


def all_bytes(folder: Path) -> dict[str, str]:
    return {file.name: hash_files([file]) for file in sorted(folder.iterdir())}


def test_every_mart_is_written_with_its_declared_columns(prepared) -> None:
    _, folder, report = prepared
    for name, mart in MARTS.items():
        assert pq.read_schema(folder / f"{name}.parquet").names == [c.name for c in mart.columns]
    assert sorted(report.changed[PAIR]) == sorted([*MARTS, "meta"])
    assert report.done[PAIR] == f"prepared (not prepared before): all {FILES} files are new"
    assert json.loads((folder / "meta.json").read_text())["source"]["label"] == "a dozen people"


def test_no_native_identifier_is_in_a_mart(prepared) -> None:
    _, folder, _ = prepared
    natives = [*tiny_england.BY_NUMBER, *tiny_england.BY_NUMBER.values(), "A01", "A02"]
    for file in folder.glob("*.parquet"):
        cells = {str(cell) for column in pq.read_table(file).columns for cell in column.to_pylist()}
        assert not cells & set(natives), file.name


def test_the_second_time_nothing_is_done(prepared) -> None:
    _, folder, _ = prepared
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    said: list[str] = []
    report = prepare("tiny", [PAIR], progress=said.append)
    assert report.done[PAIR] == "skipped, nothing has changed"
    assert said == []
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == before


@pytest.mark.long
def test_forced_again_the_bytes_are_the_same(prepared) -> None:
    _, folder, _ = prepared
    before = all_bytes(folder)
    assert prepare("tiny", [PAIR], force=True).changed[PAIR] == []
    assert all_bytes(folder) == before


@pytest.mark.long
def test_another_order_of_rows_gives_the_same_bytes(prepared, monkeypatch, tmp_path) -> None:
    _, folder, _ = prepared
    backwards = {name: rows[::-1] for name, rows in tiny_england.rows().items()}
    home = tiny_project.make(tmp_path / "home", monkeypatch, **backwards)
    prepare("tiny", [PAIR])
    other = all_bytes(home / "build" / "marts" / "tiny" / PAIR)
    ours = all_bytes(folder)
    assert {k: v for k, v in other.items() if k != "prepared.json"} == {
        k: v for k, v in ours.items() if k != "prepared.json"
    }


@pytest.mark.long
def test_an_apostrophe_in_a_path_changes_nothing(prepared, monkeypatch, tmp_path) -> None:
    _, folder, _ = prepared
    monkeypatch.setenv("TMPDIR", str(scratch := tmp_path / "o'neill's"))
    monkeypatch.setattr(tempfile, "tempdir", None)  # or the folder found before would be taken
    scratch.mkdir()
    home = tiny_project.make(tmp_path / "o'brien's", monkeypatch)
    prepare("tiny", [PAIR])
    ours, theirs = all_bytes(folder), all_bytes(home / "build" / "marts" / "tiny" / PAIR)
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} <= {"prepared.json"}


@pytest.mark.long
def test_a_threshold_changes_the_severity_mart_only(prepared) -> None:
    home, _, _ = prepared
    file = home / "params" / "pairs" / f"{PAIR}.yml"
    edit(file, lambda text: text.replace("threshold: 10 ", "threshold: 13 "))
    said: list[str] = []
    try:
        report = prepare("tiny", [PAIR], progress=said.append)
        assert report.changed[PAIR] == ["severity"]
        assert f"(changed: settings of the pair): 1 of {FILES}" in report.done[PAIR]
        assert not any("apc" in line for line in said)  # the extract serves as it is
    finally:
        edit(file, lambda text: text.replace("threshold: 13 ", "threshold: 10 "))
        assert prepare("tiny", [PAIR]).changed[PAIR] == ["severity"]


@pytest.mark.long
def test_a_new_code_of_an_anchor_reads_the_records_again(prepared) -> None:
    """P04 has had M321 in the look-back; afterwards the extract holds enough for either."""
    home, folder, _ = prepared
    file = home / "params" / "pairs" / f"{PAIR}.yml"
    whole, said = file.read_text(), []
    edit(file, lambda text: text.replace("landmark: 2020-06-22", "landmark: 2016-06-22"))
    try:
        assert prepare("tiny", [PAIR], progress=said.append).changed[PAIR] == [
            "landmark", "features",
        ]  # fmt: skip
        assert not any("apc" in line for line in said)  # the extract serves as it is
        edit(file, lambda text: text.replace("codes: [N085]", "codes: [N085, M321]"))
        assert prepare("tiny", [PAIR], progress=said.append).changed[PAIR] == ["features"]
        assert any("apc" in line for line in said)
        features = read_mart("features", folder)
        assert features.loc[features["feature"] == "kidney", "value"].tolist() == [1]
    finally:
        said.clear()
        file.write_text(whole)
        prepare("tiny", [PAIR], progress=said.append)
        assert not any("apc" in line for line in said)


def test_a_name_for_the_book_changes_no_mart(prepared) -> None:
    home, _, _ = prepared
    file = home / "params" / "pairs" / f"{PAIR}.yml"
    edit(file, lambda text: text.replace("brand: Benlysta", "brand: Benlista"))
    try:
        assert prepare("tiny", [PAIR]).done[PAIR] == "skipped, nothing has changed"
    finally:
        edit(file, lambda text: text.replace("brand: Benlista", "brand: Benlysta"))


@pytest.mark.few(1)
@pytest.mark.parametrize("damage", ["cut", "gone", "altered"])
def test_a_mart_that_was_damaged_is_written_again(prepared, damage: str) -> None:
    _, folder, _ = prepared
    file = folder / "uptake.parquet"
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(whole[:100] if damage == "cut" else whole + b"x")
    report = prepare("tiny", [PAIR])
    assert report.changed[PAIR] == ["uptake"]
    assert "a mart was changed or deleted" in report.done[PAIR]
    assert file.read_bytes() == whole


@pytest.mark.long
def test_killed_midway_the_next_run_is_right(prepared, monkeypatch) -> None:
    home, folder, _ = prepared
    good = all_bytes(folder)
    file = home / "params" / "pairs" / f"{PAIR}.yml"
    edit(file, lambda text: text.replace("threshold: 10 ", "threshold: 13 "))
    try:
        with monkeypatch.context() as patch:
            patch.setattr(module, "write_stamp", _killed)
            with pytest.raises(KeyboardInterrupt):
                prepare("tiny", [PAIR])
    finally:
        edit(file, lambda text: text.replace("threshold: 13 ", "threshold: 10 "))
    assert prepare("tiny", [PAIR]).done[PAIR] != "skipped, nothing has changed"
    assert all_bytes(folder) == good


def _killed(*_: object) -> bool:
    raise KeyboardInterrupt


def test_a_wrong_table_leaves_the_marts_as_they_were(prepared) -> None:
    home, folder, _ = prepared
    before, file = all_bytes(folder), home / "data" / "imd2019.parquet"
    whole = file.read_bytes()
    file.unlink()
    try:
        with pytest.raises(UserError, match="Table imd2019 is missing"):
            prepare("tiny", [PAIR])
    finally:
        file.write_bytes(whole)
    assert all_bytes(folder) == before


def test_a_table_broken_in_its_middle_is_named(prepared) -> None:
    """The end of the file lists its columns, so that only reading it through tells."""
    home, folder, _ = prepared
    before, file = all_bytes(folder), home / "data" / "op" / "all.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\xff" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    try:
        with pytest.raises(UserError) as caught:
            prepare("tiny", [PAIR])
    finally:
        file.write_bytes(whole)
    assert caught.value.what == "A file of table op cannot be read."
    assert caught.value.where == "data/op/all.parquet"
    assert all_bytes(folder) == before


@pytest.mark.long
def test_a_damaged_extract_is_made_again(prepared) -> None:
    home, folder, _ = prepared
    before, file = all_bytes(folder), home / "build" / "extract" / "tiny" / "records.parquet"
    file.write_bytes(file.read_bytes()[:100])
    (folder / "uptake.parquet").unlink()
    assert prepare("tiny", [PAIR]).changed[PAIR] == ["uptake"]
    assert all_bytes(folder) == before


@pytest.mark.long
def test_what_a_killed_run_left_behind_does_no_harm(prepared) -> None:
    home, folder, _ = prepared
    before = all_bytes(folder)
    for place in ("extract/.tiny.part", "extract/.tiny.old"):
        junk = home / "build" / place / "records.parquet"
        junk.parent.mkdir(parents=True)
        junk.write_bytes(b"half")
    extract = home / "build" / "extract" / "tiny"
    (extract / "codes.parquet").unlink()
    (extract / "prepared.json").write_text('{"made_from": "x"')  # cut short
    assert prepare("tiny", [PAIR], force=True).changed[PAIR] == []
    assert all_bytes(folder) == before
    assert sorted(path.name for path in extract.parent.iterdir()) == ["tiny"]


@pytest.mark.long
def test_one_start_date_changes_only_what_rests_on_it(prepared) -> None:
    """The law of the report: a number follows from the records it rests on, and from no other."""
    home, folder, _ = prepared
    before = {name: read_mart(name, folder) for name in MARTS}
    file = home / "data" / "blueteq_applications.parquet"
    whole, rows = file.read_bytes(), tiny_england.rows()["blueteq_applications"]
    rows[0]["planned_start_date"] = tiny_england.day("2018-03-09")  # A01, a day earlier
    try:
        tiny_england.write(home / "data", {"blueteq_applications": rows})
        changed = prepare("tiny", [PAIR]).changed[PAIR]
        after = {name: read_mart(name, folder) for name in MARTS}
    finally:
        file.write_bytes(whole)
        prepare("tiny", [PAIR])
    # uptake, the first start of its trust and the pathway follow; the visit on 10 September 2017
    # still lies in [9 September, 9 March): the window now opens a day earlier, and that day's visit
    # comes in; the patient's second form still covers to the same day, so that treatment lasts a
    # day longer
    assert changed == ["uptake", "trusts", "pathway", "on_treatment", "activity"]
    days = before["on_treatment"].compare(after["on_treatment"], keep_equal=True)["days"]
    assert (days["other"] - days["self"]).tolist() == [1] * len(COVER_MONTHS)
    starts = before["uptake"]["start_date"].compare(after["uptake"]["start_date"])
    assert len(starts) == 1 and starts["other"].iloc[0].isoformat() == "2018-03-09T00:00:00"
    total = before["activity"].compare(after["activity"], keep_equal=True)
    assert total["total"].to_numpy().tolist() == [[5, 6]]
