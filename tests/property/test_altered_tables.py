"""Whatever is altered in a table, the marts are equal, or it is counted by name, or it stops.

Each case alters some values of one column of the tiny England. What is read of the table is then
compared with what was read before: where every row is read as before, so are the marts. Where some
are not, the check must count as many, by table and column, or stop. Where it says nothing, the
marts themselves are made and compared.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from altered_tables import TABLES, Case, choose_cases, make_world, open_world, write_case
from rareaccess.contracts import CONTRACTS
from rareaccess.contracts.links import LINKS
from rareaccess.contracts.rules import list_rules
from rareaccess.core.errors import UserError
from rareaccess.derive.build import build_marts
from rareaccess.derive.fund.sact import SACT, read_sact
from rareaccess.derive.hospital.comorbidity import all_prefixes
from rareaccess.derive.hospital.extract import EXTRACTS, extract_records
from rareaccess.params import load_pair, load_report
from rareaccess.pipeline.check.findings import CheckReport
from rareaccess.pipeline.check.one_table import check_linked, check_references, check_table
from rareaccess.pipeline.check.pairs import check_pairs
from rareaccess.pipeline.check.plausible import read_known_areas
from rareaccess.sources import Source
from rareaccess.sources.engine import Engine, open_engine

PAIR = load_pair("sle-belimumab", codes=True)
FEW = [*range(104, 129), *range(130, 141)]  # each alteration once, but for three
MANY = [seed for seed in range(320) if seed not in FEW]
LABELS = {("unit_costs", "year"), ("unit_costs", "source"), ("prices", "source"),
          ("prices", "drug"), ("centres", "name")}  # fmt: skip
OTHER_WORD = ("a dot within", "a nought before", "a decimal point", "an unknown word",
              "two characters for one")  # fmt: skip
EVERY = 10**9  # rows of a table
EQUAL, COUNTED, STOPPED = "equal", "counted", "stopped"
OTHERS = {rule.id: rule.other for table in CONTRACTS.values() for rule in list_rules(table)}
ENDS = {f"{link.table}.{link.column}.{kind}": (*link.of[:1], *link.among[0])
        for link in LINKS for kind in link.list_kinds()}  # fmt: skip
FUND = load_pair("waldenstrom-ibrutinib", codes=True)
EXTRACTED = ("apc", "op", "linkage", "pds_trace", "blueteq_applications")
Marts = dict[str, pd.DataFrame]
Told = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Excuse:
    """Cases that may change a mart without a finding: why, and the marts that count them instead.

    Of several marts one must have changed; without any, nothing in a table could tell.
    """

    reason: str
    fits: Callable[[Case], bool]
    counted: tuple[str, ...] = ()


EXCUSES = (
    Excuse(
        "a drug's name is free text: what is not read is counted as not recognised",
        lambda case: case.column == "drug_name",
        ("drug_names", "flow"),
    ),
    Excuse(
        "forms and indications are the house's: those that the settings do not know are counted",
        lambda case: case.column in ("form_code", "indication"),
        ("forms",),
    ),
    Excuse(
        "questions and answers are free text: what is not understood is counted as missing",
        lambda case: case.column in ("question_code", "answer"),
        ("severity", "form_answers", "quality"),
    ),
    Excuse(
        "SACT holds all drugs: what is not ours is another, and who has no record is told to be so",
        lambda case: case.column == "drug_group",
        ("sact",),
    ),
    Excuse(
        "a word that is shown as it stands: another word is another word",
        lambda case: (case.table, case.column) in LABELS,
        ("unit_costs", "prices", "trusts"),
    ),
    Excuse(
        "a record that is there twice counts once, and is counted as a copy",
        lambda case: case.how == "rows twice" and case.table in ("apc", "op"),
        ("quality",),
    ),
    Excuse(
        "a pseudonym is any word: another word is another person, whom no table can tell",
        lambda case: case.column == "PSEUDO_HESID" and case.how in OTHER_WORD and case.share < 1,
    ),
    Excuse(
        "a table of numbers of people says by the columns that it has what they are divided by",
        lambda case: case.how == "dropped" and CONTRACTS[case.table].groups != (),
    ),
)


class World:
    """The unaltered tables: what is read of them, what their check counts, and their marts."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        make_world(folder)
        self.source = open_world(folder)
        self.read = {name: read(self.source, engine, name) for name in TABLES}
        self.report = CheckReport()
        assert all(check_table(self.source, engine, name, self.report) for name in TABLES)
        check_across(self.source, engine, TABLES, self.report)
        self.told = list_told(self.report)
        self.made: dict[bool, Marts] = {}

    def marts(self, of_sact: bool) -> Marts:
        """Return the marts of the pair, or the records of SACT; they are made once."""
        if of_sact not in self.made:
            table, folder = SACT[0] if of_sact else "apc", self.folder / "extract"
            self.made[of_sact] = make_marts(self.source, self.engine, table, folder)
        return self.made[of_sact]


