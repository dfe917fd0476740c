"""Arrow tables into Spark and out of it, also where a release of PySpark lacks a name for it.

A name is asked for, never a version: platforms bring names forward and put releases together.
"""

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable

__all__ = ["collect_arrow", "find_loggers", "stage_arrow"]


def collect_arrow(frame: Any) -> pa.Table:
    """Return the rows of a frame as an Arrow table.

    PySpark 3.5 has no `toArrow`. What its `toPandas` begins with is there, classic and remote.
    """
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    from pyspark.sql.pandas.types import to_arrow_schema

    schema = to_arrow_schema(frame.schema)
    if hasattr(frame, "_collect_as_arrow"):
        return pa.Table.from_batches(frame._collect_as_arrow(), schema=schema)
    client = frame._session.client
    table, _ = client.to_table(frame._plan.to_proto(client))
    return table.cast(schema)


def stage_arrow(session: Any, table: pa.Table, schema: Any) -> Any:
    """Return the frame of an Arrow table, of which the types are said.

    A PySpark that gives no Arrow table takes none: it is given the rows.
    """
    if hasattr(session.range(0), "toArrow"):
        return session.createDataFrame(table, schema=schema)
    columns = [column.to_pylist() for column in table.columns]
    return session.createDataFrame(list(zip(*columns, strict=True)), schema=schema)


def find_loggers(names: "Iterable[str]") -> "list[logging.Logger]":
    """Return loggers of PySpark by name; before release 4 it has none of its own."""
    try:
        from pyspark.logger import PySparkLogger
    except ImportError:
        return []
    return [PySparkLogger.getLogger(name) for name in names]
