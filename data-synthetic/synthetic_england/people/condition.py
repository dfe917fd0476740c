"""People with the condition of a pair: first code, survival, who is never coded with it."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from ..declarations.load import Declared
from ..setting.dates import NEVER, day, span
from ..setting.draws import Draws
from ..setting.shared import PairSetting
from .traits import by_fifth, count_contacts, draw_death, draw_ethnicity, draw_homes

__all__ = ["build_condition"]

LARGER, LARGEST = 1.25, 20.0  # a pool that is too small grows by so much, up to so many times


def build_condition(start: int, setting: PairSetting) -> pd.DataFrame:
    """Draw a pool of people with the condition and keep the declared number of each kind.

    The kinds are coded_alive, coded_died, coded_unknown (of unknown vital status) and uncoded; and
    uncoded_by_group, as many as the pool holds beside those. A pool that holds too few of a kind
    is drawn again, larger, so that every world and seed has the declared numbers.

    Raises
    ------
    ValueError
        A kind is so rare that no pool of `LARGEST` times the declared people holds enough.
    """
    declared = setting.pair["condition"]
    sizes, times = declared["sizes"], declared["pool"]
    while True:
        pool = _draw_pool(start, int(sum(sizes.values()) * times), setting)
        kinds = pool["kind"].to_numpy()
        short = {k: int((kinds == k).sum()) for k, n in sizes.items() if (kinds == k).sum() < n}
        if not short:
            break
        times *= LARGER
        if times > LARGEST:
            raise ValueError(f"the pool holds too few people of these kinds: {short}")
    people = pool.loc[_choose_kept(kinds, sizes)].reset_index(drop=True)
    for table, rate in (("apc", "admissions_a_year"), ("op", "appointments_a_year")):
        people[f"n_{table}"] = count_contacts(
            people, table, declared[rate], declared["spread"], setting
        )
    return draw_homes(people, setting)


def _choose_kept(kinds: np.ndarray, sizes: Declared) -> np.ndarray:
    """Return the rows of a pool that stay: the first of each kind, as many as are declared.

    Whoever is uncoded because of their group stays if they stand before the last of the coded who
    do, so that they are the share of the living that the world says.
    """
    kept = [np.flatnonzero(kinds == kind)[:size] for kind, size in sizes.items()]
    end = np.flatnonzero(kinds == "coded_alive")[sizes["coded_alive"] - 1]
    beside = np.flatnonzero(kinds == "uncoded_by_group")
    return np.sort(np.concatenate([*kept, beside[beside < end]]))


def _draw_pool(start: int, n: int, setting: PairSetting) -> pd.DataFrame:
    """Draw `n` people with the condition, each of a kind."""
    england, pair, draw = setting.england, setting.pair, setting.draw
    declared = pair["condition"]
    uid = start + np.arange(n, dtype=np.uint64)
    approved = day(pair["treatment"]["approved"])
    end, trace = day(england["windows"]["apc"]["to"]), day(england["windows"]["trace"])
    shares = {
        row["id"].split("_")[1]: row["target"]
        for row in pair["calibration"]
        if row["id"].startswith("ethnicity_")
    }
    women = next(row["target"] for row in pair["calibration"] if row["id"] == "female_condition")
    sex = np.where(draw.chance("female", uid, women), 2, 1).astype(np.int8)
    coded, born = _draw_onset(declared, sex, uid, approved, draw)
    group, ethnos = draw_ethnicity(uid, shares, england, draw)
    death = draw_death(born, coded, uid, declared["mortality"], setting)
    dies = death <= trace
    traced = ~draw.chance("untraced", uid, england["untraced"]) | (dies & (death > approved))
    gone = coded + (draw.uniform("gone", uid) * (end - coded + 900)).astype(np.int64)
    death = np.where(dies & traced, death, NEVER)
    last = np.minimum(np.where(traced, death, gone), end)
    early = declared["known_before"] * 365.25 * draw.exponential("known before", uid)
    first = np.maximum(np.maximum(day(england["windows"]["apc"]["from"]), born), coded - early)
    people = pd.DataFrame(
        {
            "uid": uid,
            "kind": "coded_alive",
            "sex": sex,
            "born": born.astype(np.int32),
            "death": death.astype(np.int32),
            "traced": traced,
            "group": group,
            "ethnos": ethnos,
            "first": first.astype(np.int32),
            "last": np.maximum(last, coded).astype(np.int32),
            "coded": coded.astype(np.int32),
        }
    )
    people.loc[death < approved, "kind"] = "coded_died"
    people.loc[~traced & (people["last"] < approved), "kind"] = "coded_unknown"
    return _set_uncoded(people, declared["sizes"], setting)


def _draw_onset(
    declared: Declared, sex: np.ndarray, uid: np.ndarray, approved: int, draw: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the day of the first code and the day of birth."""
    begin, end = span(declared["first_coded"])
    when = draw.uniform("first coded", uid) ** declared["first_coded"]["bend"]
    coded = begin + (when * (end - begin)).astype(np.int64)
    mean, sd = np.where(
        sex == 2, *np.array([declared["age"]["women"], declared["age"]["men"]])[:, :, None]
    )
    low, high = declared["age"]["least"], declared["age"]["most"]
    edge_low, edge_high = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    place = edge_low + (edge_high - edge_low) * draw.uniform("age at code", uid)
    born = coded - ((mean + sd * ndtri(place)) * 365.25).astype(np.int64)
    return coded, np.minimum(born, approved - 90)


def _set_uncoded(people: pd.DataFrame, sizes: Declared, setting: PairSetting) -> pd.DataFrame:
    """Make some of the living uncoded: the declared number, and more where a world says so."""
    england, draw = setting.england, setting.draw
    coding = setting.world["coding"]
    alive = people.index[(people["kind"] == "coded_alive") & people["traced"]]
    uid = people.loc[alive, "uid"].to_numpy()
    kind = np.full(len(alive), "coded_alive", dtype=object)
    for group, chance in coding.get("uncoded", {}).items():
        number = list(england["ethnic_groups"]).index(group)
        lost = draw.chance("group uncoded", uid, chance) & (people.loc[alive, "group"] == number)
        kind[lost.to_numpy()] = "uncoded_by_group"
    if "uncoded_by_fifth" in coding:
        chance = by_fifth(
            draw_homes(people.loc[alive], setting), coding["uncoded_by_fifth"], setting
        )
        kind[draw.chance("fifth uncoded", uid, chance)] = "uncoded_by_group"
    others = np.flatnonzero(kind == "coded_alive")
    kind[others[draw.first("uncoded", uid[others], sizes["uncoded"])]] = "uncoded"
    people.loc[alive, "kind"] = kind
    return people
