"""Whether a typed name is a drug: an audited name of it stands there, and all else is known."""

from collections.abc import Iterable
from typing import NamedTuple

from rareaccess.params.drug import Drug
from rareaccess.params.drug_names import list_wordings, normalise_drug_name
from rareaccess.params.drug_words import OTHER_DRUGS, PLAIN, list_fillers

__all__ = ["NameReader", "Reading"]

Words = tuple[str, ...]
LONGEST = 100  # letters of words run together; longer ones are not taken apart
SHORTEST = 3  # letters of a part, where neither an audited name nor a number is among them


class Reading(NamedTuple):
    """What a typed name is: known, misspelt, accepted or unknown, and of which drug of a group.

    `name` holds the audited names that stand in it; `left` the words that are on no list, which
    are free text and may name a person; `rejected` that somebody has reviewed and rejected it.
    """

    match: str
    name: str = ""
    member: str | None = None
    left: Words = ()
    rejected: bool = False


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
    >>> reader.read("Belimumab delivery charge")[::3]
    ('unknown', ('delivery', 'charge'))
    """

    def __init__(self, drug: Drug) -> None:
        self.drug = drug
        self._known, self._misspelt = _names(drug.every_name), _names(drug.every_misspelling)
        own = (drug.indication, *drug.indication_wordings, *drug.fillers)
        self._fillers = _index([*PLAIN, *list_fillers(), *own])
        self._owners = {
            words: member.name
            for member in drug.members
            for words in _names((*member.names, *member.misspellings))
        }
        every = self._known | self._misspelt | self._fillers
        self._longest = max(map(len, every))
        self._parts = {phrase[0] for phrase in every if len(phrase) == 1 and len(phrase[0]) > 1}
        self._reviewed = {
            normalise_drug_name(one.name): Reading("accepted", member=one.member)
            for one in drug.names_accepted
        } | {
            normalise_drug_name(one.name): Reading("unknown", rejected=True)
            for one in drug.names_rejected
        }

    def read(self, typed: str) -> Reading:
        """Return what a typed name is."""
        plain = normalise_drug_name(typed)
        if plain in self._reviewed:
            return self._reviewed[plain]
        closed, opened = list_wordings(typed)
        first = self._read(closed)
        return first if first.match != "unknown" or closed == opened else self._read(opened)

    def _read(self, typed: list[str]) -> Reading:
        """Return what some words are, from the left, the longest phrase first."""
        words = [part for word in typed for part in self._take_apart(word)]
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
        """Return what follows from the audited names in a text, and from what else is there."""
        owners = {self._owners[words] for words in found if words in self._owners}
        name = " ".join(word for words in found for word in words if word not in PLAIN)
        if not found or left or len(owners) > 1:
            return Reading("unknown", name, left=left)
        match = "known" if any(words in self._known for words in found) else "misspelt"
        return Reading(match, name, next(iter(owners), None))

    def _take_apart(self, word: str) -> list[str]:
        """Return the known words that run together in a word, without numbers; else the word.

        Short words may hide in any other: without an audited name or a number beside them, only
        words of three letters and more are taken for parts.
        """
        if word in self._parts or word in OTHER_DRUGS or len(word) > LONGEST:
            return [word]
        parts = self._split(word)
        sure = any((p,) in self._known or (p,) in self._misspelt or p.isdigit() for p in parts)
        if not sure and min(map(len, parts), default=0) < SHORTEST:
            return [word]
        return [part for part in parts if not part.isdigit()]

    def _split(self, word: str) -> list[str]:
        """Return known words and numbers that make up a word, the longest first; else nothing."""
        ways: dict[int, list[str]] = {len(word): []}
        for start in range(len(word) - 1, -1, -1):
            for end in range(len(word), start, -1):
                part = word[start:end]
                if end in ways and (part in self._parts or part.isdigit()):
                    ways[start] = [part, *ways[end]]
                    break
        return ways.get(0, [])


def _index(texts: Iterable[str]) -> frozenset[Words]:
    """Return the words of each text, with its hyphens closed up and opened."""
    return frozenset(tuple(words) for text in texts for words in list_wordings(text) if words)


def _names(names: Iterable[str]) -> frozenset[Words]:
    """Return the words of each name, with and without formulations, which are often left out."""
    whole = _index(names)
    return whole | {tuple(word for word in words if word not in PLAIN) for words in whole} - {()}
