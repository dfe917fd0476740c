"""One condition-drug pair: the whole of a file params/pairs/<pair>.yml."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from rareaccess.contracts.icd10 import has_prefix
from rareaccess.core.errors import UserError
from rareaccess.params.clashes import in_order, repeated, some
from rareaccess.params.codes import Slug, Status
from rareaccess.params.condition import Condition
from rareaccess.params.dated import (
    ENDS,
    NO_FUNDING,
    OF_THE_FUND,
    Commissioning,
    Criterion,
    Windows,
    months_before,
)
from rareaccess.params.drug import Drug
from rareaccess.params.eligibility import Eligibility
from rareaccess.params.faults import Fault, Key, suggest
from rareaccess.params.plain import MaybeText
from rareaccess.params.section import Section, keyed
from rareaccess.params.sections import (
    Activity,
    Cdf,
    Centres,
    Charlson,
    Continuation,
    Fact,
    Names,
    Severity,
)

__all__ = ["TOKENS", "Pair"]

TOKENS = ("pair", "pair_id", *Names.model_fields, "centre_label", "severity_label")


class Pair(Section):
    """One condition-drug pair, as in params/pairs/<pair>.yml."""

    pair: Slug = keyed("the pair's short name, the same as the file name")
    status: Status = keyed("the book says so when a pair is unverified")
    names: Names = keyed("the words of the book")
    condition: Condition = keyed("how people with the condition are found")
    drug: Drug = keyed("how applications for the drug are recognised")
    criteria: Annotated[tuple[Criterion, ...], AfterValidator(some)] = keyed(
        "dated rules of eligibility, oldest first"
    )
    commissioning: tuple[Commissioning, ...] = keyed(
        "when and how the NHS began to pay, and when it ended, oldest first", default=()
    )
    windows: Windows = keyed("periods of observation")
    severity: Severity | None = keyed(
        "measure of severity on the form; leave the section out if there is none", default=None
    )
    cdf: Cdf | None = keyed(
        "a drug in the Cancer Drugs Fund; leave the section out otherwise", default=None
    )
    continuation: Continuation | None = keyed(
        "continuation forms; leave the section out if they say nothing about time", default=None
    )
    centres: Centres = keyed("the centres that may give the drug")
    activity: Activity = keyed("hospital activity before treatment")
    charlson: Charlson = keyed("the index condition within the Charlson index")
    eligibility: Eligibility | None = keyed(
        "what says who needs the drug; leave the section out if no events say so", default=None
    )
    synthetic: MaybeText = keyed(
        "how its synthetic records differ from England, printed while they are used",
        "a tenth of the people, and no start before 2021",
        default=None,
    )
    facts: tuple[Fact, ...] = keyed(
        "what others state, each with its source; facts may contradict each other", default=()
    )

    def find_faults(self) -> Iterator[Fault]:
        """Rules between sections: dated lists, records before treatment, Charlson, facts."""
        treatment = self.windows.treatment
        yield from self._check_dated()
        yield from self._check_end_of_treatment()
        months = self.activity.months_before
        for name in ("apc", "op"):
            start = getattr(self.windows, name).start
            if start > months_before(treatment.start, months):
                yield Fault(
                    ("windows", name, "from"),
                    f"{start}",
                    f"a date at least activity.months_before = {months} months before "
                    f"windows.treatment.from, {treatment.start}",
                )
        yield from self._check_landmark()
        narrow = self.condition.icd10.narrow
        yield from repeated(self.charlson.exclude, ("charlson", "exclude"))
        for place, code in enumerate(self.charlson.exclude):
            if not has_prefix(code, narrow):
                yield Fault(
                    ("charlson", "exclude", place),
                    f"{code}, not a code of the condition",
                    "a code that starts with one of condition.icd10.narrow: " + ", ".join(narrow),
                    "exclude: [M321, M328, M329]",
                )
        keys = list(dict.fromkeys(fact.key for fact in self.facts if fact.value is not None))
        for place, one in enumerate(self.condition.too_broad):
            for at, key in enumerate(one.facts):
                if key not in keys:
                    yield Fault(
                        ("condition", "too_broad", place, "facts", at),
                        key,
                        "the key of a fact with a value: " + (", ".join(keys) or "there are none"),
                        mend=suggest(key, keys),
                    )
        for place, fact in enumerate(self.facts):
            if fact in self.facts[:place]:
                yield Fault(
                    ("facts", place),
                    "the same fact twice",
                    "each fact once from each source",
                    mend="delete one of them",
                )

    def _check_landmark(self) -> Iterator[Fault]:
        """The landmark is a day of treatment, and all of its look-back is within the records."""
        if self.eligibility is None:
            return
        day, months = self.eligibility.landmark, self.eligibility.lookback_months
        approval, end = self.windows.approval_date, self.windows.treatment.end
        if not approval <= day < end:
            yield Fault(
                ("eligibility", "landmark"), f"{day}",
                f"a date from windows.approval_date, {approval}, to before "
                f"windows.treatment.to, {end}",
            )  # fmt: skip
        for name in ("apc", "op"):
            start = getattr(self.windows, name).start
            if start > months_before(day, months):
                yield Fault(
                    ("windows", name, "from"), f"{start}",
                    f"a date at least eligibility.lookback_months = {months} months before "
                    f"eligibility.landmark, {day}",
                )  # fmt: skip

    def _check_end_of_treatment(self) -> Iterator[Fault]:
        """Of an oral drug in the fund it is said when, without a record, treatment has ended."""
        oral = self.drug.routes[0].route == "oral"
        if self.cdf and oral != (self.cdf.end_indicator_days is not None):
            found = self.cdf.end_indicator_days
            yield Fault(
                ("cdf", "end_indicator_days"),
                "null" if found is None else str(found),
                "days, for the drug is oral" if oral else "null, for the drug is not oral",
                "end_indicator_days: 56" if oral else "end_indicator_days: null",
            )

    def _check_dated(self) -> Iterator[Fault]:
        """Each list oldest first, none of it before the approval or after the treatments."""
        yield from self._check_criteria()
        yield from self._check_commissioning()
        for place, route in enumerate(self.drug.routes):
            if route.start > self.windows.treatment.end:
                yield self._too_late(("drug", "routes", place, "from"), f"{route.start}")

    def _check_criteria(self) -> Iterator[Fault]:
        yield from repeated([criterion.id for criterion in self.criteria], ("criteria",), "id")
        starts = [criterion.start for criterion in self.criteria]
        yield from in_order(starts, "criteria", strict=True)
        if starts[0] < self.windows.approval_date:
            yield self._too_early(("criteria", 0, "from"), f"{starts[0]}")
        for place, rule in enumerate(self.criteria):
            known = [earlier.id for earlier in self.criteria[:place]]
            if rule.replaces is not None and rule.replaces not in known:
                yield Fault(
                    ("criteria", place, "replaces"),
                    rule.replaces,
                    "the id of an earlier rule: " + (", ".join(known) or "there is none"),
                    mend=suggest(rule.replaces, known),
                )

    def _check_commissioning(self) -> Iterator[Fault]:
        """Funding begins before it can end, and the fund's on the day that its section gives."""
        changes, section = self.commissioning, "commissioning"
        yield from repeated([change.label for change in changes], (section,), "label")
        yield from in_order([change.start for change in changes], section, strict=True)
        if not changes:
            return
        if changes[0].start < self.windows.approval_date:
            yield self._too_early((section, 0, "from"), f"{changes[0].start}")
        for place, change in enumerate(changes):
            if change.start > self.windows.treatment.end:
                yield self._too_late((section, place, "from"), f"{change.start}")
        for place, (last, change) in enumerate(zip((None, *changes[:-1]), changes, strict=True)):
            ended = last is None or last.funding == NO_FUNDING
            if change.funding in ENDS and ended:
                yield Fault(
                    (section, place, "funding"),
                    f"{change.funding}, where nothing was funded before",
                    "funding that begins, and only then its end",
                    "funding: routine",
                )
        yield from self._check_fund()

    def _check_fund(self) -> Iterator[Fault]:
        """Funding by the Cancer Drugs Fund begins on the day that the section `cdf` gives."""
        found = [(n, c) for n, c in enumerate(self.commissioning) if c.funding == OF_THE_FUND]
        for place, change in found[:1]:
            key = ("commissioning", place)
            if self.cdf is None:
                yield Fault(
                    (*key, "funding"),
                    f"{OF_THE_FUND}, without the section cdf",
                    "the section cdf beside it, which gives the rules of the fund",
                    "funding: routine",
                )
            elif change.start != self.cdf.entry:
                yield Fault(
                    (*key, "from"), f"{change.start}", f"the day of cdf.entry, {self.cdf.entry}"
                )
            elif after := [c for c in self.commissioning[place + 1 :] if c.status == "verified"]:
                last = after[0].start - timedelta(days=1)
                if self.cdf.exit != last:
                    yield Fault(
                        ("cdf", "exit"),
                        f"{self.cdf.exit or 'none'}",
                        f"{last}, the day before {after[0].label} in commissioning",
                        f"exit: {last}",
                    )

    def _too_early(self, key: Key, found: str) -> Fault:
        approval = self.windows.approval_date
        expected = f"a date on or after windows.approval_date, {approval}"
        return Fault(key, f"{found}, before the approval", expected)

    def _too_late(self, key: Key, found: str) -> Fault:
        expected = f"a date up to windows.treatment.to, {self.windows.treatment.end}"
        return Fault(key, f"{found}, after the treatments", expected)

    @property
    def pair_id(self) -> str:
        """The pair's short name with _ for -, for names of variables."""
        return self.pair.replace("-", "_")

    @property
    def time_on_treatment(self) -> bool:
        """Whether records tell how long treatment lasts: SACT, or continuation forms."""
        return self.cdf is not None or self.continuation is not None

    def tokens(self) -> dict[str, str]:
        """Return the text of each token of the notebook templates, in the order of `TOKENS`.

        An apostrophe is given as ’, so that no token ends a quoted string of a template.
        """
        texts = {
            "pair": self.pair,
            "pair_id": self.pair_id,
            **self.names.model_dump(),
            "centre_label": self.centres.label,
            "severity_label": self.severity.label if self.severity else "severity score",
        }
        return {token: text.replace("'", "’") for token, text in texts.items()}

    def section_json(self, names: Iterable[str]) -> str:
        """Return canonical JSON of the named sections: equal settings give equal text.

        Raises
        ------
        UserError
            A name is not a section of a pair file.
        """
        wanted, known = sorted(set(names)), list(type(self).model_fields)
        for name in wanted:
            if name not in known:
                raise UserError(
                    "The pair file has no such section.",
                    where="params of open_study(...)",
                    found=name,
                    expected="one of " + ", ".join(known),
                    mend=suggest(name, known),
                )
        values = self.model_dump(mode="json", by_alias=True, include=set(wanted))
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
