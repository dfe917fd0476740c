"""What all blocks of a world share: declarations, geography, the source of draws."""

from dataclasses import dataclass, fields

from ..declarations.load import (
    Declared,
    load_casemix,
    load_england,
    load_faults,
    load_pair,
    load_world,
)
from .codebook import CodeBook, build_codebook
from .draws import Draws
from .geography import Geography, build_geography
from .services import Service, build_service

__all__ = ["BLOCK", "PairSetting", "Setting", "build_setting"]

BLOCK = 1 << 20  # identifiers of one block of the world


@dataclass(frozen=True)
class Setting:
    """The declarations as read, the geography as laid out, the codes that can be written.

    `services` holds the centres of each pair, in the order of `pairs`.
    """

    england: Declared
    world: Declared
    pairs: list[Declared]
    faults: list[Declared]
    casemix: Declared
    geo: Geography
    services: list[Service]
    book: CodeBook
    draw: Draws

    def narrow_to(self, position: int) -> "PairSetting":
        """Return the setting of one pair; the background (−1) is seen by the first one's."""
        known = {field.name: getattr(self, field.name) for field in fields(Setting)}
        place = max(position, 0)
        return PairSetting(**known, pair=self.pairs[place], service=self.services[place])


@dataclass(frozen=True)
class PairSetting(Setting):
    """The setting as the people of one pair see it: with their pair's declaration and centres."""

    pair: Declared
    service: Service


def build_setting(world: str, seed: int | None) -> Setting:
    """Read the declarations and lay out the geography."""
    england = load_england()
    pairs = [load_pair(name) for name in england["pairs"]]
    casemix = load_casemix()
    draw = Draws(england["seed"] if seed is None else seed)
    geo = build_geography(england, draw)
    return Setting(
        england=england,
        world=load_world(world),
        pairs=pairs,
        faults=load_faults(),
        casemix=casemix,
        geo=geo,
        services=[build_service(pair["centres"], england, geo) for pair in pairs],
        book=build_codebook(casemix, pairs),
        draw=draw,
    )
