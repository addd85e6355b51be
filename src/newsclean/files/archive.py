"""
WARC and WET archives to pages (ISO 28500:2017), packed or not, damaged or not.

Every record that is whole is delivered; every range that is not comes as a failure that says where it is. A record is
whole when its length fits, the next one begins where it must, and its digest, if it has one, is right.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from newsclean.document import InputKind, Page
from newsclean.errors import InputError
from newsclean.files.members import Damage, Piece, pieces
from newsclean.files.packed import bare_name
from newsclean.html.dom import MAX_BYTES
from newsclean.record import Failure, FailureReason

__all__ = ["is_archive", "pages"]

_LARGEST = 48 << 20  # bytes of one record: three times the largest page
_LONGEST_HEAD = 64 * 1024
_START = b"WARC/1."
_REQUESTED = "newsclean-requested-uri"  # in archives of our own: the address before its redirects
_NEXT = re.compile(rb"WARC/1\.\d\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(r"[A-Za-z]+")  # eight are known, and others allowed (ISO 28500:2017, 5.5)
_LENGTH = re.compile(r"[0-9]{1,15}")
_TRAILER = b"\r\n\r\n"
_LOOK_AHEAD = len(_TRAILER) + len(_START)
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:xml|json)\b|application/xhtml\b", re.IGNORECASE)
_SUCCESS = range(200, 300)


class _Record(msgspec.Struct, frozen=True):
    """A WARC record: what names its place, its headers with small names, its block, and whether all that is sure."""

    place: str
    headers: dict[str, str]
    block: bytes
    sure: bool


class _NotWhole(Exception):
    """What stands in the archive is no whole record: why, and from where on the next one can begin."""

    def __init__(self, reason: str, search_from: int) -> None:
        super().__init__(reason)
        self.reason, self.search_from = reason, search_from


def is_archive(path: str) -> bool:
    """
    Return whether *path* is a WARC by its name.

    >>> is_archive("CC-NEWS-1.warc.gz"), is_archive("page.html.gz")
    (True, False)
    """
    return bare_name(path).endswith((".warc", ".wet"))


def pages(path: str, *, kind: InputKind = InputKind.AUTO) -> Iterator[Page | Failure]:
    """
    Yield the pages of the archive *path*: successful responses of a text type, resources and conversions (WET).

    Args:
        path: the archive. A page's source is the path, "@" and the offset of its record.
        kind: what the pages are.
    """
    try:
        with Path(path).open("rb") as file:
            for part in _records(pieces(file)):
                if isinstance(part, Damage):
                    message = f"bytes {part.start:,} to {part.end:,} are damaged: {part.reason}"
                    source = f"{path}@{part.start}-{part.end}"
                    yield Failure(reason=FailureReason.UNREADABLE, source=source, message=message)
                elif (page := _page(part, f"{path}@{part.place}", kind)) is not None:
                    yield page
    except (OSError, InputError) as error:
        message = getattr(error, "strerror", None) or str(error)
        yield Failure(reason=FailureReason.UNREADABLE, source=path, message=message)


# ---- pieces to records


def _records(parts: Iterator[Piece | Damage]) -> Iterator[_Record | Damage]:
    """Yield the records in *parts*, and what is damaged between them."""
    reader = _Reader()
    doubtful: _Record | None = None  # the last before a damage may have suffered too, when nothing says it has not
    for part in parts:
        if isinstance(part, Damage):
            found = list(reader.end())
            if doubtful and not part.cut and not any(isinstance(item, _Record) for item in found):
                doubtful = None
            found += [part]
        else:
            found = list(reader.feed(part))
        for number, item in enumerate(found):
            if doubtful:
                yield doubtful
                doubtful = None
            if isinstance(item, _Record) and not item.sure:
                followed_by_damage = isinstance(part, Damage) and not part.cut and number == len(found) - 2
                doubtful = None if followed_by_damage else item
            else:
                yield item
    if doubtful:
        yield doubtful
    yield from reader.end()


class _Reader:
    """Cuts a run of pieces into records."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._marks: list[tuple[int, Piece]] = []  # where in the buffer each piece begins
        self._searched = 0
        self._wrong = ""  # why the bytes from the start of the buffer on are no record, while the next is looked for
        self._lost_from: int | None = None
        self._spoilt = -1  # the last member in which something was wrong

    def feed(self, piece: Piece) -> Iterator[_Record | Damage]:
        """Yield what is complete with *piece*."""
        self._marks.append((len(self._buffer), piece))
        self._buffer += piece.data
        yield from self._complete(final=False)

    def end(self) -> Iterator[_Record | Damage]:
        """Yield what is left where the run ends."""
        yield from self._complete(final=True)
        self._buffer.clear()
        self._marks.clear()
        self._wrong, self._searched, self._lost_from = "", 0, None

    def _complete(self, *, final: bool) -> Iterator[_Record | Damage]:
        while self._buffer:
            if self._wrong:
                damage = self._resynchronise(final=final)
                if damage is None:
                    return
                yield damage
                continue
            blank = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
            self._drop(blank)
            if not self._buffer:
                return
            record = self._record(final=final)
            if record is None and not self._wrong:
                return
            if record is not None:
                yield record

    def _record(self, *, final: bool) -> _Record | None:
        """Return the record at the start of the buffer; None when more bytes are needed, or it is none (`_wrong`)."""
        try:
            head, headers, end = self._extent(final=final)
            if end < 0:
                return None
            block = bytes(self._buffer[head:end])
            sure = self._is_sure(headers, block, end)
        except _NotWhole as error:
            self._wrong, self._searched = error.reason, error.search_from
            self._spoilt = self._member()
            return None
        place = self._place()
        self._drop(end)
        return _Record(place, headers, block, sure)

    def _is_sure(self, headers: dict[str, str], block: bytes, end: int) -> bool:
        """
        Return whether a digest or a checksum says that *block*, which ends at *end*, is right.

        Raises:
            _NotWhole: it is wrong, or stands behind damage in the same member, where only a digest can tell.
        """
        if _has_right_digest(headers.get("warc-block-digest", ""), block, end):
            return True
        checked = all(piece.checked for _, piece in self._marks)
        if not checked and self._member() == self._spoilt:
            raise _NotWhole("behind damage in the same member, and nothing says that it is right", end)
        return checked

    def _extent(self, *, final: bool) -> tuple[int, dict[str, str], int]:
        """
        Return where the block begins, the headers, and where the block ends, -1 when more bytes are needed.

        Raises:
            _NotWhole: no whole record begins here.
        """
        buffer = self._buffer
        more: tuple[int, dict[str, str], int] = (0, {}, -1)
        if not buffer.startswith(_START[: len(buffer)]):
            raise _NotWhole("no record begins here", 1)
        found = _HEAD_END.search(buffer, 0, _LONGEST_HEAD)
        if found is None:
            if final or len(buffer) >= _LONGEST_HEAD:
                raise _NotWhole("a record's head has no end", 1)
            return more
        head = found.end()
        headers = _headers(bytes(buffer[: found.start()]))
        if not _TYPE.fullmatch(headers.get("warc-type", "")):
            raise _NotWhole("a record without a type", head)
        declared = headers.get("content-length", "")
        if not _LENGTH.fullmatch(declared):
            raise _NotWhole("a record without a length", head)
        end = head + int(declared)
        if end - head > _LARGEST:
            raise _NotWhole(f"a record of {int(declared):,} bytes; at most {_LARGEST:,} are read", head)
        if len(buffer) < end + _LOOK_AHEAD and not final:
            return more
        if len(buffer) < end:
            raise _NotWhole("a record is cut off", head)
        if not _is_end(bytes(buffer[end : end + _LOOK_AHEAD])):
            raise _NotWhole("a record's length is wrong", head)
        return head, headers, end

    def _resynchronise(self, *, final: bool) -> Damage | None:
        """Drop what is before the next record; return it as damage, None while the next is not there."""
        if self._lost_from is None:
            self._lost_from = self._offset()
        found = self._next_start()
        if found < 0 and not final:
            self._drop(max(0, len(self._buffer) - _LOOK_AHEAD))
            self._searched = 0
            return None
        self._drop(found if found >= 0 else len(self._buffer))
        damage = Damage(self._lost_from, max(self._offset(), self._lost_from + 1), self._wrong)
        self._wrong, self._searched, self._lost_from = "", 0, None
        return damage

    def _next_start(self) -> int:
        """Return where in the buffer the next record may begin: a line, or a member whatever the one before ends in."""
        members = {start for start, piece in self._marks if not piece.plain and not piece.inner}
        for found in _NEXT.finditer(self._buffer, self._searched):
            start = found.start()
            if start in members or self._buffer[start - 1 : start] == b"\n":
                return start
        return -1

    def _member(self) -> int:
        """Return which member the start of the buffer is in."""
        return self._marks[0][1].offset

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self._marks = [(start - size, piece) for start, piece in self._marks]
        while len(self._marks) > 1 and self._marks[1][0] <= 0:
            self._marks.pop(0)

    def _place(self) -> str:
        """Return where the buffer begins: an offset in the file, and how far into an unpacked member."""
        start, piece = self._marks[0]
        if piece.plain:
            return str(piece.offset - start)
        inner = piece.inner - start
        return f"{piece.offset}+{inner}" if inner else str(piece.offset)

    def _offset(self) -> int:
        start, piece = self._marks[0]
        return piece.offset - start if piece.plain else piece.offset


