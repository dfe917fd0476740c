"""What came before the index date: the marts of activity, of all care, and of comorbidity."""

import pandas as pd

from rareaccess.derive.hospital.activity import build_activity, count_activity
from rareaccess.derive.hospital.care import build_care, count_care
from rareaccess.derive.hospital.comorbidity import build_comorbidity, find_conditions
from rareaccess.derive.hospital.records import narrow_codes
from rareaccess.derive.inputs import Inputs
from rareaccess.params import Pair, ReportParams
from rareaccess.sources.engine import Engine

__all__ = ["build_before_index"]


def build_before_index(
    engine: Engine,
    inputs: Inputs,
    index: pd.DataFrame,
    earlier: pd.DataFrame,
    *,
    pair: Pair,
    report: ReportParams,
) -> dict[str, pd.DataFrame]:
    """Return the marts `activity`, `care` and `comorbidity`, of everyone with an index date.

    A record qualifies as activity for the condition with one of its codes or specialties.

    Parameters
    ----------
    index
        `study_id`, `treated`, `index_date`.
    earlier
        The same people with the dates that may fall before their first record with a code.
    """
    F = engine.F
    coded = inputs.codes.where(narrow_codes(engine, pair)).select("study_id", "kind", "record")
    coded = coded.distinct().withColumn("coded", F.lit(True))
    specialty = engine.any_of(["specialty"], list(pair.condition.specialties))
    records = engine.join(inputs.records, coded, ("study_id", "kind", "record"), "left")
    qualifying = F.col("coded").isNotNull() | F.coalesce(specialty, F.lit(False))
    records = records.withColumn("qualifying", qualifying)
    activity, before_earlier = (
        count_activity(
            engine,
            records,
            dated,
            months=pair.activity.months_before,
            unit=report.activity_unit,
        )
        for dated in (index, earlier)
    )
    conditions = find_conditions(
        engine,
        inputs.codes,
        index,
        exclude=pair.charlson.exclude,
        lookback_years=report.charlson_lookback_years,
    )
    return {
        "activity": build_activity(index, activity, before_earlier),
        "care": build_care(index, count_care(engine, inputs.records, index)),
        "comorbidity": build_comorbidity(index, conditions, weights=report.charlson_weights),
    }
