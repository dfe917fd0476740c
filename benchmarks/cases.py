"""Every case that is measured, and every ratio that is quoted with the goal it has."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.inputs import CSV
from benchmarks.sizes import Size

__all__ = ["AFTER", "BEFORE", "Case", "Goal", "declare_cases", "declare_goals"]

BEFORE, AFTER = "decode-before", "decode-after"


@dataclass(frozen=True)
class Case:
    """One piece of work that runs in a process of its own.

    Parameters
    ----------
    name
        Unique.
    words
        What is done, in words.
    work
        Module and function, such as "scan.find_one".
    options
        Passed to the function.
    same
        Cases with the same word here must have the same answer.
    needs
        A package without which the case is left out; the run says so.
    not_at
        The size at which it is left out: L, where it would need more memory than a laptop has; S,
        where a test of the pipeline does the same.
    once
        Runs once, not as often as others, because it takes long.
    """

    name: str
    words: str
    work: str
    options: tuple[tuple[str, Any], ...] = ()
    same: str = ""
    needs: str = ""
    not_at: str = ""
    once: bool = False

    def load(self) -> Callable[..., dict[str, object]]:
        """Import the module of the work and return the function."""
        from importlib import import_module

        module, function = self.work.split(".")
        return partial(
            getattr(import_module(f"benchmarks.{module}"), function), **dict(self.options)
        )


@dataclass(frozen=True)
class Goal:
    """A ratio of two cases, and what it is meant to be.

    Parameters
    ----------
    name, words
        Its id, and what is divided by what.
    top, bottom
        Names of cases; without a bottom the number itself is compared.
    of
        seconds, memory (MB at the peak) or pace (seconds a row).
    least, most
        The goal: at least, or at most; neither, for information.
    stretch
        A further goal, in the same sense.
    """

    name: str
    words: str
    top: str
    bottom: str = ""
    of: str = "seconds"
    least: float | None = None
    most: float | None = None
    stretch: float | None = None


def declare_cases(size: Size) -> list[Case]:
    """Return the cases of a size in the order in which they run.

    Examples
    --------
    >>> from benchmarks.sizes import SIZES
    >>> names = [case.name for case in declare_cases(SIZES["M"])]
    >>> names[0], names[-1], "prepare-10" in names
    ('decode-before', 'decode-after', True)
    """
    decode = partial(Case, words="read the columns of the scan, and no more", work="scan.decode")
    found, scores, books = "people found", "scores", "notebooks"
    cases = [
        decode(BEFORE, same="decoded"),
        Case("decode-codes", "read the diagnoses without the people", "scan.decode_diagnoses"),
        Case("scan", "three codes, our engine", "scan.find_one", same=found),
        Case("scan-polars", "three codes, polars", "scan.find_polars", same=found, needs="polars"),
        Case("scan-pandas", "three codes, pandas, file by file", "scan.find_pandas", same=found),
        Case(
            "scan-pandas-whole", "three codes, pandas, whole table", "scan.find_pandas_whole",
            same=found, not_at="L", once=True,
        ),
        Case("codes", "list the codes that occur, our engine", "scan.list_codes", once=True),
        Case("pairs", "codes of thirty pairs, one pass", "scan.find_thirty", same="pairs"),
        Case("pairs-loop", "codes of thirty pairs, thirty passes", "scan.find_loop", same="pairs",
             once=True),
        Case("charlson", "Charlson scores, ours", "scores.score_ours", same=scores),
        Case("charlson-pycomorb", "Charlson scores, pycomorb", "scores.score_pycomorb",
             same=scores, needs="pycomorb"),
        Case("charlson-pandas", "Charlson scores, pandas with regular expressions on text objects",
             "scores.score_pandas", (("text", "object"),), same=scores),
        Case("charlson-pandas-arrow", "Charlson scores, pandas with regular expressions in Arrow",
             "scores.score_pandas", (("text", "str"),), same=scores),
        *(
            Case(f"prepare-{n}", f"prepare, {n} times the records", "pipeline.prepare_world",
                 (("copies", n),), same="marts of people", once=True)
            for n in size.copies
        ),
        Case("prepare-csv", "prepare, the records as compressed CSV", "pipeline.prepare_world",
             (("copies", 1), ("source", CSV)), same="marts of people", once=True,
             not_at="S"),
        Case("notebooks", "notebooks one after another, cold kernels", "pipeline.run_notebooks",
             (("parallel", 1), ("warm", False)), same=books),
        Case("notebooks-two", "notebooks two at a time, cold kernels", "pipeline.run_notebooks",
             (("parallel", 2), ("warm", False)), same=books),
        Case("notebooks-warm", "notebooks two at a time, warm imports", "pipeline.run_notebooks",
             (("parallel", 2), ("warm", True)), same=books),
        Case("rebuild", "build the report again when nothing has changed", "pipeline.rebuild",
             once=True),
        decode(AFTER, same="decoded"),
    ]  # fmt: skip
    return [case for case in cases if case.not_at != size.name]


def declare_goals(size: Size) -> list[Goal]:
    """Return the ratios of the cases of a size, with their goals."""
    one, *_, most = size.copies
    cases = {"", "decode", *(case.name for case in declare_cases(size))}
    grown, first = f"prepare-{most}", f"prepare-{one}"
    goals = [
        Goal("scan-decode", "scan for three codes / reading the same columns", "scan", "decode",
             most=2.2, stretch=1.5),
        Goal("scan-codes", "scan for three codes / reading the diagnoses alone", "scan",
             "decode-codes"),
        Goal("scan-pandas", "pandas file by file / scan", "scan-pandas", "scan", least=2.5),
        Goal("scan-pandas-memory", "memory of the scan / of pandas file by file", "scan",
             "scan-pandas", of="memory", most=0.25),
        Goal("scan-pandas-whole", "pandas on the whole table / scan", "scan-pandas-whole", "scan",
             least=2.5),
        Goal("scan-pandas-whole-memory", "memory of the scan / of pandas on the whole table",
             "scan", "scan-pandas-whole", of="memory", most=0.25),
        Goal("scan-polars", "polars / scan", "scan-polars", "scan"),
        Goal("pairs", "one pass for thirty pairs / for one", "pairs", "scan", most=1.7),
        Goal("pairs-loop", "thirty passes / one pass for thirty pairs", "pairs-loop", "pairs"),
        Goal("codes-decode", "listing the codes that occur / reading the same columns", "codes",
             "decode"),
        Goal("charlson-pycomorb", "pycomorb / ours", "charlson-pycomorb", "charlson", least=2),
        Goal("charlson-pandas", "pandas, regular expressions on text objects / ours",
             "charlson-pandas", "charlson", least=15),
        Goal("charlson-pandas-arrow", "pandas, regular expressions in Arrow / ours",
             "charlson-pandas-arrow", "charlson", least=15),
        Goal("prepare-pace", f"time for a record of prepare, {most} times the records / {one}",
             grown, first, of="pace", most=1.2),
        Goal("prepare-memory", f"memory of prepare, {most} times the records / {one}", grown,
             first, of="memory", most=1.2),
        Goal("prepare-peak", f"peak memory of prepare, {most} times the records, GB", grown,
             of="memory", most=1.5),
        Goal("prepare-csv", "prepare from compressed CSV / from Parquet", "prepare-csv", first),
        Goal("prepare-csv-memory", "memory of prepare from compressed CSV / from Parquet",
             "prepare-csv", first, of="memory", most=1.2),
        Goal("notebooks-two", "one after another / two at a time, cold", "notebooks",
             "notebooks-two"),
        Goal("notebooks-warm", "one after another, cold / two at a time, warm", "notebooks",
             "notebooks-warm", least=2.5),
        Goal("rebuild", "build with no change, seconds", "rebuild"),
        Goal("drift", "reading after all cases / before", AFTER, BEFORE),
    ]  # fmt: skip
    return [goal for goal in goals if {goal.top, goal.bottom} <= cases]
