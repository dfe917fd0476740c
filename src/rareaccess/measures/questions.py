"""Three questions about a drug: in time, as many as expected, everywhere alike."""

from rareaccess.disclosure import Plain, Shown, fmt
from rareaccess.measures.equity import AXES, POPULATION, Access, tell_spread
from rareaccess.measures.pathway import (
    compare_expected,
    find_funded_within,
    summarise_first_patients,
    tell_expected,
)
from rareaccess.study import Study

__all__ = ["QUESTIONS", "answer_questions", "tell_limits"]

QUESTIONS = {
    "date": "Could people have it from the date it was recommended?",
    "uptake": "Did as many start as was expected?",
    "spread": "Are starts spread over the country as chance would have it?",
}


def answer_questions(study: Study) -> dict[str, Shown]:
    """Return the answer to each of the questions, in a sentence or two of released values.

    Parameters
    ----------
    study
        With the marts people, travel, trusts, uptake, general_population, expected_uptake, and the
        settings condition, windows, commissioning, facts.

    Returns
    -------
    dict
        By the keys of `QUESTIONS`. A question that the source cannot answer says so.
    """
    return {"date": _tell_date(study), "uptake": _tell_uptake(study), "spread": _tell_spread(study)}


def tell_limits(study: Study) -> Shown:
    """Return in one sentence what the measures of a pair cannot show, given what its source has.

    Parameters
    ----------
    study
        As for `answer_questions`.
    """
    access = Access(study)
    told = ["who was eligible"]
    if study.params.condition.narrow_is_too_broad:
        told.append("what share of those with the condition started, as the codes find many others")
    else:
        told.append("whether those of the cohort who did not start needed the drug")
    if POPULATION not in access.denominators:
        told.append("how often people started per head of the population, of which there is no "
                    "table")  # fmt: skip
    if study.expected_uptake.empty:
        told.append("whether uptake was enough, as no expected figure was found")
    else:
        told.append("whether an expected figure was right")
    known = bool(access.count(AXES["icb"]))
    told.append("why places differ" if known else
                "whether places differ, as the boards where people live are not known")  # fmt: skip
    return Shown(f"The measures of this pair cannot show {'; '.join(told[:-1])}; or {told[-1]}.")


def _tell_date(study: Study) -> Shown:
    windows, trusts = study.params.windows, study.trusts
    listed = int(trusts["centre"].sum())
    if not listed:
        return Shown("This source lists no centres, so the time to the first patient of each is "
                     "not known.")  # fmt: skip
    centres = study.population("centres", listed, "centre", unit="organisations", open=True)
    months = find_funded_within(study.params.facts)
    released = study.release(
        summarise_first_patients(trusts, approved=windows.approval_date, months=months),
        "questions-date",
        population=dict.fromkeys(["n", "begun", "within"], centres), on="begun",
        statistics=dict.fromkeys(["p10", "q1", "median", "q3", "p90"], "tens"),
    )  # fmt: skip
    row = released.records()[0]
    return fmt.fill(
        "Within {months} months of the approval, {within} of {n} had a patient planned to start; "
        "by {end}, {begun} had. A centre without a patient may have had nobody to treat.",
        months=Plain(months), within=row["within"], n=fmt.plural(row["n"], "centre"),
        end=fmt.date(windows.treatment.end), begun=row["begun"],
    )  # fmt: skip


def _tell_uptake(study: Study) -> Shown:
    expected = study.expected_uptake
    if expected.empty:
        return Shown("No figure was found for how many were expected to start, so this cannot be "
                     "answered.")  # fmt: skip
    treated = study.population("treated", study.people[study.people["treated"]])
    released = study.release(
        compare_expected(expected, study.uptake, study.people), "questions-uptake",
        population=treated, counts=["observed"], keys=["low", "high"], area="regions",
    )  # fmt: skip
    return tell_expected(released)


def _tell_spread(study: Study) -> Shown:
    access = Access(study)
    if not access.count(AXES["icb"]):
        return Shown("This source does not say in which board people live, so this cannot be "
                     "answered.")  # fmt: skip
    boards = access.map_boards(label="questions-boards")
    return tell_spread(access, access.summarise_boards(boards, label="questions-spread"))
