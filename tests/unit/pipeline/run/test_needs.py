"""Cells that only some pairs need, by their settings or by the rows of a mart; and details."""

import nbformat
import pytest

from rareaccess.core.errors import UserError
from rareaccess.params import load_pair
from rareaccess.pipeline.run.details import fold_details
from rareaccess.pipeline.run.needs import drop_unneeded

PAIR = load_pair("sle-belimumab")


def book(*tags: tuple[str, ...]) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_markdown_cell(f"cell {n}", metadata={"tags": list(some)}, id=f"c{n}")
             for n, some in enumerate(tags)]  # fmt: skip
    return nbformat.v4.new_notebook(cells=cells)


def sources(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source.splitlines()[0] for cell in notebook.cells]


@pytest.mark.parametrize(("rows", "kept"), [(True, ["cell 0"]), (False, ["cell 1"])])
def test_a_mart_with_rows_is_needed_or_lacked(rows: bool, kept: list[str]) -> None:
    whole = book(("needs-mart-need_share",), ("lacks-mart-need_share",))
    assert sources(drop_unneeded(whole, PAIR, has_rows=lambda mart: rows)) == kept


def test_all_needs_of_a_cell_have_to_be_met() -> None:
    whole = book(("needs-severity", "needs-mart-need_share"), ("needs-severity",))
    found = drop_unneeded(whole, PAIR, has_rows=lambda mart: False)
    assert sources(found) == ["cell 1"]


@pytest.mark.parametrize(("rows", "kept"), [(True, 2), (False, 1)])
def test_one_of_several_needs_is_enough(rows: bool, kept: int) -> None:
    """The pair has no fund and a severity: only the mart can meet the first of the two cells."""
    whole = book(("needs-cdf-or-needs-mart-need_share",), ("needs-mart-need_share-or-lacks-cdf",))
    assert len(drop_unneeded(whole, PAIR, has_rows=lambda mart: rows).cells) == kept


def test_a_mart_that_does_not_exist_stops() -> None:
    for tag in ("needs-mart-nothing", "needs-severity-or-needs-mart-nothing"):
        with pytest.raises(UserError, match="mart that does not exist"):
            drop_unneeded(book((tag,)), PAIR)


OPEN, CLOSE = "::: {.ra-detail}", ":::"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (False, ["cell 0", OPEN, "cell 1", "cell 2", CLOSE, "cell 3", OPEN, "cell 4", CLOSE]),
        (True, ["cell 0", "cell 1", OPEN, "cell 2", CLOSE, "cell 3", "cell 4"]),
    ],
)
def test_runs_of_details_are_folded(reference: bool, expected: list[str]) -> None:
    whole = book((), ("detail",), ("folded",), (), ("detail", "remove-cell"))
    folded = fold_details(whole, reference=reference)
    assert sources(folded) == expected
    ids = [cell.id for cell in folded.cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(folded)


def test_without_details_nothing_changes() -> None:
    whole = book((), ())
    assert sources(fold_details(whole)) == ["cell 0", "cell 1"]
