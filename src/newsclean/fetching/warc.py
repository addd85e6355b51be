"""
Fetched pages on disk: WARC/1.1 (ISO 28500:2017), one gzip member per record, and back.

`WarcArchive` writes a request and its response for every page and redirect, and for an address that failed a `metadata`
record that says why. Bodies are stored decoded, as Common Crawl does it: the headers that no longer fit keep their
values under names with "X-Crawler-" in front. So any reader reads them, and no reader has to inflate a bomb.

The archive is the journal of its list: an address whose last record is whole is done, and whatever a killed run left
half-written at the end is cut off when the file is opened again. `collect` goes on where a run was interrupted.
"""

import hashlib
import io
import os
import re
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Sized
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import quote
from uuid import uuid4

import msgspec
from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

from newsclean.document import Page
from newsclean.errors import InputError
from newsclean.fetching.body import Body
from newsclean.fetching.content_coding import BadCoding, OutputLimit, codings, decode
from newsclean.fetching.exchange import Exchange, FetchOptions, Link, Progress, redact
from newsclean.fetching.fetcher import fetch_pages
from newsclean.record import Failure, FailureReason
from newsclean.version import VERSION

__all__ = ["WarcArchive", "collect", "read"]

_REQUESTED = "Newsclean-Requested-URI"
_SOFTWARE = f"newsclean/{VERSION}"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_MOVED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_STEP = 256 * 1024
_HEAD = 64 * 1024  # bytes of a record that hold its headers
_LARGEST = 48 * 1024 * 1024  # bytes of one record, headers included: three times the largest page
_LARGEST_PAGE = 16 * 1024 * 1024
_MEMBER = b"\x1f\x8b\x08"
_LINE = b"\r\n"
_FIELDS = "application/warc-fields"
_REQUEST = "application/http;msgtype=request"
_RESPONSE = "application/http;msgtype=response"
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~"
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:xml|json)\b|application/xhtml\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class _Member(msgspec.Struct, frozen=True):
    """A whole gzip member of a file: bytes *start* to *end*, holding *data*."""

    start: int
    end: int
    data: bytes


class _Damage(msgspec.Struct, frozen=True):
    """A range of a file that holds no whole gzip member."""

    start: int
    end: int
    reason: str


class _Payload(msgspec.Struct, frozen=True):
    """The record that holds a body: its id and date, and where its member begins in the file."""

    record_id: str
    date: str
    place: int


