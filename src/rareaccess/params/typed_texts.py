"""What a pair adds to how typed names are read: fillers, and whole texts that were reviewed."""

from collections.abc import Iterable, Iterator, Sequence

from rareaccess.params.drug_names import list_wordings, normalise_drug_name
from rareaccess.params.drug_words import NEVER, OTHER_DRUGS, PLAIN
from rareaccess.params.faults import Fault
from rareaccess.params.plain import MaybeName, Name, Text
from rareaccess.params.section import Section, keyed

__all__ = ["AcceptedName", "RejectedName", "check_fillers", "check_reviewed"]


class AcceptedName(Section):
    """A whole text that was found on review to be the drug."""

    name: Name = keyed("the text, without strength and form", "belimumab own stock")
    member: MaybeName = keyed("of a group, the drug that it is", "omalizumab", default=None)
    reason: Text = keyed("why it is the drug", "a note of the pharmacy")


class RejectedName(Section):
    """A whole text that was found on review not to be the drug."""

    name: Name = keyed("the text, without strength and form", "belimumab delivery charge")
    reason: Text = keyed("why it is not the drug", "a charge")


def check_fillers(fillers: Sequence[str], names: Iterable[str]) -> Iterator[Fault]:
    """A filler has a word of its own: no name of a drug, and none that changes what is meant.

    Parameters
    ----------
    names
        Every name and misspelling of the pair's own drug.
    """
    drugs = {normalise_drug_name(name) for name in names} | OTHER_DRUGS
    for place, filler in enumerate(fillers):
        words = {word for wording in list_wordings(filler) for word in wording} - PLAIN
        if not words:
            found = f"{filler}, which is left out in any case"
        elif {normalise_drug_name(filler), *words} & drugs:
            found = f"{filler}, with the name of a drug"
        elif words & NEVER:
            found = f"{filler}, in which {min(words & NEVER)} changes what is meant"
        else:
            continue
        expected = "words that say nothing of the drug"
        yield Fault(("fillers", place), found, expected, "fillers: [own stock]")


def check_reviewed(
    accepted: Sequence[AcceptedName], rejected: Sequence[RejectedName], members: Sequence[str]
) -> Iterator[Fault]:
    """A text is decided once, and of a group it is said which drug was accepted."""
    seen: set[str] = set()
    both: dict[str, Sequence[AcceptedName | RejectedName]]
    both = {"names_accepted": accepted, "names_rejected": rejected}
    for part, decided in both.items():
        for place, one in enumerate(decided):
            text = normalise_drug_name(one.name)
            if not text or text in seen:
                note = "which is decided twice" if text else "of which nothing is left"
                expected = "each text once, with a word besides strength and formulation"
                yield Fault((part, place, "name"), f"{one.name}, {note}", expected)
            seen.add(text)
    for place, one in enumerate(accepted):
        if one.member not in (members or (None,)):
            expected = "one of " + ", ".join(members) if members else "null: there is no group"
            found = one.member or "no drug of the group"
            yield Fault(("names_accepted", place, "member"), found, expected)
