"""Diagnosis codes: the reason first, then what else a person has, the condition at any position."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ..declarations.load import Declared, list_events
from ..setting.codebook import MISSING, CodeBook
from ..setting.dates import day
from ..setting.draws import Draws
from ..setting.shared import PairSetting, Setting
from .events import write_events

__all__ = ["code_appointments", "code_episodes", "list_miscoded"]

CHUNK = 200_000
Miscoded = list[tuple[str, float, str]]  # code, share that stays, what is written instead


def _draw_chronic(people: pd.DataFrame, setting: PairSetting) -> np.ndarray:
    """Return the age (years) from which each person has each chronic illness; infinity for never.

    Illnesses go together: a person's frailty raises all of them. With the condition of the pair
    some are commoner, by the factors under `chronic`. An illness that is the condition itself or
    one of its events is left out: who has that is drawn elsewhere.
    """
    pair, casemix, draw = setting.pair, setting.casemix, setting.draw
    uid = people["uid"].to_numpy()
    ours = (people["kind"] != "background").to_numpy()
    factors = pair["condition"].get("chronic", {})
    together = casemix["together"]
    frail = together * draw.normal("frailty", uid)
    own = np.sqrt(1 - together**2)
    events = {code for event in list_events(pair).values() for code in event["codes"]}
    ages = np.empty((len(people), len(casemix["chronic"])), dtype=np.float32)
    for i, (code, rule) in enumerate(casemix["chronic"].items()):
        if _is_own(code, pair) or code in events:
            ages[:, i] = np.inf
            continue
        most = np.minimum(rule["most"] * np.where(ours, factors.get(code, 1.0), 1.0), 0.9)
        place = ndtr(frail + own * draw.normal(f"chronic {code}", uid)) / most
        with np.errstate(divide="ignore", invalid="ignore"):
            age = rule["middle"] + rule["width"] * np.log(place / (1 - place))
        ages[:, i] = np.where(place < 1, age, np.inf)
    return ages


def _is_own(code: str, pair: Declared) -> bool:
    """Say whether a code is one by which people of the pair are found."""
    return code.startswith(tuple(pair["condition"]["codes"]))


def code_episodes(
    episodes: pd.DataFrame,
    people: pd.DataFrame,
    score: pd.DataFrame,
    miscoded: Miscoded,
    setting: PairSetting,
) -> np.ndarray:
    """Return the codes of each episode, 20 columns, −1 where there is none.

    `score` is the disease activity a year of those who have the condition, by their position.
    """
    chronic = _draw_chronic(people, setting)
    parts = [
        _code_chunk(episodes.iloc[i : i + CHUNK], people, chronic, miscoded, setting)
        for i in range(0, len(episodes), CHUNK)
    ]
    if not parts:
        return np.empty((0, 20), dtype=np.int16)
    return write_events(np.concatenate(parts), episodes, people, score, setting)


def _code_chunk(
    episodes: pd.DataFrame,
    people: pd.DataFrame,
    chronic: np.ndarray,
    miscoded: Miscoded,
    setting: PairSetting,
) -> np.ndarray:
    """Code some episodes: a first diagnosis, and the others in random order after it."""
    pair, casemix, book, draw = setting.pair, setting.casemix, setting.book, setting.draw
    p, eid = episodes["p"].to_numpy(), draw.bits("episode", episodes["sid"].to_numpy())
    coded, reason = episodes["coded"].to_numpy(), episodes["reason"].to_numpy()
    narrow = _mix(pair["condition"]["codes"], "narrow", eid, book, draw)
    other = _mix(pair["condition"]["other_codes"], "other", eid, book, draw)
    first = _first_codes(episodes, reason, eid, setting)
    first = _replace(first, miscoded, eid, book, draw)
    leads = (reason == -1) & draw.chance("leads", eid, np.where(episodes["order"] == 1, 0.62, 0.3))
    first = np.where(leads, np.where(coded, narrow, other), first)
    kept_out = coded & ~leads
    similar = (people["role"].to_numpy() == "similar_code")[p] & draw.chance("similar", eid, 0.6)
    lure = _mix(
        pair["near_misses"]["similar_code"]["codes"],
        "lure",
        people["uid"].to_numpy()[p],
        book,
        draw,
    )
    infused = episodes["origin"].to_numpy() == "start"
    rows, codes = [], []

    def add(mask: np.ndarray, code: np.ndarray | int) -> None:
        row = np.flatnonzero(mask)
        rows.append(row)
        codes.append(
            code[row] if isinstance(code, np.ndarray) else np.full(len(row), code, np.int16)
        )

    add(kept_out, narrow)
    add(similar, lure)
    if "infusions" in pair["treatment"]:
        add(infused, int(book.find([pair["treatment"]["infusions"]["code"]])[0]))
    age = (episodes["adm"].to_numpy() - people["born"].to_numpy()[p]) / 365.25
    depth = _depth(episodes["adm"].to_numpy(), casemix["depth"])
    for i, (code, rule) in enumerate(casemix["chronic"].items()):
        row = np.flatnonzero(chronic[p, i] <= age)
        row = row[draw.chance(f"recorded {code}", eid[row], rule["recorded"] * depth[row])]
        rows.append(row)
        codes.append(np.full(len(row), book.find([code])[0], np.int16))
    adult = age >= 16
    for code, share in casemix["notes"].items():
        add(adult & draw.chance(f"note {code}", eid, share * depth), int(book.find([code])[0]))
    table = _arrange(first, np.concatenate(rows), np.concatenate(codes), eid, draw)
    lost = kept_out & ~(table == narrow[:, None]).any(axis=1)
    table[lost, 19] = narrow[lost]
    return table


def list_miscoded(pairs: list[Declared], position: int) -> Miscoded:
    """Return codes that the case mix gives although they are a pair's own: code, share, instead.

    Under `condition.miscoded` a pair names such codes, the share that stays with people of the
    background although it is not theirs, and what is written instead. Among the pair's own people
    none stays, as theirs come from the condition alone.
    """
    if position >= 0:
        rules = pairs[position]["condition"].get("miscoded", {})
        return [(code, 0.0, instead) for code, (_, instead) in rules.items()]
    rules = [pair["condition"].get("miscoded", {}).items() for pair in pairs]
    return [(code, share, instead) for rule in rules for code, (share, instead) in rule]


def _replace(
    first: np.ndarray, miscoded: Miscoded, eid: np.ndarray, book: CodeBook, draw: Draws
) -> np.ndarray:
    """Replace the first codes of `list_miscoded`."""
    done = first.copy()
    for code, share, instead in miscoded:
        mine = first == book.find([code])[0]
        done[mine & ~draw.chance(f"miscoded {code}", eid, share)] = book.find([instead])[0]
    return done


def _depth(adm: np.ndarray, declared: Declared) -> np.ndarray:
    """Return how fully records are coded, which has grown over the years."""
    begin, end = day("2000-01-01"), day("2025-08-20")
    grown = np.clip((adm - begin) / (end - begin), 0, 1)
    return declared["at_first"] + (declared["at_last"] - declared["at_first"]) * grown


def _arrange(
    first: np.ndarray, rows: np.ndarray, codes: np.ndarray, eid: np.ndarray, draw: Draws
) -> np.ndarray:
    """Put the first code first and the others after it in random order, none twice, 20 at most."""
    codes = codes.astype(np.int16)
    fresh = codes != first[rows]
    rows, codes = rows[fresh], codes[fresh]
    key = draw.bits("position", eid[rows] ^ (codes.astype(np.uint64) << np.uint64(40)))
    order = np.lexsort((key, rows))
    rows, codes = rows[order], codes[order]
    begin = np.searchsorted(rows, np.arange(len(first)))
    place = np.arange(len(rows)) - begin[rows] + 1
    table = np.full((len(first), 20), -1, dtype=np.int16)
    table[:, 0] = first
    fits = place < 20
    table[rows[fits], place[fits]] = codes[fits]
    return table


def _mix(shares: Declared, name: str, ids: np.ndarray, book: CodeBook, draw: Draws) -> np.ndarray:
    """Draw a code for each identifier."""
    return book.find(list(shares))[draw.pick(name, ids, list(shares.values()))]


def _first_codes(
    episodes: pd.DataFrame, reason: np.ndarray, eid: np.ndarray, setting: Setting
) -> np.ndarray:
    """Draw the first diagnosis by reason; for the condition, a common acute reason."""
    casemix, book, draw = setting.casemix, setting.book, setting.draw
    first = np.full(len(episodes), book.find([MISSING])[0], dtype=np.int16)
    for i, row in enumerate(casemix["admissions"]):
        mine = np.flatnonzero(reason == i)
        first[mine] = _mix(row["codes"], "first code", eid[mine], book, draw)
    ours = np.flatnonzero(reason == -1)
    common = {"N390": 2, "J189": 2, "R074": 2, "D649": 2, "R51X": 1, "N179": 1}
    first[ours] = _mix(common, "common code", eid[ours], book, draw)
    first[draw.chance("no diagnosis", eid, 0.004) & ~episodes["coded"].to_numpy()] = book.find(
        [MISSING]
    )[0]
    return first


def code_appointments(visits: pd.DataFrame, setting: PairSetting) -> np.ndarray:
    """Return up to three codes of each appointment; R69X where there is none, as in most."""
    pair, casemix, book, draw = setting.pair, setting.casemix, setting.book, setting.draw
    eid = draw.bits("appointment", visits["sid"].to_numpy())
    diagnosed, coded = visits["diagnosed"].to_numpy(), visits["coded"].to_numpy()
    narrow = _mix(pair["condition"]["codes"], "narrow", eid, book, draw)
    shares = {
        code: rule["most"] * rule["recorded"]
        for code, rule in casemix["chronic"].items()
        if not _is_own(code, pair)
    }
    table = np.full((len(visits), 3), -1, dtype=np.int16)
    table[:, 0] = np.where(
        diagnosed, _mix(shares, "op first", eid, book, draw), book.find([MISSING])[0]
    )
    second = diagnosed & draw.chance("op second", eid, 0.4)
    table[second, 1] = _mix(shares, "op second code", eid, book, draw)[second]
    third = second & draw.chance("op third", eid, 0.3)
    table[third, 2] = _mix(shares, "op third code", eid, book, draw)[third]
    place = np.where(
        draw.chance("op leads", eid, 0.7), 0, np.where(third, 2, np.where(second, 1, 0))
    )
    row = np.flatnonzero(coded)
    table[row, place[row]] = narrow[row]
    for left, right in ((0, 1), (0, 2), (1, 2)):  # none twice, no gap
        table[:, right] = np.where(table[:, left] == table[:, right], -1, table[:, right])
    gap = (table[:, 1] == -1) & (table[:, 2] != -1)
    table[gap, 1], table[gap, 2] = table[gap, 2], -1
    return table
