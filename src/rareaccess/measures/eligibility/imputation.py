"""Eligibility imputed many times, so that any measure of the eligible carries what is not known."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility.chances import (
    Index,
    find_chances,
    index_need,
    project_levels,
)
from rareaccess.measures.eligibility.draws import SEED
from rareaccess.measures.eligibility.regressions import Estimates
from rareaccess.measures.eligibility.trait import Contrasts
from rareaccess.measures.tidy import (
    NAN,
    Floats,
    check_confidence,
    find_quantile,
    make_blank,
    make_row,
    select_option,
)

__all__ = ["FEWEST_IMPUTATIONS", "combine_rubin", "draw_eligible", "impute_measure"]

FEWEST_IMPUTATIONS = 50
UNDEFINED = "not given: it has no value or no limit in {count} of {of} imputations"
SCALES = ("log", "linear")

Measure = Callable[[pd.DataFrame], pd.DataFrame]


def draw_eligible(
    index: Index, contrasts: Contrasts, prevalence: Floats, *, imputations: int = 50,
    seed: int = SEED,
) -> Iterator[NDArray[np.bool_]]:  # fmt: skip
    """Draw who is eligible, each time with another draw of all that is not known.

    The treated are. Of the others, a person with the chance e is eligible although not treated with
    e(1 − s)/(1 − es).

    Parameters
    ----------
    prevalence
        Of the draws of `contrasts`, shape (n,).

    Raises
    ------
    UserError
        Fewer than 50 imputations, or more than there are draws.
    """
    if not FEWEST_IMPUTATIONS <= imputations <= len(prevalence):
        raise UserError(
            "The number of imputations cannot be used.", where="imputations",
            found=str(imputations), expected=f"{FEWEST_IMPUTATIONS} to {len(prevalence)}",
        )  # fmt: skip
    rng, levels = np.random.default_rng(seed), project_levels(contrasts.pairs)
    for k in range(imputations):
        chance, started = find_chances(index, levels[k], float(prevalence[k]))
        share = started[index.group]
        left = chance * (1 - share) / (1 - chance * share)
        yield index.treated | (rng.random(len(left)) < left)


def combine_rubin(
    values: Floats, variances: Floats, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean of the imputations and its limits by Rubin's rules, t reference.

    Parameters
    ----------
    values, variances
        The estimate of each imputation and its variance within, shape (M,).

    References
    ----------
    Rubin (1987), Multiple imputation for nonresponse in surveys, chapter 3.

    Examples
    --------
    >>> [round(x, 3) for x in combine_rubin(np.array([1.0, 3.0]), np.array([1.0, 1.0]))]
    [2.0, -7.723, 11.723]
    """
    count, within, between = len(values), float(variances.mean()), float(values.var(ddof=1))
    extra = (1 + 1 / count) * between
    total, middle = within + extra, float(values.mean())
    if extra <= 1e-12 * max(within, 1e-300):
        half = find_quantile(confidence) * np.sqrt(within)
    else:
        freedom = (count - 1) * (total / extra) ** 2
        half = float(stats.t.ppf(0.5 + check_confidence(confidence) / 2, freedom)) * np.sqrt(total)
    return middle, middle - float(half), middle + float(half)


