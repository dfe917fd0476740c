"""What is planned for each treated person: route, answers, contacts, home."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..declarations.load import Declared
from ..setting.counts import build_counts, share_out
from ..setting.dates import NEVER, day, year_of
from ..setting.draws import Draws
from ..setting.shared import PairSetting
from .activity import first_year
from .traits import home_on

__all__ = ["plan_treated"]


def plan_treated(people: pd.DataFrame, score: np.ndarray, setting: PairSetting) -> pd.DataFrame:
    """Return one row for each treated person, in the order of `people`, keyed by `row`.

    Columns: row, uid, start, route, planned (qualifying contacts in the window before the start),
    status and answer of the severity question, nowhere (no area of residence in any record), home,
    at_centre (a centre applies), other_centre (−1: the nearest), trust (that applies).
    """
    pair, geo, draw = setting.pair, setting.geo, setting.draw
    rows = np.flatnonzero(people["start"].to_numpy() < NEVER)
    uid = people["uid"].to_numpy()[rows]
    start = people["start"].to_numpy()[rows].astype(np.int64)
    coded = (people["kind"].to_numpy() == "coded_alive")[rows]
    plan = pd.DataFrame({"row": rows, "uid": uid, "start": start, "coded": coded})
    plan["route"] = _draw_route(start, uid, pair["treatment"], draw)
    plan["nowhere"] = people["nowhere"].to_numpy()[rows]
    plan["planned"] = _plan_contacts(uid, ~coded | plan["nowhere"], pair["activity"], draw)
    latent = score[rows, np.clip(year_of(start) - first_year(pair), 0, score.shape[1] - 1)]
    plan = plan.join(_draw_answers(uid, latent, pair.get("severity"), draw))
    home = home_on(people, start, rows)
    at_centre = draw.chance("centre trust", uid, pair["treatment"]["trusts"]["centre"])
    plan["home"] = home
    plan["at_centre"] = at_centre
    other = plan["other_centre"] = _choose_centre(home, at_centre, uid, setting)
    centre = np.where(other >= 0, other, setting.service.centre[home])
    plan["trust"] = np.where(at_centre, centre, geo.areas["trust"].to_numpy()[home])
    return plan


def _choose_centre(
    home: np.ndarray, at_centre: np.ndarray, uid: np.ndarray, setting: PairSetting
) -> np.ndarray:
    """Return the centre of those who are treated at another than the nearest; −1 for the nearest.

    The declared share goes further, among those whose centre applies and among the others.
    """
    service, draw = setting.service, setting.draw
    rule = setting.pair["travel"]["not_nearest"]
    order = np.argsort(service.minutes[home], axis=1, kind="stable")
    rank = draw.choose("centre by rank", uid, rule["by_rank"])
    other = np.full(len(uid), -1, dtype=np.int64)
    for group in (at_centre, ~at_centre):
        where = np.flatnonzero(group)
        n = round(rule["share"] * len(where))
        goes = where[draw.first("another centre", uid[where], n)]
        other[goes] = service.sites[order[goes, rank[goes] - 1]]
    return np.where(other == service.centre[home], -1, other)


def _draw_route(start: np.ndarray, uid: np.ndarray, treatment: Declared, draw: Draws) -> np.ndarray:
    """Draw the route: each later one takes a share that grows to the window's end."""
    route = np.full(len(uid), treatment["routes"][0]["route"], dtype=object)
    end = day(treatment["window"]["to"])
    for row in treatment["routes"][1:]:
        begin = day(row["from"])
        grown = np.clip((start - begin) / (end - begin), 0, 1)
        share = np.where(
            start >= begin, row["share"] + (row["share_at_end"] - row["share"]) * grown, 0
        )
        route[draw.chance(f"route {row['route']}", uid, share)] = row["route"]
    return route


def _plan_contacts(
    uid: np.ndarray, sure: np.ndarray, activity: Declared, draw: Draws
) -> np.ndarray:
    """Give each person a number of contacts, so that the numbers have the declared summary.

    Those who are `sure` to have contacts are never among the few without any.
    """
    if "quantiles" in activity:
        counts = build_counts(
            n=len(uid) - activity["none"],
            mean=activity["mean"],
            sd=activity["sd"],
            **activity["quantiles"],
        )
    else:
        counts = _guess_counts(len(uid) - activity["none"], activity["typical"])
    order = np.argsort(draw.bits("contacts", uid), kind="stable")
    order = np.concatenate([order[sure[order]], order[~sure[order]]])
    mixed = counts[np.argsort(draw.bits("contacts", np.arange(len(counts))), kind="stable")]
    planned = np.zeros(len(uid), dtype=np.int64)
    planned[order[: len(counts)]] = mixed
    return planned


def _guess_counts(n: int, typical: Declared) -> np.ndarray:
    """Return n quantiles of a log-normal number of contacts, at least one.

    Examples
    --------
    >>> _guess_counts(5, {"median": 6, "spread": 0.6, "most": 12}).tolist()
    [3, 4, 6, 8, 12]
    """
    place = ndtri((np.arange(n) + 0.5) / n)
    counts = np.round(typical["median"] * np.exp(typical["spread"] * place))
    return np.clip(counts, 1, typical["most"]).astype(np.int64)


def _draw_answers(
    uid: np.ndarray, latent: np.ndarray, severity: Declared | None, draw: Draws
) -> pd.DataFrame:
    """Draw the severity answers: so many low, missing, text and out of range; the rest high.

    Where the form asks nothing of the kind, nobody has an answer.
    """
    n = len(uid)
    if severity is None:
        return pd.DataFrame({"status": "not asked", "answer": np.full(n, None, dtype=object)})
    statuses = ["low", "missing", "text", "out_of_range"]
    status = np.full(n, "high", dtype=object)
    order = np.argsort(draw.bits("severity status", uid), kind="stable")
    status[order[: sum(severity[name] for name in statuses)]] = np.repeat(
        statuses, [severity[name] for name in statuses]
    )
    answer = np.full(n, None, dtype=object)
    high, least = np.flatnonzero(status == "high"), severity["threshold"]
    above = severity["high_scores"]
    place = (np.arange(len(high)) + 0.5) / len(high)
    points = np.minimum(
        np.floor(-np.log1p(-place) * (above["mean_above"] + 0.5)), above["most"] - least
    )
    rank = np.argsort(
        np.argsort(latent[high] + 3 * draw.normal("form score", uid[high]), kind="stable")
    )
    answer[high] = [str(int(least + points[i])) for i in rank]
    low = np.flatnonzero(status == "low")
    scores = severity["low_scores"]
    values = np.repeat(list(scores), share_out(np.array(list(scores.values())), len(low)))
    answer[low] = [str(v) for v in values[np.argsort(draw.bits("low score", uid[low]))]]
    number = np.isin(status, ["high", "low"])
    long = number & draw.chance("decimal answer", uid, 0.03)
    wide = number & draw.chance("spaced answer", uid, 0.02)
    answer[long] = [f"{a}.0" for a in answer[long]]
    answer[wide] = [f" {a} " for a in answer[wide]]
    for name, key in (("text", "texts"), ("out_of_range", "impossible")):
        mine = np.flatnonzero(status == name)
        answer[mine] = [severity[key][i % len(severity[key])] for i in range(len(mine))]
    return pd.DataFrame({"status": status, "answer": answer})
