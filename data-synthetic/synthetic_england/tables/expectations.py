"""What others expected of the pairs: people treated, and shares of the need by board."""

from typing import Any

import pandas as pd
import pyarrow as pa

from rareaccess.contracts import list_boards

from ..declarations.load import Declared, load_boards, load_expectations
from .columns import text

__all__ = ["build_expected_uptake", "build_need_share"]


def build_expected_uptake() -> pa.Table:
    """Return the published figures of how many people were expected to be treated."""
    rows = [
        {"pair": pair, **figure}
        for pair, figures in load_expectations()["expected_uptake"].items()
        for figure in figures
    ]
    column = {name: [row.get(name) for row in rows] for name in
              ("pair", "source", "geography", "from", "to", "low", "high", "measure")}  # fmt: skip
    return pa.table(
        {
            "pair": text(column["pair"]),
            "source": text(column["source"]),
            "geography": text(column["geography"]),
            "from_date": pa.array(column["from"], pa.date32()),
            "to_date": pa.array(column["to"], pa.date32()),
            "low": pa.array(column["low"], pa.int32()),
            "high": pa.array(column["high"], pa.int32()),
            "measure": text(column["measure"]),
        }
    )


def build_need_share() -> pa.Table:
    """Return each board's share of the need: its region's, divided by its areas."""
    rows = [
        {"area": icb, "pair": pair, "basis": one["basis"], "share": share, "source": one["source"]}
        for pair, one in load_expectations()["need_share"].items()
        for icb, share in _divide(one).items()
    ]
    frame = pd.DataFrame(rows)
    return pa.table(
        {
            name: pa.array(frame[name]) if name == "share" else text(frame[name].tolist())
            for name in ("area", "pair", "basis", "share", "source")
        }
    )


def _divide(declared: Declared) -> dict[str, float]:
    """Return the share of each board, which add up to those of the regions."""
    areas: dict[str, Any] = load_boards()
    region = {board.icb_code: board.nhs_region for board in list_boards()}
    sizes = {icb: sum(areas[icb]["areas"][fifth - 1] for fifth in declared["fifths"])
             for icb in sorted(areas)}  # fmt: skip
    whole = {
        name: sum(size for icb, size in sizes.items() if region[icb] == name)
        for name in declared["regions"]
    }
    return {icb: declared["regions"][region[icb]] * size / whole[region[icb]]
            for icb, size in sizes.items()}  # fmt: skip
