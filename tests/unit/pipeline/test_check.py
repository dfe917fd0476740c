"""The check of a source: what stops it, what it warns of, and that it tells no identifier."""

import itertools
import pickle
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

import tiny_england
import tiny_project
from rareaccess.contracts import CONTRACTS, REQUIRED
from rareaccess.contracts.rules import list_rules
from rareaccess.core.errors import UserError
from rareaccess.derive.hospital.cleaning import NULL_DATES
from rareaccess.params import load_pair
from rareaccess.pipeline.check import CheckError, check_source, check_unless_passed
from rareaccess.pipeline.check.counting import count_broken
from rareaccess.pipeline.check.findings import mask
from rareaccess.pipeline.check.pairs import find_unnamed
from rareaccess.pipeline.stamps import hash_tables
from rareaccess.sources import open_source
from rareaccess.sources.engine import open_engine

pytestmark = [pytest.mark.slow, pytest.mark.few(1)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_project.make(tmp_path, monkeypatch)


def rewrite(home: Path, **changed: list[dict]) -> None:
    tiny_england.write(home / "data", changed)


PLANTED = {
    "apc.LSOA11.nowhere": (1, ""),
    "apc.LSOA11.links": (1, ""),  # an area that is on no list
    "blueteq_applications.planned_start_date.possible": (1, "5202-05-01"),
    "blueteq_applications.nhs_number.known": (1, ""),  # N05 has no trace
    "travel_times.centre_code.known": (1, "X99"),  # a centre of another service
    "imd2019.LSOA11.count": (32_842, ""),
}


def test_a_sound_source(home: Path) -> None:
    report = check_source("tiny", [load_pair(tiny_project.PAIR)])
    assert report.rows["apc"] == 18 and report.rows["imd2019"] == 2
    assert {w.rule: (w.n, w.example) for w in report.warnings} == PLANTED
    assert "9 tables" in str(report)
    (read,) = map(str, report.readings)  # of one application the sex is a blank
    assert read.startswith("blueteq_applications.sex: a word for nothing: missing; 1 of 16 rows")
    assert f"read: {read}" in str(report)
    assert "travel_times.centre_code.known: 1 of 4 rows (25.0%), such as 'X99'" in str(report)


@pytest.mark.long
def test_codes_of_sites_merged_trusts_and_names_are_told(home: Path) -> None:
    """Each as a kind of its own; a code that is all of itself is none of them."""
    written = ["C0101", "C0102", "OLD", "OLD01", "Centre One", "G6V2S", " C01 ", "8J123X", "C01"]
    forms = tiny_england.rows()["blueteq_applications"]
    for form, code in zip(forms, written, strict=False):
        form["applying_trust"] = code
    rewrite(home, blueteq_applications=forms)
    settings = home / "params" / "sources" / "tiny.yml"
    merged = "successors: {OLD: {to: C01, from: 2020-04-01}}\n"
    settings.write_text(settings.read_text() + merged)
    found = check_source("tiny", [load_pair(tiny_project.PAIR)]).warnings
    told = {w.rule: (w.n, w.example) for w in found if ".applying_trust." in w.rule}
    assert told == {
        "blueteq_applications.applying_trust.site": (3, "C0101"),
        "blueteq_applications.applying_trust.merged": (2, "OLD"),
        "blueteq_applications.applying_trust.named": (1, "CENTRE ONE"),
    }


@pytest.mark.long
@pytest.mark.parametrize("table", REQUIRED)
def test_an_empty_table_is_named(home: Path, table: str) -> None:
    rewrite(home, **{table: []})
    with pytest.raises(UserError, match=f"Table {table} is empty"):
        check_source("tiny")


@pytest.mark.long
def test_values_outside_the_codes_are_warned_of_in_aggregate(home: Path) -> None:
    rows = tiny_england.rows()["apc"]
    rows[0]["EPISTAT"] = rows[1]["EPISTAT"] = "7"
    rows[2]["EPISTAT"] = "8"
    rewrite(home, apc=rows)
    found = [w for w in check_source("tiny").warnings if w.table == "apc"]
    (warning,) = [w for w in found if w.rule not in PLANTED]
    assert (warning.column, warning.n, warning.example) == ("EPISTAT", 3, "7")
    assert warning.share == pytest.approx(3 / 18)
    assert "apc.EPISTAT.code: 3 of 18 rows (16.7%): '7' (2), '8' (1); expected: one of 1" in str(
        warning
    )


@pytest.mark.long
def test_files_of_early_years_that_lack_diagnoses_are_told(home: Path) -> None:
    """As a warning with the rows in which these positions are missing, and the first of them."""
    folder = home / "data" / "apc"
    whole = pq.read_table(folder / "all.parquet")
    late = [f"DIAG_4_{n}" for n in range(15, 21)]
    pq.write_table(whole.slice(0, 5).drop_columns(late), folder / "all.parquet")
    pq.write_table(whole.slice(5), folder / "b.parquet")
    report = check_source("tiny", [load_pair(tiny_project.PAIR)])
    found = {w.rule: (w.n, w.example) for w in report.warnings}
    assert found == PLANTED | {"apc.lacking": (5, "DIAG_4_15")}
    assert report.rows["apc"] == 18


@pytest.mark.long
def test_a_dash_for_no_diagnosis_is_written_soundly(home: Path) -> None:
    """As are & and nothing at all; in outpatients most appointments have none."""
    rewrite(home, op=[{**row, "DIAG_4_01": "-"} for row in tiny_england.rows()["op"]])
    assert {w.rule for w in check_source("tiny").warnings} == {*PLANTED}


@pytest.mark.long
def test_codes_of_another_kind_stop(home: Path) -> None:
    """Above half of the values it is no fault of single rows: the column is coded otherwise."""
    rewrite(home, apc=[{**row, "SEX": "W"} for row in tiny_england.rows()["apc"]])
    with pytest.raises(CheckError, match=r"breaks rule apc\.SEX\.code") as caught:
        check_source("tiny")
    assert caught.value.found == "18 of 18 rows (100.0%): 'W' (18)"
    assert "values.SEX in params/sources/tiny.yml" in caught.value.mend
    assert caught.value.where == "data/apc, column SEX"


KEYS = {
    "imd2019": "LSOA11",
    "pds_trace": "nhs_number",
    "linkage": "nhs_number",
    "blueteq_applications": "application_id",
    "travel_times": "LSOA11",
    "blueteq_answers": "application_id",
    "centres": "centre_code",
}


@pytest.mark.few(2)
@pytest.mark.parametrize(("table", "fault"), itertools.product(KEYS, ["double", "blank", "blanks"]))
def test_a_key_that_is_not_sound_stops(home: Path, table: str, fault: str) -> None:
    column = KEYS[table]
    rows = tiny_england.rows()[table]
    blank = {"blank": None, "blanks": "  "}.get(fault)
    rows.append(dict(rows[0]) if fault == "double" else {**rows[0], column: blank})
    rewrite(home, **{table: rows})
    rule = f"{table}.{column}.{'unique' if fault == 'double' else 'filled'}"
    with pytest.raises(CheckError, match=f"breaks rule {rule}") as caught:
        check_source("tiny")
    assert f"column {column}" in caught.value.where
    assert caught.value.found.startswith(f"1 of {len(rows)} rows")
    assert str(rows[0][column]) not in str(caught.value)


@pytest.mark.long
@pytest.mark.parametrize("rank", [0, 32_845, None])
def test_a_rank_outside_the_index_stops(home: Path, rank: int | None) -> None:
    rewrite(home, imd2019=[{"LSOA11": "E01000001", "rank": rank}])
    with pytest.raises(CheckError, match=r"imd2019\.rank\.(range|filled)"):
        check_source("tiny")


@pytest.mark.long
@pytest.mark.parametrize(
    ("column", "value"), [("sex", "Persons"), ("sex", None), ("age_band", "90")]
)
def test_a_row_of_totals_in_a_table_of_the_population_stops(
    home: Path, column: str, value: str | None
) -> None:
    rows = tiny_england.society()["population_areas"]
    tiny_project.edit(
        home / "params" / "sources" / "tiny.yml",
        lambda text: text.replace("tables: {}", "tables: {population_areas: {}}"),
    )
    rewrite(home, population_areas=rows)
    assert not [w for w in check_source("tiny").warnings if w.table == "population_areas"]
    rewrite(home, population_areas=[*rows, {**rows[0], column: value, "people": 900.0}])
    with pytest.raises(CheckError, match=rf"population_areas\.{column}\.(code|filled)"):
        check_source("tiny")


@pytest.mark.long
def test_a_code_that_is_the_name_of_its_column_is_no_header(home: Path) -> None:
    tiny_england.write(home / "data", {"areas": tiny_england.society()["areas"]})
    file = home / "data" / "areas.parquet"
    pc.write_csv(pq.read_table(file), file.with_suffix(".csv"))
    tiny_project.edit(
        home / "params" / "sources" / "tiny.yml",
        lambda text: text.replace("tables: {}", "tables: {areas: {kind: csv}}"),
    )
    assert check_source("tiny").rows["areas"] == 2


@pytest.mark.long
def test_rows_of_a_pair_without_settings_are_counted(home: Path) -> None:
    rows = tiny_england.society()["prices"]
    tiny_project.edit(
        home / "params" / "sources" / "tiny.yml",
        lambda text: text.replace("tables: {}", "tables: {prices: {}}"),
    )
    rewrite(home, prices=[*rows, {**rows[0], "pair": "SLE-Belimumab ", "drug": "another"}])
    found = [w for w in check_source("tiny").warnings if w.table == "prices"]
    assert [(w.rule, w.n, w.example) for w in found] == [("prices.pair.pair", 1, "another-pair")]


@pytest.mark.long
def test_a_group_of_people_twice_is_counted(home: Path) -> None:
    rows = tiny_england.society()["population_areas"]
    tiny_project.edit(
        home / "params" / "sources" / "tiny.yml",
        lambda text: text.replace("tables: {}", "tables: {population_areas: {}}"),
    )
    rewrite(home, population_areas=[*rows, {**rows[0], "people": 900.0}, rows[1]])
    found = [w for w in check_source("tiny").warnings if w.table == "population_areas"]
    assert [(w.rule, w.n, w.rows) for w in found] == [("population_areas.unique", 2, 10)]


@pytest.mark.long
def test_another_number_of_centres_stops(home: Path) -> None:
    rewrite(home, centres=tiny_england.rows()["centres"][1:])
    assert check_source("tiny").warnings  # without a pair nobody expects a number
    with pytest.raises(UserError, match="number of centres"):
        check_source("tiny", [load_pair(tiny_project.PAIR)])
    set_severity(home, "centres.service.count", "warning")
    report = check_source("tiny", [load_pair(tiny_project.PAIR)])
    assert "centres.service.count" in [w.rule for w in report.warnings]


def set_severity(home: Path, rule: str, severity: str) -> None:
    """Write the severity of a rule into the settings of the source."""
    with (home / "params" / "sources" / "tiny.yml").open("a") as file:
        file.write(f"severity: {{{rule}: {severity}}}\n")


@pytest.mark.long
@pytest.mark.parametrize(("severity", "stops", "told"), [("error", 1, 1), ("ignore", 0, 0)])
def test_settings_say_how_a_rule_is_taken(home: Path, severity, stops, told) -> None:
    set_severity(home, "travel_times.centre_code.known", severity)
    if stops:
        with pytest.raises(CheckError) as caught:
            check_source("tiny")
        text = str(caught.value)
    else:
        text = str(check_source("tiny"))
    rule = "travel_times.centre_code.known"
    assert text.count(f"{rule}: 1") + text.count(f"{rule}.\n") == told


@pytest.mark.long
def test_a_key_may_be_let_through(home: Path) -> None:
    rows = tiny_england.rows()["linkage"]
    rewrite(home, linkage=[*rows, rows[0]])
    set_severity(home, "linkage.nhs_number.unique", "warning")
    assert "linkage.nhs_number.unique" in [w.rule for w in check_source("tiny").warnings]


def test_all_faults_are_told_together_with_the_warnings(home: Path) -> None:
    (home / "data" / "linkage.parquet").unlink()
    ranks = [{"LSOA11": tiny_england.MOST_DEPRIVED, "rank": 0}]
    rewrite(home, imd2019=ranks, pds_trace=[])
    (home / "data" / "linkage.parquet").unlink()
    with pytest.raises(CheckError) as caught:
        check_source("tiny")
    told = str(caught.value)
    assert caught.value.what == "The tables of source tiny have 3 errors."
    for n, what in enumerate(("pds_trace is empty", "linkage is missing", "rank.range"), start=1):
        assert what in next(line for line in told.splitlines() if line.startswith(f"  {n}. "))
    assert "warning: blueteq_applications.planned_start_date.possible" in told
    assert "read: blueteq_applications.sex" in told
    assert str(pickle.loads(pickle.dumps(caught.value))) == told


BROKEN = {
    "apc": {"EPISTAT": "7", "FYEAR": "1719", "DIAG_4_02": "M3?1", "STARTAGE": 131, "EPIORDER": -1,
            "EPISTART": date(1899, 12, 31), "EPIEND": date(1899, 12, 31), "PSEUDO_HESID": " ",
            "ADMIMETH": "2E", "CLASSPAT": "6"},
    "op": {"ATTENDED": "1", "LSOA11": "AB1 2CD", "APPTDATE": date(2101, 1, 1), "APPTAGE": 7000},
    "blueteq_applications": {"sex": "?", "date_of_birth": date(2018, 1, 2), "route": "drip",
                             "approval_date": date(2017, 12, 31), "application_id": None},
    "pds_trace": {"traced": "?", "date_of_death": date(2025, 11, 8), "nhs_number": ""},
    "linkage": {"match_rank": 0, "PSEUDO_HESID": None},
    "centres": {"service": ""},
    "travel_times": {"minutes": -1.0, "LSOA11": "X"},
    "imd2019": {"rank": 40_000, "LSOA11": "E010000011"},
}  # fmt: skip


@pytest.mark.parametrize("table", BROKEN)
def test_one_more_row_with_every_kind_of_fault_is_one_more_of_each(home: Path, table: str) -> None:
    rows, contract = tiny_england.rows()[table], CONTRACTS[table]
    rules = [rule for rule in list_rules(contract) if rule.kind != "unique"]
    counts = []
    for broken in ([], [{**rows[0], **BROKEN[table]}]):
        rewrite(home, **{table: rows + broken})
        with open_engine() as engine:
            frame = open_source("tiny").read(engine, table, contract.used)
            found = count_broken(engine, frame, contract.used, contract, rules)
        assert found.rows == len(rows + broken)
        counts.append({finding.rule: finding.n for finding in found.findings})
    more = {rule for rule in counts[1] if counts[1][rule] == counts[0].get(rule, 0) + 1}
    assert {rule: n for rule, n in counts[1].items() if rule not in more} == {
        rule: n for rule, n in counts[0].items() if rule not in more
    }
    told = {rule.split(".")[1] for rule in more}
    assert told >= set(BROKEN[table]) - {"date_of_birth", "date_of_death"}
    assert not [f for f in found.findings if f.example and contract[f.column].private]


@pytest.mark.long
@pytest.mark.parametrize(("wrong", "stops"), [(6, False), (10, True)])
def test_dates_out_of_order_stop_when_nearly_all_are(home: Path, wrong: int, stops: bool) -> None:
    """In artificial HES no field has to do with another, so that half of them are."""
    first = tiny_england.rows()["apc"][0]
    ends = [date(1990, 1, 1) if n < wrong else first["EPIEND"] for n in range(10)]
    rewrite(home, apc=[{**first, "EPIKEY": f"K{n}", "EPIEND": end} for n, end in enumerate(ends)])
    if stops:
        with pytest.raises(CheckError, match=r"apc\.EPIEND\.order"):
            check_source("tiny")
    else:
        assert "apc.EPIEND.order" in [w.rule for w in check_source("tiny").warnings]


@pytest.mark.long
def test_a_null_date_breaks_no_rule(home: Path) -> None:
    days = [date.fromisoformat(day) for day in NULL_DATES]
    rows = [{**tiny_england.rows()["apc"][1], "ADMIDATE": a, "DISDATE": b, "EPIKEY": f"{a}{b}"}
            for a in days for b in days]  # fmt: skip
    rewrite(home, apc=tiny_england.rows()["apc"] + rows)
    found = [w.rule for w in check_source("tiny").warnings if w.table == "apc"]
    assert {*found} == {"apc.LSOA11.nowhere", "apc.LSOA11.links"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "column"),
    [("apc", "STARTAGE"), ("apc", "EPIORDER"), ("op", "APPTAGE"), ("linkage", "match_rank")],
)
def test_a_number_beyond_32_bits_is_out_of_range_and_no_other_number(
    home: Path, table: str, column: str
) -> None:
    """Cut to 32 bits it would be 1, which looks like an age, an order or a rank."""
    (file,) = open_source("tiny").files(table)
    whole = pq.read_table(file)
    numbers = pa.array([2**32 + 1, *whole[column].to_pylist()[1:]], pa.int64())
    pq.write_table(whole.set_column(whole.column_names.index(column), column, numbers), file)
    found = {w.rule: w.n for w in check_source("tiny").warnings}
    assert found[f"{table}.{column}.range"] == 1
    with open_engine() as engine:
        read = engine.collect(open_source("tiny").read(engine, table, (column,)))
    assert read[column].max() == 2**32 + 1


