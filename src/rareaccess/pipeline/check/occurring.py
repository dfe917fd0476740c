"""Whether the codes and specialties of a pair occur at all in the hospital records."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.contracts.rules import HES, choose_rules
from rareaccess.derive.hospital.diagnoses import list_occurring
from rareaccess.params import Pair
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import Finding
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine
from rareaccess.sources.written import list_values

__all__ = ["find_absent"]


def find_absent(
    source: Source,
    engine: Engine,
    pairs: Sequence[Pair],
    readable: Sequence[str],
    rows: dict[str, int],
) -> Iterator[Finding]:
    """Yield a finding for each pair none of whose codes, or specialties, a table of HES holds.

    Parameters
    ----------
    readable
        The tables that could be read.
    rows
        How many rows each has.

    Notes
    -----
    A small extract may hold nobody with a rare condition, so that it is told and does not stop.
    """
    for kind in (kind for kind in HES if kind in readable and pairs):
        if source.has(f"{kind}_diagnoses") and f"{kind}_diagnoses" not in readable:
            continue
        chosen = choose_rules(CONTRACTS[kind], source.params.severity)
        rules = {rule.column: rule for rule in chosen if rule.kind == "pair"}
        codes = list_occurring(source, engine, kind)
        specialties = list_values(source, engine, kind, "MAINSPEF")
        for pair in pairs:
            narrow = pair.condition.icd10.narrow
            wanted = {
                "DIAG_4_01": (narrow, resolve_codes(codes, narrow)),
                "MAINSPEF": (tuple(pair.condition.specialties),
                             specialties & set(pair.condition.specialties)),
            }  # fmt: skip
            for column, (named, found) in wanted.items():
                if found or column not in rules:
                    continue
                finding = tell(rules[column], rows[kind], rows[kind], rows[kind], pair.pair)
                cause = f"no record has one of {', '.join(named)}"
                yield replace(finding, cause=cause, where=source.where(kind))
