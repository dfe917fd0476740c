"""Boundaries from GeoJSON: by either code, of either shape, and a file that is not whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from rareaccess.contracts import list_boards
from rareaccess.core.errors import UserError
from rareaccess.measures.equity.outlines import read_outlines

SQUARE = [[0.0, 0.0], [1, 0], [1, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.3, 0.2], [0.3, 0.3], [0.2, 0.2]]


def feature(code: str, **geometry: Any) -> dict[str, Any]:
    shape = geometry or {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
    return {"type": "Feature", "properties": {"OBJECTID": 7, "code": code}, "geometry": shape}


def boards(**first: Any) -> list[dict[str, Any]]:
    made = [feature(board.ods_code if at % 2 else board.icb_code)
            for at, board in enumerate(list_boards())]  # fmt: skip
    return [feature(list_boards()[0].icb_code, **first), *made[1:]] if first else made


def write(folder: Path, features: Any) -> Path:
    file = folder / "boards.geojson"
    file.write_text(features if isinstance(features, str) else json.dumps({"features": features}))
    return file


def test_boards_by_either_code_without_their_holes(tmp_path: Path) -> None:
    found = read_outlines(write(tmp_path, [*boards(), feature("W06000001")]))
    assert set(found) == {board.icb_code for board in list_boards()}
    assert all(len(rings) == 1 and rings[0].tolist() == SQUARE for rings in found.values())


def test_a_board_of_several_parts_and_in_several_features(tmp_path: Path) -> None:
    parts = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [[[5.0, 5, 9]] * 4]]}
    code = list_boards()[0].icb_code
    found = read_outlines(write(tmp_path, [*boards(**parts), feature(code)]))
    assert [ring.shape for ring in found[code]] == [(4, 2), (4, 2), (4, 2)]


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "{}", '{"features": null}', '{"features": [1]}']
)
def test_what_is_no_geojson_stops(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        read_outlines(write(tmp_path, text))
    assert "boundaries" in str(caught.value) and caught.value.mend


def test_no_file_stops(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_outlines(tmp_path / "none.geojson")


@pytest.mark.parametrize("spoilt", [None, {"type": "Polygon", "coordinates": []}, {}])
def test_a_board_without_a_shape_is_missing(tmp_path: Path, spoilt: Any) -> None:
    features = boards()
    features[5]["geometry"] = spoilt
    with pytest.raises(UserError) as caught:
        read_outlines(write(tmp_path, features))
    assert list_boards()[5].short_name in caught.value.found and "1 missing" in caught.value.found
