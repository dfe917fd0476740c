"""SACT in the sample: the rules of the Cancer Drugs Fund, applied once more to the records.

The rules are those of the published methods (NDRS, CDF methodologies). They are written here from
the text, with pandas, and the truth beside the data is only compared with what they give.
"""

from pathlib import Path

import pandas as pd
import pytest

from places import SYNTHETIC

PAIR = "waldenstrom-ibrutinib"
ENTRY, END, TRACE = (pd.Timestamp(d) for d in ("2017-11-22", "2025-07-31", "2025-11-07"))
PRESCRIPTION, END_INDICATOR = 28, 120
NAMES = {
    "organisation_code_of_provider": "trust",
    "organisation_identifier": "trust",
    "primary_diagnosis": "diagnosis",
    "primary_diagnosis_icd": "diagnosis",
}
DATES = ["start_date_of_regimen", "start_date_of_cycle", "administration_date"]
SPELT = "ibrut|ibrit|imbruv"


def read_applications(root: Path) -> pd.DataFrame:
    """Return the approved applications to start ibrutinib for the condition."""
    rows = pd.read_parquet(root / "blueteq_applications.parquet")
    mine = rows["form_code"].eq("IBR-WM") & rows["drug_name"].str.contains(SPELT, case=False)
    mine &= rows["form_type"].eq("initiation") & rows["approval_status"].eq("approved")
    rows = rows[mine].copy()
    rows["approval_date"] = pd.to_datetime(rows["approval_date"])
    return rows


def read_sact(root: Path) -> pd.DataFrame:
    """Return the rows of the drug and diagnosis from both versions, in one set of names."""
    parts = []
    for version, outcomes in (("v2", "regimen_outcome_summary"), ("v3", "regimen_outcome_")):
        rows = pd.read_parquet(root / f"sact_{version}.parquet").rename(columns=NAMES)
        told = rows[[name for name in rows if name.startswith(outcomes)]]
        parts.append(rows.assign(told=told.bfill(axis=1).iloc[:, 0], version=version))
    rows = pd.concat(parts, ignore_index=True)
    for name in DATES:
        rows[name] = pd.to_datetime(rows[name])
    return rows[rows["drug_group"].eq("IBRUTINIB") & rows["diagnosis"].eq("C880")]


def judge(root: Path) -> pd.DataFrame:
    """Apply the rules to each applicant."""
    forms, sact = read_applications(root), read_sact(root)
    trace = pd.read_parquet(root / "pds_trace.parquet").set_index("nhs_number")
    found = {}
    for number, mine in forms.groupby("nhs_number"):
        records = sact[sact["nhs_number"] == number]
        days = records[DATES].stack()
        there = len(records) > 0
        start, final = (days.min(), days.max()) if there else (pd.NaT, pd.NaT)
        regimen = records["start_date_of_regimen"].min() if there else pd.NaT
        before = bool(there and start < ENTRY) or mine["approval_date"].min() < ENTRY
        rule, chosen = choose(mine, records, regimen)
        person, row = trace.loc[number], {"before_entry": before, "duplicate_rule": rule}
        row |= {"application_id": chosen["application_id"], "applications": len(mine)}
        if not there:
            found[number] = row | {"status": "missing", "event": "", "os_flag": ""}
            continue
        told = records["told"].notna().any()
        timely = start <= chosen["approval_date"] + pd.Timedelta(days=30)
        active = final >= END - pd.DateOffset(months=3)
        death = pd.to_datetime(person["date_of_death"])
        dead = person["traced"] == "Y" and pd.notna(death)
        over = final + pd.Timedelta(days=PRESCRIPTION)
        between = dead and death < over
        silent = final + pd.Timedelta(days=END_INDICATOR) < END
        ended = records["told"].isin(["2", "3", "progression", "toxicity"]).any()
        flag = "dead" if dead else "alive" if person["traced"] == "Y" else "lost"
        until = {"dead": death, "alive": TRACE, "lost": final}[flag]
        found[number] = row | {
            "status": "present" if timely and (active or told) else "incomplete",
            "event": "died" if dead else "outcome" if told else "no record" if silent else "",
            "duration_days": ((death if between else over) - start).days,
            "died_on_treatment": bool(between and not ended),
            "os_flag": flag,
            "os_days": (until - start).days,
            "start_date": str(start.date()),
            "final_date": str(final.date()),
        }
    frame = pd.DataFrame.from_dict(found, orient="index")
    numbers = ["duration_days", "os_days"]
    frame[numbers] = frame[numbers].fillna(-1).astype(int)
    return frame.assign(died_on_treatment=frame["died_on_treatment"].eq(True)).sort_index()


