"""Applications: names that are the drug, reasons at each step, one application a patient."""

import pandas as pd
import pytest

import tiny_england
from rareaccess.derive.applications.classify import classify_applications, read_names
from rareaccess.derive.applications.starters import choose_one_each, name_reasons
from rareaccess.derive.applications.typed import count_names
from rareaccess.params import Drug, load_pair
from rareaccess.params.drug_names import normalise_drug_name

PAIR = load_pair("sle-belimumab")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Belimumab", "belimumab"),
        ("  BENLYSTA 200mg ", "benlysta"),
        ("Belimumab 120 mg", "belimumab"),
        ("Benlysta 400mg powder for infusion", "benlysta"),
        ("Belimumab SC injection", "belimumab"),
        ("belimumab 80mg/ml, solution (pre-filled pen)", "belimumab"),
        ("Belimumab_10.5 mg/ml IV", "belimumab"),
        ("belimumab®", "belimumab"),
        ("injection", ""),
        (None, ""),
        ("abatacept 5fu", "abatacept 5fu"),
        ("belimumab 10mg/kg IV", "belimumab"),
        ("belimumab 10 mg / kg every 4 weeks", "belimumab"),
        ("Belimumab 10mg per kg q4w", "belimumab"),
        ("belimumab 10 mg/kg/dose, once a month", "belimumab"),
        ("belimumab 400mg/20ml", "belimumab"),
        ("belimumab 500 micrograms", "belimumab"),
        ("belimumab 500 \u00b5g", "belimumab"),
        ("belimumab 0.2 g", "belimumab"),
        ("belimumab 1,000 units", "belimumab"),
        ("belimumab 5% solution", "belimumab"),
        ("belimumab 2 x 200mg", "belimumab"),
        ("belimumab autoinjector", "belimumab"),
        ("belimumab auto-injector", "belimumab"),
        ("Benlysta auto injector pens", "benlysta"),
        ("belimumab 200 mg weekly", "belimumab"),
        ("belimumab 200mg fortnightly", "belimumab"),
        ("belimumab monthly", "belimumab"),
        ("belimumab every week", "belimumab"),
        ("belimumab every two weeks", "belimumab"),
        ("belimumab pre-filled pen", "belimumab"),
        ("belimumab pre\u2011filled pen", "belimumab"),
        ("belimumab pre filled syringes", "belimumab"),
        ("belimumab s.c. injection", "belimumab"),
        ("belimumab i.v.", "belimumab"),
        ("belimumab subcutaneous", "belimumab"),
        ("il6 inhibitor", "il6 inhibitor"),  # a number inside a word is part of the name
        ("weekly 10mg/kg", ""),
    ],
)
def test_names_without_strength_and_form(written: str | None, name: str) -> None:
    assert normalise_drug_name(written) == name


