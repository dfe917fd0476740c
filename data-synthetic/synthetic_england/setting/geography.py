"""The synthetic England's geography: small areas, deprivation, trusts, centres, travel times."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from ..declarations.load import Declared, load_boards, load_population
from .boards import mark_coast, place_boards, region_of_boards
from .draws import Draws

__all__ = ["Geography", "build_geography", "group_by_rank"]


@dataclass(frozen=True)
class Geography:
    """Areas (one row an LSOA), providers and travel times.

    Parameters
    ----------
    areas
        code, msoa, district, region (position in the declaration), urban, x, y, rank, trust (the
        position in `providers` of the nearest local trust), board (position among the declared
        boards), nhs_region (that of the board), coastal.
    providers
        code, x, y, lsoa, region; the specialised hospitals come first.
    minutes
        LSOA × specialised hospital, off-peak minutes, to one decimal.
    """

    areas: pd.DataFrame
    providers: pd.DataFrame
    minutes: np.ndarray

    @property
    def centres(self) -> int:
        """Number of specialised hospitals."""
        return self.minutes.shape[1]

    @cached_property
    def quintile(self) -> np.ndarray:
        """IMD quintile of each LSOA, 1 most deprived."""
        return group_by_rank(self.areas["rank"], 5)


def build_geography(england: Declared, draw: Draws) -> Geography:
    """Draw LSOAs around districts, rank them by deprivation and time the roads to the centres."""
    regions = england["regions"]
    districts = _place_districts(regions, draw)
    areas = _place_areas(districts, england, draw)
    providers = _place_providers(districts, areas, regions)
    centres = sum(region["centres"] for region in regions)
    minutes = _time_roads(areas, providers[:centres], england["travel"], draw)
    local = cKDTree(providers.loc[centres:, ["x", "y"]].to_numpy())
    areas["trust"] = (local.query(areas[["x", "y"]].to_numpy())[1] + centres).astype(np.int16)
    return Geography(_add_boards(areas, regions), providers, minutes)


def _add_boards(areas: pd.DataFrame, regions: list[Declared]) -> pd.DataFrame:
    """Add the board of each area, its NHS region, and whether it lies on the coast."""
    boards, places = load_boards(), areas[["x", "y"]].to_numpy()
    placed = np.array([region["nhs"] for region in regions])[areas["region"]]
    board = place_boards(places, group_by_rank(areas["rank"], 5), placed, boards)
    return areas.assign(
        board=board,
        nhs_region=np.array(region_of_boards(boards))[board],
        coastal=mark_coast(places, board, boards, load_population()["coast"]),
    )


def group_by_rank(ranks: pd.Series, groups: int) -> np.ndarray:
    """Return the deprivation group of each area from its rank, 1 the most deprived."""
    return -(-groups * ranks.to_numpy() // len(ranks))


def _place_districts(regions: list[Declared], draw: Draws) -> pd.DataFrame:
    """Place districts around the region's cities, one for each centre, and share out its LSOAs."""
    parts, start = [], 0
    for number, region in enumerate(regions):
        n = region["districts"]
        ids = np.arange(start, start + n)
        size = np.exp(0.5 * draw.normal("district size", ids))
        size[: region["centres"]] *= 3 if region["centres"] < n / 4 else 1.2
        quota = size / size.sum() * region["lsoas"]
        lsoas = np.floor(quota).astype(int)
        city = np.concatenate(
            [np.arange(region["centres"]), draw.below("city", ids, region["centres"])]
        )
        city = city[:n]
        far = region["spread"] * np.exp(0.95 * np.minimum(draw.normal("district far", ids), 1.6))
        far[: region["centres"]] = 0.0
        turn = 2 * np.pi * draw.uniform("district turn", ids)
        cities = 100 * number + city
        short = region["lsoas"] - lsoas.sum()
        lsoas[np.argsort(-(quota - lsoas), kind="stable")[:short]] += 1
        parts.append(
            pd.DataFrame(
                {
                    "region": number,
                    "lsoas": lsoas,
                    "x": region["x"]
                    + region["wide"] * draw.normal("city x", cities)
                    + far * np.cos(turn),
                    "y": region["y"]
                    + region["wide"] * draw.normal("city y", cities)
                    + far * np.sin(turn),
                    "urban": draw.uniform("district urban", ids) < region["urban"],
                    "deprived": region["deprived"] + 0.55 * draw.normal("district imd", ids),
                }
            )
        )
        start += n
    districts = pd.concat(parts, ignore_index=True)
    districts["code"] = [f"E07{800000 + i:06d}" for i in range(len(districts))]
    return districts


