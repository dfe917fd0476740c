"""Stamps: everything a mart is made from is in its hash."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import tiny_england
from rareaccess.core.cache import find_code
from rareaccess.params import SourceParams, load_pair
from rareaccess.pipeline import stamps
from rareaccess.pipeline.stamps import PAIR_SECTIONS, SETTINGS, hash_program, hash_tables
from rareaccess.sources import Source


@pytest.mark.slow
def test_every_section_and_setting_that_is_read_is_hashed() -> None:
    """`pair.x` and `report.x` in the modules behind the marts name what the hash must hold."""
    read: dict[str, set[str]] = {"pair": set(), "report": set()}
    for file in find_code("rareaccess.pipeline.prepare"):
        if "params" in file.parts or file.suffix != ".py":  # rules between settings; tables
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                read.get(node.value.id, set()).add(node.attr)
    sections = set(type(load_pair("sle-belimumab")).model_fields)
    assert read["pair"] & sections - {"names"} <= set(PAIR_SECTIONS)  # names: labels, messages
    of_checks = {"as_dict", "errors", "faults", "findings", "model_dump", "readings", "rows"}
    of_checks |= {"missing", "warnings"}
    assert read["report"] - of_checks <= set(SETTINGS)


def test_the_code_is_in_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_program()
    assert hash_program() == before
    monkeypatch.setattr(stamps, "hash_code", lambda *modules: "another")
    assert hash_program() != before


def test_the_tables_are_in_the_hash(tmp_path: Path) -> None:
    source = tiny_england.write(tmp_path)
    before, file = hash_tables(source), source.files("centres")[0]
    os.utime(file, ns=(1, 1))
    assert hash_tables(source) == before  # small files count by their content
    rows = tiny_england.rows()["centres"]
    rows[0]["name"] = "Another name"
    tiny_england.write(tmp_path, {"centres": rows})
    assert hash_tables(source) != before


def test_large_tables_count_by_size_and_time(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(stamps, "SMALL", 0)
    source = tiny_england.write(tmp_path)
    before = hash_tables(source)
    os.utime(source.files("apc")[0], ns=(1, 1))
    assert hash_tables(source) != before


@pytest.mark.slow
def test_changes_that_are_not_yet_in_a_database_change_its_hash(tmp_path) -> None:
    file = tmp_path / "hes.duckdb"
    tables = sorted(tiny_england.rows())
    with duckdb.connect(str(file)) as connection:
        for table in tables:
            connection.execute(f'CREATE TABLE "{table}" (n INTEGER)')
    params = SourceParams(label="x", kind="duckdb", root=str(file), synthetic=True)
    before = hash_tables(Source("x", params))
    program = f"import duckdb, os; c = duckdb.connect({str(file)!r}); "
    program += "c.execute('INSERT INTO apc VALUES (1)'); os._exit(0)"  # as if it were killed
    subprocess.run([sys.executable, "-c", program], check=True)
    assert file.with_name("hes.duckdb.wal").is_file()
    assert hash_tables(Source("x", params)) != before
