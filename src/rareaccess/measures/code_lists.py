"""The lists of codes of a condition: printed, compared, and marked where they are too broad."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.contracts.icd10 import dot_code
from rareaccess.disclosure.refusals import PUBLISHED
from rareaccess.measures.statements import cite_fact
from rareaccess.params import Fact, TooBroad

__all__ = ["compare_broad", "name_lists"]


def name_lists(code_lists: pd.DataFrame, *, cohort: int) -> pd.DataFrame:
    """Return the mart of code lists in words, with the cohort that the narrow list makes.

    Parameters
    ----------
    code_lists
        The mart.
    cohort
        People with a narrow code who were alive when the drug was approved.

    Examples
    --------
    >>> lists = pd.DataFrame({"list": ["narrow", "broad"], "codes": ["M321 M328", "M32"],
    ...     "people_apc": [4, 6], "people_op": [1, 1], "people": [5, 7], "beyond_narrow": [0, 2],
    ...     "would_join": [0, 1]})
    >>> name_lists(lists, cohort=4)[["codes", "people", "would_join", "cohort"]]
              codes  people  would_join  cohort
    0  M32.1, M32.8       5           0       4
    1           M32       7           1       4
    """
    codes = [", ".join(dot_code(code) for code in text.split()) for text in code_lists["codes"]]
    return code_lists.assign(level=code_lists["list"].str.capitalize(), codes=codes, cohort=cohort)


def compare_broad(
    code_lists: pd.DataFrame, treated: int, too_broad: Sequence[TooBroad], facts: Sequence[Fact]
) -> pd.DataFrame:
    """Set what a list that is too broad finds beside what others have stated.

    Counts come from records, and what is stated from the settings; neither is computed from the
    other, because they do not count the same people.

    Parameters
    ----------
    code_lists
        The mart.
    treated
        People treated.
    too_broad
        The lists that the settings call too broad, each with the facts that it is compared with.
    facts
        The facts of the pair.

    Returns
    -------
    pandas.DataFrame
        `list`, `group` (the codes and why they are too broad), `what`, `counted` (missing for what
        is stated), `stated` (a text, empty for what is counted) and `source`.
    """
    rows = []
    for one in too_broad:
        found = code_lists[code_lists["list"] == one.list].iloc[0]
        codes = ", ".join(dot_code(code) for code in found["codes"].split())
        about = {"list": one.list, "group": f"{codes}: {one.reason}"}
        counts = {"people with one of these codes": found["people"]}
        if one.list != "narrow":
            counts["of these, without a narrow code"] = found["beyond_narrow"]
        counts["people treated"] = treated
        rows += [
            {**about, "what": words, "counted": count, "stated": "", "source": "these records"}
            for words, count in counts.items()
        ]
        stated = [(fact, fact.value) for key in one.facts for fact in facts if fact.key == key]
        rows += [
            {**about, "what": fact.text, "stated": f"{value:,}", "source": cite_fact(fact)}
            for fact, value in stated
            if value is not None
        ]
    columns = ["list", "group", "what", "counted", "stated", "source"]
    made = pd.DataFrame(rows, columns=columns).astype({"counted": "Int64"})
    made.attrs[PUBLISHED] = ("stated",)  # by others, as the settings quote them
    return made
