"""The committed sample looks like the real tables: names, formats, codes, and people who add up."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from places import SYNTHETIC
from rareaccess.contracts import list_boards
from rareaccess.params import load_pair
from synthetic_england.truth import fidelity

SAMPLE = SYNTHETIC / "sample"
DIAGNOSES = [f"DIAG_4_{i:02d}" for i in range(1, 21)]
APC = [
    "FYEAR",
    "PARTYEAR",
    "EPIKEY",
    "PSEUDO_HESID",
    "ADMIDATE",
    "ADMIMETH",
    "ADMISORC",
    "CLASSPAT",
    "DIAG_4_CONCAT",
    "DIAG_COUNT",
    "DISDATE",
    "DISDEST",
    "DISMETH",
    "ELECDATE",
    "EPISTART",
    "EPIEND",
    "EPIORDER",
    "EPISTAT",
    "EPITYPE",
    "EPIDUR",
    "ETHNOS",
    "GORTREAT",
    "MAINSPEF",
    "TRETSPEF",
    "MYDOB",
    "PROCODE3",
    "PROCODE5",
    "PROCODET",
    "RESGOR_ONS",
    "RESLADST_ONS",
    "SEX",
    "SITETRET",
    "SPELBGIN",
    "SPELDUR",
    "SPELEND",
    "STARTAGE",
    "STARTAGE_CALC",
    "LSOA11",
    "MSOA11",
]
OP = [
    "FYEAR",
    "PARTYEAR",
    "PSEUDO_HESID",
    "ATTENDKEY",
    "APPTDATE",
    "APPTAGE",
    "ATENTYPE",
    "ATTENDED",
    "DIAG_4_CONCAT",
    "DNADATE",
    "ETHNOS",
    "FIRSTATT",
    "MAINSPEF",
    "TRETSPEF",
    "OUTCOME",
    "PRIORITY",
    "PROCODE3",
    "PROCODET",
    "REFSOURC",
    "REQDATE",
    "SERVTYPE",
    "SEX",
    "SITETRET",
    "WAITING",
    "LSOA11",
]
SMALL = {
    "blueteq_applications": "application_id nhs_number date_of_birth sex drug_name form_code "
    "form_type indication applying_trust submitted_date approval_status approval_date "
    "planned_start_date route decision_reason",
    "blueteq_answers": "application_id question_code answer",
    "pds_trace": "nhs_number traced vital_status date_of_death trace_date",
    "linkage": "nhs_number PSEUDO_HESID match_rank",
    "centres": "centre_code name service location",
    "travel_times": "LSOA11 centre_code minutes",
    "imd2019": "LSOA11 rank",
}
WHOLE = {"DIAG_COUNT", "EPIORDER", "EPIDUR", "SPELDUR", "STARTAGE", "APPTAGE", "WAITING", "rank"}
CODES = {
    "apc": {
        "SEX": "0129",
        "EPISTAT": "13",
        "CLASSPAT": "123",
        "ADMIMETH": [
            "11",
            "12",
            "13",
            "21",
            "22",
            "23",
            "24",
            "25",
            "28",
            "2A",
            "2B",
            "2D",
            "31",
            "32",
            "82",
            "83",
        ],
    },
    "op": {"SEX": "0129", "ATTENDED": "0234567", "FIRSTATT": "12345"},
}


@pytest.fixture(scope="module")
def sql() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    for name in ("apc", "op"):
        connection.execute(f"create view {name} as from read_parquet('{SAMPLE}/{name}/*.parquet')")
    for path in [*SAMPLE.glob("*.parquet"), *SAMPLE.glob("truth/*.parquet")]:
        name = path.stem if path.parent == SAMPLE else f"true_{path.stem}"
        connection.execute(f"create view {name} as from read_parquet('{path}')")
    return connection


def none_of(sql: duckdb.DuckDBPyConnection, query: str) -> None:
    """Fail when the query finds rows, and show the first few."""
    found = sql.execute(query).df()
    assert found.empty, found.head()


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("apc/1617", [*APC, *DIAGNOSES, *[f"OPERTN_4_{i:02d}" for i in range(1, 25)]]),
        ("op/1617", [*OP, *DIAGNOSES[:12]]),
        *[(name, columns.split()) for name, columns in SMALL.items()],
    ],
)
def test_columns_and_types_are_those_of_the_real_tables(name, columns) -> None:
    schema = pq.read_schema(SAMPLE / f"{name}.parquet")
    assert sorted(schema.names) == sorted(columns)
    for column in schema:
        if "DATE" in column.name.upper() or column.name in ("EPISTART", "EPIEND"):
            assert column.type == pa.date32(), column
        elif column.name in WHOLE or column.name == "match_rank":
            assert column.type == pa.int32(), column
        elif column.name in ("STARTAGE_CALC", "minutes"):
            assert pa.types.is_floating(column.type), column
        else:
            assert column.type == pa.string(), column


@pytest.mark.parametrize(("table", "key"), [("apc", "EPIKEY"), ("op", "ATTENDKEY")])
def test_keys_are_unique_and_grow_from_12_to_20_digits_in_2021(sql, table, key) -> None:
    none_of(sql, f"select {key} from {table} group by 1 having count(*) > 1")
    none_of(
        sql,
        f"select FYEAR, {key} from {table} where not regexp_full_match({key}, '[0-9]+') "
        f"or length({key}) <> case when FYEAR between '2122' and '2526' then 20 else 12 end",
    )


@pytest.mark.parametrize("table", ["apc", "op"])
def test_files_hold_the_financial_year_they_are_named_by(table) -> None:
    for path in (SAMPLE / table).glob("*.parquet"):
        assert set(pq.read_table(path, columns=["FYEAR"])["FYEAR"].to_pylist()) == {path.stem}


@pytest.mark.parametrize("table", ["apc", "op"])
def test_persons_are_artificial_and_known_to_linkage_and_trace(sql, table) -> None:
    none_of(
        sql,
        f"select PSEUDO_HESID from {table} where "
        "not regexp_full_match(PSEUDO_HESID, 'TEST[A-Z0-9]{28}') or PSEUDO_HESID not in "
        "(select PSEUDO_HESID from linkage join pds_trace using (nhs_number))",
    )


@pytest.mark.parametrize("table", ["apc", "op"])
def test_codes_are_those_of_the_data_dictionary(sql, table) -> None:
    for column, codes in CODES[table].items():
        found = {row[0] for row in sql.execute(f"select distinct {column} from {table}").fetchall()}
        assert found <= set(codes), column
    letters = set("ABCDEFGHJKLMNPRSZX") | {"99"}
    early = "ADMIDATE < date '2001-04-01'" if table == "apc" else "false"
    for old, allowed in ((True, set("0123456789")), (False, letters)):
        query = f"select distinct ETHNOS from {table} where ({early}) = {old}"
        assert {row[0] for row in sql.execute(query).fetchall()} <= allowed


@pytest.mark.parametrize("table", ["apc", "op"])
def test_diagnoses_have_no_gaps_and_are_joined_in_order(sql, table) -> None:
    columns = ", ".join(DIAGNOSES if table == "apc" else DIAGNOSES[:12])
    none_of(sql, f"select * from {table} where concat_ws(',', {columns}) <> DIAG_4_CONCAT")
    none_of(sql, f"select * from {table} where DIAG_4_01 is null")
    none_of(
        sql,
        f"select c from (select unnest(string_split(DIAG_4_CONCAT, ',')) as c from {table}) "
        "where not regexp_full_match(c, '[A-Z][0-9]{2}[0-9X]')",
    )


def test_the_condition_is_coded_at_any_position(sql) -> None:
    place = "list_position(string_split(DIAG_4_CONCAT, ','), 'M329')"
    found = {row[0] for row in sql.execute(f"select distinct {place} from apc").fetchall()}
    assert {1, 2, 5, 8} <= found
    share = sql.execute("select avg((DIAG_4_CONCAT = 'R69X')::int) from op").fetchone()[0]
    assert share > 0.9


def test_records_agree_with_the_person(sql) -> None:
    none_of(
        sql,
        "select * from apc join true_people p using (PSEUDO_HESID) where "
        "MYDOB <> strftime(birth_date, '%m%Y') or ADMIDATE < birth_date "
        "or (STARTAGE < 7000 and abs(STARTAGE - (ADMIDATE - birth_date) / 365.25) > 1.01) "
        "or (STARTAGE >= 7000) <> (ADMIDATE < birth_date + interval 1 year)",
    )
    none_of(
        sql,
        "select * from op join true_people p using (PSEUDO_HESID) "
        "where APPTDATE < birth_date and APPTDATE > date '1900-01-01'",
    )


def test_nobody_is_seen_after_death_but_where_planted(sql) -> None:
    dead = "true_people p using (PSEUDO_HESID) join pds_trace t on t.nhs_number = p.nhs_number"
    none_of(sql, f"select * from apc join {dead} where ADMIDATE > date_of_death")
    none_of(
        sql,
        f"select * from op join {dead} where APPTDATE > date_of_death "
        "and fault <> 'record_after_death'",
    )


@pytest.mark.slow
def test_stays_are_in_order_and_split_into_episodes_without_gaps(sql) -> None:
    none_of(
        sql,
        "select * from apc where EPISTAT = '3' and (EPIEND < EPISTART or EPISTART < ADMIDATE) "
        "and EPISTART > date '1900-01-01'",
    )
    none_of(
        sql,
        "select * from (select *, lag(EPIEND) over stay as before from (select distinct on "
        "(PSEUDO_HESID, PROCODE3, ADMIDATE, EPIORDER) * from apc "
        "where EPISTAT = '3' and EPISTART > date '1900-01-01') "
        "window stay as (partition by PSEUDO_HESID, PROCODE3, ADMIDATE order by EPIORDER)) "
        "where EPIORDER > 1 and before <> EPISTART",
    )


def test_deprivation_ranks_and_quintiles_cover_all_areas() -> None:
    rank = pq.read_table(SAMPLE / "imd2019.parquet")["rank"].to_numpy()
    assert np.array_equal(np.sort(rank), np.arange(1, 32845))
    sizes = np.bincount(np.ceil(5 * rank / 32844).astype(int))[1:]
    assert sizes.tolist() == [6568, 6569, 6569, 6569, 6569]


def test_each_service_has_its_centres_and_every_known_area_has_times_to_all(sql) -> None:
    centres = sql.execute("from centres").df()
    assert not centres.duplicated(["centre_code", "service"]).any()
    sizes = centres["service"].value_counts().to_dict()
    assert sizes == {
        "specialised rheumatology": 37,
        "specialised vasculitis": 22,
        "HLH specialist network": 12,
        "specialist haemoglobinopathy team": 18,
        "severe asthma": 20,
        "specialised haemato-oncology": 30,
    }
    assert centres["name"].str.fullmatch(r"[\w -]+ R\d\d \([A-Z][\w ]+\)").all()
    assert centres.groupby("centre_code")["location"].nunique().max() == 1
    areas = pq.read_table(SAMPLE / "imd2019.parquet")["LSOA11"].to_pylist()
    assert centres["location"].isin(areas).all()
    none_of(
        sql, "select LSOA11 from travel_times group by 1 having count(distinct centre_code) <> 37"
    )
    none_of(
        sql,
        "select LSOA11 from (select LSOA11 from apc union select LSOA11 from op) where LSOA11 in "
        "(select LSOA11 from imd2019) and LSOA11 not in (select LSOA11 from travel_times)",
    )


def test_applications_hold_every_kind_of_box_and_are_numbered_by_day(sql) -> None:
    forms = sql.execute("from blueteq_applications").df()
    assert set(forms["approval_status"]) == {"approved", "rejected", "withdrawn", "pending"}
    assert set(forms["form_type"]) == {"initiation", "continuation"}
    assert set(forms["route"]) == {"IV", "SC", "oral"}
    assert forms["application_id"].is_monotonic_increasing and forms["application_id"].is_unique
    run = forms["application_id"].str.slice(0, 7)  # each further pair has numbers of its own
    assert forms.groupby(run)["submitted_date"].is_monotonic_increasing.all()
    assert (forms["approval_date"].notna() == (forms["approval_status"] == "approved")).all()
    refused = forms["approval_status"].isin(["rejected", "withdrawn"])
    assert not forms.loc[~refused, "decision_reason"].notna().any()
    given = forms["decision_reason"].notna()[refused]
    known = given.groupby(forms["form_code"]).mean()
    assert 0.5 < known["BEL-SLE"] < 1  # the form asks, and is seldom left empty
    assert known["ANA-HLH"] == 0  # the form does not ask
    none_of(
        sql,
        "select * from blueteq_answers where application_id not in "
        "(select application_id from blueteq_applications)",
    )
    born = sql.execute(
        "select date_of_birth as a, birth_date as b from blueteq_applications "
        "join true_people using (nhs_number)"
    ).df()
    assert len(born) == len(forms) and (born["a"] == born["b"]).all()


def test_fidelity_is_close_to_every_target() -> None:
    table = pd.read_csv(SAMPLE / "fidelity.csv")
    assert set(table["kind"]) == {"published", "literature", "assumed"}
    assert not table.duplicated(["pair", "marginal"]).any() and table.notna().all(axis=None)


def test_provenance_names_marginals_that_somebody_calibrates(monkeypatch) -> None:
    calibrated = pd.read_csv(SAMPLE / "fidelity.csv")
    written = pd.read_csv(SAMPLE / "provenance.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(fidelity.list_provenance(calibrated), written)
    monkeypatch.setattr(fidelity, "load_provenance", lambda: {"sex": ["femal_treated"]})
    with pytest.raises(KeyError, match="femal_treated"):
        fidelity.list_provenance(calibrated)


@pytest.mark.full
def test_fidelity_of_the_full_world_is_close_to_every_target() -> None:
    table = pd.read_csv(SAMPLE.parent / "full" / "fidelity.csv")
    table = table[table["target"] != "at most 300"]
    target, achieved = table["target"].astype(float), table["achieved"].astype(float)
    allowed = table["kind"].map({"published": 0.001, "literature": 0.04, "assumed": 0.08}) * target
    allowed += 0.004 * table["marginal"].str.startswith("ethnicity_")  # chance, in small pairs
    far = table[(achieved - target).abs() > allowed]
    assert far.empty, far


def test_expected_figures_are_those_of_the_facts_in_the_settings() -> None:
    rows = pq.read_table(SAMPLE / "expected_uptake.parquet").to_pylist()
    stated = {
        (pair, fact.source, fact.value)
        for pair in {row["pair"] for row in rows}
        for fact in load_pair(pair).facts
    }
    figures = {(row["pair"], row["source"], row[end]) for row in rows for end in ("low", "high")}
    assert len(figures) > 6 and {one for one in figures if one[2] is not None} <= stated
    assert all(row["from_date"] < row["to_date"] for row in rows)


def test_every_optional_table_of_the_country_has_a_row_of_fidelity() -> None:
    """What is published of them is in the bibliography; classes of areas are assumed."""
    rows = pd.read_csv(SAMPLE / "fidelity.csv").query("pair == 'england'").set_index("marginal")
    kinds = {"expected_uptake": "literature", "need_share": "assumed", "areas_rural": "assumed",
             "need_share_midlands": "literature", "areas_coastal": "assumed"}  # fmt: skip
    assert rows.loc[list(kinds), "kind"].to_dict() == kinds
    found, wanted = (rows.loc[list(kinds), name].astype(float) for name in ("achieved", "target"))
    assert (found / wanted - 1).abs().max() < 0.05


def test_shares_of_the_need_add_up_to_england() -> None:
    frame = pq.read_table(SAMPLE / "need_share.parquet").to_pandas()
    assert frame.groupby("pair")["share"].sum().round(6).eq(1).all() and len(frame) == 2 * 42
    regions = {board.icb_code: board.nhs_region for board in list_boards()}
    own = frame[frame["pair"] == "sickle-cell-crizanlizumab"]
    midlands = own.loc[own["area"].map(regions) == "Midlands", "share"].sum()
    assert round(midlands, 6) == 0.14  # published: its share of people with the disease