@pytest.mark.long
def test_a_file_cut_short_stops(home: Path) -> None:
    file = home / "data" / "linkage.parquet"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(UserError, match="A file of table linkage") as caught:
        check_source("tiny")
    assert caught.value.where == "data/linkage.parquet"


@pytest.mark.parametrize("table", REQUIRED)
def test_a_file_corrupt_in_its_middle_is_named(home: Path, table: str) -> None:
    rewrite(home, **{table: spread(tiny_england.rows()[table], CONTRACTS[table].key)})
    (file,) = open_source("tiny").files(table)
    file.write_bytes(corrupt(file.read_bytes()))
    pq.read_schema(file)  # the end of the file, where its columns are listed, is whole
    with pytest.raises(UserError, match=f"A file of table {table} cannot be read") as caught:
        check_source("tiny")
    assert caught.value.where.endswith(file.name)


def spread(rows: list[dict], key: tuple[str, ...]) -> list[dict]:
    """Return many rows, so that the data of the file outweighs its footer."""
    return [
        {**row, **{name: n if name == "rank" else f"{row[name]}{n}" for name in key}}
        for n in range(2000)
        for row in rows[:2]
    ]


def corrupt(whole: bytes) -> bytes:
    """Return the file with every byte between its start and its footer flipped."""
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    middle = bytes(byte ^ 0xFF for byte in whole[4:-footer])
    return whole[:4] + middle + whole[-footer:]


