"""
The insides of a packed or plain file in pieces, with the damaged ranges between them.

A gzip or Zstandard file is a row of members. A member that is damaged gives what can still be unpacked, and reading
goes on at the next place that looks like a member and unpacks like one. What a member holds is passed on only when its
checksum is right, as long as it is not too large to wait for.
"""

import zlib
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO, Protocol

import msgspec

from newsclean.files.packed import zstandard

__all__ = ["Damage", "Piece", "pieces"]

_CHUNK = 64 * 1024
_STEP = 4 * 1024  # what Zstandard is given at once: an error loses what the step before it did not bring
_HELD = 32 << 20  # bytes of a member that wait for its checksum
_PROBE = 1 << 20  # bytes unpacked to see whether a place begins a member
_MAGICS = {b"\x1f\x8b\x08": "gz", b"\x28\xb5\x2f\xfd": "zst"}
_SKIPPABLE = b"\x2a\x4d\x18"  # bytes 1 to 3 of a Zstandard frame that holds no data
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_RECORD = b"WARC/"


class Piece(msgspec.Struct, frozen=True):
    """
    Some unpacked bytes.

    Args:
        data: the bytes.
        offset: where their member begins in the file; in a plain file where they themselves do.
        inner: how far into their member they are.
        checked: whether a checksum says that they are right, or there is none.
        plain: whether the file is not packed.
    """

    data: bytes
    offset: int
    inner: int = 0
    checked: bool = True
    plain: bool = False


class Damage(msgspec.Struct, frozen=True):
    """
    A range of the file that could not be read.

    Args:
        start: its first byte.
        end: the byte behind it.
        reason: what is wrong with it.
        cut: whether the file only ends too early: what came before is right.
    """

    start: int
    end: int
    reason: str
    cut: bool = False


class _Unpacker(Protocol):
    """What zlib's and Zstandard's decompressors have in common."""

    @property
    def eof(self) -> bool:
        """Whether the member is at its end."""

    @property
    def unused_data(self) -> bytes:
        """What came behind it."""

    def decompress(self, data: bytes, /, max_length: int = ...) -> bytes:
        """Return what *data* adds."""


def pieces(file: BinaryIO) -> Iterator[Piece | Damage]:
    """
    Yield what *file* holds, in order.

    Raises:
        OSError: the disk cannot be read.
        InputError: a library that is needed is missing.
    """
    head = file.read(4)
    size = file.seek(0, 2)
    if head[:3] in _MAGICS:
        yield from _Packed(file, size, "gz").pieces()
    elif head in _MAGICS or head[1:] == _SKIPPABLE:
        yield from _Packed(file, size, "zst").pieces()
    else:
        file.seek(0)
        offset = 0
        while data := file.read(4 * _CHUNK):
            yield Piece(data, offset, plain=True)
            offset += len(data)


class _Packed:
    """One pass over a packed file."""

    def __init__(self, file: BinaryIO, size: int, packing: str) -> None:
        self._file, self._size, self._packing = file, size, packing
        self._library: Any = zstandard() if packing == "zst" else None
        self._errors: tuple[type[Exception], ...] = (self._library.ZstdError,) if self._library else (zlib.error,)
        self._dictionary: Any = None
        self._end = 0  # where the member at hand ended
        self._magic = next(magic for magic, name in _MAGICS.items() if name == packing)

    def pieces(self) -> Iterator[Piece | Damage]:
        """Yield what the file holds."""
        start = self._skip_dictionary()
        while start < self._size:
            reason = yield from self._member(start)
            if reason is None:
                start = self._end
                continue
            after = self._next(start + 1)
            yield Damage(start, after, reason, cut=reason == _CUT)
            start = after

    def _skip_dictionary(self) -> int:
        """Return where the first member begins; learn the dictionary that may stand before it (warc.zst)."""
        self._file.seek(0)
        head = self._file.read(8)
        if head[:4] != _DICTIONARY:
            return 0
        length = int.from_bytes(head[4:], "little")
        data = self._file.read(min(length, _HELD))
        if data.startswith(self._magic):
            data = self._library.decompress(data)
        self._dictionary = self._library.ZstdDict(data)
        return 8 + length

    def _unpacker(self) -> _Unpacker:
        if self._library is None:
            return zlib.decompressobj(31)
        unpacker: _Unpacker = self._library.ZstdDecompressor(self._dictionary)
        return unpacker

    def _member(self, start: int) -> Generator[Piece, None, str | None]:
        """Yield what the member at *start* holds; return what is wrong with it, None when nothing is."""
        held: list[bytes] = []
        size = 0
        reason: str | None = None
        for data, problem in self._unpacked(start):
            reason = problem
            held.append(data)
            size += len(data)
            if size - len(data) <= _HELD < size:
                yield Piece(b"".join(held), start, 0, checked=False)
            elif size > _HELD:
                yield Piece(data, start, size - len(data), checked=False)
        if size <= _HELD and size:
            yield Piece(b"".join(held), start, 0, checked=reason is None)
        return reason

    def _unpacked(self, start: int) -> Iterator[tuple[bytes, str | None]]:
        """Yield the unpacked bytes of the member at *start*, the last with what is wrong with the member."""
        unpacker = self._unpacker()
        at = start
        self._file.seek(start)
        while not unpacker.eof:
            chunk = self._file.read(_CHUNK if self._library is None else _STEP)
            if not chunk:
                yield b"", _CUT
                return
            before = unpacker.copy() if isinstance(unpacker, _COPYABLE) else None
            try:
                yield unpacker.decompress(chunk), None
            except self._errors as error:
                yield (_slowly(before, chunk) if before else b""), str(error)
                return
            at += len(chunk)
            self._file.seek(at)
        self._end = at - len(unpacker.unused_data)

    def _next(self, start: int) -> int:
        """Return the next place from *start* on that begins a member; the size of the file when there is none."""
        tail = b""
        at = start
        self._file.seek(start)
        while chunk := self._file.read(_CHUNK):
            window = tail + chunk
            base = at - len(tail)
            found = window.find(self._magic)
            while found >= 0:
                if self._begins_member(base + found):
                    return base + found
                found = window.find(self._magic, found + 1)
            at += len(chunk)
            tail = window[-len(self._magic) + 1 :]
            self._file.seek(at)
        return self._size

    def _begins_member(self, start: int) -> bool:
        """Return whether a member begins at *start*: it unpacks to a record, or to its end with the right checksum."""
        unpacker = self._unpacker()
        self._file.seek(start)
        data = b""
        try:
            while not unpacker.eof and len(data) < len(_RECORD):
                chunk = self._file.read(_STEP)
                if not chunk:
                    return False
                data += unpacker.decompress(chunk, _PROBE)
            if data.startswith(_RECORD):
                return True
            while not unpacker.eof and len(data) < _PROBE:
                chunk = self._file.read(_STEP)
                if not chunk:
                    return False
                data += unpacker.decompress(chunk, _PROBE)
        except self._errors:
            return False
        return unpacker.eof and bool(data)


_CUT = "the file ends in the middle"
_COPYABLE = type(zlib.decompressobj())


def _slowly(unpacker: Any, chunk: bytes) -> bytes:  # noqa: ANN401  zlib's decompressor has no public type
    """Return what *chunk* gives up to its damage: zlib throws away what came before an error in one call."""
    data = bytearray()
    try:
        for i in range(len(chunk)):
            data += unpacker.decompress(chunk[i : i + 1])
    except zlib.error:
        pass
    return bytes(data)
