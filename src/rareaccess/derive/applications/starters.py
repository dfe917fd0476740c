"""Applications for prior approval: which one starts the drug, and why others do not count."""

from collections.abc import Callable

import pandas as pd

from rareaccess.derive.applications.indications import (
    COUNTS,
    decide,
    match_forms,
    match_indications,
)
from rareaccess.params import Drug, Pair
from rareaccess.params.drug_names import normalise_drug_name

__all__ = [
    "POSSIBLE_YEARS",
    "choose_one_each",
    "count_names",
    "match_drug_names",
    "name_members",
    "name_reasons",
    "normalise_drug_name",
]

POSSIBLE_YEARS = (1900, 2100)
MATCHES = ("known", "misspelt", "not recognised", "another drug")


def match_drug_names(names: pd.Series, drug: Drug) -> pd.Series:
    """Return for each name whether it is known, misspelt in a way that was audited, or unknown.

    A name is known when it, or each of its words, is one of the drug's names: `Benlysta
    (belimumab)` is. No other spelling is guessed.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> names = pd.Series(["BENLYSTA 200mg", "Benlysta (belimumab)", "belimumob", None])
    >>> match_drug_names(names, load_pair("sle-belimumab").drug).tolist()
    ['known', 'known', 'unknown', 'unknown']
    """
    known = {normalise_drug_name(name) for name in drug.every_name}
    misspelt = {normalise_drug_name(name) for name in drug.every_misspelling}

    def match(name: str) -> str:
        plain = normalise_drug_name(name)
        if plain in known or (plain and set(plain.split()) <= known):
            return "known"
        return "misspelt" if plain in misspelt else "unknown"

    return _lookup(names, match, otherwise="unknown")


def name_members(names: pd.Series, drug: Drug) -> pd.Series:
    """Return which drug of a group each name is, missing where it is none or more than one.

    Of a pair with one drug there are no members, and every name is missing.

    Examples
    --------
    >>> from rareaccess.params import Drug, Member
    >>> day = "2013-04-24"
    >>> drug = Drug(members=[Member(**{"name": "omalizumab", "names": ["omalizumab", "xolair"],
    ...     "from": day, "appraisal": "TA278"})], indication="asthma", form_codes=["OMA"],
    ...     routes=[{"route": "SC", "from": day, "label": "injection"}])
    >>> name_members(pd.Series(["XOLAIR 150mg", "dupilumab"]), drug).tolist()
    ['omalizumab', nan]
    """
    owners = {}
    for member in drug.members:
        for name in (*member.names, *member.misspellings):
            owners[normalise_drug_name(name)] = member.name

    def match(name: str) -> str | None:
        plain = normalise_drug_name(name)
        if plain in owners:
            return owners[plain]
        found = {owners.get(word) for word in plain.split()} - {None}
        return found.pop() if len(found) == 1 else None

    found = {text: match(text) for text in names.dropna().unique()}
    return names.map(found).astype("str")


def count_names(applications: pd.DataFrame, drug: Drug) -> pd.DataFrame:
    """Return the mart of drug names: what matched, how, and how much did not.

    Only names of the audited lists are kept. Any other text on a form may hold anything, a person's
    name included, so that it is counted and not shown: on a form of the drug as not recognised,
    on another as another drug.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> typed = pd.DataFrame({"drug_name": ["BENLYSTA 200mg", "belimumb", "???", "rituximab"],
    ...     "form_code": ["BEL-SLE", "BEL-SLE", "BEL-SLE", "RTX"]})
    >>> count_names(typed, load_pair("sle-belimumab").drug)[["match", "name"]].to_numpy().tolist()
    [['known', 'benlysta'], ['misspelt', 'belimumb'], ['not recognised', ''], ['another drug', '']]
    """
    matches = match_drug_names(applications["drug_name"], drug)
    plain = _lookup(applications["drug_name"], normalise_drug_name)
    own = match_forms(applications["form_code"], drug) != "other"
    unknown = matches == "unknown"
    kinds = matches.mask(unknown & own, "not recognised").mask(unknown & ~own, "another drug")
    member = name_members(applications["drug_name"], drug)
    frame = pd.DataFrame(
        {"match": kinds, "member": member.fillna(""), "name": plain.mask(unknown, "")}
    )
    counts = frame.groupby(["match", "member", "name"], as_index=False).size()
    counts["order"] = counts["match"].map({kind: place for place, kind in enumerate(MATCHES)})
    counts = counts.sort_values(["order", "member", "name"], ignore_index=True)
    return counts.rename(columns={"size": "applications"}).drop(columns="order")


