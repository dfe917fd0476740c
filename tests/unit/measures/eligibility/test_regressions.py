"""Regressions on cells against closed forms and against the same regressions on people."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr, ndtri

from anchored import ROLES, draw_anchored
from rareaccess.core.errors import UserError
from rareaccess.measures.eligibility import models
from rareaccess.measures.eligibility.cells import band_ages, build_cells
from rareaccess.measures.eligibility.models import fit_model
from rareaccess.measures.eligibility.regressions import Layout, fit_all, fit_feature
from rareaccess.measures.eligibility.roles import Roles


def design_people(frame: pd.DataFrame, *, treated: bool) -> np.ndarray:
    parts = [pd.get_dummies(frame["group"]), pd.get_dummies(band_ages(frame["age"].to_numpy(float)),
             drop_first=True), pd.get_dummies(frame["sex"], drop_first=True)]  # fmt: skip
    parts += [frame[["treated"]]] if treated else []
    return np.hstack([part.to_numpy(float) for part in parts])


def fit_people(frame: pd.DataFrame, name: str, *, kind: str, treated: bool) -> tuple:
    """Return coefficients and the influence of each person, by a general optimiser."""
    x, y = design_people(frame, treated=treated), frame[name].to_numpy(float)

    def loss(beta: np.ndarray) -> float:
        eta = x @ beta
        if kind == "count":
            return float((np.exp(eta) - y * eta).mean())
        return float(-(y * log_ndtr(eta) + (1 - y) * log_ndtr(-eta)).mean())

    def score(beta: np.ndarray) -> np.ndarray:
        eta = x @ beta
        if kind == "count":
            return y - np.exp(eta)
        p = ndtr(eta)
        return np.exp(-(eta**2) / 2) / np.sqrt(2 * np.pi) / (p * (1 - p)) * (y - p)

    found = minimize(loss, np.zeros(x.shape[1]), jac=lambda b: -x.T @ score(b) / len(y),
                     method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})  # fmt: skip
    step, width = 1e-5, x.shape[1]
    hessian = np.array([
        x.T @ (score(found.x - step * np.eye(width)[k]) - score(found.x + step * np.eye(width)[k]))
        for k in range(width)
    ]) / (2 * step)  # fmt: skip
    return found.x, np.linalg.solve(hessian, x.T * score(found.x))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return draw_anchored(people=4000)


def test_coefficients_and_joint_covariance_are_those_of_people(frame) -> None:
    estimates = fit_all(build_cells(frame, ROLES))
    layout, influence = estimates.layout, np.zeros((estimates.layout.size, len(frame)))
    expected = np.zeros(layout.size)
    plain = [("treated", "count"), *ROLES.anchors.items(), ("injuries", "count")]
    for place, (name, kind) in enumerate(plain):
        beta, moved = fit_people(frame, name, kind=kind, treated=False)
        here = slice(3 * place, 3 * place + 3)
        expected[here], influence[here] = beta[:3] - beta[0], moved[:3] - moved[0]
    for j, (name, kind) in enumerate(ROLES.anchors.items()):
        beta, moved = fit_people(frame, name, kind=kind, treated=True)
        expected[layout.slopes.start + j] = beta[-1]
        influence[layout.slopes.start + j] = moved[-1]
    assert estimates.vector == pytest.approx(expected, abs=2e-5)
    assert estimates.covariance == pytest.approx(influence @ influence.T, rel=1e-3, abs=1e-7)


def test_two_groups_by_hand() -> None:
    """5 of 50 and 9 of 60 treated: log ratio 1.5, variance 1/5 − 1/50 + 1/9 − 1/60."""
    people = pd.DataFrame({"group": ["a"] * 50 + ["b"] * 60, "age": 40, "sex": "f",
                           "treated": [1] * 5 + [0] * 45 + [1] * 9 + [0] * 51,
                           "flag": [1] * 10 + [0] * 40 + [1] * 5 + [0] * 55})  # fmt: skip
    found = fit_all(build_cells(people.assign(other=1), Roles({"flag": "binary"})))
    assert found.naive.tolist() == pytest.approx([0, np.log(1.5)])
    assert found.covariance[1, 1] == pytest.approx(1 / 5 - 1 / 50 + 1 / 9 - 1 / 60)
    assert found.shifts[0, 1] == pytest.approx(ndtri(5 / 60) - ndtri(10 / 50))
    assert found.intercepts[0] == pytest.approx(ndtri(15 / 110))
    assert found.covariance[0].tolist() == pytest.approx([0] * found.layout.size)


def test_a_group_with_nobody_treated_has_no_ratio_and_spoils_no_other(frame) -> None:
    none = frame.assign(treated=frame["treated"] * (frame["group"] != "b"))
    found = fit_all(build_cells(none, ROLES))
    alone = fit_all(build_cells(none[none["group"] != "b"], ROLES))
    assert np.isnan(found.naive).tolist() == [False, True, False]
    assert found.naive[2] == pytest.approx(alone.naive[1])
    assert found.covariance[2, 2] == pytest.approx(alone.covariance[1, 1])
    assert found.covariance[1, 1] == 0


def test_an_age_without_events_is_left_out(frame) -> None:
    old = frame["age"] > 75
    found = fit_all(build_cells(frame.assign(treated=frame["treated"] * ~old), ROLES))
    young = fit_all(build_cells(frame.assign(treated=frame["treated"] * ~old)[~old], ROLES))
    assert found.naive == pytest.approx(young.naive)


def test_slopes_of_each_group_and_of_one_whose_treated_never_have_it(frame) -> None:
    never = frame.assign(
        biopsy=frame["biopsy"] * ~((frame["group"] == "c") & (frame["treated"] == 1))
    )
    cells = build_cells(never, ROLES)
    fit = fit_feature(cells, 3, kind="binary", slopes="each")
    assert np.isnan(fit.coefficients).tolist() == [False] * 5 + [True]
    part = never[never["group"] == "a"]
    alone = fit_people(part.assign(group="a"), "biopsy", kind="binary", treated=True)[0][-1]
    assert fit.coefficients[3] == pytest.approx(alone, abs=0.15)  # ages are shared in the one fit


def test_exposure_is_person_time() -> None:
    """6 events in 30 years against 4 in 10: half the rate."""
    fit = fit_model(np.array([[1.0, 0], [0, 1]]), np.ones(2), np.array([6.0, 4]), kind="count",
                    wanted=slice(0, 2), exposure=np.array([30.0, 10]))  # fmt: skip
    assert np.exp(fit.coefficients).tolist() == pytest.approx([0.2, 0.4])
    assert fit.fitted.tolist() == pytest.approx([6, 4])


def test_what_does_not_settle_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(models, "STEPS", 2)
    with pytest.raises(UserError, match="does not settle") as error:
        fit_model(np.array([[1.0, 0], [1, 1]]), np.array([100.0, 10]), np.array([1.0, 9]),
                  kind="binary", wanted=slice(0, 2))  # fmt: skip
    assert error.value.found == "10 events in 2 cells"


def test_places_of_coefficients_do_not_overlap() -> None:
    layout = Layout(groups=5, anchors=3, control=True)
    used = [k for part in (layout.naive, layout.shifts, layout.controls, layout.slopes)
            for k in range(part.start, part.stop)]  # fmt: skip
    assert used == list(range(layout.size))


def test_no_control_is_refused_when_asked_for(frame) -> None:
    bare = fit_all(build_cells(frame, Roles({"flares": "count", "organs": "count"})))
    with pytest.raises(UserError, match="no negative control"):
        bare.require_control()
