"""Charlson comorbidity from ICD-10 codes, excluding the index condition."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.contracts.charlson import CONDITIONS, OVER, WEIGHTS
from rareaccess.contracts.icd10 import has_prefix
from rareaccess.marts.levels import CHARLSON_BANDS
from rareaccess.sources.engine import Engine

__all__ = [
    "all_prefixes",
    "build_comorbidity",
    "find_conditions",
    "map_codes",
    "score_charlson",
]


def all_prefixes() -> list[str]:
    """Return the prefixes of all seventeen conditions."""
    return [prefix for prefixes in CONDITIONS.values() for prefix in prefixes]


def map_codes(codes: Iterable[str], *, exclude: Sequence[str] = ()) -> pd.DataFrame:
    """Return the Charlson conditions of ICD-10 codes (Quan 2005), without the index condition.

    Parameters
    ----------
    codes
        Undotted codes.
    exclude
        Prefixes of the index condition. A code that starts with one of them says nothing.

    Returns
    -------
    pandas.DataFrame
        `code`, `condition`; codes of no condition are not in it.

    References
    ----------
    Quan et al. (2005), Medical Care 43(11), 1130–1139.

    Examples
    --------
    >>> map_codes(["M320", "M321", "J449"], exclude=["M321"])["condition"].tolist()
    ['cpd', 'rheumd']
    """
    kept = sorted({code for code in codes if not has_prefix(code, exclude)})
    pairs = [
        (code, name)
        for code in kept
        for name, starts in CONDITIONS.items()
        if has_prefix(code, starts)
    ]
    return pd.DataFrame(pairs, columns=["code", "condition"], dtype="str")


def score_charlson(flags: pd.DataFrame, *, weights: str, hierarchy: bool = True) -> pd.Series:
    """Return the Charlson score of each row of seventeen flags (weights of 1987, or Quan 2011).

    Parameters
    ----------
    flags
        One bool column a condition, named as in `CONDITIONS`.
    weights
        `1987` (Charlson) or `2011` (Quan).
    hierarchy
        Count only the severer of a pair: severe over mild liver disease, complicated over
        uncomplicated diabetes, metastatic over other cancer.

    References
    ----------
    Charlson et al. (1987); Quan et al. (2011), American Journal of Epidemiology 173(6), 676–682.

    Examples
    --------
    >>> every = pd.DataFrame({name: [True] for name in CONDITIONS})
    >>> [int(score_charlson(every, weights=w, hierarchy=h).iloc[0])
    ...  for h in (True, False) for w in ("1987", "2011")]
    [29, 24, 33, 28]
    """
    counted = {name: flags[name].to_numpy(bool) for name in CONDITIONS}
    if hierarchy:
        counted |= {mild: counted[mild] & ~counted[severe] for severe, mild in OVER.items()}
    score = sum(counted[name] * np.int64(weight) for name, weight in WEIGHTS[weights].items())
    return pd.Series(score, flags.index, dtype="int64")


def find_conditions(
    engine: Engine,
    codes: Any,
    index: pd.DataFrame,
    *,
    exclude: Sequence[str],
    lookback_years: int | None,
) -> pd.DataFrame:
    """Find the Charlson conditions in admitted care before each person's index date.

    Parameters
    ----------
    codes
        Diagnoses keyed by `study_id`: kind, day, code; only of records that count.
    index
        `study_id`, `index_date`.
    exclude
        Prefixes of the index condition.
    lookback_years
        Years before the index date that count; none: every record before it.

    Returns
    -------
    pandas.DataFrame
        `study_id` and one bool column a condition, for people with at least one.

    Notes
    -----
    The conditions of a code are one whole number, a binary digit each. So a record meets one row
    of the list of codes, and a person's conditions are the digits of all of them, in one pass.
    """
    F, digits = engine.F, {name: 2**at for at, name in enumerate(CONDITIONS)}
    occurring = engine.collect(codes.select("code").distinct())["code"]
    mapped = map_codes(occurring.dropna(), exclude=exclude)
    marked = mapped["condition"].map(digits).astype("int64").groupby(mapped["code"]).sum()
    marks = engine.stage(marked.rename("mark").reset_index())
    begin = pd.Series(pd.Timestamp("1800-01-01"), index.index, dtype="datetime64[s]")
    if lookback_years is not None:
        begin = index["index_date"] - pd.DateOffset(years=lookback_years)
    window = engine.stage(index[["study_id", "index_date"]].assign(begin=begin))
    admitted = codes.where(F.col("kind") == "apc").select("study_id", "code", "day")
    dated = engine.join(engine.join(admitted, marks, ("code",)), window, ("study_id",))
    before = dated.where((F.col("day") >= F.col("begin")) & (F.col("day") < F.col("index_date")))
    found = engine.collect(before.groupBy("study_id").agg(F.bit_or("mark").alias("marks")))
    held = found.pop("marks").to_numpy("int64")
    return found.assign(**{name: (held & digit) > 0 for name, digit in digits.items()})


def build_comorbidity(index: pd.DataFrame, found: pd.DataFrame, *, weights: str) -> pd.DataFrame:
    """Return the mart: seventeen flags, both scores and the band of the chosen weights.

    Parameters
    ----------
    index
        `study_id`, `treated`.
    found
        `study_id` and one bool column a condition, as `find_conditions` returns them. Who is not
        in it has none; a condition without a column is nobody's.
    weights
        `1987` or `2011`, for the band.

    Examples
    --------
    >>> index = pd.DataFrame({"study_id": [1, 2], "treated": [True, False]})
    >>> found = pd.DataFrame({"study_id": [2], "aids": [True], "mi": [True]})
    >>> mart = build_comorbidity(index, found, weights="1987")
    >>> mart[["score_1987", "score_2011", "band"]].to_numpy().tolist()
    [[0, 0, '0'], [7, 4, '3+']]
    """
    flags = found.set_index("study_id").reindex(columns=list(CONDITIONS), fill_value=False)
    mart = index[["study_id", "treated"]].astype({"treated": bool})
    flags = flags.reindex(index["study_id"], fill_value=False).reset_index(drop=True)
    mart = pd.concat([mart.reset_index(drop=True), flags], axis=1)
    for name in WEIGHTS:
        mart[f"score_{name}"] = score_charlson(mart, weights=name)
    band = mart[f"score_{weights}"].clip(upper=3).map(dict(enumerate(CHARLSON_BANDS)))
    return mart.assign(band=band.astype("str"))
