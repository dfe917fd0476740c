"""The contracts hold together with each other and with the settings."""

import pytest

from rareaccess.contracts import CONTRACTS, TYPES, numbered


@pytest.mark.parametrize("table", CONTRACTS.values(), ids=lambda table: table.name)
def test_a_contract_is_sound(table) -> None:
    assert len({name.casefold() for name in table.names}) == len(table.names)
    assert set(table.key) <= set(table.used)
    assert {column.type for column in table.columns} <= set(TYPES)
    assert all(column.meaning and "|" not in column.meaning for column in table.columns)


def test_hes_has_twenty_and_twelve_diagnoses() -> None:
    apc, op = CONTRACTS["apc"].names, CONTRACTS["op"].names
    assert set(numbered("DIAG_4_", 20)) < set(apc)
    assert [name for name in op if name[:7] == "DIAG_4_"][:12] == list(numbered("DIAG_4_", 12))
    assert "DIAG_4_13" not in op
    assert "MYDOB" not in op
