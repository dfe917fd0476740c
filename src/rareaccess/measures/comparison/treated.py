"""Who is treated beside the cohort of each pair: shares with intervals, ages, journeys, fields."""

from collections.abc import Sequence

import pandas as pd

from rareaccess.disclosure import Released
from rareaccess.measures.comparison.rows import (
    about,
    count_known,
    list_minutes,
    list_treated,
    name_pair,
)
from rareaccess.measures.rates import rate_proportions
from rareaccess.measures.summaries import summarise_values
from rareaccess.measures.travel import FAR
from rareaccess.study import Studies, Study

__all__ = ["ETHNIC_GROUPS", "FIELDS", "build_completeness", "build_shares", "build_spread"]

FIELDS = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "area": "area of residence",
    "diagnosis": "diagnosis",
}
PLACES = ("apc", "op")
WHITE, OTHER, UNKNOWN = "White", "Other known", "Unknown"
ETHNIC_GROUPS = (WHITE, OTHER, UNKNOWN)


def _count_ethnicity(groups: pd.Series) -> dict[str, int | None]:
    """Count people by a few ethnic groups, so that few counts are small."""
    known = groups[groups != UNKNOWN]
    white = int((known == WHITE).sum()) if len(known) else None
    other = None if white is None else len(known) - white
    return {WHITE: white, OTHER: other, UNKNOWN: len(groups) - len(known)}


def _count_shares(study: Study) -> list[dict[str, object]]:
    people, minutes = study.people, list_minutes(study).dropna()
    rows = []
    for group, some in (("treated", list_treated(study)), ("cohort", people)):
        counts = {
            "women": count_known(some["sex"], "Female", "Not known"),
            "deprived": count_known(some["imd_quintile"], 1),
            **_count_ethnicity(some["ethnicity"]),
        }
        rows += [
            {"pair": study.pair, "name": name_pair(study), "measure": measure, "group": group,
             "n": n, "of": len(some)}
            for measure, n in counts.items()
        ]  # fmt: skip
    far = int((minutes > FAR).sum()) if len(minutes) else None
    rows.append({"pair": study.pair, "name": name_pair(study), "measure": "far",
                 "group": "treated", "n": far, "of": len(minutes)})  # fmt: skip
    return rows


def build_shares(studies: Studies, label: str, *, measures: Sequence[str]) -> Released:
    """Shares of the treated and of the cohort of each pair, each with its Wilson interval.

    The measures to choose from are `women`, `deprived` (the most deprived fifth), those of
    `ETHNIC_GROUPS` and `far` (more than an hour to the nearest centre, of the treated whose
    journey is known). People for whom a characteristic is not known are part of the whole.

    Returns
    -------
    Released
        `pair`, `name`, `measure`, `group`, `n`, `of`, `value`, `lower`, `upper` (per cent),
        `method`. A measure that is known of nobody is missing.
    """
    every = [row for study in studies.values() for row in _count_shares(study)]
    rows = [row for row in every if row["measure"] in measures]
    notes = about(
        studies, "The treated are part of the cohort. Intervals: Wilson score, 95%, by chance "
        "alone", "Blueteq", "HES",
    )  # fmt: skip
    counted = studies.release(
        pd.DataFrame(rows).astype({"n": "Int64", "of": "Int64"}), label, counts=["n", "of"],
        population=studies.of_pairs("cohort", lambda study: study.people),
        dimension="treated or cohort, characteristic, measure", **notes,
    )  # fmt: skip
    return rate_proportions(counted)


def _build_quartiles(studies: Studies) -> Released:
    rows = []
    for study in studies.values():
        treated = list_treated(study)
        values = {
            ("entry", "treated"): treated["age_at_entry"],
            ("entry", "cohort"): study.people["age_at_entry"],
            ("start", "treated"): treated["age_at_treatment"],
            ("minutes", "treated"): list_minutes(study),
        }
        summary = summarise_values(dict(enumerate(values.values()))).to_dict("records")
        rows += [
            {"pair": study.pair, "name": name_pair(study), "measure": measure, "group": group,
             "n": one["n"], "value": one["median"], "lower": one["q1"], "upper": one["q3"]}
            for (measure, group), one in zip(values, summary, strict=True)
        ]  # fmt: skip
    notes = about(
        studies, "The first record in HES is not the onset of the condition",
        "Blueteq", "HES", "table of travel times",
    )  # fmt: skip
    return studies.release(
        pd.DataFrame(rows), "compare-age",
        statistics=dict.fromkeys(["value", "lower", "upper"], "units"),
        population=studies.of_pairs("cohort", lambda study: study.people), **notes,
    )  # fmt: skip


def build_spread(studies: Studies) -> Released:
    """Ages and journeys: medians with quartiles (type 7), and the share of long journeys.

    Returns
    -------
    Released
        `pair`, `name`, `measure`, `group`, `n`, `value`, `lower`, `upper`. Measures are `entry`
        (age at the first record in HES), `start` (age at the start of treatment) and `minutes` to
        the nearest centre, with the median and the quartiles; and `far`, more than an hour, in per
        cent with its Wilson interval.
    """
    return _build_quartiles(studies).stack(build_shares(studies, "compare-age", measures=["far"]))


def _count_fields(study: Study) -> dict[str, object]:
    counted = study.completeness.groupby(["table", "field"])[["n", "known"]].sum()
    passes = study.linkage_quality.set_index(["group", "value"])
    scored = study.severity if study.params.severity else None
    row: dict[str, object] = {"pair": study.pair, "name": name_pair(study)}
    for place in PLACES:
        for short, field in FIELDS.items():
            found = counted.loc[(place, field)] if (place, field) in counted.index else None
            row[f"{place}_{short}_of"] = None if found is None else found["n"]
            row[f"{place}_{short}"] = None if found is None else found["known"]
    row["sought"], row["linked"] = passes.loc[("pass of the match", "any pass"), ["n", "linked"]]
    row["forms"] = None if scored is None else len(scored)
    row["scored"] = None if scored is None else int(scored["score"].notna().sum())
    return row


def build_completeness(studies: Studies) -> Released:
    """Completeness of the key fields of each pair, in per cent of records, patients and forms.

    Returns
    -------
    Released
        For `apc` and `op` and each of `FIELDS` a column such as `apc_sex_pct`: of the cleaned
        records of the cohort, those with a known value; `linked_pct` of the patients whose link
        was sought; `scored_pct` of the forms of the treated with a usable score of severity.
    """
    rows = [_count_fields(study) for study in studies.values()]
    parts = {f"{place}_{short}": f"{place}_{short}_of" for place in PLACES for short in FIELDS}
    parts |= {"linked": "sought", "scored": "forms"}
    notes = about(
        studies, "Of the cleaned records of the cohort in its windows; a value that is there can "
        "be wrong", "HES", "Blueteq",
    )  # fmt: skip
    population = dict.fromkeys(
        [*parts, *parts.values()],
        studies.of_pairs("records and forms", lambda _: None, unit="records"),
    )
    return studies.release(
        pd.DataFrame(rows), "compare-complete", population=population, whole=parts, **notes
    )
