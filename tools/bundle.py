"""Write an offline bundle: what the README's two commands need, for rooms without an index.

It holds the packages as wheels for a stated system and Python, the source with the sample, and
checksums. There, `python tools/make.py report` finds the folder `wheels` and asks no index.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.markers import Marker

from rareaccess.core.errors import UserError
from rareaccess.core.paths import project_root

__all__ = ["SYSTEMS", "choose_pins", "main", "write_bundle"]

LISTS = ("requirements.txt", "requirements-dev.txt")
GLIBC = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31")
SYSTEMS = {
    "linux": (
        ("manylinux2014_x86_64", *(f"manylinux_{one}_x86_64" for one in GLIBC), "linux_x86_64"),
        {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux",
         "platform_machine": "x86_64"},
    ),
    "windows": (
        ("win_amd64",),
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows",
         "platform_machine": "AMD64"},
    ),
    "macos": (
        tuple(f"macosx_{one}_{kind}" for one in ("11_0", "12_0", "13_0", "14_0")
              for kind in ("arm64", "universal2")),
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin",
         "platform_machine": "arm64"},
    ),
}  # fmt: skip
"""System -> tags of its wheels, and what the markers of requirements ask."""
SUMS = "SHA256SUMS"
SOURCE_ONLY = ("autograd-gamma",)  # pure Python, and published as source alone
PATCHES = (0, 99)  # releases of a Python that a bundle is for: the first, and any that will be
TO_BUILD = "wheel"  # what pip of before 2024 builds such a package with, beside setuptools


def choose_pins(text: str, system: str, python: str) -> Iterator[str]:
    r"""Yield the pins of a list that a system and Python want, each with its hashes.

    Parameters
    ----------
    text
        A list of requirements with hashes, as `make lock` writes it.
    system
        Of `SYSTEMS`.
    python
        Version, such as 3.12.1.

    Examples
    --------
    >>> text = "a==1 --hash=sha256:0\nb==2 ; sys_platform == 'win32' --hash=sha256:1"
    >>> list(choose_pins(text, "linux", "3.12.0"))
    ['a==1 --hash=sha256:0']
    """
    asked = {**SYSTEMS[system][1], "python_version": ".".join(python.split(".")[:2]),
             "python_full_version": python, "implementation_name": "cpython",
             "platform_python_implementation": "CPython"}  # fmt: skip
    for pin in re.findall(r"^[\w.].*", text.replace("\\\n", " "), flags=re.MULTILINE):
        head, _, hashes = pin.partition("--hash")
        name, _, marker = head.partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(asked):
            yield f"{name.strip()} --hash{hashes}"


def write_bundle(folder: Path, system: str, python: str) -> Path:
    """Write a bundle below a folder, and return its own folder.

    Raises
    ------
    UserError
        A package has no wheel for the system and Python, or the source is not a checkout of git.
    """
    root = project_root()
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    target = folder / f"rareaccess-{version}-{system}-python{python}"
    shutil.rmtree(target, ignore_errors=True)
    (target / "wheels").mkdir(parents=True)
    for name in list_source(root):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, place)
    for listed in LISTS:
        first = None
        for patch in PATCHES:  # some packages want a later one, and are pinned twice
            text = (root / listed).read_text(encoding="utf-8")
            pins = list(choose_pins(text, system, f"{python}.{patch}"))
            if pins != first:
                _download(pins, listed, target / "wheels", system, f"{python}.{patch}")
            first = pins
    files = sorted(path for path in target.rglob("*") if path.is_file())
    lines = [f"{_hash(file)}  {file.relative_to(target).as_posix()}" for file in files]
    (target / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return target


def list_source(root: Path) -> list[str]:
    """Return the names of the files that git keeps, as they are now."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    names = [name for name in found.stdout.decode().split("\0") if (root / name).is_file() and name]
    if found.returncode or not names:
        raise UserError(
            "The source cannot be listed.",
            where=str(root),
            found="no checkout of git",
            expected="a clone of the project, with git on the path",
            mend="Make the bundle where the project was cloned.",
        )
    return names


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _download(pins: Sequence[str], listed: str, wheels: Path, system: str, python: str) -> None:
    """Fetch the wheels of pins for a system and Python."""
    chosen = wheels.parent / f".{listed}"
    chosen.write_text("\n".join(pins) + "\n", encoding="utf-8")
    tags = [part for tag in SYSTEMS[system][0] for part in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--dest", str(wheels), "--no-deps", "--only-binary=:all:",
               f"--no-binary={','.join(SOURCE_ONLY)}"]  # fmt: skip
    own = [*command, *tags, "--python-version", python, "--require-hashes", "-r", str(chosen)]
    failed = subprocess.run(own, check=False, capture_output=True, text=True)
    chosen.unlink()
    if not failed.returncode:
        failed = subprocess.run([*command, TO_BUILD], check=False, capture_output=True, text=True)
    if failed.returncode:
        said = [line for line in failed.stderr.splitlines() if line.startswith("ERROR")]
        raise UserError(
            "The bundle lacks a package.",
            where=listed,
            found=(said or ["pip stopped"])[0].removeprefix("ERROR: "),
            expected=f"a wheel of each pin for {system} and Python {python}",
            mend="Choose another Python or system: python -m tools.bundle --help lists them.",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bundle that the arguments ask for, and say what to do with it."""
    here = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--system", choices=sorted(SYSTEMS), default=here)
    parser.add_argument("--python", default=".".join(map(str, sys.version_info[:2])),
                        help="the version of Python there, such as 3.12")  # fmt: skip
    parser.add_argument("--folder", type=Path, default=project_root() / "build" / "bundle")
    asked = parser.parse_args(arguments)
    try:
        target = write_bundle(asked.folder, asked.system, asked.python)
    except UserError as fault:
        print(f"Stopped. {fault}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target}: {size / 1e6:.0f} MB, checksums in {SUMS}")
    print("Copy the folder, then run `python tools/make.py report` in it: no index is asked.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
