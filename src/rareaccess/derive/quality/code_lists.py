"""What each list of codes of a condition finds, and whom it would add to the cohort."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from rareaccess.derive.cohort import name_alive_reasons
from rareaccess.derive.hospital.records import in_windows
from rareaccess.derive.linkage import read_links, trace_people
from rareaccess.params import Pair
from rareaccess.sources.engine import Engine

__all__ = ["build_code_lists", "count_code_lists", "find_lists", "list_beyond"]


def build_code_lists(engine: Engine, extract: Mapping[str, Any], pair: Pair) -> pd.DataFrame:
    """Return the mart of the lists of codes, from the extract."""
    lists = find_lists(engine, extract["codes"].where(in_windows(engine, pair)), pair)
    alive = _find_alive(engine, extract, list_beyond(lists), pair)
    return count_code_lists(lists, pair, alive=alive)


def find_lists(engine: Engine, codes: Any, pair: Pair) -> dict[str, pd.DataFrame]:
    """Return the people whom each list of codes finds: name of the list -> `person`, `kind`.

    Parameters
    ----------
    codes
        The extract `codes`, inside the pair's windows.
    """
    icd10, found = pair.condition.icd10, {}
    for name in icd10.used:
        rows = codes.where(engine.starts_with("code", getattr(icd10, name)))
        found[name] = engine.collect(rows.select("person", "kind").distinct())
    return found


def list_beyond(found: Mapping[str, pd.DataFrame]) -> list[str]:
    """List everybody whom another list finds and the narrow one does not, sorted.

    Examples
    --------
    >>> list_beyond({name: pd.DataFrame({"person": people}) for name, people in
    ...     {"narrow": ["a"], "broad": ["a", "c"], "orphan": ["b"]}.items()})
    ['b', 'c']
    """
    every = {person for rows in found.values() for person in rows["person"]}
    return sorted(every - set(found["narrow"]["person"]))


def count_code_lists(
    found: Mapping[str, pd.DataFrame], pair: Pair, *, alive: Collection[str]
) -> pd.DataFrame:
    """Count the people whom each list finds, those whom the narrow list misses, and those alive.

    Parameters
    ----------
    found
        As `find_lists` returns it.
    alive
        Those of `list_beyond` who were alive when the drug was approved: with the codes of the
        list they would be in the cohort.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> found = {"narrow": pd.DataFrame({"person": ["a", "a"], "kind": ["apc", "op"]}),
    ...     "broad": pd.DataFrame({"person": ["a", "b"], "kind": ["apc", "op"]})}
    >>> counts = count_code_lists(found, load_pair("sle-belimumab"), alive=["b"])
    >>> counts[["list", "people", "beyond_narrow", "would_join"]].to_numpy().tolist()
    [['narrow', 1, 0, 0], ['broad', 2, 1, 1]]
    """
    beyond = set(list_beyond(found))
    rows = []
    for name, people in found.items():
        added = set(people["person"]) & beyond
        rows.append(
            {
                "list": name,
                "codes": " ".join(getattr(pair.condition.icd10, name)),
                "people_apc": int((people["kind"] == "apc").sum()),
                "people_op": int((people["kind"] == "op").sum()),
                "people": people["person"].nunique(),
                "beyond_narrow": len(added),
                "would_join": len(added & set(alive)),
            }
        )
    return pd.DataFrame(rows)


def _find_alive(
    engine: Engine, extract: Mapping[str, Any], persons: list[str], pair: Pair
) -> list[str]:
    """Return those of some people who were alive when the drug was approved, as the cohort asks."""
    F = engine.F
    wanted = engine.stage(pd.DataFrame({"person": persons}, dtype="str"))
    records = engine.join(extract["records"], wanted, ("person",), "left_semi")
    valid = F.col("finished") & (F.col("copy") == 1) & in_windows(engine, pair)
    last = records.where(valid).groupBy("person").agg(F.max("day").alias("last_day"))
    traced = trace_people(*read_links(engine, extract, wanted))
    people = engine.collect(last).merge(traced, how="left")
    return people.loc[name_alive_reasons(people, pair=pair).isna(), "person"].tolist()
