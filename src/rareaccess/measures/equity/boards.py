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

__all__ = ["VARIATION", "rate_boards", "summarise_variation"]

VARIATION = {
    "SCV": "Systematic component of variation",
    "fold": "Highest over lowest board after shrinkage",
    "above": "Boards above the funnel (99.8%)",
    "below": "Boards below the funnel (99.8%)",
}
"""The measures of `summarise_variation`, in their order, and their words."""
OUTER = 0.998


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
        99.8%), `flag`. Where a board is hidden, there is neither a shrunken ratio nor a funnel.
    """
    sizes, inside = strata.sizes, strata.starts
    rates = inside.sum() / sizes.sum()
    shown = starts.reindex(sizes.index).astype("Float64")
    frame = pd.DataFrame(
        {"area": sizes.index, "observed": shown.to_numpy("float64", na_value=NAN),
         "expected": (sizes * rates).sum(axis=1).to_numpy()}
    )  # fmt: skip
    hidden = frame["observed"].isna().any()
    if not hidden and frame["observed"].sum() > 0:  # rounded counts: the expected follow them
        frame["expected"] *= frame["observed"].sum() / frame["expected"].sum()
        found = shrink_ratios(frame).set_index("area")
        funnel = limit_funnel(frame, kind="ratio", confidence=[OUTER]).set_index("area")
    else:
        columns = ["value", "lower", "upper"]
        found = pd.DataFrame(NAN, index=frame["area"], columns=columns)
        funnel = found.assign(flag="")
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
            "ratio": frame["observed"] / frame["expected"],
            "shrunk": found["value"].reindex(frame["area"]).to_numpy(),
            "shrunk_lower": found["lower"].reindex(frame["area"]).to_numpy(),
            "shrunk_upper": found["upper"].reindex(frame["area"]).to_numpy(),
            "lower": funnel["lower"].reindex(frame["area"]).to_numpy(),
            "upper": funnel["upper"].reindex(frame["area"]).to_numpy(),
            "flag": funnel["flag"].reindex(frame["area"]).astype("str").to_numpy(),
        }
    )


def _take_fold(fold: pd.Series) -> tuple[float, float, float, float, str]:
    """Return the fold difference; none where the estimate of the true variation is nought."""
    if fold["lower"] == fold["upper"]:
        return NAN, NAN, NAN, NAN, str(fold["note"])
    return float(fold["value"]), float(fold["lower"]), float(fold["upper"]), NAN, ""


def summarise_variation(boards: pd.DataFrame) -> pd.DataFrame:
    """Return how far the boards differ under one denominator, and whether by more than chance.

    Returns
    -------
    DataFrame
        `measure`, `words`, `denominator`, `value`, `lower`, `upper`, `p` (of the systematic
        component of variation: of as much by chance), `note`, `starts`, `boards`.
    """
    base = {"denominator": boards["denominator"].iloc[0], "starts": int(boards["starts"].sum()),
            "boards": len(boards)}  # fmt: skip
    blank = dict.fromkeys(VARIATION, (NAN, NAN, NAN, NAN, HIDDEN))
    rows = blank
    if boards["starts"].notna().all() and boards["starts"].sum() > 0:
        frame = pd.DataFrame(
            {"observed": boards["starts"].astype("float64"), "expected": boards["expected"]}
        )
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
