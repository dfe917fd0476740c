"""One shape of every measure, and the checks of the columns that it is made from."""

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rareaccess.core.errors import UserError

__all__ = [
    "HIDDEN",
    "NAN",
    "STANDARD",
    "Floats",
    "Row",
    "add_notes",
    "check_columns",
    "check_confidence",
    "check_sums",
    "find_quantile",
    "make_blank",
    "make_row",
    "measure_groups",
    "read_counts",
    "read_numbers",
    "read_order",
    "read_sizes",
    "refuse_column",
    "select_option",
]

Floats = NDArray[np.float64]
Row = dict[str, Any]

NAN = float("nan")

STANDARD = ("value", "lower", "upper", "confidence", "method", "n", "note")
"""The columns that every measure gives; what else one measure has stands after them."""

HIDDEN = "not given: a count is hidden or missing"


def make_row(
    value: float, lower: float, upper: float, *, confidence: float, method: str, n: float,
    note: str = "", **more: object,
) -> Row:  # fmt: skip
    """Return one estimate: the standard columns, then what else this measure has.

    Parameters
    ----------
    value, lower, upper
        The estimate and its limits; NaN where they are not given, and `note` says why.
    confidence
        Level of the interval, between 0 and 1.
    method
        Name of the method of the interval.
    n
        What the estimate rests on: people or events.

    Examples
    --------
    >>> list(make_row(1, 0.5, 2, confidence=0.95, method="exact", n=8))
    ['value', 'lower', 'upper', 'confidence', 'method', 'n', 'note']
    """
    standard = (float(value), float(lower), float(upper), confidence, method, float(n), note)
    return dict(zip(STANDARD, standard, strict=True)) | more


def make_blank(*, note: str, confidence: float, n: float, method: str = "", **more: object) -> Row:
    """Return the row of an estimate that is not given; the note says why.

    Examples
    --------
    >>> blank = make_blank(note=HIDDEN, confidence=0.95, n=8)
    >>> blank["value"], blank["note"]
    (nan, 'not given: a count is hidden or missing')
    """
    return make_row(NAN, NAN, NAN, confidence=confidence, method=method, n=n, note=note, **more)


def add_notes(*notes: str) -> str:
    """Return notes as one text, without those that are empty.

    Examples
    --------
    >>> add_notes("shown as 0", "", "few events")
    'shown as 0; few events'
    """
    return "; ".join(note for note in notes if note)


def refuse_column(column: str, what: str, *, found: object, expected: str) -> UserError:
    """Return the error of a column: what is wrong with it, what was found, what was expected."""
    return UserError(what, where=f"column {column}", found=str(found), expected=expected)


def select_option(name: str, given: str, options: Sequence[str]) -> str:
    """Return an option, if it is one of those that there are.

    Raises
    ------
    UserError
        There is no such option.

    Examples
    --------
    >>> select_option("method", "exact", ["exact", "log"])
    'exact'
    """
    if given not in options:
        raise UserError(
            "An option of a measure is not known.",
            where=name, found=repr(given), expected="one of " + ", ".join(options),
        )  # fmt: skip
    return given


def check_confidence(confidence: float) -> float:
    """Return a level of confidence, if it lies between 0 and 1.

    Raises
    ------
    UserError
        It does not; 95 instead of 0.95 is the usual reason.
    """
    if not 0 < confidence < 1:
        raise UserError(
            "A level of confidence is not between 0 and 1.",
            where="confidence", found=str(confidence), expected="such as 0.95",
        )  # fmt: skip
    return float(confidence)


def find_quantile(confidence: float) -> float:
    """Return z, the quantile of the normal distribution for a two-sided interval.

    Examples
    --------
    >>> round(find_quantile(0.95), 6), round(find_quantile(0.998), 6)
    (1.959964, 3.090232)
    """
    return NormalDist().inv_cdf(0.5 + check_confidence(confidence) / 2)


