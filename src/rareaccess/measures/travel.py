"""Travel of the treated: to the nearest centre and to the one that applied."""

import pandas as pd

__all__ = ["compare_journeys"]


def compare_journeys(travel: pd.DataFrame) -> dict[str, pd.Series]:
    """Return minutes to the nearest centre and to the one that applied, and how many more they are.

    Parameters
    ----------
    travel
        The mart; people of whom one of the two is missing are left out.

    Examples
    --------
    >>> travel = pd.DataFrame({"minutes": [20.0, 8.0], "treating_centre_minutes": [35.5, None]})
    >>> {name: values.tolist() for name, values in compare_journeys(travel).items()}
    {'nearest': [20.0], 'treating': [35.5], 'extra': [15.5]}
    """
    both = travel.dropna(subset=["minutes", "treating_centre_minutes"])
    nearest, treating = both["minutes"], both["treating_centre_minutes"]
    return {"nearest": nearest, "treating": treating, "extra": treating - nearest}
