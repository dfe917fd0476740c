"""Whose application it is: the link from its NHS number to a person in HES, and the trace."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = ["name_people", "read_links", "trace_people"]

DEAD = "dead"  # vital_status
FATE = ["traced", "date_of_death", "death_undated"]


def read_links(engine: Engine, extract: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the links, and one trace for each NHS number: traced before not, the latest death.

    Of a trace `death_undated` says that the person is dead and that nobody knows since when: it is
    no day, but not life either.
    """
    traces = engine.collect(extract["traces"])
    undated = (traces["vital_status"] == DEAD) & traces["date_of_death"].isna()
    traces = traces.assign(death_undated=undated.fillna(False).astype(bool))
    order = ["nhs_number", "traced", "date_of_death", "death_undated"]
    traces = traces.sort_values(order, na_position="first")
    return engine.collect(extract["links"]), traces.drop_duplicates("nhs_number", keep="last")


def name_people(
    applications: pd.DataFrame, links: pd.DataFrame, traces: pd.DataFrame
) -> pd.DataFrame:
    """Return the applications with their person, link and date of death.

    Somebody without a link is a person of their own: by NHS number, else by application.
    """
    own = links[["nhs_number", "person", "match_rank"]]
    frame = applications.merge(own, on="nhs_number", how="left", validate="m:1")
    frame = frame.merge(traces[["nhs_number", *FATE]], on="nhs_number", how="left", validate="m:1")
    alone = ("nhs " + frame["nhs_number"]).fillna("application " + frame["application_id"])
    linked = frame["person"].notna() & frame["nhs_number"].notna()
    frame = frame.assign(person=frame["person"].where(linked, alone), linked=linked)
    frame["death_undated"] = frame["death_undated"].eq(True)  # no trace: not known to be dead
    return frame.sort_values("application_id", ignore_index=True)


def trace_people(links: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return `person`, `traced`, `date_of_death`, `death_undated` by each person's best link."""
    best = links.sort_values(["match_rank", "nhs_number"]).drop_duplicates("person")
    best = best.merge(traces, on="nhs_number", how="left", validate="m:1")
    return best[["person", *FATE]].assign(death_undated=best["death_undated"].eq(True))
