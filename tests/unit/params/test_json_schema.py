"""The schemas for editors: every shipped file fits its own; what models refuse is marked."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from rareaccess.core.paths import project_root
from rareaccess.params import load_pair
from rareaccess.params.json_schema import SCHEMAS, build_first_line, build_schema, write_schemas
from rareaccess.params.new_pair import build_pair_text
from rareaccess.params.schema import describe_schema
from rareaccess.params.yaml_reader import read_text

PARAMS = project_root() / "params"
FILES = [
    *(("pair", path) for path in sorted(PARAMS.glob("pairs/*.yml"))),
    ("report", PARAMS / "report.yml"),
    *(("source", path) for path in sorted(PARAMS.glob("sources/*.yml"))),
]


def as_json(text: str) -> Any:
    """Return a settings file as an editor's YAML 1.2 reads it: a day is a text."""
    return json.loads(json.dumps(read_text(text, file="x.yml").values, default=date.isoformat))


def list_faults(kind: str, values: Any) -> list[str]:
    return [error.message for error in Draft7Validator(build_schema(kind)).iter_errors(values)]


def test_the_committed_schemas_are_what_the_models_say(tmp_path):
    for path in write_schemas(tmp_path):
        committed = PARAMS / "schema" / path.name
        assert committed.read_text() == path.read_text(), "run: python -m rareaccess.params.schema"
    assert {path.stem for path in (PARAMS / "schema").iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_schema_is_one_and_its_examples_fit(kind):
    schema = build_schema(kind)
    Draft7Validator.check_schema(schema)
    pending, seen = [schema], 0
    while pending:
        part = pending.pop()
        seen += len(part.get("examples", ()))
        for example in part.get("examples", ()):
            assert Draft7Validator(part).is_valid(example), (part["description"], example)
        pending += [*part.get("properties", {}).values()]
        pending += [part[key] for key in ("items", "additionalProperties") if part.get(key)]
    shapes = [row.shape for row in describe_schema() if kind in row.file]
    plain = [shape for shape in shapes if not (shape.items or shape).section]
    assert seen == len(plain) >= 10


def test_every_plain_key_says_what_it_takes():
    """A kind of value without a schema would let everything pass in the editor."""
    lacking = [row.key for row in describe_schema() if row.shape.kind and not row.shape.kind.schema]
    assert lacking == []


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda one: getattr(one, "stem", one))
def test_each_shipped_file_names_its_schema_and_fits_it(kind, path: Path):
    text = path.read_text(encoding="utf-8")
    line = text.splitlines()[0]
    assert line == build_first_line(kind)
    named = (path.parent / line.partition("$schema=")[2]).resolve()
    assert named == PARAMS / "schema" / f"{kind}.json"
    assert list_faults(kind, as_json(text)) == []


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda one: getattr(one, "stem", one))
def test_a_wrong_key_is_refused_in_each_section_of_each_file(kind, path: Path):
    values = as_json(path.read_text(encoding="utf-8"))
    schema = build_schema(kind)
    sections = [()]
    sections += [(key,) for key, part in schema["properties"].items() if "properties" in part]
    for place in sections:
        changed = copy.deepcopy(values)
        section = changed
        for key in place:
            section = section.get(key)
        if section is None:
            continue
        section["not_a_key"] = 1
        (fault,) = list_faults(kind, changed)
        assert "'not_a_key' was unexpected" in fault


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("pair", "SLE", "does not match"),
        ("pair", None, "is not of type 'string'"),
        ("status", "checked", "is not one of"),
        ("windows.trace_date", "7 November 2025", "does not match"),
        ("windows.trace_date", 2025, "is not of type 'string'"),
        ("condition.icd10.narrow", ["M32.1"], "does not match"),
        ("condition.icd10.narrow", "M321", "is not of type 'array'"),
        ("condition.specialties", {"rheumatology": "410"}, "does not match"),
        ("activity.months_before", 61, "greater than the maximum"),
        ("activity.months_before", "6", "is not of type 'integer'"),
        ("severity.threshold", "10", "is not of type 'number'"),
        ("names.brand", "", "should be non-empty"),
    ],
)
def test_a_wrong_value_is_marked(key, value, said):
    values = as_json((PARAMS / "pairs" / "sle-belimumab.yml").read_text())
    *above, last = key.split(".")
    section = values
    for part in above:
        section = section[part]
    section[last] = value
    (fault,) = list_faults("pair", values)
    assert said in fault


@pytest.mark.parametrize("section", ["severity", "cdf", "continuation"])
def test_an_optional_section_may_be_empty_and_a_needed_key_may_not_be_absent(section):
    values = as_json((PARAMS / "pairs" / "sle-belimumab.yml").read_text())
    assert list_faults("pair", values | {section: None}) == []
    del values["names"]
    assert list_faults("pair", values) == ["'names' is a required property"]


def test_a_new_pair_names_its_schema_and_fits_it():
    text = build_pair_text(
        "anca-avacopan", load_pair("sle-belimumab"), condition="ANCA vasculitis", drug="avacopan",
        codes=["M313", "M317"], specialties={"410": "rheumatology"}, approval_date="2022-09-21",
    )  # fmt: skip
    assert text.splitlines()[0] == build_first_line("pair")
    assert list_faults("pair", as_json(text)) == []
    assert yaml.safe_load(text)["pair"] == "anca-avacopan"
