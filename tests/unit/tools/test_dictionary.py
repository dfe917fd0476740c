"""The data dictionary is the one that the code would write now."""

from rareaccess.contracts import CONTRACTS
from rareaccess.core.paths import project_root
from rareaccess.marts import MARTS
from tools.dictionary import FILE, build_dictionary


def test_the_dictionary_is_current() -> None:
    written = (project_root() / FILE).read_text(encoding="utf-8")
    assert written == build_dictionary(), "run: python -m tools.dictionary"


def test_every_table_and_mart_is_in_it() -> None:
    text = build_dictionary()
    for name in (*CONTRACTS, *MARTS):
        assert f"\n### {name}\n" in text
    assert "`DIAG_4_01` … `DIAG_4_20`" in text
    assert "`DIAG_4_01` … `DIAG_4_12`" in text
