"""How close the world comes to what it is calibrated to: one row a marginal."""

from fnmatch import filter as choose

import numpy as np
import pandas as pd

from rareaccess.contracts import AGES, list_boards

from ..declarations.load import Declared, list_events, load_boards, load_provenance
from ..hospital.spell_sources import NORMAL
from ..people.block import Block
from ..setting.dates import NEVER, add_months, age_at, day, year_of
from ..setting.shared import PairSetting, Setting
from ..tables import expectations, society
from .cohorts import count_strangers

__all__ = ["compare", "list_provenance", "measure"]

REFUSED = ("rejected", "withdrawn")


def measure(
    block: Block,
    setting: Setting,
    tables: list[pd.DataFrame],
    codes: list[np.ndarray],
    cohorts: list[np.ndarray],
) -> list[dict[str, float]]:
    """Return, for each pair, the marginals of a block that are not numbers of the report."""
    people, groups = block.people, list(setting.england["ethnic_groups"])
    found = []
    for position, (pair, plan) in enumerate(zip(setting.pairs, block.plans, strict=True)):
        coded = ((people["pair"] == position) & people["kind"].str.startswith("coded")).to_numpy()
        alive = coded & (people["kind"] == "coded_alive").to_numpy()
        untreated = (people["start"] == NEVER).to_numpy()
        treated = people.iloc[plan["p"]]
        age = age_at(treated["born"].to_numpy(), plan["start"].to_numpy())
        values = {
            "female_condition": (people.loc[coded, "sex"] == 2).mean(),
            "female_treated": (treated["sex"] == 2).mean(),
            "age_at_start_mean": age.mean(),
            "age_at_start_sd": age.std(ddof=1),
            "background_people": int((people["kind"] == "background").sum()),
            "untraced": 1 - people.loc[people["kind"] == "background", "traced"].mean(),
            "apc_per_person": np.isin(tables[0]["p"], np.flatnonzero(alive)).sum() / alive.sum(),
            "op_per_person": np.isin(tables[1]["p"], np.flatnonzero(alive)).sum() / alive.sum(),
            "coded_others": count_strangers(block, cohorts[position], position),
        }
        values |= _measure_forms(block, pair, plan) | _measure_sizes(people[coded], pair)
        other = plan.loc[plan["at_centre"], "other_centre"] >= 0
        values |= {"not_nearest": other.mean()} | _measure_untreated(
            block, setting, tables, position
        )
        share = people.loc[coded, "group"].value_counts(normalize=True)
        values |= {f"ethnicity_{g}": share.get(i, 0.0) for i, g in enumerate(groups)}
        narrow = {
            c: sum((t == setting.book.find([c])[0]).sum() for t in codes)
            for c in pair["condition"]["codes"]
        }
        values |= {f"code_{c}": n / sum(narrow.values()) for c, n in narrow.items()}
        values |= _measure_events(
            people, tables[0], codes[0], alive & untreated, setting.narrow_to(position)
        )
        found.append(values)
    return found


def _measure_events(
    people: pd.DataFrame,
    episodes: pd.DataFrame,
    codes: np.ndarray,
    who: np.ndarray,
    setting: PairSetting,
) -> dict[str, float]:
    """Return the share of stays from the first code on with each event of the pair.

    Of the people in `who`; a stay is its first finished episode that is no copy.
    """
    p = episodes["p"].to_numpy()
    counts = who[p] & (episodes["adm"].to_numpy() >= people["coded"].to_numpy()[p])
    counts &= ((episodes["order"] == 1) & (episodes["state"] == NORMAL)).to_numpy()
    counts &= (episodes["eid"] == episodes["sid"]).to_numpy()
    mine = codes[counts]
    return {
        f"event_{name}": np.isin(mine, setting.book.find(list(event["codes"]))).any(axis=1).mean()
        for name, event in list_events(setting.pair).items()
    }


def _measure_forms(block: Block, pair: Declared, plan: pd.DataFrame) -> dict[str, float]:
    """Return what the forms of the treated show: scores, routes, trusts that apply."""
    scores = pd.to_numeric(plan.loc[plan["status"].isin(["high", "low"]), "answer"])
    routes = pair["treatment"]["routes"]
    late = plan["start"] >= day(routes[-1]["from"])
    later = (plan.loc[late, "route"] == routes[-1]["route"]).mean()
    values = {"severity_mean": scores.mean(), "severity_sd": scores.std()}
    forms = block.applications
    ours = forms["form_code"].isin(pair["forms"]["codes"]) & (forms["form_type"] == "initiation")
    values |= {f"{n}_share": (forms.loc[ours, "status"] == n).mean() for n in REFUSED}
    name = f"{routes[-1]['route'].lower()}_share_since_{routes[-1]['from'].year}"
    return values | {name: later, "prescribing_trusts": plan["trust"].nunique()}


def _measure_sizes(coded: pd.DataFrame, pair: Declared) -> dict[str, float]:
    """Return how many were first coded in the years that a target names (first_coded_A_B)."""
    year = year_of(coded["coded"].to_numpy())
    names = [row["id"] for row in pair["calibration"] if row["id"].startswith("first_coded_")]
    years = {name: [int(part) for part in name.split("_")[2:]] for name in names}
    return {n: int(((year >= a) & (year <= b)).sum()) for n, (a, b) in years.items()}


