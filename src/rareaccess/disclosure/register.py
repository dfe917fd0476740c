"""The register of a notebook: what it has shown and said, and hands over at the end."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rareaccess.core.errors import UserError
from rareaccess.disclosure.provenance import Provenance, unmark_caption
from rareaccess.disclosure.sheets import Sheet, read_withheld

if TYPE_CHECKING:
    from rareaccess.disclosure.population import Population
    from rareaccess.disclosure.released import Frame

__all__ = ["Register", "read_options"]

OPTION = re.compile(r"^#\| ([a-z-]+): (.*)$", re.MULTILINE)


def read_options() -> dict[str, str]:
    """Return the options (`#| label: …`) of the cell that is running; none outside a notebook."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    asked = shell.get_parent() if shell and hasattr(shell, "get_parent") else {}
    source = asked.get("content", {}).get("code", "")  # what the kernel was asked to run
    return {key: json.loads(text) if text[:1] == '"' else text.strip()
            for key, text in OPTION.findall(source)}  # fmt: skip


@dataclass
class Register:
    """What one notebook has shown.

    Parameters
    ----------
    notebook
        Its name, such as `02-uptake`.
    folder
        Where its results go.
    head
        What the file of results says of itself: pair, source, notebook.
    suffix
        What makes a label unique in the book: the pair.
    fill
        Fills the tokens of a caption, which the runner has filled before.
    options
        Gives the options of the cell that is running.
    private
        The file that our own attacker reads (see `sheets`); None where nothing is controlled.
    provenance
        What the numbers of synthetic records rest on; None where the records are of real people.
    """

    notebook: str
    folder: Path
    head: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""
    fill: Callable[[str], str] = str
    options: Callable[[], Mapping[str, str]] = read_options
    provenance: Provenance | None = None
    shown: dict[str, "Frame"] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    printed: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)
    private: Path | None = None
    sheets: list[Sheet] = field(default_factory=list)
    sizes: "dict[str, Population]" = field(default_factory=dict)

    @cached_property
    def withheld(self) -> dict[str, Any]:
        """What a repair hides here: `cells` (addresses) and `sizes` (names of populations)."""
        found = self.private and self.private.with_suffix(".withheld.json")
        return read_withheld(found) if found else {"cells": frozenset(), "sizes": frozenset()}

    def count_turns(self, label: str) -> int:
        """Return how many frames of this label have been released before."""
        return sum(sheet.label == label for sheet in self.sheets)

    def label(self, name: str) -> str:
        """Return a label that is unique in the book: the name with the pair."""
        return f"{name}-{self.suffix}" if self.suffix else name

    def show(self, kind: str, frame: "Frame", printed: Sequence[Mapping[str, Any]] = ()) -> str:
        """Take a frame that is shown as a figure (`fig`) or a table (`tbl`); return its title.

        Of a table the columns as they are printed are kept beside the frame.

        The title is the caption of the cell, where one is running.

        Raises
        ------
        UserError
            The cell has another label.
        """
        key, options = f"{kind}-{frame.notes.label}", self.options()
        label = self.fill(options.get("label", key))
        if label != key:
            raise UserError(
                "A cell shows a frame that was released under another label.",
                f"notebook {self.notebook}, cell {label}",
                found=key,
                expected=label,
                mend="Give the cell and the frame one label; `relabel` gives a second figure of "
                "the same numbers its own.",
            )
        words = frame.notes.label.removesuffix(f"-{self.suffix}").replace("-", " ")
        caption = unmark_caption(self.fill(options.get(f"{kind}-cap", "")))
        title = caption or frame.notes.title or words
        self.shown[key], self.titles[key], self.printed[key] = frame, title, printed
        return title
