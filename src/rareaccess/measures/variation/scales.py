"""Scales on which ratios and proportions are nearly normal, for funnels with over-dispersion."""

from dataclasses import dataclass

import numpy as np

from rareaccess.core.errors import UserError
from rareaccess.measures.tidy import Floats

__all__ = ["TRANSFORMS", "Scaled", "scale_proportions", "scale_ratios"]

TRANSFORMS = {"ratio": ("sqrt", "log", "none"), "proportion": ("arcsine", "none")}


@dataclass(frozen=True)
class Scaled:
    """Values of areas on a scale, with the target and the standard errors that chance gives."""

    values: Floats
    target: float
    errors: Floats
    transform: str

    def restore(self, scaled: Floats) -> Floats:
        """Return limits from the scale; those that leave it stop at its end."""
        if self.transform == "sqrt":
            return np.maximum(scaled, 0) ** 2
        if self.transform == "log":
            return np.exp(scaled)
        if self.transform == "arcsine":
            return np.sin(np.clip(scaled, 0, np.pi / 2)) ** 2
        return np.maximum(scaled, 0)


def scale_ratios(observed: Floats, expected: Floats, transform: str) -> Scaled:
    """Return ratios, whose target is 1, on a scale: `sqrt`, `log` or `none`.

    √(O/E) with error 1/(2√E), log(O/E) with 1/√E, or O/E with 1/√E.

    Raises
    ------
    UserError
        The logarithm of an area without events.

    Examples
    --------
    >>> scaled = scale_ratios(np.array([9.0]), np.array([4.0]), "sqrt")
    >>> scaled.values.tolist(), scaled.errors.tolist()
    ([1.5], [0.25])
    """
    ratios = observed / expected
    if transform == "log":
        if (observed == 0).any():
            raise UserError(
                "An area without events has no logarithm.", where="transform",
                found=f"{int((observed == 0).sum())} of {len(observed)}", expected="'sqrt'",
            )  # fmt: skip
        return Scaled(np.log(ratios), 0.0, 1 / np.sqrt(expected), transform)
    if transform == "sqrt":
        return Scaled(np.sqrt(ratios), 1.0, 1 / (2 * np.sqrt(expected)), transform)
    return Scaled(ratios, 1.0, 1 / np.sqrt(expected), transform)


def scale_proportions(observed: Floats, sizes: Floats, transform: str) -> Scaled:
    """Return proportions, whose target is that of all areas, on a scale: `arcsine` or `none`.

    arcsin √p with error 1/(2√n), or p with √(θ(1 − θ)/n).

    Examples
    --------
    >>> scaled = scale_proportions(np.array([5.0, 15]), np.array([20.0, 20]), "arcsine")
    >>> round(scaled.target, 6), scaled.errors.round(6).tolist()
    (0.785398, [0.111803, 0.111803])
    """
    target = float(observed.sum() / sizes.sum())
    shares = observed / sizes
    if transform == "arcsine":
        errors = 1 / (2 * np.sqrt(sizes))
        return Scaled(np.arcsin(np.sqrt(shares)), float(np.arcsin(np.sqrt(target))), errors,
                      transform)  # fmt: skip
    return Scaled(shares, target, np.sqrt(target * (1 - target) / sizes), transform)
