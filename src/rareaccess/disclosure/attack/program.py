"""The best whole numbers between limits, by a solver whose work is limited in nodes.

Facts of tables are sums, for which the best of all numbers are mostly whole ones. So a question
is first asked without that condition, which is several times as fast: an answer in whole numbers
is the answer, and where there is none at all there is none in whole numbers either.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

__all__ = ["NODES", "Terms", "find_best"]

NODES = 2_000
"""Of the solver, for one question."""
NOT_THERE = 2  # the status of a question without an answer
CLOSE = 1e-6


@dataclass(frozen=True)
class Terms:
    """The entries of a matrix of facts, from which wider ones are put together.

    Parameters
    ----------
    rows, columns, factors
        One entry each: the fact, the number, and its factor.
    """

    rows: np.ndarray
    columns: np.ndarray
    factors: np.ndarray

    def beside(self, other: "Terms") -> "Terms":
        """Return the entries of both."""
        return Terms(
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.columns, other.columns]),
            np.concatenate([self.factors, other.factors]),
        )

    def moved(self, *, down: int = 0, right: int = 0, by: float = 1.0) -> "Terms":
        """Return the entries at other places, multiplied."""
        return Terms(self.rows + down, self.columns + right, self.factors * by)

    def build(self, shape: tuple[int, int]) -> csr_array:
        """Return the matrix.

        Examples
        --------
        >>> one = Terms(np.array([0]), np.array([0]), np.array([1.0]))
        >>> one.beside(one.moved(right=1, by=-1)).build((1, 2)).toarray().tolist()
        [[1.0, -1.0]]
        """
        return csr_array((self.factors, (self.rows, self.columns)), shape=shape)


def find_best(
    goal: np.ndarray,
    whole: np.ndarray,
    limits: Bounds,
    told: LinearConstraint | None,
    *,
    gap: float = 0.0,
) -> tuple[np.ndarray | None, bool]:
    """Return the numbers for which the goal is least, and whether the solver came to its limit.

    Parameters
    ----------
    goal
        What a unit of each number costs.
    whole
        1 for the numbers that must be whole, 0 for the others.
    limits
        Between which each is.
    told
        The facts.
    gap
        How far from the best an answer may be, as a share.

    Examples
    --------
    The least of two numbers with the sum 5, of which the second is at most 3.5.

    >>> sum_of_both = LinearConstraint(csr_array([[1.0, 1.0]]), [5.0], [5.0])
    >>> limits = Bounds([0.0, 0.0], [np.inf, 3.5])
    >>> found, stopped = find_best(np.array([1.0, 0.0]), np.ones(2), limits, sum_of_both)
    >>> found.round().tolist(), stopped
    ([2.0, 3.0], False)
    """
    broken = milp(goal, integrality=np.zeros(len(goal)), bounds=limits, constraints=told,
                  options={"presolve": False})  # fmt: skip
    if broken.x is None and broken.status == NOT_THERE:
        return None, False
    must = whole > 0
    if broken.x is not None:
        away = np.abs(broken.x[must] - np.round(broken.x[must]))
        if away.max(initial=0) < CLOSE:
            return broken.x, False
    found = milp(goal, integrality=whole, bounds=limits, constraints=told,
                 options={"node_limit": NODES, "mip_rel_gap": gap or None})  # fmt: skip
    return found.x, found.x is None and found.status != NOT_THERE
