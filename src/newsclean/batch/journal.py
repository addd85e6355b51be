"""
What of a job is done, kept so that it survives a kill at any moment; `docs/batch.md` says why it does.

A *shard* is committed in five steps: its files are written under temporary names, synced, renamed, their folders
synced, and one line is appended to the journal and synced. The line is the commit: files without a line are not there,
and a line that is torn was never written.
"""

import fcntl
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from newsclean.errors import InputError, RecordError
from newsclean.files import durable

__all__ = ["JOURNAL", "Commit", "Counts", "End", "Journal", "Positions", "Start", "ranges", "read_journal"]

JOURNAL = "_journal"
_HELD = "_held"
_PAGE = re.compile(r"(\d{9})-[0-9a-f]{16}\.")  # a file for one page: its place, and a hash


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    How pages ended. Each is in exactly one of the first four.

    Args:
        articles: pages that gave an article.
        others: pages that gave a record without an article.
        failures: pages that gave no record.
        duplicates: articles that repeat an earlier one.
        dropped: of the duplicates, those that were not written.
        reasons: failures by reason.
        kinds: pages that are no article, by the verdict on them.
        before: characters of the text dumps.
        after: characters of their bodies.
        several: pages that seem to hold several articles.
    """

    articles: int = 0
    others: int = 0
    failures: int = 0
    duplicates: int = 0
    dropped: int = 0
    reasons: dict[str, int] = {}
    kinds: dict[str, int] = {}
    before: int = 0
    after: int = 0
    several: int = 0

    @property
    def pages(self) -> int:
        """All of them."""
        return self.articles + self.others + self.failures + self.duplicates

    @property
    def rows(self) -> int:
        """Records that are written."""
        return self.articles + self.others + self.duplicates - self.dropped

    def __add__(self, other: "Counts") -> "Counts":
        """Return both together."""
        return Counts(**{name: _sum(getattr(self, name), getattr(other, name)) for name in self.__struct_fields__})


def _sum(one: Any, two: Any) -> Any:  # noqa: ANN401  a number or a table of numbers
    if isinstance(one, dict):
        return {name: one.get(name, 0) + two.get(name, 0) for name in sorted({*one, *two})}
    return one + two


class Positions:
    """Places in the sequence of inputs: all below a mark, and a few beyond it."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._below = 0
        self._beyond: set[int] = set()
        for start, stop in ranges:
            self.add_range(start, stop)

    def __contains__(self, position: int) -> bool:
        """Return whether *position* is one of them."""
        return position < self._below or position in self._beyond

    def __len__(self) -> int:
        """Return how many they are."""
        return self._below + len(self._beyond)

    @property
    def end(self) -> int:
        """One more than the highest."""
        return max(self._beyond, default=self._below - 1) + 1

    def add_range(self, start: int, stop: int) -> None:
        """Add the places from *start* up to *stop*."""
        if start == self._below:
            self._below = max(self._below, stop)
        else:
            self._beyond.update(range(start, stop))
        while self._below in self._beyond:
            self._beyond.remove(self._below)
            self._below += 1


def ranges(positions: Iterable[int]) -> list[tuple[int, int]]:
    """
    Return the runs in *positions*, each as its start and its end.

    >>> ranges([4, 0, 1, 2])
    [(0, 3), (4, 5)]
    """
    runs: list[tuple[int, int]] = []
    for position in sorted(positions):
        if runs and runs[-1][1] == position:
            runs[-1] = (runs[-1][0], position + 1)
        else:
            runs.append((position, position + 1))
    return runs


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="line"):
    """Base of the journal's lines."""


class Start(_Line, frozen=True, kw_only=True, tag="job"):
    """The first line: what job this is, and the form of its shards."""

    job: str
    form: str


