"""The part of Quarto that this book may use: both renderers give it the same meaning."""

from dataclasses import dataclass

__all__ = ["SUBSET", "Subset"]


@dataclass(frozen=True)
class Subset:
    """What the pandoc fallback understands; anything else stops it and is named with its file.

    Examples
    --------
    >>> "tbl-cap" in SUBSET.cell_options, "panel-tabset" in SUBSET.div_classes
    (True, True)
    """

    structure: tuple[str, ...] = ("chapters", "parts", "appendices")
    cell_options: tuple[str, ...] = ("label", "tbl-cap", "fig-cap", "fig-alt", "echo", "output")
    cell_tags: tuple[str, ...] = (
        "parameters", "remove-cell", "hide-code", "hide-output", "hide-cell", "hide-warnings",
    )  # fmt: skip
    outputs: tuple[str, ...] = (
        "image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain",
    )  # fmt: skip
    references: tuple[str, ...] = ("sec", "fig", "tbl")
    other_references: tuple[str, ...] = (
        "eq", "lst", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg",
        "tip", "nte", "wrn", "imp", "cau",
    )  # fmt: skip
    shortcodes: tuple[str, ...] = ("include", "var")
    callouts: tuple[str, ...] = ("note", "tip", "important", "warning", "caution")
    callout_options: tuple[str, ...] = ("title", "collapse", "icon", "appearance")
    div_classes: tuple[str, ...] = (
        "callout-note", "callout-tip", "callout-important", "callout-warning", "callout-caution",
        "panel-tabset",
        "lead", "findings", "key-figures", "source-note", "ra-detail",
    )  # fmt: skip
    span_classes: tuple[str, ...] = ("nowrap", "smallcaps", "underline", "mark", "provenance")
    heading_classes: tuple[str, ...] = ("unnumbered", "unlisted")


SUBSET = Subset()
"""CONTRIBUTING names this list; `tests/render_book` uses every item of it."""
