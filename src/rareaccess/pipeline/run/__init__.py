"""Run the notebooks that changed, each template for each pair; give the renderer the results."""

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import build_root, project_root
from rareaccess.disclosure.payloads import seal_notebook
from rareaccess.disclosure.sheets import PRIVATE, drop_repairs
from rareaccess.params import load_pair, load_report, load_source
from rareaccess.pipeline.run.badges import mark_notebook
from rareaccess.pipeline.run.chapters import build_title, write_book_files
from rareaccess.pipeline.run.clean import clean_notebook, write_notebook
from rareaccess.pipeline.run.door import check_shown, check_templates
from rareaccess.pipeline.run.job import Job, is_current, keep_stamp, stamp_path
from rareaccess.pipeline.run.notebook import read_imports
from rareaccess.pipeline.run.plan import list_templates, plan_jobs
from rareaccess.pipeline.run.tokens import fill_tokens
from rareaccess.pipeline.run.warm import WarmServer, open_server

__all__ = ["RunSummary", "fill_tokens", "run_jobs", "run_notebooks"]

FEW = 3  # notebooks that a summary names; each has had a line of its own before


@dataclass(frozen=True)
class RunSummary:
    """What a run did: the notebooks executed and those left alone, in the order of the book."""

    executed: tuple[str, ...]
    unchanged: tuple[str, ...]

    def __str__(self) -> str:
        """Return the run in one line: a few notebooks by name, many by number.

        Examples
        --------
        >>> print(RunSummary(("a/01-one", "91-once"), ("a/02-two",)))
        executed 2: a/01-one, 91-once; 1 unchanged
        >>> print(RunSummary(("a/01-one", "a/02-two", "b/01-one", "b/02-two", "91-once"), ()))
        executed 5: 4 of 2 pairs, 1 of the whole book
        """
        if not self.executed:
            return f"nothing changed: {len(self.unchanged)} notebooks are up to date"
        left = f"; {len(self.unchanged)} unchanged" if self.unchanged else ""
        told = list(self.executed)
        if len(told) > FEW:
            pairs = [name.partition("/")[0] for name in told if "/" in name]
            several = len(set(pairs)) > 1
            whose = f"{len(set(pairs))} pairs" if several else "".join(pairs[:1])
            counts = {whose: len(pairs), "the whole book": len(told) - len(pairs)}
            told = [f"{n} of {what}" for what, n in counts.items() if n]
        return f"executed {len(self.executed)}: {', '.join(told)}{left}"


def run_notebooks(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    force: bool = False,
    parallel: int | None = None,
    warm: bool | None = None,
    say: Callable[[str], object] = print,
) -> RunSummary:
    """Execute what changed, for every pair, and write report/_chapters.yml and _variables.yml.

    Parameters
    ----------
    source, pairs, parallel
        As in params/report.yml when not given.
    force
        Execute also what did not change.
    warm
        Fork every kernel from a warm server, or none; when not given, two or more are forked.
    say
        Takes one line for each notebook, where no progress bar can be drawn.

    Raises
    ------
    UserError
        A notebook failed; the others are executed first, and every last good copy stays.
    """
    root, build = project_root(), build_root()
    report = load_report(root=root)
    source, pairs = source or report.source, list(pairs) or list(report.pairs)
    if stale := drop_repairs(build / PRIVATE / source, report.rule):
        say(f"{'run':<8} a repair under other profiles is forgotten, for {stale} notebooks")
    jobs = plan_jobs(root, build, source, pairs)
    check_templates(list_templates(root))
    summary = run_jobs(
        jobs,
        force=force,
        parallel=parallel or report.parallel,
        warm=warm,
        project=root,
        build=build,
        say=say,
    )
    titles = {slug: build_title(load_pair(slug, root=root)) for slug in pairs}
    label = load_source(source, root=root).label
    write_book_files(root, jobs, titles, banner=report.banner, source=source, source_label=label)
    _remove_others(root / "report" / "executed", jobs, kept={*pairs, *report.pairs})
    return summary


def run_jobs(
    jobs: Sequence[Job],
    *,
    project: Path,
    build: Path,
    force: bool = False,
    parallel: int = 2,
    warm: bool | None = None,
    say: Callable[[str], object] = print,
) -> RunSummary:
    """Execute the jobs that changed: first those of the pairs, side by side, then the rest."""
    executed: list[str] = []
    with ExitStack() as ends:
        server = None
        for after in (False, True):
            stage = [job for job in jobs if job.after == after]
            for job in stage:
                job.check_files()
            due = [job for job in stage if force or not is_current(job)]
            if due and not server and (len(due) > 1 if warm is None else warm):
                imports = [line for job in jobs for line in read_imports(job.template)]
                server = ends.enter_context(
                    open_server(imports, project=project, build=build, say=say)
                )
            _run_stage(due, project, build, parallel, server, say)
            executed += [job.name for job in due]
    names = [job.name for job in jobs]
    return RunSummary(
        tuple(n for n in names if n in executed), tuple(n for n in names if n not in executed)
    )


def _run_stage(
    due: Sequence[Job],
    project: Path,
    build: Path,
    parallel: int,
    server: WarmServer | None,
    say: Callable[[str], object],
) -> None:
    """Run all of them, whatever fails, and report the failures at the end, in order."""
    if not due:
        return
    bar = Progress(
        TextColumn("run     "),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar, ThreadPoolExecutor(max_workers=max(1, parallel)) as pool:
        task = bar.add_task("", total=len(due))

        def work(job: Job) -> None:
            bar.update(task, description=job.name)
            started = time.monotonic()
            _run_one(job, project, build, server)
            if bar.disable:
                say(f"run      {job.name} ({time.monotonic() - started:.1f} s)")
            bar.advance(task)

        futures: list[Future[None]] = [pool.submit(work, job) for job in due]
    faults = [error for future in futures if (error := future.exception())]
    if len(faults) > 1 and all(isinstance(fault, UserError) for fault in faults):
        raise UserError(
            f"{len(faults)} notebooks failed.", found="\n\n".join(str(fault) for fault in faults)
        ) from faults[0]
    if faults:
        raise faults[0]


def _run_one(job: Job, project: Path, build: Path, server: WarmServer | None) -> None:
    from rareaccess.pipeline.run.execute import (
        execute_notebook,  # papermill takes seconds to import
    )

    inputs = job.inputs()
    executed = execute_notebook(
        job.template,
        job.parameters,
        where=job.where,
        project=project,
        build=build,
        server=server,
    )
    if not job.after and not job.results.is_file():
        raise UserError(
            "A notebook wrote no results.",
            where=job.where,
            expected="`study.write_results(…)` in its last cell",
        )
    clean = clean_notebook(executed, project)
    check_shown(job, clean.cells)
    marked = mark_notebook(clean, job.results)
    text = write_notebook(marked)
    write_atomic(job.executed, text)
    seal_notebook(job.results, text)
    keep_stamp(job, inputs)


def _remove_others(folder: Path, jobs: Sequence[Job], kept: set[str]) -> None:
    """Remove executed notebooks of templates that are gone, and of pairs that left the report."""
    wanted = {job.executed for job in jobs}
    planned = {path.parent for path in wanted}
    for path in sorted(folder.rglob("*.ipynb")):
        if path not in wanted and (path.parent in planned or path.parent.name not in kept):
            path.unlink()
            stamp_path(path).unlink(missing_ok=True)
    for sub in sorted(folder.glob("*/")):
        if not any(sub.rglob("*.ipynb")):
            shutil.rmtree(sub)