class WarcArchive:
    """
    A .warc.gz file that grows; a context manager. Opened again, it goes on behind its last whole record.

    Args:
        path: the file, made when it is missing.

    Raises:
        InputError: the file exists and was not written by newsclean.
        ValueError: its name does not end in ".warc.gz".
    """

    def __init__(self, path: Path) -> None:
        if not path.name.endswith(".warc.gz"):
            msg = f"an archive's name ends in .warc.gz: {path.name}"
            raise ValueError(msg)
        self._path = path
        self._file: BinaryIO | None = None
        self._end = 0
        self._payloads: dict[str, _Payload] = {}
        self.done: dict[str, int] = {}
        self.failed: set[str] = set()

    def __enter__(self) -> Self:
        """Open the file: read what is in it, cut off what is half-written."""
        end = self._index() if self._path.exists() else 0
        self._file = self._path.open("r+b" if end else "wb")
        self._file.truncate(end)
        self._file.seek(end)
        self._end = end
        if not end:
            name = self._path.name
            self._append(_record(WarcRecordType.warcinfo, _FIELDS, _info(name), {"WARC-Filename": name}))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write everything to the disk and close the file."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def write(self, exchange: Exchange, requested_url: str | None) -> None:
        """
        Add *exchange*: its request, then its response; the response comes last because it is what counts as done.

        A body that is in this archive already becomes a `revisit` record that points to it.
        """
        digest = _digest(exchange.body.pieces())
        shared = {"WARC-Target-URI": exchange.url, "WARC-Date": _date(exchange.fetched_at)}
        response_id, request_id = _new_id(), _new_id()
        if exchange.address is not None:
            shared["WARC-IP-Address"] = exchange.address
        request = _record(
            WarcRecordType.request,
            _REQUEST,
            _http_request(exchange),
            {**shared, "WARC-Record-ID": request_id, "WARC-Concurrent-To": response_id},
        )
        named = {**shared, "WARC-Record-ID": response_id, "WARC-Payload-Digest": digest}
        if requested_url is not None:
            named[_REQUESTED] = redact(requested_url)
        if exchange.truncated:
            named["WARC-Truncated"] = "length"
        self._append(request)
        place = self._end
        known = self._payloads.get(f"{exchange.url} {digest}")
        if known is None or not len(exchange.body):
            head = _http_head(exchange, len(exchange.body))
            response = _record(WarcRecordType.response, _RESPONSE, head, named, exchange.body)
            known = _Payload(response_id, _date(exchange.fetched_at), place)
            self._payloads[f"{exchange.url} {digest}"] = known
        else:
            named |= {
                "WARC-Profile": _REVISIT,
                "WARC-Refers-To": known.record_id,
                "WARC-Refers-To-Target-URI": exchange.url,
                "WARC-Refers-To-Date": known.date,
            }
            response = _record(WarcRecordType.revisit, _RESPONSE, _http_head(exchange, 0), named)
        self._append(response)
        if requested_url is not None:
            self.done[redact(requested_url)] = known.place

    def page(self, url: str) -> Page | None:
        """Return the page kept for *url*, or None when there is none, or none that can be read."""
        place = self.done.get(redact(url))
        if place is None:
            return None
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                member = _member(file, place)
        except (zlib.error, EOFError, OutputLimit):
            return None
        for record in ArchiveIterator(io.BytesIO(member.data), parse_http=False):
            page = _outcome(record, f"{self._path}@{place}")
            if isinstance(page, Page):
                return msgspec.structs.replace(page, requested_url=redact(url))
        return None

    def fail(self, url: str, message: str) -> None:
        """Add that *url* could not be fetched, and why."""
        shown = redact(url)
        named = {"WARC-Target-URI": quote(shown, safe=_URL_SAFE), _REQUESTED: shown}
        body = f"fetchError: {_CONTROL.sub(' ', message)}\r\n".encode()
        self._append(_record(WarcRecordType.metadata, _FIELDS, body, named))
        self.failed.add(shown)

    def missing(self, urls: Iterable[str | Link], *, retry_failed: bool = False) -> Iterator[str | Link]:
        """Yield those of *urls* that have no outcome at this moment; with *retry_failed*, those that have no page."""
        finished = set(self.done) if retry_failed else self.failed | self.done.keys()
        return (url for url in urls if redact(url if isinstance(url, str) else url.url) not in finished)

    def _append(self, pieces: Iterable[bytes]) -> None:
        if self._file is None:
            msg = "use 'with WarcArchive(...) as archive'"
            raise RuntimeError(msg)
        for piece in pieces:
            self._end += self._file.write(piece)
        # To the system at once: what was written then outlives the process, whatever kills it.
        self._file.flush()

    def _index(self) -> int:
        """Learn what the file holds, and return where its last whole record ends."""
        end = 0
        with self._path.open("rb") as file:
            for part in _members(file, keep=_HEAD):
                if isinstance(part, _Damage):
                    continue
                if not end and b"software: newsclean/" not in part.data[:4096]:
                    msg = f"{self._path}: not an archive of newsclean, nothing is added to it"
                    raise InputError(msg)
                end = part.end
                for record in ArchiveIterator(io.BytesIO(part.data), parse_http=False):
                    self._learn(record, part.start)
        if not end and self._path.stat().st_size:
            # A run killed within its first record leaves a file without one; anything else is not ours.
            with self._path.open("rb") as file:
                if not _MEMBER.startswith(file.read(len(_MEMBER))[: len(_MEMBER)]) or self._path.stat().st_size > _STEP:
                    msg = f"{self._path}: not an archive of newsclean, nothing is added to it"
                    raise InputError(msg)
        return end

    def _learn(self, record: WarcRecord, place: int) -> None:
        headers = record.headers
        requested = headers.get(_REQUESTED)
        if record.record_type == WarcRecordType.metadata:
            if requested is not None:
                self.failed.add(requested)
            return
        if record.record_type not in (WarcRecordType.response, WarcRecordType.revisit):
            return
        name = f"{headers.get('WARC-Target-URI')} {headers.get('WARC-Payload-Digest')}"
        if record.record_type == WarcRecordType.response:
            self._payloads[name] = _Payload(record.record_id or "", headers.get("WARC-Date") or "", place)
        if requested is not None:
            self.done[requested] = self._payloads[name].place if name in self._payloads else place


