"""Starts beside what others expected."""

import pandas as pd

from rareaccess.contracts import list_boards
from rareaccess.disclosure import Released, Shown, fmt, join_origins
from rareaccess.marts.accepted import ENGLAND, check_figures
from rareaccess.measures.statements import name_source

__all__ = ["ENGLAND", "compare_expected", "tell_expected"]

ON_TREATMENT = "people on treatment"
NAMES = {"from_date": "from", "to_date": "to"}


def compare_expected(
    expected: pd.DataFrame, starts: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Set every figure that was expected beside the starts in the same place and period.

    Parameters
    ----------
    expected
        The mart `expected_uptake`.
    starts
        The mart `uptake`: `study_id`, `start_date`.
    people
        The mart: `study_id`, `icb`, `nhs_region` of each treated person.

    Returns
    -------
    pandas.DataFrame
        `source` in words, `geography`, `from`, `to`, `measure`, `low`, `high`, and `observed`: the
        planned starts in the period or, where people on treatment were expected, all until its
        end.

    Raises
    ------
    UserError
        A geography is neither England nor a region nor a board, or `low` is above `high`.

    Notes
    -----
    People who stopped or died before the end of the period are among those who started: the number
    on treatment is at most the one observed. Figures are never averaged.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> expected = pd.DataFrame({"source": ["nice-ta752"], "geography": ["London"], "low": [1],
    ...     "high": [3], "measure": ["starts"], "from_date": day(["2020-01-01"]),
    ...     "to_date": day(["2020-12-31"])})
    >>> starts = pd.DataFrame({"study_id": [1, 2], "start_date": day(["2020-05-01", "2021-05-01"])})
    >>> people = pd.DataFrame({"study_id": [1, 2], "icb": None, "nhs_region": "London"})
    >>> int(compare_expected(expected, starts, people)["observed"].iloc[0])
    1
    """
    places = people.set_index("study_id")[["icb", "nhs_region"]].reindex(starts["study_id"])
    region, icb = (places[name].to_numpy() for name in ("nhs_region", "icb"))
    check_figures(expected)
    known = {board.nhs_region for board in list_boards()}, {b.icb_code for b in list_boards()}
    observed = []
    for row in expected.itertuples():
        inside = pd.Series(True, starts.index)
        if row.geography in known[0]:
            inside = pd.Series(region == row.geography, starts.index)
        elif row.geography in known[1]:
            inside = pd.Series(icb == row.geography, starts.index)
        inside &= starts["start_date"] <= row.to_date
        if row.measure != ON_TREATMENT:
            inside &= starts["start_date"] >= row.from_date
        observed.append(int(inside.sum()))
    columns = ["source", "geography", "from", "to", "measure", "low", "high", "observed"]
    named = expected.rename(columns=NAMES).assign(
        source=[name_source(key) for key in expected["source"]],
        observed=pd.Series(observed, expected.index, dtype="int64"),
    )
    return named[columns].astype({"low": "Float64", "high": "Float64"}).reset_index(drop=True)


def tell_expected(compared: Released) -> Shown:
    """Say each expected figure in a sentence, with what was observed and its source.

    Parameters
    ----------
    compared
        `compare_expected`, released.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"source": ["NICE, 2021"], "geography": ["England"], "low": [300.0],
    ...     "high": [500.0], "measure": ["starts"], "to": pd.to_datetime(["2023-01-31"]),
    ...     "observed": [170]})
    >>> released = protect(data, counts=["observed"], keys=["low", "high"], profile="internal")
    >>> tell_expected(released)
    'By 31 January 2023 in England 300 to 500 starts were expected (NICE, 2021), and 170 had \
started.'
    """
    told = []
    for row in compared.records():
        low, high = row["low"], fmt.n(row["high"])
        span = f"up to {high}" if low is None else high
        if low is not None and low.value != row["high"].value:
            span = f"{fmt.n(low)} to {high}"
        words = (
            f"By {fmt.date(row['to'])} in {row['geography']} {span} {row['measure']} were "
            f"expected ({row['source']}), and {fmt.n(row['observed'])} had started."
        )
        told.append(Shown(words).from_origin(join_origins([row["observed"]])))
    return fmt.sentences(told)
