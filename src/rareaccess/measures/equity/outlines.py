"""Boundaries of the integrated care boards, from a GeoJSON file that the analyst gives."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from rareaccess.contracts import list_boards
from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative

__all__ = ["read_outlines"]

Ring = np.ndarray


def read_outlines(path: Path) -> dict[str, list[Ring]]:
    """Return the outer rings of each board, by its ONS code.

    A feature belongs to the board whose ONS or ODS code is one of its properties, whatever the
    property is called. Holes are not drawn. Coordinates may be of any projection.

    Parameters
    ----------
    path
        GeoJSON with a feature for each board: polygons or multipolygons.

    Returns
    -------
    dict
        Code -> rings, each an array of points, x and y.

    Raises
    ------
    UserError
        The file is not GeoJSON, or boards of July 2022 are missing from it.
    """
    codes = {code: one.icb_code for one in list_boards() for code in (one.icb_code, one.ods_code)}
    found: dict[str, list[Ring]] = {}
    try:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            values = [str(value) for value in (feature.get("properties") or {}).values()]
            code = next((codes[value] for value in values if value in codes), None)
            if code:
                found.setdefault(code, []).extend(_read_rings(feature.get("geometry") or {}))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UserError(
            "The file of boundaries cannot be read.", where=relative(path), found=str(error)[:80],
            expected="GeoJSON: a collection of features, one for each integrated care board",
            mend="Correct `boundaries` in params/report.yml, or set it to null for a map of tiles.",
        ) from None  # fmt: skip
    missing = [one.short_name for one in list_boards() if not found.get(one.icb_code)]
    if missing:
        raise UserError(
            "Boards are missing from the file of boundaries.", where=relative(path),
            found=f"{len(missing)} missing, such as {missing[0]}",
            expected="the 42 boards of July 2022, each with its code as a property",
            mend="Use the boundaries of July 2022, or set `boundaries` to null for a map of tiles.",
        )  # fmt: skip
    return found


def _read_rings(geometry: dict[str, Any]) -> list[Ring]:
    parts = geometry.get("coordinates", [])
    polygons = parts if geometry.get("type") == "MultiPolygon" else [parts]
    return [np.asarray(polygon[0], dtype=np.float64)[:, :2] for polygon in polygons if polygon]