def choose(mine: pd.DataFrame, records: pd.DataFrame, regimen) -> tuple[int, pd.Series]:
    """Return the rule for duplicates that applies, and the application that stays."""
    mine = mine.sort_values(["approval_date", "application_id"])
    if len(mine) == 1:
        return 0, mine.iloc[0]
    if pd.isna(regimen):
        return 3, mine.iloc[0]
    if mine["approval_date"].nunique() == 1:
        return 1, mine[mine["applying_trust"].isin(records["trust"])].iloc[0]
    gap = (mine["approval_date"] - regimen).abs()
    return 2, mine.loc[gap.idxmin()]


def compare(root: Path) -> pd.DataFrame:
    """Hold what the rules give against the truth; return the truth."""
    truth = pd.read_parquet(root / "truth" / "sact.parquet").set_index("nhs_number").sort_index()
    found = judge(root)
    assert found.index.tolist() == truth.index.tolist()
    for name in found:
        told = truth[name].where(truth[name].notna(), None)
        ours = found[name].where(found[name].notna(), None)
        wrong = (told != ours) & ~(told.isna() & ours.isna())
        assert not wrong.any(), (name, truth[wrong], found[wrong])
    return truth


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return compare(SYNTHETIC / "sample")


@pytest.mark.full
def test_the_rules_give_the_truth_in_the_full_world() -> None:
    compare(SYNTHETIC / "full")


@pytest.mark.slow
def test_every_branch_of_the_rules_is_taken_in_the_sample(truth) -> None:
    cohort = truth[~truth["before_entry"]]
    start, there = truth["start_date"].fillna("9999"), truth["status"] != "missing"
    before = truth["before_entry"]
    branches = {
        "had the drug before the entry": before & (start < str(ENTRY.date())),
        "applied before the entry": before & ~there,
        "one application": cohort["duplicate_rule"] == 0,
        "rule 1": cohort["duplicate_rule"] == 1,
        "rule 2": cohort["duplicate_rule"] == 2,
        "rule 3, no record": (cohort["duplicate_rule"] == 3) & (cohort["status"] == "missing"),
        "rule 3, no regimen": (cohort["duplicate_rule"] == 3) & (cohort["status"] != "missing"),
        "present": cohort["status"] == "present",
        "incomplete, late": cohort["case"] == "late_start",
        "incomplete, silent": (cohort["status"] == "incomplete") & (cohort["case"] == "silent"),
        "quiet, not ended": (cohort["case"] == "quiet") & (cohort["event"] == ""),
        "missing": cohort["status"] == "missing",
        "other drug only": cohort["case"] == "other_drug_only",
        "other number": cohort["case"] == "wrong_number",
        "other diagnosis": cohort["case"] == "other_diagnosis",
        "event: died": cohort["event"] == "died",
        "event: outcome": cohort["event"] == "outcome",
        "event: no record": cohort["event"] == "no record",
        "no event": (cohort["event"] == "") & (cohort["status"] != "missing"),
        "died on treatment": cohort["died_on_treatment"],
        "died after an outcome": (cohort["case"] == "died_after_outcome")
        & ~cohort["died_on_treatment"],
        "died later": (cohort["os_flag"] == "dead") & ~cohort["died_on_treatment"],
        "alive": cohort["os_flag"] == "alive",
        "lost": cohort["os_flag"] == "lost",
    }
    assert [name for name, taken in branches.items() if not taken.any()] == []


