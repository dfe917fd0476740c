"""One notebook to execute: its template, its parameters, and the hash of what it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from rareaccess.core.cache import (
    digest,
    find_imports,
    hash_code,
    list_versions,
    read_stamp,
    write_stamp,
)
from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files
from rareaccess.disclosure.payloads import find_altered, shown_path

__all__ = ["Job", "is_current", "keep_stamp", "stamp_path"]

LIBRARIES = (
    "afcharts", "great-tables", "ipykernel", "ipython", "matplotlib", "nbclient", "nbformat",
    "numpy", "pandas", "papermill", "pyarrow", "scipy", "seaborn",
)  # fmt: skip
"""Libraries that a notebook's output can depend on."""

RUNNER = tuple(
    f"rareaccess.pipeline.run.{name}"
    for name in ("execute", "clean", "door", "badges", "warm_server")
)
"""What executes a notebook and writes it, besides what the notebook itself imports."""


@dataclass(frozen=True)
class Job:
    """A template filled for one pair (or for the whole book), and where its results go."""

    name: str
    template: nbformat.NotebookNode
    parameters: Mapping[str, Any]
    executed: Path
    results: Path
    where: str
    settings: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)
    after: bool = False
    private: Path | None = None

    def inputs(self) -> str:
        """Return one SHA-256 of everything that can change the executed notebook.

        That is: the filled template, the parameters, the declared sections of the pair's params,
        the report's params, the declared marts, the code that it imports and the libraries.
        """
        code = "\n".join(c.source for c in self.template.cells if c.cell_type == "code")
        return digest(
            nbformat.writes(self.template, version=4),
            dict(self.parameters),
            self.settings,
            {name: _file_hash(path) for name, path in self.files.items()},
            _file_hash(withheld) if (withheld := self.withheld) else "",
            hash_code(*RUNNER, *sorted(find_imports(code))),
            list_versions(*LIBRARIES),
        )

    @property
    def withheld(self) -> Path | None:
        """What a repair hides in it besides, see `disclosure.sheets`."""
        return self.private and self.private.with_suffix(".withheld.json")

    def check_files(self) -> None:
        """Stop if a declared mart does not exist.

        Raises
        ------
        UserError
            A file that the notebook declares is missing.
        """
        for name, path in self.files.items():
            if not path.is_file():
                raise UserError(
                    "A notebook reads a mart that does not exist.",
                    where=self.where,
                    found=f"no {name} for {self.name.split('/')[0]}",
                    expected=f"the file {path.name}, written by `rareaccess prepare`",
                    mend="Run `rareaccess prepare`, or correct the name in `open_study`.",
                )


def _file_hash(path: Path) -> str:
    return hash_files([path]) if path.is_file() else "missing"


def stamp_path(executed: Path) -> Path:
    """Return where the hash of an executed notebook is kept: beside it, hidden.

    Examples
    --------
    >>> stamp_path(Path("executed/02-uptake.ipynb")).as_posix()
    'executed/.02-uptake.hash'
    """
    return executed.with_name(f".{executed.stem}.hash")


def keep_stamp(job: Job, inputs: str) -> None:
    """Keep the hash of the inputs, and of what came of them, beside the executed notebook."""
    write_stamp(stamp_path(job.executed), _stamp(job, inputs))


def is_current(job: Job) -> bool:
    """Tell whether the executed notebook and its results are those of the present inputs."""
    stamp = read_stamp(stamp_path(job.executed))
    whole = job.executed.is_file() and stamp == _stamp(job, job.inputs())
    return whole and not find_altered(job.results)


def _stamp(job: Job, inputs: str) -> dict[str, str]:
    made = {
        "executed": _file_hash(job.executed),
        "results": _file_hash(job.results),
        "shown": _file_hash(shown_path(job.results)),
    }
    if job.private:
        made["private"] = _file_hash(job.private)
    return {"inputs": inputs, **made}
