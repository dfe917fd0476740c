"""The door of the renderer: it typesets an executed notebook as the runner wrote it, or not."""

import json
from pathlib import Path

from rareaccess.core.errors import UserError
from rareaccess.disclosure.payloads import check_outputs, find_altered, is_sealed, read_payloads
from rareaccess.render.book import Book
from rareaccess.render.downloads import find_results

__all__ = ["check_vouched"]

EXECUTED = "report/executed/"


def check_vouched(book: Book, build: Path, source: str) -> None:
    """Stop if an executed notebook of the book, or a table of it, is not as the runner wrote it.

    Parameters
    ----------
    book
        The book. A folder that has no templates, and no report/executed, has no runner either:
        nobody vouches for its notebooks, and they are taken as they are.
    build, source
        Where the results of the notebooks are.

    Raises
    ------
    UserError
        It names the notebook, and the cell whose output nobody vouches for.
    """
    templates = (book.root / "notebooks").is_dir()
    for name in book.notebooks():
        if not templates and not name.startswith(EXECUTED):
            continue
        results = find_results(build, source, name)
        if altered := find_altered(results):
            raise UserError(
                "Results of a notebook are not as it wrote them.",
                name,
                found=", ".join(altered),
                expected="the files that `rareaccess run` writes",
                mend="Run `rareaccess run` again.",
            )
        text = (book.root / name).read_text(encoding="utf-8")
        if is_sealed(results, text):
            continue
        check_outputs(json.loads(text)["cells"], read_payloads(results), where=name)
        raise UserError(
            "An executed notebook is not as the runner wrote it.",
            name,
            found="text or code that was changed after the notebook was executed",
            expected="the notebook that `rareaccess run` writes",
            mend="Change the template in notebooks/, and run `rareaccess run` again.",
        )
