"""All answers together: the treated alone, bounds, TRAIT, CLASS, their union, what they survive."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.measures.eligibility.bounds import LIMITS, bound_need, estimate_naive, unite
from rareaccess.measures.eligibility.cells import build_cells, share_treated
from rareaccess.measures.eligibility.classes import estimate_class
from rareaccess.measures.eligibility.draws import DRAWS, SEED, Draws, draw_unknowns
from rareaccess.measures.eligibility.refusals import (
    refuse_cells,
    refuse_group,
    refuse_strength,
    refuse_width,
)
from rareaccess.measures.eligibility.regressions import Estimates, fit_all
from rareaccess.measures.eligibility.roles import Roles, check_prevalence
from rareaccess.measures.eligibility.sensitivity import (
    GAMMAS,
    OMEGAS,
    shift_anchors,
    vary_direct,
)
from rareaccess.measures.eligibility.tipping import (
    find_tipping_gamma,
    find_tipping_prevalence,
)
from rareaccess.measures.eligibility.trait import (
    estimate_trait,
    find_place,
    make_trait_view,
    summarise_contrasts,
)
from rareaccess.measures.tidy import Floats

__all__ = ["ANSWERS", "answer_equity"]

LANDMARK, WHOLE = "from the landmark on", "everybody coded or treated at any time"
ANSWERS = ("treated alone", "bounds", "TRAIT", "need ratio", "CLASS", "TRAIT or CLASS",
           "negative control", "sensitivity", "tipping")  # fmt: skip
"""What `answer` may be, in the order of the rows."""


def answer_equity(
    frame: pd.DataFrame, roles: Roles, *, prevalence: tuple[float, float], reference: object,
    everybody: pd.DataFrame | None = None, compared: Sequence[object] | None = None,
    confidence: float = 0.95, tipping: bool = True, draws: int = DRAWS, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Ratio of treatment of each group against a reference, by every answer that there is.

    Parameters
    ----------
    frame
        One row a person of the cohort at the landmark: `group`, `age`, `sex`, `treated`, and one
        column a feature.
    roles
        What the features are for.
    prevalence
        Range of the share eligible at the ages and sexes of the treated. It has no default: records
        do not hold it, and it must come with a source.
    everybody
        Everybody coded or treated at any time, without features; for the usual ratio.
    compared
        The groups to compare; all by default.
    tipping
        Whether to look for the shift of anchors and the prevalence that change the conclusion.

    Returns
    -------
    DataFrame
        One row for each answer and group: `answer`, `group`, `reference`, the standard columns.
        `method` says what is assumed. Where need is refused its rows are blank, and the note is the
        paragraph that says why.

    Raises
    ------
    UserError
        The frame, the roles or the range cannot be used.

    Notes
    -----
    TRAIT rests on events that are recorded alike in all groups at equal disease. One bad anchor can
    be detected; all of them being bad together cannot. How peaked a likelihood is says nothing of
    whether it is peaked at the right place, and none is offered.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import EXAMPLE_ROLES, draw_example
    >>> found = answer_equity(
    ...     draw_example(), EXAMPLE_ROLES, prevalence=(0.08, 0.2), reference="b", tipping=False
    ... )
    >>> told = found[found["answer"].isin(["treated alone", "TRAIT"])]
    >>> told[["answer", "value", "lower", "upper"]].round(1).values.tolist()
    [['treated alone', 1.8, 1.5, 2.2], ['TRAIT', 1.0, 0.7, 1.4]]
    """
    bare = fit_all(build_cells(frame, Roles()))
    check_prevalence(prevalence, treated=share_treated(bare.cells))
    find_place(bare.cells.groups, reference)
    naive = estimate_naive(bare, reference=reference, method=LANDMARK, confidence=confidence)
    parts = [naive.assign(answer="treated alone")]
    if everybody is not None:
        whole = fit_all(build_cells(everybody, Roles()))
        usual = estimate_naive(whole, reference=reference, method=WHOLE, confidence=confidence)
        parts.append(usual.assign(answer="treated alone"))
    parts += [bound_need(naive, limit=limit).assign(answer="bounds") for limit in LIMITS]
    cells = build_cells(frame, roles)
    why = refuse_cells(cells)
    estimates = None if why else fit_all(cells)
    if estimates is not None:
        why = refuse_strength(estimates)
    if why or estimates is None:
        parts.append(_blank(naive, "TRAIT", why))
    else:
        drawn = draw_unknowns(estimates, prevalence=prevalence, draws=draws, seed=seed)
        parts += _estimate(
            estimates, drawn, naive, prevalence=prevalence, reference=reference,
            confidence=confidence, tipping=tipping,
        )  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    found.insert(0, "answer", found.pop("answer"))
    kept = found["group"].isin(list(compared)) if compared is not None else slice(None)
    return found.loc[kept].reset_index(drop=True)


