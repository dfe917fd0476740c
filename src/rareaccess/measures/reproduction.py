"""Back-test: every published number against the one computed here, all at once.

The published numbers are in tests/published.csv, with the place where each is printed. The page
"How well is the published study reproduced?" and the test suite read the same file.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.paths import build_root, project_root
from rareaccess.disclosure import Plain, fmt
from rareaccess.params import load_report

__all__ = [
    "BASES", "COLUMNS", "PUBLISHED", "compare", "compare_source", "load_computed",
    "load_published", "name_agreement", "name_results",
]  # fmt: skip

PUBLISHED = "tests/published.csv"
COLUMNS = (
    "id", "topic", "what", "result", "value", "decimals", "tolerance", "unit", "relation", "basis",
    "source",
)  # fmt: skip
RELATIONS = ("equal", "just over")
BASES = {
    "records": "counted from records",
    "rows": "worked out from other rows",
    "settings": "copied from the settings",
}
"""Where a computed number comes from, which decides what its agreement can show."""


def load_published(path: Path | None = None) -> pd.DataFrame:
    """Published numbers as a frame, one row a number, values as text exactly as printed.

    Parameters
    ----------
    path
        The file; tests/published.csv when not given. Its columns are `COLUMNS`: `result` is the
        id in the results of the notebooks, `decimals` those that were printed, `tolerance` what
        a difference may be after rounding, `relation` equal or just over, and `basis` one of
        `BASES`, with the sum of the rows or the key of the settings after a colon.

    Raises
    ------
    UserError
        A column is missing, an id occurs twice, or a relation or a basis is unknown.

    Examples
    --------
    >>> published = load_published()
    >>> published.loc[published["id"] == "treated", "value"].item()
    '924'
    """
    path = path or project_root() / PUBLISHED
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    faults = {
        "columns": (list(frame.columns), list(COLUMNS)) if list(frame.columns) != list(COLUMNS)
        else None,
    }  # fmt: skip
    if not faults["columns"]:
        twice = sorted(frame.loc[frame["id"].duplicated(), "id"])
        faults["ids"] = (twice, ["each id once"]) if twice else None
        for key, known in (("relation", RELATIONS), ("basis", tuple(BASES))):
            other = sorted({value.partition(":")[0] for value in frame[key]} - set(known))
            faults[key] = (other, list(known)) if other else None
    for key, fault in faults.items():
        if fault:
            found, expected = (", ".join(words) for words in fault)
            raise UserError("The file of published numbers has an error.",
                            f"{PUBLISHED}: {key}", found, expected)  # fmt: skip
    return frame


def load_computed(folder: Path) -> dict[str, object]:
    """Computed numbers by result id, from the JSON files that the notebooks of a pair wrote.

    Raises
    ------
    UserError
        Two notebooks give one id two values.
    """
    computed: dict[str, object] = {}
    for path in sorted(folder.glob("*.json")):
        numbers = json.loads(path.read_text(encoding="utf-8"))["numbers"]
        for key, number in numbers.items():
            if computed.setdefault(key, number["value"]) != number["value"]:
                raise UserError(
                    "Two notebooks write the same number with different values.",
                    where=f"{path.name}, number {key}",
                    found=f"{computed[key]} and {number['value']}",
                )
    return computed


def _difference(published: str, computed: object, decimals: int, unit: str) -> Decimal | None:
    """Return computed less published, the computed one rounded half up as the other was."""
    if computed is None:
        return None
    if unit == "date":
        return Decimal((date.fromisoformat(str(computed)) - date.fromisoformat(published)).days)
    exact = Decimal(repr(computed))
    step = Decimal(1).scaleb(-decimals)
    return exact.quantize(step, rounding=ROUND_HALF_UP) - Decimal(published)


def compare(published: pd.DataFrame, computed: Mapping[str, object]) -> pd.DataFrame:
    """Comparison of every published number with the computed one; nothing stops at the first.

    Agreement means that the computed number, rounded half up to the decimals that were printed,
    differs by no more than the tolerance. `just over` asks besides that the unrounded number is
    greater. A number that was not computed does not agree.

    Parameters
    ----------
    published
        As `load_published` gives it.
    computed
        Value by result id.

    Returns
    -------
    DataFrame
        id, topic, what, published, computed, difference, tolerance, unit, ok, basis, source.

    Examples
    --------
    >>> row = dict(id="q3", topic="Activity", what="Q3", result="q3", value="13.8",
    ...            decimals="1", tolerance="0", unit="events", relation="equal",
    ...            basis="records", source="Table 9")
    >>> compare(pd.DataFrame([row]), {"q3": 13.75})["ok"].item()
    True
    """
    rows = []
    for row in published.to_dict("records"):
        found, decimals, unit = computed.get(row["result"]), int(row["decimals"]), row["unit"]
        gap = _difference(row["value"], found, decimals, unit)
        ok = gap is not None and abs(gap) <= Decimal(row["tolerance"])
        over = row["relation"] == "just over"
        if ok and over:
            ok = Decimal(repr(found)) > Decimal(row["value"])
        rows.append(
            {
                "id": row["id"],
                "topic": row["topic"],
                "what": row["what"],
                "published": over * f"{row['relation']} " + _words(row["value"], decimals, unit),
                "computed": _words(found, decimals + over, unit),
                "difference": _gap_words(gap),
                "tolerance": row["tolerance"],
                "unit": unit,
                "ok": ok,
                "basis": row["basis"].partition(":")[0],
                "source": row["source"],
            }
        )
    return pd.DataFrame(rows)


def _words(value: object, decimals: int, unit: str) -> str:
    if value is None:
        return fmt.MISSING_TEXT
    if unit == "date":
        return fmt.date_short(date.fromisoformat(str(value)))
    return fmt.num(Plain(float(str(value))), decimals) + ("%" if unit == "%" else "")


def _gap_words(gap: Decimal | None) -> str:
    if gap is None:
        return fmt.MISSING_TEXT
    return "0" if not gap else f"{gap:,}".replace("-", "−")


def compare_source(source: str) -> pd.DataFrame:
    """Comparison for the reference pair, from the results that a source gave."""
    folder = build_root() / "results" / source / load_report().reference_pair
    return compare(load_published(), load_computed(folder))


def name_results(comparison: pd.DataFrame) -> pd.DataFrame:
    """Comparison as a table of texts: both numbers, whether they agree, and where ours is from."""
    shown = comparison[["topic", "what", "published", "computed", "difference", "source"]]
    return shown.assign(
        agrees=comparison["ok"].map({True: "yes", False: "no"}),
        basis=comparison["basis"].replace("rows", "other rows"),
    )


def name_agreement(comparison: pd.DataFrame) -> str:
    """Return how many numbers of each basis agree, in words.

    Examples
    --------
    >>> name_agreement(pd.DataFrame({"basis": ["records"] * 2, "ok": [True, False]}))
    '1 of 2 counted from records'
    """
    agree = comparison.groupby("basis")["ok"].agg(["sum", "size"])
    return fmt.joined(
        fmt.fill("{agreed} of {all} {words}", agreed=Plain(int(agree.loc[basis, "sum"])),
                 all=Plain(int(agree.loc[basis, "size"])), words=Plain(words))
        for basis, words in BASES.items() if basis in agree.index
    )  # fmt: skip
