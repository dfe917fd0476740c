"""The tables as they are delivered: real names and formats, Arrow columns, Parquet files."""
