"""What the estimate of need says, in sentences of released values."""

from collections.abc import Mapping
from typing import Any

from rareaccess.contracts import AT_RANDOM
from rareaccess.disclosure import Hidden, Plain, Ratio, Released, Shown, Statistic, fmt
from rareaccess.measures.eligibility.among import FEWEST_IMPUTED
from rareaccess.measures.eligibility.answers import LANDMARK
from rareaccess.measures.eligibility.assumptions import BESIDE, LEVELS, RESTS_ON
from rareaccess.measures.eligibility.calibration import DECILES
from rareaccess.measures.eligibility.compared import (
    ANCHORS_ALONE,
    DENOMINATORS,
    FEW_NOTE,
    REFUSED_NOTE,
    WORDS,
)
from rareaccess.measures.eligibility.need import TENTHS, Need
from rareaccess.measures.eligibility.scored import SCORED, WITH_ANCHORS

__all__ = [
    "number_need",
    "tell_anchors",
    "tell_calibration",
    "tell_left_out",
    "tell_measures",
    "tell_need",
    "tell_no_anchors",
    "tell_none",
    "tell_prevalence",
    "tell_refusals",
    "tell_scores",
    "tell_share",
]

IDS = {LEVELS["TRAIT"]: "ratio", LEVELS[LANDMARK]: "treated",
       LEVELS["need ratio from 1/1.5 to 1.5"]: "bounds"}  # fmt: skip
CHOSEN_WORDS = {
    AT_RANDOM: ("people drawn at random", ""),
    "clinician": (
        "people chosen by a clinician",
        "Those chosen by a clinician are not used: who is chosen depends on how ill they are, so "
        "they are no sample of the others.",
    ),
    "unknown": (
        "people chosen in a way that is not known",
        "Those chosen in a way that is not known are not used, because they may be no random "
        "sample.",
    ),
}
"""How people were chosen to be scored, and why the scores of those not drawn are left."""
PARTS = {"ratio": "", "ratio_lower": "_lower", "ratio_upper": "_upper"}


def _find(compared: Released, contrast: str, method: str) -> dict[str, Any]:
    """Return the row of an answer to a comparison as tokens; empty where there is none."""
    level = {**LEVELS, **BESIDE}[method]
    rows = (row for row in compared.records() if row["denominator"] == contrast)
    return next((row for row in rows if row["level"] == level), {})


def _find_best(compared: Released, contrast: str) -> dict[str, Any]:
    """Return the row of the answer that rests on most: scores drawn at random before anchors."""
    for method in (WITH_ANCHORS, SCORED):
        row = _find(compared, contrast, method)
        if _given(row, *PARTS):
            return row
    return _find(compared, contrast, "TRAIT")


def _given(row: dict[str, Any], *names: str) -> bool:
    return bool(row) and not any(row[n] is None or isinstance(row[n], Hidden) for n in names)


def _tell_ratio(row: dict[str, Any]) -> Shown:
    return fmt.fill(
        "{value} (95% interval {low} to {high})", value=fmt.num(row["ratio"], 2),
        low=fmt.num(row["ratio_lower"], 2), high=fmt.num(row["ratio_upper"], 2),
    )  # fmt: skip


def tell_none(names: Any) -> Shown:
    """Return that a pair declares nothing from which need could be estimated.

    Parameters
    ----------
    names
        The section `names` of the settings.
    """
    return fmt.fill(
        "Who among {people} needed {drug} is not estimated: no events are declared that leave "
        "little to discretion and on which nobody is chosen for treatment.",
        people=Plain(names.people), drug=Plain(names.drug),
    )  # fmt: skip


