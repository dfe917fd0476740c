"""The truth beside the data, never read by the pipeline, and the numbers that follow from it."""

import numpy as np
import pandas as pd
import pyarrow as pa

from .block import Block
from .columns import dates
from .condition import FIRST_YEAR, YEARS
from .dates import day
from .people import NEVER
from .setting import Setting

__all__ = ["expect", "true_activity", "true_effects", "true_people", "true_treated"]


def true_people(block: Block, setting: Setting) -> pa.Table:
    """Return who people are: true group, home, disease, eligibility and treatment."""
    people, areas = block.people, setting.geo.areas
    names = np.array(["", *[pair["pair"] for pair in setting.pairs]])
    groups = np.array(list(setting.england["ethnic_groups"]))
    on = day("2016-06-22")
    home = np.where(people["moved"] <= on, people["home_b"], people["home_a"])
    text = lambda values: pa.array(np.asarray(values, dtype=object), pa.string())  # noqa: E731
    missing = lambda column: (people[column] == NEVER).to_numpy()  # noqa: E731
    return pa.table(
        {
            "PSEUDO_HESID": text(people["hesid"]),
            "nhs_number": text(people["nhs"]),
            "pair": text(names[people["pair"] + 1]),
            "kind": text(people["kind"]),
            "role": text(people["role"]),
            "fault": text(people["fault"]),
            "sex": pa.array(people["sex"].to_numpy(np.int32)),
            "birth_date": dates(people["born"].to_numpy()),
            "ethnicity": text(groups[people["group"]]),
            "home_june_2016": text(areas["code"].to_numpy()[home]),
            "imd_quintile": pa.array(setting.geo.quintile[home].astype(np.int32)),
            "minutes_to_centre": pa.array(setting.geo.nearest[home]),
            "first_coded": dates(people["coded"].to_numpy(), missing("coded")),
            "anti_dsdna": pa.array(people["dsdna"].to_numpy()),
            "low_complement": pa.array(people["low_complement"].to_numpy()),
            "eligible": pa.array(~missing("eligible_since")),
            "eligible_since": dates(people["eligible_since"].to_numpy(), missing("eligible_since")),
            "start_date": dates(people["start"].to_numpy(), missing("start")),
        }
    )


def true_activity(block: Block, setting: Setting) -> pa.Table:
    """Return latent disease activity: one row a person of a pair and year."""
    parts = []
    for pair, score in zip(setting.pairs, block.scores, strict=True):
        hesid = block.people["hesid"].to_numpy(object)[score.index]
        parts.append(
            pa.table(
                {
                    "PSEUDO_HESID": pa.array(np.repeat(hesid, YEARS), pa.string()),
                    "pair": pa.array([pair["pair"]] * score.size, pa.string()),
                    "year": pa.array(
                        np.tile(np.arange(FIRST_YEAR, FIRST_YEAR + YEARS), len(score)), pa.int32()
                    ),
                    "activity": pa.array(score.to_numpy().ravel()),
                }
            )
        )
    return pa.concat_tables(parts)


