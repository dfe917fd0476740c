"""What the notebooks would refuse, hours later: words and figures of the tables, by pair."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.derive.applications.classify import AUDITED, match_forms, read_names
from rareaccess.derive.country.expectations import read_expected_uptake
from rareaccess.marts.accepted import check_costs, check_figures, list_other_routes
from rareaccess.params import Pair, list_references
from rareaccess.params.faults import suggest
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["find_other_routes", "find_refusals"]


def find_refusals(
    source: Source, engine: Engine, pair: Pair, readable: Sequence[str]
) -> Iterator[UserError]:
    """Yield what the notebooks of a pair would refuse of the small tables.

    Parameters
    ----------
    readable
        The tables that could be read.
    """
    if "expected_uptake" in readable:
        figures = read_expected_uptake(source, engine, pair=pair)
        yield from _catch(lambda: check_figures(figures))
        known = list_references()
        for key in sorted({*figures["source"].dropna()} - {*known}) if known else ():
            yield UserError(
                f"A figure that was expected for pair {pair.pair} has an unknown source.",
                where=f"{source.where('expected_uptake')}, column source",
                found=key[:100],
                expected="the key of an entry of report/references.bib",
                mend=suggest(key[:100], known) or "Add the source to report/references.bib.",
            )
    if "unit_costs" in readable:
        costs = source.read_small(engine, "unit_costs")
        yield from _catch(lambda: check_costs(costs))


def find_other_routes(typed: pd.DataFrame, pair: Pair, *, where: str) -> UserError | None:
    """Return the fault of approved applications by a route that the pair's settings do not name.

    Parameters
    ----------
    typed
        `drug_name`, `form_code`, `form_type`, `approval_status`, `route` and `n`, how many
        applications have them.
    where
        The table, as messages name it.

    Notes
    -----
    Of forms that are the pair's own: one that is shared may be for another use of the drug.
    """
    named = [one.route for one in pair.drug.routes]
    own = read_names(typed["drug_name"], pair.drug)["match"].isin(AUDITED)
    own &= match_forms(typed["form_code"], pair.drug) == "own"
    own &= typed["form_type"].eq("initiation") & typed["approval_status"].eq("approved")
    chosen = typed[own.to_numpy()]
    others = list_other_routes(chosen["route"], named)
    if not others:
        return None
    counts = chosen["n"].groupby(chosen["route"].fillna("none")).sum()
    found = ", ".join(f"{route[:20]} ({int(counts[route]):,})" for route in others)
    return UserError(
        f"Approved applications for the drug of pair {pair.pair} have a route that its settings "
        "do not name.",
        where=f"params/pairs/{pair.pair}.yml, key drug.routes; {where}, column route",
        found=f"{found}, of {int(chosen['n'].sum()):,} applications",
        expected=", ".join(named),
        mend="Add the route to drug.routes, or complete the column at its source. The chapter on "
        "uptake counts every start by its route, and would stop.",
    )


def _catch(check: Callable[[], None]) -> Iterator[UserError]:
    """Yield the fault that a check raises."""
    try:
        check()
    except UserError as fault:
        yield fault
