"""The flow of a pair booked from small frames."""

import pandas as pd
import pytest

from rareaccess.derive.applications.classify import classify_applications
from rareaccess.derive.cohort import book_flow
from rareaccess.params import Pair, load_pair
from tiny_england import application

PAIR = load_pair("sle-belimumab")
DATES = ["submitted_date", "approval_date", "planned_start_date", "date_of_death"]


def applications(*rows: dict, pair: Pair = PAIR) -> pd.DataFrame:
    frame = pd.DataFrame(
        [{"linked": True, "date_of_death": None, "death_undated": False, **row} for row in rows]
    )
    return classify_applications(frame.astype(dict.fromkeys(DATES, "datetime64[s]")), pair.drug)


def form(study_id: int, key: str, start: str = "2020-01-01", **other: object) -> dict:
    return application(key, f"N{study_id}", start) | {"study_id": study_id} | other


def people(*rows: tuple[int, int]) -> pd.DataFrame:
    """Return traced people: study id, records in the rescue specialties."""
    frame = pd.DataFrame(rows, columns=["study_id", "specialty_records"])
    last = pd.Timestamp("2020-01-01")
    return frame.assign(traced="Y", date_of_death=pd.NaT, death_undated=False, last_day=last)


def coded(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["study_id", "kind", "n_records"])


def test_the_rescue_route() -> None:
    """Found by code before specialty; by specialty; by neither."""
    forms = applications(form(1, "a"), form(2, "b"), form(3, "c"))
    ledger, marked = book_flow(
        forms, coded((1, "apc", 2), (9, "op", 1)), people((1, 5), (2, 4), (3, 0), (9, 1)), pair=PAIR
    )
    assert marked["found_by"].tolist()[:2] == ["code", "specialty"]
    assert marked["stopped_at"].tolist() == ["", "", "confirmed"]
    assert ledger.people("treated").tolist() == [1, 2]
    assert ledger.people("rescued").tolist() == [2]
    assert ledger.people("cohort").tolist() == [1, 2, 9]
    assert ledger.people("not_known_treated").tolist() == [9]
    assert ledger.count("cohort", unit="records") == 2 + 4 + 1


def test_a_treated_person_of_unknown_vital_status_is_evidently_alive() -> None:
    """Found by code with or without specialty records; without treatment, still unknown."""
    status = people((1, 0), (2, 3), (3, 3), (4, 0), (5, 2)).assign(traced="N", last_day=pd.NaT)
    forms = applications(
        form(1, "a"),
        form(2, "b"),
        form(3, "c"),  # no code
        form(4, "d", approval_status="rejected"),
    )
    codes = coded((1, "apc", 1), (2, "apc", 2), (2, "op", 1), (4, "op", 1), (5, "op", 1))
    ledger, marked = book_flow(forms, codes, status, pair=PAIR)
    assert marked["stopped_at"].tolist() == ["", "", "", "approved"]
    assert marked["found_by"].tolist()[:3] == ["code", "code", "specialty"]
    assert ledger.people("alive_at_approval").tolist() == [1, 2]
    assert ledger.people("rescued").tolist() == [3]
    assert ledger.people("cohort").tolist() == [1, 2, 3]
    assert ledger.people("treated").tolist() == [1, 2, 3]


def test_a_death_without_a_day_is_no_life_at_the_approval_unless_something_is_later() -> None:
    """A record before the approval, one on its day, a start, nothing; and a trace as dead alone."""
    dead = people((1, 0), (2, 0), (3, 0), (4, 0), (5, 0)).assign(death_undated=True)
    last = ["2016-06-21", "2016-06-22", None, None, None]
    dead = dead.assign(last_day=pd.to_datetime(last), traced=["Y", "Y", "Y", "Y", None])
    codes = coded(*((n, "apc", 1) for n in range(1, 6)))
    ledger, marked = book_flow(applications(form(3, "a")), codes, dead, pair=PAIR)
    assert marked["stopped_at"].tolist() == [""]
    assert ledger.people("cohort").tolist() == [2, 3]
    lost = ledger.lost().query("box == 'alive_at_approval'")
    assert lost.set_index("study_id")["reason"].to_dict() == dict.fromkeys(
        [1, 4, 5], "dead, day unknown"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"linked": False},
        {"date_of_death": "2019-12-31"},
        {"planned_start_date": "2016-06-21"},
        {"form_type": "continuation"},
    ],
)
def test_an_application_that_starts_nothing_is_no_evidence_of_life(other: dict) -> None:
    status = people((1, 3), (2, 0)).assign(traced="N", last_day=pd.NaT)
    forms, codes = applications(form(1, "a") | other, form(2, "b")), coded((1, "apc", 1))
    ledger, marked = book_flow(forms, codes, status, pair=PAIR)
    assert marked["stopped_at"].ne("").all()
    assert ledger.people("alive_at_approval").tolist() == []


def test_each_application_stops_once_at_the_first_step_that_excludes_it() -> None:
    forms = applications(
        form(1, "a", drug_name="other", form_code="X", form_type="continuation"),
        form(1, "b", form_type="continuation", approval_status="rejected"),
        form(1, "c", approval_status="rejected", planned_start_date=None),
        form(1, "d", "2016-01-01", linked=False),
        form(2, "e", linked=False, date_of_death="2019-01-01"),
        form(3, "f", date_of_death="2019-12-31"),
        form(4, "g", date_of_death="2020-01-01"),  # on the day itself: alive at the start
        form(4, "h", "2020-01-02"),
    )
    _, marked = book_flow(forms, coded((4, "apc", 1)), people((4, 0)), pair=PAIR)
    assert marked["stopped_at"].tolist() == [
        "drug", "initiation", "approved", "dated", "linked", "alive_at_start", "",
        "one_per_patient",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_rows_does_not_matter(order: int) -> None:
    forms = applications(form(1, "b"), form(1, "a"), form(2, "c"))
    codes, status = coded((1, "apc", 2), (2, "op", 1), (2, "apc", 1)), people((1, 0), (2, 0))
    ledger, _ = book_flow(forms, codes, status, pair=PAIR)
    again, _ = book_flow(
        forms.iloc[::order].reset_index(drop=True), codes.iloc[::order], status.iloc[::order],
        pair=PAIR,
    )  # fmt: skip
    pd.testing.assert_frame_equal(again.to_frame(), ledger.to_frame())


def test_what_was_approved_before_the_fund_was_entered_is_left_out() -> None:
    fund = load_pair("waldenstrom-ibrutinib")
    drug = {"drug_name": "Ibrutinib 420mg", "form_code": "IBR-WM", "route": "oral",
            "indication": "Waldenstrom macroglobulinaemia"}  # fmt: skip
    forms = applications(
        form(1, "a", "2018-03-01", **drug, approval_date="2018-01-05"),
        form(2, "b", "2018-03-01", **drug, approval_date="2017-11-21"),  # a day too early
        pair=fund,
    ).assign(trust="C01", organisation=None)
    forms = forms.assign(start=pd.Timestamp("2018-03-01"), regimen_start=pd.NaT)
    status = people((1, 0), (2, 0))
    ledger, marked = book_flow(forms, coded((1, "apc", 1), (2, "apc", 1)), status, pair=fund)
    assert marked.set_index("study_id")["stopped_at"].to_dict() == {1: "", 2: "dated"}
    assert ledger.people("treated").tolist() == [1]