@pytest.mark.parametrize(
    ("written", "match"),
    [
        ("Belimumab", "known"),
        ("Benlysta (belimumab) 200 mg", "known"),
        ("belimumub 200mg", "misspelt"),
        ("Belimumaab", "unknown"),  # near, but nobody has audited it
        ("not belimumab", "unknown"),
        ("belimumab 10mg/kg IV", "known"),
        ("belimumub autoinjector", "misspelt"),
        ("rituximab 10mg/kg every 4 weeks", "unknown"),
        ("belimumab and rituximab pens", "unknown"),
        ("200 mg weekly", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_only_audited_names_are_the_drug(written: str | None, match: str) -> None:
    assert read_names(pd.Series([written]), PAIR.drug)["match"].tolist() == [match]


def forms(**columns: list[object]) -> pd.DataFrame:
    plain = tiny_england.application("A01", "N01", "2018-03-10")
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame([plain] * size).assign(**columns)
    dates = [name for name in frame if name.endswith("date")]
    return classify_applications(frame.astype(dict.fromkeys(dates, "datetime64[s]")), PAIR.drug)


def reasons(step: str, **columns: list[object]) -> list[str | None]:
    found = name_reasons(forms(**columns), pair=PAIR)[step]
    return [reason if isinstance(reason, str) else None for reason in found]


def test_reasons_of_the_drug() -> None:
    found = reasons(
        "drug",
        drug_name=["Belimumab", "Belimumab", "Belimumab", "gibberish", "Rituximab", None],
        form_code=["BEL-SLE", None, "BEL-LN", "BEL-SLE", "RTX", "RTX"],
        indication=["x", " Systemic  Lupus erythematosus ", "Lupus nephritis", "x", "x", "x"],
    )
    assert found == [
        None,  # the form says it
        None,  # the words say it
        "other indication",
        "drug name not recognised",
        "other drug",
        "other drug",
    ]


def test_reasons_of_form_and_status() -> None:
    assert reasons("initiation", form_type=["initiation", "continuation", None]) == [
        None,
        "continuation form",
        "continuation form",
    ]
    statuses = ["approved", "rejected", "withdrawn", "pending", "treatment not started"]
    assert reasons("approved", approval_status=[*statuses, "on hold", None]) == [
        None,
        *["not approved"] * 3,
        "approved, treatment not started",
        *["decision not known"] * 2,
    ]


def test_reasons_of_the_planned_start() -> None:
    days = ["2016-06-22", "2025-08-20", "2016-06-21", "2025-08-21", "5202-01-01", "1899-12-31"]
    dates = pd.Series([*days, None]).astype("datetime64[s]")
    assert reasons("dated", planned_start_date=list(dates)) == [
        None,
        None,
        "start before approval of the drug",
        "start after the window",
        "planned start missing or impossible",
        "planned start missing or impossible",
        "planned start missing or impossible",
    ]


def test_a_window_that_opens_later_than_the_approval_has_its_own_reason() -> None:
    values = PAIR.model_dump(mode="json", by_alias=True)
    values["windows"]["treatment"]["from"] = "2018-01-01"
    later = type(PAIR).model_validate(values)
    frame = forms(planned_start_date=pd.to_datetime(["2017-12-31", "2016-06-21"]).tolist())
    assert name_reasons(frame, pair=later)["dated"].tolist() == [
        "start before the window",
        "start before approval of the drug",
    ]


def test_one_application_each() -> None:
    frame = pd.DataFrame(
        {
            "study_id": [1, 1, 1, 2, 3, 3],
            "application_id": ["c", "b", "a", "d", "f", "e"],
            "planned_start_date": pd.to_datetime(["2020-01-01"] * 3 + ["2021-01-01"] * 3),
            "approval_date": pd.to_datetime(
                ["2019-02-01", "2019-01-01", None] + ["2019-01-01"] * 3
            ),
        }
    )
    kept = frame[choose_one_each(frame).isna()]
    # 1: same start, earliest approval (a blank comes last); 3: all equal, smallest id
    assert kept["application_id"].tolist() == ["b", "d", "e"]
    backwards = frame.iloc[::-1]
    again = backwards[choose_one_each(backwards).isna()]
    assert sorted(again["application_id"]) == ["b", "d", "e"]


GROUP = Drug.model_validate(
    {
        "members": [
            {"name": "omalizumab", "names": ["omalizumab", "xolair", "omlyclo"],
             "misspellings": ["omalizumub"], "from": "2013-04-24", "appraisal": "TA278"},
            {"name": "dupilumab", "names": ["dupilumab", "dupixent"], "from": "2021-12-08",
             "appraisal": "TA751"},
        ],
        "indication": "severe asthma",
        "form_codes": ["OMA-ASTH", "DUP-ASTH"],
        "routes": [{"route": "SC", "from": "2013-04-24", "label": "injection"}],
    }
)  # fmt: skip


def test_a_name_belongs_to_one_drug_of_a_group() -> None:
    typed = ["Xolair 150 mg SC", "OMALIZUMUB", "Omlyclo (omalizumab)", "Dupixent", "omalizumab or "
             "dupilumab", "benralizumab", None]  # fmt: skip
    names = pd.Series(typed, dtype="str")
    found = read_names(names, GROUP)["member"]
    assert found.iloc[:4].tolist() == ["omalizumab"] * 3 + ["dupilumab"]
    assert found.iloc[4:].isna().all()
    assert read_names(names, GROUP)["match"].tolist() == [
        *["known", "misspelt", "known", "known"], *["unknown"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (["zed 10mg"], ["zed 20mg"], True),  # no strength makes it another drug
        (["zed"], ["Zed"], True),
        (["zed"], ["zet"], False),
    ],
)
@pytest.mark.parametrize("part", ["names", "misspellings"])
def test_no_text_is_read_as_two_drugs(first: list, second: list, clash: bool, part: str):
    def member(name: str, extra: list) -> dict:
        both = {"names": [name], "misspellings": []}
        both[part] = [*both[part], *extra]
        return {"name": name, "from": "2020-01-01", "appraisal": "TA1", **both}

    drug = {
        "members": [member("alpha", first), member("beta", second)],
        "indication": "x",
        "form_codes": ["X"],
        "routes": [{"route": "IV", "from": "2020-01-01", "label": "x"}],
    }
    if clash:
        with pytest.raises(ValueError, match="clash"):
            Drug(**drug)
    else:
        assert len(Drug(**drug).members) == 2


def test_a_whole_name_comes_before_its_words() -> None:
    members = [
        {"name": name, "names": [name], "from": "2020-01-01", "appraisal": "TA1"}
        for name in ("alpha", "alpha beta")
    ]
    routes = [{"route": "IV", "from": "2020-01-01", "label": "x"}]
    drug = Drug(members=members, indication="x", form_codes=["X"], routes=routes)
    found = read_names(pd.Series(["Alpha Beta 10 mg", "alpha"]), drug)["member"]
    assert found.tolist() == ["alpha beta", "alpha"]


def test_each_drug_of_a_group_has_its_own_first_day() -> None:
    pair = PAIR.model_copy(update={"drug": GROUP})
    rows = [
        ("dupilumab", "2021-12-07", "start before approval of the drug"),
        ("dupilumab", "2021-12-08", None),
        ("omalizumab", "2017-01-01", None),
    ]
    frame = pd.DataFrame(rows, columns=["drug_name", "planned_start_date", "reason"])
    frame = frame.assign(
        planned_start_date=pd.to_datetime(frame["planned_start_date"]),
        form_code="DUP-ASTH",
        form_type="initiation",
        approval_status="approved",
        indication="severe asthma",
    )
    found = name_reasons(classify_applications(frame, GROUP), pair=pair)["dated"]
    assert found.fillna("").tolist() == frame["reason"].fillna("").tolist()


def test_only_audited_names_are_kept() -> None:
    """Free text may hold anything: what is on no list is counted and not shown."""
    frame = pd.DataFrame(
        {
            "drug_name": ["Xolair", "xolair 75mg", "as agreed by telephone", "rituximab", None],
            "form_code": ["OMA-ASTH", "X", "DUP-ASTH", "RTX", "OMA-ASTH"],
        }
    )
    found = count_names(classify_applications(frame.assign(indication=None), GROUP))
    assert found.to_numpy().tolist() == [
        ["known", "omalizumab", "xolair", 2],
        ["not recognised", "", "", 2],
        ["another drug", "", "", 1],
    ]
