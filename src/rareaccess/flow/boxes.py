"""The boxes of the flow, declared once: the ledger, the diagram and the texts all use them."""

from dataclasses import dataclass

import pandas as pd

from rareaccess.flow.reasons import (
    APPROVED_EARLY,
    BEFORE_ENTRY,
    BEFORE_WINDOW,
    FUND_FURTHER,
    REASONS,
)
from rareaccess.params import Pair

__all__ = ["FUND_BOXES", "STEPS", "Box", "came_to", "declare_boxes"]

ALL_FORMS = "Applications for high-cost drugs"
STEPS = {
    "drug": ("Blueteq", "Applications for {drug} to treat {condition}"),
    "initiation": ("Blueteq", "Applications to start treatment"),
    "approved": ("Blueteq", "Approved applications"),
    "dated": ("Blueteq", "Planned start within the period"),
    "one_per_patient": ("Blueteq", "One application for each patient"),
    "linked": ("Both", "Linked to HES"),
    "alive_at_start": ("Both", "Alive at the planned start"),
    "confirmed": ("Both", "{Condition} confirmed in HES"),
}
"""The steps of the applications in their order: source, and label."""


@dataclass(frozen=True)
class Box:
    """One box of the flow.

    Parameters
    ----------
    key, label
        Name in code, and in words for people.
    kind
        source: records come in from a table. step: some records are excluded, with reasons.
        union: people of several boxes come together. part: some of the people of another box.
    source
        Blueteq, HES or Both.
    unit
        What the records of the box are: `applications` or `records`. Between boxes of different
        units only people are compared.
    parents
        Boxes whose people come in.
    reasons
        The reasons of exclusion, in the order in which they are asked.
    part_of
        The box whose people this box and its sisters share out among them.
    """

    key: str
    label: str
    kind: str
    source: str
    unit: str
    parents: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    part_of: str = ""


def declare_boxes(pair: Pair) -> tuple[Box, ...]:
    """Return the boxes of a pair's flow, from the applications and HES to the treated.

    Parameters
    ----------
    pair
        Its names, condition and windows fill the labels.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> [box.key for box in declare_boxes(load_pair("sle-belimumab")) if box.kind == "source"]
    ['applications', 'coded_apc', 'coded_op']
    """
    return (*_application_boxes(pair), *_hospital_boxes(pair))


def came_to(stopped_at: pd.Series, step: str) -> pd.Series:
    """Return whether each application came as far as a step: excluded there or later, or kept.

    Examples
    --------
    >>> came_to(pd.Series(["initiation", "linked", ""]), "dated").tolist()
    [False, True, True]
    """
    steps = list(STEPS)
    return ~stopped_at.isin(steps[: steps.index(step)])


def _application_boxes(pair: Pair) -> list[Box]:
    """Return the steps of the applications, then the two ways in which the last one is met."""
    short, rescue = pair.names.condition_short, pair.condition.rescue_specialties
    words = {
        "drug": pair.names.drug,
        "condition": short,
        "Condition": short[:1].upper() + short[1:],
    }
    boxes, reasons = [Box("applications", ALL_FORMS, "source", *_FORMS)], _ask_reasons(pair)
    for key, (source, label) in STEPS.items():
        parents, told = (boxes[-1].key,), label.format(**words)
        boxes.append(Box(key, told, "step", source, "applications", parents, reasons[key]))
    specialties = " or ".join(pair.condition.specialties.get(code, code) for code in rescue)
    only = f"Found by specialty only: {specialties or 'none'}"
    whole = ("Both", "applications", "confirmed")
    return [
        *boxes,
        _part("found_by_code", "Found by diagnosis code", *whole),
        _part("rescued", only, *whole),
    ]


def _ask_reasons(pair: Pair) -> dict[str, tuple[str, ...]]:
    """Return the reasons of each step that may hold for a pair, in the order of asking."""
    reasons = dict(REASONS)
    if pair.windows.treatment.start <= pair.windows.approval_date:
        reasons["dated"] = tuple(one for one in reasons["dated"] if one != BEFORE_WINDOW)
    if pair.cdf:
        reasons["dated"] += (APPROVED_EARLY, BEFORE_ENTRY)
        reasons["one_per_patient"] = tuple(FUND_FURTHER.values())
    return reasons


def _hospital_boxes(pair: Pair) -> list[Box]:
    condition, drug, hes = pair.names.condition_short, pair.names.drug, ("HES", "records")
    codes, alive = ", ".join(pair.condition.icd10.narrow), "alive_at_approval"
    kinds, found = ("coded_apc", "coded_op"), ("found_by_code", "rescued")
    broad = pair.condition.narrow_is_too_broad
    whose = f"one of the codes {codes}" if broad else f"a code for {condition}"
    both, at_approval = ("Both", "applications"), f"Alive at the approval of {drug}"
    return [
        Box("coded_apc", f"Admitted patient care with {codes}", "source", *hes),
        Box("coded_op", f"Outpatient appointments with {codes}", "source", *hes),
        Box("coded", f"People with {whose}", "union", *hes, kinds),
        Box(alive, at_approval, "step", *hes, ("coded",), REASONS[alive]),
        Box("cohort", f"HES {condition} cohort", "union", *hes, (alive, "rescued")),
        Box("treated", f"Treated with {drug}", "union", *both, found, part_of="cohort"),
        _part("not_known_treated", f"Not known to have been treated with {drug}", *hes, "cohort"),
    ]


def _part(key: str, label: str, source: str, unit: str, whole: str) -> Box:
    return Box(key, label, "part", source, unit, (whole,), part_of=whole)


_FORMS = ("Blueteq", "applications")
FUND_BOXES = (
    Box("fund_applications", "Approved initial applications", "source", *_FORMS),
    Box(
        "fund_entered",
        "Applications while the drug was in the fund",
        "step",
        *_FORMS,
        ("fund_applications",),
        REASONS["fund_entered"],
    ),
    Box(
        "fund_cohort",
        "The cohort: one application for each patient",
        "step",
        *_FORMS,
        ("fund_entered",),
        REASONS["fund_cohort"],
    ),
)
"""The cohort of a drug in the Cancer Drugs Fund, as boxes of their own: Figure 1 of the methods.

It asks for nothing but the application and SACT: neither a link to HES nor a planned start.
"""
