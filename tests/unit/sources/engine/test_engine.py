"""The engine: frames in and out keep their values, and joins mean what they say."""

import ast
import re
import traceback
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import rareaccess
from rareaccess.core.arrow import from_arrow, to_arrow
from rareaccess.core.errors import UserError
from rareaccess.sources.engine import Engine, EngineFault, open_engine


@pytest.fixture(scope="module")
def engine():
    with open_engine() as engine:
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


@pytest.mark.parametrize("how", ["inner", "left", "left_semi"])
def test_names_in_capitals_stay_as_they_are(engine: Engine, how: str) -> None:
    one = pd.DataFrame({"KEY": ["a", "b"], "Value": [1, 2], "end": [3, 4]})
    left, right = (engine.stage(frame) for frame in (one, one[["KEY"]].assign(Other=5)))
    F = engine.F
    left = engine.view(left.select(*[F.col(name).alias(name) for name in one]))
    right = right.select(*[F.col(name).alias(name) for name in ("KEY", "Other")])
    joined = engine.join(left, right, ("KEY",), how)
    expected = [*one] if how == "left_semi" else [*one, "Other"]
    assert left.columns == [*one] and joined.columns == expected
    assert [*engine.collect(joined.where(F.col("Value") > 1))] == expected


def test_a_join_refuses_columns_of_one_name(engine: Engine) -> None:
    frame = engine.stage(pd.DataFrame({"key": ["a"], "n": [1]}))
    with pytest.raises(ValueError, match="columns in both frames: n"):
        engine.join(frame, frame, ("key",))


def test_no_code_matches_nothing(engine: Engine) -> None:
    frame = engine.stage(pd.DataFrame({"code": ["M321", None]}))
    assert len(engine.collect(frame.where(engine.any_of(["code"], [])))) == 0
    assert len(engine.collect(frame.where(engine.any_of(["code"], ["M321"])))) == 1


def test_two_engines_do_not_share_a_session() -> None:
    with open_engine() as first, open_engine() as second:
        frame = first.stage(pd.DataFrame({"n": [1]}))
        second.close()
        assert first.collect(frame)["n"].tolist() == [1]


