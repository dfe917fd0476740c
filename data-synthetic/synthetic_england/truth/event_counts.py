"""The events of one seed without hospital rows: how many stays of each person have each of them.

The draws are those of `build`, so that the counts are those of its records, but for planted faults.
"""

import numpy as np
import pandas as pd

from rareaccess.core.errors import UserError

from ..hospital.events import draw_events
from ..hospital.spell_sources import gather_spells
from ..people.block import start_people
from ..people.condition import build_condition
from ..people.traits import person_codes
from ..setting.dates import NEVER, day
from ..setting.shared import PairSetting, build_setting
from .people_only import find_first, find_pair

__all__ = ["count_events"]


def count_events(
    world: str,
    seed: int | None = None,
    pair: str = "sle-belimumab",
    *,
    begin: str,
    end: str,
    strength: float = 1.0,
) -> pd.DataFrame:
    """Count the stays of each person with each event of the pair, without making records.

    Only stays that anybody may have are counted, and those of the first code. Those which belong to
    a treatment are not: the stays of the half year before it, and its infusions. So the counts are
    those of the records for whoever has not started before `begin` and starts half a year or more
    after `end`; and as long as nobody has a planted fault.

    Parameters
    ----------
    world, seed, pair
        As of `draw_world`.
    begin, end
        The first day that counts, and the first that does not, as YYYY-MM-DD.
    strength
        Times the declared loading of each anchor: 0.5 and 2 show what a result owes to it.

    Returns
    -------
    pandas.DataFrame
        PSEUDO_HESID, stays (from the first code on), and one column an event: stays with it.

    Raises
    ------
    ValueError
        The pair is not known.
    UserError
        The world is not known, or `end` is not after `begin`.
    """
    if not day(begin) < day(end):
        raise UserError(
            "The days between which events count are not in order.",
            where="begin and end of count_events",
            found=f"{begin} and {end}",
            expected="a day, and a later one",
            mend="Give the first day that counts, then the first that does not.",
        )
    setting = build_setting(world, seed)
    position = find_pair(setting, pair)
    own = setting.narrow_to(position)
    people, score, _ = start_people(build_condition(find_first(setting, position), own), own)
    stays = _list_stays(people, own)
    inside = (stays["adm"] >= day(begin)) & (stays["adm"] < day(end))
    inside &= stays["adm"] >= people["coded"].to_numpy()[stays["p"]]
    stays = stays[inside]
    found = draw_events(stays, people, pd.DataFrame(score), own, strength=strength)
    counts = {
        name: np.bincount(stays["p"], weights=happens, minlength=len(people)).astype(np.int64)
        for name, happens in ({"stays": np.ones(len(stays))} | found).items()
    }
    hesid = person_codes(people["uid"].to_numpy(), own.draw)[0]
    return pd.DataFrame({"PSEUDO_HESID": hesid} | counts)


def _list_stays(people: pd.DataFrame, setting: PairSetting) -> pd.DataFrame:
    """Return the stays that do not belong to a treatment; around its start there are none."""
    started = np.flatnonzero(people["start"].to_numpy() < NEVER)
    plan = pd.DataFrame({"p": started, "uid": people["uid"].to_numpy()[started], "route": ""})
    plan["start"] = people["start"].to_numpy()[started]
    days = pd.DataFrame({"row": [], "day": [], "place": [], "what": []}).astype(
        {"row": np.int64, "day": np.int64, "place": np.int64, "what": object}
    )
    return gather_spells(people.assign(role=""), plan, days, setting)
