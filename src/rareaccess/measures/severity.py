"""Severity scores as the forms give them: how many of each value, and how many are unusable."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Profile
from rareaccess.marts.levels import SCORES
from rareaccess.measures.merging import place_rows

__all__ = ["UNUSABLE", "count_scores", "count_statuses", "list_unmet"]

UNUSABLE = SCORES[2:]
WIDE = 5  # points of a bin under a profile that controls anything


def count_scores(
    severity: pd.DataFrame, *, threshold: float, bars: int = 40, profile: Profile | None = None
) -> pd.DataFrame:
    """Counts of people by score, with a row for each kind of score that cannot be used.

    The bins start at the threshold and go both ways, so that none straddles it; they are one
    point wide unless that would give more bins than `bars`.

    Parameters
    ----------
    severity
        One row a person: `score` (missing where not usable), `status` (one of `SCORES`).
    threshold
        Eligible at or above this value.
    bars
        The most bins.
    profile
        Of disclosure control. One that controls anything has bins of five points at least, merged
        until none is hidden, and open at both ends: the least and the most score are one person's.

    Returns
    -------
    DataFrame
        `level` (text), `kind` (below, above, unusable) and `n`.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [9, 10, 12, None],
    ...                      "status": ["below threshold", *["at or above threshold"] * 2,
    ...                                 "missing"]})
    >>> count_scores(data, threshold=10).to_dict("list")["n"]
    [1, 1, 0, 1, 1, 0, 0]
    """
    _check_statuses(severity)
    known = severity["score"].astype("Float64").dropna().to_numpy(dtype=float)
    low, high = (known.min(), known.max()) if len(known) else (threshold, threshold)
    controls = bool(profile and profile.controls)
    width = max(WIDE if controls else 1, int(np.ceil((high - low + 1) / bars)))
    first = threshold - width * np.ceil((threshold - low) / width) if low < threshold else threshold
    edges = np.arange(first, high + width + 0.5, width)
    edges = edges if edges[-1] > high else np.append(edges, edges[-1] + width)
    counts, _ = np.histogram(known, bins=edges)
    text = [f"{edge:g}" if width == 1 else f"{edge:g}–{edge + width - 1:g}" for edge in edges[:-1]]
    kinds = ["below" if edge < threshold else "above" for edge in edges[:-1]]
    if profile and controls:
        text, kinds, counts = _merge_bins(counts, edges, kinds, profile)
    other = severity["status"].value_counts()
    return pd.DataFrame(
        {
            "level": [*text, *UNUSABLE],
            "kind": [*kinds, *["unusable"] * len(UNUSABLE)],
            "n": [*counts.astype(int), *(int(other.get(status, 0)) for status in UNUSABLE)],
        }
    )


def _merge_bins(
    counts: np.ndarray, edges: np.ndarray, kinds: list[str], profile: Profile
) -> tuple[list[str], list[str], np.ndarray]:
    """Merge the bins on either side of the threshold; the first and the last are open."""
    side = np.array(kinds)
    rows: list[tuple[float, float, str, int]] = []
    for kind in dict.fromkeys(kinds):
        own = np.flatnonzero(side == kind)
        places = np.array(place_rows(pd.DataFrame({"n": counts[own]}), profile))
        for place in dict.fromkeys(places.tolist()):
            inside = own[places == place]
            rows.append((edges[inside[0]], edges[inside[-1] + 1], kind, int(counts[inside].sum())))
    text = [f"{low:g}–{high - 1:g}" for low, high, *_ in rows]
    if len(rows) > 1:
        text[0] = f"under {rows[0][1]:g}"
        text[-1] = f"{rows[-1][0]:g} or more"
    return text, [row[2] for row in rows], np.array([row[3] for row in rows], dtype="int64")


def count_statuses(severity: pd.DataFrame, *, rules: Sequence[str]) -> pd.DataFrame:
    """Counts of people by status of their score, in all and under each dated rule.

    Returns
    -------
    DataFrame
        `level` (status), `total` and one column for each rule.

    Examples
    --------
    >>> data = pd.DataFrame({"status": ["missing", "below threshold"], "criterion": ["A", "B"]})
    >>> count_statuses(data, rules=["A", "B"]).set_index("level").loc["missing"].tolist()
    [1, 1, 0]
    """
    _check_statuses(severity)
    strange = sorted(set(severity["criterion"].dropna()) - set(rules))
    if strange or severity["criterion"].isna().any():
        raise UserError(
            "An application was approved under a rule that is not named.",
            "mart severity, column criterion",
            found=", ".join(strange) or "none",
            expected=", ".join(rules),
        )
    table: dict[str, list] = {"level": list(SCORES), "total": []}
    table["total"] = [int((severity["status"] == status).sum()) for status in SCORES]
    for rule in rules:
        statuses = severity.loc[severity["criterion"] == rule, "status"]
        table[rule] = [int((statuses == status).sum()) for status in SCORES]
    return pd.DataFrame(table)


def list_unmet(severity: pd.DataFrame) -> pd.DataFrame:
    """List the people without a score at or above the threshold: lower, or of no use.

    Examples
    --------
    >>> list_unmet(pd.DataFrame({"status": ["missing", "at or above threshold"]})).index.tolist()
    [0]
    """
    _check_statuses(severity)
    return severity[severity["status"] != SCORES[0]]


def _check_statuses(severity: pd.DataFrame) -> None:
    strange = sorted(set(severity["status"].astype(str)) - set(SCORES))
    if strange:
        raise UserError(
            "A score has an unknown status.",
            "mart severity, column status",
            found=", ".join(strange),
            expected=", ".join(SCORES),
        )
