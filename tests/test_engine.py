"""The engine: frames in and out keep their values, and joins mean what they say."""

import ast
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import rareaccess
from rareaccess.engine import Engine, EngineFault, from_arrow, to_arrow
from rareaccess.errors import UserError


@pytest.fixture(scope="module")
def engine():
    with Engine() as engine:
        yield engine


def test_values_and_types_come_back_as_they_went_in(engine: Engine) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series(["é, 'x'", None], dtype="str"),
            "day": pd.to_datetime(["5202-05-01", None]).astype("datetime64[s]"),
            "whole": pd.array([2**40, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
        }
    )
    back = engine.collect(engine.stage(frame)).sort_values("whole", ignore_index=True)
    pd.testing.assert_frame_equal(back, frame)
    pd.testing.assert_frame_equal(from_arrow(to_arrow(frame)), frame)


def test_a_left_join_keeps_the_left_key(engine: Engine) -> None:
    """Mentioned twice after a plain join, SQLFrame 4.10 takes the key from the right, as null."""
    F = engine.F
    left = engine.stage(pd.DataFrame({"key": ["a", "b"], "n": [1, 2]}))
    right = engine.stage(pd.DataFrame({"key": ["a"], "found": [True]}))
    joined = engine.join(left, right, ("key",), "left")
    counts = joined.agg(
        F.sum(F.when(F.col("key").isNotNull(), 1).otherwise(0)).alias("known"),
        F.sum(F.when(F.col("key").isNotNull() & F.col("found").isNull(), 1)).alias("lone"),
    )
    assert engine.collect(counts).astype(int).to_numpy().tolist() == [[2, 1]]


def test_a_semi_join_keeps_rows_once(engine: Engine) -> None:
    left = engine.stage(pd.DataFrame({"key": ["a", "b"], "n": [1, 2]}))
    right = engine.stage(pd.DataFrame({"key": ["a", "a"], "n": [7, 8]}))
    kept = engine.join(left, right, ("key",), "left_semi")
    assert engine.collect(kept).to_numpy().tolist() == [["a", 1]]


def test_a_join_refuses_columns_of_one_name(engine: Engine) -> None:
    frame = engine.stage(pd.DataFrame({"key": ["a"], "n": [1]}))
    with pytest.raises(ValueError, match="columns in both frames: n"):
        engine.join(frame, frame, ("key",))


def test_no_code_matches_nothing(engine: Engine) -> None:
    frame = engine.stage(pd.DataFrame({"code": ["M321", None]}))
    assert len(engine.collect(frame.where(engine.any_of(["code"], [])))) == 0
    assert len(engine.collect(frame.where(engine.any_of(["code"], ["M321"])))) == 1


def test_two_engines_do_not_share_a_session() -> None:
    with Engine() as first, Engine() as second:
        frame = first.stage(pd.DataFrame({"n": [1]}))
        second.close()
        assert first.collect(frame)["n"].tolist() == [1]


def test_a_broken_file_is_told_without_the_engines_words(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pd.DataFrame({"text": [f"secret {n}" for n in range(5000)]}).to_parquet(file)
    frame, whole = engine.read([file]), file.read_bytes()
    file.write_bytes(whole[:100] + b"\0" * (len(whole) - 2000) + whole[-1900:])
    with pytest.raises(UserError, match="could not be read to their end") as caught:
        engine.collect(frame)
    assert "secret" not in str(caught.value)


def test_any_fault_of_the_data_is_told_and_a_fault_of_the_program_is_not(engine: Engine) -> None:
    class Frame:
        def __init__(self, error: Exception) -> None:
            self.write, self.error = self, error

        def parquet(self, *_: object, **__: object) -> None:
            raise self.error

    for error in (duckdb.Error("TProtocolException: secret"), duckdb.IOException("secret")):
        with pytest.raises(EngineFault) as caught:
            engine.write(Frame(error), engine.scratch / "x.parquet")
        assert "secret" not in str(caught.value)
    with pytest.raises(duckdb.BinderException):
        engine.write(Frame(duckdb.BinderException("no such column")), engine.scratch / "x.parquet")


DIFFER = re.compile(
    r"\.(collect_list|collect_set|first|last|rand|randn|sample|monotonically_increasing_id"
    r"|to_date|to_timestamp|datediff|months_between|add_months|concat_ws|percentile\w*|expr|sql)\("
)


@pytest.mark.parametrize(
    "module",
    [
        *("extract", "hes", "records", "characteristics", "activity", "comorbidity", "travel"),
        *("pair_marts", "quality/records", "quality/coverage"),
    ],
)
def test_extraction_avoids_what_differs_between_engines(module: str) -> None:
    """No raw SQL, no function whose answer depends on the engine, no join but the engine's."""
    text = (Path(rareaccess.__file__).parent / f"{module}.py").read_text()
    tree = ast.parse(text)
    called = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in ("F", "engine.F", "study.engine.F", "engine.session")
    ]
    assert not [name for name in called if DIFFER.match(f".{name}(")]
    assert not re.search(r"\bSELECT\b[^.]*\bFROM\b", text)
    joins = re.findall(r"(\S+)\.join\(", text)
    assert {name.split("(")[-1] for name in joins} <= {"engine", '"', '" "', '", "'}


def test_windows_name_where_nulls_go() -> None:
    """Engines put nulls first or last by default, each as it likes."""
    package = Path(rareaccess.__file__).parent
    for module in ("extract", "hes"):
        tree = ast.parse((package / f"{module}.py").read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        ordered = [
            ast.unparse(argument)
            for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "orderBy"
            for argument in call.args
        ]
        assert ordered
        assert all("nulls_last" in text or text == "*order" for text in ordered)
