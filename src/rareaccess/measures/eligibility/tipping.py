"""Where a conclusion tips: the least shift of all anchors, and the nearest prevalence."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rareaccess.measures.eligibility.cells import share_treated
from rareaccess.measures.eligibility.draws import Draws, find_centre
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import estimate_trait, find_place, make_trait_view
from rareaccess.measures.tidy import NAN, Floats, make_row

__all__ = ["GAMMA_RANGE", "find_tip", "find_tipping_gamma", "find_tipping_prevalence"]

GAMMA_RANGE = 0.5
"""How far a shift of all anchors is looked for: e^0.5 is recorded two thirds more often."""

HIGHEST = 0.6
POINTS, HALVINGS = 8, 8
STANDS = "the interval {before}, from {low:.3g} to {high:.3g}"
TIPS = "the interval {before}, and from there on it {after}"
WORDS = {-1: "is below one", 0: "holds one", 1: "is above one"}


def find_tip(
    conclude: Callable[[float], int], start: float, end: float
) -> tuple[float, int] | None:
    """Return the value nearest to `start` at which a conclusion is another, and that conclusion.

    The values between are tried in equal steps, and the first step with a change is halved.

    Examples
    --------
    >>> tip = find_tip(lambda value: int(value > 0.3), 0.0, 1.0)
    >>> round(tip[0], 2), tip[1]
    (0.3, 1)
    """
    first = conclude(start)
    before = start
    for value in np.linspace(start, end, POINTS + 1)[1:]:
        found = conclude(float(value))
        if found != first:
            near, far = before, float(value)
            for _ in range(HALVINGS):
                middle = (near + far) / 2
                if (other := conclude(middle)) == first:
                    near = middle
                else:
                    far, found = middle, other
            return far, found
        before = float(value)
    return None


def find_tipping_gamma(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    group: object, confidence: float = 0.95,
) -> dict[str, object]:  # fmt: skip
    """Return the least shift of all anchors, either way, that changes what is concluded.

    What is concluded: the interval is below one, holds one, or is above one.

    Returns
    -------
    dict
        A row: `group`, `reference`, the standard columns; `value` is γ, missing if none of up to
        `GAMMA_RANGE` changes it, and the note says to what it changes.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = find_tipping_gamma(estimates, draws, group="a", **asked)
    >>> round(found["value"], 2), found["note"]
    (0.12, 'the interval holds one, and from there on it is above one')
    """
    view = make_trait_view(estimates)
    place = find_place(estimates.cells.groups, group)

    def conclude(gamma: float) -> int:
        found = estimate_trait(
            estimates, draws, prevalence=prevalence, reference=reference, compared=[group],
            gamma=gamma, view=view,
        )  # fmt: skip
        return _conclude(found.treatment[:, place], confidence)

    value, note = _search(conclude, lambda gamma: gamma, 0.0, (-GAMMA_RANGE, GAMMA_RANGE))
    method = "shift of all anchors at which the conclusion changes"
    n = estimates.cells.total(0)[place]
    row = make_row(value, NAN, NAN, confidence=confidence, method=method, n=n, note=note)
    return {"group": group, "reference": reference, **row}


def find_tipping_prevalence(
    estimates: Estimates, draws: Draws, *, prevalence: tuple[float, float], reference: object,
    group: object, confidence: float = 0.95,
) -> dict[str, object]:  # fmt: skip
    """Return the prevalence nearest to the middle of its range that changes what is concluded.

    Each prevalence is taken as known. The search goes from just above the share treated to 0.6.

    Returns
    -------
    dict
        As `find_tipping_gamma` gives.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import fit_example
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> found = find_tipping_prevalence(estimates, draws, group="a", **asked)
    >>> round(found["value"], 2), found["note"]
    (0.22, 'the interval holds one, and from there on it is above one')
    """
    place = find_place(estimates.cells.groups, group)
    treated = share_treated(estimates.cells)
    centre = find_centre(prevalence)
    low, high = min(1.25 * treated, centre), max(HIGHEST, centre)

    def conclude(log_prevalence: float) -> int:
        known = float(np.exp(log_prevalence))
        found = estimate_trait(
            estimates, replace(draws, prevalence=np.full(len(draws.prevalence), known)),
            prevalence=(known, known), reference=reference, compared=[group],
        )  # fmt: skip
        return _conclude(found.treatment[:, place], confidence)

    value, note = _search(conclude, np.exp, np.log(centre), (np.log(low), np.log(high)))
    method = "prevalence, if known, at which the conclusion changes"
    n = estimates.cells.total(0)[place]
    row = make_row(value, NAN, NAN, confidence=confidence, method=method, n=n, note=note)
    return {"group": group, "reference": reference, **row}


def _conclude(log_ratios: Floats, confidence: float) -> int:
    tail = (1 - confidence) / 2
    low, high = np.quantile(log_ratios, [tail, 1 - tail])
    return int(low > 0) - int(high < 0)


def _search(
    conclude: Callable[[float], int], show: Callable[[float], float], start: float,
    ends: tuple[float, float],
) -> tuple[float, str]:  # fmt: skip
    """Return the tip nearest to the start, either way, and words for it; missing if none."""
    before = WORDS[conclude(start)]
    tips = [tip for end in ends if (tip := find_tip(conclude, start, end)) is not None]
    if not tips:
        return NAN, STANDS.format(before=before, low=show(ends[0]), high=show(ends[1]))
    value, to = min(tips, key=lambda tip: abs(tip[0] - start))
    return float(show(value)), TIPS.format(before=before, after=WORDS[to])
