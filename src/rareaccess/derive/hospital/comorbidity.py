"""Charlson comorbidity from ICD-10 codes, with the index condition taken out."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.sources.engine import Engine

__all__ = [
    "BANDS",
    "CONDITIONS",
    "WEIGHTS",
    "all_prefixes",
    "build_comorbidity",
    "find_conditions",
    "map_codes",
    "score_charlson",
]


def _spread(text: str) -> tuple[str, ...]:
    """Return the prefixes of a line, ranges such as I60-I69 written out.

    Examples
    --------
    >>> _spread("I60-I62 H340")
    ('I60', 'I61', 'I62', 'H340')
    """
    prefixes: list[str] = []
    for word in text.split():
        first, _, last = word.partition("-")
        width = len(first) - 1
        stop = int(last[1:]) if last else int(first[1:])
        prefixes += [f"{first[0]}{n:0{width}d}" for n in range(int(first[1:]), stop + 1)]
    return tuple(prefixes)


def _diabetes(fourth: str) -> str:
    return " ".join(f"E1{kind}{digit}" for kind in range(5) for digit in fourth)


# Quan et al. 2005, ICD-10 version: condition -> prefixes; the order is that of the weights.
CONDITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mi": _spread("I21 I22 I252"),
        "chf": _spread("I099 I110 I130 I132 I255 I420 I425-I429 I43 I50 P290"),
        "pvd": _spread("I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959"),
        "cevd": _spread("G45 G46 H340 I60-I69"),
        "dementia": _spread("F00-F03 F051 G30 G311"),
        "cpd": _spread("I278 I279 J40-J47 J60-J67 J684 J701 J703"),
        "rheumd": _spread("M05 M06 M315 M32 M33 M34 M351 M353 M360"),
        "pud": _spread("K25-K28"),
        "mld": _spread("B18 K700-K703 K709 K713-K715 K717 K73 K74 K760 K762-K764 K768 K769 Z944"),
        "diab": _spread(_diabetes("01689")),
        "diabwc": _spread(_diabetes("23457")),
        "hp": _spread("G041 G114 G801 G802 G81 G82 G830-G834 G839"),
        "rend": _spread("I120 I131 N032-N037 N052-N057 N18 N19 N250 Z490-Z492 Z940 Z992"),
        "canc": _spread("C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C81-C85 C88 C90-C97"),
        "msld": _spread("I850 I859 I864 I982 K704 K711 K721 K729 K765-K767"),
        "metacanc": _spread("C77-C80"),
        "aids": _spread("B20-B22 B24"),
    }
)
WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "1987": dict(
            zip(CONDITIONS, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 6, 6), strict=True)
        ),
        "2011": dict(
            zip(CONDITIONS, (0, 2, 0, 0, 2, 1, 1, 0, 2, 0, 1, 2, 1, 2, 4, 6, 4), strict=True)
        ),
    }
)
OVER = MappingProxyType({"msld": "mld", "diabwc": "diab", "metacanc": "canc"})
BANDS = ("0", "1", "2", "3+")


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
    kept = sorted({code for code in codes if not code.startswith(tuple(exclude) or ("\0",))})
    pairs = [
        (code, name)
        for code in kept
        for name, starts in CONDITIONS.items()
        if code.startswith(starts)
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
    band = mart[f"score_{weights}"].clip(upper=3).map(dict(enumerate(BANDS)))
    return mart.assign(band=band.astype("str"))
