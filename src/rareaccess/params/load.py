"""Load the settings: from a file to a frozen model, or to one error that lists every fault."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root
from rareaccess.params.codes import SLUG
from rareaccess.params.explain import explain
from rareaccess.params.faults import Fault, Key, ParamsError, shorten, suggest
from rareaccess.params.pair import Pair
from rareaccess.params.settings import ReportParams, SourceParams
from rareaccess.params.unknown_codes import find_unknown_codes
from rareaccess.params.yaml_reader import read_text, read_yaml
from rareaccess.params.yaml_values import Document, list_at

__all__ = [
    "list_pairs",
    "list_references",
    "list_sources",
    "load_pair",
    "load_report",
    "load_source",
    "parse_pair",
]

Model = TypeVar("Model", bound=BaseModel)
Values = dict[str, Any]
SOURCED_LISTS: tuple[Key, ...] = (("criteria",), ("commissioning",), ("facts",), ("drug", "routes"))
MOST = 200  # faults explained; a file with more is not a settings file


def load_pair(slug: str, *, root: Path | None = None, codes: bool = False) -> Pair:
    """Load params/pairs/<slug>.yml.

    What is `verified` must name a source that report/references.bib holds.

    Parameters
    ----------
    slug
        Short name of the pair, such as `sle-belimumab`.
    root
        The project's folder, when it is not the one that `project_root` finds.
    codes
        Look up whether each ICD-10 code exists, which takes a fifth of a second.

    Raises
    ------
    UserError
        There is no such pair; a `ParamsError` with every fault when the file has any.

    Examples
    --------
    >>> load_pair("sle-belimumab").condition.icd10.narrow
    ('M321', 'M328', 'M329')
    """
    path, file = _find("pairs", slug, root)
    known = list_references(root)

    def named(values: Values) -> Iterator[Fault]:
        yield from _check_pair(values, slug, codes=codes)
        for section in SOURCED_LISTS:
            for place, item in enumerate(list_at(values, section)):
                yield from _unknown_source((*section, place, "source"), item, known)
        for name in ("cdf", "continuation"):
            yield from _unknown_source((name, "source"), values.get(name), known)
        need = values.get("eligibility")
        range_of = need.get("prevalence") if isinstance(need, dict) else None
        yield from _unknown_source(("eligibility", "prevalence", "source"), range_of, known)
        for role in ("anchors", "considered", "use"):
            for place, item in enumerate(list_at(values, ("eligibility", role))):
                yield from _unknown_source(("eligibility", role, place, "source"), item, known)
        control = need.get("control") if isinstance(need, dict) else None
        yield from _unknown_source(("eligibility", "control", "source"), control, known)

    return _build(Pair, read_yaml(path, file=file), named)


def parse_pair(text: str, slug: str, *, file: str = "", codes: bool = False) -> Pair:
    """Return the pair that a text describes; `file` is the name by which messages call it.

    With `codes` it is looked up whether each ICD-10 code exists.

    Raises
    ------
    ParamsError
        The text has a fault.
    """
    document = read_text(text, file=file or f"params/pairs/{slug}.yml")
    return _build(Pair, document, lambda values: _check_pair(values, slug, codes=codes))


def load_report(*, root: Path | None = None) -> ReportParams:
    """Load params/report.yml; the source and the pairs that it names must have their files.

    Examples
    --------
    >>> load_report().quantiles
    'linear'
    """
    path = (root or project_root()) / "params" / "report.yml"

    def named_files(values: Values) -> Iterator[Fault]:
        named: list[tuple[Key, object]] = [(("source",), values.get("source"))]
        named += [(("pairs", n), slug) for n, slug in enumerate(list_at(values, ("pairs",)))]
        for key, slug in named:
            folder = "pairs" if key[0] == "pairs" else "sources"
            known = _names(folder, root)
            if isinstance(slug, str) and SLUG.fullmatch(slug) and slug not in known:
                expected = f"the name of a file in params/{folder}: " + ", ".join(known)
                yield Fault(key, slug, expected, mend=suggest(slug, known))

    return _build(ReportParams, read_yaml(path, file="params/report.yml"), named_files)


def load_source(name: str, *, root: Path | None = None) -> SourceParams:
    """Load params/sources/<name>.yml.

    Examples
    --------
    >>> load_source("sample").synthetic
    True
    """
    path, file = _find("sources", name, root)
    return _build(SourceParams, read_yaml(path, file=file))


def list_pairs(*, root: Path | None = None) -> list[str]:
    """Return the short names of all pair files, in alphabetical order.

    Examples
    --------
    >>> "sle-belimumab" in list_pairs()
    True
    """
    return _names("pairs", root)


def list_sources(*, root: Path | None = None) -> list[str]:
    """Return the names of all sources, in alphabetical order.

    Examples
    --------
    >>> "sample" in list_sources()
    True
    """
    return _names("sources", root)


def _names(folder: str, root: Path | None) -> list[str]:
    place = (root or project_root()) / "params" / folder
    return sorted(path.stem for path in place.glob("*.yml") if SLUG.fullmatch(path.stem))


def _find(folder: str, name: str, root: Path | None) -> tuple[Path, str]:
    """Return the path of a named file and how messages call it, or say which names there are."""
    place = (root or project_root()) / "params" / folder
    known, what = _names(folder, root), folder.removesuffix("s")
    if name in known:
        return place / f"{name}.yml", f"params/{folder}/{name}.yml"
    fits = isinstance(name, str) and SLUG.fullmatch(name)
    raise UserError(
        what=f"There is no {what} with this name.",
        where=f"params/{folder}/{name}.yml" if fits else f"the name of the {what}",
        found=shorten(str(name)) or "an empty text",
        expected="one of " + ", ".join(known) if known else f"a file in params/{folder}",
        mend=suggest(str(name)[:100], known) or _stray(place) or "Look in the folder.",
    )


def _stray(place: Path) -> str:
    """Name the files of a folder that are passed over because of their names."""
    files = sorted(path for path in place.glob("[!.]*") if path.is_file())
    stray = [path.name for path in files if path.suffix != ".yml" or not SLUG.fullmatch(path.stem)]
    if not stray:
        return ""
    return f"not read, for its name is not like sle-belimumab.yml: {', '.join(stray[:5])}"


def list_references(root: Path | None = None) -> list[str]:
    """Return the keys of the bibliography; none when there is no bibliography.

    Examples
    --------
    >>> "nice-ta752" in list_references()
    True
    """
    path = (root or project_root()) / "report" / "references.bib"
    if not path.is_file():
        return []
    return re.findall(r"^@\w+\{\s*([^,\s]+)", path.read_text(encoding="utf-8"), re.MULTILINE)


def _unknown_source(key: Key, item: object, known: list[str]) -> Iterator[Fault]:
    if not known or not isinstance(item, dict) or item.get("status") == "unverified":
        return
    source = item.get("source")
    if isinstance(source, str) and source not in known:
        expected = "the key of a source in report/references.bib, or status: unverified"
        mend = suggest(source[:100], known) or "add the source to report/references.bib"
        yield Fault(key, shorten(source), expected, f"source: {known[0]}", mend)


def _check_pair(values: Values, slug: str, *, codes: bool) -> Iterator[Fault]:
    """Check that a pair's short name is that of its file, and, when asked, that its codes exist."""
    name = values.get("pair")
    if isinstance(name, str) and name != slug:
        expected, mend = "the name of the file without .yml", "rename the file or change the key"
        yield Fault(("pair",), name, expected, f"pair: {slug}", mend)
    yield from find_unknown_codes(values) if codes else ()


def _build(
    model: type[Model],
    document: Document,
    extra: Callable[[Values], Iterator[Fault]] = lambda _: iter(()),
) -> Model:
    """Return the model, or raise everything that is wrong: in reading, in values, between keys."""
    built, found = None, [*document.faults.values()]
    try:
        built = model.model_validate(document.values)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False)
        found += [f for error in errors[:MOST] for f in explain(model, document, error)]
    found += extra(document.values)
    faults: dict[Key, Fault] = {}
    for fault in found:
        line = fault.line or document.find_line(fault.at)
        faults.setdefault(fault.at, replace(fault, line=line))
    if faults or built is None:
        raise ParamsError(document.file, faults.values())
    return built
