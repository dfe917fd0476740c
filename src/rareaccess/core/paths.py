"""Where things are, from the project's root: never from the working directory of a notebook."""

import os
from pathlib import Path

from rareaccess.core.errors import UserError

__all__ = ["build_root", "project_root", "relative"]


def project_root() -> Path:
    """Return the project's root folder: the one that holds `_quarto.yml` and `params/`.

    The environment variable RAREACCESS_HOME names it when set; otherwise the first folder that
    fits among the working directory, its parents, and the folders above the package.

    Raises
    ------
    UserError
        No such folder is found.

    Examples
    --------
    >>> (project_root() / "params").is_dir()
    True
    """
    named = os.environ.get("RAREACCESS_HOME")
    here, package = Path.cwd().resolve(), Path(__file__).resolve()
    candidates = [Path(named)] if named else [here, *here.parents, *package.parents]
    for folder in candidates:
        if (folder / "params").is_dir() and (folder / "_quarto.yml").is_file():
            return folder.resolve()
    raise UserError(
        "Cannot find the project folder.",
        where=named or str(here.name),
        found="no folder with params/ and _quarto.yml",
        expected="a current folder inside the project, or RAREACCESS_HOME set to the project",
        mend="Change to the project folder and run the command again.",
    )


def build_root() -> Path:
    """Return the folder of everything that can be built again: marts, results, the book.

    The environment variable RAREACCESS_BUILD names it when set; otherwise `build` in the project.

    Examples
    --------
    >>> build_root().is_absolute()
    True
    """
    named = os.environ.get("RAREACCESS_BUILD")
    return Path(named).resolve() if named else project_root() / "build"


def relative(path: Path) -> str:
    """Return `path` as a person would name it: relative to the project when it lies inside.

    Examples
    --------
    >>> relative(project_root() / "params" / "report.yml")
    'params/report.yml'
    """
    try:
        return Path(path).resolve().relative_to(project_root()).as_posix()
    except ValueError:
        return str(path)
