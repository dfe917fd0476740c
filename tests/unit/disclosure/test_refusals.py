"""What is never released: persons, their days, and counts that are declared as something else."""

import numpy as np
import pandas as pd
import pytest

from rareaccess.core.errors import UserError
from rareaccess.disclosure import count_population, find_profile, protect

NDRS = find_profile("ndrs")


def release(frame, profile="ndrs", **options):
    return protect(pd.DataFrame(frame), profile=profile, **options)


def persons(size):
    rows = pd.DataFrame({"study_id": np.arange(size) * 7 + 1001})
    return rows, count_population("treated", rows, profile=NDRS)


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        ({"level": ["a", "b"], "people": [3, 4]}, {"keys": ["people"]}, "declared as a key"),
        ({"n": [90, 3], "code": [90, 3]}, {"counts": ["n"], "keys": ["code"]}, "declared as a key"),
        ({"n": [90, 3], "text": ["12", "7"]}, {"counts": ["n"]}, "texts holds counts"),
        ({"n": [90, 3], "text": ["all", "7 people"]}, {"counts": ["n"]}, "texts holds counts"),
        ({"n": [90, 3], "text": ["3 of 90", "3 (3.3%)"]}, {"counts": ["n"]}, "texts holds counts"),
        (
            {"date_of_birth": pd.to_datetime(["1970-02-03", "1981-05-06"]), "n": [1, 1]},
            {"counts": ["n"]}, "days of persons",
        ),
        (
            {"start_date": [pd.Timestamp("2020-02-03").date()], "n": [1]},
            {"counts": ["n"]}, "days of persons",
        ),
        ({"study_id": [1, 2], "n": [1, 1]}, {"counts": ["n"], "keys": ["study_id"]}, "row a pers"),
        ({"n": [90], "mean": [3.5]}, {"counts": ["n"]}, "not been declared"),
    ],
)  # fmt: skip
def test_what_is_declared_as_something_else_is_refused(frame, options, words):
    with pytest.raises(UserError, match=words):
        release(frame, **options)


def test_a_row_a_person_is_refused():
    rows, treated = persons(13)
    with pytest.raises(UserError, match="one row a person"):
        release({"sex": ["Female"] * 13}, population=treated)
    with pytest.raises(UserError, match="one row a person"):
        release({"who": rows["study_id"], "n": 1}, counts=["n"], keys=["who"], population=treated)
    assert release({"sex": ["Female"], "n": [13]}, counts=["n"], population=treated).rows == 1


def test_what_others_have_published_is_quoted():
    frame = pd.DataFrame({"stated": ["60,000", "7"], "n": [90, 3]})
    with pytest.raises(UserError, match="texts holds counts"):
        protect(frame, counts=["n"], profile="ndrs")
    frame.attrs["published"] = ("stated",)
    assert protect(frame, counts=["n"], profile="ndrs").rows == 2


def test_levels_years_and_bands_are_no_counts():
    texts = {
        "level": ["1 (most deprived)", "2", "4", "3"],
        "year": ["2019", "2017", "2018", "2016"],
        "age": ["0–9", "10–19", "20–29", "70 and over"],
        "score": ["0", "1", "2", "3+"],
        "code": ["M32.1", "TA397", "E54000008", "30 to 60 minutes"],
    }
    for name, values in texts.items():
        assert release({name: values, "n": [9] * 4}, counts=["n"], profile="internal").rows == 4


def test_the_size_of_people_is_not_public():
    rows, _ = persons(13)
    with pytest.raises(UserError, match="declared as public"):
        count_population("treated", rows, profile=NDRS, open=True)
    assert count_population("centres", 13, unit="organisations", profile=NDRS, open=True).n == 13
