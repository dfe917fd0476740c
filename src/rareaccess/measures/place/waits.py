"""The times and rates of a pair whose variation is split between places and people."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Released
from rareaccess.measures.pathway.groups import AGES
from rareaccess.measures.place.hazard import fit_rates
from rareaccess.measures.place.mixed import fit_mixed, make_design
from rareaccess.study import Study

__all__ = ["KINDS", "LEAST_PLACES", "LEAST_STARTS", "MODELS", "expect_cells", "list_waits",
           "release_places", "split_waits"]  # fmt: skip

LEAST_STARTS, LEAST_PLACES = 50, 5
"""People who started, and places of a kind with two of them or more, below which none is fitted."""
YEAR = 365.25  # days
MODELS = {
    "coded": "From the first code to the start, the treated",
    "approved": "From the approval of the form to the start, the treated",
    "rate": "Rate of starting, the whole cohort",
}
"""What is modelled, and what a table calls it."""
KINDS = {
    "coded": ("Trust that applied", "Integrated care board", "Person and chance"),
    "approved": ("Trust that applied", "Integrated care board", "Person and chance"),
    "rate": ("Nearest centre", "Integrated care board", "Person and chance"),
}
"""Of each model the two kinds of place, and what is within them."""
FEW = ("Fewer than {starts} people who started, or fewer than {places} places of a kind with two "
       "of them or more: too few to part places from people.")  # fmt: skip
BROAD = "The codes find many people without the condition, so the cohort has no rate of starting."
UNFOUND = "The likelihood has no highest point, so nothing is estimated."
STATISTICS = ("share", "share_lower", "share_upper", "ratio", "ratio_lower", "ratio_upper")
COLUMNS = ["key", "model", "part", "why", "people", "places", *STATISTICS]


def list_waits(pathway: pd.DataFrame, uptake: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return the treated with their two times, their places, and what the models allow for.

    Parameters
    ----------
    pathway, uptake, people
        The marts.

    Returns
    -------
    pandas.DataFrame
        `study_id`; `coded` (days from the first code, or the approval of the drug if that was
        later, to the planned start) and `approved` (from the approval of the form), missing where
        a day is missing or the time is not above nought; `trust`, `icb`, `sex`, `age`, `before`
        (coded before the drug was approved).

    Examples
    --------
    >>> day = pd.to_datetime(["2020-01-01", "2019-01-01", "2020-01-11", "2020-01-06"])
    >>> pathway = pd.DataFrame({"study_id": [1], "treated": [True], "waits_from": day[:1],
    ...     "first_coded_date": day[1:2], "start_date": day[2:3], "approved_date": day[3:]})
    >>> people = pd.DataFrame({"study_id": [1], "icb": ["E1"], "sex": ["Male"],
    ...                        "age_at_index": [50]})
    >>> uptake = pd.DataFrame({"study_id": [1], "trust": ["RA"]})
    >>> [str(one) for one in list_waits(pathway, uptake, people).iloc[0, 1:]]
    ['10.0', '5.0', 'RA', 'E1', 'Male', '50 to 69', 'before']
    """
    own = pathway.loc[pathway["treated"], ["study_id", "waits_from", "first_coded_date",
                                           "start_date", "approved_date"]]  # fmt: skip
    own = own.merge(uptake[["study_id", "trust"]], on="study_id", how="left", validate="1:1")
    own = own.merge(people[["study_id", "icb", "sex", "age_at_index"]], on="study_id", how="left",
                    validate="1:1")  # fmt: skip
    times = {
        name: (own["start_date"] - own[since]).dt.days.astype("Float64")
        for name, since in (("coded", "waits_from"), ("approved", "approved_date"))
    }
    return pd.DataFrame(
        {
            "study_id": own["study_id"],
            **{name: days.where(days > 0).astype("float64") for name, days in times.items()},
            "trust": own["trust"], "icb": own["icb"], "sex": own["sex"],
            "age": _band(own["age_at_index"]), "before": _split(own),
        }
    )  # fmt: skip


def _band(ages: pd.Series) -> pd.Series:
    edges = [low for low, _ in AGES.values()]
    cut = pd.cut(ages.astype("Float64"), [*edges, 200], right=False, labels=list(AGES))
    return cut.astype("str").where(ages.notna(), "Not known")