def check_columns(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column: the one checker of every measure.

    Raises
    ------
    UserError
        The first column that is not there, by its name.

    Examples
    --------
    >>> check_columns(pd.DataFrame({"area": ["A"]}), "area")
    """
    for column in columns:
        if column not in frame.columns:
            raise refuse_column(
                column, "A column that a measure needs is not there.",
                found=", ".join(map(str, frame.columns)) or "no column", expected=column,
            )  # fmt: skip


def _take(frame: pd.DataFrame, column: str) -> pd.Series:
    check_columns(frame, column)
    return frame[column]


def read_numbers(
    frame: pd.DataFrame, column: str, *, least: float = -np.inf, most: float = np.inf
) -> Floats:
    """Return a column as numbers, none of them missing.

    Raises
    ------
    UserError
        The column is not there, is not of numbers, has a missing value, or a value outside
        `least` to `most`.

    Examples
    --------
    >>> read_numbers(pd.DataFrame({"se": [1, 2]}), "se", least=0)
    array([1., 2.])
    """
    values = _to_floats(frame, column)
    if np.isnan(values).any():
        raise refuse_column(
            column, "Values are missing in a column that a measure needs.",
            found=f"{int(np.isnan(values).sum())} of {len(values)}", expected="none missing",
        )  # fmt: skip
    outside = (values < least) | (values > most) | ~np.isfinite(values)
    if outside.any():
        raise refuse_column(
            column, "Values of a column are outside their range.",
            found=f"{int(outside.sum())} of {len(values)}, such as {values[outside][0]:g}",
            expected=f"numbers from {least:g} to {most:g}",
        )  # fmt: skip
    return values


def _to_floats(frame: pd.DataFrame, column: str) -> Floats:
    given = _take(frame, column)
    if not pd.api.types.is_numeric_dtype(given) or pd.api.types.is_bool_dtype(given):
        raise refuse_column(
            column, "A column is not of numbers.", found=f"type {given.dtype}", expected="numbers"
        )
    return np.asarray(given.to_numpy(dtype="float64", na_value=np.nan), dtype=np.float64)


def read_counts(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of counts; one that is hidden or missing is NaN, never 0.

    Raises
    ------
    UserError
        A count is negative or not whole.

    Examples
    --------
    >>> read_counts(pd.DataFrame({"events": pd.array([5, None], "Int64")}), "events")
    array([ 5., nan])
    """
    counts = _to_floats(frame, column)
    wrong = (counts < 0) | (counts != np.floor(counts)) & ~np.isnan(counts) | np.isinf(counts)
    if wrong.any():
        raise refuse_column(
            column, "Values of a column are not counts.",
            found=f"{int(wrong.sum())} of {len(counts)}, such as {counts[wrong][0]:g}",
            expected="whole numbers from 0",
        )  # fmt: skip
    return counts


def read_sizes(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of populations, person-years or expected events, all above zero.

    Raises
    ------
    UserError
        One is zero or negative, or missing.

    Examples
    --------
    >>> read_sizes(pd.DataFrame({"population": [100.5]}), "population")
    array([100.5])
    """
    sizes = read_numbers(frame, column)
    if (sizes <= 0).any():
        raise refuse_column(
            column, "A population, or what stands for one, is zero or negative.",
            found=f"{int((sizes <= 0).sum())} of {len(sizes)}",
            expected="above zero: leave the group out, or merge it with its neighbour",
        )  # fmt: skip
    return sizes


def read_order(frame: pd.DataFrame, column: str, *, fewest: int = 5) -> NDArray[np.intp]:
    """Return the positions of the rows in the order of the groups, least advantaged first.

    Parameters
    ----------
    column
        The groups: numbers, or an ordered categorical. Text has no order and is refused.
    fewest
        The least number of groups.

    Raises
    ------
    UserError
        The groups have no order, one is missing or comes twice, or there are too few.

    Examples
    --------
    >>> read_order(pd.DataFrame({"quintile": [5, 3, 1, 2, 4]}), "quintile").tolist()
    [2, 3, 1, 4, 0]
    """
    groups = _take(frame, column)
    ordered = isinstance(groups.dtype, pd.CategoricalDtype) and groups.dtype.ordered
    numeric = pd.api.types.is_numeric_dtype(groups) and not pd.api.types.is_bool_dtype(groups)
    if not (ordered or numeric):
        raise refuse_column(
            column, "The groups have no order.", found=f"type {groups.dtype}",
            expected="numbers, or an ordered categorical, from least to most advantaged",
        )  # fmt: skip
    if groups.isna().any() or groups.duplicated().any():
        raise refuse_column(
            column, "A group is missing, or has more than one row.",
            found=f"{int(groups.isna().sum())} missing, {int(groups.duplicated().sum())} repeated",
            expected="one row for each group",
        )  # fmt: skip
    if len(groups) < fewest:
        raise refuse_column(
            column, "There are too few groups for this measure.",
            found=f"{len(groups)} groups", expected=f"{fewest} or more",
        )  # fmt: skip
    keys = groups.cat.codes if ordered else groups
    return np.argsort(keys.to_numpy(dtype="float64"), kind="stable")


def check_sums(
    frame: pd.DataFrame, observed: str, expected: str, *, tolerance: float = 0.005
) -> tuple[Floats, Floats]:
    """Return observed and expected events, if their sums agree.

    Parameters
    ----------
    tolerance
        The largest difference of the sums, as a share of the observed: expected events are
        often published rounded. Infinite where the standard is another population.

    Raises
    ------
    UserError
        Expected events do not sum to the observed.

    Examples
    --------
    >>> frame = pd.DataFrame({"observed": [5, 20], "expected": [10.0, 15.0]})
    >>> check_sums(frame, "observed", "expected")[0].sum()
    np.float64(25.0)
    """
    counts, sizes = read_counts(frame, observed), read_sizes(frame, expected)
    if abs(counts.sum() - sizes.sum()) > tolerance * max(counts.sum(), 1):  # not of NaN: hidden
        raise refuse_column(
            expected, "Expected events do not sum to the observed.",
            found=f"sum {sizes.sum():g}", expected=f"{counts.sum():g}, the sum of {observed}; or "
            "standard='external', if the rates are those of another population",
        )  # fmt: skip
    return counts, sizes


def measure_groups(
    frame: pd.DataFrame, by: str | Sequence[str], way: Callable[[pd.DataFrame], list[Row]],
    *, needs: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Return the estimates of each group of rows, in the order of the groups.

    Parameters
    ----------
    by
        The columns that name a group; none for one group of all rows.
    way
        What gives the estimates of the rows of a group, as `make_row` makes them.
    needs
        Columns that `way` takes from the frame and does not itself check.

    Returns
    -------
    DataFrame
        The columns of `by`, the standard columns, and those of the measure.

    Raises
    ------
    UserError
        There are no rows, or a column of `by` is not there.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["B", "A", "A"], "n": [1, 2, 3]})
    >>> def way(rows):
    ...     return [make_row(rows["n"].sum(), 0, 9, confidence=0.95, method="sum", n=len(rows))]
    >>> measure_groups(frame, "area", way)[["area", "value", "n"]].values.tolist()
    [['A', 5.0, 2.0], ['B', 1.0, 1.0]]
    """
    keys = [by] if isinstance(by, str) else list(by)
    if not len(frame):
        raise UserError("A measure has no rows to be made from.", expected="at least one row")
    check_columns(frame, *keys, *needs)
    if not keys:
        return pd.DataFrame(way(frame))
    parts = []
    for names, rows in frame.groupby(keys, dropna=False, sort=True, observed=True):
        found = pd.DataFrame(way(rows))
        for key in set(keys) & set(found.columns):
            raise refuse_column(
                key, "A column that names a group has the name of a column of the measure.",
                found=key, expected="another name",
            )  # fmt: skip
        for place, (key, name) in enumerate(zip(keys, names, strict=True)):
            found.insert(place, key, [name] * len(found))
        parts.append(found)
    return pd.concat(parts, ignore_index=True)