def _place_areas(districts: pd.DataFrame, england: Declared, draw: Draws) -> pd.DataFrame:
    """Scatter LSOAs around their district and rank them, 1 the most deprived."""
    home = np.repeat(np.arange(len(districts)), districts["lsoas"])
    n = len(home)
    ids = np.arange(n)
    dropped = draw.first("code gaps", np.arange(32482), england["last_lsoa_code"] - n)
    numbers = np.delete(np.arange(1, england["last_lsoa_code"] + 1), dropped)
    urban = draw.uniform("area urban", ids) < np.where(
        districts["urban"].to_numpy()[home], 0.95, 0.4
    )
    spread = np.where(urban, 3.5, 11.0)
    deprived = (
        districts["deprived"].to_numpy()[home] + 0.5 * urban + 0.85 * draw.normal("area imd", ids)
    )
    rank = np.empty(n, dtype=np.int32)
    rank[np.argsort(-deprived, kind="stable")] = np.arange(1, n + 1)
    msoa = ids * england["msoas"] // n
    return pd.DataFrame(
        {
            "code": [f"E01{number:06d}" for number in numbers],
            "msoa": [f"E02{number + 1:06d}" for number in msoa],
            "district": districts["code"].to_numpy()[home],
            "region": districts["region"].to_numpy()[home].astype(np.int8),
            "urban": urban,
            "x": districts["x"].to_numpy()[home] + spread * draw.normal("area x", ids),
            "y": districts["y"].to_numpy()[home] + spread * draw.normal("area y", ids),
            "rank": rank,
        }
    )


def _place_providers(
    districts: pd.DataFrame, areas: pd.DataFrame, regions: list[Declared]
) -> pd.DataFrame:
    """Put centres, then local trusts, in the largest districts of each region."""
    order = districts.sort_values(["region", "lsoas"], ascending=[True, False], kind="stable")
    first_area = np.concatenate([[0], np.cumsum(districts["lsoas"])[:-1]])
    rows = []
    for kind in ("centres", "trusts"):
        for number, region in enumerate(regions):
            inside = order.index[order["region"] == number]
            chosen = [inside[i % len(inside)] for i in range(region[kind])]
            sites = [first_area[d] + (i // len(inside)) for i, d in enumerate(chosen)]
            rows += [(kind, number, site) for site in sites]
    site = np.array([row[2] for row in rows])
    kinds = np.array([row[0] for row in rows])
    n_centres = int((kinds == "centres").sum())
    local = [f"{'ZYXW'[i // 99]}{i % 99 + 1:02d}" for i in range(len(rows) - n_centres)]
    return pd.DataFrame(
        {
            "code": [f"R{i + 1:02d}" for i in range(n_centres)] + local,
            "region": [row[1] for row in rows],
            "lsoa": areas["code"].to_numpy()[site],
            "x": areas["x"].to_numpy()[site],
            "y": areas["y"].to_numpy()[site],
        }
    )


def _time_roads(
    areas: pd.DataFrame, sites: pd.DataFrame, travel: Declared, draw: Draws
) -> np.ndarray:
    """Turn straight lines into off-peak minutes: slow streets first, faster roads after."""
    dx = areas["x"].to_numpy()[:, None] - sites["x"].to_numpy()
    dy = areas["y"].to_numpy()[:, None] - sites["y"].to_numpy()
    road = np.sqrt(dx * dx + dy * dy) * travel["winding"]
    minutes = np.full(road.shape, float(travel["start_minutes"]))
    done = 0.0
    for leg in travel["legs"]:
        minutes += np.clip(road - done, 0, leg["km"]) / leg["speed"] * 60
        done += leg["km"]
    ids = np.arange(road.size).reshape(road.shape)
    minutes *= np.exp(travel["noise"] * draw.normal("road noise", ids))
    return np.round(minutes, 1).astype(np.float32)
