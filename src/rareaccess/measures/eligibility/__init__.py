"""Need that no record holds: the ratio of treatment among the eligible, and what it rests on."""

from rareaccess.measures.eligibility.bounds import bound_need, estimate_naive, unite
from rareaccess.measures.eligibility.cells import build_cells
from rareaccess.measures.eligibility.classes import estimate_class
from rareaccess.measures.eligibility.draws import draw_unknowns
from rareaccess.measures.eligibility.regressions import fit_all
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.eligibility.trait import estimate_trait, summarise_contrasts

__all__ = [
    "Roles",
    "bound_need",
    "build_cells",
    "draw_unknowns",
    "estimate_class",
    "estimate_naive",
    "estimate_trait",
    "fit_all",
    "summarise_contrasts",
    "unite",
]
