"""Need that no record holds: the ratio of treatment among the eligible, and what it rests on.

`answer_equity` gives all answers of one frame together. What it is made of has a module each: roles
of the features, cells, regressions, draws, pooled anchors, TRAIT and CLASS, bounds, sensitivity,
diagnostics, refusals, and imputation of eligibility for other measures. `Need` asks for them from
the marts of a study and releases what is found.
"""

from rareaccess.measures.eligibility.among import impute_equity
from rareaccess.measures.eligibility.answers import ANSWERS, answer_equity
from rareaccess.measures.eligibility.bounds import bound_need, estimate_naive, unite
from rareaccess.measures.eligibility.calibration import check_calibration
from rareaccess.measures.eligibility.cells import build_cells
from rareaccess.measures.eligibility.chances import index_need
from rareaccess.measures.eligibility.classes import estimate_class
from rareaccess.measures.eligibility.diagnostics import (
    check_control,
    check_invariance,
    check_proportionality,
    measure_strength,
)
from rareaccess.measures.eligibility.draws import draw_unknowns
from rareaccess.measures.eligibility.example import EXAMPLE_ROLES, draw_example
from rareaccess.measures.eligibility.imputation import impute_measure
from rareaccess.measures.eligibility.need import Need
from rareaccess.measures.eligibility.regressions import fit_all
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.eligibility.scored import answer_scores, estimate_scored
from rareaccess.measures.eligibility.sensitivity import (
    shift_anchors,
    vary_direct,
)
from rareaccess.measures.eligibility.tipping import (
    find_tipping_gamma,
    find_tipping_prevalence,
)
from rareaccess.measures.eligibility.trait import estimate_trait, summarise_contrasts
from rareaccess.measures.eligibility.words import (
    number_need,
    tell_anchors,
    tell_calibration,
    tell_left_out,
    tell_measures,
    tell_need,
    tell_no_anchors,
    tell_none,
    tell_prevalence,
    tell_refusals,
    tell_scores,
    tell_share,
)

__all__ = [
    "ANSWERS",
    "EXAMPLE_ROLES",
    "Need",
    "Roles",
    "answer_equity",
    "answer_scores",
    "bound_need",
    "build_cells",
    "check_calibration",
    "check_control",
    "check_invariance",
    "check_proportionality",
    "draw_example",
    "draw_unknowns",
    "estimate_class",
    "estimate_naive",
    "estimate_scored",
    "estimate_trait",
    "find_tipping_gamma",
    "find_tipping_prevalence",
    "fit_all",
    "impute_equity",
    "impute_measure",
    "index_need",
    "measure_strength",
    "number_need",
    "shift_anchors",
    "summarise_contrasts",
    "tell_anchors",
    "tell_calibration",
    "tell_left_out",
    "tell_measures",
    "tell_need",
    "tell_no_anchors",
    "tell_none",
    "tell_prevalence",
    "tell_refusals",
    "tell_scores",
    "tell_share",
    "unite",
    "vary_direct",
]