def read(source: Source, engine: Engine, table: str) -> Counter[tuple[object, ...]]:
    """Return the rows of a table as the pipeline reads them, and how often each occurs."""
    names = [column.name for column in CONTRACTS[table].columns if column.used or column.optional]
    frame = engine.collect(source.read(engine, table, tuple(names))).astype("object")
    return Counter(frame.where(frame.notna(), None).itertuples(index=False, name=None))


def check_across(source: Source, engine: Engine, tables: tuple[str, ...], report: CheckReport):
    """Check what tables say of each other, and of the pair."""
    check_references(source, engine, tables, report)
    areas = read_known_areas(source, engine, tables, "2019")
    check_linked(source, engine, tables, report, areas)
    check_pairs(source, engine, [PAIR], tables, report)


def list_told(report: CheckReport) -> Told:
    """Return what is counted: the rule or what was done, its column, and in how many rows."""
    findings = {(f.rule, f"{f.table}.{f.column}"): f.n for f in report.findings}
    read = {(r.done, f"{r.table}.{r.column}"): r.n for r in (*report.readings, *report.missing)}
    return findings | read


def count_told(case: Case, told: Told, before: Told) -> int:
    """Return the rows that are newly counted of the table and column, or of what leads there.

    Where what leads there finds next to nothing, it tells of the whole column.
    """
    names = f"{case.table}.{case.column}"
    n = 0
    for (rule, place), rows in told.items():
        leads = case.table in (*OTHERS.get(rule, ())[:1], *ENDS.get(rule, ()))
        of_all = place == f"{case.table}."
        if before.get((rule, place)) != rows and (place == names or leads or of_all):
            n += EVERY if rule in ENDS and place != names else rows
    return n


def make_marts(source: Source, engine: Engine, table: str, folder: Path) -> Marts:
    """Return the marts of the pair from an extract, which is made where there is none.

    The check makes two more, which count. The pair has no records of SACT: of such a table it is
    the records of another pair, once each.
    """
    if table in SACT:
        numbers = [f"N{n:02d}" for n in range(1, 10)]
        return {"sact": read_sact(source, engine, FUND, numbers=numbers).drop_duplicates()}
    if not folder.exists():
        folder.mkdir()
        codes = sorted(PAIR.condition.icd10.every)
        extract_records(source, engine, folder, find=codes, keep=all_prefixes())
    extract = {name: engine.read([folder / f"{name}.parquet"]) for name in EXTRACTS}
    return build_marts(engine, source, extract, pair=PAIR, report=load_report())


def judge(case: Case, world: World, folder: Path) -> str:
    """Return how a case ends; one that changes a mart and is not counted fails."""
    write_case(case, folder)
    source, engine = open_world(world.folder, case, folder), world.engine
    report = CheckReport(rows=dict(world.report.rows))
    check_table(source, engine, case.table, report)
    if report.errors:
        return STOPPED
    before, after = world.read[case.table], read(source, engine, case.table)
    differ = max((before - after).total(), (after - before).total())
    if not differ:
        return EQUAL
    if count_told(case, list_told(report), world.told) >= differ:
        return COUNTED
    check_across(source, engine, TABLES, report)
    if report.errors:
        return STOPPED
    if count_told(case, list_told(report), world.told) >= differ:
        return COUNTED
    plain, own = world.marts(case.table in SACT), case.table in EXTRACTED
    extract = (folder if own else world.folder) / "extract"
    try:
        marts = make_marts(source, engine, case.table, extract)
    except UserError:
        return STOPPED
    changed = [name for name, mart in marts.items() if not mart.equals(plain[name])]
    if not changed:
        return EQUAL
    excuse = next((one for one in EXCUSES if one.fits(case)), None)
    said = f"{case}: {differ} rows are read otherwise; changed: {', '.join(changed)}"
    assert excuse, said
    assert not excuse.counted or {*excuse.counted} & {*changed}, said
    return excuse.reason


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_engine() as engine:
        yield World(engine, tmp_path_factory.mktemp("world"))


def name_case(case: Case) -> str:
    return str(case)


@pytest.mark.slow
@pytest.mark.few(5)
@pytest.mark.parametrize("case", choose_cases(FEW), ids=name_case)
def test_an_altered_table_is_read_or_counted_or_stops(
    case: Case, world: World, tmp_path: Path
) -> None:
    assert judge(case, world, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("case", choose_cases(MANY), ids=name_case)
def test_many_altered_tables_are_read_or_counted_or_stop(
    case: Case, world: World, tmp_path: Path
) -> None:
    assert judge(case, world, tmp_path)


@pytest.mark.long
@pytest.mark.slow
def test_a_mart_that_changes_unseen_is_seen_here(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case("blueteq_applications", "approval_status", "an unknown word", 1.0, False, 0)
    monkeypatch.setattr("rareaccess.pipeline.check.findings.CheckReport.errors", [])
    monkeypatch.setitem(globals(), "count_told", lambda *told: 0)
    with pytest.raises(AssertionError, match=r"approval_status, an unknown word.*changed: flow"):
        judge(case, world, tmp_path)
