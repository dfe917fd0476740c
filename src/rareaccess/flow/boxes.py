"""The boxes of the flow, declared once: the ledger, the diagram and the texts all use them."""

from dataclasses import dataclass

from rareaccess.flow.reasons import APPROVED_EARLY, BEFORE_ENTRY, FURTHER, REASONS
from rareaccess.params import Pair

__all__ = ["Box", "declare_boxes"]


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


def _step(key: str, label: str, source: str, parent: str, *reasons: str) -> Box:
    """Return a step of applications."""
    return Box(key, label, "step", source, "applications", (parent,), reasons)


def _application_boxes(pair: Pair) -> tuple[Box, ...]:
    names, both = pair.names, "Both"
    specialties = " or ".join(
        pair.condition.specialties.get(code, code) for code in pair.condition.rescue_specialties
    )
    dates = [
        "planned start missing or impossible",
        "start before approval of the drug",
        "start before the window",
        "start after the window",
    ]
    if pair.windows.treatment.start <= pair.windows.approval_date:
        dates.remove("start before the window")
    further = ["further application of the same patient"]
    if pair.cdf:
        dates += [APPROVED_EARLY, BEFORE_ENTRY]
        further = list(FURTHER.values())
    return (
        Box(
            "applications", "Applications for high-cost drugs", "source", "Blueteq", "applications"
        ),
        _step(
            "drug",
            f"Applications for {names.drug} to treat {names.condition_short}",
            "Blueteq",
            "applications",
            *REASONS,
        ),
        _step(
            "initiation", "Applications to start treatment", "Blueteq", "drug", "continuation form"
        ),
        _step("approved", "Approved applications", "Blueteq", "initiation", "not approved"),
        _step("dated", "Planned start within the period", "Blueteq", "approved", *dates),
        _step(
            "one_per_patient",
            "One application for each patient",
            "Blueteq",
            "dated",
            *further,
        ),
        _step("linked", "Linked to HES", both, "one_per_patient", "no HES link"),
        _step(
            "alive_at_start",
            "Alive at the planned start",
            both,
            "linked",
            "died before planned start",
        ),
        _step(
            "confirmed",
            f"{names.condition_short[:1].upper()}{names.condition_short[1:]} confirmed in HES",
            both,
            "alive_at_start",
            "condition not confirmed in HES",
        ),
        _part("found_by_code", "Found by diagnosis code", both, "applications", "confirmed"),
        _part(
            "rescued",
            f"Found by specialty only: {specialties or 'none'}",
            both,
            "applications",
            "confirmed",
        ),
    )


def _hospital_boxes(pair: Pair) -> tuple[Box, ...]:
    names, hes = pair.names, ("HES", "records")
    codes = ", ".join(pair.condition.icd10.narrow)
    return (
        Box("coded_apc", f"Admitted patient care with {codes}", "source", *hes),
        Box("coded_op", f"Outpatient appointments with {codes}", "source", *hes),
        Box(
            "coded",
            f"People with a code for {names.condition_short}",
            "union",
            *hes,
            ("coded_apc", "coded_op"),
        ),
        Box(
            "alive_at_approval",
            f"Alive at the approval of {names.drug}",
            "step",
            *hes,
            ("coded",),
            ("died before approval", "vital status unknown"),
        ),
        Box(
            "cohort",
            f"HES {names.condition_short} cohort",
            "union",
            *hes,
            ("alive_at_approval", "rescued"),
        ),
        Box(
            "treated",
            f"Treated with {names.drug}",
            "union",
            "Both",
            "applications",
            ("found_by_code", "rescued"),
            part_of="cohort",
        ),
        _part(
            "not_known_treated",
            f"Not known to have been treated with {names.drug}",
            *hes,
            "cohort",
        ),
    )


def _part(key: str, label: str, source: str, unit: str, whole: str) -> Box:
    return Box(key, label, "part", source, unit, (whole,), part_of=whole)
