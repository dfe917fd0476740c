"""Pin the packages: requirements.txt and environment.yml are made from pyproject.toml."""

import re
import subprocess
import sys
import tomllib

from rareaccess.files import write_atomic
from rareaccess.paths import project_root

__all__ = ["build_environment", "load_dependencies", "load_pins", "main"]

HEADER = "# Made from pyproject.toml by `make lock`; not edited by hand.\n"
# Not on conda-forge under the same name and content: these come from pip inside the environment.
FROM_PIP = ("afcharts", "pypandoc-binary", "typst")
CONDA_NAMES = {"duckdb": "python-duckdb"}


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
    project = tomllib.loads((project_root() / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
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


def build_environment(pins: dict[str, str]) -> str:
    """Return environment.yml: conda-forge, the same versions, plus Quarto.

    Parameters
    ----------
    pins
        Name -> exact version, as `load_pins` gives them.

    Examples
    --------
    >>> "quarto" in build_environment(load_pins((project_root() / "requirements.txt").read_text()))
    True
    """
    names = sorted(load_dependencies())
    conda = [
        f"  - {CONDA_NAMES.get(name, name)}={pins[name]}" for name in names if name not in FROM_PIP
    ]
    from_pip = [f"      - {name}=={pins[name]}" for name in names if name in FROM_PIP]
    head = [
        "name: rareaccess",
        "channels: [conda-forge]",
        "dependencies:",
        "  - python=3.12",
        "  - quarto>=1.4",
        "  - pip",
    ]
    tail = ["  - pip:", *from_pip, "      - --editable ."]
    return HEADER + "\n".join(head + conda + tail) + "\n"


def main() -> None:
    """Resolve with uv and write both files; no index address goes into them."""
    root = project_root()
    aside = root / "build" / "requirements.txt"
    aside.parent.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    command = "uv pip compile --quiet --universal --generate-hashes --upgrade --no-header"
    options = "--no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11"
    arguments = [*command.split(), *options.split(), "--extra", "dev"]
    subprocess.run(
        [sys.executable, "-m", *arguments, "pyproject.toml", "-o", str(aside)],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    text = aside.read_text()
    write_atomic(root / "requirements.txt", HEADER + text)
    write_atomic(root / "environment.yml", build_environment(load_pins(text)))


if __name__ == "__main__":
    main()
