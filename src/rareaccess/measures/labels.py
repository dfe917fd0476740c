"""The marts of data quality in the words and the order in which their tables are read."""

import pandas as pd

from rareaccess.contracts.icd10 import dot_code
from rareaccess.marts.levels import OF_HES

__all__ = [
    "TABLE_NAMES",
    "name_broken",
    "name_decisions",
    "name_faults",
    "name_matches",
    "name_missing",
    "name_version",
    "name_written",
    "order_linkage",
    "spread_codes",
    "total_completeness",
]

TABLE_NAMES = {
    "apc": "Admitted patient care",
    "op": "Outpatients",
    "apc, op": "Admitted patient care and outpatients",
    "blueteq_applications": "Applications in Blueteq",
    "blueteq_answers": "Answers on the applications",
    "pds_trace": "Vital status trace",
    "linkage": "Linkage",
    "centres": "Centres",
    "travel_times": "Travel times",
    "imd2019": "Deprivation of areas",
    "imd2025": "Deprivation of areas, 2025",
    "lsoa_lookup": "Areas of 2011 and 2021",
    "apc_diagnoses": "Diagnoses of admitted patient care",
    "op_diagnoses": "Diagnoses of outpatients",
    "postcodes": "Postcodes",
    "snomed_map": "Map from SNOMED CT to ICD-10",
    "sact_v2": "SACT, version 2.0",
    "sact_v3": "SACT, version 3.0",
    "sact_patient": "SACT of NDRS, patients",
    "sact_tumour": "SACT of NDRS, tumours",
    "sact_regimen": "SACT of NDRS, regimens",
    "sact_cycle": "SACT of NDRS, cycles",
    "sact_drug_detail": "SACT of NDRS, administrations",
    "sact_outcome": "SACT of NDRS, outcomes",
    "areas": "Areas with their boards",
    "population_areas": "Population by area",
    "population_ethnicity": "Population by ethnic category",
    "population_more": "Population, otherwise divided",
    "unit_costs": "Unit costs of hospital contacts",
    "prices": "List prices",
    "expected_uptake": "Expected uptake",
    "need_share": "Shares of the need",
    "scores": "Scores of severity",
    "prescriptions": "Medicines dispensed",
}


MATCHES = {
    "known": "Names of the drug",
    "misspelt": "Audited misspelling",
    "accepted": "Accepted on review",
    "not recognised": "Not read: left out",
    "another drug": "Other drugs",
}
UNREAD = {
    "accepted": "other texts found to be the drug",
    "not recognised": "any other text on a form of the drug",
    "another drug": "any text on other forms",
}
DECIDED = {
    "form": {
        "own": "For this use alone",
        "shared": "For several uses of the drug",
        "other": "Any other form",
    },
    "indication": {"audited": "An audited wording", "another": "Another", "missing": "None"},
}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def name_faults(quality: pd.DataFrame) -> pd.DataFrame:
    """Faults with the names of their tables in words; checks of one table stand together.

    Examples
    --------
    >>> quality = pd.DataFrame({"check": ["x"], "table": ["op"], "rule": ["no date"],
    ...                         "unit": ["records"], "n": [1], "denominator": [9],
    ...                         "action": ["left out"]})
    >>> name_faults(quality)[["table", "rule", "n"]]
             table     rule  n
    0  Outpatients  No date  1
    """
    order = {name: place for place, name in enumerate(quality["table"].drop_duplicates())}
    sorted_ = quality.sort_values("table", key=lambda names: names.map(order), kind="stable")
    return sorted_.assign(
        table=sorted_["table"].map(TABLE_NAMES).fillna(sorted_["table"]),
        rule=sorted_["rule"].map(_sentence),
    ).reset_index(drop=True)


def name_broken(contracts: pd.DataFrame) -> pd.DataFrame:
    """Broken rules with the names of their tables in words, and where there is none, that.

    Examples
    --------
    >>> contracts = pd.DataFrame({"table": ["op"], "rule": pd.Series([None], dtype="str"),
    ...                           "expected": None, "n": 0, "rows": 9, "severity": None})
    >>> name_broken(contracts)[["table", "rule", "n"]]
             table  rule  n
    0  Outpatients  none  0
    """
    words = {"rule": "none", "expected": "", "severity": ""}
    texts = contracts[list(words)].astype("str").fillna(words)
    tables = contracts["table"].map(TABLE_NAMES).fillna(contracts["table"])
    return contracts.assign(table=tables, **{name: texts[name] for name in words})


def name_written(written: pd.DataFrame) -> pd.DataFrame:
    """What was done to values, with the names of the tables in words; where it was nothing, that.

    Examples
    --------
    >>> written = pd.DataFrame({"table": ["op"], "column": pd.Series([None], dtype="str"),
    ...                         "done": None, "n": 0, "values": 0, "rows": 9})
    >>> name_written(written)[["table", "column", "done", "n"]]
             table column     done  n
    0  Outpatients         nothing  0
    """
    words = {"column": "", "done": "nothing"}
    texts = written[list(words)].astype("str").fillna(words)
    tables = written["table"].map(TABLE_NAMES).fillna(written["table"])
    named = written.assign(table=tables, **{name: texts[name] for name in words})
    return named.drop(columns="values")


def name_missing(missing: pd.DataFrame) -> pd.DataFrame:
    """Columns in which rows have no value, without the diagnoses after the first.

    Most records have few diagnoses, so that these columns are mostly empty.

    Examples
    --------
    >>> missing = pd.DataFrame({"table": "apc", "column": ["ETHNOS", "DIAG_4_02"], "n": [1, 2],
    ...                         "done": "no value", "rows": 3})
    >>> name_missing(missing)[["table", "column", "n"]].to_numpy().tolist()
    [['Admitted patient care', 'ETHNOS', 1]]
    """
    later = missing["column"].str.fullmatch(r"DIAG_4_(?!01)\d\d")
    kept = missing[~later.astype(bool)].reset_index(drop=True)
    return kept.assign(table=kept["table"].map(TABLE_NAMES).fillna(kept["table"]))


