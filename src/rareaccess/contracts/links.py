"""Which tables must find each other: whose values are looked for, and where."""

from dataclasses import dataclass

__all__ = ["KEYS", "LINKS", "Link"]

KEYS = {
    "nhs_number": ("linkage", "pds_trace"),
    "PSEUDO_HESID": ("linkage",),
    "application_id": ("blueteq_applications",),
    "EPIKEY": ("apc_diagnoses",),
    "ATTENDKEY": ("op_diagnoses",),
    "MERGED_PATIENT_ID": ("sact_patient",),
    "MERGED_TUMOUR_ID": ("sact_tumour",),
    "MERGED_REGIMEN_ID": ("sact_regimen",),
    "MERGED_CYCLE_ID": ("sact_cycle",),
}
"""Columns that name a person, a form or a record and join tables, by one name in all of them; with
each the tables with which the others are compared: the smaller side of a join."""


@dataclass(frozen=True)
class Link:
    """A link between tables, without which nobody, or nowhere, is found.

    Parameters
    ----------
    table, column
        Where the link is told of.
    of
        Table and column whose values are looked for.
    among
        Tables and column in which they are looked for.
    text
        What should be so.
    persons
        Whether the values are identifiers of people, of which no example is given.
    part
        Of the limit of links: less where an honest table may hold many that are not found.
    each
        Whether each of the tables is also looked at by itself. That is a warning, since an honest
        small table may hold nobody.

    Examples
    --------
    >>> [link.list_kinds() for link in LINKS if link.each]
    [('links', 'links-apc', 'links-op')]
    """

    table: str
    column: str
    of: tuple[str, str]
    among: tuple[tuple[str, ...], str]
    text: str
    persons: bool = True
    part: float = 1.0
    each: bool = False

    def list_kinds(self) -> tuple[str, ...]:
        """Return the last parts of the names of its rules: of all tables, then of each."""
        return ("links", *(f"links-{table}" for table in self.among[0] if self.each))


APPLICANTS = ("blueteq_applications", "nhs_number")
LINKS = (
    Link("linkage", "nhs_number", APPLICANTS, (("linkage",), "nhs_number"),
         "the NHS numbers of most applications stand in the linkage"),
    Link("linkage", "PSEUDO_HESID", ("linkage", "PSEUDO_HESID"), (("apc", "op"), "PSEUDO_HESID"),
         "most applicants whom the linkage leads to HES have a record there", each=True),
    Link("pds_trace", "nhs_number", APPLICANTS, (("pds_trace",), "nhs_number"),
         "the NHS numbers of most applications stand in the trace"),
    Link("blueteq_applications", "applying_trust", ("blueteq_applications", "applying_trust"),
         (("centres",), "centre_code"), "a tenth of applications or more are from a centre",
         persons=False, part=0.2),
    *(Link(table, "nhs_number", (table, "nhs_number"), (APPLICANTS[:1], "nhs_number"),
           "a tenth of records or more are of somebody with an application", part=0.2)
      for table in ("sact_v2", "sact_v3", "sact_patient")),
    *(Link(table, "PSEUDO_HESID", (table, "PSEUDO_HESID"), (("apc", "op"), "PSEUDO_HESID"),
           "a tenth of rows or more are of somebody with a record in HES", part=0.2)
      for table in ("scores", "prescriptions")),
    *(Link(kind, "LSOA11", (kind, "LSOA11"), (("imd2019", "imd2025"), "LSOA11"),
           "areas of England stand in the table of deprivation")
      for kind in ("apc", "op")),
)  # fmt: skip
"""Of the linkage, the rows of applicants alone: a national one holds people without a record."""
