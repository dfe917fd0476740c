"""Measures of equity under two denominators as the chapter shows them, with what is refused."""

from collections.abc import Mapping, Sequence

import pandas as pd

from rareaccess.measures.eligibility.among import (
    AREAS,
    FEWEST_IMPUTED,
    choose_areas,
    impute_equity,
)
from rareaccess.measures.eligibility.people import GROUPINGS, Grouping
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.tidy import NAN

__all__ = ["ANCHORS_ALONE", "DENOMINATORS", "FEW_NOTE", "REFUSED_NOTE", "WORDS",
           "compare_measures"]  # fmt: skip

DENOMINATORS = {"cohort": "HES cohort", "eligible": "Imputed to need it"}
ANCHORS_ALONE = "from the anchors alone, not imputed"
FEW_NOTE = "not imputed: too few people were treated"
REFUSED_NOTE = "need is not estimated"
WORDS = {"RII": "Relative index of inequality", "SII": "Slope index of inequality, per 1,000",
         "core20": "Most deprived fifth against the rest (Core20)"}  # fmt: skip
SPREAD = "Systematic component of variation between {areas}"
COLUMNS = ("measure", "denominator", "value", "lower", "upper", "note", "treated")
VALUES = ["value", "lower", "upper"]


def compare_measures(
    people: Sequence[tuple[Grouping, pd.DataFrame]], roles: Roles, *,
    prevalence: tuple[float, float], contrasts: Mapping[str, tuple[Grouping, str]],
    answers: pd.DataFrame, refusals: Mapping[str, str],
) -> pd.DataFrame:  # fmt: skip
    """Return each measure of equity per person of the cohort and per person imputed to be eligible.

    Parameters
    ----------
    people
        Each grouping with its people, as `build_people` gives them with the columns of areas.
    roles, prevalence
        As `answer_equity` takes them.
    contrasts
        The words of each comparison, with its grouping and group.
    answers
        Of `answer_equity`, with the words of each comparison as `contrast`.
    refusals
        The comparisons of which need is not estimated.

    Returns
    -------
    DataFrame
        `measure` (in words), `denominator` (of `DENOMINATORS`), `value`, `lower`, `upper`, `note`,
        and `treated`: the fewest of a group or an area on which the row rests.

    Notes
    -----
    Where need is refused nothing is imputed. With fewer than `FEWEST_IMPUTED` treated imputation
    is biased: then a ratio of two groups is that of the anchors alone, and the rest is blank.
    """
    parts = []
    for grouping, frame in people:
        named = {group: words for words, (own, group) in contrasts.items() if own is grouping}
        if named:
            parts.append(_compare(
                grouping, frame, roles, prevalence=prevalence, named=named, refusals=refusals,
                trait=answers[answers["answer"] == "TRAIT"].set_index("contrast"),
            ))  # fmt: skip
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    found = pd.concat(parts, ignore_index=True)
    ratios = found["measure"].str.removesuffix(", ratio").isin(list(contrasts))
    return pd.concat([found[ratios], found[~ratios]], ignore_index=True)[list(COLUMNS)]


def _compare(
    grouping: Grouping, frame: pd.DataFrame, roles: Roles, *, prevalence: tuple[float, float],
    named: Mapping[str, str], refusals: Mapping[str, str], trait: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return the rows of one grouping."""
    sums = frame.groupby("group")["treated"].sum()
    areas = choose_areas(frame) if grouping is GROUPINGS[0] else ""
    given = [words for words in named.values() if words not in refusals]
    few = int(sums.sum()) < FEWEST_IMPUTED
    tables = impute_equity(
        frame, roles, prevalence=prevalence, reference=grouping.reference, compared=list(named),
        areas=areas, impute=bool(given) and not few,
    )  # fmt: skip
    rows = tables["cohort"].assign(denominator=DENOMINATORS["cohort"])
    blank = {"value": NAN, "lower": NAN, "upper": NAN}
    note = FEW_NOTE if given else REFUSED_NOTE
    other = tables.get("eligible", tables["cohort"].assign(**blank, note=note))
    both = pd.concat([rows, other.assign(denominator=DENOMINATORS["eligible"])], ignore_index=True)
    told = {group: f"{words}, ratio" for group, words in named.items()} | WORDS
    fewest = dict.fromkeys(told, int(sums.min()))
    fewest |= {group: int(min(sums[group], sums[grouping.reference])) for group in named}
    if areas:
        told["SCV"] = SPREAD.format(areas=AREAS[areas])
        fewest["SCV"] = int(frame.groupby(areas, observed=True)["treated"].sum().min())
    imputed = both["denominator"] == DENOMINATORS["eligible"]
    for group, words in named.items():
        at = imputed & (both["measure"] == group)
        if words in refusals:
            both.loc[at, VALUES] = NAN
            both.loc[at, "note"] = REFUSED_NOTE
        elif few:
            both.loc[at, VALUES] = trait.loc[words, VALUES].to_numpy("float64")
            both.loc[at, "note"] = ANCHORS_ALONE
    names = both["measure"]
    return both.assign(measure=names.map(told), treated=names.map(fewest))[list(COLUMNS)]
