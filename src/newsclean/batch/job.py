"""A batch into an output: shards committed as they fill, resumed where they stop, one file at the end."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b, sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from newsclean.batch import duplicates
from newsclean.batch.duplicates import Repeats
from newsclean.batch.journal import Commit, Counts, Journal, Positions, ranges
from newsclean.batch.run import BatchOptions, finished
from newsclean.batch.work import Done, Work
from newsclean.batch.workers import resident
from newsclean.document import Page
from newsclean.errors import InputError
from newsclean.files import tables, writers
from newsclean.files.durable import write_file
from newsclean.files.sources import Unread
from newsclean.files.writers import Encoding, OutputFormat
from newsclean.record import Failure
from newsclean.version import VERSION

__all__ = ["OutputOptions", "Summary", "keys_of", "stream", "write"]

_MODULUS = 1 << 64
_SAVE_EVERY = 20.0  # seconds: most of the work that a kill can cost, when a shard takes longer than that


class OutputOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is written, and where.

    Args:
        path: a file, or a folder for shards.
        folder: whether *path* is a folder.
        encoding: the form of the rows, and how files are compressed.
        ledger: whether records have removed blocks and evidence.
        repeats: what becomes of repeats of an article.
        against: keys of articles of earlier outputs, which come first.
        shard_pages: pages in a shard.
        shard_bytes: bytes of rows from which a shard is full.
        inputs: what names the job's inputs: a job is resumed only with the same.
        restart: forget what an earlier run of the job has done.
    """

    path: Path
    folder: bool = False
    encoding: Encoding = Encoding()
    ledger: bool = True
    repeats: Repeats = Repeats.KEEP
    against: tuple[duplicates.Key, ...] = ()
    shard_pages: int = 1_000
    shard_bytes: int = 64 << 20
    inputs: tuple[str, ...] = ()
    restart: bool = False

    @property
    def store(self) -> Path:
        """The folder of shards and journal."""
        return self.path if self.folder else self.path.with_name(self.path.name + ".parts")


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    How a job ended.

    Args:
        inputs: pages that the inputs held, as far as they were read.
        counts: how they ended.
        complete: whether all inputs are done.
        resumed: pages that an earlier run had done.
        seconds: time of this run.
        memory: most bytes that this process held.
    """

    inputs: int
    counts: Counts
    complete: bool
    resumed: int = 0
    seconds: float = 0.0
    memory: int = 0

    @property
    def balanced(self) -> bool:
        """Whether each input has one outcome: the law that every batch must keep."""
        return self.inputs == self.counts.pages


class _Inputs:
    """
    The inputs with their places, without those that are done.

    Args:
        pages: all of them, the same in each run.
        done: places to skip.
        names: sum of the hashes of what is to be skipped.
    """

    def __init__(self, pages: Iterable[Page | Failure | Unread], done: Positions, names: int) -> None:
        self._pages, self._done, self._expected, self._end = pages, done, names, done.end
        self._names = 0
        self.hashes: dict[int, int] = {}
        self.seen = 0
        self.exhausted = False

    def __iter__(self) -> Iterator[tuple[int, Page | Failure]]:
        """
        Yield them.

        Raises:
            InputError: what is to be skipped is not what was done.
        """
        for position, page in enumerate(self._pages):
            self.seen = position + 1
            number = _hash(position, page.source)
            if position in self._done:
                self._names = (self._names + number) % _MODULUS
            else:
                self.hashes[position] = number
                yield position, page.load() if isinstance(page, Unread) else page
            if self.seen == self._end:
                self._check()
        if self.seen < self._end:
            self._check()
        self.exhausted = True

    def _check(self) -> None:
        if self._names != self._expected:
            msg = "the inputs are not those that the unfinished job began with; --restart begins anew"
            raise InputError(msg)


def _hash(position: int, source: str) -> int:
    data = f"{position}\0{source}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """A page that is done and waits for its shard."""

    position: int
    name: int
    done: Done


class _Shards:
    """The rows on their way to the disk."""

    def __init__(self, output: OutputOptions, journal: Journal) -> None:
        self._output, self._journal = output, journal
        self._index = duplicates.Index() if output.repeats is not Repeats.KEEP else None
        self._rows: list[_Row] = []
        self._size = 0
        self._saved_at = time.monotonic()
        for key in output.against:
            self._know(key)
        for commit in journal.commits:
            if commit.keys:
                data = (journal.folder / commit.keys).read_bytes()
                for key in msgspec.msgpack.decode(data, type=list[duplicates.Key]):
                    self._know(key)
        if journal.held:
            for row in msgspec.msgpack.decode(journal.held, type=list[_Row]):
                self._append(row)
                if row.done.key:
                    self._know(row.done.key)

    @property
    def counts(self) -> Counts:
        """How all pages ended so far."""
        return self._journal.counts + _counted(self._rows)

    def skipped(self) -> tuple[Positions, int]:
        """Return the places of all pages that are done, and the sum of their hashes."""
        done = Positions(range_ for commit in self._journal.commits for range_ in commit.inputs)
        for row in self._rows:
            done.add_range(row.position, row.position + 1)
        return done, (self._journal.names + sum(row.name for row in self._rows)) % _MODULUS

    def add(self, position: int, name: int, done: Done) -> Done:
        """Take in how one page ended, and return it with the verdict on whether it is a repeat."""
        done = self._judged(done)
        self._append(_Row(position, name, done))
        if len(self._rows) >= self._output.shard_pages or self._size >= self._output.shard_bytes:
            self.commit()
        elif time.monotonic() - self._saved_at > _SAVE_EVERY:
            self.hold()
        return done

    def commit(self) -> None:
        """Make the rows a shard."""
        rows = sorted(self._rows, key=lambda row: row.position)
        number = len(self._journal.commits)
        keys = [row.done.key for row in rows if row.done.key]
        commit = Commit(
            shard=number,
            files=(),
            inputs=tuple(ranges(row.position for row in rows)),
            names=(self._journal.names + sum(row.name for row in rows)) % _MODULUS,
            counts=_counted(rows),
            failed=tuple(msgspec.Raw(row.done.row) for row in rows if row.done.kind == "failure"),
        )
        self._journal.commit(self._files(number, rows), commit, msgspec.msgpack.encode(keys) if keys else b"")
        self._rows, self._size = [], 0
        self._saved_at = time.monotonic()

    def hold(self) -> None:
        """Keep the rows for the next run."""
        if self._rows:
            self._journal.hold(msgspec.msgpack.encode(self._rows))
        self._saved_at = time.monotonic()

    def finish(self, inputs: int) -> None:
        """Commit what is left, and make the one file of it when that was asked for."""
        output, journal = self._output, self._journal
        if not output.folder and not journal.commits:
            # Everything fits into one shard: the journal would only be written to be removed.
            data = output.encoding.shard(row.done.row for row in self._sorted() if _is_written(row.done))
            write_file(output.path, data)
        else:
            if self._rows:
                self.commit()
            journal.end(inputs)
            if not output.folder:
                output.encoding.join(journal.files, output.path)
        if not output.folder:
            journal.remove()

    def failures(self) -> Iterator[bytes]:
        """Yield the failures as JSON, in the order of their shards."""
        for commit in self._journal.commits:
            yield from (bytes(failure) for failure in commit.failed)
        yield from (row.done.row for row in self._sorted() if row.done.kind == "failure")

    def _sorted(self) -> list[_Row]:
        return sorted(self._rows, key=lambda row: row.position)

    def _append(self, row: _Row) -> None:
        self._rows.append(row)
        self._size += len(row.done.row)

    def _know(self, key: duplicates.Key) -> None:
        if self._index:
            self._index.first(key)

    def _judged(self, done: Done) -> Done:
        original = self._index.first(done.key) if self._index and done.key else None
        if original is None or done.key is None:
            return done
        if self._output.repeats is Repeats.DROP:
            return msgspec.structs.replace(done, kind="duplicate", row=b"", key=None)
        form = self._output.encoding.form
        row = writers.mark(done.row, form, original=original, syndicated=done.key.agency)
        return msgspec.structs.replace(done, kind="duplicate", row=row)

    def _files(self, number: int, rows: list[_Row]) -> dict[str, bytes]:
        """Return the files of a shard by name."""
        written = [row for row in rows if _is_written(row.done)]
        encoding = self._output.encoding
        if self._output.folder and encoding.form in (OutputFormat.MD, OutputFormat.TXT):
            return {
                f"{row.position // 1000:06d}/{row.position:09d}-{row.name:016x}{encoding.suffix}": encoding.pack(
                    row.done.row
                )
                for row in written
            }
        return {f"{number:08d}{encoding.suffix}": encoding.shard(row.done.row for row in written)}


def _is_written(done: Done) -> bool:
    return done.kind != "failure" and bool(done.row)


def _counted(rows: Iterable[_Row]) -> Counts:
    """Return how the pages of *rows* ended."""
    all_done = [row.done for row in rows]
    kinds = Counter(done.kind for done in all_done)
    return Counts(
        articles=kinds["article"],
        others=kinds["other"],
        failures=kinds["failure"],
        duplicates=kinds["duplicate"],
        dropped=sum(done.kind == "duplicate" and not done.row for done in all_done),
        reasons=dict(Counter(done.reason for done in all_done if done.kind == "failure")),
        kinds=dict(Counter(done.page_kind for done in all_done if done.kind == "other")),
        before=sum(done.before for done in all_done),
        after=sum(done.after for done in all_done),
        several=sum(bool(done.note) for done in all_done),
    )


def write(
    pages: Iterable[Page | Failure | Unread],
    output: OutputOptions,
    *,
    options: BatchOptions = BatchOptions(),
    stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Done], None] = lambda _: None,
    resumed: Callable[[int], None] = lambda _: None,
    failures: Path | None = None,
) -> Summary:
    """
    Clean *pages* into *output*, going on where an earlier run of the same job stopped.

    Args:
        pages: the inputs, in the same order in each run.
        output: what is written, and where.
        options: how it is cleaned.
        stop: asked often; once it says yes, the job saves what is done and ends.
        watch: told of each page that ended.
        resumed: told, before any page, how many an earlier run has done.
        failures: file for the failures, as JSON Lines.

    Raises:
        OSError: the output, or the quarantine, cannot be written; what is committed stays.
        InputError: the output holds another job, the inputs have changed, or what finds duplicates is not installed.
        RecordError: the journal is damaged.
    """
    began = time.monotonic()
    writers.check_target(output.path, folder=output.folder)
    if output.repeats is not Repeats.KEEP:
        duplicates.require()
    if output.restart:
        Journal.forget(output.store)
    form = output.encoding.form.value
    journal = Journal(output.store, job=_identity(output, options), form=form, joined=not output.folder)
    try:
        shards = _Shards(output, journal)
        done, names = shards.skipped()
        inputs = _Inputs(pages, done, names)
        resumed(len(done))
        for position, outcome in finished(inputs, _work(output, options), options=_fit(output, options), stop=stop):
            watch(shards.add(position, inputs.hashes.pop(position), outcome))
        counts = shards.counts
        complete = inputs.exhausted and not inputs.hashes
        if failures:
            write_file(failures, b"".join(f + b"\n" for f in shards.failures()))
        if complete:
            shards.finish(inputs.seen)
        else:
            shards.hold()
    finally:
        journal.close()
    return Summary(
        inputs=inputs.seen - len(inputs.hashes),
        counts=counts,
        complete=complete,
        resumed=len(done),
        seconds=round(time.monotonic() - began, 3),
        memory=resident(),
    )


def keys_of(outputs: Iterable[str]) -> Iterator[duplicates.Key]:
    """
    Yield what the articles of earlier *outputs* are recognised by.

    Raises:
        OSError: one cannot be read.
        InputError: a library that is needed is missing.
    """
    for path in outputs:
        for row in tables.rows(path):
            if not isinstance(row, ValueError):
                yield duplicates.stored_key(row, path)


def stream(
    pages: Iterable[Page | Failure | Unread],
    sink: BinaryIO,
    encoding: Encoding,
    *,
    ledger: bool = True,
    options: BatchOptions = BatchOptions(),
    stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Done], None] = lambda _: None,
) -> Summary:
    """
    Clean *pages* and write each record to *sink* as it comes; nothing is kept for a later run.

    Raises:
        OSError: *sink* cannot be written.
        InputError: rows of this form are no stream.
    """
    if encoding.form is OutputFormat.PARQUET:
        msg = "Parquet is no stream: name a file for the output"
        raise InputError(msg)
    began = time.monotonic()
    inputs = _Inputs(pages, Positions(), 0)
    counts = Counts()
    sink.write(encoding.header)
    work = Work(
        clean=options.clean, form=encoding.form, ledger=ledger, refused=options.refused, cleaner=options.cleaner
    )
    for position, done in finished(inputs, work, options=options, stop=stop):
        counts += _counted([_Row(position, inputs.hashes.pop(position), done)])
        watch(done)
        if _is_written(done):
            sink.write(encoding.pack(done.row))
    sink.flush()
    return Summary(
        inputs=inputs.seen - len(inputs.hashes),
        counts=counts,
        complete=inputs.exhausted and not inputs.hashes,
        seconds=round(time.monotonic() - began, 3),
        memory=resident(),
    )


def _work(output: OutputOptions, options: BatchOptions) -> Work:
    return Work(
        clean=options.clean,
        form=output.encoding.form,
        ledger=output.ledger,
        duplicates=output.repeats is not Repeats.KEEP,
        refused=options.refused,
        cleaner=options.cleaner,
    )


def _fit(output: OutputOptions, options: BatchOptions) -> BatchOptions:
    """Return *options* in order when duplicates are looked for: the first seen wins, and that must not be chance."""
    return options if output.repeats is Repeats.KEEP else msgspec.structs.replace(options, ordered=True)


def _identity(output: OutputOptions, options: BatchOptions) -> str:
    """Return what a resumed job must share with the one it resumes: all that changes what is written."""
    told = (VERSION, output.inputs, output.encoding, output.ledger, output.repeats, output.folder, options.clean)
    shape = (
        output.shard_pages,
        output.shard_bytes,
        options.cleaner,
        options.refused,
        [key.source for key in output.against],
    )
    return sha256(msgspec.json.encode((told, shape))).hexdigest()
