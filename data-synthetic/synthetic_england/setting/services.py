"""The specialised service of a pair: which hospitals are its centres, and how far they are."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..declarations.load import Declared
from .geography import Geography

__all__ = ["Service", "build_service"]


@dataclass(frozen=True)
class Service:
    """The centres of one service.

    A hospital may be a centre of several services: its code is the same in each, and so is the
    way there.

    Parameters
    ----------
    declared
        service (its name in the table of centres) and name (of one centre).
    sites
        Positions of the centres in the providers.
    minutes
        LSOA × centre, off-peak minutes.
    """

    declared: Declared
    sites: np.ndarray
    minutes: np.ndarray

    @cached_property
    def nearest(self) -> np.ndarray:
        """Minutes from each LSOA to its nearest centre."""
        return self.minutes.min(axis=1)

    @cached_property
    def centre(self) -> np.ndarray:
        """Position in the providers of each LSOA's nearest centre."""
        return self.sites[self.minutes.argmin(axis=1)].astype(np.int16)

    def minutes_to(self, home: np.ndarray, provider: np.ndarray) -> np.ndarray:
        """Return the minutes from areas to providers, missing where one is not a centre."""
        place = np.full(int(max(self.sites.max(), provider.max(initial=0))) + 1, -1)
        place[self.sites] = np.arange(len(self.sites))
        column = place[provider]
        found = self.minutes[home, np.maximum(column, 0)].astype(float)
        return np.where(column >= 0, found, np.nan)


def build_service(declared: Declared, england: Declared, geo: Geography) -> Service:
    """Choose the centres of a service among the specialised hospitals.

    Parameters
    ----------
    declared
        service, name, and `by_region`: how many of each region's specialised hospitals, the
        largest first. Without `by_region` all of them.

    Raises
    ------
    ValueError
        A region has fewer specialised hospitals than are declared.
    """
    region = geo.providers["region"].to_numpy()[: geo.centres]
    sites = np.arange(geo.centres)
    if "by_region" in declared:
        chosen = []
        for number, row in enumerate(england["regions"]):
            inside, wanted = sites[region == number], declared["by_region"].get(row["name"], 0)
            if wanted > len(inside):
                raise ValueError(
                    f"{row['name']}: {wanted} centres of this service are declared, but the "
                    f"region has {len(inside)} specialised hospitals"
                )
            chosen.append(inside[:wanted])
        sites = np.concatenate(chosen)
    return Service(declared, sites, geo.minutes[:, sites])
