"""The code keeps to the house style, and every module says in one line what it is for."""

import ast
import re
import subprocess
import sys

import pytest

from rareaccess.core.paths import project_root

MODULES = sorted(
    path
    for folder in ("src", "data-synthetic", "tests")
    for path in (project_root() / folder).rglob("*.py")
)


@pytest.mark.parametrize("command", [("check",), ("format", "--check")])
def test_ruff_has_nothing_to_say(command):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."],
        cwd=project_root(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(project_root())))
def test_every_module_says_what_it_is_for(path):
    tree = ast.parse(path.read_text())
    doc = ast.get_docstring(tree)
    assert doc and doc.splitlines()[0].endswith("."), path.name


def test_each_exception_from_the_types_gives_its_reason():
    """`# type: ignore[code]  # reason`: mypy itself tells of those that are needed no longer."""
    ignored = re.compile(r"# type: ignore(?!\[[a-z-]+\]  # \w+)")
    sources = [path for path in MODULES if path.is_relative_to(project_root() / "src")]
    bare = [path.name for path in sources if ignored.search(path.read_text())]
    assert bare == []
    assert ignored.search("x = 1  # type: ignore") and ignored.search("# type: ignore[misc]")
