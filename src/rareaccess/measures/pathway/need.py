"""Starts beside each place's share of the need."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rareaccess.contracts import list_boards
from rareaccess.disclosure import (
    Count,
    Hidden,
    Plain,
    Population,
    Released,
    Shown,
    Statistic,
    fmt,
    join_origins,
)
from rareaccess.measures.rates.intervals import limit_events
from rareaccess.study import Study

__all__ = [
    "ELSEWHERE",
    "GAPS",
    "count_by_place",
    "name_ends",
    "rate_need",
    "rate_places",
    "tell_need",
]

ENOUGH = 10  # starts a board, on average, from which boards are told apart
GAPS = ("ratio", "lower", "upper")
"""The statistics that `rate_need` adds."""
ELSEWHERE = "no share of the need, or place not known"
"""The row of those who started in none of the places."""


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
        Which of its bases. A board that it does not list, or lists with a share of nought, takes no
        part.

    Returns
    -------
    pandas.DataFrame
        `place`, `region`, `starts`, `share` of the need (0 to 1), by region and board; the shares
        add up to one. In the last row, `ELSEWHERE`, are those who started in none of these places,
        and it has no share: the rows add up to the treated.

    Notes
    -----
    The treated are a part of the cohort. A share of patients is no share of those who are eligible.

    Examples
    --------
    >>> boards = ["E54000008", "E54000008", "E54000010", None]
    >>> regions = ["North West"] * 2 + ["Midlands", None]
    >>> people = pd.DataFrame({"icb": boards, "nhs_region": regions})
    >>> need = pd.DataFrame({"basis": ["b"], "icb": ["E54000008"], "share": [0.4]})
    >>> found = count_by_place(people, people, need, basis="b")
    >>> found[["place", "starts", "share"]].values.tolist()
    [['North West', 2, 1.0], ['no share of the need, or place not known', 2, nan]]
    """
    boards = pd.DataFrame([vars(board) for board in list_boards()]).set_index("icb_code")
    if basis:
        own = need[need["basis"] == basis].set_index("icb")["share"].astype("float64")
        weights = own[own > 0].reindex(boards.index).dropna()
    else:
        weights = cohort["icb"].value_counts().reindex(boards.index, fill_value=0).astype("float64")
    listed = boards.loc[weights.index]
    starts = treated["icb"].value_counts().reindex(weights.index, fill_value=0)
    frame = pd.DataFrame(
        {
            "place": listed["short_name"],
            "region": listed["nhs_region"],
            "starts": starts.astype("int64"),
            "share": weights / max(weights.sum(), 1e-12),
        }
    )
    if starts.sum() < ENOUGH * len(listed):
        frame = frame.groupby("region", as_index=False)[["starts", "share"]].sum()
        frame = frame.assign(place=frame["region"])
    order = ["place", "region", "starts", "share"]
    rest = {"place": ELSEWHERE, "region": ELSEWHERE, "starts": len(treated) - int(starts.sum())}
    frame = frame.sort_values(["region", "place"], ignore_index=True)[order]
    return pd.concat([frame, pd.DataFrame([rest]).reindex(columns=order)], ignore_index=True)


def _share_out(places: Released) -> tuple[float, float, bool]:
    """Return the starts and the need to which ratios are, and whether of shown places only.

    Where a count is hidden, the total is that of the released population less those elsewhere, if
    both are shown; else the hidden places are left out of the starts and of the need alike.
    """
    rows = places.records()
    inside = [row for row in rows if row["share"] is not None and row["share"].value > 0]
    known = [row for row in inside if not isinstance(row["starts"], Hidden)]
    total = sum(row["starts"].value for row in known)
    if len(known) == len(inside):
        return total, sum(row["share"].value for row in inside), False
    own = places.population
    own = own if own is None or isinstance(own, Population) else own.get("starts")
    outside = [row["starts"] for row in rows if row not in inside]
    told = not any(isinstance(one, Hidden) for one in outside)
    if told and own is not None and isinstance(own.n, Count):
        rest = own.n.value - sum(one.value for one in outside)
        return max(rest, total), sum(row["share"].value for row in inside), False
    return total, sum(row["share"].value for row in known), True


