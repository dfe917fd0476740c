"""Write tests/reference: the notebooks of the reference pair as executed on the sample.

Run `python tests/support/make_reference.py` after a change that is meant to change what they show,
and read the difference before it is committed: nbval compares every later run with these files.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from rareaccess.core.paths import project_root
from whole_project import build, make_project

PAIR = "sle-belimumab"


def main() -> None:
    """Execute the notebooks in a project of their own and copy them."""
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), "sample")
        build(project, "prepare")
        build(project, "run")
        target = project_root() / "tests" / "reference"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in sorted((project / "report" / "executed" / PAIR).glob("*.ipynb")):
            shutil.copy(path, target / path.name)
            sys.stdout.write(f"tests/reference/{path.name}\n")


if __name__ == "__main__":
    main()