def _blank(rows: pd.DataFrame, answer: str, why: str) -> pd.DataFrame:
    return rows.assign(
        value=np.nan, lower=np.nan, upper=np.nan, method=answer, note=why, answer=answer
    )


def _estimate(
    estimates: Estimates, draws: Draws, naive: pd.DataFrame, *, prevalence: tuple[float, float],
    reference: object, confidence: float, tipping: bool,
) -> list[pd.DataFrame]:  # fmt: skip
    """Return the answers that rest on a model of need; blank for groups that are refused."""
    view = make_trait_view(estimates)
    groups, base = estimates.cells.groups, find_place(estimates.cells.groups, reference)
    asked: dict[str, Any] = {"prevalence": prevalence, "reference": reference}

    def tell(log_ratios: Floats, method: str) -> pd.DataFrame:
        return summarise_contrasts(
            log_ratios, estimates, reference=reference, method=method, confidence=confidence
        )

    plain = estimate_trait(estimates, draws, view=view, **asked)
    trait = tell(plain.treatment, "TRAIT")
    classes = tell(estimate_class(estimates, draws, **asked).treatment, "CLASS")
    told = [
        ("TRAIT", trait),
        ("need ratio", tell(plain.need, "share eligible, TRAIT")),
        ("CLASS", classes),
        ("TRAIT or CLASS", unite([trait, classes], method="union of TRAIT and CLASS")),
    ]
    if estimates.control is not None:
        held = estimate_trait(estimates, draws, view=view, control=True, **asked)
        told.append(
            ("negative control", tell(held.treatment, "TRAIT, shift of the control taken out"))
        )
    told += [
        ("sensitivity", part)
        for part in vary_direct(estimates, draws, omegas=OMEGAS, confidence=confidence, **asked)
    ]
    told += [
        (
            "sensitivity",
            shift_anchors(estimates, draws, limit=limit, confidence=confidence, view=view, **asked),
        )
        for limit in GAMMAS
    ]
    reasons = {
        estimate["group"]: refuse_group(
            estimates.cells, find_place(groups, estimate["group"]), base
        )
        or refuse_width(estimate, alone)
        for (_, estimate), (_, alone) in zip(trait.iterrows(), naive.iterrows(), strict=True)
    }
    if tipping:
        told += [
            ("tipping", pd.DataFrame([
                find(estimates, draws, group=group, confidence=confidence, **asked)
                for group, why in reasons.items() if not why
            ]))
            for find in TIPS
        ]  # fmt: skip
    parts = []
    for answer, part in told:
        if part.empty:
            continue
        why = part["group"].map(reasons)
        hidden = why.ne("")
        part = part.assign(answer=answer, note=part["note"].where(~hidden, why))
        part.loc[hidden, ["value", "lower", "upper"]] = np.nan
        parts.append(part)
    return parts


TIPS: tuple[Callable[..., dict[str, object]], ...] = (find_tipping_gamma, find_tipping_prevalence)
