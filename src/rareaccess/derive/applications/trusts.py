"""Trusts: who applied for the treated, and whether the trust is a centre of the pair's service."""

import pandas as pd

__all__ = ["build_trusts"]


def build_trusts(treated: pd.DataFrame, centres: pd.DataFrame) -> pd.DataFrame:
    """Return the mart: every centre of the service and every other trust that applied.

    Parameters
    ----------
    treated
        One row a treated person: `trust` that applied (ODS code), `start_date`.
    centres
        `centre_code` of each centre of the service; no row where a source has no list of them.

    Returns
    -------
    pandas.DataFrame
        `trust`, `centre`, `starts`, `first_start`, by trust. A centre that has not prescribed has
        no start and no first day. People whose trust is not known are in no row.

    Notes
    -----
    A trust is a centre when its code is the same. Codes of sites and of trusts that have merged
    have become those of the trust of today, in both frames, before.

    Examples
    --------
    >>> treated = pd.DataFrame({"trust": ["RB", "RB", "RX", None],
    ...     "start_date": pd.to_datetime(["2020-05-01", "2020-02-01", "2021-01-01", "2021-02-01"])})
    >>> build_trusts(treated, pd.DataFrame({"centre_code": ["RA", "RB"]}))
      trust  centre  starts first_start
    0    RA    True       0         NaT
    1    RB    True       2  2020-02-01
    2    RX   False       1  2021-01-01
    """
    known = treated.dropna(subset=["trust"])
    codes = set(centres["centre_code"].dropna())
    trusts = pd.Series(sorted(codes | set(known["trust"])), dtype="str")
    starts = known.groupby("trust")["start_date"].agg(["size", "min"]).reindex(trusts)
    return pd.DataFrame(
        {
            "trust": trusts,
            "centre": trusts.isin(codes),
            "starts": starts["size"].fillna(0).astype("int64").to_numpy(),
            "first_start": starts["min"].to_numpy(),
        }
    )
