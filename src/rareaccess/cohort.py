"""The condition cohort: who is found by code or specialty, who was alive, who was treated.

Everything here is keyed by study_id: an integer from a seeded shuffle of the native pseudonyms,
which stay in the extract.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.blueteq import choose_one_each, name_reasons
from rareaccess.engine import Engine
from rareaccess.errors import UserError
from rareaccess.flow import Ledger, declare_boxes
from rareaccess.params import Pair

__all__ = [
    "assign_index_dates", "assign_study_ids", "book_flow", "check_treated",
    "count_coded_records", "in_windows", "name_alive_reasons", "narrow_codes", "profile_people",
    "sort_keys",
]  # fmt: skip

CHUNK = 2048


def assign_study_ids(persons: Iterable[str], *, salt: str) -> pd.DataFrame:
    """Assign study ids 1..n in the order of a seeded hash of the native pseudonyms.

    Parameters
    ----------
    persons
        Native pseudonyms, in any order, repeated or not.
    salt
        Another salt gives another order: each pair has its own.

    Returns
    -------
    pandas.DataFrame
        `person`, `study_id`, `draw` (the hash, uint64, for assigned index dates).

    Examples
    --------
    >>> ids = assign_study_ids(["b", "a", "b"], salt="x")
    >>> sorted(ids["person"]), sorted(ids["study_id"]), len(ids)
    (['a', 'b'], [1, 2], 2)
    """
    unique = sorted(set(persons))
    draws = [_draw(person, salt) for person in unique]
    ids = pd.DataFrame({"person": pd.Series(unique, dtype="str"), "draw": np.array(draws, "uint64")})
    ids = ids.sort_values(["draw", "person"], ignore_index=True)
    return ids.assign(study_id=np.arange(1, len(ids) + 1, dtype="int64"))


def _draw(person: str, salt: str) -> int:
    digest = hashlib.blake2b(person.encode(), digest_size=8, key=salt.encode()[:64])
    return int.from_bytes(digest.digest(), "big")


def in_windows(engine: Engine, pair: Pair) -> Any:
    """Return the condition that a record's day is inside the pair's window for its kind."""
    F, condition = engine.F, engine.F.lit(False)
    for kind, window in (("apc", pair.windows.apc), ("op", pair.windows.op)):
        start, end = (F.lit(str(day)).cast("date") for day in (window.start, window.end))
        inside = (F.col("kind") == kind) & (F.col("day") >= start) & (F.col("day") <= end)
        condition = condition | inside
    return condition


def count_coded_records(engine: Engine, codes: Any, pair: Pair) -> pd.DataFrame:
    """Count the records with a narrow code by person and kind, inside the windows.

    Parameters
    ----------
    codes
        The extract `codes`.

    Returns
    -------
    pandas.DataFrame
        `person`, `kind`, `n_records`.
    """
    F = engine.F
    found = codes.where(narrow_codes(engine, pair) & in_windows(engine, pair))
    coded = found.select("person", "kind", "record")
    counts = coded.distinct().groupBy("person", "kind").agg(F.count("*").alias("n_records"))
    return engine.collect(counts)


def narrow_codes(engine: Engine, pair: Pair) -> Any:
    """Return the condition that `code` is one of the pair's narrow codes, for long tables."""
    condition = engine.F.lit(False)
    for prefix in pair.condition.icd10.narrow:
        condition = condition | engine.F.col("code").startswith(prefix)
    return condition


def profile_people(engine: Engine, records: Any, pair: Pair) -> pd.DataFrame:
    """Return one row a person from the records that count.

    Parameters
    ----------
    records
        Records keyed by `study_id`, with `counted`.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `entry_date`, `age_at_entry` (at the first record; APC before OP on one day),
        `last_day`, `specialty_records` (in the rescue specialties), and the most recent known
        `sex`, `ethnicity`, `lsoa` (on one day APC counts before OP, then the largest key).
    """
    F = engine.F
    first, last = sort_keys(engine)
    rescue = engine.any_of(["specialty"], pair.condition.rescue_specialties)
    profile = (
        records.where(F.col("counted"))
        .withColumn("first_key", first)
        .withColumn("last_key", last)
        .groupBy("study_id")
        .agg(
            F.min("day").alias("entry_date"),
            F.max("day").alias("last_day"),
            F.min_by(F.coalesce(F.col("age"), F.lit(-1)), F.col("first_key")).alias("age_at_entry"),
            F.sum(F.when(rescue, 1).otherwise(0)).alias("specialty_records"),
            *[
                F.max_by(F.col(name), F.when(F.col(name).isNotNull(), F.col("last_key"))).alias(name)
                for name in ("sex", "ethnicity", "lsoa")
            ],
        )
    )
    people = engine.collect(profile)
    age = people["age_at_entry"].astype("Int64")
    records_n = people["specialty_records"].astype("int64")
    people = people.assign(age_at_entry=age.mask(age < 0), specialty_records=records_n)
    return people.sort_values("study_id", ignore_index=True)


