"""Tables as a whole: what cannot be so stops, what is odd is told, what is honest passes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import tiny_england
import tiny_project
from places import ROOT
from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.rules import LIMITS, choose_rules, list_ids
from rareaccess.core.errors import UserError
from rareaccess.measures.starts import count_starts_by_month
from rareaccess.params import load_pair
from rareaccess.pipeline.check import CheckReport, Finding
from rareaccess.pipeline.check.broken import list_broken
from rareaccess.pipeline.check.linking import check_links
from rareaccess.pipeline.check.occurring import find_absent
from rareaccess.pipeline.check.plausible import check_ranking, check_records, read_known_areas
from rareaccess.pipeline.check.refusals import find_other_routes
from rareaccess.pipeline.check.remedies import advise
from rareaccess.pipeline.check.shares import ask_shares, check_shares
from rareaccess.sources import open_source
from rareaccess.sources.counted import count_frame
from rareaccess.sources.engine import open_engine
from rareaccess.sources.engine.start_spark import check_spark

pytestmark = pytest.mark.slow

SAMPLE = ROOT / "data-synthetic" / "sample"
SPARK = (
    pytest.mark.long,
    pytest.mark.skipif(check_spark().fault is not None, reason="no Spark here: see `make spark`"),
)
DAYS = {"apc": "EPISTART", "op": "APPTDATE"}
Change = Callable[[pd.DataFrame], pd.DataFrame]


def sample(table: str) -> pd.DataFrame:
    """Return the columns of the sample on which its span rests, with the day called `day`."""
    columns = ["FYEAR", DAYS[table], "PSEUDO_HESID"]
    frame = pq.read_table(SAMPLE / table, columns=columns, partitioning=None).to_pandas()
    frame["day"] = pd.to_datetime(frame.pop(DAYS[table]), errors="coerce")
    return frame


def examine(table: str, change: Change, *, engine: str = "duckdb", **limits: float) -> dict:
    """Return what is told of a changed sample: id of the rule -> finding."""
    frame = change(sample(table)).rename(columns={"day": DAYS[table]})
    rules = choose_rules(CONTRACTS[table], {})
    with open_engine(engine) as opened:
        counts = count_frame(opened, opened.stage(frame.reset_index(drop=True)), table)
        people = counts.take("PSEUDO_HESID")
        found = check_records(counts, people, {}, rules, {**LIMITS, **limits}, len(frame))
    return {finding.rule: finding for finding in found}


def leave_out(frame: pd.DataFrame, chosen: pd.Series, keep: float = 0.0) -> pd.DataFrame:
    """Return the frame without the chosen rows, of which every so many stay."""
    stays = np.arange(len(frame)) % 100 < 100 * keep
    return frame[~chosen | stays]


def months(frame: pd.DataFrame, first: str, last: str) -> pd.Series:
    return frame["day"].between(first, last)


# --- periods ------------------------------------------------------------------------------------

HONEST: dict[str, Change] = {
    "as it is": lambda f: f,
    "later years only": lambda f: f[f["FYEAR"].between("1415", "2526")],
    "one year": lambda f: f[f["FYEAR"] == "1819"],
    "a part year": lambda f: f[f["day"] < "2024-06-15"],
    "a year of which the first part is missing": lambda f: f[f["day"] >= "2012-09-20"],
    "the pandemic": lambda f: leave_out(f, months(f, "2020-04-01", "2020-06-30"), 0.35),
    "a small extract": lambda f: f.iloc[::400],
}


@pytest.mark.few(4)
@pytest.mark.parametrize("table", ["apc", "op"])
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_span_is_not_told_of(table: str, name: str) -> None:
    found = examine(table, HONEST[name])
    assert not {rule for rule in found if rule.rpartition(".")[2] != "crowd"}
    assert not found


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=SPARK)])
def test_a_year_that_is_missing_between_two_stops(engine: str) -> None:
    found = examine("op", lambda f: f[f["FYEAR"] != "1617"], engine=engine)
    gap = found["op.FYEAR.years"]
    assert (gap.severity, gap.n, gap.rows, gap.example) == ("error", 1, 17, "1617")
    told = str(gap.as_fault("params/sources/x.yml"))
    assert "1 of 17 years (5.9%), such as '1617'" in told
    assert "nobody has a record in them" in told and "{op.FYEAR.years: warning}" in told
    assert set(found) == {"op.FYEAR.years"}  # its months are not told of besides


def test_two_years_that_are_missing_are_counted_both() -> None:
    found = examine("apc", lambda f: f[~f["FYEAR"].isin(["1617", "1718", "2021"])])
    gap = found["apc.FYEAR.years"]
    assert (gap.n, gap.example) == (3, "1617, 1718, 2021")


def test_a_year_is_missed_by_its_days_where_no_year_can_be_read() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        kept = frame[~months(frame, "2016-04-01", "2017-03-31")]
        return kept.assign(FYEAR="20" + kept["FYEAR"].str[:2] + "/" + kept["FYEAR"].str[2:])

    assert examine("op", change)["op.FYEAR.years"].example == "1617"


def test_a_year_that_is_far_too_small_is_told() -> None:
    found = examine("op", lambda f: leave_out(f, f["FYEAR"] == "1617", 0.1))
    small = found["op.FYEAR.few"]
    assert (small.severity, small.n, small.example) == ("warning", 1, "1617")
    assert "op.FYEAR.years" not in found


def test_a_month_that_is_missing_or_far_too_small_is_told() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        without = leave_out(frame, months(frame, "2015-09-01", "2015-09-30"))
        return leave_out(without, months(without, "2018-02-01", "2018-02-28"), 0.1)

    (small,) = examine("op", change).values()
    assert (small.rule, small.severity) == ("op.APPTDATE.few", "warning")
    assert (small.n, small.example) == (2, "2015-09, 2018-02")


def test_the_limit_of_what_is_too_small_is_a_setting() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return leave_out(frame, months(frame, "2015-09-01", "2015-09-30"), 0.3)

    assert not examine("op", change)
    assert "op.APPTDATE.few" in examine("op", change, few=50.0)


def test_days_after_the_last_year_are_counted() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[:7], "day"] = pd.Timestamp("2031-05-04")
        return frame

    ahead = examine("apc", change)["apc.EPISTART.future"]
    assert (ahead.severity, ahead.n, ahead.example) == ("warning", 7, "2031-05")


def test_days_that_have_nothing_to_do_with_the_year_do_not_stop() -> None:
    """As in artificial HES, of which every field is drawn by itself."""
    draw = np.random.default_rng(1)

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        days = pd.Timestamp("2003-04-01") + pd.to_timedelta(draw.integers(0, 6000, len(frame)), "D")
        return frame.assign(day=days)

    assert not {f.rule for f in examine("apc", change).values() if f.severity == "error"}


def test_a_pseudonym_with_more_records_than_a_person_can_have_is_told_and_not_shown() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        one_year = frame[frame["FYEAR"] == "1819"].reset_index(drop=True)
        one_year.loc[: len(one_year) // 2, "PSEUDO_HESID"] = "TESTSHARED"
        return one_year

    (crowd,) = examine("op", change).values()
    assert (crowd.rule, crowd.severity, crowd.n) == ("op.PSEUDO_HESID.crowd", "warning", 6816)
    assert "1 pseudonyms have so many" in crowd.found and "TESTSHARED" not in str(crowd)
    assert not examine("op", change, crowd=7000.0)


# --- ranks --------------------------------------------------------------------------------------


def rank(change: Callable[[pd.Series], pd.Series], rows: slice = slice(None)) -> list[Finding]:
    frame = pq.read_table(SAMPLE / "imd2019.parquet").to_pandas().iloc[rows]
    frame = frame.assign(rank=change(frame["rank"]))
    contract = CONTRACTS["imd2019"]
    with open_engine() as engine:
        staged = engine.stage(frame.reset_index(drop=True))
        rules = choose_rules(contract, {})
        return check_ranking(engine, staged, contract, rules, len(frame))


def test_ranks_are_a_permutation() -> None:
    assert not rank(lambda r: r)
    assert not rank(lambda r: r, slice(0, None, 7))  # the areas of a part of England


@pytest.mark.parametrize(
    ("change", "rows", "n", "said"),
    [
        (lambda r: -(-10 * r // 32844), slice(None), 32834, "looks like tenths in place of ranks"),
        (lambda r: -(-5 * r // 32844), slice(None), 32839, "looks like fifths in place of ranks"),
        (lambda r: r.where(r > 3, 3), slice(None), 2, "2 areas have the rank of another"),
        (lambda r: r.rank().astype("int32"), slice(0, 2000), 2000,
         "ranks within a part of England: each from 1 to 2,000"),
    ],
)  # fmt: skip
def test_what_are_no_ranks_stops_and_says_what_they_look_like(change, rows, n, said) -> None:
    (found,) = rank(change, rows)
    assert (found.rule, found.severity, found.n) == ("imd2019.rank.ranks", "error", n)
    assert said in found.found
    assert "severity" not in found.as_fault("x.yml").mend


# --- links --------------------------------------------------------------------------------------


def link(home: Path, table: str, **changed: list[dict]) -> dict[str, Finding]:
    """Return what is told of the links of a table of the tiny England."""
    tiny_england.write(home / "data", changed)
    source, rules = open_source("tiny"), choose_rules(CONTRACTS[table], {})
    with open_engine() as engine:
        areas = read_known_areas(source, engine, source.tables, "2019")
        found = check_links(source, engine, table, rules, source.tables, areas)
    return {finding.rule: finding for finding in found}


def put(table: str, column: str, change: Callable[[str], str | None]) -> dict[str, list[dict]]:
    rows = tiny_england.rows()[table]
    return {table: [{**row, column: row[column] and change(row[column])} for row in rows]}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_project.make(tmp_path, monkeypatch)


def test_tables_that_find_each_other_are_not_told_of(home: Path) -> None:
    for table in ("linkage", "pds_trace", "blueteq_applications", "op"):
        assert not link(home, table)
    (area,) = link(home, "apc").values()
    assert (area.n, area.rows, area.severity) == (1, 17, "warning")  # it is on no list


def test_sites_and_trusts_that_have_merged_are_found_as_they_count(home: Path) -> None:
    sites = put("blueteq_applications", "applying_trust", lambda trust: f"{trust}01")
    assert not link(home, "blueteq_applications", **sites)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("table", "column", "change", "rule", "said"),
    [
        ("linkage", "nhs_number", lambda n: f"{n[0].lower()}.{n[1:]}", "linkage.nhs_number",
         "6 of 7 would be found without regard to capitals, blanks and signs on both sides"),
        ("linkage", "PSEUDO_HESID", lambda p: p + "00", "linkage.PSEUDO_HESID",
         "7 of 7 have two characters more at the end"),
        ("pds_trace", "nhs_number", lambda n: n[1:], "pds_trace.nhs_number",
         "6 of 7 have one character more at the start"),
        ("blueteq_applications", "applying_trust", lambda t: f" {t}-",
         "blueteq_applications.applying_trust", "2 would be found without blanks and signs"),
        ("apc", "LSOA11", lambda area: f"{area}-", "apc.LSOA11",
         "2 of 4 would be found without blanks and signs"),
        ("apc", "LSOA11", lambda _: None, "apc.LSOA11", "no record has an area"),
    ],
)  # fmt: skip
def test_nobody_linked_stops_and_names_the_likely_cause(
    home: Path, table: str, column: str, change, rule: str, said: str
) -> None:
    found = link(home, rule.partition(".")[0], **put(table, column, change))
    finding = found[f"{rule}.links"]
    assert (finding.severity, finding.n) == ("error", finding.rows)
    assert said in finding.found
    assert "severity" not in finding.as_fault("x.yml").mend


@pytest.mark.parametrize("table", ["apc", "op"])
def test_one_of_two_tables_with_other_pseudonyms_is_told_of(home: Path, table: str) -> None:
    """The other table still finds the people, so that nothing stops."""
    found = link(home, "linkage", **put(table, "PSEUDO_HESID", lambda p: f"{p}.{p}"))
    assert [*found] == [f"linkage.PSEUDO_HESID.links-{table}"]
    finding = found[f"linkage.PSEUDO_HESID.links-{table}"]
    assert (finding.severity, finding.n) == ("warning", finding.rows)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("table", "column", "change"),
    [
        ("linkage", "nhs_number", str.lower),
        ("linkage", "nhs_number", lambda n: f"{n[0].lower()} {n[1:]}"),
        ("apc", "LSOA11", str.lower),
        ("blueteq_applications", "applying_trust", lambda trust: f" {trust.lower()}"),
    ],
)
def test_keys_and_codes_that_can_be_read_are_found(home: Path, table, column, change) -> None:
    before = link(home, table)
    assert link(home, table, **put(table, column, change)).keys() == before.keys()


# --- codes, advice, and what the notebooks would refuse ------------------------------------------


def test_a_column_of_codes_that_says_nothing_stops(home: Path) -> None:
    """Two letters for an ethnic category would make everybody's group unknown."""
    contract = CONTRACTS["apc"]
    rows = tiny_england.rows()["apc"]
    told = {}
    for name, codes in {
        "all": ["Z"] * 18,
        "most": ["9"] * 12 + ["A"] * 6,
        "few": ["A"] * 18,
    }.items():
        changed = [{**row, "ETHNOS": code} for row, code in zip(rows, codes, strict=True)]
        tiny_england.write(home / "data", {"apc": changed})
        with open_engine() as engine:
            frame = open_source("tiny").read(engine, "apc", contract.used)
            rules = choose_rules(contract, {})
            broken = engine.tally(frame, ask_shares(engine, contract.used, contract, rules))
            found = check_shares(broken, rules, LIMITS, 18)
        told[name] = {f.rule: (f.n, f.severity) for f in found}.get("apc.ETHNOS.known-share")
    assert told == {"all": (18, "error"), "most": (12, "warning"), "few": None}


