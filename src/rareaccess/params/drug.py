"""The section `drug` of a pair: how applications for the drug, or a group of drugs, are found."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from rareaccess.params.clashes import in_order, repeated, some
from rareaccess.params.codes import FormCode, MaybeReference, Status
from rareaccess.params.drug_names import has_lone_number, normalise_drug_name
from rareaccess.params.drug_words import OTHER_DRUGS
from rareaccess.params.faults import Fault, Key
from rareaccess.params.kinds import one_of
from rareaccess.params.plain import Day, Name
from rareaccess.params.section import Section, keyed
from rareaccess.params.typed_texts import (
    AcceptedName,
    RejectedName,
    check_fillers,
    check_reviewed,
)

__all__ = ["Drug", "Member", "Route"]

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
    misspellings: tuple[Name, ...] = keyed("audited misspellings", "[]", default=())
    start: Day = keyed("first day it was recommended", alias="from")
    appraisal: FormCode = keyed("the appraisal that recommended it", "TA278")
    status: Status = keyed("whether a source supports the date", default="verified")


class Drug(Section):
    """How applications for the drug, or for a group of drugs, are recognised."""

    names: tuple[Name, ...] = keyed(
        "names on the form; capitals, strengths and forms are ignored",
        "[belimumab, benlysta]",
        default=(),
    )
    misspellings: tuple[Name, ...] = keyed(
        "audited misspellings; no other is guessed", "[belimumb]", default=()
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
        "audited other wordings of it; no other is guessed", "[SLE]", default=()
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
        names = (*self.every_name, *self.every_misspelling)
        yield from check_fillers(self.fillers, names)
        members = [member.name for member in self.members]
        yield from check_reviewed(self.names_accepted, self.names_rejected, members)
        yield from self._check_forms()
        yield from repeated([route.route for route in self.routes], ("routes",), "route")
        yield from in_order([route.start for route in self.routes], "routes", strict=False)

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
    taken = {"the name of another drug": OTHER_DRUGS, "among drug.names": folded}
    for place, name in enumerate(misspellings):
        for what, names_there in taken.items():
            if normalise_drug_name(name) in names_there:
                yield Fault(
                    (*key, "misspellings", place),
                    f"{name}, which is {what}",
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