def sort_keys(engine: Engine) -> tuple[Any, Any]:
    """Return two text columns: the least is the first record, the greatest the most recent one.

    On one day APC comes first in both; among the records of one kind the smallest key is the
    first and the largest the most recent.
    """
    F = engine.F
    day = F.col("day").cast("string")
    is_apc = F.col("kind") == "apc"
    first = F.concat(day, F.when(is_apc, "0").otherwise("1"), F.col("record"))
    last = F.concat(day, F.when(is_apc, "1").otherwise("0"), F.col("record"))
    return first, last


def name_alive_reasons(people: pd.DataFrame, *, pair: Pair) -> pd.Series:
    """Return why somebody was not alive on the approval date, missing for those who were.

    Parameters
    ----------
    people
        `traced`, `date_of_death`, `last_day` (of any record that counts).

    Examples
    --------
    >>> from rareaccess.params import load_pair
    >>> frame = pd.DataFrame({"traced": ["Y", "Y", None], "last_day": pd.NaT,
    ...     "date_of_death": pd.to_datetime(["2016-06-21", "2016-06-22", None])})
    >>> name_alive_reasons(frame, pair=load_pair("sle-belimumab")).tolist()
    ['died before approval', nan, 'vital status unknown']
    """
    approval = pd.Timestamp(pair.windows.approval_date)
    died = people["date_of_death"] < approval
    seen = (people["traced"] == "Y") | (people["last_day"] >= approval)
    reasons = pd.Series(None, people.index, dtype="str")
    return reasons.mask(~seen, "vital status unknown").mask(died, "died before approval")


def book_flow(
    applications: pd.DataFrame, coded: pd.DataFrame, people: pd.DataFrame, *, pair: Pair
) -> tuple[Ledger, pd.DataFrame]:
    """Book the whole flow of a pair, verify it, and say where each application went.

    Parameters
    ----------
    applications
        The table `blueteq_applications` with `study_id`, `linked` (bool) and `date_of_death`.
    coded
        `study_id`, `kind`, `n_records`: records with a code of the condition.
    people
        `study_id`, `traced`, `date_of_death`, `last_day`, `specialty_records` of everyone with
        records.

    Returns
    -------
    tuple
        The verified ledger, and the applications with `stopped_at` (the box where an application
        was excluded, "" for those that count) and `found_by` (code or specialty).
    """
    boxes = declare_boxes(pair)
    both = coded.groupby("study_id", as_index=False)["n_records"].sum()
    both = both.merge(people, on="study_id", how="left", validate="1:1")
    both = both.assign(reason=name_alive_reasons(both, pair=pair))
    alive = both[both["reason"].isna()]
    applications = applications.assign(
        found_by=_found_by(applications["study_id"], alive, people), stopped_at=""
    )
    ledger = Ledger(boxes).book("applications", applications)
    ledger, applications = _book_applications(ledger, applications, pair)
    treated = applications[applications["stopped_at"] == ""]
    by_code = treated["found_by"] == "code"
    rescued = people[people["study_id"].isin(treated.loc[~by_code, "study_id"])]
    rescued = rescued[["study_id"]].assign(n_records=rescued["specialty_records"])
    cohort = pd.concat([alive[["study_id", "n_records"]], rescued], ignore_index=True)
    rest = cohort[~cohort["study_id"].isin(treated["study_id"])]
    for key, rows in {
        "found_by_code": treated[by_code], "rescued": treated[~by_code],
        "coded_apc": coded[coded["kind"] == "apc"], "coded_op": coded[coded["kind"] == "op"],
        "coded": both.drop(columns="reason"), "alive_at_approval": both, "cohort": cohort,
        "treated": treated, "not_known_treated": rest,
    }.items():  # fmt: skip
        ledger = ledger.book(key, rows)
    return ledger.verify(), applications


