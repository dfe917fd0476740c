"""The lists of people, providers and areas that columns of the hospital tables point into."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..declarations.load import Declared
from ..hospital.recording import FOREIGN, NOWHERE
from ..setting.geography import Geography
from .columns import coded

__all__ = ["Pools", "area_columns", "build_pools"]

FOREIGN_AREA = ["W01009999", "W02009999", "W06009999", "W92000004"]  # not in England


@dataclass(frozen=True)
class Pools:
    """The lists of values that columns point into.

    Parameters
    ----------
    hesid, providers
        Identifiers of people and providers, by position.
    residence
        For each column of residence, its values and, for each area, the position among them; the
        last area is one that the English deprivation file does not hold.
    regions
        The region of each area.
    """

    hesid: np.ndarray
    providers: np.ndarray
    residence: dict[str, tuple[np.ndarray, np.ndarray]]
    regions: np.ndarray


def build_pools(hesid: np.ndarray, geo: Geography, england: Declared) -> Pools:
    """Collect the values of the columns that identify people, areas and providers."""
    areas = geo.areas
    regions = np.array([region["ons"] for region in england["regions"]])[areas["region"]]
    columns = {"LSOA11": areas["code"], "MSOA11": areas["msoa"], "RESLADST_ONS": areas["district"]}
    columns["RESGOR_ONS"] = regions
    residence = {
        name: np.unique(np.append(np.asarray(values, dtype=str), foreign), return_inverse=True)
        for (name, values), foreign in zip(columns.items(), FOREIGN_AREA, strict=True)
    }
    return Pools(hesid, geo.providers["code"].to_numpy(str), residence, regions)


def area_columns(lsoa: np.ndarray, pools: Pools) -> dict[str, pa.Array]:
    """Return the columns of residence: area, middle area, district and region."""
    place = np.where(lsoa == FOREIGN, -1, lsoa)  # the last one
    return {
        name: coded(values, np.where(lsoa == NOWHERE, -1, position[place]))
        for name, (values, position) in pools.residence.items()
    }
