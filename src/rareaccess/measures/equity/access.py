"""Access to the drug by group, released: what a notebook asks of the measures of equity."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from rareaccess.core.paths import project_root
from rareaccess.disclosure import Released, Shown, fmt
from rareaccess.disclosure.protect import Statistics
from rareaccess.measures.equity.axes import AXES, Axis
from rareaccess.measures.equity.boards import rate_boards, summarise_variation
from rareaccess.measures.equity.crossed import cross_axes, rate_crossed, summarise_crossed
from rareaccess.measures.equity.denominators import (
    COHORT,
    POPULATION,
    Denominator,
    Strata,
    count_cohort,
    count_population,
)
from rareaccess.measures.equity.gradient import summarise_gradient
from rareaccess.measures.equity.groups import STATISTICS, count_groups, rate_groups
from rareaccess.measures.equity.outlines import read_outlines
from rareaccess.measures.equity.use import CARE, compare_use, cost_care
from rareaccess.measures.merging import read_released
from rareaccess.measures.periods import count_months
from rareaccess.study import Study

__all__ = ["Access"]

ADJUSTED = "Adjusted for sex and age. "
COHORT_USE = "Of the HES cohort, in the 12 months before the start or the day drawn"
TREATED_USE = ("Of the treated alone, in the 12 months before the start, as the codes also find "
               "many people without the condition")  # fmt: skip
SUMMARY = ("measure", "words", "denominator", "value", "lower", "upper", "p", "note", "starts")
RATES = ("level", "denominator", "part", "starts", "cohort", "population", *STATISTICS, "expected")
MEASURES = {"value": "ratio", "lower": "ratio", "upper": "ratio", "p": "p"}
BOARDS = ("key", "code", "board", "region", "denominator", "starts", "expected", "ratio", "shrunk",
          "shrunk_lower", "shrunk_upper", "lower", "upper", "flag")  # fmt: skip
TEXTS = ("level", "denominator", "part", "measure", "words", "note", "key", "code", "board",
         "region", "flag", "row", "column")  # fmt: skip


def _stack(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Return frames one below the other; of none, no rows with columns of their types."""
    if parts:
        return pd.concat(parts, ignore_index=True)[list(columns)]
    kinds = {name: "str" if name in TEXTS else "Float64" for name in columns}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


