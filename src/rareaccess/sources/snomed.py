"""Diagnoses coded in SNOMED CT, read as the ICD-10 codes that the source's map gives them."""

from collections.abc import Callable
from typing import Any

from rareaccess.sources.engine import Engine

__all__ = ["CONCEPT", "add_code"]

CONCEPT = "SNOMED_CT"


def add_code(engine: Engine, frame: Any, read_map: Callable[[], Any]) -> Any:
    """Return the frame with `code` in place of the concept; without a row in the map it is missing.

    Parameters
    ----------
    frame
        A table with the column SNOMED_CT.
    read_map
        Returns the table `snomed_map`, when it is asked for.

    Notes
    -----
    One concept has one code here. Where the map has several, which `check` refuses, the first in
    order is taken, so that no diagnosis becomes two.
    """
    F = engine.F
    codes = read_map().groupBy(CONCEPT).agg(F.min("ICD10").alias("code"))
    others = [name for name in frame.columns if name not in ("code", CONCEPT)]
    keyed = frame.select(*others, F.col(CONCEPT))
    return engine.join(keyed, codes, (CONCEPT,), "left").drop(CONCEPT)
