"""A study of made-up people with anchors of need, in the marts of the chapter on eligibility."""

from typing import Any

import numpy as np
import pandas as pd

from anchored import draw_anchored
from equity_study import empty, fill
from places import ROOT
from rareaccess.disclosure.register import Register
from rareaccess.params import Eligibility, load_pair, load_report
from rareaccess.study import Sections, Study

FIFTH = {"a": 1, "b": 3, "c": 5}
FIVE = dict(zip("abcde", range(1, 6), strict=True))
SETTINGS = Eligibility.model_validate({
    "landmark": "2016-06-22", "lookback_months": 30, "gap_months": 6,
    "prevalence": {"low": 0.08, "high": 0.20, "status": "unverified"},
    "anchors": [
        {"name": "flares", "label": "flares", "kind": "count", "of": "emergencies"},
        {"name": "organs", "label": "organ involvement", "kind": "count", "of": "admissions"},
        {"name": "biopsy", "label": "renal biopsy", "kind": "binary", "of": "admissions"},
    ],
    "use": [{"name": "visits", "label": "visits", "of": "visits"}],
    "control": {"name": "injuries", "label": "injuries", "of": "admissions"},
})  # fmt: skip


def make_need_marts(
    people: int = 30_000,
    *,
    fifths: dict[str, int] = FIFTH,
    regions: tuple[str, ...] = (),
    **drawn: Any,
) -> dict[str, Any]:
    """Return the marts of people drawn with anchors; half are White.

    Parameters
    ----------
    fifths
        The fifth of deprivation of each group that is drawn.
    regions
        Regions, in order: the later, the fewer of their people are deprived. None by default.
    """
    frame = draw_anchored(people=people, **drawn)
    ids = np.arange(len(frame)) + 1
    rng = np.random.default_rng(2)
    ethnic = rng.choice(
        ["White", "Black", "Asian (excluding Chinese)"], len(frame), p=[0.5, 0.25, 0.25]
    )
    columns = {
        "study_id": ids, "treated": frame["treated"].to_numpy(bool), "ethnicity": ethnic,
        "sex": frame["sex"].str.capitalize().to_numpy(),
        "age_at_index": pd.array(frame["age"].to_numpy(), "Int64"),
        "imd_quintile": pd.array(frame["group"].map(fifths).to_numpy(), "Int64"),
    }  # fmt: skip
    if regions:
        place = frame["group"].map(fifths).to_numpy() / 6 + rng.uniform(-0.4, 0.4, len(frame))
        at = np.clip(place * len(regions), 0, len(regions) - 1).astype(int)
        columns["nhs_region"] = np.array(regions)[at]
    landmark = {name: columns[name] for name in ("study_id", "treated")}
    landmark["age"] = columns["age_at_index"]
    names = ["flares", "organs", "biopsy", "visits", "injuries"]
    long = frame[names].set_axis(ids).rename_axis("study_id").rename_axis(columns="feature")
    long = long.stack().rename("value").reset_index()
    long = long[long["value"] > 0]
    return {
        "people": fill("people", columns),
        "landmark": fill("landmark", landmark),
        "features": fill("features", {name: long[name].array for name in long}),
        "scores": empty("scores"),
    }


def open_need(
    marts: dict[str, Any] | None = None, *, settings: Eligibility = SETTINGS,
    disclosure: str = "national-hes", minimum: int = 5,
) -> Study:  # fmt: skip
    """Return the study of the reference pair that holds these marts and this section."""
    pair = load_pair("sle-belimumab").model_copy(update={"eligibility": settings})
    report = load_report().model_copy(
        update={"disclosure": disclosure, "minimum_person_count": minimum}
    )
    register = Register("07-eligibility", ROOT / "build" / "never-written", suffix="sle-belimumab")
    sections = Sections(pair, ("eligibility", "names", "severity", "windows"))
    marts = make_need_marts() if marts is None else marts
    return Study("made", "made-up records", report, register, "sle-belimumab", {}, sections, marts)
