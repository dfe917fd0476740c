"""Faults of the linkage, counted after the pipeline has chosen whose records are whose."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["count_link_faults"]


def count_link_faults(
    links: pd.DataFrame, others: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, tuple[int, int]]:
    """Count people and NHS numbers with more than one link: name -> (n, how many were looked at).

    Parameters
    ----------
    links
        The best link of each NHS number: `study_id`, `pseudonyms` (of HES that are this person),
        `not_followed` (links of the number to somebody else).
    others
        The same counts of further people, to which these are added.

    Examples
    --------
    >>> links = pd.DataFrame({"study_id": [1, 1, 2], "pseudonyms": [2, 2, 1],
    ...                       "not_followed": [0, 1, 0]})
    >>> count_link_faults(links)["several_pseudonyms"]
    (1, 2)
    >>> count_link_faults(links, {"links_not_followed": (2, 5)})["links_not_followed"]
    (3, 8)
    """
    people = links.groupby("study_id")["pseudonyms"].agg(["size", "max"])
    counts = {
        "several_pseudonyms": (int((people["max"] > 1).sum()), len(people)),
        "links_not_followed": (int((links["not_followed"] > 0).sum()), len(links)),
        "several_nhs_numbers": (int((people["size"] > 1).sum()), len(people)),
    }
    more = others or {}
    return {
        name: (n + more.get(name, (0, 0))[0], of + more.get(name, (0, 0))[1])
        for name, (n, of) in counts.items()
    }