def tell_need(need: Need, compared: Released) -> Shown:
    """Return the finding: the ratio by deprivation among those who need the drug, or why not."""
    drug = Plain(need.study.params.names.drug)
    contrast = next(iter(need.contrasts), "")
    best = _find_best(compared, contrast)
    alone = _find(compared, contrast, LANDMARK)
    bounds = _find(compared, contrast, "need ratio from 1/1.5 to 1.5")
    values = tuple(PARTS)
    if not _given(alone, *values) or not _given(bounds, *values[1:]):
        return fmt.fill(
            "Access to {drug} among those who need it cannot be compared by deprivation: too few "
            "people were treated in one of the two groups.", drug=drug,
        )  # fmt: skip
    told = _tell_ratio(alone)
    if not _given(best, *values):
        return fmt.fill(
            "Who needed {drug} cannot be estimated from these records. Per person of the cohort "
            "the most deprived started {alone} times as often as the least deprived; if need "
            "differs by a factor of no more than 1.5, the ratio among those who need it lies "
            "between {low} and {high}.", drug=drug, alone=told,
            low=fmt.num(bounds["ratio_lower"], 2), high=fmt.num(bounds["ratio_upper"], 2),
        )  # fmt: skip
    return fmt.fill(
        "Among those estimated to need {drug}, the most deprived started {best} times as often as "
        "the least deprived; per person of the cohort, {alone} times as often.",
        drug=drug, best=_tell_ratio(best), alone=told,
    )  # fmt: skip


def tell_anchors(need: Need) -> Shown:
    """Return which events say who needs the drug, what is the control, and what that rests on."""
    asked = need.eligibility
    anchors = fmt.joined([one.label for one in asked.anchors])
    control = asked.control.label if asked.control else "none is declared"
    return fmt.fill(
        "The anchors are {anchors}; the negative control: {control}. They are counted in the "
        "{months} that end {gap} before {day}, and starts from that day on are compared."
        "{medicines} {rests}",
        anchors=Plain(anchors), control=Plain(control),
        months=fmt.whole(asked.lookback_months - asked.gap_months, "month"),
        gap=fmt.whole(asked.gap_months, "month"), day=fmt.date(asked.landmark),
        medicines=_tell_medicines(need), rests=Plain(RESTS_ON),
    )  # fmt: skip


def _tell_medicines(need: Need) -> Shown:
    """Return which anchors are prescriptions; nothing where the records hold none."""
    if not need.prescribed:
        return Shown("")
    return fmt.fill(
        " Of these, {names} are days on which the medicine was dispensed outside hospital: what is "
        "prescribed may depend on access to care, so the estimate is also given without them.",
        names=Plain(fmt.joined(need.prescribed)),
    )  # fmt: skip


def tell_no_anchors(need: Need) -> Shown:
    """Return in a paragraph why no event is an anchor, so that need is not estimated."""
    asked, drug = need.study.params.eligibility, Plain(need.study.params.names.drug)
    reasons = fmt.joined([
        f"{one.label} ({one.why}{f' [@{one.source}]' if one.source else ''})"
        for one in asked.considered
    ])  # fmt: skip
    assumed = any(one.status != "verified" for one in asked.considered)
    return fmt.fill(
        "Who needed {drug} is not estimated. An anchor would be an event that leaves little "
        "to discretion, that follows how active the disease is, and on which nobody is chosen for "
        "treatment. None was found. Considered were {reasons}.{assumed} The ratios of the treated "
        "and their bounds stand, and say nothing of who needed it.",
        drug=drug, reasons=Plain(reasons),
        assumed=Plain(" These reasons are not all verified." if assumed else ""),
    )  # fmt: skip


def tell_prevalence(need: Need) -> Shown:
    """Return the declared range of the share eligible, and where it is from."""
    declared = need.study.params.eligibility.prevalence
    low, high = (fmt.num(Plain(100 * one), 0) for one in (declared.low, declared.high))
    source = f" [@{declared.source}]" if declared.source else ""
    status = "" if declared.status == "verified" else " This is assumed: no source states it."
    return fmt.fill(
        "Between {low}% and {high}% of the cohort are taken to need it, at the ages and sexes of "
        "the treated{source}.{status}", low=low, high=high, source=Plain(source),
        status=Plain(status),
    )  # fmt: skip


