"""What others have stated about a pair, each with its source, as a readable table."""

import re
from collections.abc import Sequence

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.disclosure import Plain, fmt
from rareaccess.params import Commissioning, Criterion, Fact, Route
from rareaccess.params.dated import ENDS

__all__ = ["cite_fact", "list_changes", "list_facts", "name_facts", "name_source", "tell_checked"]

ENTRY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,(.*?)^\}", re.MULTILINE | re.DOTALL)
CHECKED = {"verified": "seen in the source", "unverified": "not verified"}
KINDS = {Criterion: "Criteria", Route: "Route", Commissioning: "Funding"}
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
    rows = [
        {
            "about": _heading(fact.key),
            "fact": fact.text,
            "source": cite_fact(fact),
            "checked": CHECKED[fact.status],
        }
        for fact in sorted(facts, key=lambda fact: order[fact.key])
    ]
    return pd.DataFrame(rows, columns=["about", "fact", "source", "checked"], dtype="str")


def list_changes(
    criteria: Sequence[Criterion],
    routes: Sequence[Route],
    commissioning: Sequence[Commissioning] = (),
) -> pd.DataFrame:
    """List the dated changes of a pair, oldest first: criteria, routes and funding.

    Returns
    -------
    pandas.DataFrame
        `day` (the first), `kind`, `change`, `source` (author and year), `checked`: texts.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> pair = load_pair("sle-belimumab")
    >>> list_changes(pair.criteria, pair.drug.routes)["kind"].tolist()
    ['Criteria', 'Route', 'Route', 'Criteria']
    """
    rows = [
        {
            "day": fmt.date_short(one.start),
            "kind": KINDS[type(one)],
            "change": _tell(one),
            "source": _cite(one.source, one.status),
            "checked": CHECKED[one.status],
        }
        for one in sorted([*criteria, *routes, *commissioning], key=lambda one: one.start)
    ]
    return pd.DataFrame(rows, columns=["day", "kind", "change", "source", "checked"], dtype="str")


def tell_checked(rows: pd.DataFrame, what: str) -> str:
    """Return the caveat of listed statements: which of them were not seen in their source.

    Parameters
    ----------
    rows
        As `list_facts` and `list_changes` give them.
    what
        What a source would support: "the day".

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> rows = list_changes(load_pair("sle-belimumab").criteria, ())
    >>> tell_checked(rows.assign(checked="not verified"), "the day")
    'No row is verified: no source was seen that supports the day'
    >>> tell_checked(rows.assign(checked="seen in the source"), "the day")
    'Every row was seen in its source'
    """
    seen = rows["checked"] == CHECKED["verified"]
    if len(rows) and seen.all():
        return "Every row was seen in its source"
    who = "Not verified" if seen.any() else "No row is verified"
    return f"{who}: no source was seen that supports {what}"


def cite_fact(fact: Fact) -> str:
    """Return author and year of a fact's source; of one that is not verified there may be none.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> cite_fact(load_pair("sle-belimumab").facts[0])
    'British Association of Dermatologists'
    """
    return _cite(fact.source, fact.status)


def _tell(one: Criterion | Route | Commissioning) -> str:
    """Return what a dated entry says; criteria and routes start with their short name."""
    if isinstance(one, Route):
        return f"{one.route}: {one.label}"
    if isinstance(one, Criterion):
        more = f"; treatment goes on {one.continues}" if one.continues else ""
        place = f" (in place of {one.replaces})" if one.replaces else ""
        return f"{one.id}{place}: {one.summary}{more}"
    kind = "" if one.funding in ENDS else f" ({one.funding})"
    return one.summary[:1].upper() + one.summary[1:] + kind


def _heading(key: str) -> str:
    """Return a key as words that begin with a capital letter, as a month before a year does."""
    months = "|".join(fmt.MONTHS)
    words = re.sub(
        rf"\b({months})(?= \d{{4}}\b)", lambda m: m[0].title(), key.replace("_", " "), flags=re.I
    )
    return words[:1].upper() + words[1:]


def _cite(key: str | None, status: str) -> str:
    """Return the source; what is not verified may name one that the bibliography lacks."""
    try:
        return name_source(key) if key else "none named"
    except UserError:
        if status == "verified":
            raise
        return "none that is in the bibliography"


def name_facts(facts: Sequence[Fact], key: str) -> str | None:
    """Return the facts of one key in words, each with its source; None when there is none.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> name_facts(load_pair("hlh-anakinra").facts, "trusts_that_prescribe")
    '31 per cent of trusts (British Society for Rheumatology, 2024)'
    >>> name_facts((), "trusts_that_prescribe") is None
    True
    """
    told = []
    for fact in facts:
        if fact.key == key:
            words = (
                fact.text if fact.value is None else f"{fmt.text(Plain(fact.value))} {fact.unit}"
            )
            doubt = ", not verified" if fact.status == "unverified" else ""
            told.append(f"{words} ({cite_fact(fact)}{doubt})")
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
    names = _authors(fields.get("author", key))
    return ", ".join([re.sub(r"[{}]", "", names), *filter(None, [fields.get("year")])])


def _authors(author: str) -> str:
    """Return the surnames of up to three people, the first of more, or the name of a body."""
    if author.startswith("{"):
        return author
    surnames = [name.split(",")[0] for name in author.split(" and ")]
    return fmt.joined(surnames) if len(surnames) < 4 else f"{surnames[0]} et al."
