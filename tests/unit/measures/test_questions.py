"""What the measures of a pair cannot show, in one sentence, by what its source has."""

import pandas as pd
import pytest

from equity_study import empty, fill, make_marts, make_people, open_made
from rareaccess.measures.questions import tell_limits

UPTAKE = fill("expected_uptake", {
    "source": ["nice-ta752"], "geography": ["England"], "low": [1], "high": [2],
    "measure": ["starts"]})  # fmt: skip


def tell(*, broad: bool = False, **changed: pd.DataFrame) -> str:
    marts = make_marts(**({"expected_uptake": UPTAKE} | changed))
    return str(tell_limits(open_made(marts, broad=broad)))


def test_it_is_one_sentence() -> None:
    assert tell() == (
        "The measures of this pair cannot show who was eligible; whether those of the cohort who "
        "did not start needed the drug; whether an expected figure was right; or why places "
        "differ."
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"broad": True}, "what share of those with the condition started"),
     ({"expected_uptake": empty("expected_uptake")}, "no expected figure was found"),
     ({"general_population": empty("general_population")}, "per head of the population"),
     ({"people": make_people(icb=None), "general_population": empty("general_population")},
      "whether places differ")],
)  # fmt: skip
def test_what_a_source_lacks_is_said(changed: dict, words: str) -> None:
    assert words in tell(**changed) and words not in tell()
