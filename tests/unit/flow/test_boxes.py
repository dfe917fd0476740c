"""What the settings of a pair change in its boxes."""

from datetime import date

from rareaccess.flow import declare_boxes
from rareaccess.flow.reasons import APPROVED_EARLY, BEFORE_ENTRY, BEFORE_WINDOW
from rareaccess.params import Pair, load_pair


def reasons_of(pair: Pair, key: str) -> tuple[str, ...]:
    return next(box.reasons for box in declare_boxes(pair) if box.key == key)


def test_a_start_before_the_window_is_possible_only_where_the_window_begins_later() -> None:
    pair = load_pair("sle-belimumab")
    assert pair.windows.treatment.start == pair.windows.approval_date
    assert BEFORE_WINDOW not in reasons_of(pair, "dated")
    earlier = pair.windows.model_copy(update={"approval_date": date(2016, 1, 1)})
    assert BEFORE_WINDOW in reasons_of(pair.model_copy(update={"windows": earlier}), "dated")


def test_the_cancer_drugs_fund_asks_when_it_was_entered_and_names_which_further_form_goes() -> None:
    fund, other = load_pair("waldenstrom-ibrutinib"), load_pair("sle-belimumab")
    assert reasons_of(fund, "dated")[-2:] == (APPROVED_EARLY, BEFORE_ENTRY)
    assert not {APPROVED_EARLY, BEFORE_ENTRY} & set(reasons_of(other, "dated"))
    assert len(reasons_of(fund, "one_per_patient")) > len(reasons_of(other, "one_per_patient")) == 1
