"""Events that the record of a stay names beside the rest; most tell how active the disease is.

A pair declares them under `anchors` (more often in active disease) and `control` (as often in quiet
disease as in active). They are codes of stays that exist in any case, so no number of stays, no
visit and no other diagnosis depends on them.
"""

import numpy as np
import pandas as pd

from ..declarations.load import list_events
from ..people.activity import first_year
from ..people.traits import by_fifth
from ..setting.dates import year_of
from ..setting.shared import PairSetting

__all__ = ["draw_events", "write_events"]

MOST = 0.9  # chance of an event in one stay
PLACES = 20  # diagnoses of an episode


def draw_events(
    stays: pd.DataFrame,
    people: pd.DataFrame,
    score: pd.DataFrame,
    setting: PairSetting,
    *,
    strength: float = 1.0,
) -> dict[str, np.ndarray]:
    """Say in which stays each event of the pair happens: a bool a stay, by the event's name.

    An event happens in a stay at its declared `rate` times the exponent of its `loading` for each
    point by which the activity of the year differs from the pair's mean; of a control the loading
    is none. Years before the first of the activity have that of the first. Only stays from the
    first code of the condition on have events, and only of people with an activity.

    Parameters
    ----------
    stays
        With p (position in `people`), rid (of the stay) and adm (day).
    people
        With coded, and with homes: a world may record events more often in deprived areas.
    score
        Disease activity a year of those who have the condition; its index is their position.
    strength
        Times the declared loadings.
    """
    pair, world, draw = setting.pair, setting.world, setting.draw
    p, adm = stays["p"].to_numpy(), stays["adm"].to_numpy()
    row = np.full(len(people), -1)
    row[score.index] = np.arange(len(score))
    mine = np.flatnonzero((row[p] >= 0) & (adm >= people["coded"].to_numpy()[p]))
    year = np.clip(year_of(adm[mine]) - first_year(pair), 0, score.shape[1] - 1)
    active = score.to_numpy()[row[p[mine]], year] - pair["disease"]["mean"]
    recorded = by_fifth(people, world.get("recording"), setting)[p[mine]]
    ids = stays["rid"].to_numpy()[mine]
    found = {}
    for name, event in list_events(pair).items():
        chance = event["rate"] * np.exp(strength * event.get("loading", 0.0) * active + recorded)
        happens = draw.chance(f"event {name}", ids, np.minimum(chance, MOST))
        found[name] = np.zeros(len(stays), dtype=bool)
        found[name][mine[happens]] = True
    return found


def write_events(
    table: np.ndarray,
    episodes: pd.DataFrame,
    people: pd.DataFrame,
    score: pd.DataFrame,
    setting: PairSetting,
) -> np.ndarray:
    """Write the codes of events after what else the first episodes of stays have, if there is room.

    Parameters
    ----------
    table
        Codes of each episode, 20 columns, −1 where there is none.
    episodes
        With p, adm, order and sid, which holds the identifier of the stay (`split_episodes`).

    Returns
    -------
    ndarray
        The codes with those of the events; all others are where they were.
    """
    book, draw = setting.book, setting.draw
    first = np.flatnonzero(episodes["order"].to_numpy() == 1)
    stays = episodes.iloc[first][["p", "adm"]]
    stays = stays.assign(rid=episodes["sid"].to_numpy()[first] // np.uint64(8))
    done = table.copy()
    for name, happens in draw_events(stays, people, score, setting).items():
        where = first[happens]
        codes = list_events(setting.pair)[name]["codes"]
        code = book.find(list(codes))[
            draw.pick(f"event code {name}", stays["rid"].to_numpy()[happens], list(codes.values()))
        ]
        place = (done[where] >= 0).sum(axis=1)
        fits = place < PLACES
        done[where[fits], place[fits]] = code[fits]
    return done