def _headers(head: bytes) -> dict[str, str]:
    """Return the fields of a record's or a response's *head* by small names; the first of each name counts."""
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _is_end(after: bytes) -> bool:
    """Return whether *after*, the bytes behind a block, may end a record; some writers leave line ends out."""
    if after.startswith(_TRAILER):
        return True
    rest = after.lstrip(b"\r\n")
    return len(after) - len(rest) >= min(2, len(after)) and _START.startswith(rest[: len(_START)])


def _has_right_digest(declared: str, block: bytes, end: int) -> bool:
    """
    Return whether *block*, which ends at *end*, has a digest that we know, and it is right.

    Raises:
        _NotWhole: the digest is wrong.
    """
    name, _, value = declared.partition(":")
    name = name.lower().replace("-", "")
    if name not in {"sha1", "sha256", "md5"} or not value:
        return False
    digest = hashlib.new(name, block, usedforsecurity=False)
    if value.lower() not in {digest.hexdigest(), b32encode(digest.digest()).decode().lower()}:
        raise _NotWhole("a record's digest is wrong", end)
    return True


# ---- records to pages


def _page(record: _Record, source: str, kind: InputKind) -> Page | Failure | None:
    """Return the page of *record*; None when it is none."""
    type_ = record.headers.get("warc-type", "").lower()
    url = record.headers.get("warc-target-uri", "").strip("<>") or None
    content_type: str | None = record.headers.get("content-type")
    body, status, language = record.block, None, None
    if type_ == "response":
        head, _, body = record.block.partition(_TRAILER)
        if not head.startswith(b"HTTP/"):
            return None
        fields = _headers(head)
        status, content_type, language = _status(head), fields.get("content-type"), fields.get("content-language")
        if status not in _SUCCESS:
            return None
        try:
            body = _decoded(body, fields)
        except ValueError as error:
            return Failure(reason=FailureReason.UNREADABLE, source=source, url=url, message=str(error))
    elif type_ not in {"conversion", "resource"}:
        return None
    if content_type and not _TEXT.match(content_type):
        return None
    if not body.strip():
        return Failure(reason=FailureReason.EMPTY, source=source, url=url, message="empty body")
    return Page(
        data=body,
        url=url,
        requested_url=record.headers.get(_REQUESTED),
        kind=InputKind.TEXT if type_ == "conversion" and kind is InputKind.AUTO else kind,
        source=source,
        content_type=content_type,
        content_language=language,
        fetched_at=_moment(record.headers.get("warc-date", "")),
        http_status=status,
    )


