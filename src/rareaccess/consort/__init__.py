"""The consort diagram (who was included, who was not and why) drawn from the ledger."""

from rareaccess.consort.boxes import Box, Consort, build_twin, describe_consort
from rareaccess.consort.ledger import build_consort
from rareaccess.consort.svg import draw_consort

__all__ = ["Box", "Consort", "build_consort", "build_twin", "describe_consort", "draw_consort"]
