"""What the measures of equity say, in sentences of released values."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rareaccess.disclosure import (
    Hidden,
    Plain,
    Ratio,
    Released,
    Shown,
    Statistic,
    fmt,
    join_origins,
)
from rareaccess.measures.equity.access import Access
from rareaccess.measures.equity.axes import AXES
from rareaccess.measures.equity.boards import NO_VARIATION
from rareaccess.measures.equity.denominators import COHORT, POPULATION

__all__ = [
    "number_gradient",
    "number_variation",
    "tell_chance",
    "tell_crossed",
    "tell_gradient",
    "tell_groups",
    "tell_others",
    "tell_prices",
    "tell_slope",
    "tell_spread",
    "tell_variation",
]

ALPHA = 0.05
PER = {"population": "per head of the general population", "cohort": "per person of the HES cohort"}
IDS = {"extremes": "ratio", "core20": "core20", "RII": "rii", "SII": "sii", "SCV": "scv",
       "fold": "fold"}  # fmt: skip
LIMITS = ("value", "lower", "upper")
RATIO = ("ratio", "ratio_lower", "ratio_upper")
NO_DENOMINATOR = Shown("No rate can be given, since this source has no denominator.")


def _per(access: Access) -> list[tuple[str, Plain]]:
    """Return the words of each denominator in the frames, and in sentences."""
    return [(one.words, Plain(PER[one.name])) for one in access.denominators]


def _find(released: Released, denominator: str, measure: str) -> dict[str, Any]:
    """Return the row of a measure under a denominator, as tokens; empty where there is none."""
    rows = (row for row in released.records() if row["denominator"] == denominator)
    return next((row for row in rows if row["measure"] == measure), {})


def _say_why(row: dict[str, Any], why: str) -> Plain:
    """Return why a measure is not given: its note, or that people are not divided so."""
    if not row:
        return Plain("(people are not divided so: a table lacks it, or it is known of nobody)")
    note = str(row.get("note") or "").removeprefix("not given: ")
    return Plain(f"({note or why})")


def _has(value: object) -> bool:
    return value is not None and not isinstance(value, Hidden)


def _given(row: dict[str, Any]) -> bool:
    return bool(row) and all(_has(row[name]) for name in LIMITS)


def _interval(row: dict[str, Any], names: Sequence[str] = LIMITS) -> Shown:
    value, low, high = (row[name] for name in names)
    return fmt.fill("{value} (95% interval {low} to {high})", value=fmt.num(value, 2),
                    low=fmt.num(low, 2), high=fmt.num(high, 2))  # fmt: skip


def _number(released: Released, measures: Sequence[str]) -> dict[str, Any]:
    """Return every number under either denominator, missing where there is none."""
    found: dict[str, Any] = {}
    for one in (POPULATION, COHORT):
        for measure in measures:
            row = _find(released, one.words, measure)
            for name in (*LIMITS, "p"):
                tail = "" if name == "value" else f"_{name}"
                given = row.get(name)
                if isinstance(given, Statistic):
                    given = Ratio(given.value).from_origin(given.origin)
                found[f"{IDS[measure]}_{one.name}{tail}"] = given
    return found


def number_gradient(gradient: Released) -> dict[str, Any]:
    """Return the numbers of the gradient by their ids, such as ratio_cohort_lower."""
    return _number(gradient, ["extremes", "core20", "RII", "SII"])


def number_variation(variation: Released) -> dict[str, Any]:
    """Return the numbers of the boards by their ids, such as scv_cohort_p."""
    return _number(variation, ["SCV", "fold"])


def tell_chance(p: Any, *, rare: str = "more", usual: str = "no more") -> Shown:
    """Return what a p value allows to be said, in words.

    Examples
    --------
    >>> from rareaccess.disclosure import Statistic
    >>> tell_chance(Statistic(0.012))
    'more than chance alone would often give (p = 0.012)'
    >>> tell_chance(Statistic(0.4), usual="by no more")
    'by no more than chance alone could give (p = 0.40)'
    """
    told = fmt.p(p)
    if not _has(p):
        return fmt.fill("not tested ({p})", p=told)
    rarely = p.value < ALPHA
    words = f"{rare} than chance alone would often give" if rarely else \
        f"{usual} than chance alone could give"  # fmt: skip
    sign = Plain("" if told.startswith("<") else "= ")
    return fmt.fill("{words} (p {sign}{p})", words=Plain(words), sign=sign, p=told)


def tell_gradient(access: Access, gradient: Released) -> Shown:
    """Return how the most and the least deprived fifth differ under each denominator."""
    told = []
    for words, per in _per(access):
        row = _find(gradient, words, "extremes")
        if _given(row):
            told.append(fmt.fill(
                "{interval} times as often {per}, a difference {chance}", per=per,
                interval=_interval(row),
                chance=tell_chance(row["p"], rare="greater", usual="no greater"),
            ))  # fmt: skip
        else:
            told.append(fmt.fill("at a rate {per} that is not given {why}", per=per,
                                 why=_say_why(row, "starts are too few")))  # fmt: skip
    if not told:
        return NO_DENOMINATOR
    return fmt.fill(
        "Compared with people in the least deprived fifth of areas, those in the most deprived "
        "fifth started {told}.",
        told=Shown("; and ".join(told)).from_origin(join_origins(told)),
    )


def tell_slope(access: Access, gradient: Released) -> Shown:
    """Return the relative index of inequality under each denominator, and whether a line fits."""
    told = []
    for words, per in _per(access):
        index, line = (_find(gradient, words, name) for name in ("RII", "departure"))
        if not _given(index):
            told.append(fmt.fill("No index of inequality {per} is given {why}.", per=per,
                                 why=_say_why(index, "starts are too few")))  # fmt: skip
            continue
        told.append(fmt.fill(
            "Along the whole gradient, the least deprived end starts {index} times as often {per} "
            "as the most deprived end.", index=_interval(index), per=per,
        ))  # fmt: skip
        if _has(line.get("p")) and line["p"].value < ALPHA:
            told.append(fmt.fill(
                "The rates {per} depart from a straight line by {chance}, so that the fifths say "
                "more than the index.", per=per, chance=tell_chance(line["p"]),
            ))  # fmt: skip
    return fmt.sentences(told) if told else NO_DENOMINATOR


def tell_groups(access: Access, rates: Released, axis: str) -> Shown:
    """Return the lowest and the highest ratio of an axis, and how many differ by chance."""
    part = AXES[axis].words[:1].upper() + AXES[axis].words[1:]
    told = []
    for words, per in _per(access):
        own = [row for row in rates.records()
               if row["denominator"] == words and row["part"] == part]  # fmt: skip
        rows = [row for row in own if all(_has(row[name]) for name in (*RATIO, "p"))]
        if not rows:
            told.append(fmt.fill(
                "No ratio {per} is given {why}.", per=per,
                why=_say_why(own[0] if own else {}, "starts are too few or a count is hidden"),
            ))  # fmt: skip
            continue
        ends = sorted(rows, key=lambda row: row["ratio"].value)
        low, high = (
            fmt.fill("{ratio} for {level}", ratio=_interval(row, RATIO),
                     level=Plain(str(row["level"])))
            for row in (ends[0], ends[-1])
        )  # fmt: skip
        spread = fmt.fill("from {low} to {high}", low=low, high=high) if len(rows) > 1 else low
        differ = sum(row["p"].value < ALPHA for row in rows)
        told.append(fmt.fill(
            "Compared with the {against} group {per}, the ratio is {spread}; of {tests}, {differ} "
            "differ{s} by more than chance alone would often give (p below 0.05 in each).",
            against=Plain(str(AXES[axis].against)), per=per, spread=spread,
            tests=fmt.whole(len(rows), "comparison"), differ=fmt.whole(differ),
            s=Plain("s" * (differ == 1)),
        ))  # fmt: skip
    return fmt.sentences(told) if told else NO_DENOMINATOR


def tell_variation(access: Access, variation: Released) -> Shown:
    """Return whether the boards differ by more than chance, and by what factor."""
    told = []
    for words, per in _per(access):
        scv, fold = (_find(variation, words, name) for name in ("SCV", "fold"))
        if not _given(scv):
            told.append(fmt.fill("No variation {per} is given {why}.", per=per,
                                 why=_say_why(scv, "a count is hidden")))  # fmt: skip
            continue
        told.append(fmt.fill(
            "Starts {per} vary between boards by {chance}, with a systematic component of "
            "variation of {scv}.", per=per, chance=tell_chance(scv["p"]), scv=_interval(scv),
        ))  # fmt: skip
        if _given(fold) and _has(scv["p"]) and scv["p"].value < ALPHA:
            told.append(fmt.fill("After shrinkage the highest board has {fold} times the rate of "
                                 "the lowest.", fold=_interval(fold)))  # fmt: skip
        elif _given(fold):
            told.append(fmt.fill(
                "Some board is always the highest: the factor of {fold} between it and the lowest "
                "after shrinkage is no sign that boards differ.", fold=_interval(fold),
            ))  # fmt: skip
        elif fold.get("note") == NO_VARIATION:
            told.append(Shown("The true variation is estimated as nought, which does not exclude "
                              "some: few starts show little."))  # fmt: skip
        else:
            told.append(fmt.fill(
                "By what factor the highest board differs from the lowest is not given {why}.",
                why=_say_why(fold, "a count is hidden"),
            ))  # fmt: skip
    return fmt.sentences(told) if told else NO_DENOMINATOR


def tell_spread(access: Access, variation: Released) -> Shown:
    """Return whether the boards differ by more than chance, in one sentence a denominator."""
    told = []
    for words, per in _per(access):
        scv = _find(variation, words, "SCV")
        if _given(scv):
            told.append(fmt.fill("Starts {per} vary between boards by {chance}.", per=per,
                                 chance=tell_chance(scv["p"])))  # fmt: skip
    return (
        fmt.sentences(told)
        if told
        else Shown("A count is hidden, or there are no starts, so this cannot be answered.")
    )


def tell_crossed(both: Released, three: Released) -> Shown:
    """Return whether crossed groups differ by more than chance, and what so few could show."""
    told: list[Shown] = []
    for released, words in ((both, "ethnic group and deprivation"),
                            (three, "sex, ethnic group and deprivation")):  # fmt: skip
        row = released.records()[0]
        if not _has(row["p"]):
            told.append(fmt.fill("By {words} nothing is tested: a count is hidden, or there are "
                                 "no starts in two groups.", words=Plain(words)))  # fmt: skip
            continue
        told.append(fmt.fill(
            "By {words}, {groups} groups vary by {chance}.", words=Plain(words),
            groups=fmt.num(row["groups"], 0), chance=tell_chance(row["p"]),
        ))  # fmt: skip
        told.append(_tell_power(row))
    return fmt.sentences(told)


def _tell_power(row: dict[str, Any]) -> Shown:
    """Return the ratios nearest to 1 that a typical crossed group could show."""
    if not _has(row["greater"]):
        return Shown("A typical one of them has so few expected starts that it could show no "
                     "ratio.")  # fmt: skip
    smaller: Shown | Plain = Plain("; none below 1 is found so often")
    if _has(row["smaller"]):
        smaller = fmt.fill(", or {ratio} or less", ratio=fmt.num(row["smaller"], 2))
    return fmt.fill(
        "In a typical one of them, a true ratio is found in four of five such studies only if it "
        "is {greater} or more{smaller}.", greater=fmt.num(row["greater"], 1), smaller=smaller,
    )  # fmt: skip


def tell_others(access: Access) -> Shown:
    """Return how many had no fixed abode, and that disability is recorded or is not.

    Where the codes are too broad it is how many of the treated, not of the cohort.
    """
    study, people = access.study, access.study.people
    broad = study.params.condition.narrow_is_too_broad
    cohort = study.population("cohort", people)
    treated = people["treated"].astype(bool)
    flag = people["no_fixed_abode"].fillna(False).astype(bool)
    frame = pd.DataFrame({
        "level": ["No fixed abode in a record", "None in any"],
        "cohort": [int(flag.sum()), int((~flag).sum())],
        "treated": [int((flag & treated).sum()), int((~flag & treated).sum())],
    })  # fmt: skip
    owners = {"cohort": cohort, "treated": cohort.where("treated", people[treated])}
    if broad:
        frame = frame.drop(columns="cohort")
        del owners["cohort"]
    released = study.release(
        frame, "equity-homeless", dimension="characteristic, level", population=owners,
    )  # fmt: skip
    found = {name: released.value(name, level=frame["level"][0]) for name in owners}
    told = [Shown(
        "Of the groups of inclusion health, records show homelessness only: by the diagnosis Z59.0 "
        "and, where a source gives postcodes, by ZZ99 3VZ; codes of areas have none of their own "
        "for it."
    )]  # fmt: skip
    if broad:
        told.append(fmt.fill(
            "Of those who started, {started} had it; how many of the cohort had it is not set "
            "beside them, as its codes also find many people without the condition.",
            started=fmt.n(found["treated"]),
        ))  # fmt: skip
    else:
        told.append(fmt.fill(
            "Of {own} in the cohort with it, {started} started treatment.",
            own=fmt.plural(found["cohort"], "person", "people"), started=fmt.n(found["treated"]),
        ))  # fmt: skip
    fields = study.completeness
    if (fields.loc[fields["field"] == "disability", "known"] > 0).any():
        told.append(Shown("Some records hold a disability: the annex on quality says how many."))
    else:
        told.append(Shown("Disability is the characteristic that nobody records: no table here "
                          "holds it, so nothing can be said of access by disability."))  # fmt: skip
    return fmt.sentences(told)


def tell_prices(access: Access) -> Shown:
    """Return the list price of a year of treatment, and what the last whole year's starts cost."""
    study = access.study
    prices, uptake = study.prices, study.uptake
    if prices.empty:
        return Shown("This source has no list prices, so the cost of the drug is not given.")
    last = study.params.windows.treatment.end
    year = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    recent = uptake[uptake["start_date"].dt.year == year]
    drugs = prices["drug"].tolist()
    member = recent["member"] if len(drugs) > 1 else pd.Series(drugs[0], recent.index)
    starts = member.value_counts().reindex(drugs, fill_value=0)
    frame = prices[["drug", "first_year", "later_year"]].assign(starts=starts.to_numpy())
    started = study.population("treated", uptake, "treated person", "treated people")
    inside = started.where(f"in {year}", recent, "start", "starts")
    priced = inside.where("with a price", recent[member.isin(drugs)], "start", "starts")
    each = study.release(
        frame, "equity-prices", counts=["starts"], keys=["first_year", "later_year"],
        population={"starts": inside}, dimension="drug",
    )  # fmt: skip
    counts = each.values("starts")
    bill: Shown | Hidden = Hidden()
    if not any(isinstance(one, Hidden) for one in counts):  # from what is shown, so from no more
        pounds = sum(one.value * float(price) for one, price in
                     zip(counts, prices["first_year"], strict=True))  # fmt: skip
        bill = fmt.num(Statistic(pounds).from_origin(join_origins(counts)), 0)
    first, later = (fmt.span(each.values(name), fmt.stat) for name in ("first_year", "later_year"))
    told = [
        fmt.fill("At list price a first year of treatment costs £{first} a person, and a further "
                 "year £{later}.", first=first, later=later),
        fmt.fill("The first year of the {starts} of {year} comes to £{bill}.",
                 starts=priced.words, year=Plain(str(year)), bill=bill),
        *([] if member.isin(drugs).all() else [fmt.fill(
            "Starts of drugs without a list price are not among them: there were {all} in the "
            "year.", all=inside.words)]),
        fmt.fill("Source of the prices: {source}.",
                 source=Plain(fmt.joined(sorted({str(one) for one in prices["source"]})))),
    ]  # fmt: skip
    return fmt.sentences(told)
