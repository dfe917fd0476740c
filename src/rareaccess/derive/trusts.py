"""Codes of organisations: a site is its trust, and a trust that has merged is its successor."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rareaccess.contracts.model import LATE_CODE, SITE
from rareaccess.params import SourceParams
from rareaccess.sources.engine import Engine

__all__ = ["fold_site", "follow", "name_trusts", "succeed", "tell_apart"]


def follow(params: SourceParams) -> dict[str, str]:
    """Return the trust of today for each one that has merged, however often.

    Examples
    --------
    >>> from datetime import date
    >>> from rareaccess.params.settings import Successor
    >>> steps = {"RAA": Successor(to="RBB", **{"from": date(2015, 4, 1)}),
    ...          "RBB": Successor(to="RCC", **{"from": date(2020, 4, 1)})}
    >>> params = SourceParams(label="x", kind="csv", root="x", synthetic=True, successors=steps)
    >>> follow(params)
    {'RAA': 'RCC', 'RBB': 'RCC'}
    """
    final = {}
    for old, successor in params.successors.items():
        new = successor.to
        while new in params.successors:
            new = params.successors[new].to
        final[old] = new
    return final


def name_trusts(codes: pd.Series, successors: Mapping[str, str]) -> pd.Series:
    """Return the trust of today for codes of trusts and sites; another text stays what it is.

    A site has its trust's code with two characters more. The codes that are given out of late to
    other organisations, such as G6V2S, hold no trust's.

    Parameters
    ----------
    successors
        As `follow` returns them.

    Examples
    --------
    >>> codes = pd.Series(["RAA", "RAA01", " RBB ", "RCC02", "G6V2S", "A Hospital", None])
    >>> name_trusts(codes, {"RBB": "RAA", "RCC": "RDD"}).tolist()
    ['RAA', 'RAA', 'RAA', 'RDD', 'G6V2S', 'A Hospital', nan]
    """
    codes = codes.astype("str").str.strip()
    site = codes.str.fullmatch(SITE) & ~codes.str.fullmatch(LATE_CODE)
    trusts = codes.mask(site.eq(True), codes.str[:3])
    return trusts.replace(dict(successors)).astype("str")


def tell_apart(codes: pd.Series, successors: Mapping[str, str]) -> pd.Series:
    """Return why each code is not that under which it counts: site, merged, or missing.

    Examples
    --------
    >>> tell_apart(pd.Series(["RAA", "RAA01", "RBB01", None]), {"RBB": "RAA"}).tolist()
    [nan, 'site', 'merged', nan]
    """
    plain = codes.astype("str").str.strip()
    trusts = name_trusts(plain, {})
    why = pd.Series(None, codes.index, dtype="str").mask(trusts != plain, "site")
    return why.mask(trusts.isin(list(successors)), "merged").where(plain.notna())


def fold_site(engine: Engine, column: str) -> Any:
    """Return the expression of the trust of a site, as `name_trusts` folds it."""
    F, code = engine.F, engine.F.trim(engine.F.col(column))
    site = code.rlike(f"^{SITE}$") & ~code.rlike(f"^{LATE_CODE}$")
    return F.when((F.length(code) == 5) & site, F.substring(code, 1, 3)).otherwise(F.col(column))


def succeed(engine: Engine, frame: Any, column: str, successors: Mapping[str, str]) -> Any:
    """Return a frame whose column holds the trusts of today, as `name_trusts` names them."""
    frame = frame.withColumn(column, fold_site(engine, column))
    if not successors:
        return frame
    F = engine.F
    pairs = pd.DataFrame({column: list(successors), "today": list(successors.values())})
    joined = engine.join(frame, engine.stage(pairs.astype("str")), (column,), "left")
    return joined.withColumn(column, F.coalesce(F.col("today"), F.col(column))).drop("today")
