"""A source: its tables as its settings describe them, read under our names and types."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from rareaccess.contracts import CONTRACTS, REQUIRED
from rareaccess.core.arrow import ARROW, from_arrow
from rareaccess.core.errors import UserError
from rareaccess.core.paths import relative
from rareaccess.params import SourceParams, load_source
from rareaccess.sources.columns import (
    FOLDER,
    SEVERAL,
    Found,
    match_columns,
    merge_columns,
    name_arrow_type,
    name_type,
)
from rareaccess.sources.engine import Engine
from rareaccess.sources.layout import Layout, find_layout
from rareaccess.sources.mapping import AS_EXPECTED
from rareaccess.sources.reading import CASTS, is_unread, pick_column, unique_names
from rareaccess.sources.residence import add_area, columns_of
from rareaccess.sources.snomed import CONCEPT, add_code
from rareaccess.sources.table_files import (
    find_broken,
    list_files,
    name_parts,
    read_header,
    read_parquet_schema,
)
from rareaccess.sources.written import say_how

__all__ = ["Source", "open_source"]


@dataclass(frozen=True)
class Source:
    """The tables of one source, as in params/sources/<name>.yml.

    Parameters
    ----------
    name
        Name of the settings file.
    params
        Its content.
    """

    name: str
    params: SourceParams

    @property
    def settings(self) -> str:
        """The settings file, as messages name it."""
        return f"params/sources/{self.name}.yml"

    @property
    def engine(self) -> str:
        """The engine that can read the tables when none is asked for."""
        kinds = {find_layout(self.params, table).kind for table in self.tables}
        return "spark" if "spark" in kinds else "duckdb"

    @property
    def is_files(self) -> bool:
        """Whether every table is files of its own, so that no engine need list its columns."""
        return all(self.layout(table).is_files for table in self.tables)

    @property
    def tables(self) -> list[str]:
        """The tables that the source has, by our names."""
        optional = [t for t in self.params.tables if t not in REQUIRED]
        return [t for t in CONTRACTS if (t in REQUIRED or t in optional) and self.has(t)]

    def has(self, table: str) -> bool:
        """Return whether the source has a table; an optional one must be named in its settings."""
        if table in REQUIRED:
            return table not in self.params.without
        return table in self.params.tables

    def layout(self, table: str) -> Layout:
        """Return how a table is stored."""
        return find_layout(self.params, table)

    def where(self, table: str) -> str:
        """Return where a table is, as messages name it."""
        layout = self.layout(table)
        return relative(layout.place) if layout.is_files else _place(layout, layout.name)

    def files(self, table: str) -> list[Path]:
        """Return the files of a table that is files, sorted.

        Raises
        ------
        UserError
            The table is not there; the error names it and where it was looked for.
        """
        return list_files(self.layout(table), settings=self.settings)

    def needs(self, table: str) -> list[str]:
        """Return our names of the columns that a table must have."""
        names = self._drop_diagnoses(table)
        if table.endswith("_diagnoses") and self.params.diagnoses == CONCEPT:
            names[names.index("code")] = CONCEPT
        if table in ("apc", "op"):
            names[names.index("LSOA11")] = columns_of(self.params.residence)
        return names

    def schema(self, table: str, engine: Engine | None = None) -> dict[str, Found]:
        """Return each column of a table that the contract knows and the source has.

        Parameters
        ----------
        engine
            Needed for a table in a database or a catalogue.

        Raises
        ------
        UserError
            A file is empty, cut short or of another kind; a column is missing, double, of another
            type, or of another name in another file. The error names the table and the column.
        """
        layout = self.layout(table)
        if layout.is_files:
            return self._merge(
                table, {relative(f): _list_columns(layout, f) for f in self.files(table)}
            )
        assert engine is not None, "a table in a database is read by an engine"
        names = engine.list_tables(layout.name, database=layout.database)
        listed = {n: engine.describe_table(n, database=layout.database) for n in names}
        natives = {
            _place(layout, name): [
                (native, kind, name_type(kind)) for native, kind in types.items()
            ]
            for name, types in listed.items()
        }
        if natives and all(natives.values()):
            return self._merge(table, natives)
        raise UserError(
            f"Table {table} is missing.",
            where=f"{self.where(table)} (root and tables.{table}.path in {self.settings})",
            found="no table with this name",
            expected=f"a table: each row {CONTRACTS[table].row}",
            mend=f"Give its path in the settings file, or list {table} under `without`.",
        )

    def read(
        self, engine: Engine, table: str, columns: tuple[str, ...] = (), *, unread: bool = False
    ) -> Any:
        """Return the engine's frame of a table, with our names and the contract's types.

        Parameters
        ----------
        columns
            Our names; without them all on which results rest. Those that the source may lack, and
            lacks, are missing in every row.
        unread
            Whether there is a flag, too, for each column of `list_unsure`: `unread_` and its name,
            true where something is written that is not read.
        """
        wanted = list(columns or self._wanted(table))
        if not self.has(table):
            return engine.stage(_empty(table, wanted))
        if "code" in wanted and self.params.diagnoses == CONCEPT:
            concepts = (*(name for name in wanted if name not in ("code", CONCEPT)), CONCEPT)
            frame = self.read(engine, table, concepts, unread=unread)
            frame = add_code(engine, frame, lambda: self.read(engine, "snomed_map"))
            told = [name for name in frame.columns if name.startswith("unread_")]
            return frame.select(*wanted, *told)
        schema, residence = self.schema(table, engine), self.params.residence
        flags = [f"unread_{name}" for name in self.list_unsure(table, engine)] if unread else []
        derived = table in ("apc", "op") and "LSOA11" in wanted and residence != "LSOA11"
        chosen = [name for name in wanted if not (derived and name == "LSOA11")]
        if derived:
            chosen = [*dict.fromkeys([*chosen, columns_of(residence)])]
        frame = self._scan(engine, table, chosen, schema, unread=unread)
        if derived:
            frame = add_area(
                engine, frame, residence, lambda: self.read(engine, "postcodes"), abode=True
            )
            return frame.select(*wanted, *flags)
        return frame

    def read_small(self, engine: Engine, table: str) -> pd.DataFrame:
        """Return every known column of a small table as pandas, under our names."""
        names = tuple(self.schema(table, engine)) if self.has(table) else CONTRACTS[table].names
        return engine.collect(self.read(engine, table, names))

    def list_unsure(self, table: str, engine: Engine | None = None) -> list[str]:
        """Return our names of the columns of another type, some of whose values may not be read.

        They are texts to be read as dates and numbers, and dates with a time.
        """
        contract = CONTRACTS[table]
        return [
            name
            for name, found in self.schema(table, engine).items()
            if found.type == "timestamp" or (found.type == "text" and contract[name].type != "text")
        ]

    def read_written(self, engine: Engine, table: str, column: str) -> Any:
        """Return a frame of one column as it is written, before it is read in our type."""
        schema = self.schema(table, engine)
        native = engine.F.col(f"`{schema[column].native}`")
        return self.open_table(engine, table, schema).select(native.alias(column))

    def count_lacking(self, engine: Engine, table: str) -> tuple[int, str]:
        """Return the rows of the files that lack a column which others have, and the first such.

        In these rows the column is missing; 0 where every file has every column.
        """
        schema = self.schema(table, engine)
        absent = [name for name in self.needs(table) if not schema[name].everywhere]
        if not absent:
            return 0, ""
        wanted = {schema[name].native.casefold() for name in absent}
        frames = self._list_frames(engine, table, schema)
        lacking = [f for f in frames if wanted - {name.casefold() for name in f.columns}]
        return sum(engine.count_rows(frame) for frame in lacking), absent[0]

    def find_broken_file(self) -> None:
        """Read every table to its end, to name the file that cannot be read.

        Raises
        ------
        UserError
            A file is whole where its columns are listed, and broken further on.
        """
        for table in self.tables:
            layout = self.layout(table)
            if layout.is_files:
                find_broken(layout, self.files(table))

    def _wanted(self, table: str) -> tuple[str, ...]:
        """Return the columns that a reader gets who names none."""
        if table not in ("apc", "op"):
            return CONTRACTS[table].used
        return (*self._drop_diagnoses(table), "DISABILITY")

    def _drop_diagnoses(self, table: str) -> list[str]:
        """Return the used columns of a table, without those that a long table stands in for."""
        long = self.has(f"{table}_diagnoses") if f"{table}_diagnoses" in CONTRACTS else False
        return [n for n in CONTRACTS[table].used if not (long and n.startswith("DIAG_4_"))]

    def _merge(self, table: str, listed: dict[str, list[tuple[str, str, str]]]) -> dict[str, Found]:
        """Return the columns of the files of a table, by place; each must be in one of them."""
        found: dict[str, Found] = {}
        for n, (where, natives) in enumerate(listed.items()):
            here = self._match(table, natives, where, several=len(listed) > 1)
            found = merge_columns(CONTRACTS[table], found, here, where=where) if n else here
        if not found.keys() >= set(self.needs(table)):  # no file has it: of which the first tells
            where, natives = next(iter(listed.items()))
            self._match(table, natives, where, several=False)
        return found

    def _match(
        self, table: str, natives: list[tuple[str, str, str]], where: str, *, several: bool
    ) -> dict[str, Found]:
        return match_columns(
            self.layout(table),
            CONTRACTS[table],
            self.needs(table),
            natives,
            where=where,
            settings=self.settings,
            several=several,
        )

    def _scan(
        self,
        engine: Engine,
        table: str,
        names: list[str],
        schema: dict[str, Found],
        *,
        unread: bool = False,
    ) -> Any:
        layout, contract, F = self.layout(table), CONTRACTS[table], engine.F
        unsure = self.list_unsure(table, engine) if unread else []
        how = say_how(self, engine, table, list(dict.fromkeys([*names, *unsure])), schema)
        picked = {
            name: pick_column(
                engine, layout, contract[name], schema[name], how.get(name, AS_EXPECTED)
            )
            if name in schema
            else F.lit(None).cast("string")
            for name in names
        }
        for name in unsure:
            written = how.get(name, AS_EXPECTED)
            flag = is_unread(engine, layout, contract[name], schema[name], written)
            picked[f"unread_{name}"] = flag
        columns = [column.alias(name) for name, column in picked.items()]
        return self.open_table(engine, table, schema).select(*columns)

    def open_table(self, engine: Engine, table: str, schema: dict[str, Found]) -> Any:
        """Return the engine's frame of a table under the source's names."""
        return _stack(engine, self._list_frames(engine, table, schema), schema)

    def _list_frames(self, engine: Engine, table: str, schema: dict[str, Found]) -> list[Any]:
        """Return the engine's frames of a table: each of files that are read together.

        Files in the project that hold nobody's records are read on this machine, for any engine.
        """
        layout = self.layout(table)
        if not (layout.is_files and layout.is_inside) or CONTRACTS[table].is_of_people:
            return self._open_frames(engine, table, schema)
        key = ("read here", self.name, table)
        if key not in engine.known:
            engine.known[key] = engine.read_here(lambda e: self._open_frames(e, table, schema))
        return list(engine.known[key])

    def _open_frames(self, engine: Engine, table: str, schema: dict[str, Found]) -> list[Any]:
        layout = self.layout(table)
        if layout.kind == "parquet":
            types = {column.native_type for column in schema.values()}
            parted = layout.place if FOLDER in types else None
            sets = self._part_files(layout, schema)
            return [engine.read(s, differ=SEVERAL in types, parted=parted) for s in sets]
        if layout.kind != "csv":
            names = engine.list_tables(layout.name, database=layout.database)
            return [engine.read_table(name, database=layout.database) for name in names]
        groups: dict[tuple[str, ...], list[Path]] = {}
        for file in self.files(table):
            groups.setdefault(tuple(read_header(layout, file)), []).append(file)
        options = {"delimiter": layout.delimiter, "encoding": layout.encoding}
        return [
            engine.read_text(files, unique_names(list(names)), **options)
            for names, files in groups.items()
        ]

    def _part_files(self, layout: Layout, schema: dict[str, Found]) -> list[list[Path]]:
        """Return the Parquet files of a table by those of its columns that some of them lack."""
        files = self.files(layout.table)
        absent = {f.native.casefold() for f in schema.values() if not f.everywhere}
        if not absent:
            return [files]
        groups: dict[frozenset[str], list[Path]] = {}
        for file in files:
            names = {name.casefold() for name in read_parquet_schema(layout, file).names}
            groups.setdefault(frozenset(absent & names), []).append(file)
        return list(groups.values())


def _stack(engine: Engine, frames: list[Any], schema: dict[str, Found]) -> Any:
    """Return the rows of frames one under the other, with the columns of a schema.

    Without a schema it is the columns that all of them have. A column whose type differs is cast to
    the wider one first: Spark would cast text to numbers. One that a frame lacks is missing there.
    """
    if len(frames) == 1:
        return frames[0]
    wanted = {found.native.casefold(): found for found in schema.values()}
    shared = set.intersection(*({name.casefold() for name in f.columns} for f in frames))
    known = [n for n in frames[0].columns if n.casefold() in (shared & {*wanted} or shared)]
    partly = [found for found in schema.values() if not found.everywhere]
    lacked = {found.native.casefold() for found in partly}
    known = [name for name in known if name.casefold() not in lacked]

    def pick(name: str) -> Any:
        found, column = wanted.get(name.casefold()), engine.F.col(f"`{name}`")
        several = found is not None and found.native_type == SEVERAL
        return column.cast(CASTS[found.type]).alias(name) if several else column

    def fill(frame: Any) -> list[Any]:
        there, F = {name.casefold() for name in frame.columns}, engine.F
        nothing = F.lit(None)
        return [
            (F.col(f"`{name}`") if name.casefold() in there else nothing).cast("string").alias(name)
            for name in (found.native for found in partly)
        ]

    return engine.stack(
        [frame.select(*[pick(name) for name in known], *fill(frame)) for frame in frames]
    )


def _place(layout: Layout, name: str) -> str:
    """Return where a table of a database or a catalogue is, as messages name it."""
    place = relative(layout.database) if layout.database else "the Spark catalogue"
    return f"{place}, table {name}"


def open_source(name: str) -> Source:
    """Open the source of a settings file.

    Raises
    ------
    UserError
        The settings file is missing or wrong.

    Examples
    --------
    >>> open_source("sample").name
    'sample'
    """
    return Source(name, load_source(name))


def _list_columns(layout: Layout, file: Path) -> list[tuple[str, str, str]]:
    """Return name, type and our word for the type of each column of a file."""
    if layout.kind == "csv":
        return [(name, "text", "text") for name in read_header(layout, file)]
    schema = read_parquet_schema(layout, file)
    fields = [(field.name, str(field.type), name_arrow_type(field.type)) for field in schema]
    own = {name.casefold() for name in schema.names}
    parts = [name for name in name_parts(layout, file) if name.casefold() not in own]
    return fields + [(name, FOLDER, "text") for name in parts]


def _empty(table: str, names: list[str]) -> pd.DataFrame:
    """Return no rows, with the columns and types of the contract."""
    fields = [(name, ARROW[CONTRACTS[table][name].type]) for name in names]
    return from_arrow(pa.schema(fields).empty_table())
