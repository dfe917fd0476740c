"""The findings of the check of the tables, as a mart: which rules are broken, by how many rows."""

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.params import Pair
from rareaccess.pipeline.check import CheckReport

__all__ = ["list_broken"]

OF_A_PAIR = "centres.service.count"  # compares with the number that one pair expects
COLUMNS = ("table", "rule", "expected", "n", "rows", "severity")


def list_broken(report: CheckReport, pair: Pair) -> pd.DataFrame:
    """Return one row a broken rule, and one for each table of which no rule is broken.

    Parameters
    ----------
    report
        What the check found; the example of a broken rule is left out.
    pair
        The pair whose number of centres may differ; those of other pairs are left out.

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
    own = [f for f in report.findings if f.rule != OF_A_PAIR or f.example == pair.centres.service]
    rows: list[tuple[object, ...]] = []
    for table in (name for name in CONTRACTS if name in report.rows):
        broken = [f for f in own if f.table == table]
        rows += [(table, f.rule, f.expected, f.n, f.rows, f.severity) for f in broken]
        rows += [] if broken else [(table, None, None, 0, report.rows[table], None)]
    texts = dict.fromkeys(("table", "rule", "expected", "severity"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(texts)
