"""What the pairs expect of the tables: their centres, applications for their drug, their codes."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.icd10 import resolve_codes
from rareaccess.contracts.rules import choose_rules
from rareaccess.core.errors import UserError
from rareaccess.derive.applications.classify import match_forms, read_names
from rareaccess.derive.hospital.travel import check_centres
from rareaccess.params import Pair, list_pairs
from rareaccess.params.faults import nearest
from rareaccess.pipeline.check.counting import tell
from rareaccess.pipeline.check.findings import CheckReport
from rareaccess.pipeline.check.occurring import find_absent
from rareaccess.pipeline.check.refusals import find_other_routes, find_refusals
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine

__all__ = ["check_pairs"]

OFTEN = 10  # applications with one text, which is then nobody's name


def check_pairs(
    source: Source,
    engine: Engine,
    pairs: Sequence[Pair],
    readable: Sequence[str],
    report: CheckReport,
) -> None:
    """Compare the tables with what each pair expects of them, and add what is wrong to the report.

    Parameters
    ----------
    readable
        The tables that could be read; what rests on another is not asked.
    """
    _check_named(source, engine, readable, report)
    report.findings += find_absent(source, engine, pairs, readable, report.rows)
    if "centres" in readable:
        _check_numbers(source, engine, pairs, report)
    if "snomed_map" in readable and pairs:
        mapped = source.read_small(engine, "snomed_map")
        where = source.where("snomed_map")
        report.faults += [f for pair in pairs if (f := find_unmapped(mapped, pair, where=where))]
    if "blueteq_applications" in readable and pairs:
        typed = _read_names(source, engine)
        where = source.where("blueteq_applications")
        for pair in pairs:
            faults = (find(typed, pair, where=where) for find in (find_unnamed, find_other_routes))
            report.faults += [fault for fault in faults if fault]
    for pair in pairs:
        found = [str(fault) for fault in report.faults]
        refused = find_refusals(source, engine, pair, readable)
        report.faults += [fault for fault in refused if str(fault) not in found]


def _check_named(
    source: Source, engine: Engine, readable: Sequence[str], report: CheckReport
) -> None:
    """Count the rows of the tables of pairs whose pair has no settings: nobody reads them."""
    for table in (name for name in readable if "pair" in CONTRACTS[name].names):
        rules = choose_rules(CONTRACTS[table], source.params.severity)
        for rule in (rule for rule in rules if rule.kind == "pair"):
            named = source.read_small(engine, table)["pair"]
            other = named[~named.isin(list_pairs())].dropna()
            if len(other):
                finding = tell(rule, len(other), len(named), len(named), min(other))
                report.findings.append(replace(finding, where=source.where(table)))


def find_unnamed(typed: pd.DataFrame, pair: Pair, *, where: str) -> UserError | None:
    """Return the fault of a pair whose drug no application names, none where some do.

    Parameters
    ----------
    typed
        `drug_name`, `form_code` and `n`, how many applications have both.
    where
        The table, as messages name it.

    Notes
    -----
    A typed text is shown only when it is all but the drug's name and stands on ten applications or
    more: any other may hold something of a person.
    """
    read = read_names(typed["drug_name"], pair.drug)
    if (read["match"] != "unknown").any():
        return None
    names, total = pair.drug.every_name, int(typed["n"].sum())
    own = int(typed.loc[match_forms(typed["form_code"], pair.drug) != "other", "n"].sum())
    often = typed["n"].groupby(read["name"]).sum()
    near = [nearest(name, often[often >= OFTEN].index.tolist()) for name in names]
    suggestion = next((f"Did you mean {name}? " for name in near if name), "")
    key = "drug.members" if pair.drug.members else "drug.names"
    return UserError(
        f"No application names the drug of pair {pair.pair}.",
        where=f"params/pairs/{pair.pair}.yml, key {key}; {where}, column drug_name",
        found=f"none of {', '.join(names)} on {total:,} applications, of which {own:,} are on its "
        f"forms ({', '.join((*pair.drug.form_codes, *pair.drug.shared_form_codes))})",
        expected="at least one application with one of these names",
        mend=f"{suggestion}Compare the names with those typed on the forms.",
    )


def find_unmapped(mapped: pd.DataFrame, pair: Pair, *, where: str) -> UserError | None:
    """Return the fault of a pair to whose codes no concept of the map leads, none where one does.

    Parameters
    ----------
    mapped
        The table `snomed_map`: `SNOMED_CT`, `ICD10`.
    where
        The table, as messages name it.
    """
    narrow, own = pair.condition.icd10.narrow, pair.condition.snomed_ct
    leads = mapped["ICD10"].isin(resolve_codes(mapped["ICD10"].dropna(), narrow))
    astray = [concept for concept in own if concept not in set(mapped.loc[leads, "SNOMED_CT"])]
    if leads.any() and not astray:
        return None
    found = f"{len(mapped):,} concepts, of which {int(leads.sum()):,} lead to these codes"
    if astray:
        found += f"; of the pair's own, {', '.join(astray)} do not"
    return UserError(
        f"The SNOMED CT map does not lead to the codes of pair {pair.pair}.",
        where=f"{where}; params/pairs/{pair.pair}.yml, key condition.icd10.narrow",
        found=found,
        expected=f"a row for each concept of the condition, the pair's snomed_ct among them, with "
        f"an ICD-10 code that starts with one of {', '.join(narrow)}",
        mend="Add these rows to the map. Without them, no code finds anybody.",
    )


def _read_names(source: Source, engine: Engine) -> pd.DataFrame:
    """Return each name with each form, decision and route, and the number of applications."""
    names = ("drug_name", "form_code", "form_type", "approval_status", "route")
    frame = source.read(engine, "blueteq_applications", names)
    return engine.collect(frame.groupBy(*names).agg(engine.F.count("*").alias("n")))


def _check_numbers(
    source: Source, engine: Engine, pairs: Sequence[Pair], report: CheckReport
) -> None:
    """Compare the number of centres with what each pair expects."""
    rules = choose_rules(CONTRACTS["centres"], source.params.severity)
    centres = source.read_small(engine, "centres")
    for rule in (rule for rule in rules if rule.kind == "count"):
        for pair in pairs:
            try:
                check_centres(centres, pair=pair)
            except UserError as fault:
                if rule.limit is not None:
                    report.faults.append(fault)
                    continue
                rows = len(centres)
                report.findings.append(tell(rule, rows, rows, rows, pair.centres.service))
