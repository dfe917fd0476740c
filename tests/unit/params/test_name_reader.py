"""Names as hospitals write them: read by audited words and known fillers, and never guessed."""

import csv
from pathlib import Path

import pytest

from rareaccess.core.paths import project_root
from rareaccess.params import load_pair
from rareaccess.params.name_reader import NameReader

TYPED = project_root() / "tests" / "support" / "typed_names"


def load_typed(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def judge(file: Path) -> tuple[int, list[str], list[str]]:
    """Return how many names there are, those not read, and those read wrongly."""
    rows = load_typed(file)
    readers = {pair: NameReader(load_pair(pair).drug) for pair in {row["pair"] for row in rows}}
    unread, wrong = [], []
    for row in rows:
        reader = readers[row["pair"]]
        found = reader.read(row["typed"])
        drug = found.member or reader.drug.names[0] if found.match != "unknown" else ""
        if drug != row["drug"]:
            told = f"{row['kind']}: {row['typed']!r}: {drug or found.left}"
            (wrong if drug else unread).append(told)
    return len(rows), unread, wrong


@pytest.mark.parametrize(("file", "size"), [("built_on.csv", 300), ("held_out.csv", 100)])
def test_names_are_read_rightly_or_not_at_all(file: str, size: int) -> None:
    number, unread, wrong = judge(TYPED / file)
    assert number == size
    assert not wrong, "\n".join(wrong)
    assert len(unread) <= 0.05 * number, "\n".join(unread)