def name_reasons(applications: pd.DataFrame, *, pair: Pair) -> dict[str, pd.Series]:
    """Return, for each step of the Blueteq flow, why an application is excluded there.

    Parameters
    ----------
    applications
        The table `blueteq_applications`.

    Returns
    -------
    dict
        Box key -> reason for each application, missing where it stays. Each step is asked of all
        applications; whoever books the steps applies them in turn.
    """
    return {
        "drug": _drug_reasons(applications, pair),
        "initiation": _where(applications["form_type"] != "initiation", "continuation form"),
        "approved": _where(applications["approval_status"] != "approved", "not approved"),
        "dated": _date_reasons(applications, pair),
    }


def choose_one_each(applications: pd.DataFrame) -> pd.Series:
    """Return which applications are further ones of the same patient.

    The one that stays has the earliest planned start, then the earliest approval, then the
    smallest application_id.

    Examples
    --------
    >>> frame = pd.DataFrame({"study_id": [1, 1], "application_id": ["b", "a"],
    ...     "planned_start_date": pd.to_datetime(["2020-01-01"] * 2), "approval_date": pd.NaT})
    >>> choose_one_each(frame).tolist()
    ['further application of the same patient', nan]
    """
    order = ["planned_start_date", "approval_date", "application_id"]
    further = applications.sort_values(order).duplicated("study_id")
    return _where(further.reindex(applications.index), "further application of the same patient")


def _drug_reasons(applications: pd.DataFrame, pair: Pair) -> pd.Series:
    named = match_drug_names(applications["drug_name"], pair.drug) != "unknown"
    forms = match_forms(applications["form_code"], pair.drug)
    decisions = decide(named, forms, match_indications(applications["indication"], pair.drug))
    return decisions.mask(decisions == COUNTS)


def _date_reasons(applications: pd.DataFrame, pair: Pair) -> pd.Series:
    planned, windows = applications["planned_start_date"], pair.windows
    approved = pd.Series(pd.Timestamp(windows.approval_date), planned.index)
    if pair.drug.members:
        starts = {member.name: pd.Timestamp(member.start) for member in pair.drug.members}
        own = name_members(applications["drug_name"], pair.drug).map(starts)
        approved = own.fillna(approved).clip(lower=pd.Timestamp(windows.approval_date))
    impossible = planned.isna() | ~planned.dt.year.between(*POSSIBLE_YEARS)
    reasons = _where(impossible, "planned start missing or impossible")
    rules = {
        "start after the window": planned > pd.Timestamp(windows.treatment.end),
        "start before the window": planned < pd.Timestamp(windows.treatment.start),
        "start before approval of the drug": planned < approved,
    }
    for reason, broken in rules.items():
        reasons = reasons.mask(~impossible & broken, reason)
    return reasons


def _lookup(texts: pd.Series, function: Callable[[str], str], *, otherwise: str = "") -> pd.Series:
    """Return a function of each text, computed once for each different text."""
    found = {text: function(text) for text in texts.dropna().unique()}
    return texts.map(found).astype("str").fillna(otherwise)


def _where(condition: pd.Series, reason: str) -> pd.Series:
    """Return the reason where the condition holds, missing elsewhere."""
    return pd.Series(None, condition.index, dtype="str").mask(condition.astype(bool), reason)