def true_treated(block: Block, setting: Setting) -> pd.DataFrame:
    """Return what is planned for each treated person: start, route, contacts, answer, minutes.

    Minutes to the treating centre are missing where a trust applies that is not a centre.
    """
    parts = []
    for pair, plan in zip(setting.pairs, block.plans, strict=True):
        rows = block.applications[block.applications["kind"] == "treated"].set_index("uid")
        people = block.people.iloc[plan["p"]]
        nearest, to_treating = _minutes(plan, setting)
        parts.append(
            pd.DataFrame(
                {
                    "pair": pair["pair"],
                    "PSEUDO_HESID": people["hesid"].to_numpy(),
                    "start_date": plan["start"].to_numpy().astype("datetime64[D]").astype(str),
                    "route": plan["route"].to_numpy(),
                    "found_by": np.where(plan["coded"], "code", "specialty"),
                    "linked": rows.loc[plan["uid"], "nhs"].to_numpy() == people["nhs"].to_numpy(),
                    "planned_contacts": plan["planned"].to_numpy(),
                    "severity": plan["status"].to_numpy(),
                    "answer": plan["answer"].to_numpy(),
                    "home": np.where(
                        plan["nowhere"], None, setting.geo.areas["code"].to_numpy()[plan["home"]]
                    ),
                    "minutes_to_centre": nearest,
                    "minutes_to_treating_centre": to_treating,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _minutes(plan: pd.DataFrame, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Return the minutes from home to the nearest and to the treating centre."""
    home, trust = plan["home"].to_numpy(), plan["trust"].to_numpy()
    nowhere, centre = plan["nowhere"].to_numpy(), trust < setting.geo.centres
    nearest = np.where(nowhere, np.nan, setting.geo.nearest[home].astype(float))
    to_treating = setting.geo.minutes[home, np.where(centre, trust, 0)].astype(float)
    return nearest, np.where(centre & ~nowhere, to_treating, np.nan)


def true_effects(setting: Setting) -> dict:
    """Return the world's declared effects on starting treatment and on records."""
    return {
        "world": setting.world["name"],
        "title": setting.world["title"],
        "scale": "log rate ratio of starting in a month, among the eligible",
        "effects": setting.world["effects"],
        "coding": setting.world["coding"],
    }


def expect(treated: pd.DataFrame, coded_alive: dict[str, int], setting: Setting) -> pd.DataFrame:
    """Return the numbers of the report that the records must give: pair, id, value.

    Parameters
    ----------
    treated
        From `true_treated`, of all blocks.
    coded_alive
        By pair, how many people are coded with the condition and alive at the approval date.
    """
    rows = []
    for pair in setting.pairs:
        ours = treated[(treated["pair"] == pair["pair"]) & treated["linked"]]
        rescued = int((ours["found_by"] == "specialty").sum())
        cohort = coded_alive[pair["pair"]] + rescued
        minutes = ours["minutes_to_centre"].dropna()
        treating = ours.dropna(subset="minutes_to_treating_centre")
        further = treating["minutes_to_treating_centre"] > treating["minutes_to_centre"]
        contacts = ours.loc[ours["planned_contacts"] > 0, "planned_contacts"]
        q1, q3 = np.quantile(contacts, [0.25, 0.75])
        months = ours["start_date"].str.slice(0, 7)
        values = {
            "treated": len(ours),
            pair["expected_ids"]["cohort"]: cohort,
            "not_known_treated": cohort - len(ours),
            "not_known_treated_pct": 100 * (cohort - len(ours)) / cohort,
            "rescued": rescued,
            "found_by_code": len(ours) - rescued,
            pair["expected_ids"]["low"]: int((ours["severity"] != "high").sum()),
            "observation_end": setting.england["windows"]["op"]["to"],
            "trace_date": setting.england["windows"]["trace"],
            "centres": setting.geo.centres,
            "travel_n": len(minutes),
            "travel_missing": len(ours) - len(minutes),
            "travel_mean": minutes.mean(),
            "travel_median": minutes.median(),
            "travel_not_nearest_pct": 100 * further.mean(),
            "activity_n": len(contacts),
            "activity_excluded": len(ours) - len(contacts),
            "activity_median": contacts.median(),
            "activity_mean": contacts.mean(),
            "activity_min": contacts.min(),
            "activity_max": contacts.max(),
            "activity_q1": q1,
            "activity_q3": q3,
            "activity_iqr": q3 - q1,
            "activity_sd": contacts.std(ddof=1),
            "started_by_march_2019": int((months <= "2019-03").sum()),
            "started_by_october_2020": int((months <= "2020-10").sum()),
        }
        rows += [(pair["pair"], key, _plain(value)) for key, value in values.items()]
    return pd.DataFrame(rows, columns=["pair", "id", "value"])


def _plain(value: object) -> str:
    """Write a number without a tail, a date as it is."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return f"{float(value):.10g}" if isinstance(value, (float, np.floating)) else str(value)
