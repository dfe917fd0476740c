"""The fund's records: what trusts are asked for."""

import pandas as pd

from rareaccess.measures.fund_records import count_chasing


def days(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def test_trusts_count_once_in_all_years() -> None:
    chasing = pd.DataFrame(
        {
            "trust": ["RAA", "RAA", "RBB"],
            "month": days("2020-01-01", "2021-02-01", "2021-02-01"),
            "incomplete": [1, 0, 2],
            "missing": [0, 3, 0],
        }
    )
    found = count_chasing(chasing).set_index("year")
    assert found.loc["All"].tolist() == [2, 3, 3]
    assert found.loc["2021"].tolist() == [2, 2, 3]
    assert len(count_chasing(chasing.iloc[:0])) == 0
