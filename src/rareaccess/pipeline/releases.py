"""Between two releases: what a reader of both sees of the few people who came or went."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import relative
from rareaccess.disclosure.attack.quantities import Quantity
from rareaccess.disclosure.profiles import Interval, Profile
from rareaccess.disclosure.sheets import Sheet, Size

__all__ = [
    "Change", "find_changes", "find_few", "find_quantities", "keep_release", "list_cells",
    "read_release",
]  # fmt: skip

Books = Sequence[tuple[str, str, list[Sheet], list[Size]]]
KEY = ["scope", "notebook", "label", "turn", "row", "column"]


@dataclass(frozen=True)
class Change:
    """A count that differs from the last release by so few that they would be hidden.

    Parameters
    ----------
    cell
        Where it is: scope, notebook, label, turn, row by its texts, column.
    least, most
        By how many people it differs, as far as a reader of both can tell.
    """

    cell: tuple[object, ...]
    least: int
    most: int


def list_cells(books: Books) -> pd.DataFrame:
    """Return the counts of people that notebooks show, one row a cell; a hidden one is NA."""
    rows = []
    for scope, notebook, sheets, _ in books:
        for sheet in sheets:
            for column, shown in sheet.shown.items():
                own = sheet.sizes.get(column)
                if own is not None and (own.open or own.unit not in ("people", "applications")):
                    continue
                hidden = set(sheet.hidden[column])
                for at, value in enumerate(shown):
                    told = " · ".join(sheet.name_row(at))
                    number = None if at in hidden else value
                    rows.append((scope, notebook, sheet.label, sheet.turn, told, column, number,
                                 sheet.profile))  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*KEY, "shown", "profile"])
    return frame.astype({"shown": "Int64"}).drop_duplicates(KEY)


def keep_release(books: Books, path: Path) -> int:
    """Write the counts that are shown, for the comparison with the next release; return how many.

    Nothing that is hidden is in the file.
    """
    cells = list_cells(books)
    write_atomic(path, cells.to_parquet(index=False))
    return int(cells["shown"].notna().sum())


def read_release(path: Path) -> pd.DataFrame:
    """Return what `keep_release` has written.

    Raises
    ------
    UserError
        There is no such file, or it is another one.
    """
    try:
        found = pd.read_parquet(path)
        return found[[*KEY, "shown", "profile"]]
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            "The last release cannot be read.",
            "params/report.yml: last_release",
            found=relative(path),
            expected="a file that `rareaccess keep-release` has written",
            mend="Correct the path, or set it to null for a first release.",
        ) from error


def find_changes(last: pd.DataFrame, books: Books, profiles: dict[str, Profile]) -> list[Change]:
    """Return the counts that tell of a few people, by their difference to the last release.

    Parameters
    ----------
    last
        As `read_release` gives it.
    books
        The sheets of this release.
    profiles
        The profiles by name.

    Examples
    --------
    A difference of 2 is told where counts are exact, and not where they are rounded.

    >>> from rareaccess.disclosure import PROFILES
    >>> [find_few(PROFILES[name], 922, 924) for name in ("ndrs", "opensafely")]
    [(2, 2), None]
    """
    both = last.merge(list_cells(books), on=KEY, suffixes=("_last", ""))
    both = both[both["shown"].notna() & both["shown_last"].notna()]
    found = []
    for row in both[both["shown"] != both["shown_last"]].to_dict("records"):
        few = find_few(profiles[row["profile"]], int(row["shown"]), int(row["shown_last"]))
        if few:
            found.append(Change(tuple(row[name] for name in KEY), *few))
    return found


def find_few(profile: Profile, now: int, before: int) -> tuple[int, int] | None:
    """Return by how many people two shown counts differ, where that is certainly a hidden number.

    None where they may differ by more than the profile hides, or by nobody, or nothing is promised.
    """
    if profile.promise == "none":
        return None
    low, high = _subtract(profile.find_interval(now), profile.find_interval(before))
    least, most = (low, high) if low > 0 else (-high, -low)
    if least <= 0 or most > profile.hide_to:
        return None
    return int(least), int(most)


def _subtract(one: Interval, two: Interval) -> Interval:
    return int(one[0] - two[1]), one[1] - two[0]


def find_quantities(
    changes: Sequence[Change], books: Books, numbers: dict[int, Quantity]
) -> list[int]:
    """Return the quantities that the changed cells are."""
    wanted = {change.cell for change in changes}
    rows = {
        (scope, notebook, sheet.label, sheet.turn, at, column)
        for scope, notebook, sheets, _ in books
        for sheet in sheets
        for column in sheet.counts
        for at in range(sheet.rows)
        if (scope, notebook, sheet.label, sheet.turn, " · ".join(sheet.name_row(at)), column)
        in wanted
    }
    return [
        one for one, it in numbers.items()
        if any((c.scope, c.notebook, c.label, c.turn, c.row, c.column) in rows for c in it.cells)
    ]  # fmt: skip
