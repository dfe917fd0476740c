"""Whether an application is for the pair: what its form and its indication say, as one table."""

from collections.abc import Callable

import pandas as pd

from rareaccess.flow.reasons import DRUG, NAME, REASONS, SILENT, USE
from rareaccess.params import Drug

__all__ = [
    "COUNTS",
    "DECISIONS",
    "count_forms",
    "decide",
    "fold_wording",
    "match_forms",
    "match_indications",
]

FORMS = ("own", "shared", "other")
WORDINGS = ("audited", "another", "missing")
COUNTS = "counts"
DECISIONS = {
    # the drug's name is recognised
    (True, "own", "audited"): COUNTS,
    (True, "own", "another"): COUNTS,  # a code is chosen from a list, a text is typed
    (True, "own", "missing"): COUNTS,
    (True, "shared", "audited"): COUNTS,
    (True, "shared", "another"): USE,
    (True, "shared", "missing"): SILENT,
    (True, "other", "audited"): COUNTS,  # a form of another code, or of none, says it in words
    (True, "other", "another"): USE,
    (True, "other", "missing"): SILENT,
    # it is not: only a form of the drug's own tells that the drug may be meant
    (False, "own", "audited"): NAME,
    (False, "own", "another"): NAME,
    (False, "own", "missing"): NAME,
    (False, "shared", "audited"): NAME,
    (False, "shared", "another"): USE,
    (False, "shared", "missing"): SILENT,
    (False, "other", "audited"): DRUG,
    (False, "other", "another"): DRUG,
    (False, "other", "missing"): DRUG,
}  # name recognised, form, indication -> whether the application counts, or why it does not


def fold_wording(text: str) -> str:
    """Return a wording without case, kinds of dash and apostrophe, and further spaces.

    Examples
    --------
    >>> fold_wording(" Adult\u2010onset  STILL\u2019s disease. ")
    "adult-onset still's disease"
    """
    plain = text.casefold().translate(str.maketrans("\u2010\u2011\u2012\u2013\u2019", "----'"))
    return " ".join(plain.split()).rstrip(".")


def match_indications(indications: pd.Series, drug: Drug) -> pd.Series:
    """Return for each indication whether its wording is audited, another one, or missing.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> typed = pd.Series(["HLH", "Still's disease", " ", None])
    >>> match_indications(typed, load_pair("hlh-anakinra").drug).tolist()
    ['audited', 'another', 'missing', 'missing']
    """
    known = {fold_wording(text) for text in (drug.indication, *drug.indication_wordings)}

    def match(text: str) -> str:
        folded = fold_wording(text)
        return "missing" if not folded else "audited" if folded in known else "another"

    return _lookup(indications, match, "missing")


def match_forms(codes: pd.Series, drug: Drug) -> pd.Series:
    """Return for each code of a form whether it is the pair's own, shared, or another one.

    A shared form serves other uses of the drug as well. No code is another one.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> drug = load_pair("hlh-anakinra").drug
    >>> match_forms(pd.Series(["ANA-HLH", "ANAKINRA", "ANA-GOUT", None]), drug).tolist()
    ['own', 'shared', 'other', 'other']
    """
    kinds = dict.fromkeys(drug.form_codes, "own") | dict.fromkeys(drug.shared_form_codes, "shared")
    return _lookup(codes, lambda code: kinds.get(code.strip(), "other"), "other")


def decide(named: pd.Series, forms: pd.Series, wordings: pd.Series) -> pd.Series:
    """Return for each application that it counts, or why it does not: `DECISIONS`.

    Parameters
    ----------
    named
        Whether the drug's name is recognised.
    forms, wordings
        As `match_forms` and `match_indications` return them.

    Examples
    --------
    >>> decide(pd.Series([True]), pd.Series(["shared"]), pd.Series(["missing"])).tolist()
    ['indication not stated']
    """
    cases = pd.DataFrame({"named": named.astype(bool), "form": forms, "wording": wordings})
    kinds = cases.groupby([*cases], sort=False, dropna=False)
    decisions = [DECISIONS[case] for case, _ in kinds.size().items()]
    return kinds.ngroup().map(dict(enumerate(decisions))).astype("str")


def count_forms(applications: pd.DataFrame, named: pd.Series, drug: Drug) -> pd.DataFrame:
    """Return the mart of forms: applications by form and indication, and what was decided.

    Applications for other drugs are left out: nothing in them points at the pair.

    Parameters
    ----------
    applications
        `form_code`, `indication`.
    named
        Whether the drug's name is recognised.

    Notes
    -----
    A form of the pair's own with another indication counts, and may be a slip on either side: how
    many there are is for people to see.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> typed = pd.DataFrame({"form_code": ["ANA-HLH", "ANAKINRA", "RTX"],
    ...     "indication": ["Gout", None, "Gout"]})
    >>> drug = load_pair("hlh-anakinra").drug
    >>> count_forms(typed, pd.Series([True, True, False]), drug).to_numpy().tolist()
    [['own', 'another', 'counts', 1], ['shared', 'missing', 'indication not stated', 1]]
    """
    frame = pd.DataFrame(
        {
            "form": match_forms(applications["form_code"], drug),
            "indication": match_indications(applications["indication"], drug),
        }
    )
    frame["decision"] = decide(named, frame["form"], frame["indication"])
    frame = frame[frame["decision"] != DRUG]
    counts = frame.groupby(["form", "indication", "decision"], as_index=False).size()
    orders = {"form": FORMS, "indication": WORDINGS, "decision": (COUNTS, *REASONS)}
    for name, order in orders.items():
        counts[name] = pd.Categorical(counts[name], list(order), ordered=True)
    counts = counts.sort_values(list(orders), ignore_index=True)
    return counts.astype(dict.fromkeys(orders, "str")).rename(columns={"size": "applications"})


def _lookup(texts: pd.Series, function: Callable[[str], str], otherwise: str) -> pd.Series:
    """Return a function of each text, computed once for each different text."""
    found = {text: function(text) for text in texts.dropna().unique()}
    return texts.map(found).astype("str").fillna(otherwise)
