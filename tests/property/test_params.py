"""Laws: settings, whatever the values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.core.paths import project_root
from rareaccess.params import Pair, ParamsError, parse_pair
from rareaccess.params.yaml_reader import read_text
from rareaccess.params.yaml_writer import scalar

SLUG = "sle-belimumab"

FILE = f"params/pairs/{SLUG}.yml"

TEXT = (project_root() / FILE).read_text(encoding="utf-8")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(0, len(TEXT)),
    cut=st.integers(0, 40),
    put=st.text(st.sampled_from("\n :-[]{}#&*!|>'\"%@`,?~0a1.é\t"), max_size=8),
)
def test_any_edit_gives_a_pair_or_its_faults(place, cut, put) -> None:
    try:
        pair = parse_pair(TEXT[:place] + put + TEXT[place + cut :], SLUG)
    except ParamsError as error:
        assert error.faults and FILE in str(error)
    else:
        assert isinstance(pair, Pair)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_a_text_written_as_yaml_is_read_as_the_same_text(text) -> None:
    assert read_text(f"key: {scalar(text)}", file="x.yml").values == {"key": text}
    assert read_text(f"key: [{scalar(text)}]", file="x.yml").values == {"key": [text]}
