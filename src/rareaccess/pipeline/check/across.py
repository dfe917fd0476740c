"""Rules about several rows: keys that are unique, and values that another table has."""

from typing import Any

from rareaccess.contracts.rules import Rule
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["count_different", "count_double", "count_unknown"]


def count_different(engine: Engine, frame: Any, rule: Rule) -> int:
    """Count the different values of the column of a rule."""
    values = frame.where(engine.F.col(rule.column).isNotNull()).select(rule.column)
    return engine.count_rows(values.distinct())


def count_double(engine: Engine, frame: Any, rule: Rule) -> int:
    """Count the rows whose key an earlier row has; blank keys are not compared.

    Parameters
    ----------
    frame
        The table, with the columns of the key.
    """
    F = engine.F
    for name in rule.other:
        frame = frame.where(F.col(name).isNotNull())
    return engine.count_rows(frame) - engine.count_rows(frame.select(*rule.other).distinct())


def count_unknown(engine: Engine, frame: Any, rule: Rule, source: Source) -> tuple[int, str]:
    """Count the rows whose value the table referred to does not have; return the least such value.

    Parameters
    ----------
    frame
        The table, with the column of the rule.
    """
    F, (table, of) = engine.F, rule.other
    values = frame.where(F.col(rule.column).isNotNull()).groupBy(F.col(rule.column).alias("value"))
    values = values.agg(F.count("*").alias("n"))
    known = source.read(engine, table, (of,)).select(F.col(of).alias("value")).distinct()
    known = known.withColumn("known", F.lit(True))
    unknown = engine.join(values, known, ("value",), "left").where(F.col("known").isNull())
    n = F.coalesce(F.sum("n"), F.lit(0)).alias("n")
    row = engine.collect(unknown.agg(n, F.min("value").alias("least"))).iloc[0]
    return int(row["n"]), str(row["least"]) if row["n"] and not rule.private else ""
