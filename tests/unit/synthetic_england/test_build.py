"""The synthetic England is the same every time, appears whole, and says what is wrong in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from places import SYNTHETIC
from rareaccess.core.errors import UserError
from synthetic_england import build, load_faults, verify, world_names
from synthetic_england.declarations import load as declarations

pytestmark = pytest.mark.slow

SAMPLE = SYNTHETIC / "sample"
MEGABYTES = 8
SECOND_PAIR = {  # what a made-up second pair has different from the first
    "pair: sle-belimumab": "pair: second",
    "{M329: 0.80, M321: 0.13, M328: 0.07}": "{G700: 0.80, G702: 0.20}",
    "code_M329": "code_G700",
    "code_M321": "code_G702",
    "  - {id: code_M328, target: 0.07, kind: assumed, source: share of coded records}\n": "",
    "coded_alive: 72290": "coded_alive: 16000",
    "coded_died: 10790": "coded_died: 2200",
    "coded_unknown: 210": "coded_unknown: 40",
    "  mean: 4.0": "  mean: 9.0",
    "elimu": "ovimu",
    "ELIMU": "OVIMU",
    "enlysta": "onlysta",
    "ENLYSTA": "ONLYSTA",
    "enlista": "onlista",
    "BEL-SLE": "SEC-ONE",
    "BEL-LN": "SEC-TWO",
    "RIT-SLE": "SEC-THREE",
}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory) -> list[Path]:
    """Build the sample twice, in processes of other time zones and hash seeds."""
    base = tmp_path_factory.mktemp("worlds")
    program = (
        "import sys; from pathlib import Path; import synthetic_england as s; "
        "s.build(Path(sys.argv[1]), scale='sample')"
    )
    settings = [("1", "Pacific/Auckland"), ("77", "America/Los_Angeles")]
    running, folders = [], []
    for i, (hash_seed, zone) in enumerate(settings):
        folders.append(base / f"world{i}")
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone}
        command = [sys.executable, "-c", program, str(folders[-1])]
        running.append(subprocess.Popen(command, env=environment))
    assert [process.wait(timeout=300) for process in running] == [0, 0]
    return folders


def list_files(folder: Path) -> list[str]:
    """Name a world's files; the note that the command line leaves beside them is not one."""
    found = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return [name for name in found if name != "made-by.txt"]


@pytest.mark.long
def test_same_seed_gives_same_bytes_in_any_time_zone_and_hash_seed(rebuilt) -> None:
    one, two = rebuilt
    assert list_files(one) == list_files(two)
    differ = [n for n in list_files(one) if (one / n).read_bytes() != (two / n).read_bytes()]
    assert differ == []


@pytest.mark.long
def test_committed_sample_is_what_the_generator_makes(rebuilt) -> None:
    assert list_files(SAMPLE) == list_files(rebuilt[0])
    same_writer = json.loads((SAMPLE / "manifest.json").read_text())["pyarrow"] == pa.__version__
    for name in list_files(SAMPLE):
        old, new = SAMPLE / name, rebuilt[0] / name
        if name.endswith(".parquet"):
            assert pq.read_table(old).equals(pq.read_table(new)), name
        if same_writer:
            assert old.read_bytes() == new.read_bytes(), name


@pytest.mark.long
def test_another_seed_gives_other_people() -> None:
    from synthetic_england.setting.shared import build_setting

    usual, other = build_setting("published", None), build_setting("published", 5)
    assert not usual.geo.areas["rank"].equals(other.geo.areas["rank"])


def test_committed_sample_is_small_enough() -> None:
    size = sum((SAMPLE / name).stat().st_size for name in list_files(SAMPLE))
    assert size < MEGABYTES * 1e6


