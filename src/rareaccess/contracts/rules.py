"""The rules of a contract: the id of each, what it requires in words, and when it stops a run.

A rule that is broken is warned of. It stops the report when more than its `limit` of the values
break it, since the table must then be another one or be written in another way; the settings of a
source may set it to error, warning or ignore.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from rareaccess.contracts import CONTRACTS, TYPES, Column, TableContract
from rareaccess.contracts.links import LINKS

__all__ = ["KINDS", "LIMITS", "SEVERITIES", "Rule", "choose_rules", "list_ids", "list_rules"]

SEVERITIES = ("error", "warning", "ignore")
KINDS = {
    "rows": "the table has rows",
    "header": "no row repeats the names of the columns",
    "text": "text without control characters, such as a zero byte",
    "lacking": "every file has every column",
    "filled": "a value in every row",
    "read": "what is written can be read in the column's type",
    "code": "one of the codes",
    "shape": "the shape of a code",
    "possible": "a date from 1900 to 2100, or a null date of HES",
    "range": "a number within limits",
    "order": "dates in their order",
    "unique": "no two rows with the same key",
    "site": "the code of a trust: that of a site is counted under its trust",
    "merged": "a trust of today: one that has merged is counted under its successor",
    "named": "the code of a trust, not its name, which is no trust of the list",
    "known": "a value of the table that it refers to",
    "count": "as many rows as there are in England, or as the pair says",
    "ranks": "each rank once, from 1 to the number of areas",
    "vintage": "an area of 2011: one of 2021 needs the table lsoa_lookup, or imd_version 2025",
    "nowhere": "a place in England: ZZ99 and Z99999999 are no fixed abode, abroad or not known",
    "years": "rows in every financial year from the first to the last",
    "few": "in every year and month about as many rows as in those beside it",
    "future": "no day after the last financial year of the table",
    "crowd": "nobody with more than a record a day over all the years of the table",
    "known-share": "a known value in most rows",
    "pair": "some records with the codes of each pair, and some of its specialties",
    "links": "most values are found in the table that they lead to",
}
LIMITS = {"few": 20.0, "links": 50.0, "known-share": 50.0, "crowd": 366.0}
"""When a table is told of as a whole. `few`: per cent of what the periods beside it hold. `links`,
`known-share`: per cent that should be found. `crowd`: records of one person a year. Admissions fell
to a third in April 2020, and dialysis three times a week is 156 a year."""
WHOLE = ("rows", "header", "text")  # of the table; the last two of tables of text alone
UNREAD = 0.01  # share of values that cannot be read in their type above which a table is refused
HALF = 0.5
SWAPPED = 0.9  # share of dates out of order above which two columns must be exchanged, or days with
# months: where no field has to do with another, as in artificial HES, half are out of order
ALL = 1 - 1e-9  # every value, however many: a table of which that is so cannot be an honest one
HES = {"apc": "EPISTART", "op": "APPTDATE"}  # the day of a record


@dataclass(frozen=True)
class Rule:
    """One rule of a table.

    Parameters
    ----------
    table, column, kind
        What it is about; the column is empty for a rule of the whole table.
    text
        What should be so.
    limit
        The share of values above which a broken rule is an error: 0 is always, none is never.
    other
        The earlier date of a pair, the table and column referred to, or trusts that have merged.
    private
        Whether a value may point at a person, so that no example is given.

    Examples
    --------
    >>> rule = next(rule for rule in list_rules(CONTRACTS["apc"]) if rule.kind == "order")
    >>> rule.id, rule.text
    ('apc.EPISTART.order', 'not before ADMIDATE')
    """

    table: str
    column: str
    kind: str
    text: str
    limit: float | None = None
    other: tuple[str, ...] = ()
    private: bool = False

    @property
    def id(self) -> str:
        """The name by which settings and messages call it."""
        return ".".join(part for part in (self.table, self.column, self.kind) if part)

    def grade(self, n: int, of: int) -> str:
        """Return error or warning for a rule that n of so many values break."""
        return "error" if self.limit is not None and n > self.limit * of else "warning"


def list_rules(contract: TableContract) -> tuple[Rule, ...]:
    """Return the rules of a contract, in the order of its columns.

    Columns on which no result rests have none: they are not read.

    Examples
    --------
    >>> [rule.id for rule in list_rules(CONTRACTS["imd2019"])][3:6]
    ['imd2019.LSOA11.filled', 'imd2019.LSOA11.shape', 'imd2019.rank.filled']
    """
    rules = [Rule(contract.name, "", kind, KINDS[kind], 0) for kind in WHOLE]
    for column in contract.columns:
        if column.used or column.optional:
            rules += [replace(rule, private=column.private) for rule in _of(contract, column)]
    for first, second in contract.orders:
        private = contract[first].private or contract[second].private
        text = f"not before {first}"
        rules.append(Rule(contract.name, second, "order", text, SWAPPED, (first,), private))
    if any(column.later and column.used for column in contract.columns):
        rules.append(Rule(contract.name, "", "lacking", KINDS["lacking"]))
    if contract.key:
        text = f"each row another {' and '.join(contract.key)}"
        rules.append(Rule(contract.name, contract.key[0], "unique", text, 0, contract.key, True))
    if "pair" in contract.names:
        text = "a pair of params/pairs: the rows of another name are of no pair"
        rules.append(Rule(contract.name, "pair", "pair", text))
    if contract.groups:
        text = "each row another group of people: a second row of a group is added to the first"
        rules.append(Rule(contract.name, "", "unique", text, other=contract.groups))
    for to in contract.references:
        text = f"a {to.of} of the table {to.table}"
        private = contract[to.column].private
        names = (to.table, to.of)
        rules.append(Rule(contract.name, to.column, "known", text, to.limit, names, private))
    if contract.areas:
        text = f"all {contract.areas:,} areas"
        rules.append(Rule(contract.name, contract.key[0], "count", text, private=True))
        rules.append(Rule(contract.name, "rank", "ranks", KINDS["ranks"], 0))
    if contract.name == "centres":
        rules.append(Rule("centres", "service", "count", "as many centres as the pair expects", 0))
    return (*rules, *_of_whole(contract))


def _of_whole(contract: TableContract) -> Iterator[Rule]:
    """Yield the rules about a table as a whole: its periods, its people, its links."""
    table = contract.name
    if table in HES:
        for column, kind, limit in (
            ("FYEAR", "years", 0),
            ("FYEAR", "few", None),
            (HES[table], "few", None),
            (HES[table], "future", None),
        ):
            yield Rule(table, column, kind, KINDS[kind], limit)
        yield Rule(table, "PSEUDO_HESID", "crowd", KINDS["crowd"], private=True)
        for column in ("DIAG_4_01", "MAINSPEF"):
            yield Rule(table, column, "pair", KINDS["pair"])
    for link in (link for link in LINKS if link.table == table):
        whole, *each = link.list_kinds()
        yield Rule(table, link.column, whole, link.text, ALL, private=link.persons)
        for kind in each:
            text = f"a tenth of them or more have a record in {kind.removeprefix('links-')}"
            yield Rule(table, link.column, kind, text, private=link.persons)


def _of(contract: TableContract, column: Column) -> Iterator[Rule]:
    """Yield the rules of one column."""
    table, name, in_key = contract.name, column.name, column.name in contract.key
    if in_key or column.filled:
        limit = 0 if in_key or column.limit == 0 else HALF
        yield Rule(table, name, "filled", KINDS["filled"], limit)
    if column.type != "text":
        yield Rule(table, name, "read", TYPES[column.type], UNREAD if column.used else None)
    if column.type == "date":
        yield Rule(table, name, "possible", KINDS["possible"], HALF)
    if column.codes:
        yield Rule(table, name, "code", "one of " + ", ".join(column.codes), column.limit)
    if column.shape:
        yield Rule(table, name, "shape", column.shape[0], column.limit)
    for kind in column.trust:
        yield Rule(table, name, kind, KINDS[kind])
    if column.within:
        spans = " or ".join(f"{least:g} to {most:g}" for least, most in column.within)
        yield Rule(table, name, "range", spans, column.limit)
    if column.known:
        yield Rule(table, name, "known-share", KINDS["known-share"], ALL)
    if column.area:
        if column.shape:  # a code, not a postcode
            yield Rule(table, name, "vintage", KINDS["vintage"], private=True)
        yield Rule(table, name, "nowhere", KINDS["nowhere"], private=True)


@cache
def list_ids() -> tuple[str, ...]:
    """Return the ids of all rules of all tables.

    Examples
    --------
    >>> "apc.EPIEND.order" in list_ids()
    True
    """
    rules = (rule for contract in CONTRACTS.values() for rule in list_rules(contract))
    return tuple(rule.id for rule in rules)


def choose_rules(contract: TableContract, severity: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of a contract to count, with the severity of the settings.

    Parameters
    ----------
    severity
        Id of a rule -> error, warning or ignore.

    Examples
    --------
    >>> rules = choose_rules(CONTRACTS["imd2019"], {"imd2019.LSOA11.shape": "ignore"})
    >>> "imd2019.LSOA11.shape" in [rule.id for rule in rules]
    False
    """
    limits = {"error": 0.0, "warning": None}
    return tuple(
        replace(rule, limit=limits[severity[rule.id]]) if rule.id in severity else rule
        for rule in list_rules(contract)
        if severity.get(rule.id) != "ignore"
    )
