"""What a step depends on, hashed: settings, files and code; and the stamp that keeps the hashes.

A step keeps a stamp beside what it made, and is done again when a hash in it is another. The code
of a step is the modules that do it and all of the package that they import, found by reading their
imports: there is no list of them to be kept.
"""

import hashlib
import json
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from rareaccess.core.files import hash_files, write_atomic

__all__ = [
    "digest",
    "find_code",
    "find_imports",
    "hash_code",
    "list_versions",
    "read_stamp",
    "write_stamp",
]

PACKAGE = Path(__file__).parents[1]
IMPORT = re.compile(r"^[ \t]*from (rareaccess[\w.]*) import (\([^)]*\)|[^(\n]*)", re.MULTILINE)
CODE = (".py", ".pyc")


def digest(*parts: object) -> str:
    """Return one SHA-256 over texts, and lists and dictionaries of them.

    Examples
    --------
    >>> digest("a", "b") == digest("a", "b"), digest("a", "b") == digest("ab")
    (True, False)
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find_imports(text: str) -> set[str]:
    r"""Return the modules of this package that a text of Python imports, and what they are in.

    Examples
    --------
    >>> sorted(find_imports("from rareaccess.core.files import (hash_files,\n    write_atomic)"))
    ['rareaccess', 'rareaccess.core', 'rareaccess.core.files']
    """
    found = set()
    for module, names in IMPORT.findall(text):
        candidates = [module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))]
        for parts in (candidate.split(".") for candidate in candidates):
            found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return {name for name in found if _find_file(name)}


def find_code(*modules: str) -> list[Path]:
    """Return the files of modules and of all of the package that they import, sorted.

    With a package come the files in its folder that are no code, such as style sheets.

    Examples
    --------
    >>> [file.name for file in find_code("rareaccess.core.paths")]
    ['__init__.py', '__init__.py', 'errors.py', 'paths.py']
    """
    waiting = find_imports("".join(f"from {name} import _\n" for name in modules))
    files: dict[str, Path] = {}
    while waiting:
        name = waiting.pop()
        if file := _find_file(name):
            files[name] = file
            waiting |= find_imports(file.read_text(encoding="utf-8")) - set(files)
    found = set(files.values())
    folders = {file.parent for file in found} - {PACKAGE}
    beside = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return sorted(found | {file for file in beside if file.suffix not in CODE})


@cache
def hash_code(*modules: str) -> str:
    """Return a hash of the code that does a step, as `find_code` finds it from its modules."""
    files = find_code(*modules)
    return digest([file.relative_to(PACKAGE).as_posix() for file in files], hash_files(files))


@cache
def list_versions(*libraries: str) -> dict[str, str]:
    """Return the versions of Python and of libraries on which a result may depend.

    Examples
    --------
    >>> sorted(list_versions("pandas", "no-such-library")), list_versions("none")["none"]
    (['no-such-library', 'pandas', 'python'], 'absent')
    """
    found = {"python": python_version()}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def read_stamp(file: Path) -> dict[str, Any]:
    """Return the content of a stamp, empty when there is none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_stamp(file: Path, content: object) -> bool:
    """Write a stamp, as JSON, aside and rename it; return whether its bytes changed.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "made.json"
    >>> write_stamp(file, {"made_from": "x"}), read_stamp(file)
    (True, {'made_from': 'x'})
    """
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    return write_atomic(file, text + "\n")


def _find_file(module: str) -> Path | None:
    """Return the file of a module of the package, none where a name is no module."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if file.is_file()), None)
