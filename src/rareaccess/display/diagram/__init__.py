"""The consort diagram (who was included, who was not and why) drawn from the ledger."""

from rareaccess.display.diagram.assemble import build_consort
from rareaccess.display.diagram.consort import Consort, Step, describe_consort
from rareaccess.display.diagram.draw import draw_consort

__all__ = ["Consort", "Step", "build_consort", "describe_consort", "draw_consort"]
