"""Laws: disclosure control, whatever the values."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rareaccess.disclosure import (
    PROFILES,
    Count,
    Hidden,
    Share,
    fmt,
    protect_count,
)


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_pct_is_within_half_a_step_of_the_ratio(part: int, whole: int) -> None:
    shown = float(fmt.pct(Count(part), Count(whole)).rstrip("%").replace(",", ""))
    assert abs(shown - 100 * part / whole) <= 0.05 + 1e-9
    assert fmt.pct(Share(100 * part / whole)) == fmt.pct(Count(part), Count(whole))


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_a_count_reads_back(count: int) -> None:
    assert int(fmt.n(Count(count)).replace(",", "")) == count


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(sorted(PROFILES)))
def test_a_shown_count_is_near_the_true_one_and_a_small_one_is_not_shown(
    count: int, profile: str
) -> None:
    rule, value = PROFILES[profile], protect_count(count, profile=profile)
    if isinstance(value, Hidden):
        assert rule.hide_from <= count <= rule.hide_to
    else:
        low, high = rule.find_interval(value.value)
        assert low <= count <= high < low + 2 * rule.round_to
        assert not rule.hide_from <= count <= rule.hide_to