def _split(frame: pd.DataFrame) -> pd.Series:
    """Return whether the condition was coded before the drug was approved, in words."""
    before = frame["first_coded_date"] < frame["waits_from"]
    return pd.Series(np.where(before, "before", "after"), index=frame.index)


def expect_cells(pathway: pd.DataFrame, people: pd.DataFrame, travel: pd.DataFrame) -> pd.DataFrame:
    """Count the starts of each board and nearest centre, beside those expected at England's rates.

    Parameters
    ----------
    pathway, people, travel
        The marts. The time of a person is that of the mart `pathway`: from the first code, or the
        approval of the drug if that was later, to the start or the end of observation.

    Returns
    -------
    pandas.DataFrame
        `icb`, `centre`, `people`, `events` (starts), `expected`: at the rates of everybody of the
        same sex, age, and of those coded before or after the approval of the drug. People whose
        board, centre or time is not known are in no cell.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2021-01-01"])
    >>> pathway = pd.DataFrame({"study_id": [1, 2], "treated": [True, False],
    ...     "first_coded_date": days[:1].repeat(2), "waits_from": days[:1].repeat(2),
    ...     "waits_until": days[1:].repeat(2)})
    >>> people = pd.DataFrame({"study_id": [1, 2], "icb": ["E1", "E2"], "sex": "Male",
    ...                        "age_at_first_code": [40, 41]})
    >>> travel = pd.DataFrame({"study_id": [1, 2], "nearest_centre": "RA"})
    >>> expect_cells(pathway, people, travel)[["people", "events", "expected"]].values.tolist()
    [[1.0, 1.0, 0.5], [1.0, 0.0, 0.5]]
    """
    frame = pathway[["study_id", "treated", "first_coded_date", "waits_from", "waits_until"]]
    frame = frame.merge(people[["study_id", "icb", "sex", "age_at_first_code"]], on="study_id",
                        how="left", validate="1:1")  # fmt: skip
    frame = frame.merge(travel[["study_id", "nearest_centre"]], on="study_id", how="left",
                        validate="1:1")  # fmt: skip
    years = (frame["waits_until"] - frame["waits_from"]).dt.days.astype("Float64") / YEAR
    kept = years.gt(0).fillna(False) & frame["icb"].notna() & frame["nearest_centre"].notna()
    frame = frame.assign(years=years, before=_split(frame))[kept.to_numpy(bool)]
    since = (frame["waits_from"] - frame["first_coded_date"]).dt.days // YEAR
    frame["age"] = _band(frame["age_at_first_code"] + since)
    frame["events"] = frame["treated"].astype("float64")
    frame["years"] = frame["years"].astype("float64")
    strata = frame.groupby(["sex", "age", "before"])[["events", "years"]].transform("sum")
    frame["expected"] = frame["years"] * strata["events"] / strata["years"]
    cells = frame.groupby(["icb", "nearest_centre"]).agg(
        people=("study_id", "size"), events=("events", "sum"), expected=("expected", "sum")
    )
    cells = cells.reset_index().rename(columns={"nearest_centre": "centre"})
    return cells[cells["expected"] > 0].reset_index(drop=True)


