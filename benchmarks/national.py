"""Times extrapolated to the national tables."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["NATIONAL", "extrapolate"]

NATIONAL = {"episodes": 500_000_000, "appointments": 2_000_000_000}
DIAGNOSES = {"episodes": 20, "appointments": 12}  # positions in a row


def extrapolate(
    size: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the steps with their measured seconds, the factor, and the minutes at national size.

    A pass over the diagnoses is taken to last in proportion to rows times positions; `prepare` in
    proportion to rows, from the difference between the smallest and the largest world.

    Parameters
    ----------
    size
        Rows of the tables (`episodes`, `appointments`), and how often the records were copied.
    cases
        One a case: `case`, `seconds`, `rows`.

    Examples
    --------
    >>> cases = [{"case": name, "seconds": 2.0} for name in ("decode-after", "codes", "pairs")]
    >>> cases += [{"case": f"prepare-{n}", "seconds": 9 + n, "rows": n * 10**6} for n in (1, 3)]
    >>> size = {"episodes": 5_000_000, "appointments": 20_000_000, "copies": [1, 3]}
    >>> [round(step["minutes"], 1) for step in extrapolate(size, cases)]
    [3.3, 3.3, 3.3, 41.8]
    """
    cells = {name: sum(rows[one] * DIAGNOSES[one] for one in DIAGNOSES) for name, rows in
             (("ours", size), ("national", NATIONAL))}  # fmt: skip
    passes = cells["national"] / cells["ours"]
    by_case = {case["case"]: case for case in cases}
    first, last = (by_case[f"prepare-{size['copies'][place]}"] for place in (0, -1))
    per_row = (last["seconds"] - first["seconds"]) / (last["rows"] - first["rows"])
    fixed = max(first["seconds"] - per_row * first["rows"], 0)
    steps = {
        "reading the columns of diagnoses, once": ("decode-after", passes),
        "listing the codes that occur": ("codes", passes),
        "one pass for thirty pairs": ("pairs", passes),
        "the whole of prepare": (
            last["case"], (fixed + per_row * sum(NATIONAL.values())) / last["seconds"]
        ),
    }  # fmt: skip
    return [
        {"words": words, "seconds": by_case[case]["seconds"], "factor": factor,
         "minutes": by_case[case]["seconds"] * factor / 60}
        for words, (case, factor) in steps.items()
    ]  # fmt: skip