def test_a_broken_file_is_told_without_the_engines_words(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pd.DataFrame({"text": [f"secret {n}" for n in range(5000)]}).to_parquet(file)
    frame, whole = engine.read([file]), file.read_bytes()
    file.write_bytes(whole[:100] + b"\0" * (len(whole) - 2000) + whole[-1900:])
    with pytest.raises(UserError, match="could not be read to the end") as caught:
        engine.collect(frame)
    assert "secret" not in str(caught.value)


def test_nothing_is_read_before_it_is_asked_for(engine: Engine, tmp_path: Path) -> None:
    """DuckDB keeps a relation that was given parameters in memory: all of a national table."""
    file = tmp_path / "it's [all], 50% {a}.csv"
    file.write_text("a,b\n1,x\n")
    frame = engine.read_text([file], ["a", "b"], delimiter=",", encoding="utf-8")
    file.write_text("a,b\n1,x\n2,y\n")
    assert sorted(engine.collect(frame)["b"]) == ["x", "y"]


def test_a_condition_on_stacked_frames_is_asked_once(engine: Engine) -> None:
    """Asked of each part it makes a hash table for each: 22 years do not come round with 1 GB."""
    parts = [engine.stage(pd.DataFrame({"code": [f"A{n}", "B"]})) for n in range(3)]
    asked = engine.stack(parts).where(engine.F.col("code").isin(*[f"A{n}" for n in range(1, 99)]))
    assert sorted(engine.collect(asked)["code"]) == ["A1", "A2"]
    if engine.name == "duckdb":
        ((_, plan),) = engine.connection.execute(f"EXPLAIN {engine._text(asked)}").fetchall()
        assert plan.count("MARK") == 1


def test_any_fault_of_the_data_is_told_and_a_fault_of_the_program_is_not(engine: Engine) -> None:
    class Frame:
        def __init__(self, error: Exception) -> None:
            self.error = error

        def sql(self, *_: object, **__: object) -> None:
            raise self.error

    for error in (duckdb.Error("TProtocolException: secret"), duckdb.IOException("secret")):
        with pytest.raises(EngineFault) as caught:
            engine.write(Frame(error), engine.scratch / "x.parquet")
        assert "secret" not in str(caught.value)
    with pytest.raises(duckdb.BinderException):
        engine.write(Frame(duckdb.BinderException("no such column")), engine.scratch / "x.parquet")


PACKAGE = Path(rareaccess.__file__).parent
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.parent.name != "engine"
    and path.name != "examples.py"  # writes synthetic tables, on DuckDB alone
    and re.search(r"engine\.F\b|self\.engine\b", path.read_text())
)
DIFFER = (
    *("collect_list", "array_agg", "group_concat", "listagg", "concat_ws"),
    *("first", "last", "first_value", "last_value", "any_value", "mode"),
    *("rand", "randn", "sample", "sampleBy", "monotonically_increasing_id", "uuid"),
    *("to_date", "to_timestamp", "date_format", "datediff", "months_between", "add_months"),
    *("date_add", "date_sub", "trunc", "date_trunc", "year", "month", "dayofweek"),
    *("percentile", "percentile_approx", "approx_count_distinct", "median", "stddev", "variance"),
    *("round", "bround", "format_number", "hash", "xxhash64", "md5", "expr", "sql", "selectExpr"),
    *("asc", "desc", "sort", "sort_array", "orderBy_", "to_number", "conv", "initcap"),
)  # answers, order or rounding depend on the engine: computed in pandas, or not at all
LOOKED_AT = {
    "derive/hospital/care.py": ("datediff",),  # of two days, never of a time or a text
    "derive/hospital/course.py": ("datediff",),
    "derive/quality/record_faults.py": ("datediff",),
}  # what is in DIFFER and has the same answer on both engines where it is used
CASTS = {
    "derive/hospital/activity.py": [],
    "derive/hospital/characteristics.py": [],
    "derive/hospital/care.py": ['F.col("day").cast("string")', 'F.col("index_date").cast("date")'],
    "derive/hospital/events.py": [
        'F.lit(str(day)).cast("date")',
        'F.lit(str(middle)).cast("date")',
    ],
    "derive/hospital/waiting.py": ['F.lit(str(since)).cast("date")'],
    "pipeline/check/counting.py": ['F.lit(day).cast("date")'],
    "derive/hospital/diagnoses.py": [
        'flag.cast("int")',
        'F.when(known, 1).otherwise(0)).cast("int")',
    ],
    "derive/hospital/cleaning.py": [
        'F.lit(None).cast("date")',
        'F.lit(day).cast("date")',
        '(F.col("EPIORDER") if apc else F.lit(None)).cast("int")',  # a whole number it is
    ],
    "derive/hospital/records.py": ['F.lit(str(day)).cast("date")', 'F.col("day").cast("string")'],
    "derive/hospital/scores.py": [
        'F.lit(str(begin)).cast("date")',
        'F.lit(str(end)).cast("date")',
        'F.col("score").cast("double")',  # of a number: never from text
        'F.col("weight").cast("double")',
    ],
    "sources/counted.py": ['F.col(day).cast("string")'],  # of a day, never of a time or a text
    "sources/source.py": [
        "column.cast(CASTS[found.type])",  # to the wider type: never from text
        'if name.casefold() in there else nothing).cast("string")',  # to text: never from it
    ],
}  # every cast outside sources/reading.py, which looks at a text before it casts it