def collect(
    urls: Iterable[str | Link],
    path: Path,
    *,
    options: FetchOptions | None = None,
    retry_failed: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Page | Failure]:
    """
    Fetch *urls* into the archive at *path* and yield an outcome for each that has none there yet.

    Killed at any moment and called again with the same list, it ends with each address in the archive once.

    Args:
        urls: addresses, or links.
        path: the archive, a .warc.gz file.
        options: how to fetch.
        retry_failed: whether addresses that failed in an earlier run are tried again.
        progress: told after each outcome how far things are.
    """
    with WarcArchive(path) as archive:
        todo = archive.missing(urls, retry_failed=retry_failed)
        # A list that knows its length is kept as one, so that progress knows what remains.
        known = list(todo) if isinstance(urls, Sized) else todo
        yield from fetch_pages(known, options=options, archive=archive, progress=progress)


def read(path: Path) -> Iterator[Page | Failure]:
    """
    Yield the pages of the WARC file at *path*: successful responses of a text type, in the order they were stored.

    Ranges of the file that are damaged come as failures where they stand; what lies behind them is read. Addresses that
    failed come last, each once: one that was tried again and became a page is no failure.
    Other archives than our own are read too: content codings and transfer codings are undone, with a bound.
    """
    with path.open("rb") as file:
        yield from _Reading(file, str(path)).outcomes()


