"""Missing text stays missing in every pandas that is let in."""

import pandas as pd
import pytest

from rareaccess.core import missing_text
from rareaccess.core.errors import UserError
from rareaccess.core.missing_text import keeping_text
from rareaccess.pipeline.check import check_source
from rareaccess.pipeline.prepare import prepare


def test_a_pandas_that_makes_a_word_of_missing_text_is_refused(monkeypatch) -> None:
    """Whatever it is asked: of release 2.2, nan would be the sex of people."""
    monkeypatch.setattr(missing_text, "_keeps_text", lambda: False)
    for step in (lambda: prepare("sample", []), lambda: check_source("sample")):
        with pytest.raises(UserError, match="makes a word of text that is missing") as caught:
            step()
        assert pd.__version__ in caught.value.found
        assert "pandas>=2.3" in caught.value.mend


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated")
def test_an_option_of_pandas_is_as_it_was_afterwards(monkeypatch) -> None:
    """Of release 2.3: what it is asked is asked for the step alone."""
    asked = []
    answers = iter([False, True])
    monkeypatch.setattr(missing_text, "_keeps_text", lambda: next(answers))
    before = pd.get_option(missing_text.OPTION)
    with keeping_text():
        asked.append(pd.get_option(missing_text.OPTION))
    assert asked == [True]
    assert pd.get_option(missing_text.OPTION) == before
