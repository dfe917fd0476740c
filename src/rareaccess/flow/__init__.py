"""The flow as a ledger: who came into each box, who left it and why, and who stayed."""

from rareaccess.flow.boxes import FUND_BOXES, Box, came_to, declare_boxes
from rareaccess.flow.ledger import Ledger

__all__ = ["FUND_BOXES", "Box", "Ledger", "came_to", "declare_boxes"]