def _status(head: bytes) -> int | None:
    words = head.split(b"\r\n", 1)[0].split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None


def _decoded(body: bytes, fields: dict[str, str]) -> bytes:
    """
    Return *body* with its transfer and content codings undone, cut a little above the largest page.

    Raises:
        ValueError: a coding is unknown or damaged, or unfolds to too much.
    """
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _joined(body)
    coding = fields.get("content-encoding", "")
    if not coding or coding.lower() == "identity" or body.lstrip()[:1] == b"<":
        return body  # many archives store the body decoded and leave the header as it was
    try:
        from newsclean.fetching.content_coding import codings, decode  # noqa: PLC0415  needs libraries that most archives do not
    except ImportError as error:
        msg = f"content coding {coding!r} needs the extra 'fetch': {error}"
        raise ValueError(msg) from error
    return decode(body, codings(coding), limit=MAX_BYTES)


def _joined(body: bytes) -> bytes:
    """Return the chunks of *body* joined (RFC 9112 7.1); *body* itself when it holds none: some archives join them."""
    data = bytearray()
    at = 0
    while (end := body.find(b"\r\n", at, at + 64)) >= 0:
        try:
            size = int(body[at:end].partition(b";")[0], 16)
        except ValueError:
            return body
        if size == 0:
            return bytes(data)
        data += body[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return bytes(data) if at >= len(body) and data else body


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
