"""One block of the world: everybody in it, what is planned for them, and their records."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .applications import build_answers, build_applications, other_applications
from .condition import build_condition, simulate_activity
from .contacts import plan_days
from .declarations import load_casemix, load_england, load_faults, load_pair, load_world
from .diagnoses import CodeBook, build_codebook, code_appointments, code_episodes, draw_chronic
from .draws import Draws
from .geography import Geography, build_geography
from .people import BLOCK, NEVER, build_background, person_codes
from .recording import plant_rows, record_people
from .roles import assign_faults, assign_near_misses, assign_roles, build_strangers
from .sample import choose_sample
from .spells import build_spells, split_episodes
from .treated import align_travel, plan_treated
from .treatment import select_treated
from .visits import build_visits

__all__ = ["Block", "Setting", "build_block", "build_setting", "cut_block", "record_block"]


@dataclass(frozen=True)
class Setting:
    """What all blocks share: declarations, geography, the source of draws."""

    england: dict
    world: dict
    pairs: list[dict]
    faults: list[dict]
    casemix: dict
    geo: Geography
    book: CodeBook
    draw: Draws


@dataclass
class Block:
    """People (with position of their pair, −1 for none), plans, latent activity, applications."""

    number: int
    people: pd.DataFrame
    plans: list[pd.DataFrame]
    scores: list[np.ndarray]
    applications: pd.DataFrame
    answers: pd.DataFrame
    intended: dict = field(default_factory=dict)


def build_setting(world: str, seed: int | None) -> Setting:
    """Read the declarations and lay out the geography."""
    england = load_england()
    pairs = [load_pair(name) for name in england["pairs"]]
    casemix = load_casemix()
    draw = Draws(england["seed"] if seed is None else seed)
    return Setting(
        england=england,
        world=load_world(world),
        pairs=pairs,
        faults=load_faults(),
        casemix=casemix,
        geo=build_geography(england, draw),
        book=build_codebook(casemix, pairs),
        draw=draw,
    )


def build_block(setting: Setting, number: int) -> Block:
    """Draw everybody in a block and plan what happens to them; no records yet."""
    england, draw, geo = setting.england, setting.draw, setting.geo
    start = number * BLOCK
    background = build_background(england, start, geo, draw).assign(pair=-1, role="")
    start += len(background)
    groups, plans, scores = [], [], []
    for position, pair in enumerate(setting.pairs):
        people = build_condition(pair, setting.world, england, start, geo, draw)
        start = int(people["uid"].max()) + 1
        score, people = simulate_activity(people, pair, england, draw)
        people = _select(people, pair, setting)
        plan = plan_treated(people, score, pair, geo, draw)
        people = assign_roles(people.assign(pair=position), pair, draw)
        people = assign_faults(people, setting.faults, pair, draw)
        before = background["role"] != ""
        background = assign_near_misses(background, pair, england, draw)
        background.loc[(background["role"] != "") & ~before, "pair"] = position
        strangers = build_strangers(pair, england, start, draw).assign(pair=position)
        start += len(strangers)
        groups += [people, strangers]
        plans.append(plan.assign(pair=position))
        scores.append(score)
    people = pd.concat([background, *groups], ignore_index=True)
    people = _tidy(people, setting)
    for plan in plans:
        plan["p"] = people.index[people["uid"].isin(plan["uid"])].to_numpy()
    people["regular"] = False
    for plan in plans:
        people.loc[plan.loc[plan["planned"] >= 40, "p"], "regular"] = True
    applications, answers = _apply(people, plans, setting, number)
    scores = [_spread(score, people, i) for i, score in enumerate(scores)]
    return Block(number, people, plans, scores, applications, answers)


def _select(people: pd.DataFrame, pair: dict, setting: Setting) -> pd.DataFrame:
    """Choose who is treated and settle where the treated live."""
    people = select_treated(people, pair, setting.world, setting.england, setting.geo, setting.draw)
    return align_travel(people, setting.world, pair, setting.geo, setting.draw)


def _spread(score: np.ndarray, people: pd.DataFrame, position: int) -> pd.DataFrame:
    """Return the latent activity of a pair's people with their positions in the block."""
    ours = (people["pair"] == position) & people["kind"].isin(
        ["coded_alive", "coded_died", "coded_unknown", "uncoded", "uncoded_by_group"]
    )
    return pd.DataFrame(score, index=people.index[ours])


