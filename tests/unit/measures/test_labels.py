"""Words for the tables of a source."""

from rareaccess.contracts import CONTRACTS
from rareaccess.measures.labels import TABLE_NAMES


def test_every_table_has_a_name_in_words() -> None:
    assert set(CONTRACTS) <= set(TABLE_NAMES)
    assert len(set(TABLE_NAMES.values())) == len(TABLE_NAMES)
