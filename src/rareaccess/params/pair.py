"""One condition-drug pair: the whole of a file params/pairs/<pair>.yml."""

import json
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from rareaccess.core.errors import UserError
from rareaccess.params import rules
from rareaccess.params.base import Section, keyed
from rareaccess.params.clashes import checked, some
from rareaccess.params.codes import Slug
from rareaccess.params.faults import suggest
from rareaccess.params.models import (
    Activity,
    Cdf,
    Centres,
    Charlson,
    Commissioning,
    Condition,
    Continuation,
    Criterion,
    Drug,
    Fact,
    Names,
    Severity,
    Status,
    Windows,
)

__all__ = ["TOKENS", "Pair"]

TOKENS = (
    "pair",
    "pair_id",
    "condition",
    "condition_short",
    "drug",
    "brand",
    "people",
    "centre_label",
    "severity_label",
)


class Pair(Section):
    """One condition-drug pair, as in params/pairs/<pair>.yml."""

    pair: Slug = keyed("the pair's short name; equal to the file's name")
    status: Status = keyed("unverified is printed in the book")
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
        "measure of severity on the form; leave the section out when there is none", default=None
    )
    cdf: Cdf | None = keyed(
        "a drug in the Cancer Drugs Fund; leave the section out otherwise", default=None
    )
    continuation: Continuation | None = keyed(
        "continuation forms; leave the section out where they tell nothing", default=None
    )
    centres: Centres = keyed("the centres that may give the drug")
    activity: Activity = keyed("hospital activity before treatment")
    charlson: Charlson = keyed("the index condition within the Charlson index")
    facts: tuple[Fact, ...] = keyed(
        "stated elsewhere, each with its source; they may contradict each other", default=()
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return checked(self, rules.check_pair)

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
        severity = self.severity.label if self.severity else "severity score"
        names = self.names
        texts = (
            self.pair,
            self.pair_id,
            names.condition,
            names.condition_short,
            names.drug,
            names.brand,
            names.people,
            self.centres.label,
            severity,
        )
        return {token: text.replace("'", "’") for token, text in zip(TOKENS, texts, strict=True)}

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
                    "A section of the pair file was asked for that does not exist.",
                    where="params of open_study(...)",
                    found=name,
                    expected="one of " + ", ".join(known),
                    mend=suggest(name, known),
                )
        values = self.model_dump(mode="json", by_alias=True, include=set(wanted))
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
