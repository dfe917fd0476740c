"""What the notebooks accept of words and figures; `check` asks it of the tables beforehand."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.contracts import ACTIVITIES, list_boards
from rareaccess.core.errors import UserError

__all__ = ["ENGLAND", "check_costs", "check_figures", "list_other_routes"]

ENGLAND = "England"


def list_other_routes(routes: pd.Series, named: Sequence[str]) -> list[str]:
    """Return the routes that a pair's settings do not name, each once; `none` where it is missing.

    Examples
    --------
    >>> list_other_routes(pd.Series(["IV", "oral", None, "oral"]), ["IV", "SC"])
    ['none', 'oral']
    """
    return sorted(set(routes[~routes.isin(list(named))].fillna("none").astype(str)))


def check_figures(expected: pd.DataFrame) -> None:
    """Stop at a figure of expected uptake that cannot be set beside the starts.

    Parameters
    ----------
    expected
        `low`, `high`, `geography`, `source`.

    Raises
    ------
    UserError
        A geography is neither England nor a region nor a board, or `low` is above `high`.

    Examples
    --------
    >>> check_figures(pd.DataFrame({"low": [1], "high": [3], "geography": ["London"],
    ...                             "source": ["nice-ta752"]}))
    """
    boards = list_boards()
    known = {ENGLAND, *(b.nhs_region for b in boards), *(b.icb_code for b in boards)}
    low, high = (expected[name].astype("Float64") for name in ("low", "high"))
    crossed = expected[(low > high).fillna(False)]
    if len(crossed):
        row = crossed.iloc[0]
        raise UserError(
            "An expected figure has a lower value above its upper one.",
            "table expected_uptake",
            found=f"{row['low']} above {row['high']}, of {row['source']}",
            expected="low to high",
            mend="Correct the row of the table.",
        )
    astray = expected.loc[~expected["geography"].isin(known), "geography"]
    if len(astray):
        raise UserError(
            "An expected figure is for a place that is not known.",
            "table expected_uptake, column geography",
            found=str(astray.iloc[0]),
            expected="England, an NHS region or the ONS code of a board",
            mend="Correct the row of the table.",
        )


def check_costs(unit_costs: pd.DataFrame) -> None:
    """Stop where a kind of hospital contact has no cost; a table without a row is none.

    Raises
    ------
    UserError
        A kind is missing.

    Examples
    --------
    >>> check_costs(pd.DataFrame({"activity": list(ACTIVITIES)}))
    """
    given = list(unit_costs["activity"])
    if not given or not set(ACTIVITIES) - set(given):
        return
    raise UserError(
        "A kind of hospital contact has no cost.",
        where="table unit_costs, column activity",
        found=", ".join(map(str, given)),
        expected=", ".join(ACTIVITIES),
        mend="Add the missing rows, or leave the table out.",
    )
