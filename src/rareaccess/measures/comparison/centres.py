"""The centres of each pair: how many have prescribed, how soon, and who was treated elsewhere."""

import numpy as np
import pandas as pd

from rareaccess.disclosure import Released, Shown, fmt
from rareaccess.measures.comparison.rows import about, list_centres, list_treated, name_pair
from rareaccess.measures.periods import MONTH
from rareaccess.measures.statements import name_facts
from rareaccess.study import Studies, Study

__all__ = ["build_centres", "list_statements", "name_centres"]

STATED = "trusts_that_prescribe"  # the key of facts that stand beside the centres


def _count_centres(study: Study) -> dict[str, object]:
    windows, trusts = study.params.windows, study.trusts
    centres, others = trusts[trusts["centre"]], trusts[~trusts["centre"] & (trusts["starts"] > 0)]
    listed = len(centres) > 0
    delays = (centres["first_start"].dropna() - pd.Timestamp(windows.approval_date)).dt.days / MONTH
    seen = listed and windows.treatment.start <= windows.approval_date and len(delays) > 0
    quartiles = np.quantile(delays.to_numpy(float), [0.25, 0.5, 0.75]) if seen else [None] * 3
    return {
        "pair": study.pair,
        "name": name_pair(study),
        "centres": len(centres) if listed else None,
        "prescribed": len(delays) if listed else None,
        "n": len(delays),
        **dict(zip(("q1", "median", "q3"), quartiles, strict=True)),
        "treated": len(list_treated(study)),
        "other_trusts": len(others) if listed else None,
        "elsewhere": int(others["starts"].sum()) if listed else None,
        "stated": name_facts(study.params.facts, STATED),
    }


def build_centres(studies: Studies) -> Released:
    """Centres of each pair that have prescribed, how soon, and the people treated elsewhere.

    Months run from the approval to the first planned start at each centre that has prescribed;
    quantiles are linear (type 7).

    Returns
    -------
    Released
        `centres`, `prescribed`, `prescribed_pct`, `q1`, `median`, `q3` in months, `elsewhere`
        (people for whom a trust applied that is not one of the centres), its per cent of the
        treated, `other_trusts`, and `stated`: what others have said. `n` is the number of first
        patients, one a centre, on which the quantiles rest.

    Notes
    -----
    Centres that have not prescribed are in no quantile. Where many have not, or the time is
    short, the months are therefore too few.
    """
    notes = about(
        studies, "Months are those of the centres that have prescribed; the others are still to "
        "come, or never will", "Blueteq", "HES", "list of centres",
    )  # fmt: skip
    treated, centres = studies.of_pairs("treated", list_treated), list_centres(studies)
    return studies.release(
        pd.DataFrame([_count_centres(study) for study in studies.values()]), "compare-centres",
        population={
            **dict.fromkeys(["centres", "prescribed", "other_trusts"], centres),
            **dict.fromkeys(["n", "treated", "elsewhere"], treated),
        },
        statistics=["q1", "median", "q3"], **notes,
        whole={"prescribed": "centres", "elsewhere": "treated"},
    )  # fmt: skip


def name_centres(centres: Released) -> dict[str, str]:
    """Return how many of the centres of each pair have prescribed, in words, where it is known."""
    return {
        row["pair"]: f"{fmt.n(row['prescribed'])} of {fmt.n(row['centres'])}"
        for row in centres.records()
        if row["centres"] is not None
    }


def list_statements(centres: Released) -> Shown:
    """Return what others have stated on the trusts that prescribe, which counts other units."""
    told = [f"{row['name']}: {row['stated']}" for row in centres.records() if row["stated"]]
    none = "The settings of no pair hold a statement of others on how many trusts prescribe."
    return Shown(f"Stated elsewhere: {'; '.join(told)}." if told else none)
