"""What differs between the pairs before any number is read: time, codes, drugs, settings."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.disclosure import Count, Hidden, Released, Shown, fmt
from rareaccess.measures.comparison.rows import (
    about,
    list_minutes,
    list_treated,
    name_pair,
)
from rareaccess.measures.periods import count_months
from rareaccess.measures.statements import name_facts
from rareaccess.params import Commissioning
from rareaccess.params.dated import CLOSED, ENDS, NO_FUNDING
from rareaccess.study import Studies, Study

__all__ = ["build_differences", "list_differences", "warn_of_end"]

FEW = 100  # people: below it one person is more than a percentage point


def list_differences(study: Study, treated: Count | Hidden, *, brief: bool = False) -> list[str]:
    """List what a reader of a pair's row must bear in mind, from its settings and marts.

    Parameters
    ----------
    study
        The pair.
    treated
        Its treated people, as they may be shown.
    brief
        Refer to the pair's own page for why a cohort is no denominator.
    """
    params, windows = study.params, study.params.windows
    late = windows.treatment.start > windows.approval_date
    members, unseen = len(params.drug.members), _list_unseen(study)
    found = {
        f"the cohort is found by {fmt.codes(params.condition.icd10.narrow)}": True,
        **dict.fromkeys(_list_too_broad(study, brief=brief), True),
        f"a group of {fmt.whole(members)} drugs, each with its own first day": members > 0,
        **{f"{told} {fmt.date(one.start)}{doubt}": True for one, told, doubt in _list_ends(study)},
        **(
            {f"the drug entered the Cancer Drugs Fund on {fmt.date(params.cdf.entry)}": True}
            if params.cdf
            else {}
        ),
        "too few people were treated to show how many": isinstance(treated, Hidden),
        f"with {fmt.n(treated)} people treated, one person is more than 1%": (
            not isinstance(treated, Hidden) and treated < FEW
        ),
        f"starts are seen from {fmt.date(windows.treatment.start)} only": late,
        "the form asks for no severity": params.severity is None,
        "there is no list of centres": not study.trusts["centre"].any(),
        "no travel time is known": not list_minutes(study).notna().any(),
        "some settings have no source yet": params.status == "unverified",
        f"no source was seen for the day of {fmt.joined(unseen)}": (
            params.status != "unverified" and len(unseen) > 0
        ),
        f"synthetic records: {study.register.head.get('note')}": bool(
            study.register.head.get("note")
        ),
    }
    return [words for words, holds in found.items() if holds]


def _list_ends(study: Study) -> list[tuple[Commissioning, str, str]]:
    """List how starts have ended, in words, and that a source is missing where it is."""
    words = {CLOSED: "closed to new starts since", NO_FUNDING: "no funding since"}
    return [
        (one, words[one.funding], "" if one.ends_starts else ", not verified")
        for one in study.params.commissioning[-1:]
        if one.funding in words
    ]


def _list_unseen(study: Study) -> list[str]:
    """List the dated settings whose day no source supports."""
    dated = [(one.id, one) for one in study.params.criteria]
    dated += [(one.label, one) for one in study.params.drug.routes]
    dated += [(one.label, one) for one in study.params.commissioning]
    return [name for name, one in dated if one.status == "unverified"]


def warn_of_end(changes: Sequence[Commissioning], *, synthetic: bool) -> Shown:
    """Say that an end of funding or of new starts is unverified; nothing where none is.

    Parameters
    ----------
    changes
        How the NHS has paid, oldest first.
    synthetic
        Whether the records are synthetic: these go on after such an end.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> ibrutinib = load_pair("waldenstrom-ibrutinib").commissioning
    >>> warn_of_end(ibrutinib, synthetic=False)
    ' The settings say "closed to new starts" from 8 June 2022, unverified. Users continue.'
    >>> warn_of_end(ibrutinib[:1], synthetic=True)
    ''
    """
    last = changes[-1] if changes else None
    if last is None or last.funding not in ENDS or last.ends_starts:
        return Shown("")
    words = f' The settings say "{last.label}" from {fmt.date(last.start)}, unverified'
    if synthetic:
        words += ", and the synthetic records ignore it: starts after that day mean nothing"
    users = " Users continue." if last.funding == CLOSED else ""
    return Shown(f"{words}.{users}")


def _list_too_broad(study: Study, *, brief: bool) -> list[str]:
    """List why the codes of the cohort are no denominator, and what others have counted."""
    told = []
    for one in study.params.condition.too_broad:
        if one.list == "narrow" and brief:
            told.append("this cohort is no denominator (the page in brief of the pair says why)")
        elif one.list == "narrow":
            stated = [name_facts(study.params.facts, key) for key in one.facts]
            pairs = zip(one.facts, stated, strict=True)
            facts = [f"{key.replace('_', ' ')}: {words}" for key, words in pairs if words]
            told += [f"this cohort is no denominator, as {one.reason}", *facts]
    return told


def build_differences(studies: Studies) -> Released:
    """What has to be borne in mind of each pair, one row a pair; no count of people.

    Returns
    -------
    Released
        `name`, `months` from the approval to the end of the window or of funding, and
        `mind`: the words of `list_differences`.
    """
    rows = []
    for study in studies.values():
        treated = study.population("treated", list_treated(study))
        words = "; ".join(list_differences(study, treated.n, brief=True))
        rows.append(
            {
                "pair": study.pair,
                "name": name_pair(study),
                "months": count_months(study),
                "mind": words[:1].upper() + words[1:],
            }
        )
    notes = about(
        studies, "Settings, not results: the file of each pair says where they come from",
        "settings of the pairs",
    )  # fmt: skip
    treated = studies.of_pairs("treated", list_treated)
    return studies.release(
        pd.DataFrame(rows), "compare-differ", population=treated, keys=["months"], **notes
    )
