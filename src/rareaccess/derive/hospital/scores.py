"""Scores of severity of people at the landmark who are not treated, and how they were chosen."""

from typing import Any

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.params import Pair
from rareaccess.params.dated import months_before
from rareaccess.sources.engine import Engine

__all__ = ["build_scores"]

COLUMNS = {"study_id": "int64", "chosen": "str", "in_need": "bool", "weight": "float64"}
KEY = ["study_id", "chosen"]


def build_scores(
    engine: Engine, scores: Any, landmark: pd.DataFrame, *, pair: Pair
) -> pd.DataFrame:
    """Return the mart: the last score before the landmark of each person, by how they were chosen.

    Parameters
    ----------
    scores
        The engine's frame: `study_id`, `pair`, `measured`, `score`, `chosen`, `weight`.
    landmark
        As `build_landmark` returns it. Those treated later are left out: they were in need.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `chosen`, `in_need` (at or above the threshold of the section severity),
        `weight` (people for whom the person stands; 1 where it is not said). No rows without the
        sections eligibility and severity. Scores outside the scale of the form are left out.

    Raises
    ------
    UserError
        Some people chosen in one way have a weight and others have none, or one is not above zero.
    """
    need, scale = pair.eligibility, pair.severity
    if need is None or scale is None or landmark.empty:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    F = engine.F
    begin, end = months_before(need.landmark, need.lookback_months), need.landmark
    asked = scores.where(
        (F.col("pair") == pair.pair)
        & (F.col("measured") >= F.lit(str(begin)).cast("date"))
        & (F.col("measured") < F.lit(str(end)).cast("date"))
        & (F.col("score") >= float(scale.minimum)) & (F.col("score") <= float(scale.maximum))
        & F.col("chosen").isNotNull()
    )  # fmt: skip
    untreated = engine.stage(landmark.loc[~landmark["treated"], ["study_id"]])
    asked = engine.join(asked, untreated, ("study_id",), "left_semi")
    rows = engine.collect(
        asked.select(*KEY, "measured", F.col("score").cast("double").alias("score"),
                     F.col("weight").cast("double").alias("weight"))
    )  # fmt: skip
    last = rows.sort_values([*KEY, "measured", "score"]).drop_duplicates(KEY, keep="last")
    _check_weights(last)
    last = last.assign(in_need=last["score"] >= scale.threshold, weight=last["weight"].fillna(1.0))
    return last[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def _check_weights(last: pd.DataFrame) -> None:
    """Stop where the people chosen in one way do not all have a weight, or none of them."""
    known = last["weight"].notna().groupby(last["chosen"])
    mixed = known.any() & ~known.all()
    lacking = bool(mixed.any())
    if lacking or (last["weight"] <= 0).any():
        raise UserError(
            "Some scores have no weight that can be used.", where="scores.weight",
            found="people without one beside people with one" if lacking else "0 or less",
            expected="a number above zero for everybody who was chosen in the same way, or none",
            mend="Fill the column, or leave it out where all had the same chance.",
        )  # fmt: skip