def rate_need(places: Released) -> Released:
    """Ratio of the starts of each place to those its share of the need would give, with 95% limits.

    The limits are those of the count of starts (exact below ten, else Byar's); the share is taken
    as known. Where the starts are hidden, so is the ratio. The starts that are shared out are those
    in places with a share of the need; so the ratios, weighted by these shares, have a mean of one.

    Parameters
    ----------
    places
        `count_by_place`, released: `starts`, `share`.

    Notes
    -----
    With a hidden count the total is that of the population, if that is shown. Otherwise the ratios
    are to the places that are shown, in starts and in need.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"place": ["A", "B"], "starts": [30, 10], "share": [0.5, 0.5]})
    >>> released = protect(data, counts=["starts"], keys=["share"], profile="internal")
    >>> [round(one.value, 2) for one in rate_need(released).values("ratio")]
    [1.5, 0.5]
    """
    total, need, _ = _share_out(places)

    def way(row: dict[str, Any]) -> dict[str, float] | Hidden | None:
        starts, share = row["starts"], row["share"]
        if share is None or share.value <= 0:  # a key, which is a `Plain`
            return None
        if isinstance(starts, Hidden):
            return Hidden()
        expected = total * share.value / need
        if expected <= 0:
            return None
        n = starts.value
        lower, upper, _ = limit_events(n, confidence=0.95, profile="phe")
        return {name: float(value) / expected
                for name, value in zip(GAPS, (n, lower, upper), strict=True)}  # fmt: skip

    return places.with_statistics(GAPS, way)


def rate_places(
    study: Study, people: pd.DataFrame, need: pd.DataFrame, label: str, *, broad: bool,
    population: Population, **about: str,
) -> dict[str, Released]:  # fmt: skip
    """Return `rate_need` of every basis of the need that the source has, by its words.

    Parameters
    ----------
    study
        The door.
    people, need
        The marts people and need_share.
    label
        Of the first; the others count on behind a hyphen.
    broad
        Whether the codes also find many people without the condition.
    population
        The treated.

    Returns
    -------
    dict
        Without a table of the need the only one is that of the cohort, under an empty name; where
        the codes are too broad, there is none then.
    """
    bases: Sequence[str] = sorted(set(need["basis"])) or ([] if broad else [""])
    found = {}
    for number, basis in enumerate(bases):
        counted = count_by_place(people[people["treated"]], people, need, basis=basis)
        by_region = counted["place"].equals(counted["region"])
        found[basis] = rate_need(study.release(
            counted, f"{label}-{number + 1}" if number else label, counts=["starts"],
            population=population, keys=["share"], dimension="characteristic, place",
            area="regions" if by_region else "boards", **about,
            caveat=f"The need is the share of {basis}" if basis else "The need is the share of the "
            "cohort, of whom most may not have needed the drug",
        ))  # fmt: skip
    return found


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


def tell_need(rated: dict[str, Released]) -> Shown:
    """Return the lowest and the highest ratio by each basis of the need, and who is in no place.

    Parameters
    ----------
    rated
        As `rate_places` gives it.

    Examples
    --------
    >>> from rareaccess.disclosure import protect
    >>> data = pd.DataFrame({"place": ["A", "B", ELSEWHERE], "starts": [30, 10, 2],
    ...                      "share": [0.5, 0.5, None]})
    >>> released = protect(data, counts=["starts"], keys=["share"], profile="internal")
    >>> print(tell_need({"patients": rate_need(released)}))
    By the share of patients, the ratio of starts to the need is lowest in B (0.50, 0.24 to 0.92) \
and highest in A (1.50, 1.01 to 2.14). Of 2 places, 2 lie further from one than the interval \
allows; by chance alone about one in twenty would. Of those who started, 2 are in none of \
these places: they live where no share of the need is given, or their place is not known.
    """
    told = []
    for basis, places in rated.items():
        ends = name_ends(places)
        told.append(fmt.fill(
            "By the share of {basis}, the ratio of starts to the need is lowest in {low} and "
            "highest in {high}. Of {places} places, {clear} {lie} further from one than the "
            "interval allows; by chance alone about one in twenty would.",
            basis=Plain(basis or "the cohort"), **ends,
            lie=Plain("lies" if ends["clear"] == "1" else "lie"),
        ))  # fmt: skip
        if _share_out(places)[2]:
            told.append(Shown("Places whose starts are hidden take no part, in starts and need."))
        outside = places.value("starts", place=ELSEWHERE)
        if isinstance(outside, Hidden) or outside.value:
            told.append(fmt.fill(
                "Of those who started, {n} are in none of these places: they live where no share "
                "of the need is given, or their place is not known.", n=fmt.n(outside),
            ))  # fmt: skip
    return fmt.sentences(told)
