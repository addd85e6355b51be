"""
Inputs to pages, one at a time: files, folders, globs, lists, archives, tables of records, standard input.

What cannot be read becomes a `Failure`. Nothing is held but the page at hand: a folder of ten million files is listed
in portions. The order is the same in each run, whatever order the disk gives names in.
"""

import glob
import heapq
import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import cast

import msgspec

from newsclean import parts
from newsclean.document import InputKind, Page
from newsclean.errors import NotADocument
from newsclean.files import archive, tables
from newsclean.files.packed import bare_name, open_packed
from newsclean.html import dom
from newsclean.html.dom import MAX_BYTES
from newsclean.record import Failure, FailureReason
from newsclean.text.dump import articles_in

__all__ = ["SUFFIXES", "SourceOptions", "Unread", "articles_of", "count", "read"]

SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".text")
"""Endings of the pages a folder is searched for, also packed, or packed without another ending. A file named outright
may end as it likes."""

STDIN = "-"
_PORTION = 100_000  # names of one folder held at a time


class SourceOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    How inputs are read.

    Args:
        kind: what the pages hold.
        fields: which fields of a record hold the page.
        list_file: a file that names further inputs, one a line; "-" is standard input.
        split: whether a text that holds several articles gives a page for each.
    """

    kind: InputKind = InputKind.AUTO
    fields: tables.Fields = tables.Fields()
    list_file: str | None = None
    split: bool = False


class Unread(msgspec.Struct, frozen=True):
    """
    A file that is read only when its page is needed: a resumed job passes over those that are done.

    Args:
        source: its path.
        kind: what it holds.
    """

    source: str
    kind: InputKind

    def load(self) -> Page | Failure:
        """Return its page, or why there is none."""
        try:
            with open_packed(self.source) as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, EOFError) as error:
            return _unreadable(self.source, error)
        if not data.strip():
            return Failure(reason=FailureReason.EMPTY, source=self.source, message="empty file")
        return Page(data=data, kind=self.kind, source=self.source)


Stored = Page | Failure | Unread
"""What an input holds: a page, a page that cannot be had, or a file not yet read."""


def read(inputs: Iterable[str], *, options: SourceOptions = SourceOptions()) -> Iterator[Stored]:
    """
    Yield what *inputs* hold, in order; a folder's files by name, folders within it included.

    Args:
        inputs: paths of files and folders, globs, or "-" for standard input.
        options: how they are read.
    """
    found = _read(inputs, options)
    if not options.split:
        return found
    return (part for item in found for part in _split(item))


def articles_of(page: Page) -> tuple[str, ...]:
    """Return the articles that the text *page* holds, when a clear separator stands between them; else none."""
    if page.kind is InputKind.HTML or isinstance(page, tables.StoredPage):
        return ()  # a record is one article: what it says of the headline and the date holds for one
    try:
        source = dom.decode(page.data, content_type=page.content_type, detect=parts.guess_encoding)
    except NotADocument:
        return ()  # cleaning it says so
    if source.truncated or (page.kind is InputKind.AUTO and dom.looks_like_html(source.text)):
        return ()
    articles = articles_in(source.text)
    return articles if len(articles) > 1 else ()


def _split(item: Stored) -> Iterator[Stored]:
    """Yield the articles that *item* holds as pages, or *item* when it is one."""
    page = item.load() if isinstance(item, Unread) else item
    articles = () if isinstance(page, Failure) else articles_of(page)
    if not articles:
        yield page
    for number, article in enumerate(articles, 1):
        source = f"{page.source}#{number}"
        yield msgspec.structs.replace(page, data=article, kind=InputKind.TEXT, source=source)


def _read(inputs: Iterable[str], options: SourceOptions) -> Iterator[Stored]:
    for name in _named(inputs, options.list_file):
        if name == STDIN:
            yield from _standard_input(options)
            continue
        empty = True
        try:
            for path in _paths(name):
                empty = False
                yield from _file(path, options)
        except OSError as error:
            yield _unreadable(name, error)
            continue
        if empty:
            message = "folder without pages" if os.path.isdir(name) else "no such file or folder"  # noqa: PTH112  as below
            yield Failure(reason=FailureReason.UNREADABLE, source=name, message=message)


def count(inputs: Iterable[str], *, options: SourceOptions = SourceOptions(), most: int = 1_000_000) -> int | None:
    """Return how many pages `read` yields for *inputs*; None when only reading them tells, or they are above *most*."""
    total = 0
    for name in _named(inputs, options.list_file if options.list_file != STDIN else None):
        try:
            paths = [STDIN] if name == STDIN else _paths(name)
            for path in paths:
                total += 1
                if total > most or tables.is_table(path) or archive.is_archive(path):
                    return None
        except OSError:
            total += 1
    return total


def _named(inputs: Iterable[str], list_file: str | None) -> Iterator[str]:
    yield from inputs
    if list_file is None:
        return
    with open_packed(list_file) if list_file != STDIN else sys.stdin.buffer as lines:
        for line in lines:
            name = os.fsdecode(line.rstrip(b"\r\n"))
            if name:
                yield name


def _paths(name: str) -> Iterator[str]:
    """Yield the files that *name* stands for."""
    if os.path.isdir(name):  # noqa: PTH112  a Path for each of ten million names costs more than it tells
        yield from _walk(name)
    elif os.path.lexists(name):
        yield name
    else:
        yield from sorted(path for path in glob.iglob(name, recursive=True) if os.path.isfile(path))  # noqa: PTH113, PTH207  as above


def _walk(folder: str) -> Iterator[str]:
    """Yield the pages in *folder* and the folders within it, by name."""
    last = ""
    while True:
        with os.scandir(folder) as entries:
            wanted = (entry for entry in entries if entry.name > last and _is_wanted(entry))
            portion = heapq.nsmallest(_PORTION, wanted, key=lambda entry: entry.name)
        for entry in portion:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            else:
                yield entry.path
        if len(portion) < _PORTION:
            return
        last = portion[-1].name


def _is_wanted(entry: os.DirEntry[str]) -> bool:
    if entry.is_dir(follow_symlinks=False):
        return True
    if entry.name.startswith(".") or not entry.is_file():
        return False
    name = bare_name(entry.name)
    packed_page = "." not in name and name != entry.name.lower()
    return packed_page or name.endswith(SUFFIXES) or archive.is_archive(name) or tables.is_table(name)


def _file(path: str, options: SourceOptions) -> Iterator[Stored]:
    if archive.is_archive(path):
        yield from archive.pages(path, kind=options.kind)
    elif tables.is_table(path):
        yield from tables.pages(path, fields=options.fields, kind=options.kind)
    else:
        yield Unread(path, options.kind)


def _standard_input(options: SourceOptions) -> Iterator[Stored]:
    head = cast("io.BufferedReader", sys.stdin.buffer).peek(2)
    if options.fields.named or head.startswith(b'{"'):  # JSON Lines: no dump begins like that
        yield from tables.lines(sys.stdin.buffer, STDIN, fields=options.fields, kind=options.kind)
    elif data := sys.stdin.buffer.read(MAX_BYTES + 1):
        yield Page(data=data, kind=options.kind, source=STDIN)
    else:
        yield Failure(reason=FailureReason.EMPTY, source=STDIN, message="nothing came")


def _unreadable(name: str, error: Exception) -> Failure:
    message = getattr(error, "strerror", None) or str(error)
    return Failure(reason=FailureReason.UNREADABLE, source=name, message=message)