def impute_measure(
    frame: pd.DataFrame, estimates: Estimates, contrasts: Contrasts, measure: Measure, *,
    prevalence: Floats, by: list[str], scale: str | Mapping[object, str] = "log",
    imputations: int = 50, partial: bool = False, seed: int = SEED,
) -> pd.DataFrame:  # fmt: skip
    """Estimate a measure among the eligible, who are imputed, with Rubin's rules.

    Parameters
    ----------
    frame
        The people from whom the estimates were made; further columns go to the measure.
    contrasts
        What `estimate_trait` gave.
    measure
        A function from the people who are eligible to a tidy frame with `value`, `lower`, `upper`
        and `confidence`, the same rows each time.
    prevalence
        Of the draws of `contrasts`, shape (n,).
    by
        The columns that name a row of the measure.
    scale
        Whether the limits lie even about the value as `log` or as `linear` numbers; as a mapping,
        for each value of the first column of `by`.
    partial
        Whether a row that lacks its value or a limit in some imputation is blank, with a note that
        says in how many; otherwise it is an error.

    Returns
    -------
    DataFrame
        The columns of `by` and the standard columns; `n` is the mean number of the eligible.

    Raises
    ------
    UserError
        A row is missing in an imputation, or a value or limit of it unless `partial`; or
        imputations are too few.

    Notes
    -----
    The treated are among the eligible in every imputation, so the variance within is taken times
    1 − T/E. With few treated (60) imputation is biased: use the estimate of `estimate_trait` there.

    Examples
    --------
    >>> from rareaccess.measures.eligibility.cells import build_cells
    >>> from rareaccess.measures.eligibility.example import draw_example, fit_example
    >>> from rareaccess.measures.eligibility.regressions import fit_all
    >>> from rareaccess.measures.eligibility.trait import estimate_trait
    >>> from rareaccess.measures.eligibility.bounds import estimate_naive
    >>> from rareaccess.measures.eligibility.roles import Roles
    >>> people = draw_example()
    >>> estimates, draws = fit_example()
    >>> asked = {"prevalence": (0.08, 0.2), "reference": "b"}
    >>> trait = estimate_trait(estimates, draws, **asked)
    >>> def measure(eligible):
    ...     counted = fit_all(build_cells(eligible, Roles()))
    ...     return estimate_naive(counted, reference="b", method="treated among the eligible")
    >>> found = impute_measure(
    ...     people, estimates, trait, measure, prevalence=draws.prevalence, by=["group"]
    ... )
    >>> found[["group", "value", "lower", "upper"]].round(1).values.tolist()
    [['a', 1.0, 0.7, 1.5]]
    """
    for one in [scale] if isinstance(scale, str) else scale.values():
        select_option("scale", one, SCALES)
    index = index_need(frame, estimates.cells, seed=seed)
    keys, confidence = pd.Index([]), NAN
    log = np.zeros(0, dtype=bool)
    values: list[Floats] = []
    errors: list[Floats] = []
    sizes: list[int] = []
    for eligible in draw_eligible(index, contrasts, prevalence, imputations=imputations, seed=seed):
        found = measure(frame[eligible]).set_index(by)
        if not sizes:
            keys, confidence = found.index, float(found["confidence"].iloc[0])
            names = keys.get_level_values(0)
            scales = [scale] * len(names) if isinstance(scale, str) else [scale[n] for n in names]
            log = np.array([one == "log" for one in scales])
        if len(found) != len(keys) or not found.index.isin(keys).all():
            raise UserError(
                "A measure does not have the same rows in each imputation.", where="measure",
                found=f"{len(found)} rows", expected=f"the {len(keys)} rows of the first",
                mend="leave out rows of the measure that have few people",
            )  # fmt: skip
        value, error = _read_rows(found.reindex(keys), log, confidence, partial=partial)
        values.append(value)
        errors.append(error * np.sqrt(1 - index.treated.sum() / eligible.sum()))
        sizes.append(int(eligible.sum()))
    facts: dict[str, Any] = {
        "confidence": confidence, "n": float(np.mean(sizes)),
        "method": f"{imputations} imputations, Rubin's rules",
    }  # fmt: skip
    rows = []
    for value, error, way in zip(np.transpose(values), np.transpose(errors), log, strict=True):
        lacking = int(np.isnan(value + error).sum())
        if lacking:
            rows.append(make_blank(note=UNDEFINED.format(count=lacking, of=imputations), **facts))
            continue
        limits = np.array(combine_rubin(value, error**2, confidence=confidence))
        middle, low, high = np.exp(limits) if way else limits
        rows.append(make_row(middle, low, high, **facts))
    return pd.concat([keys.to_frame(index=False), pd.DataFrame(rows)], axis="columns")


def _read_rows(
    found: pd.DataFrame, log: NDArray[np.bool_], confidence: float, *, partial: bool
) -> tuple[Floats, Floats]:
    """Return the values and standard errors of a measure on the scales on which they are pooled."""
    numbers = found[["value", "lower", "upper"]].to_numpy(dtype=np.float64, copy=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        numbers[log] = np.log(numbers[log])
    known = np.isfinite(numbers).all(axis=1)
    if not known.all() and not partial:
        raise UserError(
            "A measure has no value or no limit in an imputation.", where="measure",
            found=f"{int((~known).sum())} of {len(known)} rows", expected="each row each time",
            mend="leave out rows of the measure that have few treated",
        )  # fmt: skip
    numbers[~known] = NAN
    return numbers[:, 0], (numbers[:, 2] - numbers[:, 1]) / (2 * find_quantile(confidence))
