"""The truth of one seed without hospital rows: who people are, and their time at risk.

The draws are those of `build`, so that the people are the ones of its records. A world takes about
a second instead of a minute, and measures can be tried on hundreds of them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..people.block import start_people
from ..people.condition import build_condition
from ..people.risk import find_able
from ..people.traits import home_on, person_codes
from ..people.travel import align_travel
from ..setting.dates import NEVER, day
from ..setting.shared import PairSetting, Setting, build_setting
from .population import share_population
from .risk_time import SEXES, add_up_risk

__all__ = ["TrueWorld", "draw_world", "find_first", "find_pair"]


@dataclass(frozen=True)
class TrueWorld:
    """The truth of one world, seed and pair.

    Parameters
    ----------
    people
        One row a person with the condition: PSEUDO_HESID, kind, sex, birth_date, ethnicity;
        imd_quintile, minutes_to_centre and region of the home on the day of the start, for others
        on that of the approval; first_coded, eligible_since, coded (with the condition in HES,
        and alive at the approval), alive_at_approval, treated, start_date; at_risk_from and
        at_risk_to, between which the person is eligible, known long enough, alive and not yet
        treated (missing for whoever never is); and months_at_risk, the months in which they could
        start, that of the start among them.
    risk_time
        From `add_up_risk`: person-years, starts and expected starts of like people.
    population
        From `share_population`.
    carried
        month (since January 1970) and n: starts that had to wait for the next month.
    """

    people: pd.DataFrame
    risk_time: pd.DataFrame
    population: pd.DataFrame
    carried: pd.DataFrame


def draw_world(world: str, seed: int | None = None, pair: str = "sle-belimumab") -> TrueWorld:
    """Draw the people of a pair and who of them starts, as `build` does, and no records.

    Parameters
    ----------
    world
        The name of a declared world.
    seed
        Of all draws, those of the geography among them; the declared one when None.
    pair
        The name of a declared pair.

    Raises
    ------
    UserError
        The world is not known.
    ValueError
        The pair is not known, or has a quota that the world meets.
    """
    setting = build_setting(world, seed)
    position = find_pair(setting, pair)
    own = setting.narrow_to(position)
    drawn, _, carried = start_people(build_condition(find_first(setting, position), own), own)
    months, risk_time = add_up_risk(drawn, own)
    people = _describe(align_travel(drawn, own), drawn, months, own)
    return TrueWorld(people, risk_time, share_population(own), carried)


def find_pair(setting: Setting, pair: str) -> int:
    """Return the position of a pair among those declared.

    Raises
    ------
    ValueError
        The pair is not known.
    """
    names = [declared["pair"] for declared in setting.pairs]
    if pair not in names:
        raise ValueError(f"{pair} is not one of the declared pairs: {', '.join(names)}")
    return names.index(pair)


def find_first(setting: Setting, position: int) -> int:
    """Return the identifier of the first person of a pair: they come one pair after another."""
    start = int(setting.england["background"]["people"])
    for earlier in range(position):
        before = build_condition(start, setting.narrow_to(earlier))
        start = int(before["uid"].max()) + 1 + setting.pairs[earlier]["forms"]["unlinked"]
    return start


def _describe(
    people: pd.DataFrame, drawn: pd.DataFrame, months: pd.Series, setting: PairSetting
) -> pd.DataFrame:
    """Return one row a person; `people` have the homes of the records, `drawn` those before."""
    geo, treatment = setting.geo, setting.pair["treatment"]
    start = people["start"].to_numpy()
    home = home_on(people, np.where(start < NEVER, start, day(treatment["approved"])))
    groups = np.array(list(setting.england["ethnic_groups"]))
    regions = np.array([row["name"] for row in setting.england["regions"]])
    able = find_able(drawn, treatment).reindex(people.index)
    enters, leaves = (able[name].fillna(NEVER).to_numpy(np.int64) for name in ("enters", "leaves"))
    until = np.minimum.reduce([leaves, start, np.full(len(people), day(treatment["window"]["to"]))])
    enters = np.where(enters < until, enters, NEVER)
    return pd.DataFrame(
        {
            "PSEUDO_HESID": person_codes(people["uid"].to_numpy(), setting.draw)[0],
            "kind": people["kind"].to_numpy(),
            "sex": np.array(SEXES)[people["sex"].to_numpy() - 1],
            "birth_date": _date(people["born"].to_numpy()),
            "ethnicity": groups[people["group"]],
            "imd_quintile": geo.quintile[home],
            "minutes_to_centre": setting.service.nearest[home],
            "region": regions[geo.areas["region"].to_numpy()[home]],
            "first_coded": _date(people["coded"].to_numpy()),
            "eligible_since": _date(people["eligible_since"].to_numpy()),
            "coded": (people["kind"] == "coded_alive").to_numpy(),
            "alive_at_approval": ~people["kind"].isin(["coded_died", "coded_unknown"]).to_numpy(),
            "treated": start < NEVER,
            "start_date": _date(start),
            "at_risk_from": _date(enters),
            "at_risk_to": _date(np.where(enters < NEVER, until, NEVER)),
            "months_at_risk": months.reindex(people.index, fill_value=0).to_numpy(),
        }
    )


def _date(days: np.ndarray) -> np.ndarray:
    """Return days as dates, NaT for the day that does not come."""
    found = days.astype("datetime64[D]").astype("datetime64[s]")
    return np.where(days < NEVER, found, np.datetime64("NaT", "s"))
