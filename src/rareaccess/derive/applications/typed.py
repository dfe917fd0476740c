"""What was typed on the forms, counted: names of the drug, forms and indications."""

import pandas as pd

from rareaccess.derive.applications.classify import COUNTS, FORMS, WORDINGS
from rareaccess.flow.reasons import DRUG, REASONS

__all__ = ["count_forms", "count_names"]

MATCHES = ("known", "misspelt", "accepted", "not recognised", "another drug")


def count_names(applications: pd.DataFrame, *, others: int = 0) -> pd.DataFrame:
    """Return the mart of drug names: what matched, how, and how much did not.

    Only names of the audited lists are kept. Any other text on a form may hold anything, a person's
    name included, so that it is counted and not shown: as accepted if somebody has reviewed it,
    else on a form of the drug as not recognised, on another as another drug.

    Parameters
    ----------
    applications
        As `classify_applications` returns them.
    others
        How many more there are that are for another drug.

    Examples
    --------
    >>> typed = pd.DataFrame({"name": ["benlysta", "smith"], "match": ["known", "unknown"],
    ...     "member": None, "form": ["own", "other"]})
    >>> count_names(typed)[["match", "name"]].to_numpy().tolist()
    [['known', 'benlysta'], ['another drug', '']]
    """
    unknown, own = applications["match"] == "unknown", applications["form"] != "other"
    kinds = applications["match"].mask(unknown & own, "not recognised")
    frame = pd.DataFrame(
        {
            "match": kinds.mask(unknown & ~own, "another drug"),
            "member": applications["member"].fillna(""),
            "name": applications["name"].where(
                applications["match"].isin(["known", "misspelt"]), ""
            ),
        }
    )
    rows = [frame.astype("str").assign(applications=1)]
    if others:
        kind = {"match": MATCHES[-1:], "member": "", "name": ""}
        rows.append(pd.DataFrame(kind, dtype="str").assign(applications=others))
    return _count(pd.concat(rows, ignore_index=True), {"match": MATCHES})


def count_forms(applications: pd.DataFrame) -> pd.DataFrame:
    """Return the mart of forms: applications by form and indication, and what was decided.

    Applications for other drugs are left out: nothing in them points at the pair.

    Parameters
    ----------
    applications
        As `classify_applications` returns them.

    Notes
    -----
    A form of the pair's own with another indication counts, and may be a slip on either side: how
    many there are is for people to see.

    Examples
    --------
    >>> typed = pd.DataFrame({"form": ["own", "shared", "other"], "wording": ["another"] * 3,
    ...     "decision": ["counts", "other indication", "other drug"]})
    >>> count_forms(typed).to_numpy().tolist()
    [['own', 'another', 'counts', 1], ['shared', 'another', 'other indication', 1]]
    """
    frame = applications.loc[applications["decision"] != DRUG, ["form", "wording", "decision"]]
    frame = frame.rename(columns={"wording": "indication"}).assign(applications=1)
    orders = {"form": FORMS, "indication": WORDINGS, "decision": (COUNTS, *REASONS["drug"])}
    return _count(frame, orders)


def _count(frame: pd.DataFrame, orders: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Add up the applications of each kind, in the orders of its columns; others by letters."""
    kinds = [name for name in frame if name != "applications"]
    counts = frame.groupby(kinds, as_index=False)["applications"].sum()
    ranks = {name: {level: place for place, level in enumerate(order)}
             for name, order in orders.items()}  # fmt: skip
    return counts.sort_values(
        kinds,
        key=lambda column: column.map(ranks[column.name]) if column.name in ranks else column,
        ignore_index=True,
    )
