"""The consort diagram (who was included, who was not and why) drawn from the ledger."""

from rareaccess.display.diagram.build import build_consort
from rareaccess.display.diagram.consort import Box, Consort, build_twin, describe_consort
from rareaccess.display.diagram.draw import draw_consort

__all__ = ["Box", "Consort", "build_consort", "build_twin", "describe_consort", "draw_consort"]
