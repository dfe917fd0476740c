"""The area of a postcode, and the postcode of those who have no fixed abode, on both engines."""

from collections.abc import Iterator

import pandas as pd
import pytest

from rareaccess.contracts.places import NO_ABODE
from rareaccess.sources.engine import Engine, open_engine
from rareaccess.sources.engine.start_spark import is_usable
from rareaccess.sources.residence import add_area

NONE = pytest.mark.skipif(not is_usable(), reason="no Spark here: PySpark or Java is missing")
WRITTEN = ["SW1A 1AA", "sw1a1aa", "ZZ99 3VZ", "zz993vz", "ZZ99 3WZ", None]
PLACES = pd.DataFrame({"POSTCODE": ["SW1A 1AA", "ZZ99 3VZ"], "LSOA11": ["E01000001", "Z99999999"]})


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=[NONE, pytest.mark.long])])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with open_engine(request.param) as engine:
        yield engine


@pytest.mark.parametrize(
    ("abode", "homeless"), [(True, [NO_ABODE, NO_ABODE]), (False, ["Z99999999", "Z99999999"])]
)
def test_no_fixed_abode_is_told_from_a_place_that_is_not_known(
    engine: Engine, abode: bool, homeless: list[str]
) -> None:
    rows = engine.stage(pd.DataFrame({"row": range(6), "POSTCODE": WRITTEN}))
    found = add_area(engine, rows, "postcode", lambda: engine.stage(PLACES), abode=abode)
    areas = engine.collect(found).sort_values("row")["LSOA11"]
    assert areas[areas.notna()].tolist() == ["E01000001"] * 2 + homeless
    assert areas.isna().sum() == 2
