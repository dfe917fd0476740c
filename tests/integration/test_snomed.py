"""A source coded in SNOMED CT gives the cohort that its map leads to; what the map lacks is told.

That a whole map gives the same marts as ICD-10 is in test_layouts.py, with the other layouts.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tiny_project
from rareaccess.marts import read_mart
from rareaccess.params import ParamsError, load_pair, load_source
from rareaccess.params.codes import has_check_digit
from rareaccess.pipeline import steps
from rareaccess.pipeline.check import CheckError, check_source
from rareaccess.pipeline.check.pairs import find_unmapped
from rareaccess.pipeline.examples import name_concepts
from rareaccess.pipeline.prepare import prepare
from tiny_project import PAIR

SOURCE = "example-snomed"
OWN = "55464009"  # the concept that the settings of the pair name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose `sample` is the tiny England, written in the layout of the example."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny_project.make(tmp_path_factory.mktemp("made"), patch)
        tiny_project.use_as_sample(folder)
        steps.synth_if_missing(SOURCE, print)
        return folder


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to be edited."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("RAREACCESS_HOME", str(tmp_path))
    monkeypatch.delenv("RAREACCESS_BUILD", raising=False)
    return tmp_path


def change(home: Path, table: str, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Edit a table of the layout, under the names of the source."""
    file = home / "build" / "layouts" / SOURCE / f"{table}.parquet"
    before = pd.read_parquet(file)
    after = edit(before)
    assert not after.equals(before)
    after.to_parquet(file, index=False)


def people_of(home: Path, box: str) -> int:
    flow = read_mart("flow", home / "build" / "marts" / SOURCE / PAIR)
    return flow[(flow["box"] == box) & (flow["role"] == "in")]["study_id"].nunique()


@pytest.mark.long
def test_a_concept_without_a_row_in_the_map_is_no_diagnosis(home: Path) -> None:
    """M328 and M329 are of P06, P07 and one appointment of P01; four others have M321 or M3210."""
    change(home, "snomed_to_icd10", lambda m: m[~m["mapTarget"].isin(["M328", "M329"])])
    warnings = {w.rule: w for w in check_source(SOURCE, [load_pair(PAIR)]).warnings}
    apc, op = (warnings[f"{kind}_diagnoses.SNOMED_CT.known"] for kind in ("apc", "op"))
    assert (apc.n, op.n) == (2, 1)
    assert apc.expected == "a SNOMED_CT of the table snomed_map"
    prepare(SOURCE, [PAIR])
    assert (people_of(home, "coded_apc"), people_of(home, "coded_op")) == (4, 1)
    codes = read_mart("codes", home / "build" / "marts" / SOURCE / PAIR)
    assert set(codes["code"]) == {"M321"}


@pytest.mark.long
def test_concepts_may_be_whole_numbers(home: Path) -> None:
    file = home / "build" / "layouts" / SOURCE / "apc_diagnoses.parquet"
    table = pq.read_table(file)
    place = table.schema.get_field_index("CONCEPT_ID")
    numbers = table["CONCEPT_ID"].cast(pa.int64())
    pq.write_table(table.set_column(place, "CONCEPT_ID", numbers), file)
    prepare(SOURCE, [PAIR])
    assert people_of(home, "coded_apc") == 6  # as test_pair_marts counts them


@pytest.mark.long
def test_a_map_that_leads_to_no_code_of_a_pair_stops(home: Path) -> None:
    change(home, "snomed_to_icd10", lambda m: m[~m["mapTarget"].str.startswith("M32")])
    for step in (lambda: steps.check(SOURCE), lambda: prepare(SOURCE, [PAIR])):
        with pytest.raises(CheckError, match="does not lead to the codes of pair") as caught:
            step()
        assert f"of which 0 lead to these codes; of the pair's own, {OWN} do not" in str(
            caught.value
        )
        assert "M321, M328, M329" in caught.value.expected
        assert f"params/pairs/{PAIR}.yml" in caught.value.where


@pytest.mark.long
def test_a_concept_with_two_codes_stops(home: Path) -> None:
    change(home, "snomed_to_icd10", lambda m: pd.concat([m, m.head(1).assign(mapTarget="L93")]))
    with pytest.raises(CheckError, match=r"breaks rule snomed_map\.SNOMED_CT\.unique"):
        steps.check(SOURCE)


def test_a_concept_of_the_pair_that_leads_elsewhere_is_named() -> None:
    mapped = pd.DataFrame({"SNOMED_CT": [OWN, "990000000006"], "ICD10": ["L930", "M321"]})
    fault = find_unmapped(mapped, load_pair(PAIR), where="snomed_map")
    assert fault is not None
    assert fault.found == "2 concepts, of which 1 lead to these codes; of the pair's own, " \
        f"{OWN} do not"  # fmt: skip
    right = mapped.assign(ICD10=["M329", None])
    assert find_unmapped(right, load_pair(PAIR), where="snomed_map") is None


def test_invented_concepts_look_like_concepts() -> None:
    concepts = name_concepts([f"A{n:03d}" for n in range(500)])
    assert len(set(concepts.values())) == 500
    assert all(has_check_digit(concept) for concept in concepts.values())


@pytest.mark.long
def test_the_setting_needs_its_tables(home: Path) -> None:
    file = home / "params" / "sources" / f"{SOURCE}.yml"
    tiny_project.edit(file, lambda text: text.replace("  snomed_map:", "  # snomed_map:"))
    with pytest.raises(ParamsError, match=r"SNOMED_CT, without tables\.snomed_map"):
        load_source(SOURCE)


@pytest.mark.long
def test_codes_without_the_setting_are_looked_for_in_vain(home: Path) -> None:
    """Nobody is found silently: the column is missing."""
    file = home / "params" / "sources" / f"{SOURCE}.yml"
    tiny_project.edit(file, lambda text: text.replace("diagnoses: SNOMED_CT", "diagnoses: ICD-10"))
    with pytest.raises(CheckError, match="Column code of table apc_diagnoses is missing"):
        check_source(SOURCE)  # the step would write the example again, in ICD-10
