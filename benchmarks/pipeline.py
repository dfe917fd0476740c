"""The pipeline itself: `prepare` on worlds that grow, the notebooks, and a build with no change."""

import shutil
import time

import papermill  # noqa: F401  (so that its import is not timed)
import pyarrow.parquet as pq

from benchmarks.answers import digest
from benchmarks.inputs import Inputs
from rareaccess.core.files import hash_files
from rareaccess.params import load_report
from rareaccess.pipeline import prepare, steps  # noqa: F401  (likewise)
from rareaccess.pipeline.run import execute, run_jobs  # noqa: F401  (likewise)
from rareaccess.pipeline.run.plan import plan_jobs

__all__ = ["prepare_world", "rebuild", "run_notebooks"]


def prepare_world(inputs: Inputs, copies: int, *, source: str = "") -> dict[str, object]:
    """Prepare the marts of a world with so many times the records; the answer is what they hold.

    The marts of the smallest world are kept: the notebooks read them.

    Parameters
    ----------
    source
        The source with the records in another layout; without it the one of Parquet.
    """
    kept, source = copies == 1 and not source, source or f"copies-{copies}"
    build = inputs.build if kept else inputs.project / f"build-{source}"
    shutil.rmtree(build, ignore_errors=True)
    inputs.enter_project(build)
    steps.prepare(source)
    marts = sorted((build / "marts").glob("*/*/*.parquet"))
    of_people = [mart for mart in marts if "study_id" in pq.read_schema(mart).names]
    held = [f"{mart.stem} {hash_files([mart])}" for mart in of_people]
    records = [
        pq.read_metadata(file).num_rows
        for kind in ("apc", "op")
        for file in (inputs.worlds / str(copies) / kind).glob("*.parquet")
    ]
    if not kept:
        shutil.rmtree(build)
    return {"answer": digest(held), "rows": sum(records)}


def run_notebooks(inputs: Inputs, *, parallel: int, warm: bool) -> dict[str, object]:
    """Execute every notebook again; the answer is what is in them."""
    project, build = inputs.project, inputs.build
    inputs.enter_project(build)
    jobs = plan_jobs(project, build, "copies-1", load_report().pairs)
    run_jobs(
        jobs, project=project, build=build, force=True, parallel=parallel, warm=warm, say=_hush
    )
    return {"answer": digest(digest([job.executed.read_text()]) for job in jobs), "rows": len(jobs)}


def rebuild(inputs: Inputs) -> dict[str, object]:
    """Build the whole report from the sample twice; the second time nothing has changed.

    A run for tests builds the marts and notebooks only, without the book.
    """
    inputs.enter_project(inputs.build)

    def build() -> list[str]:
        if not inputs.size.whole:
            return [steps.prepare("copies-1"), steps.run("copies-1", say=_hush)]
        said: list[str] = []
        steps.report("sample", renderer="pandoc", say=said.append)
        return said

    started = time.perf_counter()
    build()
    first = time.perf_counter()
    said = "\n".join(build())
    if "nothing has changed" not in said or "nothing changed" not in said:
        raise AssertionError(f"something was done again:\n{said}")
    seconds = time.perf_counter() - first
    return {"answer": "nothing was done again", "first": first - started, "seconds": seconds}


def _hush(text: str) -> None:
    """Say nothing."""
