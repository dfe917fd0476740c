"""What the data say against the assumptions, one row a check and comparison."""

from collections.abc import Mapping

import pandas as pd

from rareaccess.measures.eligibility.cells import build_cells
from rareaccess.measures.eligibility.diagnostics import (
    check_control,
    check_invariance,
    check_proportionality,
    measure_strength,
)
from rareaccess.measures.eligibility.refusals import refuse_cells
from rareaccess.measures.eligibility.regressions import fit_all
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.tidy import NAN

__all__ = ["CHECKS", "check_contrasts"]

CHECKS = ("denominator", "check", "value", "p")
AGREE = "The anchors agree (chi-squared)"
STAND_OUT = "The treated stand out alike (chi-squared)"
CONTROL = "The negative control (ratio)"
WEAKEST = "The weakest anchor (z)"


def check_contrasts(
    frame: pd.DataFrame, roles: Roles, *, prevalence: tuple[float, float], reference: str,
    named: Mapping[str, str],
) -> pd.DataFrame:  # fmt: skip
    """Return what each check says of each comparison; missing where none can be made.

    Parameters
    ----------
    frame, roles, prevalence, reference
        As `answer_equity` takes them.
    named
        The words of the comparison with each group.

    Returns
    -------
    DataFrame
        `denominator` (the comparison), `check`, `value`, `p`.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.example import EXAMPLE_ROLES, draw_example
    >>> found = check_contrasts(draw_example(), EXAMPLE_ROLES, prevalence=(0.08, 0.2),
    ...                         reference="b", named={"a": "A against B"})
    >>> found["check"].tolist() == [AGREE, STAND_OUT, CONTROL, WEAKEST]
    True
    """
    cells = build_cells(frame, roles)
    estimates = None if refuse_cells(cells) else fit_all(cells)
    rows = []
    for group, words in named.items():
        found: dict[str, tuple[float, float]] = {}
        if estimates is not None:
            tests = {
                AGREE: check_proportionality(estimates, prevalence=prevalence, reference=reference),
                STAND_OUT: check_invariance(
                    estimates, prevalence=prevalence, reference=reference, compared=[group]
                ),
            }
            if roles.control:
                tests[CONTROL] = check_control(estimates, reference=reference)
            for check, table in tests.items():
                row = table[table["group"] == group].iloc[0]
                found[check] = (row["value"], row["p"])
            found[WEAKEST] = (measure_strength(estimates)["z"].min(), NAN)
        names = (AGREE, STAND_OUT, *((CONTROL,) if roles.control else ()), WEAKEST)
        rows += [(words, check, *found.get(check, (NAN, NAN))) for check in names]
    return pd.DataFrame(rows, columns=list(CHECKS))