@pytest.mark.slow
def test_each_duplicate_rule_once_keeps_the_second_application(truth) -> None:
    forms = read_applications(SYNTHETIC / "sample").sort_values(["approval_date", "application_id"])
    first = forms.drop_duplicates("nhs_number").set_index("nhs_number")["application_id"]
    later = truth[truth["application_id"] != first.loc[truth.index]]
    assert set(later["duplicate_rule"]) >= {2}
    assert 3 not in set(later["duplicate_rule"])
    trusts = forms.set_index("application_id")["applying_trust"]
    sact = read_sact(SYNTHETIC / "sample").drop_duplicates("nhs_number").set_index("nhs_number")
    two = truth[truth["duplicate_rule"] == 2]
    own = trusts.loc[two["application_id"]].to_numpy() == sact.loc[two.index, "trust"].to_numpy()
    assert own.any() and not own.all()


@pytest.mark.slow
def test_each_of_the_three_dates_is_once_the_earliest_and_some_are_missing() -> None:
    rows = read_sact(SYNTHETIC / "sample")
    first = rows.sort_values("cycle_number").drop_duplicates("nhs_number")[DATES]
    assert set(first.min(axis=1).eq(first["start_date_of_regimen"])) == {True, False}
    strictly = [(first[n] < first.drop(columns=n).min(axis=1)).any() for n in DATES[1:]]
    assert strictly == [True, True]
    assert rows[DATES].isna().any().all()
    alone = rows["start_date_of_cycle"].isna() & rows["administration_date"].isna()
    assert alone.any()


@pytest.mark.slow
def test_other_drugs_and_both_versions_are_in_the_tables() -> None:
    for version in ("v2", "v3"):
        rows = pd.read_parquet(SYNTHETIC / "sample" / f"sact_{version}.parquet")
        assert {"IBRUTINIB", "RITUXIMAB"} < set(rows["drug_group"])
        outcomes = [name for name in rows if name.startswith("regimen_outcome")]
        assert len(outcomes) == (1 if version == "v2" else 3)
        assert rows[outcomes].notna().any().all()
        assert rows["nhs_number"].str.startswith("TEST").all()
        assert rows["submission_month"].str.fullmatch(r"20\d\d(0[1-9]|1[0-2])").all()
    both = read_sact(SYNTHETIC / "sample").groupby("nhs_number")["version"].nunique()
    assert (both == 2).any()


@pytest.mark.slow
def test_expected_numbers_of_the_fund_follow_from_the_records() -> None:
    expected = pd.read_csv(SYNTHETIC / "sample" / "expected.csv", dtype=str)
    expected = expected[expected["pair"] == PAIR].set_index("id")["value"]
    people = judge(SYNTHETIC / "sample")
    cohort = people[~people["before_entry"]]
    there = cohort[cohort["status"] != "missing"]
    found = {
        "cdf_applications": people["applications"].sum(),
        "cdf_before_entry": people.loc[people["before_entry"], "applications"].sum(),
        "cdf_duplicates": (cohort["duplicate_rule"] > 0).sum(),
        "cdf_cohort": len(cohort),
        "cdf_present": (cohort["status"] == "present").sum(),
        "cdf_incomplete": (cohort["status"] == "incomplete").sum(),
        "cdf_missing": (cohort["status"] == "missing").sum(),
        "cdf_event_died": (there["event"] == "died").sum(),
        "cdf_event_outcome": (there["event"] == "outcome").sum(),
        "cdf_event_no_record": (there["event"] == "no record").sum(),
        "cdf_event_none": (there["event"] == "").sum(),
        "cdf_died_on_treatment": there["died_on_treatment"].sum(),
        "cdf_lost": (there["os_flag"] == "lost").sum(),
        "cdf_duration_days_total": there["duration_days"].sum(),
        "cdf_survival_days_total": there["os_days"].sum(),
    }
    assert {k: int(v) for k, v in found.items()} == {k: int(expected[k]) for k in found}