class _Reading:
    """One pass over a WARC file."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._places: dict[str, int] = {}  # where the member with a record stands, for those that point back to it
        self._shown: set[str] = set()
        self._failed: dict[str, Failure] = {}

    def outcomes(self) -> Iterator[Page | Failure]:
        """Yield what the file holds."""
        yield from self._stored()
        yield from (failure for url, failure in self._failed.items() if url not in self._shown)

    def _stored(self) -> Iterator[Page | Failure]:
        is_gzip = self._file.read(len(_MEMBER)) == _MEMBER
        self._file.seek(0)
        if not is_gzip:
            yield from self._records(self._file, 0)
            return
        for part in _members(self._file):
            if isinstance(part, _Damage):
                message = f"bytes {part.start:,} to {part.end:,} are damaged: {part.reason}"
                yield self._failure(part.start, message)
            else:
                yield from self._records(io.BytesIO(part.data), part.start)

    def _records(self, stream: BinaryIO, offset: int) -> Iterator[Page | Failure]:
        """Yield the outcomes that the records of *stream*, which begins at *offset* of the file, hold."""
        try:
            for record in ArchiveIterator(stream, parse_http=False):
                outcome: Page | Failure | None
                if record.record_type == WarcRecordType.revisit:
                    outcome = self._revisited(record, offset)
                else:
                    outcome = _outcome(record, f"{self._name}@{offset + record.stream_pos}")
                if isinstance(outcome, Failure) and outcome.reason is FailureReason.FETCH:
                    self._failed[outcome.url or ""] = outcome
                    continue
                if isinstance(outcome, Page):
                    self._places[record.record_id or ""] = offset
                    self._shown.add(outcome.requested_url or "")
                if outcome is not None:
                    yield outcome
        except OSError as error:
            yield self._failure(offset, f"damaged: {error}")

    def _revisited(self, record: WarcRecord, offset: int) -> Page | None:
        """Return the page that *record* points back to, when it came from another address that has not had it yet."""
        requested = record.headers.get(_REQUESTED)
        place = self._places.get(record.headers.get("WARC-Refers-To") or "")
        if requested is None or requested in self._shown or place is None:
            return None
        self._file.seek(place)
        for earlier in ArchiveIterator(io.BytesIO(_member(self._file, place).data), parse_http=False):
            page = _outcome(earlier, f"{self._name}@{offset}")
            if isinstance(page, Page):
                moment = _moment(record.headers.get("WARC-Date"))
                return msgspec.structs.replace(page, requested_url=requested, fetched_at=moment)
        return None

    def _failure(self, offset: int, message: str) -> Failure:
        return Failure(reason=FailureReason.UNREADABLE, source=f"{self._name}@{offset}", message=message)


def _outcome(record: WarcRecord, source: str) -> Page | Failure | None:
    """Return what *record* holds, or None when that is neither a page nor a failure."""
    url = record.headers.get("WARC-Target-URI")
    requested = record.headers.get(_REQUESTED)
    if record.record_type == WarcRecordType.metadata and requested is not None:
        message = record.reader.read().decode("utf-8", errors="replace").removeprefix("fetchError: ").strip()
        return Failure(reason=FailureReason.FETCH, source=source, url=requested, message=message)
    if record.record_type != WarcRecordType.response or url is None:
        return None
    declared = int(record.headers.get("Content-Length") or 0)
    if record.content_length < declared:
        return _unreadable(source, url, "the record is cut off")
    try:
        record.parse_http(auto_decode="transfer")
        headers = record.http_headers
        status = headers.status_code
        content_type = headers.get("content-type")
        if status is None or not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        if content_type and not _TEXT.match(content_type):
            return None
        body = _body(record, headers)
    except (BadCoding, OutputLimit, OSError, ValueError) as error:
        return _unreadable(source, url, str(error))
    return Page(
        data=body,
        url=url,
        requested_url=requested,
        source=source,
        content_type=content_type,
        content_language=headers.get("content-language"),
        fetched_at=_moment(record.headers.get("WARC-Date")),
        http_status=status,
    )


def _body(record: WarcRecord, headers: HeaderMap) -> bytes:
    """
    Return the decoded body of *record*.

    Raises:
        OutputLimit: it is larger than a page may be.
        BadCoding: it is not in the coding its headers declare, or shorter than they declare.
    """
    raw = record.reader.read(_LARGEST_PAGE + 1)
    if len(raw) > _LARGEST_PAGE:
        msg = f"more than {_LARGEST_PAGE:,} bytes"
        raise OutputLimit(msg)
    length = headers.get("content-length") or ""
    if length.isdecimal() and len(raw) < int(length) and record.headers.get("WARC-Truncated") is None:
        msg = f"{len(raw):,} bytes of {length}"
        raise BadCoding(msg)
    return decode(raw, codings(headers.get("content-encoding") or ""), limit=_LARGEST_PAGE)


def _unreadable(source: str, url: str, message: str) -> Failure:
    return Failure(reason=FailureReason.UNREADABLE, source=source, url=url, message=message)


def _members(file: BinaryIO, *, keep: int = _LARGEST) -> Iterator[_Member | _Damage]:
    """
    Yield the gzip members of *file*; after a damaged one, go on with the next place where a WARC record begins.

    Args:
        file: the archive.
        keep: bytes of each that are kept, from its beginning.
    """
    start = 0
    while True:
        file.seek(start)
        if not file.read(1):
            return
        file.seek(start)
        try:
            member = _member(file, start, keep=keep)
        except (zlib.error, EOFError, OutputLimit) as error:
            following = _next_start(file, start + 1)
            yield _Damage(start, following, str(error))
            start = following
            continue
        yield member
        start = member.end


def _member(file: BinaryIO, start: int, *, keep: int = _LARGEST) -> _Member:
    """
    Return the gzip member that begins at *start*, checked to its end, and the first *keep* bytes it holds.

    Raises:
        zlib.error: it is damaged.
        EOFError: the file ends within it.
        OutputLimit: it holds more than a record may.
    """
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    held = io.BytesIO()
    size = read_to = 0
    while not inflate.eof:
        data = inflate.unconsumed_tail
        if not data:
            data = file.read(_STEP)
            read_to += len(data)
        if not data:
            msg = "the file ends within a record"
            raise EOFError(msg)
        piece = inflate.decompress(data, _STEP)
        held.write(piece[: max(0, keep - size)])
        size += len(piece)
        if size > _LARGEST:
            msg = f"a record of more than {_LARGEST:,} bytes"
            raise OutputLimit(msg)
    return _Member(start, start + read_to - len(inflate.unused_data), held.getvalue())


def _next_start(file: BinaryIO, start: int) -> int:
    """Return where, from *start* on, the next gzip member begins that holds a WARC record, or the end of the file."""
    file.seek(start)
    position, kept = start, b""
    while chunk := file.read(_STEP):
        window = kept + chunk
        base = position - len(kept)
        found = window.find(_MEMBER)
        while found != -1:
            if _begins_record(file, base + found):
                return base + found
            found = window.find(_MEMBER, found + 1)
        position += len(chunk)
        kept = window[-(len(_MEMBER) - 1) :]
        file.seek(position)
    return position


def _begins_record(file: BinaryIO, start: int) -> bool:
    """Return whether a gzip member at *start* inflates to the first bytes of a WARC record."""
    file.seek(start)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(1024), 16).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _record(
    kind: WarcRecordType, content_type: str, block: bytes, named: dict[str, str], body: Body | None = None
) -> Iterator[bytes]:
    """Yield a whole record as one gzip member: *block*, and behind it *body*, which is never in memory as a whole."""

    def pieces() -> Iterator[bytes]:
        yield block
        if body is not None:
            yield from body.pieces()

    record = WarcRecord()
    record.init_headers(kind)
    record.headers.status_line = "WARC/1.1"
    record.headers["Content-Length"] = str(len(block) + (0 if body is None else len(body)))
    record.headers["Content-Type"] = content_type
    record.headers["WARC-Date"] = _date(datetime.now(UTC))
    record.headers["WARC-Block-Digest"] = _digest(pieces())
    for name, value in named.items():
        record.headers[name] = value
    head = io.BytesIO()
    record.headers.write(head)
    squeeze = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for piece in chain([head.getvalue()], pieces(), [_LINE * 2]):
        yield squeeze.compress(piece)
    yield squeeze.flush()


def _info(name: str) -> bytes:
    """Return the fields of the warcinfo record."""
    fields = (
        f"software: {_SOFTWARE}",
        "format: WARC File Format 1.1",
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots: see the options of the run",
        f"description: pages fetched into {name}; bodies are stored decoded",
    )
    return "".join(f"{field}\r\n" for field in fields).encode()


def _http_request(exchange: Exchange) -> bytes:
    """Return the request as HTTP/1.1 text, whatever version was spoken."""
    target = "/" + exchange.url.split("//", 1)[-1].partition("/")[2]
    return _head(f"GET {target} HTTP/1.1", exchange.request_headers)


def _http_head(exchange: Exchange, length: int) -> bytes:
    """Return status line and headers as HTTP/1.1 has them; those that told of the body as it was sent are renamed."""
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    headers = [
        (f"X-Crawler-{name}" if name.lower() in _MOVED else name, value) for name, value in exchange.response_headers
    ]
    return _head(f"HTTP/1.1 {exchange.status} {phrase}", (*headers, ("Content-Length", str(length))))


def _head(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{name}: {_CONTROL.sub(' ', value)}" for name, value in headers), "", ""]
    return _LINE.join(line.encode("latin-1", errors="replace") for line in lines)


def _digest(pieces: Iterable[bytes]) -> str:
    sha1 = hashlib.sha1(usedforsecurity=False)
    for piece in pieces:
        sha1.update(piece)
    return "sha1:" + b32encode(sha1.digest()).decode()


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
