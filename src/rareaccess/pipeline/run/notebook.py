"""What a notebook says it reads: its `open_study` call and its imports, read without running it."""

import ast
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from rareaccess.core.errors import UserError

__all__ = ["Declared", "read_declared", "read_imports", "read_parameters"]

OPENS = ("open_study", "open_studies")


@dataclass(frozen=True)
class Declared:
    """The marts, sections of a pair's params and settings of the report that a notebook reads."""

    marts: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    calls: int = 0


def _code_cells(notebook: nbformat.NotebookNode) -> list[tuple[int, Any]]:
    return [(n, c) for n, c in enumerate(notebook.cells, start=1) if c.cell_type == "code"]


def _parse(source: str, where: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        line = (source.splitlines() or [""])[max((error.lineno or 1) - 1, 0)]
        raise UserError(
            "A code cell is not valid Python.", where=where, found=line, mend=f"{error.msg}."
        ) from error


def _names(call: ast.Call, keyword: str, where: str) -> tuple[str, ...]:
    for given in call.keywords:
        if given.arg == keyword:
            try:
                return tuple(ast.literal_eval(given.value))
            except (ValueError, TypeError):
                raise UserError(
                    f"`open_study` does not write out its {keyword}.",
                    where=where,
                    found=ast.unparse(given.value),
                    expected=f'a list of words: {keyword}=["uptake", "severity"]',
                    mend="Write the names out, so that the runner knows what the notebook reads.",
                ) from None
    return ()


def read_declared(notebook: nbformat.NotebookNode, *, where: str = "notebook") -> Declared:
    """Return the marts and params sections that the notebook's `open_study` call declares.

    `open_studies`, which opens several pairs, declares them for each. The settings of the report
    are those that it names as `study.report.<setting>`.

    Raises
    ------
    UserError
        A cell is not Python, the names are not literals, or `open_study` is called twice.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell('study = open_study(pair, source, marts=["uptake"])')
    >>> read_declared(nbformat.v4.new_notebook(cells=[cell])).marts
    ('uptake',)
    """
    found: list[Declared] = []
    settings: set[str] = set()
    for number, cell in _code_cells(notebook):
        place = f"{where}, cell {number}"
        for node in ast.walk(_parse(cell.source, place)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "study.report":
                settings.add(node.attr)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(OPENS):
                marts, params = (_names(node, word, place) for word in ("marts", "params"))
                found.append(Declared(marts, params, calls=1))
    if len(found) > 1:
        raise UserError(
            "`open_study` is called more than once.",
            where=where,
            found=f"{len(found)} calls",
            expected="one call, in the second code cell",
        )
    return replace(found[0] if found else Declared(), report=tuple(sorted(settings)))


def read_imports(notebook: nbformat.NotebookNode, *, where: str = "notebook") -> tuple[str, ...]:
    r"""Return the notebook's import statements, in their order.

    Raises
    ------
    UserError
        A cell is not Python.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("from rareaccess.disclosure import fmt\nfmt.n(1)")
    >>> read_imports(nbformat.v4.new_notebook(cells=[cell]))
    ('from rareaccess.disclosure import fmt',)
    """
    cells = [_parse(c.source, f"{where}, cell {n}") for n, c in _code_cells(notebook)]
    kinds = (ast.Import, ast.ImportFrom)
    return tuple(
        ast.unparse(node) for cell in cells for node in cell.body if isinstance(node, kinds)
    )


def read_parameters(notebook: nbformat.NotebookNode, *, where: str = "notebook") -> dict[str, Any]:
    """Return the names and default values set in the cell tagged `parameters`.

    Raises
    ------
    UserError
        There is not exactly one such cell, or it holds anything but `name = literal`.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell('pair = "a"', metadata={"tags": ["parameters"]})
    >>> read_parameters(nbformat.v4.new_notebook(cells=[cell]))
    {'pair': 'a'}
    """
    tagged = [
        (n, c) for n, c in _code_cells(notebook) if "parameters" in c.metadata.get("tags", [])
    ]
    if len(tagged) != 1:
        raise UserError(
            "A notebook must have exactly one cell tagged `parameters`.",
            where=where,
            found=f"{len(tagged)}",
        )
    number, cell = tagged[0]
    values: dict[str, Any] = {}
    for line in _parse(cell.source, f"{where}, cell {number}").body:
        try:
            assignment: Any = line  # what is none has no such attributes
            (target,) = assignment.targets
            values[target.id] = ast.literal_eval(assignment.value)
        except (AttributeError, ValueError):
            raise UserError(
                "The parameters cell must hold only literals.",
                where=f"{where}, cell {number}",
                found=ast.unparse(line),
                expected='lines of the form `pair = "sle-belimumab"`',
            ) from None
    return values
