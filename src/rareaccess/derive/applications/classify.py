"""What each application is: its drug, its form, its indication, and whether it is for the pair."""

from collections.abc import Callable
from functools import cache

import pandas as pd

from rareaccess.flow.reasons import DRUG, NAME, SILENT, USE
from rareaccess.params import Drug
from rareaccess.params.drug_names import normalise_drug_name
from rareaccess.params.name_reader import NameReader

__all__ = [
    "COUNTS",
    "DECISIONS",
    "FORMS",
    "WORDINGS",
    "classify_applications",
    "fold_wording",
    "match_forms",
    "read_names",
]

AUDITED = ("known", "misspelt")  # read by a name of the lists
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


def classify_applications(applications: pd.DataFrame, drug: Drug) -> pd.DataFrame:
    """Return the applications with what each one is; everything later reads these columns.

    Parameters
    ----------
    applications
        `drug_name`, `form_code`, `indication`: free text, a code, free text.

    Returns
    -------
    pandas.DataFrame
        With `name`, `match` and `member`, as `read_names` gives them; `form`: own, shared or other;
        `wording` of the indication: audited, another or missing; and `decision`: that the
        application counts, or why it does not.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> typed = pd.DataFrame({"drug_name": ["Kineret 100mg"], "form_code": ["ANAKINRA"],
    ...     "indication": ["Still's disease"]})
    >>> classify_applications(typed, load_pair("hlh-anakinra").drug).iloc[0, 3:].tolist()
    ['kineret', 'known', nan, 'shared', 'another', 'other indication']
    """
    names = read_names(applications["drug_name"], drug)
    known = {fold_wording(text) for text in (drug.indication, *drug.indication_wordings)}

    def match(text: str) -> str:
        folded = fold_wording(text)
        return "missing" if not folded else "audited" if folded in known else "another"

    forms = match_forms(applications["form_code"], drug)
    wordings = _lookup(applications["indication"], match).fillna("missing")
    cases = pd.DataFrame({"named": names["match"] != "unknown", "form": forms, "wording": wordings})
    kinds = cases.groupby([*cases], sort=False)
    decisions = kinds.ngroup().map(dict(enumerate(DECISIONS[case] for case in kinds.size().index)))
    return applications.assign(
        **names, form=forms, wording=wordings, decision=decisions.astype("str")
    )


def read_names(names: pd.Series, drug: Drug) -> pd.DataFrame:
    """Return what each typed name is of the drug, or of a group of drugs.

    `params.name_reader` holds the rule. No spelling is guessed: a name is known, misspelt in a way
    that was audited, accepted by somebody who reviewed it, or unknown.

    Returns
    -------
    pandas.DataFrame
        `name`: the audited names in it, else the text without strength and the like; `match`:
        known, misspelt, accepted or unknown; `member`: the drug of a group, missing where it is
        none, and of a pair with one drug.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> typed = pd.Series(["XOLAIR 150mg (Novartis)", "Omalizumab or dupilumab", "belimumob", None])
    >>> read_names(typed, load_pair("severe-asthma-biologics").drug)["member"].tolist()
    ['omalizumab', nan, nan, nan]
    >>> read_names(typed, load_pair("sle-belimumab").drug)["match"].tolist()
    ['unknown', 'unknown', 'unknown', 'unknown']
    """
    read = cache(NameReader(drug).read)

    def name(typed: str) -> str:
        return read(typed).name if read(typed).match in AUDITED else normalise_drug_name(typed)

    return pd.DataFrame(
        {
            "name": _lookup(names, name).fillna(""),
            "match": _lookup(names, lambda typed: read(typed).match).fillna("unknown"),
            "member": _lookup(names, lambda typed: read(typed).member),
        }
    )


def fold_wording(text: str) -> str:
    """Return a wording without case, kinds of dash and apostrophe, and further spaces.

    Examples
    --------
    >>> fold_wording(" Adult\u2010onset  STILL\u2019s disease. ")
    "adult-onset still's disease"
    """
    plain = text.casefold().translate(str.maketrans("\u2010\u2011\u2012\u2013\u2019", "----'"))
    return " ".join(plain.split()).rstrip(".")


def match_forms(codes: pd.Series, drug: Drug) -> pd.Series:
    """Return for each code of a form whether it is the pair's own, shared, or another one.

    A shared form serves other uses of the drug as well. No code is another one. Case does not
    matter.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> drug = load_pair("hlh-anakinra").drug
    >>> match_forms(pd.Series(["ANA-HLH", "ANAKINRA", "ANA-GOUT", None]), drug).tolist()
    ['own', 'shared', 'other', 'other']
    """
    kinds = dict.fromkeys(drug.form_codes, "own") | dict.fromkeys(drug.shared_form_codes, "shared")
    kinds = {code.casefold(): kind for code, kind in kinds.items()}
    return _lookup(codes, lambda code: kinds.get(code.strip().casefold(), "other")).fillna("other")


def _lookup(texts: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """Return a function of each text, computed once for each different text."""
    return texts.map({text: function(text) for text in texts.dropna().unique()}).astype("str")
