"""Where a contact takes place: the centre a person attends, the local trust, or one nearby."""

import numpy as np
import pandas as pd

from ..people.traits import home_on
from ..setting.shared import PairSetting

__all__ = ["draw_place"]


def draw_place(
    people: pd.DataFrame,
    p: np.ndarray,
    on: np.ndarray,
    to_centre: np.ndarray,
    near: np.ndarray,
    ids: np.ndarray,
    setting: PairSetting,
) -> dict[str, np.ndarray]:
    """Return `prov` (position in the providers) and `home` (that in the areas) of each contact.

    Parameters
    ----------
    p, on
        Person and day of each contact.
    to_centre
        Which contacts are at the specialised centre that the person attends: the one that
        `people` names (`centre`), or the nearest (−1).
    near
        Which of the others are never away from the local trust.
    """
    geo, service, draw = setting.geo, setting.service, setting.draw
    home = home_on(people, on, p)
    local = geo.areas["trust"].to_numpy()[home]
    n, first = len(geo.providers), geo.centres
    away = draw.chance("away", ids, 0.08) & ~near
    other = first + (local - first + 1 + draw.below("where away", ids, 5)) % (n - first)
    chosen = people["centre"].to_numpy()[p]
    centre = np.where(chosen >= 0, chosen, service.centre[home])
    prov = np.where(to_centre, centre, np.where(away, other, local))
    return {"prov": prov.astype(np.int16), "home": home.astype(np.int32)}