def tell_refusals(need: Need, shares: Released) -> Shown:
    """Return why need is not estimated, comparison by comparison; of the others how it differs.

    Parameters
    ----------
    shares
        As `Need.share` returns it.
    """
    told = _tell_reasons(need.refusals()) or [Shown("No comparison is refused.")]
    differ = tell_share(need, shares)
    return fmt.sentences([*told, *([differ] if differ else [])])


def tell_scores(need: Need, counted: Released, compared: Released) -> Shown:
    """Return how many people were scored and how they were chosen, and what their scores give.

    Parameters
    ----------
    counted
        As `Need.count_scored` returns it.
    compared
        As `Need.compare` returns it.
    """
    rows = {row["chosen"]: row["people"] for row in counted.records()}
    parts = [
        fmt.fill("{n} {how}", n=fmt.n(rows[way]), how=Plain(how))
        for way, (how, _) in CHOSEN_WORDS.items()
        if way in rows
    ]
    told = [fmt.fill("Severity was scored before the landmark of {parts}.",
                     parts=fmt.joined(parts))]  # fmt: skip
    told += [Shown(why) for way, (_, why) in CHOSEN_WORDS.items() if way in rows and why]
    if AT_RANDOM in rows:
        told.append(fmt.fill(
            "Need is a score of {least} {unit} or more; what else the criteria ask for is taken "
            "to be as frequent in all groups.", least=fmt.num(Plain(need.scale.threshold), 0),
            unit=Plain(need.scale.unit),
        ))  # fmt: skip
    for contrast in need.contrasts:
        alone, both = (_find(compared, contrast, one) for one in (SCORED, WITH_ANCHORS))
        if _given(alone, *PARTS):
            told.append(fmt.fill(
                "{contrast}, the ratio among those in need is {ratio} from the scores alone{more}.",
                contrast=Plain(contrast), ratio=_tell_ratio(alone),
                more=fmt.fill(", and {ratio} with the anchors", ratio=_tell_ratio(both))
                if _given(both, *PARTS) else Plain(""),
            ))  # fmt: skip
    told += _tell_reasons(need.explain_scores())
    return fmt.sentences(told)


def _tell_reasons(reasons: Mapping[str, str]) -> list[Shown]:
    """Return each reason once, after the comparisons of which it is true."""
    of: dict[str, list[str]] = {}
    for contrast, why in reasons.items():
        of.setdefault(why, []).append(contrast)
    return [
        fmt.fill("**{contrasts}**: {why}", contrasts=Plain("; ".join(names)), why=Plain(why))
        for why, names in of.items()
    ]


def tell_share(need: Need, shares: Released) -> Shown:
    """Return by how much the share in need is estimated to differ; nothing where it is refused."""
    told = [
        fmt.fill("{contrast} {ratio}", contrast=Plain(row["denominator"]), ratio=_tell_ratio(row))
        for row in shares.records()
        if _given(row, *PARTS)
    ]
    if not told:
        return Shown("")
    return fmt.fill(
        "The share estimated to need {drug}, as a ratio: {told}.",
        drug=Plain(need.study.params.names.drug), told=fmt.joined(told),
    )  # fmt: skip


def tell_left_out(need: Need, left: Released) -> Shown:
    """Return who is at the landmark, and how many of them are in no comparison."""
    parts = [
        fmt.fill("{n} {why}", n=fmt.n(row["people"]), why=Plain(row["why"]))
        for row in left.records()
        if not isinstance(row["people"], Hidden)
    ]
    parts += [
        fmt.fill("a few {why}", why=Plain(row["why"]))
        for row in left.records()
        if isinstance(row["people"], Hidden)
    ]
    return fmt.fill(
        "At the landmark are {people}, of whom {treated} started from then on; left out are "
        "{left}.", people=need.people.words, treated=fmt.n(need.treated.n),
        left=fmt.joined(parts),
    )  # fmt: skip


