"""The diagnosis codes of a world; records hold positions in their list."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..declarations.load import Declared, list_events

__all__ = ["MISSING", "CodeBook", "build_codebook"]

MISSING = "R69X"


@dataclass(frozen=True)
class CodeBook:
    """All diagnosis codes of the world; records hold positions in the list.

    The codes of the first pair and of the case mix come first, sorted, then those that each
    further pair adds, so that adding a pair moves no code; last, those of events beside the rest,
    on whose position nothing rests.
    """

    codes: np.ndarray

    @cached_property
    def _order(self) -> np.ndarray:
        return np.argsort(self.codes, kind="stable")

    def find(self, codes: list[str]) -> np.ndarray:
        """Return the positions of codes."""
        place = np.searchsorted(self.codes, np.asarray(codes), sorter=self._order)
        return self._order[place].astype(np.int16)

    def starting_with(self, stems: list[str]) -> np.ndarray:
        """Return the positions of the codes that begin with one of the stems."""
        return np.flatnonzero([code.startswith(tuple(stems)) for code in self.codes.tolist()])


def build_codebook(casemix: Declared, pairs: list[Declared]) -> CodeBook:
    """Collect every code that can be written."""
    found = {MISSING, *casemix["chronic"], *casemix["notes"]}
    for row in casemix["admissions"]:
        found |= set(row["codes"])
    listed: list[str] = []
    for pair in pairs:
        condition = pair["condition"]
        found |= {*condition["codes"], *condition["other_codes"]}
        found |= {*pair["near_misses"]["similar_code"]["codes"]}
        found |= {new for _, new in condition.get("miscoded", {}).values()}
        found |= {
            pair["treatment"][key]["code"] for key in ("infusions",) if key in pair["treatment"]
        }
        listed += sorted(found.difference(listed))
    events = [event for pair in pairs for event in list_events(pair).values()]
    listed += sorted({code for event in events for code in event["codes"]}.difference(listed))
    return CodeBook(np.array(listed))
