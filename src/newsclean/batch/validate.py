"""Whether an output is whole: every row a record, every file complete, every shard what the journal says it is."""

from collections.abc import Iterator
from functools import cache
from hashlib import file_digest
from pathlib import Path

import msgspec

from newsclean.batch.journal import Commit, End, read_journal
from newsclean.errors import InputError, RecordError
from newsclean.files import tables, writers
from newsclean.files.packed import bare_name, open_packed
from newsclean.record import Article

__all__ = ["Report", "validate"]

_ADDED = frozenset({"extra", "duplicateOf", "syndicated"})
_MOST = 100  # problems reported


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was found.

    Args:
        records: rows that are records.
        problems: what is wrong, each with its place; at most a hundred.
        complete: whether the job that wrote it had come to its end; None when nothing tells.
    """

    records: int
    problems: tuple[str, ...]
    complete: bool | None = None


def validate(path: Path) -> Report:
    """
    Return what there is to say of the output at *path*: a file, or a folder of shards.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_dir():
        return _folder(path)
    records, problems = _file(path)
    return Report(records=records, problems=tuple(problems))


def _folder(path: Path) -> Report:
    try:
        lines, _ = read_journal(path)
    except FileNotFoundError:
        return Report(records=0, problems=(f"{path}: no journal: not an output of newsclean",))
    except RecordError as error:
        return Report(records=0, problems=(str(error),))
    records = 0
    problems: list[str] = []
    for commit in (line for line in lines if isinstance(line, Commit)):
        for name, size, digest in commit.files:
            problem = _changed(path / name, size, digest)
            if problem:
                problems.append(problem)
                continue
            found, wrong = _file(path / name)
            records += found
            problems += wrong
        problems += _uneven(path, commit)
    ended = bool(lines) and isinstance(lines[-1], End)
    expected = sum(line.counts.rows for line in lines if isinstance(line, Commit))
    if records != expected and not problems:
        problems.append(f"{path}: {records} records, the journal says {expected}")
    return Report(records=records, problems=tuple(problems[:_MOST]), complete=ended)


def _uneven(path: Path, commit: Commit) -> Iterator[str]:
    """Yield a problem when the pages of *commit* and their outcomes do not add up."""
    pages = sum(stop - start for start, stop in commit.inputs)
    if pages != commit.counts.pages:
        yield f"{path}: shard {commit.shard}: {pages} pages, {commit.counts.pages} outcomes"


def _changed(path: Path, size: int, digest: str) -> str:
    """Return how the shard at *path* differs from what was committed; empty when it does not."""
    try:
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{path}: {error.strerror}"
    if path.stat().st_size != size:
        return f"{path}: {path.stat().st_size} bytes, {size} were committed"
    return "" if found == digest else f"{path}: not the bytes that were committed"


def _file(path: Path) -> tuple[int, list[str]]:
    """Return how many records the file holds, and what is wrong with it."""
    name = bare_name(path.name)
    if name.endswith((".md", ".txt")):
        return _text(path)
    records = 0
    problems: list[str] = []
    try:
        if not name.endswith((".csv", ".parquet")):
            problems += _unended(path)
        for number, row in enumerate(tables.rows(str(path)), 1):
            problem = str(row) if isinstance(row, ValueError) else _record_problem(dict(row), name)
            if problem:
                problems.append(f"{path}, row {number}: {problem}")
            else:
                records += 1
            if len(problems) >= _MOST:
                break
    except (OSError, EOFError, ValueError) as error:
        problems.append(f"{path}: after {records} records: {error}")
    return records, problems


def _text(path: Path) -> tuple[int, list[str]]:
    try:
        with open_packed(path) as file:
            whole = file.read().decode().endswith("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        return 0, [f"{path}: {error}"]
    return (1, []) if whole else (0, [f"{path}: no line end at its end"])


def _unended(path: Path) -> Iterator[str]:
    """Yield a problem when the last line of *path* has no end."""
    last = b"\n"
    with open_packed(path) as file:
        while chunk := file.read(1 << 20):
            last = chunk
    if not last.endswith(b"\n"):
        yield f"{path}: the last line has no end"


def _record_problem(row: dict[str, object], name: str) -> str:
    """Return why *row* is no record; empty when it is one."""
    if name.endswith(".csv"):
        missing = set(writers.CSV_COLUMNS) - row.keys()
        return f"no column {min(missing)!r}" if missing else ""
    plain = {key: value for key, value in row.items() if key not in _ADDED and value is not None}
    if name.endswith(".parquet"):
        return "" if "pageKind" in plain else "no pageKind"
    unknown = plain.keys() - _known_keys()
    if unknown:
        return f"unknown field {min(unknown)!r}"
    try:
        Article.from_json(msgspec.json.encode(plain))
    except (RecordError, InputError) as error:
        return str(error)
    return ""


@cache
def _known_keys() -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(Article))
