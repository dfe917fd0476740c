"""Deprivation where the source has no areas, only tenths."""

from rareaccess.derive.hospital.deprivation import read_deprivation
from rareaccess.marts.levels import OF_HES
from rareaccess.params import load_source
from rareaccess.sources import Source
from rareaccess.sources.engine import open_engine


def test_tenths_are_areas_of_their_own_two_to_a_fifth() -> None:
    """The version says that these are the tenths of HES, not to be mixed with ranks of 2019."""
    source = Source("tenths", load_source("example-imd-decile"))
    with open_engine() as engine:
        areas = read_deprivation(source, engine, version="2019")
    assert areas["imd_decile"].tolist() == list(range(1, 11))
    assert areas["imd_quintile"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert set(areas["imd_version"]) == {OF_HES}
    assert areas["lsoa"].is_unique