@pytest.mark.long
def test_rows_of_a_folder_are_checked_together(home: Path) -> None:
    extra = home / "data" / "op" / "more.parquet"
    pq.write_table(pq.read_table(home / "data" / "op" / "all.parquet"), extra)
    assert check_source("tiny").rows["op"] == 28


@pytest.mark.long
def test_no_example_is_given_of_a_key(home: Path) -> None:
    rows = [{"nhs_number": n, "traced": t} for n, t in (("N1", "Y"), ("N1", "?"), (None, "N"))]
    rewrite(
        home, pds_trace=rows, linkage=[{"nhs_number": "N1", "PSEUDO_HESID": "P", "match_rank": 1}]
    )
    with pytest.raises(CheckError) as caught:
        check_source("tiny")
    found = [f for f in caught.value.report.findings if f.table == "pds_trace"]
    assert {(f.rule.removeprefix("pds_trace."), f.n, f.example) for f in found} == {
        ("nhs_number.filled", 1, ""), ("nhs_number.unique", 1, ""), ("traced.code", 1, "?"),
        ("nhs_number.links", 15, ""),
    }  # fmt: skip


@pytest.mark.long
def test_a_drug_that_no_application_names_stops(home: Path) -> None:
    file = home / "params" / "pairs" / f"{tiny_project.PAIR}.yml"
    tiny_project.edit(file, lambda text: text.replace("[belimumab, benlysta]", "[belimumap]"))
    with pytest.raises(CheckError, match="No application names the drug of pair") as caught:
        check_source("tiny", [load_pair(tiny_project.PAIR)])
    fault = caught.value
    assert "params/pairs/sle-belimumab.yml, key drug.names; data/blueteq_app" in fault.where
    # of sixteen forms fourteen are for the drug; A14 is of another, A15 for another use
    assert "none of belimumap on 16 applications, of which 14 are on its forms" in fault.found
    assert "Did you mean belimumab?" in fault.mend


