"""Write files aside and rename them, so that a killed run leaves the old file or the new one."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.core.machine import is_running, lock_file
from rareaccess.core.paths import relative

__all__ = [
    "SCRATCH",
    "hash_files",
    "lock_folder",
    "remove_leftovers",
    "remove_scratch",
    "replace_folder",
    "write_atomic",
]

SCRATCH = "rareaccess-"  # what the temporary folders of a process begin with, before its number


def write_atomic(path: Path, content: str | bytes | Callable[[Path], object]) -> bool:
    """Write a file aside and rename it into place; return whether its bytes changed.

    A file whose bytes are the same is left untouched, so that what depends on it is not redone.

    Parameters
    ----------
    path
        The file to write; its folder is made when missing.
    content
        Text (UTF-8), bytes, or a function that writes to the path it is given.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write_atomic(target, "one"), write_atomic(target, "one"), target.read_text()
    (True, False, 'one')
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if callable(content):
            content(aside)
        else:
            aside.write_bytes(content.encode() if isinstance(content, str) else content)
        if path.is_file() and hash_files([path]) == hash_files([aside]):
            return False
        aside.replace(path)
        return True
    finally:
        aside.unlink(missing_ok=True)


def replace_folder(new: Path, target: Path) -> None:
    """Put the folder `new` in the place of `target`; the old one goes only when the new is there.

    Examples
    --------
    >>> import tempfile
    >>> base = Path(tempfile.mkdtemp())
    >>> (base / "new").mkdir(); _ = (base / "new" / "x").write_text("1")
    >>> replace_folder(base / "new", base / "old"); (base / "old" / "x").read_text()
    '1'
    """
    old = target.with_name(f".{target.name}.old")
    if not target.exists() and old.is_dir():
        old.replace(target)  # a run was killed between the two renamings below
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.replace(old)
    new.replace(target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, since two would remove what the other writes aside.

    The lock ends with the process that holds it, however that ends. There is none where the file
    system keeps no locks, as some shared ones do not.

    Raises
    ------
    UserError
        Another run holds the lock.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with lock_file(folder / ".lock") as ours:
        if not ours:
            raise UserError(
                "Another run is using this folder.",
                where=relative(folder),
                found="a run of rareaccess that has not finished",
                expected="one run at a time in a build folder",
                mend="Wait until it finishes, or give this run its own folder: set the environment "
                "variable RAREACCESS_BUILD.",
            )
        yield


def remove_leftovers(folder: Path, *, below: bool = True) -> None:
    """Remove what killed runs wrote aside in a folder, and put back what they had put away.

    What is named for a process that still runs is left alone.

    Parameters
    ----------
    below
        Whether to look into the folders within it.

    Examples
    --------
    >>> import tempfile
    >>> base = Path(tempfile.mkdtemp())
    >>> _ = (base / ".a.txt.0.part").write_text("half"), (base / "a.txt").write_text("whole")
    >>> remove_leftovers(base); [path.name for path in base.iterdir()]
    ['a.txt']
    """
    for path in sorted(folder.rglob(".*") if below else folder.glob(".*")):
        target = path.with_name(path.name.removeprefix(".").removesuffix(".old"))
        if path.name.endswith(".old") and path.is_dir() and not target.exists():
            path.replace(target)
        elif path.name.endswith((".part", ".old")) and not _is_in_use(path.name):
            remove(path)


def remove_scratch() -> None:
    """Remove the scratch folders of runs that were killed: they hold rows of tables."""
    for place in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
        number = place.name.removeprefix(SCRATCH).split("-")[0]
        if number.isdecimal() and not is_running(int(number)):
            remove(place)


def _is_in_use(name: str) -> bool:
    """Return whether a part of a name is the number of a process that runs."""
    numbers = [int(part) for part in re.split("[.-]", name) if part.isdecimal()]
    return any(number > 0 and is_running(number) for number in numbers)


def remove(path: Path) -> None:
    """Remove a file or a folder, where it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def hash_files(paths: Iterable[Path]) -> str:
    """Return one SHA-256 over the contents of the files, in the order given.

    Examples
    --------
    >>> hash_files([])[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    for path in paths:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
