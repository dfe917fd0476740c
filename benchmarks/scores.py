"""The Charlson score of many people from their diagnoses: ours, pycomorb, pandas."""

import pandas as pd

from benchmarks.answers import digest
from benchmarks.inputs import Inputs
from rareaccess.contracts.charlson import CONDITIONS
from rareaccess.derive.hospital.comorbidity import (
    build_comorbidity,
    find_conditions,
    score_charlson,
)
from rareaccess.sources.engine import open_engine

__all__ = ["score_ours", "score_pandas", "score_pycomorb"]


def _answer(people: object, scores: object) -> dict[str, object]:
    pairs = zip(people, scores, strict=True)  # type: ignore[call-overload]
    return {"answer": digest(f"{person} {score}" for person, score in pairs)}


def score_ours(inputs: Inputs) -> dict[str, object]:
    """Score as the pipeline does: codes resolved once, joined, flags, weights of 1987."""
    index = pd.read_parquet(inputs.tables / "index.parquet")
    with open_engine() as engine:
        codes = engine.read([inputs.tables / "codes.parquet"])
        found = find_conditions(engine, codes, index, exclude=(), lookback_years=None)
    mart = build_comorbidity(index.assign(treated=False), found, weights="1987")
    return _answer(mart["study_id"], mart["score_1987"])


def score_pandas(inputs: Inputs, *, text: str) -> dict[str, object]:
    """Score with a regular expression for each condition over all diagnoses.

    Parameters
    ----------
    text
        How pandas holds text: `str`, in Arrow as since version 3, or `object`, as before.
    """
    index = pd.read_parquet(inputs.tables / "index.parquet", columns=["study_id"])
    codes = pd.read_parquet(inputs.tables / "codes.parquet", columns=["study_id", "code"])
    codes = codes.astype({"code": text})
    flags = {
        name: index["study_id"].isin(
            codes.loc[codes["code"].str.match(f"(?:{'|'.join(starts)})"), "study_id"]
        )
        for name, starts in CONDITIONS.items()
    }
    return _answer(index["study_id"], score_charlson(pd.DataFrame(flags), weights="1987"))


def score_pycomorb(inputs: Inputs) -> dict[str, object]:
    """Score with pycomorb, whose list `quan` holds the codes of Quan 2005 as ours does."""
    import polars as pl
    from pycomorb import comorbidity

    codes = pl.read_parquet(inputs.tables / "codes.parquet", columns=["study_id", "code"])
    aged = codes.with_columns(age=pl.lit(0))  # pycomorb adds points for age; none at 0
    scored = comorbidity("charlson", aged, id_col="study_id", implementation="quan")
    return _answer(scored["study_id"], scored["Charlson Comorbidity Index"])