def _measure_untreated(
    block: Block, setting: Setting, tables: list[pd.DataFrame], position: int
) -> dict[str, float]:
    """Return the activity of the untreated coded people in a window like those of the treated.

    Each takes the start of a treated person; who was not yet coded then, or dead, is left out.
    """
    people, plan, pair = block.people, block.plans[position], setting.pairs[position]
    uid = people["uid"].to_numpy()
    date = plan["start"].to_numpy()[setting.draw.below("like treated", uid, len(plan))]
    begin = add_months(date, -pair["activity"]["months"])
    ours = (people["pair"] == position) & (people["kind"] == "coded_alive")
    ours &= (people["start"] == NEVER) & (people["coded"] <= date) & (people["death"] >= date)
    counts = np.zeros(len(people), dtype=np.int64)
    episodes, visits = tables
    kept = visits["attended"].isin(["5", "6"]) & (visits["firstatt"] != "5")
    stays = episodes.loc[episodes["state"] == NORMAL].assign(day=lambda t: t["adm"])
    for table, key in (
        (stays, ["p", "prov", "day"]),
        (visits[kept].assign(day=visits["appt"]), ["p", "day"]),
    ):
        p, on = table["p"].to_numpy(), table["day"].to_numpy()
        inside = ours.to_numpy()[p] & (on >= begin[p]) & (on < date[p])
        inside &= (table["main"].isin(pair["condition"]["specialties"]) | table["coded"]).to_numpy()
        counts += np.bincount(table[inside].drop_duplicates(key)["p"], minlength=len(people))
    found = counts[ours.to_numpy()]
    some = found[found > 0]
    return {
        "untreated_without_contact": (found == 0).mean(),
        "untreated_contacts_median": np.median(some),
        "untreated_contacts_upper_decile": np.quantile(some, 0.9),
    }


def compare(
    measured: list[dict[str, float]], expected: pd.DataFrame, setting: Setting
) -> pd.DataFrame:
    """Return the fidelity table: pair, marginal, target, achieved, kind and source of the target.

    Raises
    ------
    KeyError
        A calibrated marginal is measured nowhere.
    """
    rows = []
    for pair, values in zip(setting.pairs, measured, strict=True):
        ours = expected[expected["pair"] == pair["pair"]]
        known = dict(zip(ours["id"], ours["value"], strict=True)) | values
        known |= _share_records(known)
        for row in pair["calibration"]:
            value = known[row["id"]]
            text = value if isinstance(value, str) else f"{float(value):.4g}"
            if isinstance(value, (int, np.integer)):
                text = str(value)
            rows.append((pair["pair"], row["id"], row["target"], text, row["kind"], row["source"]))
    country = measure_country(setting)
    rows += [
        (
            "england",
            row["id"],
            row["target"],
            f"{country[row['id']]:.10g}",
            row["kind"],
            row["source"],
        )
        for row in setting.england["calibration"]
    ]
    return pd.DataFrame(rows, columns=["pair", "marginal", "target", "achieved", "kind", "source"])


def measure_country(setting: Setting) -> dict[str, float]:
    """Return the marginals of the tables of the whole country: areas, population, costs."""
    areas, boards = setting.geo.areas, load_boards()
    found = np.zeros((len(boards), 5), dtype=int)
    np.add.at(found, (areas["board"].to_numpy(), setting.geo.quintile - 1), 1)
    declared = np.array([board["areas"] for board in boards.values()])
    places = society.build_population_areas(setting.geo).to_pandas()
    people = society.build_population_ethnicity().to_pandas()
    older = places["age_band"].isin(AGES[13:])
    need = expectations.build_need_share().to_pandas()
    region = {board.icb_code: board.nhs_region for board in list_boards()}
    midlands = need["source"].ne("assumed") & need["area"].map(region).eq("Midlands")
    return {
        "areas_by_board_and_fifth": int(np.minimum(found, declared).sum()),
        "population_of_areas": places["people"].sum(),
        "population_of_ethnic_categories": people["people"].sum(),
        "population_white": people.loc[people["ETHNOS"].isin([*"ABC"]), "people"].sum()
        / people["people"].sum(),
        "population_over_65": places.loc[older, "people"].sum() / places["people"].sum(),
        "unit_costs": society.build_unit_costs().num_rows,
        "prices": society.build_prices().num_rows,
        "areas_rural": 1 - areas["urban"].mean(),
        "areas_coastal": areas["coastal"].mean(),
        "expected_uptake": expectations.build_expected_uptake().num_rows,
        "need_share": need["share"].sum(),
        "need_share_midlands": need.loc[midlands, "share"].sum(),
    }


def list_provenance(fidelity: pd.DataFrame) -> pd.DataFrame:
    """Return what determines the numbers of the book: one row a name, part and marginal.

    A part without a marginal rests on nothing that was declared; so does its row.

    Raises
    ------
    KeyError
        A marginal is declared that no pair is calibrated to.
    """
    rows = []
    for shown, declared in load_provenance().items():
        parts = declared if isinstance(declared, dict) else {"": declared}
        rows += [(shown, part, one) for part, names in parts.items() for one in names or [""]]
    known = fidelity["marginal"].unique()
    for shown, _, marginal in rows:
        if marginal and not choose(known, marginal):
            raise KeyError(f"provenance.yml: {shown} rests on {marginal}, which nobody calibrates")
    return pd.DataFrame(rows, columns=["shown", "part", "marginal"])


def _share_records(known: Declared) -> dict[str, float]:
    """Return the shares of the Cancer Drugs Fund's cohort, where a pair has one."""
    if "cdf_cohort" not in known:
        return {}
    n = {key: int(known[f"cdf_{key}"]) for key in ("cohort", "present", "missing", "dead")}
    return {
        "sact_present": n["present"] / n["cohort"],
        "sact_missing": n["missing"] / n["cohort"],
        "sact_dead": n["dead"] / (n["cohort"] - n["missing"]),
    }