@dataclass(frozen=True, eq=False)
class Access:
    """The starts of a pair under each denominator that its source and its codes allow.

    Parameters
    ----------
    study
        With the marts people, general_population, travel, care, unit_costs, and the settings names,
        windows, condition, commissioning.
    with_cohort
        Whether the cohort is wanted as a denominator.
    """

    study: Study
    with_cohort: bool = True

    @cached_property
    def people(self) -> pd.DataFrame:
        """The cohort, with the minutes to the nearest centre."""
        minutes = self.study.travel[["study_id", "minutes"]]
        return self.study.people.merge(minutes, on="study_id", how="left", validate="1:1")

    @cached_property
    def denominators(self) -> tuple[Denominator, ...]:
        """Those that there are, in the order of the report."""
        found = [POPULATION] if len(self.study.general_population) else []
        if self.with_cohort and not self.study.params.condition.narrow_is_too_broad:
            found.append(COHORT)
        return tuple(found)

    @property
    def words(self) -> dict[str, str]:
        """The words of each denominator, and the unit of its rates."""
        return {one.words: f"{one.unit[:1].upper()}{one.unit[1:]}" for one in self.denominators}

    @property
    def panels(self) -> dict[str, str]:
        """The denominators as the panels of figures."""
        return {one.words: one.words for one in self.denominators}

    @property
    def narrow(self) -> Denominator:
        """The narrowest denominator that there is; the population where there is none."""
        return self.denominators[-1] if self.denominators else POPULATION

    def narrowest(self, released: Released) -> Released:
        """Return the rows of the narrowest denominator."""
        return released.where(denominator=self.narrow.words)

    @property
    def outlines(self) -> dict[str, list[Any]] | None:
        """The boundaries of the boards, where the report's settings name a file of them."""
        path = self.study.report.boundaries
        return read_outlines(project_root() / path) if path else None

    @property
    def years(self) -> float:
        """How long people could start, in years."""
        return count_months(self.study) / 12

    @property
    def _middle(self) -> int:
        window = self.study.params.windows.treatment
        return int((window.start.year + window.end.year) // 2)

    def tell_denominators(self) -> Shown:
        """Return which denominators there are, what each cannot show, and why one is not there."""
        told = [f"{one.words}: {one.caveat[:1].lower()}{one.caveat[1:]}."
                for one in self.denominators]  # fmt: skip
        if POPULATION not in self.denominators:
            told.append("This source has no table of the population, so there is no rate per "
                        "population.")  # fmt: skip
        if COHORT not in self.denominators:
            told.append("The codes of this condition also find many people without it, so no rate "
                        "per cohort is given.")  # fmt: skip
        return Shown(" ".join(told))

    def count(self, axis: Axis, names: Sequence[str] = (), *, last: bool = False) -> list[Strata]:
        """Return people and starts by the groups of an axis, for each denominator.

        `names` are the parts of a crossed axis; with `last` only the last denominator is used,
        which is the narrowest.
        """
        rows, population = self.people, self.study.general_population
        if names:
            rows, population = (cross_axes(frame, names)[0] for frame in (rows, population))
        found: list[Strata | None] = []
        for one in self.denominators[-1:] if last else self.denominators:
            if one is POPULATION:
                found.append(count_population(rows, population, axis, year=self._middle))
            else:
                found.append(count_cohort(rows, axis))
        return [one for one in found if one is not None and len(one.sizes)]

    def _about(self, caveat: str, strata: Sequence[Strata] = ()) -> dict[str, str]:
        lacking = sorted({part for one in strata for part in one.lacking})
        if lacking:
            caveat += f". No table of the population could be adjusted for {fmt.joined(lacking)}"
        window = self.study.params.windows.treatment
        tables = {one.source.split(",")[-1].strip() for one in strata if one.source}
        cited = ["Blueteq", "HES", *(f"population of {year}" for year in sorted(tables))]
        period = f"Planned starts from {fmt.period(window.start, window.end)}"
        return {"source": self.study.cite(*cited), "caveat": caveat, "period": period}

    def _tell_tables(self, axis: Axis, strata: Sequence[Strata]) -> str:
        """Return that an axis divides nobody under a denominator, or no words."""
        used = [one.denominator for one in strata]
        if not used:
            return f". Nobody is known by {axis.words}"
        if POPULATION in self.denominators and POPULATION not in used and axis.in_population:
            return f". No table of the population is divided by {axis.words}"
        return ""

    def _release(
        self, frame: pd.DataFrame, label: str, *, dimension: str, about: dict[str, str],
        statistics: Statistics, keys: Sequence[str] = (), also: Sequence[str] = (),
        area: str = "",
    ) -> Released:  # fmt: skip
        treated = self.study.people[self.study.people["treated"]]
        cohort = self.study.population("cohort", self.study.people)
        own = cohort.where("treated", treated, "treated person", "treated people")
        return self.study.release(
            frame, label, counts=["starts", *also], statistics=statistics, on="starts",
            population={"starts": own, **dict.fromkeys(also, cohort)}, keys=list(keys),
            dimension=dimension, n=own.words, area=area, **about,
        )  # fmt: skip

    def rate(self, *names: str, label: str) -> Released:
        """Return rates and ratios by one axis or several, one row a group and denominator.

        Returns
        -------
        Released
            `level`, `denominator`, `part` (the axis), `starts`, `cohort` and `population` (the
            people of the group, under the denominator of that name), the statistics of
            `rate_groups`, `expected`. People in no group are in no row.
        """
        parts, used, dimensions, lacking = [], [], [], ""
        for name in names:
            axis = AXES[name]
            strata = self.count(axis)
            shown = self._show(axis, strata)
            for one in strata:
                rates = rate_groups(one, shown[one.denominator.name], years=self.years)
                people = rates["people"].round().astype("Float64")
                own = one.denominator is COHORT
                parts.append(rates.rename(columns={"group": "level"}).assign(
                    part=axis.words[:1].upper() + axis.words[1:], starts=_count(one, rates["key"]),
                    cohort=people if own else pd.NA, population=pd.NA if own else people,
                ).astype({"cohort": "Float64", "population": "Float64"}))  # fmt: skip
            used += strata
            dimensions += [axis.dimension] * bool(axis.dimension)
            lacking += self._tell_tables(axis, strata)
        against = fmt.joined(dict.fromkeys(AXES[name].against for name in names), last="or")
        caveat = f"{ADJUSTED}Ratio: to {against}. People whose group is not known are left out"
        personal = f"{dimensions[0]}, level" if dimensions else "place, level"
        return self._release(
            _stack(parts, RATES), label, dimension=personal, statistics=[*STATISTICS, "expected"],
            keys=["population"], also=["cohort"], about=self._about(caveat + lacking, used),
            area=next((AXES[name].area for name in names if AXES[name].area), ""),
        )  # fmt: skip

    def _show(self, axis: Axis, strata: Sequence[Strata]) -> dict[str, pd.Series]:
        """Return the starts of each group from which measures are made, by denominator and key.

        Under a profile that controls anything these are the counts that may be shown, those that
        are hidden missing, and so are those of a group whose people are hidden. Otherwise they are
        those of the records; what rests on a group of too few people is hidden where it is
        released.
        """
        shown, counted = {}, count_groups(strata, axis)
        treated = self.study.people[self.study.people["treated"]]
        if not self.study.find_rule(axis.area).controls:
            return {one.denominator.name: counted.set_index("key")[f"starts_{one.denominator.name}"]
                    for one in strata}  # fmt: skip
        for one in strata:
            name = one.denominator.name
            frame = pd.DataFrame({"level": counted["group"], "starts": counted[f"starts_{name}"],
                                  "cohort": counted[f"people_{name}"]})  # fmt: skip
            own = self.study.population("cohort", self.study.people)
            about_people = ["cohort"] if one.denominator is COHORT else []
            released = self.study.release(
                frame[["level", "starts", *about_people]], f"equity-{axis.name}-{name}",
                population={"starts": own.where("treated", treated),
                            **dict.fromkeys(about_people, own)},
                dimension=f"{axis.dimension or 'place'}, level", area=axis.area,
            )  # fmt: skip
            values = read_released(released)
            known = values[["starts", *about_people]].notna().all(axis=1)
            shown[name] = pd.Series(values["starts"].where(known).array, index=counted["key"])
        return shown

    def summarise(
        self, rates: Released, name: str, *, label: str, tenths: Released | None = None
    ) -> Released:
        """Return the measures of the gradient of deprivation under each denominator.

        With rates by tenth the relative and the slope index are given for these as well.
        """
        parts = []
        for one in self.denominators:
            own = _key_groups(rates, one, name)
            finer = None if tenths is None else _key_groups(tenths, one, "imd_decile")
            if len(own):
                parts.append(summarise_gradient(own, one, tenths=finer))
        return self._release(
            _stack(parts, SUMMARY), label, dimension="measure",
            statistics=MEASURES,
            about=self._about("Above 1, or above 0 for slope and concentration index, the least "
                              "deprived start more often; of the first two rows the most deprived. "
                              "Slope and relative index: interval by simulation"),
        )  # fmt: skip

    def map_boards(self, *, label: str) -> Released:
        """Return starts, expected starts and shrunken ratios of the boards, by denominator."""
        axis = AXES["icb"]
        strata = self.count(axis)
        shown = self._show(axis, strata)
        parts = [
            found.assign(starts=_count(one, found["key"]))
            for one in strata
            if len(found := rate_boards(one, shown[one.denominator.name]))
        ]
        statistics = {
            "expected": "rate",
            **dict.fromkeys(
                ["ratio", "shrunk", "shrunk_lower", "shrunk_upper", "lower", "upper"], "ratio"
            ),
        }
        return self._release(
            _stack(parts, BOARDS), label, dimension="board, key", statistics=statistics,
            area=axis.area,
            about=self._about(f"{ADJUSTED}Expected at England's rates. Funnel: 99.8% of boards lie "
                              f"inside by chance{self._tell_tables(axis, strata)}", strata),
        )  # fmt: skip

    def summarise_boards(self, boards: Released, *, label: str) -> Released:
        """Return how far the boards differ under each denominator, and whether by chance."""
        frame = boards.frame
        parts = [summarise_variation(own) for _, own in frame.groupby("denominator", sort=False)]
        return self._release(
            _stack(parts, SUMMARY), label, dimension="measure", area="boards",
            statistics=MEASURES,
            about=self._about("SCV: above 0, boards differ by more than chance. No official value "
                              "says from where that is too much"),
        )  # fmt: skip

    def cross(self, *names: str, label: str) -> tuple[Released, Released]:
        """Return crossed groups under the narrowest denominator, and what they come to.

        Returns
        -------
        tuple
            One row a group: `column` (the words of the last axis) and `row` (those of the others),
            `starts`, `expected`, `ratio`, `shrunk` with limits, `smaller`, `greater`; and one row:
            `scv`, `p`, `groups`, `smaller`, `greater` of the typical group. Where nobody is divided
            so, there are no groups.
        """
        axis = cross_axes(self.people, names)[1]
        strata = self.count(axis, names, last=True)
        shown = self._show(axis, strata)
        groups = _stack([], ["group", "key", "starts", "smaller", "greater", "expected"])
        parts = []
        for one in strata:
            groups = rate_crossed(one, shown[one.denominator.name])
            words = groups["group"].astype("str").str.rsplit(", ", n=1).str
            parts.append(
                groups.assign(row=words[0], column=words[1], starts=_count(one, groups["key"]))
            )
        columns = ["row", "column", "starts", "expected", "ratio", "shrunk", "shrunk_lower",
                   "shrunk_upper", "smaller", "greater"]  # fmt: skip
        released = self._release(
            _stack(parts, columns), label, dimension=f"{axis.dimension}, column",
            statistics=columns[3:],
            about=self._about(f"{self.narrow.words}, adjusted for {fmt.joined(axis.strata)}, drawn "
                              "to the mean the more the fewer their starts"
                              f"{'' if strata else self._tell_tables(axis, [])}", strata),
        )  # fmt: skip
        summary = pd.DataFrame([summarise_crossed(groups)]).drop(columns="note")
        summary = summary.assign(starts=int(groups["starts"].sum()))
        told = self._release(
            summary, f"{label}-summary", dimension="measure",
            statistics=["scv", "p", "groups", "smaller", "greater"], about=self._about(""),
        )  # fmt: skip
        return released, told

    def compare_use(self, name: str, *, label: str, costs: bool = False) -> Released:
        """Return mean hospital use a person by group, or its cost, and ratios."""
        care, axis = self.study.care, AXES[name]
        measures, used = dict(CARE), care
        caveat = "" if len(self.study.unit_costs) else ". This source has no unit costs"
        if costs:
            measures = {"cost": "Cost of hospital care, pounds"}
            used = care[["study_id"]].assign(cost=cost_care(care, self.study.unit_costs))
        dated = self.study.people[self.study.people["study_id"].isin(care["study_id"])]
        broad = self.study.params.condition.narrow_is_too_broad
        if broad:
            dated = dated[dated["treated"].astype(bool)]
        found = compare_use(dated, used, axis, measures).rename(columns={"group": "level"})
        cohort = self.study.population("cohort", self.study.people)
        return self.study.release(
            found[["level", "measure", "people", "mean", "ratio", "ratio_lower", "ratio_upper"]],
            label, counts=["people"], dimension=f"{axis.dimension}, level",
            population={"people": cohort.where(
                f"{'treated, ' if broad else ''}with an index date", dated)},
            statistics={"mean": "rate", **dict.fromkeys(
                ["ratio", "ratio_lower", "ratio_upper"], "ratio")}, on="people",
            **self._about(f"{ADJUSTED}{TREATED_USE if broad else COHORT_USE}. "
                          f"Ratio: to {axis.against}{caveat if costs else ''}"),
        )  # fmt: skip


def _key_groups(rates: Released, denominator: Denominator, name: str) -> pd.DataFrame:
    """Return the rates of an axis under a denominator, with `key` and `people` of each group."""
    frame, axis = rates.frame, AXES[name]
    own = frame[(frame["denominator"] == denominator.words)
                & (frame["part"] == axis.words.capitalize())]  # fmt: skip
    keys = {words: key for key, words in axis.levels.items()}
    people = own["population"].fillna(own["cohort"]).astype("float64")
    return own.assign(key=own["level"].map(keys), people=people)


def _count(strata: Strata, keys: pd.Series) -> Any:
    """Return the starts of groups before disclosure control, which releases them once."""
    totals = strata.starts.sum(axis=1).round().reindex(keys)
    return pd.array(totals.to_numpy(), dtype="Float64").astype("Int64")
