"""When a stay began: the day of admission of each episode, where none is recorded by its place.

Episodes are records; a stay is those of a person at a provider with one day of admission.
"""

from typing import Any

from rareaccess.sources.engine import Engine

__all__ = ["date_admissions"]


def date_admissions(engine: Engine, *, admitted: Any, start: Any, end: Any) -> Any:
    """Return the day of admission of each episode of APC, of which none is without one.

    What is recorded stands. The first episode of a stay (EPIORDER 1) begins with it. A later one
    belongs to the stay at the same provider that began last, if an earlier episode lasted up to its
    first day; else it begins a stay of its own.

    Parameters
    ----------
    admitted, start, end
        The columns of ADMIDATE, EPISTART and EPIEND, null dates being missing; the frame has
        `person`, `PROCODE3`, `EPIORDER` and `EPIKEY` too.

    Notes
    -----
    That the first episode begins with the admission is the rule of the Health Foundation's HES
    pipeline, which leaves out transfers; here a transfer is an admission to this provider too.
    """
    F = engine.F
    order = [start, F.col("EPIORDER"), F.col("EPIKEY")]
    order = [key.asc_nulls_last() for key in order]
    earlier = engine.window.partitionBy("person", "PROCODE3").orderBy(*order)
    earlier = earlier.rowsBetween(engine.window.unboundedPreceding, -1)
    begun = F.coalesce(admitted, F.when(F.col("EPIORDER") == 1, start))
    follows = F.max(F.coalesce(end, start)).over(earlier) >= start
    of_stay = F.when(follows, F.max(begun).over(earlier))
    return F.coalesce(begun, of_stay, start)
