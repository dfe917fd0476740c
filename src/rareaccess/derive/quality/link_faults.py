"""Faults of the linkage, counted after the pipeline has chosen whose records are whose."""

import pandas as pd

__all__ = ["count_link_faults"]


def count_link_faults(links: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Count people and NHS numbers with more than one link: name -> (n, how many were looked at).

    Parameters
    ----------
    links
        The best link of each NHS number: `study_id`, `pseudonyms` (of HES that are this person),
        `not_followed` (links of the number to somebody else).

    Examples
    --------
    >>> links = pd.DataFrame({"study_id": [1, 1, 2], "pseudonyms": [2, 2, 1],
    ...                       "not_followed": [0, 1, 0]})
    >>> count_link_faults(links)["several_pseudonyms"]
    (1, 2)
    >>> count_link_faults(links)["links_not_followed"]
    (1, 3)
    """
    people = links.groupby("study_id")["pseudonyms"].agg(["size", "max"])
    return {
        "several_pseudonyms": (int((people["max"] > 1).sum()), len(people)),
        "links_not_followed": (int((links["not_followed"] > 0).sum()), len(links)),
        "several_nhs_numbers": (int((people["size"] > 1).sum()), len(people)),
    }
