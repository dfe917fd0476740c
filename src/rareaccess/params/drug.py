"""The section `drug` of a pair: how applications for the drug, or a group of drugs, are found."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from rareaccess.params.clashes import in_order, repeated, some
from rareaccess.params.codes import FormCode, MaybeReference, Status
from rareaccess.params.drug_names import has_lone_number, list_wordings, normalise_drug_name
from rareaccess.params.drug_words import NEVER, OTHER_DRUGS, PLAIN
from rareaccess.params.faults import Fault, Key
from rareaccess.params.kinds import one_of
from rareaccess.params.plain import Day, MaybeName, Name, Text
from rareaccess.params.section import Section, keyed

__all__ = ["AcceptedName", "Drug", "Member", "RejectedName", "Route"]

_SOME = AfterValidator(some)


class Route(Section):
    """One way in which the drug is given, and since when."""

    route: Annotated[str, one_of("IV", "SC", "oral")] = keyed("as on the application form", "IV")
    start: Day = keyed("first day it was available", alias="from")
    label: Name = keyed("what the book calls it", "intravenous infusion")
    source: MaybeReference = keyed("where the date is stated", "nice-ta397", default=None)
    status: Status = keyed("whether a source supports the date", default="verified")


class Member(Section):
    """One drug of a group, such as the biologics for severe asthma."""

    name: Name = keyed("its approved name", "omalizumab")
    names: Annotated[tuple[Name, ...], _SOME] = keyed(
        "names on the form, including brands and biosimilars", "[omalizumab, xolair]"
    )
    misspellings: tuple[Name, ...] = keyed(
        "misspelt names that somebody has audited", "[]", default=()
    )
    start: Day = keyed("first day it was recommended", alias="from")
    appraisal: FormCode = keyed("the appraisal that recommended it", "TA278")
    status: Status = keyed("whether a source supports the date", default="verified")


class AcceptedName(Section):
    """A whole text that somebody has reviewed and found to be the drug."""

    name: Name = keyed("the text, without strength and form", "belimumab own stock")
    member: MaybeName = keyed("of a group, the drug that it is", "omalizumab", default=None)
    reason: Text = keyed("why it is the drug", "a note of the pharmacy")


class RejectedName(Section):
    """A whole text that somebody has reviewed and found not to be the drug."""

    name: Name = keyed("the text, without strength and form", "belimumab delivery charge")
    reason: Text = keyed("why it is not the drug", "a charge")


class Drug(Section):
    """How applications for the drug, or for a group of drugs, are recognised."""

    names: tuple[Name, ...] = keyed(
        "names on the form; capitals, strengths and forms are ignored",
        "[belimumab, benlysta]",
        default=(),
    )
    misspellings: tuple[Name, ...] = keyed(
        "misspelt names that somebody has audited; no other is guessed", "[belimumb]", default=()
    )
    members: tuple[Member, ...] = keyed("the drugs of a group, instead of `names`", default=())
    fillers: tuple[Name, ...] = keyed(
        "further words that may stand beside a name, and say nothing of the drug",
        "[own stock]",
        default=(),
    )
    names_accepted: tuple[AcceptedName, ...] = keyed(
        "whole texts found to be the drug on review, by `rareaccess names`", default=()
    )
    names_rejected: tuple[RejectedName, ...] = keyed(
        "whole texts found not to be the drug on review, by `rareaccess names`", default=()
    )
    indication: Name = keyed("the indication on the form", "systemic lupus erythematosus")
    indication_wordings: tuple[Name, ...] = keyed(
        "other wordings of it that somebody has audited; no other is guessed", "[SLE]", default=()
    )
    form_codes: tuple[FormCode, ...] = keyed(
        "codes of the forms for this drug and indication alone", "[BEL-SLE]"
    )
    shared_form_codes: tuple[FormCode, ...] = keyed(
        "codes of forms shared with other uses of the drug: the indication decides",
        "[BELIMUMAB]",
        default=(),
    )
    routes: Annotated[tuple[Route, ...], _SOME] = keyed("routes, oldest first")

    def find_faults(self) -> Iterator[Fault]:
        """Names once each whatever their capitals, of one drug or of a group; routes once each."""
        yield from self._check_group()
        yield from _check_names(self.names, self.misspellings, (), self.every_name)
        for place, member in enumerate(self.members):
            key = ("members", place)
            yield from _check_names(member.names, member.misspellings, key, self.every_name)
        yield from self._check_fillers()
        yield from self._check_reviewed()
        yield from self._check_forms()
        yield from repeated([route.route for route in self.routes], ("routes",), "route")
        yield from in_order([route.start for route in self.routes], "routes", strict=False)

    def _check_fillers(self) -> Iterator[Fault]:
        """A filler has a word of its own: no name of a drug, and none that changes the meaning."""
        names = {normalise_drug_name(n) for n in (*self.every_name, *self.every_misspelling)}
        example = "fillers: [own stock]"
        for place, filler in enumerate(self.fillers):
            words = {word for wording in list_wordings(filler) for word in wording} - PLAIN
            drugs = sorted({normalise_drug_name(filler), *words} & (names | OTHER_DRUGS))
            meant = sorted(words & NEVER)
            key, expected = ("fillers", place), "words that say nothing of the drug"
            if not words:
                yield Fault(key, f"{filler}, which is left out in any case", expected, example)
            elif drugs:
                yield Fault(key, f"{filler}, with the name of a drug", expected, example)
            elif meant:
                found = f"{filler}, in which {meant[0]} changes what is meant"
                yield Fault(key, found, expected, example)

    def _check_reviewed(self) -> Iterator[Fault]:
        """A text is decided once, and of a group it is said which drug was accepted."""
        members, seen = [member.name for member in self.members], set[str]()
        for part in ("names_accepted", "names_rejected"):
            for place, one in enumerate(getattr(self, part)):
                text = normalise_drug_name(one.name)
                if not text or text in seen:
                    found = "is decided twice" if text else "of which nothing is left"
                    yield Fault(
                        (part, place, "name"),
                        f"{one.name}, which {found}" if text else f"{one.name}, {found}",
                        "each text once, with a word besides strength and formulation",
                    )
                seen.add(text)
        for place, accepted in enumerate(self.names_accepted):
            if (accepted.member in members) != bool(members) or (
                accepted.member and not members
            ):
                yield Fault(
                    ("names_accepted", place, "member"),
                    accepted.member or "no drug of the group",
                    f"one of {', '.join(members)}" if members else "no member: there is no group",
                )

    def _check_forms(self) -> Iterator[Fault]:
        """Some form is named, each once; a wording of the indication once, whatever its case."""
        if not self.form_codes and not self.shared_form_codes:
            yield Fault(
                ("form_codes",),
                "no form, and no shared form either",
                "at least one code in form_codes or in shared_form_codes",
                "form_codes: [BEL-SLE]",
            )
        yield from repeated(self.form_codes, ("form_codes",))
        yield from repeated(self.shared_form_codes, ("shared_form_codes",))
        for place, code in enumerate(self.shared_form_codes):
            if code in self.form_codes:
                yield Fault(
                    ("shared_form_codes", place),
                    f"{code}, which is among form_codes",
                    "a form that serves other uses as well",
                    "shared_form_codes: [ANAKINRA]",
                    "keep it in the right list",
                )
        wordings = [self.indication.casefold(), *(w.casefold() for w in self.indication_wordings)]
        for place, wording in enumerate(self.indication_wordings):
            if wording.casefold() in wordings[: place + 1]:
                yield Fault(
                    ("indication_wordings", place),
                    f"{wording} a second time",
                    "each wording once, whatever its capitals, and not drug.indication again",
                    "indication_wordings: [SLE]",
                    "delete one of them",
                )

    def _check_group(self) -> Iterator[Fault]:
        """A drug has names, or a group has members; no name belongs to two members."""
        if bool(self.names) == bool(self.members):
            found = "both" if self.names else "neither"
            yield Fault(
                ("names",),
                found,
                "the names of one drug, or members of a group",
                "names: [belimumab]",
            )
        yield from repeated([member.name for member in self.members], ("members",), "name")
        yield from in_order([member.start for member in self.members], "members", strict=False)
        owners: dict[str, str] = {}
        for place, member in enumerate(self.members):
            for key in ("names", "misspellings"):
                for at, name in enumerate(getattr(member, key)):
                    owner = owners.setdefault(normalise_drug_name(name), member.name)
                    if owner != member.name:
                        yield Fault(
                            ("members", place, key, at),
                            f"{name}, which is read as a name of {owner}",
                            "each name with one drug of the group, whatever its strength",
                        )

    @property
    def every_name(self) -> tuple[str, ...]:
        """The names of the drug, or of every drug of the group."""
        return (*self.names, *(name for member in self.members for name in member.names))

    @property
    def every_misspelling(self) -> tuple[str, ...]:
        """The audited misspellings of the drug, or of every drug of the group."""
        others = (name for member in self.members for name in member.misspellings)
        return (*self.misspellings, *others)


def _check_names(
    names: tuple[str, ...], misspellings: tuple[str, ...], key: Key, known: tuple[str, ...]
) -> Iterator[Fault]:
    """Names and misspellings once each, and of more than strengths; none stands in both lists."""
    for part, texts in (("names", names), ("misspellings", misspellings)):
        for place, name in enumerate(texts):
            yield from _check_name(name, (*key, part, place))
    yield from repeated([name.casefold() for name in names], (*key, "names"))
    yield from repeated([name.casefold() for name in misspellings], (*key, "misspellings"))
    folded = {normalise_drug_name(name) for name in known}
    for place, name in enumerate(misspellings):
        if normalise_drug_name(name) in OTHER_DRUGS:
            yield Fault(
                (*key, "misspellings", place),
                f"{name}, which is the name of another drug",
                "names that are misspelt",
                "misspellings: [belimumb]",
            )
        if normalise_drug_name(name) in folded:
            yield Fault(
                (*key, "misspellings", place),
                f"{name}, which is among drug.names",
                "names that are misspelt",
                "misspellings: [belimumb]",
            )


def _check_name(name: str, key: Key) -> Iterator[Fault]:
    """Strengths and formulations are taken off what is typed: something must be left to compare."""
    if not normalise_drug_name(name):
        yield Fault(
            key,
            f"{name}, of which nothing is left without strength and formulation",
            "a name that says more: a form without any name would match this one",
        )
    elif has_lone_number(name):
        yield Fault(
            key,
            f"{name}, with a number that would be taken for a strength",
            "a name without a number of its own, or with its unit",
            mend="use another name for the drug: this one would match with any number",
        )
