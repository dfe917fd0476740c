"""The findings of the check of the tables, as a mart: which rules are broken, by how many rows."""

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.rules import list_ids
from rareaccess.params import Pair
from rareaccess.pipeline.check import CheckReport

__all__ = ["list_broken"]

OF_A_PAIR = "centres.service.count"  # compares with the number that one pair expects
OF_PAIRS = tuple(rule for rule in list_ids() if rule.endswith(".pair"))  # one finding a pair
COLUMNS = ("table", "rule", "expected", "n", "rows", "severity")


def list_broken(report: CheckReport, pair: Pair) -> pd.DataFrame:
    """Return one row a broken rule, and one for each table of which no rule is broken.

    Parameters
    ----------
    report
        What the check found; the example of a broken rule is left out.
    pair
        The pair whose number of centres may differ, or whose codes may not occur; what is told of
        other pairs is left out.

    Examples
    --------
    >>> from rareaccess.pipeline.check import Finding
    >>> from rareaccess.params import load_pair
    >>> found = [Finding("op.SEX.code", "op", "SEX", "one of 1, 2", 1, 8, "warning", example="7")]
    >>> frame = list_broken(CheckReport({"apc": 3, "op": 8}, found), load_pair("sle-belimumab"))
    >>> frame[["table", "rule", "n", "rows"]]
      table         rule  n  rows
    0   apc          NaN  0     3
    1    op  op.SEX.code  1     8
    """
    theirs = {OF_A_PAIR: pair.centres.service} | dict.fromkeys(OF_PAIRS, pair.pair)
    own = [f for f in report.findings if f.example == theirs.get(f.rule, f.example)]
    rows: list[tuple[object, ...]] = []
    for table in (name for name in CONTRACTS if name in report.rows):
        broken = [f for f in own if f.table == table]
        rows += [(table, f.rule, f.expected, f.n, f.rows, f.severity) for f in broken]
        rows += [] if broken else [(table, None, None, 0, report.rows[table], None)]
    texts = dict.fromkeys(("table", "rule", "expected", "severity"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(texts)