class Commit(_Line, frozen=True, kw_only=True, tag="shard"):
    """
    A shard.

    Args:
        shard: its number, from 0.
        files: name, size and SHA-256 of each of its files of records.
        keys: the file of its articles' keys, when duplicates are looked for.
        inputs: the places of its pages, as ranges.
        names: sum of the hashes of all pages committed so far and of their places.
        counts: how its pages ended.
        failed: its failures.
    """

    shard: int
    files: tuple[tuple[str, int, str], ...]
    inputs: tuple[tuple[int, int], ...]
    names: int
    keys: str = ""
    counts: Counts = Counts()
    failed: tuple[msgspec.Raw, ...] = ()


class Held(_Line, frozen=True, kw_only=True, tag="held"):
    """Pages that were done when the job was stopped, not enough for a shard; the next shard takes them in."""

    file: str


class End(_Line, frozen=True, kw_only=True, tag="end"):
    """All inputs are done: how many, and how they ended."""

    inputs: int
    counts: Counts


Line = Start | Commit | Held | End


def read_journal(folder: Path) -> tuple[list[Line], int]:
    """
    Return the lines of *folder*'s journal and how many bytes they take; a torn last line is left out.

    Raises:
        OSError: it cannot be read.
        RecordError: a line that is not the last is damaged.
    """
    data = (folder / JOURNAL).read_bytes()
    lines: list[Line] = []
    end = 0
    decoder = msgspec.json.Decoder(Line)
    while (stop := data.find(b"\n", end)) >= 0:
        check, _, text = data[end:stop].partition(b" ")
        try:
            if check != _check(text):
                if data.find(b"\n", stop + 1) < 0:
                    break  # the last one: torn by a power cut, and so never written
                msg = f"{folder / JOURNAL}: line {len(lines) + 1} is damaged"
                raise RecordError(msg)
            lines.append(decoder.decode(text))
        except msgspec.MsgspecError as error:
            msg = f"{folder / JOURNAL}: line {len(lines) + 1}: {error}"
            raise RecordError(msg) from error
        end = stop + 1
    return lines, end


def _check(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)


