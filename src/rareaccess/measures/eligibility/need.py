"""Access among those who need the drug, released: what a notebook asks of the estimate of need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rareaccess.contracts import AT_RANDOM
from rareaccess.disclosure import Public, Released, fmt
from rareaccess.disclosure.protect import Statistics
from rareaccess.measures.eligibility.among import AREAS
from rareaccess.measures.eligibility.answers import LANDMARK, answer_equity
from rareaccess.measures.eligibility.assumptions import (
    ASSUMPTIONS,
    BESIDE,
    LEVELS,
    SCORED_FAILS,
    UNSUITED,
    UNWRITTEN,
)
from rareaccess.measures.eligibility.calibration import DECILES, calibrate_people
from rareaccess.measures.eligibility.cells import build_cells, share_treated
from rareaccess.measures.eligibility.checks import CHECKS, check_contrasts
from rareaccess.measures.eligibility.compared import compare_measures
from rareaccess.measures.eligibility.draws import find_centre
from rareaccess.measures.eligibility.people import (
    GROUPINGS,
    Grouping,
    build_everybody,
    build_people,
    read_roles,
)
from rareaccess.measures.eligibility.roles import Roles
from rareaccess.measures.eligibility.scored import answer_scores
from rareaccess.measures.eligibility.worth import find_error, weigh_data
from rareaccess.params import PRESCRIBED, Eligibility, Severity
from rareaccess.study import Study

__all__ = ["TENTHS", "Need"]

UNUSED = (0.98, 0.99)  # of a range that cannot be used: no answer that needs one is asked for
NOT_ESTIMATED = "need is not estimated"
CLOSE = 1.001  # a range so narrow is a known prevalence
ANSWERED = ("treated alone", "bounds", "TRAIT", "CLASS", "TRAIT or CLASS", "negative control",
            "sensitivity", "without prescriptions", "scores")  # fmt: skip
VALUES = ("ratio", "ratio_lower", "ratio_upper")
TENTHS = {
    place + 1: "Least like the treated" if place == 0
    else "Most like the treated" if place == DECILES - 1 else f"Tenth {place + 1}"
    for place in range(DECILES)
}  # fmt: skip
RATIOS = (
    "Adults of known sex and group. Ratio: to White people, or to the least deprived fifth of "
    "areas, adjusted for sex and age"
)


@dataclass(frozen=True, eq=False)
class Need:
    """Estimates of access among those who need the drug, by deprivation and ethnic group.

    Parameters
    ----------
    study
        With the marts landmark, features and people, and the section eligibility of the settings.
    """

    study: Study

    @cached_property
    def roles(self) -> Roles:
        """The roles of the features, by their labels."""
        return read_roles(self.eligibility)

    @cached_property
    def eligibility(self) -> Eligibility:
        """The section of the settings, without prescriptions of which the records hold none."""
        asked: Eligibility = self.study.params.eligibility
        return asked.keep_prescriptions(set(self.study.features["feature"]))

    @property
    def scale(self) -> Severity:
        """The scale of the scores, with the least that is taken for need."""
        scale: Severity = self.study.params.severity
        return scale

    @property
    def prescribed(self) -> list[str]:
        """The labels of the anchors that are prescriptions."""
        return [one.label for one in self.eligibility.anchors if one.of == PRESCRIBED]

    @property
    def _drawn(self) -> pd.DataFrame | None:
        """The scores of people drawn at random; none where there are no such scores."""
        scores = self.study.scores
        drawn = scores[scores["chosen"] == AT_RANDOM]
        return None if drawn.empty else drawn

    @cached_property
    def prevalence(self) -> tuple[float, float]:
        """The declared range of the share eligible; one that gives nothing where none is."""
        declared = self.study.params.eligibility.prevalence
        return (float(declared.low), float(declared.high)) if declared else UNUSED

    @cached_property
    def contrasts(self) -> dict[str, tuple[Grouping, str]]:
        """The words of each comparison, with its grouping and group; empty ones are left out."""
        return {
            words: (grouping, group)
            for grouping in GROUPINGS
            for group, (words, _) in grouping.compared.items()
            if self._has_both(grouping, group)
        }

    @property
    def panels(self) -> dict[str, str]:
        """The comparisons, each with the title of its panel in figures."""
        return {words: grouping.compared[group][1]
                for words, (grouping, group) in self.contrasts.items()}  # fmt: skip

    def _has_both(self, grouping: Grouping, group: str) -> bool:
        """Return whether there are people of both groups, and treated people to compare."""
        frame = self._people[grouping.column][0]
        return {group, grouping.reference} <= set(frame["group"]) and bool(frame["treated"].any())

    @cached_property
    def _people(self) -> Mapping[str, tuple[pd.DataFrame, pd.Series]]:
        study = self.study
        return {
            grouping.column: build_people(
                study.landmark, study.features, study.people, grouping=grouping,
                eligibility=self.eligibility, also=list(AREAS), scores=self._drawn,
            )
            for grouping in GROUPINGS
        }  # fmt: skip

    @cached_property
    def answers(self) -> pd.DataFrame:
        """All answers, as `answer_equity` gives them, with the words of each comparison."""
        parts = []
        for grouping in GROUPINGS:
            named = {group: words for words, (own, group) in self.contrasts.items()
                     if own is grouping}  # fmt: skip
            if named:
                found = self._answer(grouping, list(named))
                parts.append(found.assign(contrast=found["group"].map(named)))
        columns = ["answer", "group", "value", "lower", "upper", "method", "note", "contrast"]
        if not parts:
            return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
        return pd.concat(parts, ignore_index=True)

    def _answer(self, grouping: Grouping, compared: Sequence[str]) -> pd.DataFrame:
        frame = self._people[grouping.column][0]
        asked: dict[str, Any] = {
            "reference": grouping.reference, "compared": compared,
            "everybody": build_everybody(self.study.people, grouping=grouping),
        }  # fmt: skip
        if share_treated(build_cells(frame, Roles())) < self.prevalence[0]:
            found = answer_equity(frame, self.roles, prevalence=self.prevalence, **asked)
        else:
            found = answer_equity(frame, Roles(), prevalence=UNUSED, **asked)
            found = found.assign(note=found["note"].where(found["answer"] != "TRAIT", UNSUITED))
        return pd.concat([found, *self._answer_beside(frame, found, **asked)], ignore_index=True)

    def _answer_beside(
        self, frame: pd.DataFrame, found: pd.DataFrame, *, reference: str,
        compared: Sequence[str], everybody: pd.DataFrame,
    ) -> Iterator[pd.DataFrame]:  # fmt: skip
        """Yield what scores give, and what the anchors give without those of prescriptions."""
        told: dict[str, Any] = {"reference": reference, "compared": compared}
        if self.prescribed and share_treated(build_cells(frame, Roles())) < self.prevalence[0]:
            bare = read_roles(self.eligibility.keep_prescriptions(()))
            rows = answer_equity(frame, bare, prevalence=self.prevalence, tipping=False, **told)
            trait = rows[rows["answer"] == "TRAIT"]
            yield trait.assign(answer="without prescriptions", method=UNWRITTEN)
        if self._drawn is not None:
            yield answer_scores(frame, found, alone=LANDMARK, **told)

    def refusals(self) -> dict[str, str]:
        """Return the comparisons of which need is not estimated, each with the paragraph why."""
        trait = self.answers[self.answers["answer"] == "TRAIT"]
        refused = trait[trait["value"].isna()].set_index("contrast")["note"]
        return {words: refused[words] for words in self.contrasts if words in refused}

    def explain_scores(self) -> dict[str, str]:
        """Return the comparisons of which scores give less than they could, each with why."""
        rows = self.answers[(self.answers["answer"] == "scores") & self.answers["value"].isna()]
        told = rows[rows["note"] != ""].drop_duplicates("contrast")
        return dict(zip(told["contrast"], told["note"], strict=True))

    def list_assumptions(self, *, label: str) -> Public:
        """Return what each answer assumes and what that gives, in words."""
        frame = pd.DataFrame(ASSUMPTIONS, columns=["assumes", "gives", "fails"])
        if self._drawn is not None:
            frame.loc[len(frame) - 1, "fails"] = SCORED_FAILS
        return self.study.publish(frame, label, because="the method, and no record")

    def compare(self, *, label: str) -> Released:
        """Return the ratio of each comparison by every answer.

        Returns
        -------
        Released
            `level` (the answer in words), `denominator` (the comparison), and the ratio with its
            interval, missing where it is refused; bounds and unions have no ratio of their own.
        """
        told = self.answers.assign(level=_name_levels(self.answers))
        order = {"contrast": list(self.contrasts),
                 "level": [*LEVELS.values(), *BESIDE.values()]}  # fmt: skip
        told = told[told["level"].notna()].sort_values(
            ["contrast", "level"], key=lambda own: own.map(order[str(own.name)].index)
        )
        names = dict(zip(("value", "lower", "upper"), VALUES, strict=True))
        frame = told.rename(columns={**names, "contrast": "denominator"})
        return self._release(frame[["denominator", "level", *VALUES]], label, VALUES)

    def share(self, *, label: str) -> Released:
        """Return by how much need differs: the ratio of the shares eligible, where it is estimated.

        Returns
        -------
        Released
            `denominator` (the comparison), and the ratio with its interval.
        """
        told = self.answers[self.answers["answer"] == "need ratio"]
        names = dict(zip(("value", "lower", "upper"), VALUES, strict=True))
        frame = told.rename(columns={**names, "contrast": "denominator"})
        return self._release(frame[["denominator", *VALUES]], label, VALUES)

    def tip(self, *, label: str) -> Released:
        """Return what would change each conclusion: a shift of all anchors, and a prevalence.

        Returns
        -------
        Released
            `denominator` (the comparison), `times` (as often as in the reference, all anchors) and
            `prevalence`, missing where nothing in reach changes it; `times_words` and
            `prevalence_words`.
        """
        tips = self.answers[self.answers["answer"] == "tipping"]
        rows = []
        for words in self.contrasts:
            own = tips[tips["contrast"] == words]
            row: dict[str, object] = {"denominator": words}
            for name, start in (("times", "shift"), ("prevalence", "prevalence")):
                one = own[own["method"].str.startswith(start)]
                value, note = next(
                    zip(one["value"], one["note"], strict=True), (np.nan, NOT_ESTIMATED)
                )
                row[name] = np.exp(value) if name == "times" else value
                row[f"{name}_words"] = _shorten(note)
            rows.append(row)
        columns = ["denominator", "times", "times_words", "prevalence", "prevalence_words"]
        frame = pd.DataFrame(rows, columns=columns)
        return self._release(frame, label, ["times", "prevalence"])

    def check(self, *, label: str) -> Released:
        """Return what the data say against the assumptions, by comparison.

        Returns
        -------
        Released
            `check` (in words), `denominator`, `value` and `p`; missing where there is none.
        """
        parts = [
            check_contrasts(
                self._people[grouping.column][0], self.roles, prevalence=self.prevalence,
                reference=grouping.reference, named={group: words},
            )
            for words, (grouping, group) in self.contrasts.items()
        ]  # fmt: skip
        frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CHECKS)
        return self._release(frame[list(CHECKS)], label, ["value", "p"])

    def calibrate(self, *, label: str) -> Released:
        """Return the treated over the expected by tenth of people, least like the treated first.

        Returns
        -------
        Released
            `denominator` (the grouping of `calibrated`), `level` (the tenth), and the ratio with
            its interval; missing where need is not estimated.
        """
        parts = [
            calibrate_people(
                self._people[grouping.column][0], self.roles, prevalence=self.prevalence,
                reference=grouping.reference,
            ).assign(denominator=grouping.words)
            for grouping in self._calibrated
        ]  # fmt: skip
        columns = ["denominator", "decile", "value", "lower", "upper", "n"]
        frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        frame = frame.assign(level=frame["decile"].map(TENTHS))
        names = dict(zip(("value", "lower", "upper"), VALUES, strict=True))
        frame = frame.rename(columns=names)
        return self._release(
            frame[["denominator", "level", *VALUES]], label, VALUES, counted=frame["n"],
            caveat="Adults of known sex and group, in tenths of their estimated chance to need it",
        )  # fmt: skip

    @property
    def calibrated(self) -> dict[str, str]:
        """The groupings by which people are in tenths, each with the title of its panel."""
        return {one.words: f"Estimated by {one.words}" for one in self._calibrated}

    @property
    def _calibrated(self) -> list[Grouping]:
        """The groupings of which something is compared."""
        own = [grouping for grouping, _ in self.contrasts.values()]
        return [grouping for grouping in GROUPINGS if grouping in own]

    def measure(self, *, label: str) -> Released:
        """Return measures of equity per person of the cohort, and per person imputed to need it.

        Returns
        -------
        Released
            `measure` (in words), `denominator` (of `DENOMINATORS`), `value`, `lower`, `upper`,
            missing where they are refused, and `note`.
        """
        frame = compare_measures(
            [(grouping, self._people[grouping.column][0]) for grouping in GROUPINGS], self.roles,
            prevalence=self.prevalence, contrasts=self.contrasts, answers=self.answers,
            refusals=self.refusals(),
        )  # fmt: skip
        kinds = dict.fromkeys(["value", "lower", "upper"], "ratio")
        return self._release(
            frame, label, kinds, counted=frame.pop("treated"),
            caveat="Adults of known sex and group at the landmark, adjusted for sex and age",
        )  # fmt: skip

    def weigh(self, *, label: str) -> Released:
        """Return how wide each interval would be with better data.

        Returns
        -------
        Released
            `data`, `denominator`, `fold` (upper end over lower end), `narrower` (per cent).
        """
        parts = [
            self._weigh(grouping, group).assign(denominator=words)
            for words, (grouping, group) in self.contrasts.items()
        ]
        columns = ["denominator", "data", "fold", "narrower"]
        frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return self._release(frame[columns], label, ["fold", "narrower"])

    def _weigh(self, grouping: Grouping, group: str) -> pd.DataFrame:
        rows = self.answers[self.answers["group"] == group].set_index("method")
        frame, centre = self._people[grouping.column][0], find_centre(self.prevalence)

        def find(method: str, found: pd.DataFrame) -> float:
            if method not in found.index:
                return float("nan")
            lower, upper = (found[name].astype("float64")[method] for name in ("lower", "upper"))
            return find_error(lower, upper)

        estimate, known = find("TRAIT", rows), float("nan")
        if not np.isnan(estimate):
            fixed = answer_equity(
                frame, self.roles, prevalence=(centre / CLOSE, centre * CLOSE), tipping=False,
                reference=grouping.reference, compared=[group],
            ).set_index("method")  # fmt: skip
            known = find("TRAIT", fixed)
        sizes = frame["group"].value_counts()
        return weigh_data(
            alone=find(LANDMARK, rows), estimate=estimate, known=known,
            anchors=len(self.roles.anchors), prevalence=centre,
            people=(float(sizes[group]), float(sizes[grouping.reference])),
        )  # fmt: skip

    def left_out(self, *, label: str) -> Released:
        """Return how many of those at the landmark are in no comparison, and why."""
        parts = {grouping.words: self._people[grouping.column][1] for grouping in GROUPINGS}
        both = pd.concat(list(parts.values()))
        frame = both[~both.index.duplicated()].rename_axis("why").reset_index(name="people")
        return self.study.release(
            frame, label, counts=["people"], population=self._landmark, dimension="sex or age, why",
            **self._about,
        )  # fmt: skip

    def count_scored(self, *, label: str) -> Released:
        """Return how many people at the landmark were scored, by how they were chosen.

        Returns
        -------
        Released
            `chosen` (of the contract), `people`. Somebody who was chosen twice counts in both.
        """
        counts = self.study.scores.groupby("chosen").size()
        frame = counts.rename("people").rename_axis("chosen").reset_index()
        return self.study.release(
            frame, label, counts=["people"], population=self._landmark,
            dimension="how people were chosen", **{**self._about, "source": self._scorer},
        )  # fmt: skip

    @property
    def _scorer(self) -> str:
        return self.study.cite("scores of severity", "HES")

    @cached_property
    def _landmark(self) -> Any:
        return self.study.population("at the landmark", self.study.landmark)

    @property
    def treated(self) -> Any:
        """The people at the landmark who started from then on."""
        landmark = self.study.landmark
        return self._landmark.where(
            "treated", landmark[landmark["treated"]], "treated person", "treated people"
        )

    @property
    def people(self) -> Any:
        """The people at the landmark."""
        return self._landmark

    @property
    def _about(self) -> dict[str, Any]:
        day = self.study.params.eligibility.landmark
        end = self.study.params.windows.treatment.end
        return {
            "source": self.study.cite("Blueteq", "HES"),
            "period": f"Planned starts from {fmt.period(day, end)}",
        }

    def _release(
        self, frame: pd.DataFrame, label: str, statistics: Statistics, *,
        counted: pd.Series | None = None, caveat: str = RATIOS,
    ) -> Released:  # fmt: skip
        """Release statistics of comparisons: hidden where few were treated in one of the groups."""
        fewest = {}
        for words, (grouping, group) in self.contrasts.items():
            people = self._people[grouping.column][0]
            sums = people.groupby("group")["treated"].sum()
            fewest[words] = int(min(sums[group], sums[grouping.reference]))
        if counted is None:
            counted = frame["denominator"].map(fewest)
        released = self.study.release(
            frame.assign(treated=counted.astype("Int64")), label, counts=["treated"],
            statistics=statistics, on="treated", population={"treated": self.treated},
            dimension="ethnic group or deprivation, level",
            n=fmt.fill("{all}, {treated}", all=self.people.words, treated=self.treated.words),
            caveat=caveat, **self._about,
        )  # fmt: skip
        return released.select(list(frame.columns))


def _name_levels(answers: pd.DataFrame) -> pd.Series:
    """Return the words of each answer, missing of those that are told elsewhere."""
    return answers["method"].map({**LEVELS, **BESIDE}).where(answers["answer"].isin(ANSWERED))


def _shorten(note: str) -> str:
    """Return what becomes of an interval, without the ends between which it was looked for."""
    stays, looked, _ = note.partition(", from ")
    return f"{stays}, as far as was looked" if looked else note
