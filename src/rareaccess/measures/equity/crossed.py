"""Two characteristics at once: ethnic group and deprivation, with sex, and what so few can show."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.measures.equity.axes import AXES, Axis
from rareaccess.measures.equity.boards import expect_starts, shrink_starts
from rareaccess.measures.equity.denominators import Strata
from rareaccess.measures.equity.power import find_detectable
from rareaccess.measures.tidy import HIDDEN, NAN
from rareaccess.measures.variation import estimate_scv

__all__ = ["cross_axes", "rate_crossed", "summarise_crossed"]

BY = ", "


def cross_axes(people: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, Axis]:
    """Return people, or groups of a population, divided by several axes at once, and the axis.

    Parameters
    ----------
    people
        The mart, or that of the population.
    names
        Of axes, such as ethnicity and imd_quintile.

    Returns
    -------
    tuple
        People with the column `crossed`, missing where one of the parts is; and the axis, whose
        keys are the keys of the parts with a comma between. Ratios are to all groups together.
    """
    axes = [AXES[name] for name in names]
    parts = [axis.group(people) for axis in axes]
    known = pd.concat([part.notna() for part in parts], axis=1).all(axis=1)
    keys = [part.where(known).astype("str") for part in parts]
    crossed = keys[0].str.cat(keys[1:], sep=BY).where(known)
    levels = {"": ""}
    for axis in axes:
        levels = {
            BY.join(filter(None, (key, str(one)))): BY.join(filter(None, (words, more)))
            for key, words in levels.items()
            for one, more in axis.levels.items()
        }
    strata = tuple(part for part in ("sex", "age") if all(part in one.strata for one in axes))
    words = " and ".join(axis.words for axis in axes)
    axis = Axis("crossed", words, "crossed", levels, strata=strata or ("age",), dimension=words)
    return people.assign(crossed=crossed), axis


def rate_crossed(strata: Strata, starts: pd.Series) -> pd.DataFrame:
    """Return the ratio of each crossed group to all, shrunken, and the least that could be shown.

    Parameters
    ----------
    strata, starts
        As in `rate_boards`.

    Returns
    -------
    DataFrame
        `key`, `group`, `starts`, `expected`, `ratio`, `shrunk`, `shrunk_lower`, `shrunk_upper`,
        `smaller`, `greater` (ratios that so many expected starts would show with a power of 80%).
        Where a count is hidden nothing is shrunken: the others would tell it. Groups in which no
        starts are expected are left out.
    """
    frame, shown = expect_starts(strata, starts)
    frame = frame[frame["expected"] > 0].reset_index(drop=True)
    least = find_detectable(frame)
    return pd.DataFrame(
        {
            "key": frame["area"],
            "group": frame["area"].map(dict(strata.axis.levels)),
            "starts": pd.array(shown.reindex(frame["area"]).to_numpy(), "Float64").astype("Int64"),
            "expected": frame["expected"],
            "ratio": frame["observed"] / frame["expected"],
            **shrink_starts(frame),
            "smaller": least["lower"],
            "greater": least["upper"],
        }
    )


def summarise_crossed(groups: pd.DataFrame) -> dict[str, float | str]:
    """Return whether crossed groups differ by more than chance: SCV, p, groups, a note if hidden.

    Also `smaller` and `greater`: the least ratios that the typical (median) group could show;
    missing where a typical group has so few expected that it could not show any.
    """
    typical = {"smaller": NAN, "greater": NAN}
    if len(groups):
        smaller = float(groups["smaller"].astype("float64").fillna(0.0).median())
        greater = float(groups["greater"].astype("float64").fillna(float("inf")).median())
        typical = {"smaller": smaller if smaller > 0 else NAN,
                   "greater": greater if greater < float("inf") else NAN}  # fmt: skip
    if groups["starts"].isna().any() or not groups["starts"].sum() or len(groups) < 2:
        return {"scv": NAN, "p": NAN, "groups": float(len(groups)), "note": HIDDEN, **typical}
    frame = pd.DataFrame(
        {"observed": groups["starts"].astype("float64"),
         "expected": groups["expected"].astype("float64")}
    )  # fmt: skip
    found = estimate_scv(frame).iloc[0]
    return {"scv": float(found["value"]), "p": float(found["p"]), "groups": float(len(groups)),
            "note": str(found["note"]), **typical}  # fmt: skip
