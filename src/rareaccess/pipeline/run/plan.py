"""Which notebooks to execute: every template of a pair for every pair, then the rest."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
import pyarrow.parquet as pq

from rareaccess.core.errors import UserError
from rareaccess.disclosure import has_control
from rareaccess.disclosure.provenance import hash_provenance
from rareaccess.disclosure.sheets import PRIVATE
from rareaccess.marts import check_treated, check_whole
from rareaccess.params import load_pair, load_report, load_source
from rareaccess.pipeline.run.details import fold_details
from rareaccess.pipeline.run.job import Job
from rareaccess.pipeline.run.needs import drop_unneeded
from rareaccess.pipeline.run.notebook import read_declared
from rareaccess.pipeline.run.tokens import fill_tokens

__all__ = ["list_templates", "plan_jobs", "read_template"]

PER_PAIR = re.compile(r"[0-8]\d-[a-z0-9-]+")
ONCE = re.compile(r"9\d-[a-z0-9-]+")
DISCLOSURE = ("disclosure", "minimum_person_count", "rounding_key")
"""Settings of the report on which every released frame rests."""
READ_ONCE = {"91": "tests/published.csv"}
ATTACKED = "92"
"""By its number, what a notebook that is run once reads besides the results of the pairs."""


def read_template(path: Path, *, where: str) -> nbformat.NotebookNode:
    """Return a template, which holds no outputs.

    Raises
    ------
    UserError
        The file is not a notebook of format 4.5.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        raise UserError(
            "A notebook cannot be read.",
            where=where,
            found=str(error).splitlines()[0],
            expected="a Jupyter notebook of format 4.5",
        ) from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _templates(root: Path, names: re.Pattern[str]) -> list[Path]:
    return [path for path in sorted((root / "notebooks").glob("*.ipynb"))
            if names.fullmatch(path.stem)]  # fmt: skip


def list_templates(root: Path) -> list[Path]:
    """Return the templates that are executed, those of the pairs first."""
    return [*_templates(root, PER_PAIR), *_templates(root, ONCE)]


def plan_jobs(root: Path, build: Path, source: str, pairs: Sequence[str]) -> list[Job]:
    """Return the jobs in the order of the book: pair by pair, then those that are run once.

    A template whose first cell, the title, is for other pairs is no chapter of a pair.

    A notebook that is run once (`9?-….ipynb`) depends on every result of the pairs and on what it
    reads of the project (`READ_ONCE`), so it comes after them. One that opens the studies of the
    pairs depends besides on their marts and settings, and has the pairs as a parameter.

    Raises
    ------
    UserError
        There is no template, or a template or a params file has a fault.
    """
    report = load_report(root=root)
    origin = load_source(source, root=root)
    label = origin.model_dump_json(include={"label", "synthetic"}) + hash_provenance(origin, root)
    if not (templates := _templates(root, PER_PAIR)):
        raise UserError("There are no notebooks to execute.", where="notebooks/")
    jobs, held = [], has_control(report)
    for slug in pairs:
        pair = load_pair(slug, root=root)
        marts = build / "marts" / source / slug
        if (marts / "people.parquet").is_file():
            check_whole(marts)
            check_treated(marts)
        for path in templates:
            where = f"notebooks/{path.name} for {slug}"
            whole = read_template(path, where=where)
            template = drop_unneeded(whole, pair, where=where, has_rows=_rows_of(marts))
            if template.cells[:1] != whole.cells[:1]:
                continue
            template = fold_details(template, reference=slug == report.reference_pair)
            template = fill_tokens(template, pair.tokens(), where=where)
            declared = read_declared(template, where=where)
            house = report.model_dump_json(include={*DISCLOSURE, *declared.report})
            files = {mart: marts / f"{mart}.parquet" for mart in declared.marts}
            jobs.append(
                Job(
                    name=f"{slug}/{path.stem}",
                    template=template,
                    parameters={"pair": slug, "source": source},
                    executed=root / "report" / "executed" / slug / path.name,
                    results=build / "results" / source / slug / f"{path.stem}.json",
                    where=where,
                    private=build / PRIVATE / source / slug / f"{path.stem}.json" if held else None,
                    settings=house + label + pair.section_json([*declared.params, "synthetic"]),
                    files=files | ({"meta": marts / "meta.json"} if declared.calls else {}),
                )
            )
    house = report.model_dump_json(include={*DISCLOSURE, "reference_pair"})
    once = [
        replace(
            _once(root, build, path, source, house + label, jobs, pairs),
            private=build / PRIVATE / source / f"{path.stem}.json" if held else None,
        )
        for path in _templates(root, ONCE)
    ]
    return jobs + once


def _rows_of(marts: Path) -> Callable[[str], bool]:
    """Return what tells whether a mart has rows; one that is not there is told of elsewhere."""

    def has_rows(mart: str) -> bool:
        file = marts / f"{mart}.parquet"
        return not file.is_file() or pq.read_metadata(file).num_rows > 0

    return has_rows


def _once(
    root: Path,
    build: Path,
    path: Path,
    source: str,
    settings: str,
    before: list[Job],
    pairs: Sequence[str],
) -> Job:
    where, read = f"notebooks/{path.name}", READ_ONCE.get(path.stem[:2])
    template = fill_tokens(read_template(path, where=where), {}, where=where)
    if path.stem[:2] == ATTACKED:  # there is no file where nothing was attacked
        told = build / "attack" / f"{source}.json"
        settings += told.read_text(encoding="utf-8") if told.is_file() else ""
    parameters: dict[str, object] = {"source": source}
    files = {job.name: job.results for job in before} | ({"read": root / read} if read else {})
    declared = read_declared(template, where=where)
    if declared.calls:
        parameters["pairs"] = list(pairs)
    for slug in pairs if declared.calls else ():
        settings += load_pair(slug, root=root).section_json([*declared.params, "synthetic"])
        folder = build / "marts" / source / slug
        files |= {f"{slug}/meta": folder / "meta.json"}
        files |= {f"{slug}/{mart}": folder / f"{mart}.parquet" for mart in declared.marts}
    return Job(
        name=path.stem,
        template=template,
        parameters=parameters,
        executed=root / "report" / "executed" / path.name,
        results=build / "results" / source / f"{path.stem}.json",
        where=where,
        settings=settings,
        files=files,
        after=True,
    )
