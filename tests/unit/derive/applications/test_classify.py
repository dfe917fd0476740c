"""Which applications are for a pair: one row for every case of name, form and indication."""

import pandas as pd
import pytest

from rareaccess.derive.applications.classify import (
    COUNTS,
    DECISIONS,
    classify_applications,
    fold_wording,
)
from rareaccess.derive.applications.starters import name_reasons
from rareaccess.derive.applications.typed import count_forms, count_names
from rareaccess.params import Drug, load_pair

PAIR = load_pair("hlh-anakinra").model_copy(
    update={
        "drug": Drug.model_validate(
            {
                "names": ["anakinra", "kineret"],
                "misspellings": ["kinneret"],
                "indication": "haemophagocytic lymphohistiocytosis",
                "indication_wordings": ["HLH", "macrophage activation syndrome"],
                "form_codes": ["ANA-HLH"],
                "shared_form_codes": ["ANAKINRA"],
                "routes": [{"route": "SC", "from": "2022-04-01", "label": "injection"}],
            }
        )
    }
)
STILL = "Adult-onset Still's disease"
TABLE = [
    # the drug's name is typed so that it is known, or misspelt as audited
    ("Anakinra 100mg", "ANA-HLH", "Haemophagocytic lymphohistiocytosis", COUNTS),
    ("kinneret", "ANA-HLH", STILL, COUNTS),  # the code of the form outweighs a text
    ("Kineret", "ANA-HLH", None, COUNTS),
    ("Anakinra", "ANAKINRA", "HLH", COUNTS),
    ("Anakinra", "ANAKINRA", STILL, "other indication"),
    ("Anakinra", "ANAKINRA", None, "indication not stated"),
    ("Anakinra", "ANA-NEW", "Macrophage activation syndrome", COUNTS),  # the words say it
    ("Anakinra", "ANA-GOUT", "Gout", "other indication"),
    ("Anakinra", "ANA-GOUT", "  ", "indication not stated"),
    # the name tells nothing
    ("as discussed", "ANA-HLH", "HLH", "drug name not recognised"),
    ("as discussed", "ANA-HLH", STILL, "drug name not recognised"),
    ("as discussed", "ANA-HLH", None, "drug name not recognised"),
    ("as discussed", "ANAKINRA", "hlh", "drug name not recognised"),
    ("as discussed", "ANAKINRA", STILL, "other indication"),
    ("as discussed", "ANAKINRA", None, "indication not stated"),
    ("Ruxolitinib", "RUX-HLH", "HLH", "other drug"),
    ("Ruxolitinib", "RUX-GVHD", "Graft versus host disease", "other drug"),
    (None, None, None, "other drug"),
]


def forms() -> pd.DataFrame:
    columns = ["drug_name", "form_code", "indication", "expected"]
    frame = pd.DataFrame(TABLE, columns=columns, dtype="str")
    day = pd.Timestamp("2023-01-01")
    frame = frame.assign(form_type="initiation", approval_status="approved", planned_start_date=day)
    return classify_applications(frame, PAIR.drug)


def test_the_table_has_every_case() -> None:
    assert len(TABLE) == len(DECISIONS) == 2 * 3 * 3


def test_each_case_is_decided_as_the_table_says() -> None:
    found = name_reasons(forms(), pair=PAIR)["drug"].fillna(COUNTS)
    cases = forms()["expected"]
    assert found[found != cases].to_dict() == {}


def test_the_mart_of_forms_shows_what_was_decided() -> None:
    found = count_forms(forms())
    assert found.to_numpy().tolist() == [
        ["own", "audited", COUNTS, 1],
        ["own", "audited", "drug name not recognised", 1],
        ["own", "another", COUNTS, 1],
        ["own", "another", "drug name not recognised", 1],
        ["own", "missing", COUNTS, 1],
        ["own", "missing", "drug name not recognised", 1],
        ["shared", "audited", COUNTS, 1],
        ["shared", "audited", "drug name not recognised", 1],
        ["shared", "another", "other indication", 2],
        ["shared", "missing", "indication not stated", 2],
        ["other", "audited", COUNTS, 1],
        ["other", "another", "other indication", 1],
        ["other", "missing", "indication not stated", 1],
    ]


def test_a_name_that_tells_nothing_on_a_shared_form_is_not_another_drug() -> None:
    counts = count_names(forms()).set_index(["match", "name"])["applications"]
    assert counts.to_dict() == {
        ("known", "anakinra"): 7, ("known", "kineret"): 1, ("misspelt", "kinneret"): 1,
        ("not recognised", ""): 6, ("another drug", ""): 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("HLH", "audited"),
        (" hlh. ", "audited"),
        ("Macrophage  Activation Syndrome", "audited"),
        ("HLH (secondary)", "another"),  # near, but nobody has audited it
        ("not HLH", "another"),
        ("", "missing"),
        (None, "missing"),
    ],
)
def test_only_audited_wordings_are_the_indication(typed: str | None, kind: str) -> None:
    frame = pd.DataFrame({"drug_name": [None], "form_code": [None], "indication": [typed]})
    assert classify_applications(frame.astype("str"), PAIR.drug)["wording"].tolist() == [kind]


def test_kinds_of_dash_and_apostrophe_do_not_matter() -> None:
    assert fold_wording("Adult‐onset Still’s disease") == fold_wording(
        "ADULT-ONSET STILL'S DISEASE"
    )


def test_an_accepted_text_counts_and_is_not_shown() -> None:
    accepted = [{"name": "as agreed with john smith", "reason": "a note"}]
    drug = Drug.model_validate(
        PAIR.drug.model_dump(mode="json", by_alias=True) | {"names_accepted": accepted}
    )
    typed = {"drug_name": ["As agreed with John Smith"], "form_code": ["ANA-HLH"]}
    frame = classify_applications(pd.DataFrame(typed).assign(indication="HLH"), drug)
    assert frame["decision"].tolist() == [COUNTS]
    assert count_names(frame).to_numpy().tolist() == [["accepted", "", "", 1]]
