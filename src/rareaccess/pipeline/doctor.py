"""Say whether this computer can build the report, and what each missing part would add."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

from rareaccess.core.machine import memory
from rareaccess.core.paths import project_root

__all__ = ["Need", "check_machine", "load_pins", "normalise"]


@dataclass(frozen=True)
class Need:
    """One thing looked at: what, what was found, and whether the report can be built with it."""

    what: str
    found: str
    ok: bool
    needed: bool = True
    mend: str = ""


def check_machine() -> list[Need]:
    """Return what this machine has, in the order in which the report needs it.

    Examples
    --------
    >>> check_machine()[0].what
    'Python'
    """
    parts = (_check_python, _check_packages, _check_pandoc, _check_memory, _check_disk)
    return [check() for check in (*parts, _check_quarto, _check_spark, _check_browser)]


def _check_python() -> Need:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Need(
        "Python", version, sys.version_info >= (3, 11), mend="Install Python 3.11 or newer."
    )


def _check_packages() -> Need:
    """Compare the installed versions with the pinned ones; others may work as well."""
    pins = load_pins((project_root() / "requirements.txt").read_text(encoding="utf-8"))
    declared = importlib.metadata.requires("rareaccess") or []
    names = {normalise(entry.split(";")[0].split(">")[0].split("[")[0]) for entry in declared}
    missing, other = [], []
    for name in sorted(names & set(pins)):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if version != pins[name] and sys.version_info >= (3, 12):
            other.append(f"{name} {version} (pinned {pins[name]})")
    found = f"{len(names) - len(missing)} of {len(names)}"
    detail = "; ".join([*(f"missing {name}" for name in missing), *other])
    told = f"{found}: {detail}" if detail else found
    return Need("Packages", told, not missing, mend="Run `make report`.")


def _check_pandoc() -> Need:
    try:
        import pypandoc

        version = pypandoc.get_pandoc_version()
    except (ImportError, OSError) as error:
        return Need("Pandoc", str(error).splitlines()[0], False, mend="Install pypandoc_binary.")
    return Need("Pandoc (fallback renderer)", version, int(version.split(".")[0]) >= 3)


def _check_memory() -> Need:
    told = memory()
    if told is None:
        return Need("Memory", "not known: no psutil here", True)
    gigabytes = told / 2**30
    mend = "Use --source sample, or a computer with more memory."
    return Need("Memory", f"{gigabytes:.0f} GB", gigabytes >= 4, mend=mend)


def _check_disk() -> Need:
    gigabytes = shutil.disk_usage(project_root()).free / 2**30
    mend = "Free 3 GB of disk space for the full synthetic data and the marts."
    return Need("Free disk", f"{gigabytes:.0f} GB", gigabytes >= 3, mend=mend)


def _first_line(*command: str) -> str | None:
    """Return the first line that a command prints, or None if it is missing or fails."""
    if not shutil.which(command[0]):
        return None
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (result.stdout or result.stderr).splitlines()
    return lines[0] if lines and result.returncode == 0 else None


def _check_quarto() -> Need:
    version = _first_line("quarto", "--version")
    mend = "Optional, for the web pages: install environment.yml, or Quarto 1.4 or newer."
    return Need("Quarto", version or "not found", version is not None, needed=False, mend=mend)


def _check_spark() -> Need:
    """Say what Spark would start with; `rareaccess prepare --engine spark` says the same."""
    from rareaccess.sources.engine.start_spark import check_spark

    parts = check_spark()
    found = f"pyspark {parts.pyspark or 'not found'}, Java {parts.java or 'not found'}"
    fault = parts.fault
    mend = f"Optional, for tables in Spark: {fault.what} {fault.mend}" if fault else ""
    return Need("Spark", found, fault is None, needed=False, mend=mend)


def _check_browser() -> Need:
    name = next((name for name in ("chromium", "google-chrome") if shutil.which(name)), None)
    mend = "Optional: some tests open the book in headless Chromium."
    return Need("Browser for tests", name or "not found", bool(name), needed=False, mend=mend)


def normalise(name: str) -> str:
    """Return a package name in its canonical spelling (PEP 503).

    Examples
    --------
    >>> normalise("pypandoc_binary")
    'pypandoc-binary'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def load_pins(text: str) -> dict[str, str]:
    r"""Return name -> exact version of a requirements text; the newest if there are several.

    Examples
    --------
    >>> load_pins("numpy==2.4 ; python_version < '3.12'\nnumpy==2.5 ; python_version >= '3.12'")
    {'numpy': '2.5'}
    >>> load_pins("coverage[toml]==7.17")
    {'coverage': '7.17'}
    """
    entry = r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)"
    found = re.findall(entry, text, flags=re.MULTILINE)
    return {normalise(name): version for name, version in found}
