"""One notebook to execute: its template, its parameters, and the hash of all that it depends on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import nbformat

from rareaccess.core.errors import UserError
from rareaccess.core.files import hash_files, write_atomic

__all__ = ["Job", "is_current", "library_versions", "package_hash", "stamp_path", "write_stamp"]

LIBRARIES = (
    "afcharts", "great-tables", "ipykernel", "ipython", "matplotlib", "nbclient", "nbformat",
    "numpy", "pandas", "papermill", "pyarrow", "scipy", "seaborn",
)  # fmt: skip
"""Libraries that a notebook's output can depend on."""

NOT_IN_NOTEBOOKS = ("render", "cli.py", "doctor.py", "lock.py", "steps.py", "new_pair.py")
"""Parts of the package that no notebook imports: a change there executes nothing again."""


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

    def inputs(self) -> str:
        """Return one SHA-256 of everything that can change the executed notebook.

        That is: the filled template, the parameters, the declared sections of the pair's params,
        the report's params, the declared marts, the package's source and the libraries.
        """
        parts = {
            "template": nbformat.writes(self.template, version=4),
            "parameters": dict(self.parameters),
            "settings": self.settings,
            "files": {name: _file_hash(path) for name, path in sorted(self.files.items())},
            "package": package_hash(),
            "libraries": library_versions(),
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def check_files(self) -> None:
        """Stop when a declared mart is not there.

        Raises
        ------
        UserError
            A file that the notebook declares is missing.
        """
        for name, path in self.files.items():
            if not path.is_file():
                raise UserError(
                    "A notebook reads a mart that is not there.",
                    where=self.where,
                    found=f"no {name} for {self.name.split('/')[0]}",
                    expected=f"the file {path.name}, written by `rareaccess prepare`",
                    mend="Run `rareaccess prepare`, or correct the name in `open_study`.",
                )


def _file_hash(path: Path) -> str:
    return hash_files([path]) if path.is_file() else "missing"


@cache
def package_hash() -> str:
    """Return one SHA-256 of the package's source, without the parts no notebook imports."""
    folder = Path(__file__).resolve().parents[2]
    sources = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in {".py", ".mplstyle", ".json", ".yml"}
        and path.relative_to(folder).parts[0] not in NOT_IN_NOTEBOOKS
    )
    names = "\n".join(path.relative_to(folder).as_posix() for path in sources)
    return hashlib.sha256((names + hash_files(sources)).encode()).hexdigest()


@cache
def library_versions() -> str:
    """Return the versions of Python and of the libraries that draw and compute.

    Examples
    --------
    >>> "pandas" in library_versions()
    True
    """
    found = {"python": python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return json.dumps(found, sort_keys=True)


def stamp_path(executed: Path) -> Path:
    """Return where the hash of an executed notebook is kept: beside it, hidden.

    Examples
    --------
    >>> stamp_path(Path("executed/02-uptake.ipynb")).as_posix()
    'executed/.02-uptake.hash'
    """
    return executed.with_name(f".{executed.stem}.hash")


def _stamp(job: Job, inputs: str) -> str:
    stamp = {
        "inputs": inputs,
        "executed": _file_hash(job.executed),
        "results": _file_hash(job.results),
    }
    return json.dumps(stamp, indent=1) + "\n"


def write_stamp(job: Job, inputs: str) -> None:
    """Keep the hash of the inputs, and of what came of them, beside the executed notebook."""
    write_atomic(stamp_path(job.executed), _stamp(job, inputs))


def is_current(job: Job) -> bool:
    """Tell whether the executed notebook and its results are those of the present inputs."""
    stamp = stamp_path(job.executed)
    if not (stamp.is_file() and job.executed.is_file()):
        return False
    return stamp.read_text(encoding="utf-8") == _stamp(job, job.inputs())