def _found_by(ids: pd.Series, alive: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """Return how the condition is confirmed: by code, by specialty, or missing."""
    in_specialty = people.loc[people["specialty_records"] > 0, "study_id"]
    found = pd.Series(None, ids.index, dtype="str").mask(ids.isin(in_specialty), "specialty")
    return found.mask(ids.isin(alive["study_id"]), "code")


def _book_applications(
    ledger: Ledger, applications: pd.DataFrame, pair: Pair
) -> tuple[Ledger, pd.DataFrame]:
    """Book the steps of the applications in turn; each is asked of those still in the flow."""
    none = pd.Series(None, applications.index, dtype="str")
    dead = applications["date_of_death"] < applications["planned_start_date"]
    unconfirmed = applications["found_by"].isna()
    reasons = {
        **name_reasons(applications, pair=pair),
        "one_per_patient": None,
        "linked": none.mask(~applications["linked"], "no HES link"),
        "alive_at_start": none.mask(dead, "died before planned start"),
        "confirmed": none.mask(unconfirmed, "condition not confirmed in HES"),
    }
    stopped = applications["stopped_at"]
    for key, reason in reasons.items():
        rows = applications[stopped == ""]
        if reason is None:
            reason = choose_one_each(rows)
        ledger = ledger.book(key, rows.assign(reason=reason.loc[rows.index]))
        stopped = stopped.mask((stopped == "") & reason.reindex(stopped.index).notna(), key)
    return ledger, applications.assign(stopped_at=stopped)


def assign_index_dates(people: pd.DataFrame, starts: pd.DataFrame) -> pd.Series:
    """Draw an index date for each untreated person from the start dates of the treated.

    Each person takes the start of the treated person whose joint hash with theirs is least, among
    those whose start lies in the person's time under observation. The draw is uniform, and moving
    one treated person's start moves only the dates of those who had drawn it or now may.

    Parameters
    ----------
    people
        `draw` (uint64), `entry_date`, `date_of_death` (missing when alive).
    starts
        `draw` (uint64), `start_date` of the treated.

    Returns
    -------
    pandas.Series
        The index date, missing where no start lies between entry and death (both included).

    Examples
    --------
    >>> people = pd.DataFrame({"draw": np.array([3, 9], "uint64"), "date_of_death": pd.NaT,
    ...     "entry_date": pd.to_datetime(["2010-01-01", "2024-01-01"])})
    >>> starts = pd.DataFrame({"draw": np.array([5], "uint64"),
    ...     "start_date": pd.to_datetime(["2020-05-01"])})
    >>> assign_index_dates(people, starts).tolist()
    [Timestamp('2020-05-01 00:00:00'), NaT]
    """
    dates = starts["start_date"].to_numpy("datetime64[s]")
    entry = people["entry_date"].to_numpy("datetime64[s]")
    death = people["date_of_death"].to_numpy("datetime64[s]")
    draws, theirs = people["draw"].to_numpy("uint64"), starts["draw"].to_numpy("uint64")
    found = np.full(len(people), np.datetime64("NaT", "s"))
    for begin in range(0, len(people) if len(dates) else 0, CHUNK):
        part = slice(begin, begin + CHUNK)
        possible = (dates >= entry[part, None]) & ~(dates > death[part, None])
        joint = np.where(possible, _mix(draws[part, None] ^ theirs), np.uint64(2**64 - 1))
        best = joint.argmin(axis=1)
        found[part] = np.where(possible.any(axis=1), dates[best], np.datetime64("NaT", "s"))
    return pd.Series(found, people.index, dtype="datetime64[s]")


def _mix(values: np.ndarray) -> np.ndarray:
    """Return SplitMix64's finaliser: neighbouring values become unlike each other."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))


def check_treated(treated: pd.DataFrame, *, pair: Pair) -> pd.DataFrame:
    """Return the treated when there are any.

    Raises
    ------
    UserError
        Nobody is left at the end of the flow.
    """
    if len(treated):
        return treated
    raise UserError(
        "Nobody is left at the end of the flow.",
        where=f"params/pairs/{pair.pair}.yml and blueteq_applications",
        found="0 people treated",
        expected=f"approved applications for {pair.names.drug} that are linked to HES",
        mend="Compare drug.names, drug.form_codes and windows with the applications.",
    )
