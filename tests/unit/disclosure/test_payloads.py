"""Hashes of what a notebook shows: what they let through, and what is said of the rest."""

import nbformat
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure.payloads import (
    PLAIN_TWIN,
    check_outputs,
    demand_numbers,
    find_altered,
    find_faults,
    is_sealed,
    list_vouched,
    read_payloads,
    seal_notebook,
    vouch,
    write_payloads,
)


def cell(data, source="x", kind="display_data"):
    return nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output(kind, data=data)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text/html": "<p>9</p>"}, "a frame or a table"),
        ({"image/png": "AA=="}, "a figure"),
        ({"text/markdown": "9", "text/plain": PLAIN_TWIN}, "a text"),
        ({"text/plain": "9"}, "a value"),
        ({"application/json": {"n": 9}}, "a value"),
        ({}, "a value"),
    ],
)
def test_what_is_shown_is_told_by_its_kind(data, words):
    (fault,) = find_faults([cell(data)], list_vouched())
    assert fault.found.startswith(words) and "9" not in fault.found


def test_an_error_is_a_fault():
    made = nbformat.v4.new_output("error", ename="E", evalue="9", traceback=[])
    (fault,) = find_faults([nbformat.v4.new_code_cell("x", outputs=[made])], ())
    assert fault.found == "an error"


def test_what_was_vouched_for_passes_with_its_plain_twin_only():
    data = {"text/markdown": vouch("text/markdown", "Told."), "text/plain": PLAIN_TWIN}
    check_outputs([cell(data)], list_vouched(), where="x")
    check_outputs([cell({**data, "text/markdown": ["To", "ld."]})], list_vouched(), where="x")
    with pytest.raises(UserError, match="cell 1"):
        check_outputs([cell({**data, "text/plain": "9"})], list_vouched(), where="x")


def test_a_kind_is_part_of_the_hash():
    vouch("text/markdown", "<b>one</b>")
    assert list(find_faults([cell({"text/html": "<b>one</b>"})], list_vouched()))


def test_every_fault_is_told_by_its_cell():
    cells = [cell({"text/plain": "9"}, "#| label: tbl-a\nx"), cell({"text/html": "9"})]
    with pytest.raises(UserError) as stopped:
        check_outputs(cells, (), where="02-uptake", first=3)
    assert "02-uptake, cell 3 (tbl-a)" in str(stopped.value)
    assert "cell 4: a frame" in str(stopped.value)


def test_what_is_handed_over_is_read_again(tmp_path):
    results = tmp_path / "02-uptake.json"
    assert read_payloads(results) == frozenset() and not is_sealed(results, "{}")
    results.write_text("{}")
    vouch("text/markdown", "Handed over.")
    write_payloads(results, [tmp_path / "absent.csv"])
    seal_notebook(results, "{}")
    assert read_payloads(results) == frozenset(list_vouched())
    assert is_sealed(results, "{}") and not is_sealed(results, "{ }")
    assert find_altered(results) == []
    results.unlink()
    assert find_altered(results) == ["02-uptake.json"]


def test_numbers_are_asked_for_under_control_only():
    assert vouch("text/markdown", "In all 9,871.")
    demand_numbers(True)
    try:
        with pytest.raises(UserError, match="no released value"):
            vouch("text/markdown", "In all 9,871.")
    finally:
        demand_numbers(False)


def test_a_notebook_run_again_by_hand_stays_sealed_if_the_same_comes_of_it(tmp_path):
    results = tmp_path / "02-uptake.json"
    results.write_text("{}")
    vouch("text/markdown", "924 people")
    write_payloads(results)
    seal_notebook(results, "executed")
    write_payloads(results)
    assert is_sealed(results, "executed")
    vouch("text/markdown", "another sentence")
    write_payloads(results)
    assert not is_sealed(results, "executed")