def test_a_name_of_a_few_applications_is_not_suggested() -> None:
    typed = pd.DataFrame({"drug_name": ["Belimumab 400mg", "J. Smith"], "form_code": "BEL-SLE"})
    pair = load_pair(tiny_project.PAIR)
    drug = pair.drug.model_copy(update={"names": ("belimumap",), "misspellings": ()})
    other = pair.model_copy(update={"drug": drug})
    few, many = (
        find_unnamed(typed.assign(n=[n, 30]), other, where="applications") for n in (9, 10)
    )
    assert "Did you mean" not in few.mend and "Did you mean belimumab?" in many.mend
    assert "Smith" not in str(few) + str(many)
    assert find_unnamed(typed.assign(n=1), pair, where="applications") is None


def test_a_report_reads_tables_that_passed_no_second_time(home: Path) -> None:
    """What was found is told again; of tables or settings that changed all is read."""
    first = check_source("tiny")
    second = check_source("tiny", again=False)
    assert second.unchanged and replace(second, unchanged=False, settings=first.settings) == first
    told = str(first).splitlines()
    assert str(second).splitlines() == [f"{told[0]}, unchanged since they passed", *told[1:]]
    rows = tiny_england.rows()["apc"]
    rewrite(home, apc=[{**rows[0], "EPISTAT": "7"}, *rows[1:]])
    third = check_source("tiny", again=False)
    assert not third.unchanged and len(third.warnings) == len(first.warnings) + 1


