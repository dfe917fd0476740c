"""The engine of the tests of derive: DuckDB at each change, and Spark too each week."""

from collections.abc import Iterator

import pytest

from rareaccess.sources.engine import Engine, open_engine
from rareaccess.sources.engine.start_spark import is_usable

NONE = pytest.mark.skipif(not is_usable(), reason="no Spark here: PySpark or Java is missing")
SPARK = pytest.param("spark", marks=[NONE, pytest.mark.long])


@pytest.fixture(scope="module", params=["duckdb", SPARK])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with open_engine(request.param) as engine:
        yield engine