def _tidy(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Fill what a group of people does not have, and write everybody's identifiers."""
    fill = {
        "start": NEVER, "eligible_since": NEVER, "coded": NEVER, "moved": NEVER, "n_apc": 0, "n_op": 0,
        "first": 0, "last": -1, "home_a": 0, "home_b": 0, "group": 0,
    }
    people = people.fillna(fill).astype(dict.fromkeys(fill, np.int32))
    for name in ("nowhere", "dsdna", "low_complement"):
        people[name] = people[name].fillna(False).astype(bool)
    for name in ("fault", "role", "ethnos"):
        people[name] = people[name].fillna("")
    people["uid"] = people["uid"].astype(np.uint64)
    people["hesid"], people["nhs"] = person_codes(people["uid"].to_numpy(), setting.draw)
    people["local"] = setting.geo.areas["trust"].to_numpy()[people["home_a"]]
    return people


def _apply(
    people: pd.DataFrame, plans: list[pd.DataFrame], setting: Setting, number: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all applications with their identifiers, in order of submission, and their answers."""
    england, draw = setting.england, setting.draw
    pieces, answers = [], []
    for position, (pair, plan) in enumerate(zip(setting.pairs, plans, strict=True)):
        ours = people[people["pair"] == position]
        rows = build_applications(ours, _local(plan, ours), pair, setting.geo, draw)
        answers.append(build_answers(rows, plan, ours, pair, draw))
        other = [pair["forms"]["other_drug"]]
        takers = ours[ours["role"] == "other_drug"]
        pieces += [rows, other_applications(takers, other, pair["pair"], draw)]
    plain = people[(people["kind"] == "background") & (people["role"] == "") & (people["last"] > 16500)]
    n = england["background"]["other_drug_people"]
    takers = plain.iloc[draw.first("other drug", plain["uid"].to_numpy(), n)]
    pieces.append(other_applications(takers, england["other_drugs"], "background", draw))
    rows = pd.concat(pieces, ignore_index=True)
    rows["turn"] = rows["number"]
    rows = rows.sort_values(["submitted", "uid", "turn"], kind="stable").reset_index(drop=True)
    rows["application_id"] = [f"BTQ{number:03d}{i + 1:07d}" for i in range(len(rows))]
    place = pd.Series(people.index.to_numpy(), index=people["uid"].to_numpy())
    rows["p"] = place.loc[rows["uid"]].to_numpy()
    rows = rows.join(people.loc[rows["p"], ["sex", "born", "nhs"]].reset_index(drop=True))
    rows["nhs"] = _mistype(rows, people, setting)
    typed = pd.concat(answers, ignore_index=True)
    asked = rows.loc[rows["kind"] != "other drug", ["uid", "number", "application_id", "p"]]
    typed = typed.merge(asked, on=["uid", "number"], validate="many_to_one")
    return rows, typed.sort_values(["application_id", "question"], kind="stable")


def _mistype(rows: pd.DataFrame, people: pd.DataFrame, setting: Setting) -> np.ndarray:
    """Return NHS numbers as typed; a world may spoil those of some groups, so that they link to nobody."""
    nhs = rows["nhs"].to_numpy(object).copy()
    group = people["group"].to_numpy()[rows["p"]]
    for name, chance in setting.world["coding"].get("unlinked", {}).items():
        number = list(setting.england["ethnic_groups"]).index(name)
        spoilt = setting.draw.chance("spoilt number", rows["uid"].to_numpy(), chance)
        spoilt &= (group == number) & (rows["kind"] != "other drug").to_numpy()
        nhs[spoilt] = [f"TESTX{text[5:]}" for text in nhs[spoilt]]
    return nhs


def _local(plan: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Return the plan with positions in a subset of people."""
    place = pd.Series(np.arange(len(ours)), index=ours["uid"].to_numpy())
    return plan.assign(p=place.loc[plan["uid"]].to_numpy())


def cut_block(block: Block, setting: Setting, shares: dict) -> Block:
    """Return the sample of a block: some people of every kind, with all that belongs to them."""
    people = block.people
    kinds = people["kind"] + np.where(people["role"] != "", " " + people["role"], "")
    kinds = kinds + np.where(people["fault"] != "", " " + people["fault"], "")
    kinds = kinds + np.where(people["kind"].eq("coded_alive") & ~people["traced"], " untraced", "")
    for plan in block.plans:
        label = "treated " + plan["coded"].map({True: "coded ", False: "rescued "}) + plan["status"]
        label = np.where(plan["planned"] == 0, "treated quiet", label)
        label = np.where(plan["planned"] == plan["planned"].max(), "treated busiest", label)
        label = np.where(plan["nowhere"], "treated nowhere", label)
        kinds[plan["p"].to_numpy()] = label
    keep = choose_sample(people, kinds, shares, setting.draw)
    for plan in block.plans:
        faulty = people.loc[plan["p"], "fault"] != ""
        keep[plan["p"].to_numpy()[faulty.to_numpy()][:12]] = True
    new = np.cumsum(keep) - 1
    rows, answers = block.applications, block.answers
    rows, answers = rows[keep[rows["p"]]], answers[keep[answers["p"]]]
    plans = [plan[keep[plan["p"]]].reset_index(drop=True) for plan in block.plans]
    scores = [score[keep[score.index]] for score in block.scores]
    for score in scores:
        score.index = new[score.index]
    return Block(
        block.number,
        people[keep].reset_index(drop=True),
        [plan.assign(p=new[plan["p"]]) for plan in plans],
        scores,
        rows.assign(p=new[rows["p"]]),
        answers.assign(p=new[answers["p"]]),
    )


def record_block(block: Block, setting: Setting) -> tuple[list[pd.DataFrame], list[np.ndarray]]:
    """Return the records of everybody: [episodes, appointments] and the codes of each."""
    people, draw, england = block.people, setting.draw, setting.england
    none = block.plans[0].iloc[:0]
    tables, codes = [[], []], [[], []]
    for position in [*range(len(setting.pairs)), -1]:
        where = np.flatnonzero((people["pair"] == position) & (people["kind"] != "stranger"))
        group = people.iloc[where].reset_index(drop=True)
        pair = setting.pairs[max(position, 0)]
        plan = _local(block.plans[position], group) if position >= 0 else none
        days = plan_days(plan, pair, draw)
        common = (group, plan, days, pair, england, setting.casemix, setting.geo, draw)
        episodes = split_episodes(build_spells(*common), draw)
        visits = build_visits(*common).assign(eid=lambda v: v["rid"])
        pair_tables = record_people([episodes, visits], group, setting.world, england, draw)
        pair_tables = plant_rows(pair_tables, group, england, draw)
        chronic = draw_chronic(group, setting.casemix, draw)
        found = code_episodes(pair_tables[0], group, chronic, pair, setting.casemix, setting.book, draw)
        codes[0].append(found)
        codes[1].append(code_appointments(pair_tables[1], pair, setting.casemix, setting.book, draw))
        for number, table in enumerate(pair_tables):
            table = table.assign(p=where[table["p"]].astype(np.int32))
            tables[number].append(table)
    done = [pd.concat(parts, ignore_index=True) for parts in tables]
    for table in done:
        table["number"] = table.groupby("p").cumcount().to_numpy(np.int32)
    return done, [np.concatenate(parts) for parts in codes]
