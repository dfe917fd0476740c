"""Whose pseudonyms are one person: links of an NHS number, the best of them, and ties of the best.

HES gives a person a second pseudonym when the details on a record do not agree with those on an
earlier one. An NHS number that is linked equally well to several pseudonyms is the sign of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["Links", "group_pseudonyms", "name_persons", "rank_links", "unite"]

MOST = 10  # pseudonyms of one person; a number with more stands for nobody


@dataclass(frozen=True)
class Links:
    """The links of every NHS number, in the engine.

    Parameters
    ----------
    best
        One row a number, least rank, ties by the smallest pseudonym: `nhs_number`, `PSEUDO_HESID`,
        `match_rank`.
    further
        Its links to other pseudonyms: `nhs_number`, `PSEUDO_HESID` (of the best), `other`, `tied`
        (as good as the best, and of a rank that unites).
    """

    best: Any
    further: Any


def rank_links(source: Source, engine: Engine) -> Links:
    """Read the linkage, and rank the links of each NHS number."""
    F, ranks = engine.F, source.params.unite_ranks
    whose = engine.window.partitionBy("nhs_number")
    order = whose.orderBy(
        F.col("match_rank").asc_nulls_last(), F.col("PSEUDO_HESID").asc_nulls_last()
    )
    known = F.col("PSEUDO_HESID").isNotNull() & F.col("nhs_number").isNotNull()
    rows = source.read(engine, "linkage").where(known)
    rows = rows.select("nhs_number", "PSEUDO_HESID", "match_rank")
    rows = rows.withColumn("least", F.min("match_rank").over(whose))
    rows = engine.keep(rows.withColumn("place", F.row_number().over(order)))
    best = rows.where(F.col("place") == 1).select("nhs_number", "PSEUDO_HESID", "match_rank")
    equal = (F.col("match_rank") == F.col("least")) & (F.col("match_rank") <= ranks)
    tied = F.max(F.when(equal, 1).otherwise(0)).alias("tied")
    others = rows.where(F.col("place") > 1)
    others = others.groupBy("nhs_number", F.col("PSEUDO_HESID").alias("other")).agg(tied)
    both = engine.join(others, best.drop("match_rank"), ("nhs_number",))
    further = both.where(F.col("other") != F.col("PSEUDO_HESID"))
    return Links(best, engine.keep(further.withColumn("tied", F.col("tied") == 1)))


def unite(engine: Engine, links: Links, people: Any) -> pd.DataFrame:
    """Find the pseudonyms that are one person with any of some people.

    Parameters
    ----------
    people
        `PSEUDO_HESID` of people of interest.

    Returns
    -------
    pandas.DataFrame
        `PSEUDO_HESID`, `person` (the smallest of this person's pseudonyms), `pseudonyms` (how
        many): one row for each pseudonym of a person with several.
    """
    F = engine.F
    tied = links.further.where(F.col("tied"))
    every = tied.select("nhs_number", F.col("other").alias("PSEUDO_HESID"))
    every = engine.keep(every.union(tied.select("nhs_number", "PSEUDO_HESID")).distinct())
    found, asked = pd.DataFrame({"nhs_number": [], "PSEUDO_HESID": []}, dtype="str"), people
    while engine.count_rows(every):
        numbers = engine.join(every, asked, ("PSEUDO_HESID",), "left_semi").select("nhs_number")
        theirs = engine.join(every, numbers.distinct(), ("nhs_number",), "left_semi")
        before, found = len(found), engine.collect(theirs)
        if len(found) == before:
            break
        asked = engine.stage(found[["PSEUDO_HESID"]].drop_duplicates())
    return group_pseudonyms(zip(found["nhs_number"], found["PSEUDO_HESID"], strict=True))


def group_pseudonyms(links: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Return the person of each pseudonym: all that a chain of numbers connects are one.

    A chain of more than ten pseudonyms is nobody's: its number is one that stands for many, such
    as for those without one. They are not united.

    Parameters
    ----------
    links
        NHS number and pseudonym, of numbers whose best links are tied.

    Returns
    -------
    pandas.DataFrame
        As `unite` returns it.

    Examples
    --------
    >>> links = [("N1", "b"), ("N1", "a"), ("N2", "b"), ("N2", "c"), ("N3", "d")]
    >>> group_pseudonyms(links).to_numpy().tolist()
    [['a', 'a', 3], ['b', 'a', 3], ['c', 'a', 3]]
    """
    parent: dict[str, str] = {}

    def find(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = one = parent[parent[one]]
        return one

    first: dict[str, str] = {}
    for number, pseudonym in sorted(links):
        least, other = sorted((find(first.setdefault(number, pseudonym)), find(pseudonym)))
        parent[other] = least
    frame = pd.DataFrame({"PSEUDO_HESID": sorted(parent)}, dtype="str")
    frame["person"] = frame["PSEUDO_HESID"].map(find).astype("str")
    frame["pseudonyms"] = frame.groupby("person")["person"].transform("size").astype("int64")
    several = frame["pseudonyms"].between(2, MOST)
    return frame[several].reset_index(drop=True)


def name_persons(engine: Engine, frame: Any, united: pd.DataFrame) -> Any:
    """Return a frame with `person`, whose the pseudonym is: of most people the pseudonym itself.

    Parameters
    ----------
    frame
        `PSEUDO_HESID`, and what else there is.
    united
        As `unite` returns it.
    """
    F = engine.F
    if united.empty:
        return frame.withColumn("person", F.col("PSEUDO_HESID"))
    names = united[["PSEUDO_HESID", "person"]].rename(columns={"person": "united"})
    joined = engine.join(frame, engine.stage(names), ("PSEUDO_HESID",), "left")
    person = F.coalesce(F.col("united"), F.col("PSEUDO_HESID"))
    return joined.withColumn("person", person).drop("united")
