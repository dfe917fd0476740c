"""The register: every number with whom it counts and by which rule, and how one is asked for."""

import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import Count, Hidden, Notes, Register, count_population, find_profile
from rareaccess.disclosure import protect as protect_frame
from rareaccess.disclosure.results import write_results
from rareaccess.pipeline import register as registers


@pytest.fixture
def book(tmp_path, monkeypatch) -> pd.DataFrame:
    monkeypatch.setattr(registers, "build_root", lambda: tmp_path)
    rule = find_profile("ndrs")
    folder = tmp_path / "results" / "tiny" / "sle-belimumab"
    told = Register("02-uptake", folder, head={"pair": "sle-belimumab"}, suffix="sle-belimumab",
                    options=dict)  # fmt: skip
    people = count_population("treated", pd.DataFrame({"study_id": range(93)}), profile=rule)
    data = pd.DataFrame({"sex": ["Female", "Male"], "n": [90, 3]})
    frame = protect_frame(
        data, profile=rule, counts=["n"], population=people, dimension="sex", whole=people,
        notes=Notes(label="sex-sle-belimumab", n="93 people", period="2020"), register=told,
    )  # fmt: skip
    told.show("tbl", frame)
    told.numbers |= {"starts": Count(93), "few": Hidden()}
    write_results(told)
    return registers.build_register("tiny", ["sle-belimumab"])


def test_every_number_has_a_row_with_whom_it_counts(book: pd.DataFrame) -> None:
    assert list(book.columns) == list(registers.COLUMNS) and book["id"].is_unique
    row = book.set_index("id").loc["sle-belimumab/02-uptake/tbl-sex-sle-belimumab/Female/n"]
    told = row[["text", "value", "status", "unit", "population", "dimension", "rule"]].tolist()
    assert told == ["90", 90, "shown", "people", "treated", "sex", "ndrs"]
    assert row["code"] and row["settings"]


def test_what_is_hidden_has_a_mark_and_no_value(book: pd.DataFrame) -> None:
    hidden = book[book["status"] == "hidden"]
    assert set(hidden["column"]) == {"n", "n_pct", "few"}
    assert hidden["value"].isna().all() and set(hidden["text"]) == {"[c]"}


def test_a_number_is_found_by_a_part_of_its_id(book: pd.DataFrame) -> None:
    told = registers.explain(book, "Female/n_pct")
    assert "96.8" in told and "93 people" in told
    assert registers.explain(book, "sle-belimumab/02-uptake/starts").startswith("sle-belimumab/02")


def test_an_unknown_or_vague_id_says_so(book: pd.DataFrame) -> None:
    with pytest.raises(UserError, match="No number"):
        registers.explain(book, "nobody")
    many = pd.concat([book.assign(id=book["id"] + f"-{at}") for at in range(9)])
    with pytest.raises(UserError, match="Too many"):
        registers.explain(many, "sle-belimumab")