LOSING = ("read", "code", "shape", "possible", "range", "filled", "known-share", "links", "ranks")


@pytest.mark.parametrize("rule", list_ids())
def test_letting_through_is_not_offered_where_values_would_be_lost(rule: str) -> None:
    told = advise(rule, "params/sources/x.yml")
    assert ("severity" in told) == (rule.rpartition(".")[2] not in LOSING)
    assert "params/sources/x.yml" in told and "{" not in told.replace(f"{{{rule}: warning}}", "")


def test_a_pair_of_which_no_code_occurs_is_told_of_in_its_own_book(home: Path) -> None:
    pairs = [load_pair(name) for name in (tiny_project.PAIR, "sickle-cell-crizanlizumab")]
    source = open_source("tiny")
    with open_engine() as engine:
        rows = {"apc": 18, "op": 14}
        found = list(find_absent(source, engine, pairs, ("apc", "op"), rows))
    told = {(f.rule, f.example, f.severity) for f in found}
    assert ("apc.DIAG_4_01.pair", "sickle-cell-crizanlizumab", "warning") in told
    assert ("op.MAINSPEF.pair", "sickle-cell-crizanlizumab", "warning") in told
    assert not [name for _, name, _ in told if name == tiny_project.PAIR]
    report = CheckReport(rows, found)
    assert list_broken(report, pairs[0])["rule"].isna().all()
    assert "apc.DIAG_4_01.pair" in set(list_broken(report, pairs[1])["rule"])


def test_a_route_that_the_notebooks_would_refuse_is_refused() -> None:
    pair = load_pair(tiny_project.PAIR)
    form = {"drug_name": "Belimumab", "form_code": "BEL-SLE", "form_type": "initiation",
            "approval_status": "approved", "n": 7}  # fmt: skip
    typed = pd.DataFrame([
        {**form, "route": "IV"},
        {**form, "route": "oral"},
        {**form, "route": None, "n": 2},
        {**form, "route": "nasal", "approval_status": "rejected"},
        {**form, "route": "nasal", "form_type": "continuation"},
        {**form, "route": "nasal", "drug_name": "Rituximab"},
        {**form, "route": "nasal", "form_code": "RTX"},
    ])  # fmt: skip
    fault = find_other_routes(typed, pair, where="applications")
    assert fault.found == "none (2), oral (7), of 16 applications"
    assert find_other_routes(typed[:1], pair, where="applications") is None
    uptake = pd.DataFrame({"start_date": ["2020-01-31"], "route": ["oral"]})
    with pytest.raises(UserError, match="route that the pair's settings do not name"):
        count_starts_by_month(uptake, window=pair.windows.apc, routes=["IV", "SC"])
