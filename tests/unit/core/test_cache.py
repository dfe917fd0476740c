"""The cache: the code of a step is all that it imports, and nothing else."""

import ast
from pathlib import Path

import pytest

import rareaccess
from rareaccess.core import cache
from rareaccess.core.cache import find_code, find_imports, hash_code, read_stamp, write_stamp

PACKAGE = Path(rareaccess.__file__).parent
STEPS = ("pipeline.prepare", "pipeline.check.passes", "pipeline.examples", "render", "study")


def imports(file: Path) -> set[Path]:
    """Return the modules of the package that a module imports, as Python itself reads it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        assert not isinstance(node, ast.Import) or "rareaccess" not in ast.unparse(node), file
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("rareaccess"):
            continue
        place = PACKAGE.joinpath(*node.module.split(".")[1:])
        for name in (place, *(place / alias.name for alias in node.names)):
            found |= {at for at in (name.with_suffix(".py"), name / "__init__.py") if at.is_file()}
    packages = {above / "__init__.py" for file in found for above in file.parents}
    return found | {init for init in packages if init.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_every_module_behind_a_step_is_hashed(step: str) -> None:
    place = PACKAGE.joinpath(*step.split("."))
    first = place.with_suffix(".py")
    waiting, seen = {first if first.is_file() else place / "__init__.py"}, set()
    while waiting:
        seen.add(file := waiting.pop())
        waiting |= imports(file) - seen
    found = set(find_code(f"rareaccess.{step}"))
    assert len(seen) > 20
    assert seen == {file for file in found if file.suffix == ".py"}


@pytest.mark.parametrize(
    ("step", "inside", "outside"),
    [
        ("pipeline.prepare", "contracts/rules.py", {"measures", "display", "render"}),
        ("pipeline.check.passes", "contracts/rules.py", {"measures", "display", "render"}),
        ("pipeline.check.passes", "params/drug_names.py", set()),
        ("render", "render/assets/site.css", {"derive", "sources", "measures"}),
        ("study", "marts/store.py", {"derive", "sources", "render", "pipeline"}),
    ],
)
def test_a_step_has_its_own_code_and_no_more(step: str, inside: str, outside: set[str]) -> None:
    found = {file.relative_to(PACKAGE) for file in find_code(f"rareaccess.{step}")}
    assert Path(inside) in found
    assert not outside & {file.parts[0] for file in found}


def test_a_changed_module_changes_the_hash(tmp_path, monkeypatch) -> None:
    for name, text in {
        "__init__": "", "one": "from rareaccess.two import f\n", "two": "f = 1\n", "three": ""
    }.items():  # fmt: skip
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.setattr(cache, "PACKAGE", tmp_path)
    fresh = hash_code.__wrapped__
    before = fresh("rareaccess.one")
    (tmp_path / "three.py").write_text("x = 1\n")
    assert fresh("rareaccess.one") == before
    (tmp_path / "two.py").write_text("f = 2\n")
    assert fresh("rareaccess.one") != before


def test_examples_and_other_packages_are_no_imports() -> None:
    assert (
        find_imports(">>> from rareaccess.params import load_pair\nfrom pandas import NA") == set()
    )


def test_modules_are_found_over_several_lines_and_within_functions() -> None:
    lines = ("def f():", "    from rareaccess.pipeline import (", "        check,  # one",
             "        steps,", "    )")  # fmt: skip
    text = "\n".join(lines)
    assert {"rareaccess.pipeline.check", "rareaccess.pipeline.steps"} <= find_imports(text)


@pytest.mark.parametrize("text", ["", '{"made_from": "x"', "[1]", "\xff"])
def test_a_stamp_that_cannot_be_read_is_none(tmp_path, text: str) -> None:
    file = tmp_path / "stamp.json"
    assert read_stamp(file) == {}
    file.write_bytes(text.encode("latin-1"))
    assert read_stamp(file) == {}
    assert write_stamp(file, {"b": 1, "a": "é"}) and not write_stamp(file, {"a": "é", "b": 1})
    assert read_stamp(file) == {"a": "é", "b": 1}
