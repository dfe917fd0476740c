"""Whose application it is: the link from its NHS number to a person in HES, and the trace."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["read_links", "trace_applications", "trace_people"]

DEAD = "dead"  # vital_status
FATE = ["traced", "date_of_death", "death_undated"]


def read_links(
    engine: Engine, extract: Mapping[str, Any], people: Any, numbers: Any | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the links of some people, and one trace for each NHS number of theirs.

    Of several traces one that was traced comes before one that was not, then the latest death. Of a
    trace `death_undated` says that the person is dead and that nobody knows since when: it is no
    day, but not life either.

    Parameters
    ----------
    people
        The engine's frame with `person`, and what else is wanted of them beside their links.
    numbers
        The engine's frame of further NHS numbers whose traces are wanted: `nhs_number`.
    """
    links = engine.keep(engine.join(extract["links"], people, ("person",)))
    wanted = links.select("nhs_number")
    wanted = wanted if numbers is None else wanted.union(numbers.select("nhs_number"))
    found = engine.join(extract["traces"], wanted.distinct(), ("nhs_number",), "left_semi")
    traces = engine.collect(found)
    undated = (traces["vital_status"] == DEAD) & traces["date_of_death"].isna()
    traces = traces.assign(death_undated=undated.fillna(False).astype(bool))
    order = ["nhs_number", "traced", "date_of_death", "death_undated"]
    traces = traces.sort_values(order, na_position="first")
    return engine.collect(links), traces.drop_duplicates("nhs_number", keep="last")


def trace_applications(applications: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return the applications, sorted, with what the trace says under the NHS number of each."""
    frame = applications.merge(traces[["nhs_number", *FATE]], on="nhs_number", how="left",
                               validate="m:1")  # fmt: skip
    frame["death_undated"] = frame["death_undated"].eq(True)  # no trace: not known to be dead
    return frame.sort_values("application_id", ignore_index=True)


def trace_people(links: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return `person`, `traced`, `date_of_death`, `death_undated` by each person's best link."""
    best = links.sort_values(["match_rank", "nhs_number"]).drop_duplicates("person")
    best = best.merge(traces, on="nhs_number", how="left", validate="m:1")
    return best[["person", *FATE]].assign(death_undated=best["death_undated"].eq(True))
