"""Marts as files: written aside, read with their types, and refused when they are not whole."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rareaccess.core.arrow import from_arrow
from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import relative
from rareaccess.marts.fields import MARTS

__all__ = ["check_treated", "check_whole", "read_mart", "write_mart"]


def write_mart(frame: pd.DataFrame, name: str, folder: Path) -> bool:
    """Write a mart aside and rename it; return whether its bytes changed.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"code": ["M321"], "table": "apc", "people": 2, "records": 5})
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_mart(frame, "codes", folder), write_mart(frame, "codes", folder)
    (True, False)
    """
    schema = MARTS[name].schema
    plain = frame.loc[:, schema.names].reset_index(drop=True)
    table = pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata()
    arrays = []
    for field, column in zip(schema, table.columns, strict=True):
        if pa.types.is_dictionary(field.type):
            column = column.cast(pa.string()).combine_chunks().dictionary_encode()
        arrays.append(column.cast(field.type))
    table = pa.Table.from_arrays(arrays, schema=schema)
    return write_atomic(
        folder / f"{name}.parquet", lambda path: pq.write_table(table, path, compression="zstd")
    )


def read_mart(name: str, folder: Path) -> pd.DataFrame:
    """Read a mart: dates as datetime64, numbers nullable.

    Raises
    ------
    UserError
        The mart is not there or cannot be read.
    """
    path = folder / f"{name}.parquet"
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise UserError(
            "A mart is missing or cannot be read.",
            where=relative(path),
            found="no such file" if not path.is_file() else "a file that is cut short",
            expected=f"each row {MARTS[name].row}",
            mend="Run `rareaccess prepare --force`.",
        ) from None
    frame = from_arrow(table)
    exact = {column.name: "int64" for column in MARTS[name].columns if column.type == "id"}
    flags = {column.name: "bool" for column in MARTS[name].columns if column.type == "yes/no"}
    return frame.astype(exact | flags)


def check_whole(folder: Path) -> None:
    """Stop when marts of a pair may be of two runs: the stamp is written last.

    Raises
    ------
    UserError
        `prepare` was stopped between the first mart and the stamp.
    """
    if (folder / "prepared.json").is_file():
        return
    raise UserError(
        "The marts of a pair are incomplete: `prepare` was interrupted.",
        where=relative(folder),
        found="marts without prepared.json, which is written last",
        expected="the marts of one run",
        mend="Run `rareaccess prepare`.",
    )


def check_treated(folder: Path) -> None:
    """Stop when the marts of a pair hold nobody treated: there is nothing to report on.

    Raises
    ------
    UserError
        Nobody is left at the end of the flow.
    """
    if read_mart("people", folder)["treated"].any():
        return
    raise UserError(
        "No treated person is left at the end of the flow, so there is nothing to report.",
        where=f"{relative(folder)}, the mart people",
        found="0 people treated",
        expected="approved applications for the drug that are linked to HES",
        mend="Compare drug.names, drug.form_codes and windows of the pair with the applications, "
        "and the linkage with HES.",
    )