@pytest.mark.long
def test_what_a_check_asks_of_a_pair_is_part_of_its_mark(home: Path) -> None:
    """Tables that passed for one list of names have not passed for another."""
    pair = load_pair(tiny_project.PAIR)
    check_source("tiny", [pair])
    source = open_source("tiny")
    drug = pair.drug.model_copy(update={"names": ("belimumap",), "misspellings": ()})
    other = pair.model_copy(update={"drug": drug})
    tables = hash_tables(source)
    with open_engine() as engine:
        build = home / "build"
        stamp = build / "checked" / "tiny.json"
        before = stamp.stat().st_ino, stamp.stat().st_mtime_ns
        check_unless_passed(source, [pair], engine, tables=tables, build=build)
        assert (stamp.stat().st_ino, stamp.stat().st_mtime_ns) == before  # it has passed already
        with pytest.raises(CheckError, match="No application names"):
            check_unless_passed(source, [other], engine, tables=tables, build=build)


@pytest.mark.long
def test_a_time_of_day_is_told_since_a_midnight_may_stand_as_the_day_before(home: Path) -> None:
    """As Spark stores the days of a clock in England: those of summer begin at 23:00."""
    file = home / "data" / "op" / "all.parquet"
    table = pq.read_table(file)
    summer = ("2021-06-01", "2022-06-01")
    times = [
        datetime.combine(day, time()) - timedelta(hours=str(day) in summer)
        for day in table["APPTDATE"].to_pylist()
    ]
    place = table.column_names.index("APPTDATE")
    for zone in (None, "UTC"):
        stored = pa.array(times, pa.timestamp("us", tz=zone))
        pq.write_table(table.set_column(place, "APPTDATE", stored), file)
        with pytest.raises(UserError, match=r"op\.APPTDATE\.read") as caught:
            check_source("tiny")
        assert "3 of 14 rows (21.4%), such as '2021-05-31T23:00'" in caught.value.found


@pytest.mark.parametrize(
    "private", ["9434765919", "943 476 5919", "943-476-5919", "ZZ1 1AA", "zz11aa", "A1B2C3D4E5F6"]
)
def test_what_may_point_at_a_person_is_shown_in_no_column(home: Path, private: str) -> None:
    rows = tiny_england.rows()["op"]
    for row in rows:
        row["SEX"] = private
    rewrite(home, op=rows)
    with pytest.raises(UserError, match=r"op\.SEX\.code") as caught:
        check_source("tiny")
    assert "14 of 14 rows" in caught.value.found
    assert private not in str(caught.value)


@pytest.mark.parametrize("plain", ["2018-02-30", "12/03/19", "2021-05-31T23:00", "M32.1", "20,5"])
def test_what_points_at_nobody_is_shown(plain: str) -> None:
    assert mask(plain) == plain