def order_linkage(linkage: pd.DataFrame) -> pd.DataFrame:
    """Groups of patients whose link was sought, in order, ages by twenty and years by three.

    Examples
    --------
    >>> linkage = pd.DataFrame({"group": "age at treatment", "n": 1, "linked": 1,
    ...                         "value": ["10–14", "Not known", "5–9", "90+"]})
    >>> order_linkage(linkage)[["value", "n"]].to_numpy().tolist()
    [['0–19', 2], ['80 and over', 1], ['Not known', 1]]
    """
    groups = {name: place for place, name in enumerate(linkage["group"].drop_duplicates())}
    number = linkage["value"].str.extract(r"(\d+)", expand=False).astype("Int64")
    coarse = linkage.assign(
        place=linkage["group"].map(groups),
        last=linkage["value"].str.casefold().isin(["not known", "not linked"]),
        number=number,
    )
    for group, width in (("age at treatment", 20), ("year of start", 3)):
        own = (coarse["group"] == group) & number.notna()
        least, most = number[own].min(), number[own].max()
        first = number[own] // width * width
        coarse.loc[own, "number"] = first
        coarse.loc[own, "value"] = [
            _name_ages(start) if width == 20 else _name_years(max(start, least), start + 2, most)
            for start in first
        ]
    keys = ["place", "last", "number", "group", "value"]
    summed = coarse.groupby(keys, dropna=False)[["n", "linked"]].sum().reset_index()
    return summed.assign(
        group=summed["group"].map(_sentence), value=summed["value"].map(_sentence)
    )[["group", "value", "n", "linked"]]


def _name_ages(start: int) -> str:
    return f"{start} and over" if start >= 80 else f"{start}–{start + 19}"


def _name_years(start: int, end: int, most: int) -> str:
    return f"{start} to {min(end, most)}" if start < most else f"{start}"


def total_completeness(completeness: pd.DataFrame) -> pd.DataFrame:
    """Records with a known value by table and field, all years together.

    Examples
    --------
    >>> known = pd.DataFrame({"table": "op", "year": ["2020/21", "2021/22"], "field": "sex",
    ...                       "n": [9, 1], "known": [8, 1]})
    >>> total_completeness(known)
             table field   n  known
    0  Outpatients   Sex  10      9
    """
    sums = completeness.groupby(["table", "field"], sort=False)[["n", "known"]].sum().reset_index()
    return sums.assign(table=sums["table"].map(TABLE_NAMES), field=sums["field"].map(_sentence))


def spread_codes(codes: pd.DataFrame) -> pd.DataFrame:
    """People and records by code: one row a code, one column for each kind of record.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["M321"], "table": ["apc"], "people": [2], "records": [5]})
    >>> spread_codes(codes)
        code  people_apc  records_apc  people_op  records_op
    0  M32.1           2            5          0           0
    """
    columns = [(what, table) for table in ("apc", "op") for what in ("people", "records")]
    wide = codes.pivot(index="code", columns="table", values=["people", "records"])
    wide = wide.reindex(columns=pd.MultiIndex.from_tuples(columns)).fillna(0).astype("int64")
    wide.columns = [f"{what}_{table}" for what, table in columns]
    wide = wide.rename_axis(index="code").reset_index()
    return wide.assign(code=[dot_code(code) for code in wide["code"]])


def name_matches(drug_names: pd.DataFrame) -> pd.DataFrame:
    """Typed names of the drug, by how they were read; what is on no list stands last, unshown.

    Examples
    --------
    >>> names = pd.DataFrame({"match": ["known", "another drug"], "member": ["omalizumab", ""],
    ...                       "name": ["xolair", ""], "applications": [4, 9]})
    >>> name_matches(names)["name"].tolist()
    ['xolair (omalizumab)', 'any text on other forms']
    """
    other = drug_names["match"].map(UNREAD)
    own = (drug_names["member"] != "") & (drug_names["member"] != drug_names["name"])
    names = drug_names["name"].mask(other.notna(), other)
    names = names.mask(own, names + " (" + drug_names["member"] + ")")
    return drug_names.assign(name=names, group=drug_names["match"].map(MATCHES))


def name_decisions(forms: pd.DataFrame) -> pd.DataFrame:
    """Kinds of form and of indication in words, and what follows from the two.

    Examples
    --------
    >>> forms = pd.DataFrame({"form": ["own"], "indication": ["missing"], "decision": ["counts"],
    ...                       "applications": [3]})
    >>> name_decisions(forms)[["form", "indication", "decision"]].to_numpy().tolist()
    [['For this use alone', 'None', 'Counts']]
    """
    named = {name: forms[name].map(words) for name, words in DECIDED.items()}
    return forms.assign(**named, decision=forms["decision"].map(_sentence))


def name_version(versions: pd.Series) -> str:
    """Return in words which index the groups of people are of.

    Parameters
    ----------
    versions
        `imd_version` of the mart of people.

    Examples
    --------
    >>> name_version(pd.Series(["2019", "2019"]))
    'English Indices of Deprivation 2019'
    """
    known = sorted(versions.dropna().unique())
    if known == [OF_HES]:
        return "Index of Multiple Deprivation as HES derived it, of the release of each year"
    return f"English Indices of Deprivation {' and '.join(known)}" if known else "No index"
