"""Starts beside what others expected, and beside each place's share of the need."""

from typing import Any

import pandas as pd

from rareaccess.contracts import list_boards
from rareaccess.disclosure import Hidden, Released, Shown, Statistic, fmt, join_origins
from rareaccess.marts.accepted import ENGLAND, check_figures
from rareaccess.measures.rates.intervals import limit_events
from rareaccess.measures.statements import name_source

__all__ = [
    "ENGLAND",
    "GAPS",
    "compare_expected",
    "count_by_place",
    "name_ends",
    "rate_need",
    "tell_expected",
]

ON_TREATMENT = "people on treatment"
NAMES = {"from_date": "from", "to_date": "to"}
ENOUGH = 10  # starts a board, on average, from which boards are told apart
GAPS = ("ratio", "lower", "upper")
"""The statistics that `rate_need` adds."""


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


def count_by_place(
    treated: pd.DataFrame, cohort: pd.DataFrame, need: pd.DataFrame, *, basis: str
) -> pd.DataFrame:
    """Count starts by board, or by region where starts are few, beside the share of the need.

    Parameters
    ----------
    treated, cohort
        People: `icb`, `nhs_region`. The cohort gives the need where `basis` is empty.
    need
        The mart `need_share`.
    basis
        Which of its bases.

    Returns
    -------
    pandas.DataFrame
        `place`, `region`, `starts`, `share` of the need (0 to 1), by region and board. People whose
        place is not known are in no row, and shares are of the places that are known.

    Notes
    -----
    The treated are a part of the cohort. A share of patients is no share of those who are eligible.

    Examples
    --------
    >>> boards = ["E54000008", "E54000008", "E54000010"]
    >>> people = pd.DataFrame({"icb": boards, "nhs_region": ["North West"] * 2 + ["Midlands"]})
    >>> found = count_by_place(people[:1], people, pd.DataFrame(), basis="")
    >>> found.loc[found["share"] > 0, ["place", "starts"]].values.tolist()
    [['Midlands', 0], ['North West', 1]]
    """
    boards = pd.DataFrame([vars(board) for board in list_boards()]).set_index("icb_code")
    starts = treated["icb"].value_counts().reindex(boards.index, fill_value=0)
    if basis:
        own = need[need["basis"] == basis].set_index("icb")["share"]
        weights = own.reindex(boards.index).fillna(0.0).astype("float64")
    else:
        weights = cohort["icb"].value_counts().reindex(boards.index, fill_value=0).astype("float64")
    frame = pd.DataFrame(
        {
            "place": boards["short_name"],
            "region": boards["nhs_region"],
            "starts": starts.astype("int64"),
            "share": weights / max(weights.sum(), 1e-12),
        }
    )
    if starts.sum() < ENOUGH * len(boards):
        frame = frame.groupby("region", as_index=False)[["starts", "share"]].sum()
        frame = frame.assign(place=frame["region"])
    order = ["place", "region", "starts", "share"]
    return frame.sort_values(["region", "place"], ignore_index=True)[order]


def rate_need(places: Released) -> Released:
    """Ratio of the starts of each place to those its share of the need would give, with 95% limits.

    The limits are those of the count of starts (exact below ten, else Byar's); the share is taken
    as known. Where the starts are hidden, so is the ratio.

    Parameters
    ----------
    places
        `count_by_place`, released: `starts`, `share`.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"place": ["A", "B"], "starts": [30, 10], "share": [0.5, 0.5]})
    >>> released = protect(data, counts=["starts"], keys=["share"], profile="internal")
    >>> [round(one.value, 2) for one in rate_need(released).values("ratio")]
    [1.5, 0.5]
    """
    shown = [row["starts"] for row in places.records()]
    total = sum(one.value for one in shown if not isinstance(one, Hidden))

    def way(row: dict[str, Any]) -> dict[str, float] | Hidden | None:
        starts, share = row["starts"], row["share"]
        if isinstance(starts, Hidden):
            return Hidden()
        expected = total * share.value  # a key, which is a `Plain`
        if expected <= 0:
            return None
        n = starts.value
        lower, upper, _ = limit_events(n, confidence=0.95, profile="phe")
        return {name: float(value) / expected
                for name, value in zip(GAPS, (n, lower, upper), strict=True)}  # fmt: skip

    return places.with_statistics(GAPS, way)


def name_ends(rated: Released) -> dict[str, Shown]:
    """Name the places with the lowest and the highest ratio, and count the clear ones.

    Parameters
    ----------
    rated
        As `rate_need` gives it.

    Returns
    -------
    dict
        `low` and `high`: the place with its ratio and interval; `places` with a ratio, and `clear`:
        those whose interval does not hold one.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"place": ["A", "B"], "starts": [30, 10], "share": [0.5, 0.5]})
    >>> released = protect(data, counts=["starts"], keys=["share"], profile="internal")
    >>> name_ends(rate_need(released))["low"], name_ends(rate_need(released))["clear"]
    ('B (0.50, 0.24 to 0.92)', '2')
    """
    rows = [row for row in rated.records() if isinstance(row["ratio"], Statistic)]
    if not rows:
        return dict.fromkeys(["low", "high"], Shown("not known")) | dict.fromkeys(
            ["places", "clear"], Shown("none")
        )
    rows.sort(key=lambda row: row["ratio"].value)
    origin = join_origins(row["ratio"] for row in rows)

    def tell(row: dict[str, Any]) -> Shown:
        ratio, lower, upper = (fmt.num(row[name], 2) for name in GAPS)
        return Shown(f"{row['place']} ({ratio}, {lower} to {upper})").from_origin(origin)

    clear = sum(not row["lower"].value <= 1 <= row["upper"].value for row in rows)
    counts = {"places": len(rows), "clear": clear}
    told = {name: Shown(fmt.whole(n)).from_origin(origin) for name, n in counts.items()}
    return {"low": tell(rows[0]), "high": tell(rows[-1]), **told}
