"""What a template may do, read before a kernel starts: the door seen from the notebook's side.

A notebook may compute with raw records, and give them to functions of the package; it may not show
them, nor make a text of them. The rules are few, and read from the code alone:

- imports are of the package, and only what it offers to notebooks;
- a cell assigns names, and shows what `study`, `tables`, `figures` and `diagram` have made;
- a text is made of settings and released values, never of raw records or typed numbers;
- a frame that is released was counted by a function of `rareaccess.measures`;
- nothing private is touched, and nothing that a frame can show itself with.

What is raw is followed through names and calls. Where the reading cannot know, it takes it as raw.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from rareaccess.core.errors import UserError
from rareaccess.disclosure.numerals import find_typed
from rareaccess.pipeline.run.reading import Reading

__all__ = ["Offence", "check_manners", "find_offences"]


@dataclass(frozen=True)
class Offence:
    """One thing that a template may not do: its cell and line, from 1, what it is, what to do."""

    cell: int
    line: int
    label: str
    what: str
    found: str
    mend: str


def find_offences(notebook: nbformat.NotebookNode) -> list[Offence]:
    r"""Return everything that a template does and may not, in its order.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell('#| label: tbl-x\nprint("13 people")')
    >>> [(one.cell, one.line, one.label) for one in find_offences(
    ...     nbformat.v4.new_notebook(cells=[cell]))][0]
    (1, 2, 'tbl-x')
    """
    found: list[Offence] = []
    reading = Reading()
    for number, cell in enumerate(notebook.cells, start=1):
        lines = cell.source.split("\n")
        if cell.cell_type == "markdown":
            found += _read_words(number, enumerate(lines, start=1))
            continue
        options = [(n, line) for n, line in enumerate(lines, start=1) if line.startswith("#|")]
        label = next((line.split(":", 1)[1].strip() for _, line in options
                      if line.startswith("#| label:")), "")  # fmt: skip
        words = [(n, line.split(":", 1)[1]) for n, line in options
                 if ":" in line and not line.startswith("#| label:")]  # fmt: skip
        found += _read_words(number, iter(words), label)
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            text = lines[max((error.lineno or 1) - 1, 0)].strip()
            found.append(Offence(number, error.lineno or 1, label, "A code cell is not Python.",
                                 text, "Write Python; there are no magics."))  # fmt: skip
            continue
        reading.found = []
        reading.read(tree)
        told = set()
        for node, what, mend in reading.found:
            line = getattr(node, "lineno", 1)
            if (line, what) not in told:
                told.add((line, what))
                found.append(Offence(number, line, label, what, lines[line - 1].strip(), mend))
    return found


def _read_words(
    number: int, lines: Iterator[tuple[int, str]], label: str = ""
) -> Iterator[Offence]:
    for line, text in lines:
        if typed := find_typed(text):
            yield Offence(
                number, line, label, f"A number is typed into the text: {', '.join(typed)}.",
                text.strip()[:100],
                "Say it in a code cell with `study.say(…)`; a number that belongs to the words "
                "is declared in disclosure/numerals.py.",
            )  # fmt: skip


def check_manners(notebook: nbformat.NotebookNode, *, where: str = "notebook") -> None:
    """Stop if a template does what leads around disclosure control.

    Parameters
    ----------
    notebook
        A template, nbformat 4.
    where
        Its name, for messages.

    Raises
    ------
    UserError
        It names the cell and the line of everything that was found.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("n = (1).real._x")
    >>> check_manners(nbformat.v4.new_notebook(cells=[cell]), where="notebooks/02-uptake.ipynb")
    Traceback (most recent call last):
    rareaccess.core.errors.UserError: A cell touches something private of the package.
      Where:      notebooks/02-uptake.ipynb, cell 1, line 1
      Found:      n = (1).real._x
      Expected:   templates that show only what has been released
      What to do: Use what the package offers to notebooks.
    """
    found = find_offences(notebook)
    if not found:
        return
    first = found[0]
    label = f" ({first.label})" if first.label else ""
    more = [f"cell {one.cell}, line {one.line}: {one.what}" for one in found]
    raise UserError(
        first.what,
        f"{where}, cell {first.cell}{label}, line {first.line}",
        found="\n".join([first.found, *more[1:]]),
        expected="templates that show only what has been released",
        mend=first.mend,
    )
