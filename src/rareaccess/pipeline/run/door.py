"""The door of the runner: templates are read before a kernel starts, outputs after it has ended."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rareaccess.disclosure.payloads import check_outputs, read_payloads
from rareaccess.pipeline.run.job import Job
from rareaccess.pipeline.run.manners import check_manners
from rareaccess.pipeline.run.plan import read_template

__all__ = ["check_shown", "check_templates"]


def check_templates(paths: Iterable[Path]) -> None:
    """Stop if a template does what leads around disclosure control.

    Raises
    ------
    UserError
        It names the template, its cell and its line.
    """
    for path in paths:
        where = f"notebooks/{path.name}"
        check_manners(read_template(path, where=where), where=where)


def check_shown(job: Job, cells: Sequence[Any]) -> None:
    """Stop unless a package object made each output of an executed notebook.

    Parameters
    ----------
    job
        The notebook; it has handed over the hashes of what it may show.
    cells
        Executed and clean, with the one that holds the parameters that were set.

    Raises
    ------
    UserError
        It names the cell, by its number in the template, and what to do.
    """
    tagged = [n for n, one in enumerate(cells) if "parameters" in one.metadata.get("tags", [])]
    injected = tagged[0] + 1 if tagged else -1
    own = [one for n, one in enumerate(cells) if n != injected]
    check_outputs(own, read_payloads(job.results), where=job.where)
