"""Rows of records to Parquet, with a schema made from the record's own types. The only file that imports pyarrow."""

import importlib
import io
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from newsclean.errors import InputError
from newsclean.record import Article

__all__ = ["encode", "join", "read_rows", "require", "schema"]


def require(module: str = "pyarrow") -> Any:  # noqa: ANN401  a module: pyarrow's types are not ours
    """
    Return pyarrow, or a module of it.

    Raises:
        InputError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        msg = "Parquet needs the extra 'parquet': pip install 'newsclean[parquet]'"
        raise InputError(msg) from error


def schema() -> Any:  # noqa: ANN401  a pyarrow schema
    """
    Return the Arrow schema of a record: its fields by their JSON names, and three that a batch adds.

    Times are text, as in JSON: a column of instants would give each day a midnight and each local time an offset.
    """
    arrow = require()
    added = [arrow.field(name, kind) for name, kind in (("duplicateOf", arrow.string()), ("extra", arrow.string()))]
    return arrow.schema([*_fields(arrow, Article), *added, arrow.field("syndicated", arrow.bool_())])


def encode(rows: Iterable[bytes]) -> bytes:
    """Return a Parquet file of *rows*, each a record as JSON, as one row group."""
    arrow, parquet = require(), require("pyarrow.parquet")
    records = [msgspec.json.decode(row) for row in rows]
    for record in records:
        if "extra" in record:
            record["extra"] = msgspec.json.encode(record["extra"]).decode()
    table = arrow.Table.from_pylist(records, schema=schema())
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd", row_group_size=max(1, len(records)))
    return sink.getvalue()


def join(shards: Sequence[Path], target: Path) -> None:
    """
    Write the row groups of *shards* to *target*, one at a time.

    Raises:
        OSError: *target* cannot be written.
    """
    parquet = require("pyarrow.parquet")
    with parquet.ParquetWriter(target, schema(), compression="zstd") as writer:
        for shard in shards:
            with parquet.ParquetFile(shard) as file:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group))


def read_rows(path: str) -> Iterator[Mapping[str, Any]]:
    """
    Yield the rows of any Parquet file, a few hundred held at a time.

    Raises:
        OSError: it cannot be read, or the library is missing.
        ValueError: it is no Parquet.
    """
    try:
        parquet = require("pyarrow.parquet")
    except InputError as error:
        raise OSError(str(error)) from error
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=256):
            yield from batch.to_pylist()


def _fields(arrow: Any, struct: type[msgspec.Struct]) -> list[Any]:  # noqa: ANN401  pyarrow and its fields
    return [arrow.field(field.encode_name, _type(arrow, field.type)) for field in msgspec.structs.fields(struct)]


def _type(arrow: Any, hint: Any) -> Any:  # noqa: ANN401  types of two libraries
    """Return the Arrow type of values of *hint*."""
    if isinstance(hint, types.UnionType):
        return _type(arrow, next(member for member in hint.__args__ if member is not type(None)))
    if typing.get_origin(hint) is tuple:
        return arrow.list_(_type(arrow, hint.__args__[0]))
    if issubclass(hint, msgspec.Struct):
        return arrow.struct(_fields(arrow, hint))
    if issubclass(hint, (str, StrEnum, datetime)):
        return arrow.string()
    plain = {bool: arrow.bool_(), int: arrow.int64(), float: arrow.float64()}
    return plain[hint]
