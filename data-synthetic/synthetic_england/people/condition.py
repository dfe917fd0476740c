"""People with the condition of a pair: first code, survival, how active the disease is."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from ..declarations.load import Declared
from ..setting.dates import NEVER, day, span, year_of
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting
from .traits import count_contacts, draw_death, draw_ethnicity, draw_homes

__all__ = ["build_condition", "first_year", "simulate_activity"]

LAST_YEAR = 2025  # of disease activity
LARGER, LARGEST = 1.25, 20.0  # a pool that is too small grows by so much, up to so many times


def first_year(pair: Declared) -> int:
    """Return the first year of simulated disease activity: that of the drug's approval."""
    return int(year_of(np.array([day(pair["treatment"]["approved"])]))[0])


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


def _set_uncoded(people: pd.DataFrame, sizes: Declared, setting: Setting) -> pd.DataFrame:
    """Make some of the living uncoded: the declared number, or more of the groups a world names."""
    england, world, draw = setting.england, setting.world, setting.draw
    alive = people.index[(people["kind"] == "coded_alive") & people["traced"]]
    uid = people.loc[alive, "uid"].to_numpy()
    kind = np.full(len(alive), "coded_alive", dtype=object)
    for group, chance in world["coding"].get("uncoded", {}).items():
        number = list(england["ethnic_groups"]).index(group)
        lost = draw.chance("group uncoded", uid, chance) & (people.loc[alive, "group"] == number)
        kind[lost.to_numpy()] = "uncoded_by_group"
    others = np.flatnonzero(kind == "coded_alive")
    kind[others[draw.first("uncoded", uid[others], sizes["uncoded"])]] = "uncoded"
    people.loc[alive, "kind"] = kind
    return people


def simulate_activity(
    people: pd.DataFrame, setting: PairSetting
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the latent yearly disease activity and the people with serology and eligible_since.

    Activity is a first-order autoregression around a personal mean; a person becomes eligible in
    the first year in which it reaches the threshold while the markers, where the pair has any,
    satisfy the criteria of the time. The age below which nobody is eligible is `adult`.
    """
    england, pair, draw = setting.england, setting.pair, setting.draw
    disease, treatment = pair["disease"], pair["treatment"]
    uid = people["uid"].to_numpy()
    groups = list(england["ethnic_groups"])
    lift = np.array([disease["group"].get(group, 0.0) for group in groups])
    level = disease["mean"] + lift[people["group"]] + disease["between"] * draw.normal("level", uid)
    keep, step = disease["persistence"], np.sqrt(1 - disease["persistence"] ** 2)
    swing = draw.normal("activity 0", uid)
    begins = first_year(pair)
    years = LAST_YEAR - begins + 1
    score = np.empty((len(people), years), dtype=np.float32)
    born = people["born"].to_numpy()
    for i in range(years):
        if i:
            swing = keep * swing + step * draw.normal(f"activity {i}", uid)
        age = (day(f"{begins + i}-07-01") - born) / 365.25
        value = level + disease["age_slope"] * (age - 45) + disease["within"] * swing
        score[:, i] = np.round(np.maximum(value, 0), 1)
    marks = _draw_markers(uid, disease.get("serology"), draw)
    needs = np.array([_needed(treatment, begins + i) for i in range(years)])
    able = (score >= disease["eligible_from"]) & (marks.sum(axis=1)[:, None] >= needs)
    begin = np.array([day(f"{begins + i}-01-01") for i in range(years)])[able.argmax(axis=1)]
    adult = born + int(disease["adult"] * 365.25) + 1
    since = np.maximum.reduce(
        [
            begin + draw.below("eligible day", uid, 360),
            adult,
            people["coded"].to_numpy(),
            np.full(len(people), day(treatment["approved"])),
        ]
    )
    eligible = able.any(axis=1) & (since <= people["last"].to_numpy())
    people = people.assign(
        dsdna=marks[:, 0],
        low_complement=marks[:, 1],
        eligible_since=np.where(eligible, since, NEVER).astype(np.int32),
    )
    return score, people


def _draw_markers(uid: np.ndarray, marks: Declared | None, draw: Draws) -> np.ndarray:
    """Draw two correlated markers of serology; nobody has them where none are declared."""
    if marks is None:
        return np.zeros((len(uid), 2), dtype=bool)
    one = draw.normal("dsdna", uid)
    two = marks["together"] * one + np.sqrt(1 - marks["together"] ** 2) * draw.normal("c3c4", uid)
    return np.stack([ndtr(one) < marks["anti_dsdna"], ndtr(two) < marks["low_complement"]], axis=1)


def _needed(treatment: Declared, year: int) -> int:
    """Number of serology markers that the criteria in force in the middle of a year ask for."""
    rows = treatment.get("criteria", [{"from": treatment["approved"], "needs": 0}])
    force = [row for row in rows if day(row["from"]) <= day(f"{year}-07-01")]
    return force[-1]["needs"] if force else rows[0]["needs"]