def engine_calls(module: str) -> list[ast.Call]:
    tree = ast.parse((PACKAGE / module).read_text())
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def test_the_modules_that_use_the_engine_are_found() -> None:
    assert {
        "derive/hospital/cleaning.py",
        "derive/hospital/extract.py",
        "derive/quality/record_faults.py",
        "sources/reading.py",
    } <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_used_that_differs_between_engines(module: str) -> None:
    """A function whose answer depends on the engine gives no error, only another number."""
    for call in engine_calls(module):
        of = ast.unparse(call.func.value)
        differ = set(DIFFER) - set(LOOKED_AT.get(module, ()))
        assert call.func.attr not in differ or of not in ("F", "engine.F", "self.engine.F")
        assert call.func.attr not in ("asc", "desc", "selectExpr", "expr", "sql")
    assert not re.search(r"\bSELECT\b[^.]*\bFROM\b", (PACKAGE / module).read_text())


@pytest.mark.parametrize("module", MODULES)
def test_every_join_is_the_engines(module: str) -> None:
    joined = [call.func.value for call in engine_calls(module) if call.func.attr == "join"]
    frames = [ast.unparse(of) for of in joined if not isinstance(of, ast.Constant)]
    assert set(frames) <= {"engine", "self.engine"}


@pytest.mark.parametrize("module", [m for m in MODULES if m != "sources/reading.py"])
def test_every_cast_was_looked_at(module: str) -> None:
    """A cast of a text that does not fit stops one engine and is nothing in the other."""
    text = (PACKAGE / module).read_text()
    casts = re.findall(r"\.cast\(", text)
    known = [cast for cast in CASTS.get(module, []) if cast in text]
    nothing = text.count('F.lit(None).cast("string")')
    assert len(casts) - nothing == sum(text.count(cast) for cast in known)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_divided_in_the_engine(module: str) -> None:
    """Division by nought is an error here and nothing there; whole numbers divide in two ways."""
    tree = ast.parse((PACKAGE / module).read_text())
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or "F." not in ast.unparse(function):
            continue
        divided = [
            ast.unparse(node)
            for node in ast.walk(function)
            if isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
            and not isinstance(node.right, ast.Constant | ast.JoinedStr)
        ]
        assert not divided


@pytest.mark.parametrize("module", MODULES)
def test_windows_name_where_nulls_go(module: str) -> None:
    """Engines put nulls first or last by default, each as it likes."""
    ordered = [
        ast.unparse(argument)
        for call in engine_calls(module)
        if call.func.attr == "orderBy"
        for argument in call.args
    ]
    assert all("nulls_last" in text or text == "*order" for text in ordered)


@pytest.mark.parametrize("kind", ["UBIGINT", "TIMESTAMP_S", "INTEGER[3]", "ENUM('a', 'b')"])
def test_a_database_may_hold_columns_of_any_type(tmp_path: Path, kind: str) -> None:
    database = tmp_path / "hes.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE apc AS SELECT 'a' AS key, CAST(NULL AS {kind}) AS more")
    with open_engine() as engine:
        frame = engine.read_table("apc", database=database)
        assert engine.collect(frame.select("key"))["key"].tolist() == ["a"]


def test_a_star_stands_for_letters_and_an_underscore_for_itself(tmp_path: Path) -> None:
    database = tmp_path / "hes.duckdb"
    with duckdb.connect(str(database)) as connection:
        for name in ("HES_apc_1617", "hes_apc_1718", "hesXapc_1819", "hes_op_1617"):
            connection.execute(f"CREATE TABLE {name} AS SELECT 1 AS a")
    with open_engine() as engine:
        found = engine.list_tables("hes_apc_*", database=database)
        assert found == ["HES_apc_1617", "hes_apc_1718"]
        assert engine.list_tables("hes_ae_*", database=database) == []


def test_no_trace_of_a_fault_quotes_a_value(engine: Engine) -> None:
    frame = engine.stage(pd.DataFrame({"person": ["TEST01"]}))
    with pytest.raises(EngineFault) as caught:
        engine.collect(frame.select(engine.F.col("person").cast("int").alias("n")))
    assert "TEST01" not in "".join(traceback.format_exception(caught.value))