def split_waits(
    pathway: pd.DataFrame, uptake: pd.DataFrame, people: pd.DataFrame, travel: pd.DataFrame, *,
    too_broad: bool = False, confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Split the variation of the times and of the rate between two kinds of place and the rest.

    The logarithms of the two times of the treated by `fit_mixed`, allowing for sex, age, and
    whether the condition was coded before the drug was approved; the rate of starting of the whole
    cohort by `fit_rates`. The untreated have no trust that applied, so that for the rate the place
    is the nearest centre.

    Parameters
    ----------
    pathway, uptake, people, travel
        The marts.
    too_broad
        The codes find many people without the condition: no rate is modelled.

    Returns
    -------
    pandas.DataFrame
        A row a model and part: `key`, `model`, `part`, `why` (the sentence of a refusal, else
        empty), `people` (the treated; of the rate everybody), `places` (missing of the rest),
        `share` with limits in per cent, `ratio` with limits. Of a model that is refused there is
        one row.

    Notes
    -----
    Times of the treated are those of people who started: who waits still, or never starts, is in
    neither, so that a place that treats only the quick ones looks quick. The rate has everybody,
    but compares where people live. How long the untreated would have waited at a trust that treats
    them is estimated by neither.
    """
    rows: list[dict[str, Any]] = []
    waits = list_waits(pathway, uptake, people)
    for key in ("coded", "approved"):
        own = waits.dropna(subset=[key, "trust", "icb"]).reset_index(drop=True)
        why, found = _refuse(own, ["trust", "icb"], len(own)), None
        if not why:
            design = _thin(make_design(own, ["sex", "age", "before"]))
            why, found = _try(
                lambda own=own, key=key, design=design: fit_mixed(
                    np.log(own[key]), design, own["trust"], own["icb"], confidence=confidence
                )
            )
        rows += _list_rows(key, found, why, len(own))
    cells = expect_cells(pathway, people, travel)
    starts = cells.loc[cells.index.repeat(cells["events"].astype("int64"))]
    why, found = BROAD if too_broad else _refuse(starts, ["icb", "centre"], len(starts)), None
    if not why:
        why, found = _try(
            lambda: fit_rates(cells["events"], cells["expected"], cells["centre"], cells["icb"],
                              confidence=confidence)
        )  # fmt: skip
    rows += _list_rows("rate", found, why, 0 if too_broad else int(cells["people"].sum()))
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {"people": "Int64", "places": "Int64", **dict.fromkeys(STATISTICS, "Float64")}
    )


def _refuse(own: pd.DataFrame, kinds: Sequence[str], starts: int) -> str:
    """Return why no model is fitted; empty where one is."""
    many = [int((own[kind].value_counts() >= 2).sum()) for kind in kinds]
    if starts >= LEAST_STARTS and min(many) >= LEAST_PLACES:
        return ""
    return FEW.format(starts=LEAST_STARTS, places=LEAST_PLACES)


def _thin(design: np.ndarray) -> np.ndarray:
    """Return the columns that are no sum of those before them, each with two people or more."""
    kept = [0]
    for at in range(1, design.shape[1]):
        tried = design[:, [*kept, at]]
        if design[:, at].sum() >= 2 and np.linalg.matrix_rank(tried) == tried.shape[1]:
            kept.append(at)
    return design[:, kept]


def _try(way: Any) -> tuple[str, pd.DataFrame | None]:
    try:
        return "", way()
    except UserError:
        return UNFOUND, None


def _list_rows(key: str, found: pd.DataFrame | None, why: str, people: int) -> list[dict[str, Any]]:
    base = {"key": key, "model": MODELS[key], "people": people, "why": why}
    if found is None:
        return [{**base, "part": "Not estimated"}]
    rows = []
    for name, one in zip(KINDS[key], found.to_dict("records"), strict=True):
        place = one["part"] != "within"
        rows.append({
            **base, "part": name, "places": one["places"] if place else None,
            **{name: 100 * one[name] for name in STATISTICS[:3]},
            **{name: one[name] if place else None for name in STATISTICS[3:]},
        })  # fmt: skip
    return rows


def release_places(study: Study, label: str, **about: Any) -> Released:
    """Release how the variation of the times and of the rate is split, as `split_waits` says.

    Parameters
    ----------
    study
        With the marts `pathway`, `uptake`, `people` and `travel`.
    label, **about
        As `release` takes them.
    """
    marts: Mapping[str, pd.DataFrame] = {
        "pathway": study.pathway, "uptake": study.uptake, "people": study.people,
        "travel": study.travel,
    }  # fmt: skip
    frame = split_waits(**marts, too_broad=study.params.condition.narrow_is_too_broad)
    cohort = study.population("cohort", study.people, "person in the cohort",
                              "people in the cohort")  # fmt: skip
    places = study.population("places", None, "place", unit="organisations")
    return study.release(
        frame, label, population={"people": cohort, "places": places}, on="people",
        statistics=list(STATISTICS), n=cohort.words, dimension="", **about,
    )  # fmt: skip
