"""Bad data files by name: what is written into the tiny England, and what must be said of it."""

import atexit
import gzip
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

import tiny_england

__all__ = ["BAD", "GOOD", "Bad", "as_csv", "csv_of"]

Change = Callable[[Path], object]
APC, OP = "apc/all.parquet", "op/all.parquet"


@dataclass(frozen=True)
class Bad:
    """A change of the data folder; the parts of what must be said; and more settings."""

    change: Change
    said: tuple[str, ...]
    settings: str = ""


def csv_of(table: pa.Table) -> bytes:
    """Return a table as CSV."""
    sink = pa.BufferOutputStream()
    pc.write_csv(table, sink, pc.WriteOptions(quoting_style="needed"))
    return sink.getvalue().to_pybytes()


def as_csv(name: str, change: Callable[[bytes], bytes], end: str = ".csv") -> Change:
    """Return a change that writes a small table as CSV instead of Parquet, with edited bytes."""

    def write(data: Path) -> None:
        file = data / f"{name}.parquet"
        content = change(csv_of(pq.read_table(file)))
        file.unlink()
        (data / f"{name}{end}").write_bytes(content)

    return write


def csv_settings(name: str, more: str = "") -> str:
    return f"tables: {{{name}: {{kind: csv{more}}}}}\n"


def listed(name: str) -> str:
    return f"tables: {{{name}: {{}}}}\n"


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return an edit of bytes, which must find what it edits."""

    def edit(content: bytes) -> bytes:
        assert old in content, old
        return content.replace(old, new, 1)

    return edit


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


def rows(name: str, change: Callable[[list[dict]], object]) -> Change:
    """Return a change of the rows of a table."""

    def write(data: Path) -> None:
        table = {**tiny_england.rows(), **tiny_england.society()}[name]
        table = change(table) or table
        tiny_england.write(data, {name: table})

    return write


def with_rows(name: str, row: dict[str, object]) -> Change:
    """Return a change that adds a table which a source may have, with one row."""
    return lambda data: tiny_england.write(data, {name: [row]})


FIGURE = {
    "pair": "sle-belimumab", "source": "nice-ta752", "geography": "England", "low": 1, "high": 2,
    "from_date": tiny_england.day("2022-01-01"), "to_date": tiny_england.day("2022-12-31"),
    "measure": "starts",
}  # fmt: skip
SHARE = {"area": "E54000010", "pair": "sle-belimumab", "basis": "registered patients",
         "share": 0.14, "source": "nice-ta752"}  # fmt: skip
SCORE = {"PSEUDO_HESID": tiny_england.P06, "pair": "sle-belimumab", "score": 12.0,
         "measured": tiny_england.day("2020-01-01"), "chosen": "random"}  # fmt: skip
MEDICINE = {"PSEUDO_HESID": tiny_england.P06, "bnf_code": "0603020T0AAACAC",
            "dispensed": tiny_england.day("2020-01-01")}  # fmt: skip
SCORES, MEDICINES = ("tables: {scores: {}}\n", "tables: {prescriptions: {}}\n")
EXPECTED, NEED = ("tables: {expected_uptake: {}}\n", "tables: {need_share: {}}\n")


def set_value(name: str, column: str, *values: object) -> Change:
    def change(table: list[dict]) -> None:
        for row, value in zip(table, values, strict=False):
            row[column] = value

    return rows(name, change)


def parquet(path: str, change: Callable[[pa.Table], pa.Table]) -> Change:
    """Return a change of the columns of a Parquet file."""

    def write(data: Path) -> None:
        table = change(pq.read_table(data / path))
        pq.write_table(table, data / path)

    return write


def content(path: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda data: (data / path).write_bytes(change((data / path).read_bytes()))


def retype(column: str, kind: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(column)
        return table.set_column(place, column, table[column].cast(kind))

    return change


def zipped(content: bytes) -> bytes:
    """Return a zip archive with one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("centres.csv", content)
    return packed.getvalue()


def flip(whole: bytes) -> bytes:
    """Return Parquet with every byte between its start and its footer flipped."""
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    return whole[:4] + bytes(byte ^ 0xFF for byte in whole[4:-footer]) + whole[-footer:]


