"""People of a world as a plain frame: the cohort at the landmark, and everybody coded or treated.

What is assumed is in `worlds.yml`. Activity is normal within a group, but in `two-class`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from rareaccess.measures.eligibility import Roles
from rareaccess.measures.tidy import Floats

__all__ = ["GROUPINGS", "Drawn", "declare_roles", "draw_people", "read_worlds"]

GROUPINGS = ("quintile", "ethnicity")
FARTHEST = 1e6

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Drawn:
    """One drawing of a world.

    Parameters
    ----------
    cohort
        Coded at the landmark, alive and not treated: `quintile`, `ethnicity`, `age`, `sex`,
        `treated`, and each feature.
    everybody
        Coded or treated at any time: the same without features.
    eligible
        Of the cohort: `eligible`, `years` at risk and `expected` starts at the declared rates. No
        estimator sees it.
    """

    cohort: pd.DataFrame
    everybody: pd.DataFrame
    eligible: pd.DataFrame


@cache
def read_worlds() -> dict[str, Any]:
    """Return what `worlds.yml` declares."""
    text = Path(__file__).with_name("worlds.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def declare_roles() -> Roles:
    """Return the roles of the features of all worlds."""
    features = read_worlds()["features"]
    return Roles(
        {name: of["kind"] for name, of in features["anchors"].items()},
        use=tuple(features["use"]),
        control=next(iter(features["control"])),
    )


def draw_people(world: str, seed: int, *, strength: float = 1.0) -> Drawn:
    """Draw people, their features and who is treated.

    Parameters
    ----------
    world
        A name under `worlds` in `worlds.yml`.
    strength
        A factor of every loading of an anchor.

    Examples
    --------
    >>> drawn = draw_people("null", 1)
    >>> len(drawn.cohort), int(drawn.cohort["treated"].sum())
    (72308, 924)
    """
    declared = read_worlds()
    effects, asked = declared["effects"], declared["worlds"][world]
    rng = np.random.default_rng([seed, *world.encode()])
    coded = np.array(effects["coded_before"]) if asked.get("coding") else np.ones(5)
    people = _draw_persons(rng, declared, coded)
    quintile, ethnicity = people["quintile"], people["ethnicity"]
    decade, size = (people["age"] - 50) / 10, len(people["age"])
    shift = _look(declared["activity"]["ethnicity"], ethnicity)
    shift = shift + declared["activity"]["per_decade"] * decade
    if asked.get("need"):
        shift = shift + np.array(effects["need"])[quintile]
    before, eligible = _draw_activity(rng, declared, shift, quintile, asked=asked)
    rate = np.exp(declared["start"]["per_decade"] * decade) * declared["start"]["rate"]
    if asked.get("gradient"):
        rate = rate * np.array(effects["gradient"])[quintile]
    if asked.get("ethnic"):
        rate = rate * _look(effects["ethnic"], ethnicity)
    deaths = declared["deaths"]
    dying = deaths["rate_at_50"] * np.exp(
        deaths["per_decade"] * decade + np.array(deaths["by_quintile"])[quintile]
    )
    death = rng.exponential(size=size) / dying
    start = np.where(eligible, rng.exponential(size=size) / rate, FARTHEST)
    first = people["first"]  # coded before the landmark
    begun = np.where(first & (start < death), start, FARTHEST)
    count = asked.get("treated", declared["treated"])
    end = np.partition(begun, count - 1)[count - 1]  # followed until so many have started
    treated = (start <= end) & (start < death)
    years = np.minimum(np.minimum(start, death), end)
    frame = pd.DataFrame({
        "quintile": quintile + 1, "ethnicity": np.array(_names(declared))[ethnicity],
        "age": people["age"], "sex": np.where(people["woman"], "female", "male"),
        "treated": treated.astype(int),
    })  # fmt: skip
    later = ~first & (rng.random(size) < effects["coded_later"])
    everybody = frame[first | later | treated]
    cohort = frame[first].reset_index(drop=True)
    features = _draw_features(
        rng, declared, before[first], decade[first], quintile[first], asked, strength,
        eligible=eligible[first],
    )  # fmt: skip
    truth = pd.DataFrame({
        "eligible": eligible[first], "years": years[first],
        "expected": np.where(eligible, rate * years, 0.0)[first],
    })  # fmt: skip
    return Drawn(cohort.assign(**features), everybody.reset_index(drop=True), truth)


def _names(declared: dict[str, Any]) -> list[str]:
    return [*declared["ethnicity"], "White"]


def _look(values: dict[str, float], codes: Codes) -> Floats:
    return np.array([values[name] for name in _names(read_worlds())])[codes]


def _draw_persons(
    rng: np.random.Generator, declared: dict[str, Any], coded: Floats
) -> dict[str, NDArray[Any]]:
    """Draw people until as many as declared are coded before the landmark."""
    shares, wanted = np.array(declared["quintiles"]), declared["people"]
    size = wanted if (coded == 1).all() else int(wanted / (shares @ coded) * 1.02)
    quintile = rng.choice(5, size, p=shares)
    ethnic = np.array(list(declared["ethnicity"].values())).T  # (5, groups but White)
    ethnicity = (rng.random(size)[:, None] > ethnic.cumsum(axis=1)[quintile]).sum(axis=1)
    age = declared["age"]
    low, high = (ndtr((age[end] - age["mean"]) / age["sd"]) for end in ("least", "most"))
    years = np.floor(age["mean"] + age["sd"] * ndtri(rng.uniform(low, high, size)))
    years = np.maximum(years, age["least"])
    woman = rng.random(size) < declared["women"]
    first = rng.random(size) < coded[quintile]
    kept = slice(0, int(np.searchsorted(first.cumsum(), wanted)) + 1)
    found = {"quintile": quintile, "ethnicity": ethnicity, "age": years, "woman": woman,
             "first": first}  # fmt: skip
    return {name: values[kept] for name, values in found.items()}


def _draw_activity(
    rng: np.random.Generator, declared: dict[str, Any], shift: Floats, quintile: Codes, *,
    asked: dict[str, Any],
) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
    """Return activity in the look-back, or the class as 0 and 1, and who is eligible later."""
    activity, size = declared["activity"], len(shift)
    drift, spread = np.full(5, activity["drift"]), np.ones(5)
    if asked.get("unequal"):
        unequal = declared["effects"]["unequal"]
        drift, spread = np.array(unequal["drift"]), np.array(unequal["spread"])
    cut = _find_cut(shift, spread[quintile], activity["eligible"])
    if asked.get("classes"):
        member = rng.random(size) < ndtr(shift - cut)
        return member.astype(float), member
    own, kept = rng.standard_normal(size), drift[quintile]
    later = kept * own + np.sqrt(1 - kept**2) * rng.standard_normal(size)
    return shift + spread[quintile] * own, shift + spread[quintile] * later > cut


def _find_cut(shift: Floats, spread: Floats, share: float) -> float:
    """Return the threshold that so many are expected to be above."""
    low, high = -5.0, 8.0
    for _ in range(25):
        middle = (low + high) / 2
        above = ndtr((shift - middle) / spread).mean()
        low, high = (middle, high) if above > share else (low, middle)
    return (low + high) / 2


def _draw_features(
    rng: np.random.Generator, declared: dict[str, Any], activity: Floats, decade: Floats,
    quintile: Codes, asked: dict[str, Any], strength: float, *, eligible: NDArray[np.bool_],
) -> dict[str, Codes]:  # fmt: skip
    """Draw the features; in a world of classes, `activity` is the class and `eligible` too."""
    effects = declared["effects"]
    recorded = np.array(effects["recording"])[quintile] if asked.get("recording") else 0.0
    access = np.log(effects["access"])[quintile] if asked.get("access") else 0.0
    one = np.array(effects["one_anchor"])[quintile] if asked.get("one_anchor") else 0.0
    slopes = np.array(effects["unequal"]["slopes"])[quintile] if asked.get("unequal") else 1.0
    found: dict[str, Codes] = {}
    for role, features in declared["features"].items():
        for place, (name, of) in enumerate(features.items()):
            direct = {"anchors": recorded, "control": recorded, "use": access}[role]
            if role == "anchors":
                direct = direct + (one if place == 0 else 0.0)
            loading = of["loading"] * (strength if role == "anchors" else 1.0)
            factor = slopes if role == "anchors" else 1.0
            line = of["per_decade"] * decade
            if of["kind"] == "binary":
                line = line + declared["binary_scale"] * direct
                found[name] = _draw_flag(
                    rng, declared, of, min(loading, 0.9), activity, line, factor=factor,
                    classes=bool(asked.get("classes")),
                )  # fmt: skip
                continue
            if asked.get("classes"):
                line = line + _class_rate(loading, declared, eligible)
            else:
                line = line + factor * loading * activity - loading**2 / 2
            noise = of["noise"] * rng.standard_normal(len(decade)) - of["noise"] ** 2 / 2
            found[name] = rng.poisson(np.exp(np.log(of["mean"]) + line + direct + noise))
    return found


def _draw_flag(
    rng: np.random.Generator, declared: dict[str, Any], of: dict[str, Any], loading: float,
    activity: Floats, line: Floats, *, factor: Floats | float, classes: bool,
) -> Codes:  # fmt: skip
    if classes:
        own, noise = _class_effect(loading, declared, of["share"], activity), 1.0
    else:
        own, noise = factor * loading * activity, np.sqrt(1 - loading**2)
    level = ndtri(of["share"]) + own + line
    return (level + noise * rng.standard_normal(len(line)) > 0).astype(np.intp)


def _class_rate(loading: float, declared: dict[str, Any], member: NDArray[np.bool_]) -> Floats:
    """Return log rates of two classes with which a count is as common as if bell-shaped."""
    share, drift = declared["activity"]["eligible"], declared["activity"]["drift"]
    more = ndtr(loading * drift - ndtri(1 - share)) / share
    return np.where(member, np.log(more), np.log((1 - share * more) / (1 - share)))


def _class_effect(loading: float, declared: dict[str, Any], mean: float, member: Floats) -> Floats:
    """Return probits of two classes in which a flag is as common as with a bell-shaped activity."""
    line = np.linspace(-8, 8, 4001)
    density = np.exp(-(line**2) / 2) / np.sqrt(2 * np.pi) * (line[1] - line[0])
    share, drift = declared["activity"]["eligible"], declared["activity"]["drift"]
    above = ndtr((drift * line - ndtri(1 - share)) / np.sqrt(1 - drift**2))
    flagged = ndtr((ndtri(mean) + loading * line) / np.sqrt(1 - loading**2))
    inside = float((density * above * flagged).sum() / (density * above).sum())
    outside = float((density * (1 - above) * flagged).sum() / (density * (1 - above)).sum())
    return np.where(member > 0, ndtri(inside), ndtri(outside)) - ndtri(mean)
