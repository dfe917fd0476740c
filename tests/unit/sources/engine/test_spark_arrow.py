"""What a release of PySpark lacks is made up for: asked of stand-ins that lack it."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from rareaccess.sources.engine.spark_arrow import collect_arrow, find_loggers, stage_arrow
from rareaccess.sources.engine.start_spark import check_spark

pytestmark = pytest.mark.skipif(
    not check_spark().pyspark, reason="no Spark here: PySpark is not installed."
)
TABLE = pa.table({"n": pa.array([1, None], pa.int64()), "text": pa.array([None, "b"])})


def read_schema():
    """Return the schema of the table as PySpark has it."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(TABLE.schema)


@pytest.mark.parametrize("rows", [0, 2])
def test_rows_are_collected_where_there_is_no_arrow_table(rows: int) -> None:
    """Of no rows there is no batch: their types come from the frame."""
    part = TABLE.slice(0, rows)
    batches = part.to_batches() if rows else []
    classic = SimpleNamespace(schema=read_schema(), _collect_as_arrow=lambda: batches)
    client = SimpleNamespace(to_table=lambda plan: (part, None))
    plan = SimpleNamespace(to_proto=lambda given: given)
    remote = SimpleNamespace(
        schema=read_schema(), _session=SimpleNamespace(client=client), _plan=plan
    )
    for frame in (classic, remote):
        assert collect_arrow(frame).equals(part)


def test_a_table_is_given_as_rows_where_none_is_taken() -> None:
    taken = []
    session = SimpleNamespace(
        range=lambda n: object(), createDataFrame=lambda rows, schema: taken.append((rows, schema))
    )
    stage_arrow(session, TABLE, "types")
    stage_arrow(session, TABLE.slice(0, 0), "types")
    assert taken == [([(1, None), (None, "b")], "types"), ([], "types")]


def test_a_release_without_loggers_of_its_own_has_none_to_silence(monkeypatch) -> None:
    import sys

    assert [logger.name for logger in find_loggers(["SQLQueryContextLogger"])]
    monkeypatch.setitem(sys.modules, "pyspark.logger", None)
    assert find_loggers(["SQLQueryContextLogger"]) == []