def second(path: str, change: Callable[[pa.Table], pa.Table]) -> Change:
    """Return a change that puts another file of other columns beside one of a folder."""

    def write(data: Path) -> None:
        pq.write_table(change(pq.read_table(data / path)), (data / path).with_name("b.parquet"))

    return write


def cut_second(data: Path) -> None:
    second(OP, lambda table: table)(data)
    content("op/b.parquet", lambda whole: whole[:-9])(data)


def folder_of(name: str, *, empty: bool) -> Change:
    def write(data: Path) -> None:
        file = data / f"{name}.parquet"
        file.unlink()
        place = data / name if empty else file
        place.mkdir()

    return write


def loop(data: Path) -> None:
    file = data / "centres.parquet"
    file.unlink()
    file.symlink_to(file)


def unreadable(data: Path) -> None:
    (data / "centres.parquet").chmod(0)


def database(data: Path, *, whole: bool, table: bool) -> None:
    """Write centres into a DuckDB file, or something that is none."""
    (data / "centres.parquet").rename(data / "c.parquet")
    file = data / "tables.duckdb"
    if not whole:
        file.write_bytes(b"no database\n" * 400)
        return
    with duckdb.connect(str(file)) as connection:
        name = "centres" if table else "centers"
        connection.execute(f"CREATE TABLE {name} AS FROM read_parquet('{data / 'c.parquet'}')")


def hold(data: Path) -> None:
    """Let another program have the database open for writing, for as long as it lives."""
    database(data, whole=True, table=True)
    program = f"import duckdb, time; c = duckdb.connect({str(data / 'tables.duckdb')!r}); "
    program += "print(flush=True); time.sleep(600)"
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    atexit.register(other.kill)
    other.stdout.readline()


CENTRES = csv_settings("centres")
TIMES = csv_settings("travel_times")
IMD = csv_settings("imd2019")
FORMS = csv_settings("blueteq_applications")
DUCK = "tables: {centres: {kind: duckdb, root: data/tables.duckdb}}\n"
CSV_GZ = ".csv.gz"