@pytest.mark.long
def test_a_failed_build_leaves_the_old_world_and_no_rubbish(tmp_path) -> None:
    root = tmp_path / "world"
    root.mkdir()
    (root / "manifest.json").write_text("old")

    def stop(step: str) -> None:
        if step == "counting what was planted":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(root, scale="sample", progress=stop)
    assert (root / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["world"]


@pytest.mark.parametrize("wrong", [{"scale": "huge"}, {"scale": 0}, {"world": "utopia"}])
def test_unknown_scale_or_world_is_explained(tmp_path, wrong) -> None:
    with pytest.raises(UserError) as caught:
        build(tmp_path / "world", **wrong)
    assert caught.value.found == str(next(iter(wrong.values())))
    assert caught.value.expected and caught.value.mend
    assert not (tmp_path / "world").exists()


def test_manifest_names_every_declared_fault_and_the_sample_shows_each() -> None:
    faults = json.loads((SAMPLE / "manifest.json").read_text())["faults"]
    declared = load_faults()
    assert list(faults) == declarations.load_england()["pairs"]
    for pair, found in faults.items():
        assert [f["name"] for f in found] == [f["name"] for f in declared]
        assert [f["definition"] for f in found] == [f["definition"] for f in declared]
        asks = "severity" in declarations.load_pair(pair)
        shown = [f for f in found if asks or not f["name"].startswith("severity")]
        assert all(fault["n"] >= fault["n_people"] > 0 for fault in shown), pair
        assert all(fault["n"] == 0 for fault in found if fault not in shown)


def test_counting_again_agrees_with_the_manifest() -> None:
    assert verify(SAMPLE) == []


def test_counting_again_sees_records_that_were_changed(tmp_path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "world")
    path = tmp_path / "world" / "op" / "1819.parquet"
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), path)
    answers = tmp_path / "world" / "blueteq_applications.parquet"
    forms = pq.read_table(answers).to_pandas()
    forms.loc[forms["drug_name"] == "belimunab", "drug_name"] = "Belimumab"
    pq.write_table(pa.Table.from_pandas(forms, preserve_index=False), answers)
    said = " ".join(verify(tmp_path / "world"))
    assert "op: " in said and "misspelt_drug_name" in said


@pytest.mark.long
@pytest.mark.full
def test_counting_the_full_world_again_agrees_with_its_manifest() -> None:
    assert verify(SYNTHETIC / "full") == []


@pytest.mark.long
@pytest.mark.parametrize("world", world_names())
def test_every_declared_world_can_be_built(tmp_path, world) -> None:
    manifest = build(tmp_path / "world", scale="sample", world=world)
    assert manifest["world"] == world
    assert verify(tmp_path / "world") == []


@pytest.mark.long
def test_a_pair_and_a_world_are_added_by_files_alone(tmp_path, monkeypatch) -> None:
    declared = tmp_path / "declared"
    shutil.copytree(declarations.HERE, declared, ignore=shutil.ignore_patterns("*.py", "__*"))
    text = (declared / "pairs/sle-belimumab.yml").read_text(encoding="utf-8")
    for old, new in SECOND_PAIR.items():
        text = text.replace(old, new)
    (declared / "pairs/second.yml").write_text(text, encoding="utf-8")
    england = (declared / "england.yml").read_text(encoding="utf-8")
    england = england.replace(
        "  - waldenstrom-ibrutinib\n", "  - waldenstrom-ibrutinib\n  - second\n"
    )
    (declared / "england.yml").write_text(england, encoding="utf-8")
    shutil.copy(declared / "worlds/gradient.yml", declared / "worlds/steep.yml")
    monkeypatch.setattr(declarations, "HERE", declared)
    manifest = build(tmp_path / "world", scale="sample", world="steep")
    assert set(manifest["faults"]) == {*declarations.load_england()["pairs"]}
    first, *_, second = manifest["faults"].values()
    assert all(fault["n"] > 0 for fault in [*first, *second])
    alone = build(tmp_path / "alone", scale="sample", world="gradient")
    assert alone["faults"]["sle-belimumab"] != []
    whole, part = (
        pq.read_table(tmp_path / name / "truth/people.parquet", columns=["PSEUDO_HESID", "pair"])
        for name in ("world", "alone")
    )
    ours = [row["PSEUDO_HESID"] for row in whole.to_pylist() if row["pair"] == "sle-belimumab"]
    before = [row["PSEUDO_HESID"] for row in part.to_pylist() if row["pair"] == "sle-belimumab"]
    assert set(before) <= set(ours)


@pytest.mark.full
def test_sample_holds_the_records_of_its_people_in_the_full_world() -> None:
    people = pq.read_table(SAMPLE / "truth/people.parquet", columns=["PSEUDO_HESID"])
    for name in ("apc", "op"):
        for path in sorted((SAMPLE / name).glob("*.parquet")):
            whole = pq.read_table(SYNTHETIC / "full" / name / path.name)
            mine = pa.compute.is_in(whole["PSEUDO_HESID"], value_set=people["PSEUDO_HESID"])
            assert whole.filter(mine).equals(pq.read_table(path)), path.name