class Journal:
    """
    The committed part of one job.

    Args:
        folder: where shards and journal are, or will be with the first commit.
        job: what identifies the job: a resumed one must have the same.
        form: the form of the shards.
        joined: whether the shards become one file at the end; if not, their names are not held: with a file for each
            page they would be as many as the pages.

    Raises:
        OSError: the folder cannot be read.
        InputError: it holds another job, or another process works on this one.
        RecordError: the journal is damaged.
    """

    def __init__(self, folder: Path, *, job: str, form: str, joined: bool = True) -> None:
        self.folder = folder
        self._joined = joined
        self.done = Positions()
        self.counts = Counts()
        self.commits: list[Commit] = []
        self.held = b""
        self.names = 0
        self._start = Start(job=job, form=form)
        self._file: int | None = None
        if (folder / JOURNAL).exists():
            self._open()
            self._recover()

    @property
    def files(self) -> list[Path]:
        """The committed files of records, in order, when they are to be joined."""
        return [self.folder / name for commit in self.commits for name, _, _ in commit.files]

    def commit(self, files: Mapping[str, bytes], commit: Commit, keys: bytes = b"") -> None:
        """
        Make *files* and the line of *commit* permanent, or neither.

        Raises:
            OSError: they could not be written; nothing is committed.
        """
        if self._file is None:
            self._open()
        extra = {f"_keys/{commit.shard:08d}": keys} if keys else {}
        for name, data in {**files, **extra}.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            durable.write_file(self.folder / name, data)
        digests = tuple((name, len(data), sha256(data).hexdigest()) for name, data in files.items())
        line = msgspec.structs.replace(commit, files=digests, keys=next(iter(extra), ""))
        self._append(line)
        self._take(line)
        (self.folder / _HELD).unlink(missing_ok=True)

    def hold(self, data: bytes) -> None:
        """
        Keep *data* for the next start of this job.

        Raises:
            OSError: it could not be written.
        """
        if self._file is None:
            self._open()
        durable.write_file(self.folder / _HELD, data)
        self._append(Held(file=_HELD))

    def end(self, inputs: int) -> None:
        """
        Note that all *inputs* are done.

        Raises:
            OSError: it could not be written.
        """
        if self._file is None:
            self._open()
        self._append(End(inputs=inputs, counts=self.counts))

    def close(self) -> None:
        """Let go of the journal."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """Remove the whole folder, in one step as far as the next start is concerned."""
        self.close()
        if self.folder.exists():
            away = self.folder.with_name(self.folder.name + ".done")
            shutil.rmtree(away, ignore_errors=True)
            durable.boundary("remove")
            self.folder.rename(away)
            durable.boundary("removed")
            shutil.rmtree(away, ignore_errors=True)

    @staticmethod
    def forget(folder: Path) -> None:
        """
        Remove the journal and the shards of an earlier job in *folder*, and nothing else.

        Raises:
            OSError: they cannot be removed.
        """
        if not (folder / JOURNAL).exists():
            return
        try:
            named = [name for line in read_journal(folder)[0] if isinstance(line, Commit) for name, _, _ in line.files]
        except RecordError:
            named = []
        (folder / JOURNAL).unlink()
        (folder / _HELD).unlink(missing_ok=True)
        for name in named:
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / "_keys", ignore_errors=True)

    def _open(self) -> None:
        """Open the journal, alone; make it when it is not there."""
        new = not self.folder.exists()
        self.folder.mkdir(exist_ok=True)
        if new:
            durable.sync_folder(self.folder.parent)
        self._file = os.open(self.folder / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            msg = f"{self.folder}: another process is working on this job"
            raise InputError(msg) from error
        if os.fstat(self._file).st_size == 0:
            self._append(self._start)
            durable.sync_folder(self.folder)

    def _recover(self) -> None:
        """Read what is committed, and sweep away what is not."""
        lines, end = read_journal(self.folder)
        if self._file is not None:
            os.ftruncate(self._file, end)
        if not lines:
            self._append(self._start)
        elif lines[0] != self._start:
            msg = f"{self.folder}: holds another job (other inputs, options or version); finish that one, or --restart"
            raise InputError(msg)
        for line in lines:
            if isinstance(line, Commit):
                self._check_files(line)
                self._take(line)
            elif isinstance(line, Held) and (self.folder / line.file).exists():
                self.held = (self.folder / line.file).read_bytes()
        self._sweep()

    def _check_files(self, line: Commit) -> None:
        for name, _, _ in line.files:
            if not (self.folder / name).exists():
                msg = f"{self.folder / name}: committed, and gone; --restart does the job anew"
                raise InputError(msg)

    def _take(self, line: Commit) -> None:
        self.commits.append(line if self._joined else msgspec.structs.replace(line, files=()))
        self.counts += line.counts
        self.names = line.names
        self.held = b""
        for start, stop in line.inputs:
            self.done.add_range(start, stop)

    def _sweep(self) -> None:
        """Remove files that no line names: a kill came between their making and the line. Others' files stay."""
        shard, form = f"{len(self.commits):08d}", self._start.form
        unfinished = (f"{shard}.{form}*", f".{shard}.{form}*.tmp", f".{_HELD}.tmp", "_keys/.*.tmp", "[0-9]*/.*.tmp")
        for pattern in unfinished:
            for path in self.folder.glob(pattern):
                path.unlink()
        for path in self.folder.glob(f"[0-9]*/*.{form}*"):
            page = _PAGE.match(path.name)
            if page and int(page[1]) not in self.done:
                path.unlink()

    def _append(self, line: Line) -> None:
        text = msgspec.json.encode(line)
        data = memoryview(_check(text) + b" " + text + b"\n")
        if self._file is None:
            raise ValueError(self.folder)
        durable.boundary("journal")
        while data:
            data = data[os.write(self._file, data) :]
        durable.boundary("journal written")
        os.fsync(self._file)
        durable.boundary("journal synced")
