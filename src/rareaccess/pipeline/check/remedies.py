"""What to do about a broken rule: never to let it through where values would be lost."""

__all__ = ["ADVICE", "LOST", "advise"]

NAME = "name the right column under tables.{table}.columns in {settings}."
LOST = {
    "read": "What cannot be read would be missing in every result. Say how it is written: "
    "`dates` and `all_text` under tables.{table} in {settings}. Or correct it at its source.",
    "code": "A value outside the codes counts as not known: to every result by {column} these "
    f"rows would be lost. Write the codes at the source, or {NAME}",
    "shape": "What has another shape is found by no code, area or year: these rows would be lost. "
    f"Write it at the source as expected, or {NAME}",
    "possible": "These days lie in no window: their rows would be lost. Correct the dates at "
    "their source, or say how they are written: `dates` under tables.{table} in {settings}.",
    "range": "A number out of range counts as missing. Correct it at its source, such as its unit, "
    f"or {NAME}",
    "filled": "A row without this value is linked to nobody and would be lost. Complete the table "
    f"at its source, or {NAME}",
    "known-share": "Everybody would be of unknown {column}. Write what the values mean under "
    f"values.{{column}} in {{settings}}, or {NAME}",
    "links": "By this link nothing would be found, and nobody. Give both tables the same "
    "identifiers, from the same run of pseudonymisation and in the same form. Or "
    f"{NAME}",
    "ranks": "Every group of deprivation would be wrong. Use the ranks, of which 1 is the most "
    f"deprived area of England: {NAME}",
}
"""By kind of rule: what would be lost, and what to do instead."""
ADVICE = {
    "years": "Copy the missing years. If the extract leaves them out on purpose, nobody has a "
    "record in them, and people who were seen only then are missing: ",
    "known": "Complete the table that is referred to. As it is, these rows find nothing there: ",
    "unique": "Leave out the copies at the source. As it is, one of the rows counts: ",
    "header": "Take the repeated names out of the file. As it is, they count as rows: ",
    "count": "Correct the table at its source. As it is, what is missing from it stays unknown: ",
}
"""By kind of rule: what to do, and what letting it through means; then the setting follows."""


def advise(rule: str, settings: str) -> str:
    """Return what to do about a rule that stops the report.

    Parameters
    ----------
    rule
        Its id: table, column and kind.
    settings
        The settings file, as messages name it.

    Examples
    --------
    >>> "severity" in advise("apc.ADMIDATE.read", "params/sources/x.yml")
    False
    >>> advise("apc.EPIEND.order", "x.yml").partition(": ")[2]
    'write severity: {apc.EPIEND.order: warning} in x.yml.'
    """
    table, *columns, kind = rule.split(".")
    if kind in LOST:
        column = columns[0] if columns else table
        return LOST[kind].format(table=table, column=column, settings=settings)
    what = ADVICE.get(kind, "Correct the table at its source. To use it as it is: ")
    return f"{what}write severity: {{{rule}: warning}} in {settings}."
