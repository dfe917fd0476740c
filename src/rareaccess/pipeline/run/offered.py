"""What a notebook may import, call and touch, and what of that is raw: lists, read by `reading`."""

import ast
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import rareaccess

__all__ = [
    "BUILTINS",
    "CHECKED",
    "CLOSED",
    "COUNTERS",
    "FIXED",
    "KEEPS",
    "MAKES",
    "NOTES",
    "OFFERED",
    "OF_RELEASED",
    "OF_SETTINGS",
    "OPEN_MODULES",
    "PUBLIC_MARTS",
    "RELEASES",
    "SETTLED",
    "SHOWS",
    "STUDY_SHOWS",
    "list_public",
    "list_releasing",
]

# --- what a notebook may import and call ----------------------------------------------------------

OFFERED: Mapping[str, Sequence[str]] = {
    "datetime": ("date", "timedelta"),
    "rareaccess.contracts.charlson": ("NAMES",),
    "rareaccess.disclosure": ("Plain", "fmt", "percent"),
    "rareaccess.display": ("diagram", "figures", "tables"),
    "rareaccess.study": ("open_book", "open_studies", "open_study"),
}
"""Modules, and the names that a notebook may import from them."""
OPEN_MODULES = ("rareaccess.marts.levels", "rareaccess.measures")
"""Modules, with those in them, of which a notebook may import every public name."""
BUILTINS = frozenset({
    "abs", "all", "any", "bool", "dict", "enumerate", "float", "int", "iter", "len", "list", "max",
    "min", "next", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip",
})  # fmt: skip
MAKES = {
    "tables": ("build_", "Heading"),
    "figures": ("draw_", "build_marks", "Series", "Mark"),
    "diagram": ("draw_", "build_consort"),
}
"""Of each module of display, how the names begin that a notebook may use."""
SHOWS = {"tables": "build_", "figures": "draw_", "diagram": "draw_"}
STUDY_SHOWS = ("say", "describe", "write_results", "number", "numbers")

# --- what a notebook may not touch ----------------------------------------------------------------

CLOSED = {
    **dict.fromkeys(
        ("frame", "hidden", "register"),
        "Read released values with `value`, `values` or `records`.",
    ),
    "with_column": "Only functions of the package add columns to a released frame.",
    **dict.fromkeys(
        ("to_html", "to_string", "to_markdown", "to_latex", "to_csv", "to_json", "to_excel",
         "to_parquet", "to_pickle", "to_clipboard", "style", "plot", "hist", "boxplot", "info"),
        "Put the frame through `study.release(…)`, and show it with `tables` or `figures`.",
    ),
    **dict.fromkeys(
        ("astype", "apply", "map", "transform", "pipe", "eval", "format_map", "cat", "attrs"),
        "Count in a function of `rareaccess.measures`, and release what it returns.",
    ),
}  # fmt: skip
"""Attributes that lead around the door, and what to do instead."""
FIXED = ("profile", "minimum", "minimum_person_count", "disclosure")
"""What the settings decide; no call names it."""

# --- what is raw ----------------------------------------------------------------------------------

OF_SETTINGS = ("params", "report", "profile", "source", "source_label", "pair", "meta", "label")
PUBLIC_MARTS = ("expected_uptake", "general_population", "need_share", "prices", "unit_costs")
RELEASES = ("release", "publish", "population", "of_pairs", "say", "describe", "number", "cite",
            "label", "numbers", "headline", "write_results")  # fmt: skip
CHECKED = ("ci", "counted", "fill", "minutes", "n", "num", "p", "pct", "plural", "sentences",
           "span", "stat", "text")  # fmt: skip
"""Functions of `fmt` that refuse a value that is not released when they are called."""
OF_RELEASED = ("where", "value", "values", "records", "count", "with_pct", "with_ratio", "relabel",
               "select", "stack", "words")  # fmt: skip
SETTLED = (
    "build_rows", "choose_horizon", "compare_source", "find_end", "find_last_year",
    "list_differences", "list_periods", "list_rules", "name_agreement", "name_results",
    "name_version", "part_personal", "tell_attack", "tell_loss", "warn_of_end",
)  # fmt: skip
"""Functions of `measures` that read a study and give only what the settings say, or released."""
KEEPS = ("iloc", "loc", "drop", "query", "head", "reset_index", "rename", "merge")
"""What leaves a counted frame a counted frame; what is merged with it is counted too."""
COUNTERS = ("summary",)  # of a ledger

NOTES = ("n", "source", "period", "caveat", "words", "headline", "heading", "axis", "one", "many")
"""Arguments that are printed as they are."""


@cache
def list_public(module: str) -> frozenset[str]:
    """Return the public names of a module of the package, read without importing it.

    Those of a package are its own and the modules in it.

    Examples
    --------
    >>> sorted(list_public("rareaccess.disclosure.numerals"))
    ['DECLARED', 'find_numerals', 'find_typed']
    """
    place = Path(rareaccess.__file__).parent.joinpath(*module.split(".")[1:])
    inside = {one.stem for one in place.glob("*") if one.suffix in ("", ".py")}
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    found = {one for one in inside if not one.startswith("_")}
    for line in ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else ():
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "__all__":
            found |= set(ast.literal_eval(line.value))
    return frozenset(found)


@cache
def list_releasing(module: str) -> frozenset[str]:
    """Return the functions of a module, or of those in it, that say they return released frames.

    Such a frame is sealed: a function cannot make one but by `release`.

    Examples
    --------
    >>> "release_totals" in list_releasing("rareaccess.measures.starts")
    True
    >>> "count_starts_by_month" in list_releasing("rareaccess.measures.starts")
    False
    """
    place = Path(rareaccess.__file__).parent.joinpath(*module.split(".")[1:])
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return frozenset(
        line.name
        for file in files if file.is_file()
        for line in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(line, ast.FunctionDef) and line.returns
        and ast.unparse(line.returns) == "Released"
    )  # fmt: skip
