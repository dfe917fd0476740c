"""What others have stated about a pair, each with its source, as a table that can be read."""

import re
from collections.abc import Sequence

import pandas as pd

from rareaccess import fmt
from rareaccess.errors import UserError
from rareaccess.params import Fact
from rareaccess.paths import project_root

__all__ = ["list_facts", "name_facts", "name_source"]

ENTRY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(author|year)\s*=\s*\{(.*)\},?\s*$", re.MULTILINE)


def list_facts(facts: Sequence[Fact]) -> pd.DataFrame:
    """List the facts: those about one thing stand together, even where they contradict each other.

    Returns
    -------
    pandas.DataFrame
        `about`, `fact`, `source` (author and year), `checked` (whether the source was seen to
        support it): texts only.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> list_facts(load_pair("sle-belimumab").facts)["checked"].unique().tolist()
    ['seen in the source']
    """
    order = {key: place for place, key in enumerate(dict.fromkeys(fact.key for fact in facts))}
    words = {"verified": "seen in the source", "unverified": "not verified"}
    rows = [
        {
            "about": fact.key.replace("_", " ").capitalize(),
            "fact": fact.text,
            "source": name_source(fact.source),
            "checked": words[fact.status],
        }
        for fact in sorted(facts, key=lambda fact: order[fact.key])
    ]
    return pd.DataFrame(rows, columns=["about", "fact", "source", "checked"], dtype="str")


def name_facts(facts: Sequence[Fact], key: str) -> str | None:
    """Return the facts of one key in words, each with its source; None when there is none.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> name_facts(load_pair("hlh-anakinra").facts, "trusts_that_prescribe")
    '31 percent of trusts (British Society for Rheumatology, 2024)'
    >>> name_facts((), "trusts_that_prescribe") is None
    True
    """
    told = []
    for fact in facts:
        if fact.key == key:
            words = fact.text if fact.value is None else f"{fmt.text(fact.value)} {fact.unit}"
            doubt = ", not verified" if fact.status == "unverified" else ""
            told.append(f"{words} ({name_source(fact.source)}{doubt})")
    return "; ".join(told) or None


def name_source(key: str) -> str:
    """Return author and year of an entry of report/references.bib, as the text cites it.

    Raises
    ------
    UserError
        The bibliography has no such entry.

    Examples
    --------
    >>> name_source("nice-ta752")
    'National Institute for Health and Care Excellence, 2021'
    """
    file = project_root() / "report" / "references.bib"
    entries = dict(ENTRY.findall(file.read_text(encoding="utf-8")))
    if key not in entries:
        raise UserError(
            "A source is not in the bibliography.",
            where="report/references.bib",
            found=key,
            expected="an entry of that key",
        )
    fields = dict(FIELD.findall(entries[key]))
    author = fields.get("author", key)
    names = author if author.startswith("{") else author.replace(" and ", "; ")
    return ", ".join([re.sub(r"[{}]", "", names), *filter(None, [fields.get("year")])])
