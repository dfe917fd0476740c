"""The flow as a ledger: who came into each box, who left it and why, and who stayed."""

from rareaccess.flow.boxes import Box, declare_boxes
from rareaccess.flow.fund import FUND_BOXES
from rareaccess.flow.ledger import Ledger

__all__ = ["FUND_BOXES", "Box", "Ledger", "declare_boxes"]
