"""Whether a typed name is a drug: an audited name of it stands there, and all else is known."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from rareaccess.params.drug import Drug
from rareaccess.params.drug_names import list_wordings, normalise_drug_name
from rareaccess.params.drug_words import OTHER_DRUGS, PLAIN, list_fillers

__all__ = ["NameReader", "Reading"]

Words = tuple[str, ...]
LONGEST = 40  # letters of words run together; longer ones are not taken apart


class Reading(NamedTuple):
    """What a typed name is: known, misspelt, accepted or unknown, and of which drug of a group.

    `name` holds the audited names that stand in it, if it was read by them; `left` the words that
    are on no list, which are free text and may name a person.
    """

    match: str
    name: str = ""
    member: str | None = None
    left: Words = ()


class NameReader:
    """Reads the typed names of one drug, or of a group of drugs.

    A text counts when an audited name (or audited misspelling) stands in it as a whole word, names
    of no more than one drug of a group do, and every other word is a number, a formulation or a
    filler: of the package's list, of the pair's own (`drug.fillers`), or a wording of the
    indication. Words that run together are taken apart only where each part is such a word. What
    somebody has accepted or rejected comes first.

    Notes
    -----
    No name of another drug is a filler, so that none can stand in a text that is read.

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> reader = NameReader(load_pair("sle-belimumab").drug)
    >>> reader.read("Benlysta (belimumab) 200mg PFS - homecare")[:2]
    ('known', 'benlysta belimumab')
    >>> reader.read("Belimumab delivery charge")
    Reading(match='unknown', name='', member=None, left=('delivery', 'charge'))
    """

    def __init__(self, drug: Drug) -> None:
        self.drug = drug
        self._known, self._misspelt = _index(drug.every_name), _index(drug.every_misspelling)
        own = (drug.indication, *drug.indication_wordings, *drug.fillers)
        self._fillers = _index([*list_fillers(), *own]) - {()}
        self._longest = max(map(len, self._known | self._misspelt | self._fillers))

    @cached_property
    def _owners(self) -> dict[Words, str]:
        """The drug of a group that each audited name belongs to."""
        return {
            words: member.name
            for member in self.drug.members
            for words in _index((*member.names, *member.misspellings))
        }

    @cached_property
    def _single(self) -> frozenset[str]:
        """Every single word that may be part of words run together."""
        phrases = self._known | self._misspelt | self._fillers
        return PLAIN | {words[0] for words in phrases if len(words) == 1 and len(words[0]) > 1}

    @cached_property
    def _reviewed(self) -> dict[str, Reading]:
        """What somebody has decided, by the whole text without strength and the like."""
        accepted = {
            normalise_drug_name(one.name): Reading("accepted", member=one.member)
            for one in self.drug.names_accepted
        }
        rejected = {
            normalise_drug_name(one.name): Reading("unknown") for one in self.drug.names_rejected
        }
        return accepted | rejected

    def read(self, typed: str) -> Reading:
        """Return what a typed name is."""
        closed, opened = list_wordings(typed)
        if closed in self._reviewed:
            return self._reviewed[closed]
        readings = [self._read(text.split()) for text in dict.fromkeys((closed, opened))]
        return next((one for one in readings if one.match != "unknown"), readings[-1])

    def _read(self, typed: list[str]) -> Reading:
        """Return what some words are, from the left, the longest phrase first."""
        words = [part for word in typed for part in self._part(word)]
        found: list[Words] = []
        left: list[str] = []
        place = 0
        while place < len(words):
            for size in range(min(self._longest, len(words) - place), 0, -1):
                phrase = tuple(words[place : place + size])
                if phrase in self._known or phrase in self._misspelt:
                    found.append(phrase)
                    break
                if phrase in self._fillers:
                    break
            else:
                left.append(words[place])
            place += size
        return self._judge(list(dict.fromkeys(found)), tuple(left))

    def _judge(self, found: list[Words], left: Words) -> Reading:
        owners = {self._owners[words] for words in found} if self._owners else set()
        if not found or left or len(owners) > 1:
            return Reading("unknown", left=left)
        match = "known" if any(words in self._known for words in found) else "misspelt"
        name = " ".join(word for words in found for word in words)
        return Reading(match, name, next(iter(owners), None))

    def _part(self, word: str) -> Iterable[str]:
        """Return the known words of which a word is made, without numbers and formulations.

        Letters alone are taken apart only around an audited name; a word that cannot be is
        returned as it is.
        """
        if word in self._single or word in OTHER_DRUGS or len(word) > LONGEST:
            return [word]
        parts = self._split(word) or []
        audited = any((part,) in self._known or (part,) in self._misspelt for part in parts)
        if not audited and not any(part.isdigit() for part in parts):
            return [word]
        return [part for part in parts if part not in PLAIN and not part.isdigit()]

    def _split(self, word: str) -> list[str] | None:
        """Return known words and numbers that make up a word, the longest first; else nothing."""
        ways: dict[int, list[str]] = {len(word): []}
        for start in range(len(word) - 1, -1, -1):
            for end in range(len(word), start, -1):
                part = word[start:end]
                if end in ways and (part in self._single or part.isdigit()):
                    ways[start] = [part, *ways[end]]
                    break
        return ways.get(0)


def _index(names: Iterable[str]) -> frozenset[Words]:
    """Return the words of each name, with its hyphens closed up and opened."""
    return frozenset(tuple(text.split()) for name in names for text in list_wordings(name))