BAD: dict[str, Bad] = {
    # Parquet
    "empty file": Bad(content("linkage.parquet", lambda _: b""),
                      ("data/linkage.parquet", "an empty file", "a whole Parquet file")),
    "cut at its end": Bad(content(APC, lambda whole: whole[:-40]),
                          ("data/apc/all.parquet", "cut short")),
    "cut in half": Bad(content("travel_times.parquet", lambda whole: whole[: len(whole) // 2]),
                       ("data/travel_times.parquet", "cut short")),
    "only its end": Bad(content("imd2019.parquet", lambda whole: whole[-60:]),
                        ("data/imd2019.parquet", "not Parquet")),
    "bytes flipped in apc": Bad(content(APC, flip), ("data/apc/all.parquet", "decoded")),
    "bytes flipped in op": Bad(content(OP, flip), ("data/op/all.parquet", "decoded")),
    "bytes flipped in travel_times": Bad(content("travel_times.parquet", flip),
                                         ("data/travel_times.parquet", "decoded")),
    "text that is called Parquet": Bad(content("centres.parquet", lambda _: b"a,b\n1,2\n" * 9),
                                       ("data/centres.parquet", "not Parquet")),
    "dates as text": Bad(parquet(APC, retype("EPISTART", pa.string())),
                         ("EPISTART of table apc has the wrong type", "a date")),
    "whole numbers as text": Bad(parquet("imd2019.parquet", retype("rank", pa.string())),
                                 ("rank of table imd2019 has the wrong type", "string")),
    "ages with decimals": Bad(parquet(OP, retype("APPTAGE", pa.float64())),
                              ("APPTAGE of table op has the wrong type", "double")),
    "a column missing": Bad(parquet(OP, lambda t: t.drop_columns(["DIAG_4_07"])),
                            ("DIAG_4_07 of table op is missing", "data/op/all.parquet")),
    "a column twice": Bad(parquet("imd2019.parquet", lambda t: t.append_column("rank", t["rank"])),
                          ("rank of table imd2019 appears more than once",
                           "2 columns with this name")),
    "a column twice in other capitals":
        Bad(parquet("linkage.parquet", lambda t: t.append_column("NHS_Number", t["nhs_number"])),
            ("nhs_number of table linkage appears more than once",)),
    "a name that is not text": Bad(content("linkage.parquet",
                                           lambda w: w.replace(b"nhs_number", b"nhs_\xf3umber")),
                                   ("data/linkage.parquet", "cannot be read")),
    "another column in another file": Bad(second(OP, lambda t: t.drop_columns(["LSOA11"])),
                                          ("LSOA11 of table op is missing", "op/b.parquet")),
    "another type in another file": Bad(second(APC, retype("ADMIDATE", pa.string())),
                                        ("ADMIDATE of table apc has the wrong", "b.parquet")),
    "one of two files cut": Bad(cut_second, ("data/op/b.parquet", "cut short")),
    "no rows": Bad(rows("pds_trace", lambda table: table.clear()),
                   ("Table pds_trace is empty", "no rows", "at least one row")),
    # files and folders
    "no table": Bad(lambda data: (data / "centres.parquet").unlink(),
                    ("Table centres is missing", "no such file or folder")),
    "a folder without files": Bad(folder_of("centres", empty=True),
                                  ("Table centres is missing", "a folder without Parquet")),
    "a folder with the name of a file": Bad(folder_of("centres", empty=False),
                                            ("Table centres is missing",)),
    "a link to itself": Bad(loop, ("Table centres is missing",)),
    "a file that may not be read": Bad(unreadable, ("data/centres.parquet", "cannot be read")),
    "a database that is none": Bad(lambda data: database(data, whole=False, table=False),
                                   ("tables.duckdb",), DUCK),
    "a database without the table": Bad(lambda data: database(data, whole=True, table=False),
                                        ("Table centres is missing", "no table"), DUCK),
    "a database that is open elsewhere": Bad(hold, ("tables.duckdb", "cannot be opened"), DUCK),
    "no database": Bad(lambda data: None, ("tables.duckdb", "no such file"), DUCK),
    # CSV
    "CSV: empty": Bad(as_csv("centres", lambda _: b""), ("centres.csv", "an empty file"), CENTRES),
    "CSV: names only": Bad(as_csv("centres", lines(lambda all: all[:1])),
                           ("Table centres is empty", "no rows"), CENTRES),
    "CSV: no names": Bad(as_csv("centres", lines(lambda all: all[1:])),
                         ("centre_code of table centres is missing", "centres.csv"), CENTRES),
    "CSV: names twice": Bad(as_csv("centres", lines(lambda all: all[:9] + all[:1] + all[9:])),
                            ("centres.header", "1 of 38 rows"), CENTRES),
    "CSV: another delimiter": Bad(as_csv("centres", lambda c: c.replace(b",", b";")),
                                  ("The delimiter of table centres does not fit",
                                   'Write delimiter: ";" under tables.centres'), CENTRES),
    "CSV: a comma where a bar should be":
        Bad(as_csv("centres", lambda c: c), ("one name on the first line, with , in it",
                                             'Write delimiter: ","'),
            csv_settings("centres", ', delimiter: "|"')),
    "CSV: packed as zip": Bad(as_csv("centres", zipped, ".csv.zip"),
                              ("data/centres.csv.zip", "a zip archive", "Unpack it"), CENTRES),
    "CSV: a zip that is called CSV": Bad(as_csv("centres", zipped),
                                         ("data/centres.csv", "a zip archive: unpack"), CENTRES),
    "CSV: gzip that is called CSV": Bad(as_csv("centres", gzip.compress),
                                        ("data/centres.csv", "has to end in .gz"), CENTRES),
    "CSV: the end of a name in capitals":
        Bad(as_csv("centres", gzip.compress, ".CSV.GZ"),
            ("data/centres.CSV.GZ", "would not be read", "Rename the file"), CENTRES),
    "CSV: a backslash before a quotation mark":
        Bad(as_csv("centres", swap(b'"Centre 7"', b'"Centre \\"7\\""')),
            ("centres.csv", "a backslash before a quotation mark"), CENTRES),
    "CSV: a name missing": Bad(as_csv("centres", swap(b"service", b"")),
                               ("service of table centres is missing",), CENTRES),
    "CSV: a name twice": Bad(as_csv("centres", swap(b'"location"', b'"service"')),
                             ("service of table centres appears more than once",), CENTRES),
    "CSV: Latin-1": Bad(as_csv("centres", swap(b"Centre 7", "Béthune".encode("latin-1"))),
                        ("centres.csv", "not utf-8", "encoding"), CENTRES),
    "CSV: Windows-1252 called Latin-1":
        Bad(as_csv("centres", swap(b"Centre 7", "St Mary’s".encode("cp1252"))),
            ("centres.csv", "Windows-1252 on line 8", "saved as UTF-8"),
            csv_settings("centres", ", encoding: latin-1")),
    "CSV: a field too many": Bad(as_csv("centres", swap(b"Centre 7", b'Centre",7,"')),
                                 ("centres.csv", "on line", "4 names"), CENTRES),
    "CSV: a field too few": Bad(as_csv("centres", lambda c: c + b"C99\n"),
                                ("centres.csv", "1 fields on line 39"), CENTRES),
    "CSV: a quotation mark left open": Bad(as_csv("centres", swap(b"Centre 7\"", b"Centre 7")),
                                           ("centres.csv", "cannot be read"), CENTRES),
    "CSV: gzip cut short": Bad(as_csv("centres", lambda c: gzip.compress(c)[:-30], CSV_GZ),
                               ("centres.csv.gz", "cut short"), CENTRES),
    "CSV: gzip that is none": Bad(as_csv("centres", lambda c: c, CSV_GZ),
                                  ("centres.csv.gz", "cannot be read"), CENTRES),
    "CSV: a NUL byte": Bad(as_csv("centres", swap(b"Centre 7", b"Cen\0tre")),
                           ("centres.text", "1 of 37 rows", "control characters"), CENTRES),
    "CSV: decimal commas": Bad(as_csv("travel_times", lambda c: c.replace(b"20.5", b'"20,5"')),
                               ("travel_times.minutes.read", "2 of 4 rows", "'20,5'", "a number"),
                               TIMES),
    "CSV: thousands": Bad(as_csv("imd2019", swap(b"32844", b'"32,844"')),
                          ("imd2019.rank.read", "'32,844'", "a whole number"), IMD),
    "CSV: words for numbers": Bad(as_csv("imd2019", swap(b"32844", b"least")),
                                  ("imd2019.rank.read", "'least'"), IMD),
    "CSV: decimals in whole numbers": Bad(as_csv("imd2019", swap(b"32844", b"3284.4")),
                                          ("imd2019.rank.read", "'3284.4'"), IMD),
    "CSV: years of two digits":
        Bad(as_csv("blueteq_applications", swap(b"2018-01-05", b"05/01/18")),
            ("blueteq_applications.approval_date.read", "'05/01/18'", "a date"), FORMS),
    "CSV: 30 February": Bad(as_csv("blueteq_applications", swap(b"2018-01-05", b"2018-02-30")),
                            ("blueteq_applications.approval_date.read", "'2018-02-30'"), FORMS),
    "CSV: an identifier where a date should be":
        Bad(as_csv("blueteq_applications", swap(b"2018-01-05", b"9434765919")),
            ("blueteq_applications.approval_date.read", "'9999999999'"), FORMS),
    "CSV: a birth that is no date":
        Bad(as_csv("blueteq_applications", swap(b"1980-06-15", b"15 Jun 80")),
            ("blueteq_applications.date_of_birth.read",), FORMS),
    # keys, limits, references
    "a key twice": Bad(rows("linkage", lambda table: table.append(table[0])),
                       ("linkage.nhs_number.unique", "1 of 10 rows")),
    "a key left blank": Bad(set_value("pds_trace", "nhs_number", None),
                            ("pds_trace.nhs_number.filled", "1 of 8 rows")),
    "a rank twice its number": Bad(set_value("imd2019", "rank", 65_688),
                                   ("imd2019.rank.range", "'65688'", "1 to 32844")),
    "an area twice": Bad(set_value("imd2019", "LSOA11", *[tiny_england.LEAST_DEPRIVED] * 2),
                         ("imd2019.LSOA11.unique", "1 of 2 rows")),
    "a centre missing": Bad(rows("centres", lambda table: table[:-1]),
                            ("number of centres", "36 centres", "37 centres")),
    "another coding of sex": Bad(set_value("op", "SEX", *["F"] * 14),
                                 ("op.SEX.code", "14 of 14 rows", "'F'")),
    # tables that a source may have
    "expected uptake of another measure":
        Bad(with_rows("expected_uptake", {**FIGURE, "measure": "prevalence"}),
            ("expected_uptake.measure.code", "'prevalence'", "people on treatment"), EXPECTED),
    "expected uptake of a period that ends first":
        Bad(with_rows("expected_uptake", {**FIGURE, "to_date": tiny_england.day("2021-12-31")}),
            ("expected_uptake.to_date.order",), EXPECTED),
    "expected uptake without its upper figure":
        Bad(with_rows("expected_uptake", {**FIGURE, "high": None}),
            ("expected_uptake.high.filled",), EXPECTED),
    "a share of the need in per cent":
        Bad(with_rows("need_share", {**SHARE, "share": 14.0}),
            ("need_share.share.range", "'14"), NEED),
    "a share of the need of no board":
        Bad(with_rows("need_share", {**SHARE, "area": "Midlands"}),
            ("need_share.area.shape", "'Midlands'"), NEED),
    "a score of nobody": Bad(with_rows("scores", {**SCORE, "PSEUDO_HESID": None}),
                             ("scores.PSEUDO_HESID.filled",), SCORES),
    "a score of somebody whom HES does not know":
        Bad(with_rows("scores", {**SCORE, "PSEUDO_HESID": "another"}),
            ("scores.PSEUDO_HESID.links",), SCORES),
    "a score off any scale": Bad(with_rows("scores", {**SCORE, "score": -1.0}),
                                 ("scores.score.range", "'-1"), SCORES),
    "people chosen in another way": Bad(with_rows("scores", {**SCORE, "chosen": "volunteers"}),
                                        ("scores.chosen.code", "'volunteers'"), SCORES),
    "a weight below one": Bad(with_rows("scores", {**SCORE, "weight": 0.05}),
                              ("scores.weight.range", "1 to 10000"), SCORES),
    "a medicine by its name": Bad(with_rows("prescriptions", {**MEDICINE, "bnf_code": "Predni"}),
                                  ("prescriptions.bnf_code.shape", "'PREDNI'"), MEDICINES),
    "a medicine on no day": Bad(with_rows("prescriptions", {**MEDICINE, "dispensed": None}),
                                ("prescriptions.dispensed.filled",), MEDICINES),
    "medicines of nobody whom HES knows":
        Bad(with_rows("prescriptions", {**MEDICINE, "PSEUDO_HESID": "another"}),
            ("prescriptions.PSEUDO_HESID.links",), MEDICINES),
    # optional tables about the country
    "an area twice among areas":
        Bad(set_value("areas", "LSOA11", *[tiny_england.MOST_DEPRIVED] * 2),
            ("areas.LSOA11.unique", "1 of 2 rows"), listed("areas")),
    "boards by their names": Bad(set_value("areas", "icb_code", *["NHS Kent and Medway"] * 2),
                                 ("areas.icb_code.shape", "2 of 2 rows"), listed("areas")),
    "boards of another year": Bad(set_value("areas", "icb_code", *["E54000099"] * 2),
                                  ("areas.icb_code.shape", "'E54000099'"), listed("areas")),
    "rural by a number": Bad(set_value("areas", "rural_urban", *["C1"] * 2),
                             ("areas.rural_urban.code", "'C1'"), listed("areas")),
    "areas of no index": Bad(set_value("areas", "LSOA11", "E01000009", "E01000010"),
                             ("areas.LSOA11.known",), listed("areas")),
    "ages by single years": Bad(set_value("population_areas", "age_band", *["35"] * 8),
                                ("population_areas.age_band.code", "'35'"),
                                listed("population_areas")),
    "fewer than no people": Bad(set_value("population_areas", "people", *[-100.0] * 8),
                                ("population_areas.people.range", "'-100"),
                                listed("population_areas")),
    "ethnic groups in words": Bad(set_value("population_ethnicity", "ETHNOS", *["White"] * 4),
                                  ("population_ethnicity.ETHNOS.code", "'White'"),
                                  listed("population_ethnicity")),
    "a route that the pair does not name":
        Bad(set_value("blueteq_applications", "route", "oral"),
            ("Approved applications for the drug of pair sle-belimumab",
             "oral (1), of", "key drug.routes")),
    "an expected figure for nowhere":
        Bad(with_rows("expected_uptake", FIGURE | {"geography": "Wessex"}),
            ("for a place that is not known", "Wessex"), EXPECTED),
    "an expected figure of an unknown source":
        Bad(with_rows("expected_uptake", FIGURE | {"source": "nice-ta752x"}),
            ("has an unknown source", "nice-ta752x", "nice-ta752"), EXPECTED),
    "a kind of contact without a cost":
        Bad(rows("unit_costs", lambda table: table[1:]),
            ("A kind of hospital contact has no cost", "elective admission"),
            listed("unit_costs")),
    "a tenth in place of a rank":
        Bad(rows("imd2019", lambda table: [
            {"LSOA11": f"E010{n:05d}", "rank": 1 + n % 10} for n in range(1, 60)]),
            ("imd2019.rank.ranks", "looks like tenths in place of ranks",
             "name the right column")),
    "a sixth fifth": Bad(set_value("population_ethnicity", "imd_quintile", *[6] * 4),
                         ("population_ethnicity.imd_quintile.range", "'6'"),
                         listed("population_ethnicity")),
    "a cost twice": Bad(set_value("unit_costs", "activity", *["visit"] * 2),
                        ("unit_costs.activity.unique",), listed("unit_costs")),
    "contacts of another kind": Bad(set_value("unit_costs", "activity", *"abc"),
                                    ("unit_costs.activity.code", "'a'"), listed("unit_costs")),
    "a price twice": Bad(rows("prices", lambda table: table.append(table[0])),
                         ("prices.pair", "unique"), listed("prices")),
    "prices in pence": Bad(set_value("prices", "first_year", 9e8, 9e8),
                           ("prices.first_year.range",), listed("prices")),
    "codes with dots": Bad(set_value("apc", "DIAG_4_01", *["M32.1"] * 18),
                           ("apc.DIAG_4_01.shape", "'M32.1'", "without its dot")),
}  # fmt: skip


def latin(text: bytes) -> bytes:
    return text.replace(b"Centre 7", "Béthune".encode("latin-1"))


GOOD: dict[str, tuple[Change, str]] = {
    "CSV": (as_csv("centres", lambda c: c), CENTRES),
    "byte order mark": (as_csv("centres", lambda c: b"\xef\xbb\xbf" + c), CENTRES),
    "CRLF": (as_csv("centres", lambda c: c.replace(b"\n", b"\r\n")), CENTRES),
    "no line break at the end": (as_csv("centres", bytes.rstrip), CENTRES),
    "names with blanks": (as_csv("imd2019", swap(b'"rank"', b'" rank "')), IMD),
    "names in other capitals": (as_csv("imd2019", swap(b'"rank"', b'"Rank"')), IMD),
    "whole numbers with .0": (as_csv("imd2019", swap(b"32844", b"32844.0")), IMD),
    "gzip": (as_csv("centres", gzip.compress, CSV_GZ), CENTRES),
    "tab": (as_csv("centres", lambda c: c.replace(b",", b"\t")),
            csv_settings("centres", ", delimiter: tab")),
    "Latin-1, as the settings say": (as_csv("centres", latin),
                                     csv_settings("centres", ", encoding: latin-1")),
    "British dates": (
        as_csv("pds_trace", lambda c: c.replace(b"2025-11-07", b"07/11/2025")
               .replace(b"2022-04-30", b"30/04/2022").replace(b"2016-06-21", b"21/06/2016")),
        csv_settings("pds_trace", ", dates: dd/MM/yyyy")),
    "whole numbers of 64 bits": (parquet("imd2019.parquet", retype("rank", pa.int64())), ""),
    "whole numbers of 16 bits": (parquet(APC, retype("EPIORDER", pa.int16())), ""),
    "more columns": (parquet(OP, lambda t: t.append_column("more", t["SEX"])), ""),
    "text by dictionary": (
        parquet("centres.parquet",
                lambda t: t.set_column(1, "name", t["name"].dictionary_encode())), ""),
    "a database": (lambda data: database(data, whole=True, table=True), DUCK),
}  # fmt: skip
