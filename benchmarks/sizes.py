"""How large the benchmarks' tables are: S for tests, M for the published ratios, L for patience."""

from dataclasses import dataclass

__all__ = ["SIZES", "Size"]


@dataclass(frozen=True)
class Size:
    """The size of one run.

    Parameters
    ----------
    name
        S, M or L.
    episodes, appointments
        Rows of the two tables that are scanned: 20 and 12 diagnoses wide.
    files
        Files of each table, one a year.
    people
        People whose comorbidity is scored.
    base
        The synthetic England that grows for `prepare`: sample or full.
    copies
        How many times its records, one run of `prepare` each; the first is 1.
    repeats
        Fresh processes for each case; the quickest counts.
    workers
        Cases at the same time. More than one measures nothing: it is for tests.
    notebooks
        Which notebooks are executed: a pattern of their names.
    reported
        For how many pairs; none: all of them.
    pairs
        How many pairs there are whose codes are looked for.
    """

    name: str
    episodes: int
    appointments: int
    files: int
    people: int
    base: str
    copies: tuple[int, ...]
    repeats: int = 3
    workers: int = 1
    notebooks: str = "*"
    reported: int | None = None
    pairs: int = 30

    @property
    def whole(self) -> bool:
        """Whether the run measures; a small one only shows that everything works."""
        return self.workers == 1


SIZES = {
    size.name: size
    for size in (
        Size("S", 20_000, 60_000, 3, 2_000, "sample", (1, 2), 1, 2, "04-*", 1, 4),
        Size("M", 10_000_000, 30_000_000, 20, 100_000, "full", (1, 3, 10), reported=1),
        Size("L", 50_000_000, 150_000_000, 25, 500_000, "full", (1, 10, 30), 1),
    )
}
