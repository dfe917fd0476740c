"""The marts: what `prepare` writes for the notebooks, one small table for each question."""

from rareaccess.marts.fields import MARTS, Mart
from rareaccess.marts.store import check_treated, check_whole, read_mart, write_mart

__all__ = [
    "MARTS",
    "Mart",
    "check_treated",
    "check_whole",
    "read_mart",
    "write_mart",
]
