"""Rules of the dated lists of a pair: criteria, routes and commissioning, oldest first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rareaccess.params.clashes import Clash, in_order, repeated

if TYPE_CHECKING:
    from rareaccess.params.pair import Pair

__all__ = ["NO_FUNDING", "OF_THE_FUND", "check_dated"]

OF_THE_FUND, NO_FUNDING = "Cancer Drugs Fund", "none"


def check_dated(pair: "Pair") -> Iterator[Clash]:
    """Each list oldest first, none of it before the approval or after the treatments."""
    yield from _check_criteria(pair)
    yield from _check_commissioning(pair)
    for place, route in enumerate(pair.drug.routes):
        if route.start > pair.windows.treatment.end:
            yield _too_late(pair, ("drug", "routes", place, "from"), f"{route.start}")


def _check_criteria(pair: "Pair") -> Iterator[Clash]:
    yield from repeated([criterion.id for criterion in pair.criteria], ("criteria",), "id")
    starts = [criterion.start for criterion in pair.criteria]
    yield from in_order(starts, "criteria", strict=True)
    if starts[0] < pair.windows.approval_date:
        yield _too_early(pair, ("criteria", 0, "from"), f"{starts[0]}")


def _check_commissioning(pair: "Pair") -> Iterator[Clash]:
    """Funding begins before it can end, and that of the Cancer Drugs Fund when the fund says so."""
    changes, section = pair.commissioning, "commissioning"
    yield from repeated([change.label for change in changes], (section,), "label")
    yield from in_order([change.start for change in changes], section, strict=True)
    if not changes:
        return
    if changes[0].start < pair.windows.approval_date:
        yield _too_early(pair, (section, 0, "from"), f"{changes[0].start}")
    for place, change in enumerate(changes):
        if change.start > pair.windows.treatment.end:
            yield _too_late(pair, (section, place, "from"), f"{change.start}")
    for place, (last, change) in enumerate(zip((None, *changes[:-1]), changes, strict=True)):
        ended = last is None or last.funding == NO_FUNDING
        if change.funding == NO_FUNDING and ended:
            yield Clash(
                (section, place, "funding"),
                "none, where nothing was funded before",
                "funding that begins, and only then its end",
                "funding: routine",
            )
    yield from _check_fund(pair)


def _check_fund(pair: "Pair") -> Iterator[Clash]:
    """Funding by the Cancer Drugs Fund begins on the day that the section `cdf` gives."""
    found = [(n, c) for n, c in enumerate(pair.commissioning) if c.funding == OF_THE_FUND]
    for place, change in found[:1]:
        key = ("commissioning", place, "from")
        if pair.cdf is None:
            yield Clash(
                ("commissioning", place, "funding"),
                f"{OF_THE_FUND}, without the section cdf",
                "the section cdf beside it, which gives the rules of the fund",
                "funding: routine",
            )
        elif change.start != pair.cdf.entry:
            yield Clash(key, f"{change.start}", f"the day of cdf.entry, {pair.cdf.entry}")


def _too_early(pair: "Pair", key: tuple[str | int, ...], found: str) -> Clash:
    approval = pair.windows.approval_date
    expected = f"a date on or after windows.approval_date, {approval}"
    return Clash(key, f"{found}, before the approval", expected)


def _too_late(pair: "Pair", key: tuple[str | int, ...], found: str) -> Clash:
    expected = f"a date up to windows.treatment.to, {pair.windows.treatment.end}"
    return Clash(key, f"{found}, after the treatments", expected)
