"""Laws: the ledger, whatever the values."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.flow import Box, Ledger

BOXES = (
    Box("forms", "Forms", "source", "Blueteq", "applications"),
    Box("drug", "The drug", "step", "Blueteq", "applications", ("forms",), ("other", "unread")),
)


record = st.tuples(st.integers(1, 6), st.sampled_from([None, "other", "unread"]))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(record, min_size=1, max_size=25), st.randoms())
def test_the_law_of_the_ledger(records: list[tuple[int, str | None]], random) -> None:
    """Whatever comes in, and in whatever order, it is kept or excluded, once."""
    data = pd.DataFrame(records, columns=["study_id", "reason"]).astype({"reason": "str"})
    ledger = Ledger(BOXES).book("forms", data.drop(columns="reason")).book("drug", data).verify()
    assert ledger.count("drug", unit="records") == data["reason"].isna().sum()
    assert len(ledger.lost()) + ledger.count("drug") == data["study_id"].nunique()
    shuffled = data.sample(frac=1, random_state=random.randrange(2**31))
    other = Ledger(BOXES).book("forms", shuffled.drop(columns="reason")).book("drug", shuffled)
    pd.testing.assert_frame_equal(other.to_frame(), ledger.to_frame())
