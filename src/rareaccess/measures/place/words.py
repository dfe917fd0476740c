"""How the variation is split between places and the rest, in sentences of released values."""

from typing import Any

from rareaccess.disclosure import Hidden, Plain, Released, Shown, fmt
from rareaccess.measures.place.waits import MODELS

__all__ = ["number_places", "tell_place", "tell_rate", "tell_refused_models"]

SHARES = ("share", "share_lower", "share_upper")


def _find(places: Released, key: str) -> list[dict[str, Any]]:
    """Return the rows of a model as tokens; none where it is refused or hidden."""
    rows = [row for row in places.records() if row["key"] == key and not row["why"]]
    shown = all(not isinstance(row[name], Hidden) and row[name] is not None
                for row in rows for name in SHARES)  # fmt: skip
    return rows if shown else []


def _tell_share(row: dict[str, Any], level: str = "") -> Shown:
    return fmt.fill(
        "{share}% ({level}{low}% to {high}%)", level=Shown(level), share=fmt.num(row["share"]),
        low=fmt.num(row["share_lower"]), high=fmt.num(row["share_upper"]),
    )  # fmt: skip


def _tell_ratio(row: dict[str, Any]) -> Shown:
    value, low = (fmt.num(row[name], 2) for name in ("ratio", "ratio_lower"))
    if row["ratio_upper"] is None:
        return fmt.fill("{value} ({low} or more)", value=value, low=low)
    return fmt.fill("{value} ({low} to {high})", value=value, low=low,
                    high=fmt.num(row["ratio_upper"], 2))  # fmt: skip


def _judge(rows: list[dict[str, Any]]) -> Shown:
    """Return what the lower limits of the two kinds of place say, and no more."""
    if any(fmt.num(row["share_lower"]) != "0.0" for row in rows[:-1]):
        return Shown("By more than chance alone would often give, some places differ from others.")
    return Shown("That is compatible with no difference at all between places; nor does it exclude "
                 "differences up to the upper limits.")  # fmt: skip


def tell_place(places: Released) -> Shown:
    """Return the finding: of the time to the start, what share is place, and what is not.

    Parameters
    ----------
    places
        As `release_places` returns it.
    """
    rows = _find(places, "coded")
    if not rows:
        return Shown("Too few people started, or in too few places, to say how much of the time "
                     "to treatment is place.")  # fmt: skip
    return fmt.fill(
        "Of the variation in the time from the first code to the start, {trust} lies between the "
        "trusts that applied, {board} between integrated care boards, and {rest} is of the person "
        "or chance.",
        trust=_tell_share(rows[0], "95% interval "), board=_tell_share(rows[1]),
        rest=_tell_share(rows[2]),
    )  # fmt: skip


def tell_rate(places: Released) -> Shown:
    """Return what the rate of the whole cohort says, and what lower limits show."""
    coded, rate = _find(places, "coded"), _find(places, "rate")
    told = [_judge(coded)] if coded else []
    if rate:
        told.append(fmt.fill(
            "With those never treated, two nearest centres differ in the rate of starting by a "
            "factor of {centre} in the median, and two boards by {board}.",
            centre=_tell_ratio(rate[0]), board=_tell_ratio(rate[1]),
        ))  # fmt: skip
    none = Shown("Of the rate at which the whole cohort starts, nothing is estimated either.")
    return fmt.sentences(told) if told else none


def tell_refused_models(places: Released) -> Shown:
    """Return which models were not fitted, and why; that all were where none was refused."""
    reasons: dict[str, list[str]] = {}
    for row in places.records():
        if row["why"]:
            reasons.setdefault(row["why"], []).append(MODELS[row["key"]])
    if not reasons:
        return Shown("All of these models could be fitted.")
    return fmt.sentences([
        fmt.fill("**{models}**: not estimated. {why}", models=Plain("; ".join(names)),
                 why=Plain(why))
        for why, names in reasons.items()
    ])  # fmt: skip


def number_places(places: Released) -> dict[str, Any]:
    """Return the numbers of the book: shares of the time, and ratios of the rate; else missing.

    Parameters
    ----------
    places
        As `release_places` returns it.
    """
    coded, rate = _find(places, "coded"), _find(places, "rate")
    found = {f"{name}_pct": row["share"] for name, row in
             zip(("trust", "board", "rest"), coded, strict=False)}  # fmt: skip
    found |= {f"{name}_ratio": row["ratio"] for name, row in
              zip(("centre", "board"), rate, strict=False)}  # fmt: skip
    names = ("trust_pct", "board_pct", "rest_pct", "centre_ratio", "board_ratio")
    return {name: found.get(name) for name in names}
