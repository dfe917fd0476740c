"""Words that the package adds to tables and figures: a number in them would be heard of nowhere.

Under control a page stops at a number that no released value said. Whether such a page stops must
not rest on what other values happen to be, so the words hold none that is not declared.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import ROOT
from rareaccess.disclosure import heard
from rareaccess.disclosure.heard import find_unheard

MODULES = sorted((ROOT / "src" / "rareaccess" / "display").rglob("*.py"))


@pytest.fixture(autouse=True)
def _nothing_was_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests of this process released is forgotten for a while."""
    monkeypatch.setattr(heard, "_HEARD", set())


def list_texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module in words, docstrings and markup left out."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
             for part in node.values}  # fmt: skip
    parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(one.value if isinstance(one, ast.Constant) else "{}"
                           for one in node.values)  # fmt: skip
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = "" if id(node) in parts else node.value
        if " " in text and not text.startswith("<") and "{ " not in text:
            yield text


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=lambda path: "-".join(path.parts[-2:]))
def test_words_hold_no_number_that_is_not_declared(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    texts = {text: find_unheard("text/plain", text) for text in list_texts(tree)}
    assert {text: found for text, found in texts.items() if found and "class=" not in text} == {}


def test_a_number_in_the_words_is_found() -> None:
    tree = ast.parse(
        '"A docstring of 7 words."\nnote = "Ratios above 51"\nlong = f"{n} of 52 people"'
    )
    assert [find_unheard("text/plain", text) for text in list_texts(tree)] == [["51"], ["52"]]
