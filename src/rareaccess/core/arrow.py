"""Small tables between the engine and pandas: the same types from either engine."""

import pandas as pd
import pyarrow as pa

__all__ = ["ARROW", "from_arrow", "to_arrow"]

ARROW = {
    "id": pa.int64(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "yes/no": pa.bool_(),
    "label": pa.dictionary(pa.int32(), pa.string()),
}
"""The Arrow type of each type of a field, by its name in the contracts and the marts."""

NUMBERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64())
TO_PANDAS = {
    **dict.fromkeys(NUMBERS, pd.Int64Dtype()),
    **dict.fromkeys((pa.float32(), pa.float64()), pd.Float64Dtype()),
    pa.bool_(): pd.BooleanDtype(),
}


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as pandas: nullable numbers, dates as datetime64, text as str.

    Examples
    --------
    >>> from_arrow(pa.table({"n": pa.array([1, None])}))["n"].tolist()
    [1, <NA>]
    """
    frame: pd.DataFrame = table.to_pandas(types_mapper=TO_PANDAS.get, date_as_object=False)
    dates = [name for name in frame if pd.api.types.is_datetime64_dtype(frame[name])]
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a pandas frame as Arrow without its index; whole days become date32.

    Examples
    --------
    >>> to_arrow(pd.DataFrame({"day": pd.to_datetime(["2020-01-31"])})).schema.field("day").type
    DataType(date32[day])
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) or pa.types.is_large_string(field.type):
            kind = pa.date32() if pa.types.is_timestamp(field.type) else pa.string()
            table = table.set_column(place, field.name, table[place].cast(kind))
    return table
