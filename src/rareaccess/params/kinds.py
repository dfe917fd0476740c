"""A kind of value: its rule, its words and its example, for models, messages and documents."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rareaccess.params.faults import suggest

__all__ = ["Kind", "Wrong", "matching", "one_of", "or_null", "pattern", "quoted", "shape_note"]


class Wrong(Exception):
    """A value that does not fit its kind: a note on what it is, and the likely remedy."""

    def __init__(self, note: str = "", mend: str = "") -> None:
        super().__init__(note)
        self.note, self.mend = note, mend


@dataclass(frozen=True)
class Kind:
    """A kind of value, put on a model's field as an annotation; pydantic's own conversion is off.

    Parameters
    ----------
    expected
        The rule in words, as messages and docs/params.md print it.
    example
        A value that fits, as it is written in YAML.
    check
        Returns the value as the models keep it, or raises `Wrong`.
    label
        A short name for the kind, when many keys share it; docs/params.md explains it once.
    schema
        The rule as far as JSON Schema can say it, for editors; they complete and check by it.

    Examples
    --------
    >>> Kind("some text", "lupus", quoted).validate("asthma")
    'asthma'
    """

    expected: str
    example: str
    check: Callable[[object], object]
    label: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def validate(self, value: object) -> object:
        """Return the value as the models keep it; raise the error that pydantic collects."""
        try:
            return self.check(value)
        except Wrong as wrong:
            said = {"expected": self.expected, "example": self.example}
            said |= {"note": wrong.note, "mend": wrong.mend}
            raise PydanticCustomError("kind", "{expected}", said) from None

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic call `validate` and nothing else."""
        return core_schema.no_info_plain_validator_function(self.validate)


def quoted(value: object) -> str:
    """Return the value when it is text; otherwise say what it is and how to make it text.

    Examples
    --------
    >>> quoted("410")
    '410'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise Wrong("true or false, not text", "put it in quotes")
    if isinstance(value, int | float):
        raise Wrong("a number, because it has no quotes", f'put it in quotes: "{value}"')
    if isinstance(value, date):
        raise Wrong("a date, because it has no quotes", f'put it in quotes: "{value}"')
    raise Wrong(shape_note(value))


def shape_note(value: object) -> str:
    """Return a note on a value that is missing, a section or a list.

    Examples
    --------
    >>> shape_note([]), shape_note(None)
    ('a list, not one value', 'no value')
    """
    if value is None:
        return "no value"
    if isinstance(value, dict):
        return "a section, not one value"
    return "a list, not one value" if isinstance(value, list | tuple) else ""


def pattern(
    expression: str, *, tidy: Callable[[str], str] | None = None
) -> Callable[[object], str]:
    """Return a check that a text fits a pattern; `tidy` makes the suggestion for a near miss.

    Examples
    --------
    >>> pattern("[0-9]{3}")("410")
    '410'
    """
    compiled = re.compile(expression)

    def check(value: object) -> str:
        text = quoted(value)
        if compiled.fullmatch(text):
            return text
        tidied = tidy(text) if tidy else ""
        mend = f"did you mean {tidied}?" if compiled.fullmatch(tidied) else ""
        raise Wrong("" if text else "an empty text", mend)

    return check


def matching(
    expected: str,
    example: str,
    expression: str,
    *,
    tidy: Callable[[str], str] | None = None,
    label: str = "",
) -> Kind:
    """Return the kind of a text that fits a pattern; see `pattern`.

    Examples
    --------
    >>> matching("three digits", '"410"', "[0-9]{3}").schema["pattern"]
    '^(?:[0-9]{3})$'
    """
    schema = {"type": "string", "pattern": f"^(?:{expression})$"}
    return Kind(expected, example, pattern(expression, tidy=tidy), label, schema)


def one_of(*choices: str) -> Kind:
    """Return the kind of a value that is one of a few words.

    Examples
    --------
    >>> one_of("IV", "SC", "oral").expected
    'one of IV, SC, oral'
    """

    def check(value: object) -> str:
        text = quoted(value)
        if text not in choices:
            raise Wrong(mend=suggest(text, choices))
        return text

    plain = [choice[0].isalpha() for choice in choices]  # the others stand in quotes in YAML
    shown = [word if as_is else f'"{word}"' for word, as_is in zip(choices, plain, strict=True)]
    words = "one of " + ", ".join(shown) if len(shown) > 1 else f"only {shown[0]} so far"
    return Kind(words, shown[0], check, schema={"enum": list(choices)})


def or_null(kind: Kind, meaning: str = "") -> Kind:
    """Return a kind that also takes null; `meaning` says what null means.

    Examples
    --------
    >>> or_null(one_of("IV", "SC"), "not known").expected
    'one of IV, SC, or null (not known)'
    """

    def check(value: object) -> object:
        return None if value is None else kind.check(value)

    words = f"{kind.expected}, or null" + (f" ({meaning})" if meaning else "")
    label = f"{kind.label} or null" if kind.label else ""
    schema = {"anyOf": [dict(kind.schema), {"type": "null"}]}
    return Kind(words, kind.example, check, label, schema)
