"""HES as it is delivered: CSV in the layout of the published artificial data, every field text.

Both tables have the header of the published files, in its order. As there, identifiers of people
begin with TEST and tell letters by their case, keys have lost the zeros at their beginning, a date
that is not known is a day of 1801, an empty text has quotation marks and a missing one none, and
lists of codes hold commas and blanks. Fields that the pipeline does not read hold something that
could get in the way.
"""

from datetime import date
from pathlib import Path

import tiny_england
from rareaccess.contracts import numbered

START = "FYEAR PARTYEAR EPIKEY AEKEY PSEUDO_HESID ADMIDATE ADMIMETH ADMINCAT ADMINCATST ADMISORC \
ALCDIAG_4 ALCFRAC AT_GP_PRACTICE AT_RESIDENCE AT_TREATMENT CANNET CANREG CAUSE_3 CAUSE_4 \
CCG_GP_PRACTICE CCG_RESIDENCE CCG_RESPONSIBILITY CCG_RESPONSIBILITY_ORIGIN CCG_TREATMENT \
CCG_TREATMENT_ORIGIN CLASSPAT CR_GP_PRACTICE CR_RESIDENCE CR_TREATMENT"
MIDDLE = "DIAG_COUNT DISDATE DISDEST DISMETH ELECDATE ELECDUR ELECDUR_CALC EPIDUR EPIEND EPIORDER \
EPISTART EPISTAT EPITYPE ETHNOS FAE FAE_EMERGENCY FCE FDE GORTREAT GPPRAC MAINSPEF MYDOB NEODUR"
END = "OPERTN_COUNT PCON PCON_ONS PCTCODE_HIS PCTORIG_HIS PCTTREAT PROCODE3 PROCODE5 PROCODET \
PURCODE RANK_ORDER RESCTY RESCTY_ONS RESGOR RESGOR_ONS RESLADST RESLADST_ONS RESPCT_HIS \
RESSTHA_HIS SEX SITETRET LSOA01 MSOA01 SPELBGIN SPELDUR SPELDUR_CALC SPELEND STARTAGE \
STARTAGE_CALC STHATRET SUSHRG SUSRECID TRETSPEF LSOA11 MSOA11 WAITLIST ALCNRWFRAC ALCNRWDIAG \
ALCBRDFRAC ALCBRDDIAG SITEDIST SITEDIST_FLAG PROVDIST PROVDIST_FLAG HRG40 HRGLATE35 \
NER_GP_PRACTICE NER_RESIDENCE NER_TREATMENT"
OP_START = "FYEAR PARTYEAR PSEUDO_HESID ATTENDKEY ATTENDKEY_FLAG ADMINCAT APPTAGE APPTAGE_CALC \
APPTDATE ATENTYPE ATTENDANCE ATTENDED ATTENDID AT_GP_PRACTICE AT_RESIDENCE AT_TREATMENT CANNET \
CANREG CCG_GP_PRACTICE CCG_RESIDENCE CCG_RESPONSIBILITY CCG_RESPONSIBILITY_ORIGIN CCG_TREATMENT \
CCG_TREATMENT_ORIGIN CR_GP_PRACTICE CR_RESIDENCE CR_TREATMENT"
OP_MIDDLE = "DIAG_COUNT DNADATE ETHNOS FIRSTATT GORTREAT GPPRAC LOCCLASS LOCTYPE MAINSPEF"
OP_END = "OPERTN_COUNT OUTCOME PCON PCON_ONS PCTCODE_HIS PCTORIG_HIS PCTTREAT PREFERER PRIORITY \
PROCODE3 PROCODE5 PROCODET PURCODE REFERORG REFSOURC REQDATE RESCTY RESCTY_ONS RESGOR RESGOR_ONS \
RESLADST RESLADST_ONS RESPCT_HIS RESSTHA_HIS SERVTYPE SEX SITETRET LSOA01 MSOA01 STAFFTYP STHATRET \
SUSHRG TRETSPEF WAIT_IND WAITDAYS WAITING LSOA11 MSOA11 SITEDIST SITEDIST_FLAG PROVDIST \
PROVDIST_FLAG NER_GP_PRACTICE NER_RESIDENCE NER_TREATMENT"
APC_HEADER = (
    *START.split(),
    *numbered("DIAG_3_", 20),
    "DIAG_3_CONCAT",
    *numbered("DIAG_4_", 20),
    "DIAG_4_CONCAT",
    *MIDDLE.split(),
    *numbered("OPERTN_3_", 24),
    "OPERTN_3_CONCAT",
    *numbered("OPERTN_4_", 24),
    "OPERTN_4_CONCAT",
    *END.split(),
)
OP_HEADER = (
    *OP_START.split(),
    *numbered("DIAG_3_", 12),
    "DIAG_3_CONCAT",
    *numbered("DIAG_4_", 12),
    "DIAG_4_CONCAT",
    *OP_MIDDLE.split(),
    *numbered("OPERTN_3_", 24),
    "OPERTN_3_CONCAT",
    *numbered("OPERTN_4_", 24),
    "OPERTN_4_CONCAT",
    *OP_END.split(),
)
IMD_HEADER = (
    "LSOA code (2011)",
    "LSOA name (2011)",
    "Local Authority District code (2019)",
    "Local Authority District name (2019)",
    "Index of Multiple Deprivation (IMD) Score",
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
)
FILLED = {
    "OPERTN_4_01": "-",
    "OPERTN_4_CONCAT": "-   ,A559",
    "DIAG_3_CONCAT": "M32,I10",
    "SUSRECID": "58014155730769",
    "PARTYEAR": "202099",
    "MYDOB": "041966",
    "ALCFRAC": "0.18",
    "STARTAGE_CALC": "54.7014",
    "DNADATE": "1801-01-01",
    "ELECDATE": "1801-01-01",
    "PREFERER": "",
    "CANREG": "",
}  # what the tiny England does not say


def write(folder: Path) -> None:
    """Write the tiny England's hospital records, and a deprivation file, as they are delivered."""
    rows = tiny_england.rows()
    for kind, header in (("apc", APC_HEADER), ("op", OP_HEADER)):
        by_year: dict[str, list[dict]] = {}
        for row in rows[kind]:
            by_year.setdefault(str(row["FYEAR"]), []).append(row)
        for year, some in by_year.items():
            _write(folder / kind / f"artificial_hes_{kind}_{year}.csv", header, some)
    areas = [
        ("E01000001", "City, of London 001A", "E09000001", "City of London", "6.208", "1", "1"),
        ("E01032739", "Elsewhere 001B", "E09000002", "Else", "78.1", "32844", "10"),
    ]
    records = [dict(zip(IMD_HEADER, area, strict=True)) for area in areas]
    _write(folder / "File_7_IoD2019.csv", IMD_HEADER, records, encoding="utf-8-sig")


def _write(file: Path, header: tuple, rows: list[dict], encoding: str = "utf-8") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [header, *([(FILLED | row).get(name) for name in header] for row in rows)]
    with file.open("w", encoding=encoding, newline="") as text:
        text.writelines(",".join(map(_say, line)) + "\r\n" for line in lines)


def _say(value: object) -> str:
    """Return a value as it is written: quoted where it is empty or holds a comma."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f'"{text}"' if not text or "," in text else text