def tell_calibration(need: Need, tenths: Released) -> Shown:
    """Return how many were treated of those expected, at both ends of what the anchors say.

    Parameters
    ----------
    tenths
        As `Need.calibrate` returns it.
    """
    rows = {(row["denominator"], row["level"]): row for row in tenths.records()}
    told = []
    for words in need.calibrated:
        ends = [rows.get((words, TENTHS[one]), {}) for one in (DECILES, 1)]
        if all(_given(row, *PARTS) for row in ends):
            most, least = (_tell_ratio(row) for row in ends)
            told.append(fmt.fill(
                "With need estimated by {words}, of the tenth most like the treated {most} times "
                "as many were treated as expected, and of the tenth least like them {least} times.",
                words=Plain(words), most=most, least=least,
            ))  # fmt: skip
    return fmt.sentences(told) if told else Shown(
        "Need is not estimated, or too few were treated in a tenth, so nothing is told of its ends."
    )  # fmt: skip


def tell_measures(need: Need, measured: Released) -> Shown:
    """Return what the measures of equity are with either denominator, and what that rests on.

    Parameters
    ----------
    measured
        As `Need.measure` returns it.
    """
    drug = Plain(need.study.params.names.drug)
    rows = {(row["measure"], row["denominator"]): row for row in measured.records()}
    imputed = [row for row in rows.values() if row["denominator"] == DENOMINATORS["eligible"]]
    notes = {row["note"] for row in imputed}
    told = []
    pair = [rows.get((WORDS["RII"], one), {}) for one in DENOMINATORS.values()]
    if all(_given(row, "value", "lower", "upper") for row in pair):
        cohort, eligible = (_tell_value(row) for row in pair)
        told.append(fmt.fill(
            "Per person of the cohort the relative index of inequality is {cohort}; per person "
            "imputed to need {drug} it is {eligible}.", drug=drug, cohort=cohort, eligible=eligible,
        ))  # fmt: skip
    if notes & {ANCHORS_ALONE, FEW_NOTE}:
        told.append(fmt.fill(
            "Fewer than {fewest} people were treated from the landmark on. With so few, imputation "
            "may be biased, so where the right side has a ratio, it is that from the anchors "
            "alone.", fewest=Plain(FEWEST_IMPUTED),
        ))  # fmt: skip
    if REFUSED_NOTE in notes:
        every = all(row["note"] == REFUSED_NOTE for row in imputed)
        told.append(fmt.fill(
            "{which} given per person who needs {drug}, because need is not estimated (see above). "
            "What stands per person of the cohort mixes need with access.", drug=drug,
            which=Plain("No measure is" if every else "Some measures are not"),
        ))  # fmt: skip
    if not imputed:
        told.append(Shown("No measure is given: too few groups have people who were treated."))
    elif any(_given(row, "value") for row in imputed):
        told.append(Shown(RESTS_ON))
    return fmt.sentences(told)


def _tell_value(row: dict[str, Any]) -> Shown:
    return fmt.fill(
        "{value} (95% interval {low} to {high})", value=fmt.num(row["value"], 2),
        low=fmt.num(row["lower"], 2), high=fmt.num(row["upper"], 2),
    )  # fmt: skip


def number_need(need: Need, compared: Released) -> dict[str, Any]:
    """Return the numbers of the book: the comparison by deprivation, missing where refused."""
    contrast = "Most against least deprived"
    rows = {row["level"]: row for row in compared.records() if row["denominator"] == contrast}
    rows[LEVELS["TRAIT"]] = _find_best(compared, contrast)
    found = {
        f"{name}{end}": rows.get(level, {}).get(part)
        for level, name in IDS.items()
        for part, end in PARTS.items()
    }
    del found["bounds"]  # they have no value of their own
    return {
        name: Ratio(value.value).from_origin(value.origin)
        if isinstance(value, Statistic)
        else value
        for name, value in found.items()
    }
