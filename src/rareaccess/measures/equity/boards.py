"""Starts by integrated care board: how far boards differ, and whether by more than chance."""

import pandas as pd

from rareaccess.contracts import list_boards
from rareaccess.measures.equity.denominators import Strata
from rareaccess.measures.tidy import HIDDEN, NAN
from rareaccess.measures.variation import (
    estimate_extremal_quotient,
    estimate_scv,
    limit_funnel,
    shrink_ratios,
)

__all__ = [
    "NO_VARIATION",
    "VARIATION",
    "expect_starts",
    "rate_boards",
    "shrink_starts",
    "summarise_variation",
]

VARIATION = {
    "SCV": "Systematic component of variation",
    "fold": "Highest over lowest board after shrinkage",
    "above": "Boards above the funnel (99.8%)",
    "below": "Boards below the funnel (99.8%)",
}
"""The measures of `summarise_variation`, in their order, and their words."""
OUTER = 0.998
WIDEST = 1_000.0
NO_VARIATION = "not given: no true variation is estimated"
ENDLESS = f"not given: the interval goes beyond {WIDEST:,.0f}, since boards have next to no starts"
NO_STARTS = "not given: no start is shown of people whose group, sex and age are known"
ALONE = "not given: there are not two boards"


def expect_starts(strata: Strata, starts: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Return starts of areas or groups beside those expected at the rates of all, by sex and age.

    Areas that are hidden take no part in the rates, so that those shown do not tell of them; the
    expected starts of the shown sum to their observed ones, rounded or not.

    Parameters
    ----------
    strata, starts
        As in `rate_boards`.

    Returns
    -------
    tuple
        `area`, `observed` (NaN where hidden), `expected`; and the counts as they may be shown.
    """
    sizes = strata.sizes
    shown = starts.reindex(sizes.index).astype("Float64")
    known = shown.notna().to_numpy()
    own = sizes[known].sum()
    rates = (strata.starts[known].sum() / own.where(own > 0)).fillna(0.0)
    expected = (sizes * rates).sum(axis=1).to_numpy()
    total, at_rates = float(shown.sum()), float(expected[known].sum())
    frame = pd.DataFrame(
        {"area": sizes.index, "observed": shown.to_numpy("float64", na_value=NAN),
         "expected": expected * (total / at_rates if at_rates > 0 else 1.0)}
    )  # fmt: skip
    return frame, shown


def shrink_starts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the empirical-Bayes ratio of each area, missing where it cannot be made of all.

    Parameters
    ----------
    frame
        Of `expect_starts`.

    Returns
    -------
    DataFrame
        `shrunk`, `shrunk_lower`, `shrunk_upper`, by the index of `frame`. An area in which no
        starts are expected takes no part; where one is hidden, nothing is shrunken.
    """
    usable = frame[frame["expected"] > 0]
    names = {"value": "shrunk", "lower": "shrunk_lower", "upper": "shrunk_upper"}
    if not _can_compare(usable):
        return pd.DataFrame(NAN, index=frame.index, columns=list(names.values()))
    found = shrink_ratios(usable).set_index("area")[list(names)].rename(columns=names)
    return found.reindex(frame["area"]).set_axis(frame.index)


def _can_compare(usable: pd.DataFrame) -> bool:
    """Return whether every area has a count, there are starts, and there is another area."""
    known = usable["observed"]
    return bool(known.notna().all() and known.sum() > 0 and len(usable) > 1)


def rate_boards(strata: Strata, starts: pd.Series) -> pd.DataFrame:
    """Return the starts of each board beside those expected at England's rates by sex and age.

    Parameters
    ----------
    strata
        Under one denominator, divided by board.
    starts
        Starts of each board as they may be shown, by its code; missing where hidden.

    Returns
    -------
    DataFrame
        `key`, `code` (ODS), `board`, `region`, `denominator`, `starts`, `expected`, `ratio`,
        `shrunk`, `shrunk_lower`, `shrunk_upper` (empirical Bayes), `lower`, `upper` (funnel of
        99.8%), `flag`. Where a board is hidden, there is neither a shrunken ratio nor a funnel,
        and expected starts are those at the rates of the boards that are shown. A board where
        none are expected has no ratio and takes no part in the others.
    """
    frame, shown = expect_starts(strata, starts)
    usable = frame[frame["expected"] > 0]
    funnel = pd.DataFrame({"lower": NAN, "upper": NAN, "flag": ""}, index=frame["area"])
    if _can_compare(usable):
        funnel = limit_funnel(usable, kind="ratio", confidence=[OUTER]).set_index("area")
    boards = {board.icb_code: board for board in list_boards()}
    own = [boards[key] for key in frame["area"]]
    return pd.DataFrame(
        {
            "key": frame["area"],
            "code": [board.ods_code for board in own],
            "board": [board.short_name for board in own],
            "region": [board.nhs_region for board in own],
            "denominator": strata.denominator.words,
            "starts": pd.array(shown.to_numpy(), dtype="Float64").astype("Int64"),
            "expected": frame["expected"],
            "ratio": frame["observed"] / frame["expected"].where(frame["expected"] > 0),
            **shrink_starts(frame),
            "lower": funnel["lower"].reindex(frame["area"]).to_numpy(),
            "upper": funnel["upper"].reindex(frame["area"]).to_numpy(),
            "flag": funnel["flag"].reindex(frame["area"]).fillna("").astype("str").to_numpy(),
        }
    )


def _take_fold(fold: pd.Series) -> tuple[float, float, float, float, str]:
    """Return the fold difference; none where no true variation is found, or no end to it."""
    if fold["lower"] == fold["upper"]:
        return NAN, NAN, NAN, NAN, NO_VARIATION
    if not fold["upper"] < WIDEST:
        return NAN, NAN, NAN, NAN, ENDLESS
    return float(fold["value"]), float(fold["lower"]), float(fold["upper"]), NAN, ""


def summarise_variation(boards: pd.DataFrame) -> pd.DataFrame:
    """Return how far the boards differ under one denominator, and whether by more than chance.

    Returns
    -------
    DataFrame
        `measure`, `words`, `denominator`, `value`, `lower`, `upper`, `p` (of the systematic
        component of variation: of as much by chance), `note` (why a value is missing), `starts`,
        `boards`.
    """
    usable = boards[boards["expected"] > 0]
    base = {"denominator": boards["denominator"].iloc[0], "starts": int(boards["starts"].sum()),
            "boards": len(usable)}  # fmt: skip
    blank = dict.fromkeys(VARIATION, (NAN, NAN, NAN, NAN, HIDDEN))
    rows = blank
    if not boards["starts"].sum():
        rows = dict.fromkeys(VARIATION, (NAN, NAN, NAN, NAN, NO_STARTS))
    elif boards["starts"].notna().all() and len(usable) < 2:
        rows = dict.fromkeys(VARIATION, (NAN, NAN, NAN, NAN, ALONE))
    elif boards["starts"].notna().all():  # of a hidden board the expected are hidden as well
        frame = pd.DataFrame(
            {"observed": usable["starts"].astype("float64"),
             "expected": usable["expected"].astype("float64")}
        )  # fmt: skip
        scv = estimate_scv(frame).iloc[0]
        fold = estimate_extremal_quotient(frame).set_index("measure").loc["true"]
        rows = {
            "SCV": (scv["value"], scv["lower"], scv["upper"], scv["p"], scv["note"]),
            "fold": _take_fold(fold),
            "above": (float((boards["flag"] == "above").sum()), NAN, NAN, NAN, ""),
            "below": (float((boards["flag"] == "below").sum()), NAN, NAN, NAN, ""),
        }
    found = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "lower", "upper", "p", "note"]
    )
    found = found.reindex(list(VARIATION)).rename_axis("measure").reset_index()
    found.insert(1, "words", list(VARIATION.values()))
    return found.assign(**base)
