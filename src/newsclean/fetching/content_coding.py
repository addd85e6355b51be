"""
Content codings undone with a bound: gzip, deflate, br and zstd (RFC 9110 8.4, RFC 1950-1952, RFC 7932, RFC 8878).

Decoding never gets further ahead than one step of 64 KiB, so a bomb costs what it delivers up to the limit and no more,
and the decoder's window: 32 KiB for gzip and deflate, at most 8 MiB for zstd and 16 MiB for br.
The ratio is no criterion: honest pages compress 100 : 1. Bytes are never guessed to be compressed; only what a header
or a file name declares is undone.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["ACCEPTED", "BadCoding", "Decoder", "OutputLimit", "codings", "decode", "zstd"]

ACCEPTED = "gzip, deflate, br, zstd"
"""The codings that can be undone, as the value of an Accept-Encoding header."""

_STEP = 64 * 1024
_WINDOW_LOG = 23  # 8 MiB, the most a sender may use on the web (RFC 9659)
_ALIASES = {"x-gzip": "gzip", "x-deflate": "deflate", "x-zstd": "zstd"}
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class BadCoding(ValueError):
    """Bytes that are not in the coding they are declared to be in, or in one that nobody here can undo."""


class OutputLimit(ValueError):
    """More bytes came out than the limit allows."""


class _Layer(Protocol):
    """One coding being undone."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what *data* adds, in pieces of about 64 KiB."""

    def finish(self) -> None:
        """Raise `BadCoding` when the data ended too early."""


def codings(header: str, *, limit: int = 2) -> tuple[str, ...]:
    """
    Return the codings that a Content-Encoding *header* names, in the order they were applied.

    Raises:
        BadCoding: more than *limit* of them, or one that is unknown.

    >>> codings("GZIP, identity")
    ('gzip',)
    """
    names = [part.strip().lower() for part in header.split(",")]
    known = [_ALIASES.get(name, name) for name in names if name not in {"", "identity"}]
    if len(known) > limit:
        msg = f"{len(known)} content codings, at most {limit} are undone"
        raise BadCoding(msg)
    for name in known:
        if name not in _LAYERS:
            msg = f"unknown content coding {name[:40]!r}"
            raise BadCoding(msg)
    return tuple(known)


def decode(data: bytes, names: tuple[str, ...], *, limit: int) -> bytes:
    """
    Return *data* with the codings *names* undone.

    Raises:
        BadCoding: the data is damaged or ends early.
        OutputLimit: there is more than *limit* bytes of it.
    """
    if not names and len(data) <= limit:
        return data  # not copied: it may be long
    decoder = Decoder(names, limit=limit)
    pieces = list(decoder.feed(data))
    decoder.finish()
    return b"".join(pieces)


class Decoder:
    """
    Undoes codings on bytes as they arrive.

    Args:
        names: the codings, in the order they were applied.
        limit: bytes that may come out of each of them.
    """

    def __init__(self, names: tuple[str, ...], *, limit: int) -> None:
        self._layers = [_LAYERS[name]() for name in reversed(names)]
        # Each layer is counted: an inner one that swallows everything (a gzip header without end) would hide a bomb.
        self._counts = [0] * (len(names) + 1)
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[bytes]:
        """
        Yield what *data* adds to the output, in pieces of about 64 KiB.

        Raises:
            BadCoding: the data is damaged.
            OutputLimit: more than the limit came out.
        """
        return self._through(data, 0)

    def finish(self) -> None:
        """
        Check that every coding came to its end.

        Raises:
            BadCoding: one did not: the page is not whole.
        """
        for layer in self._layers:
            layer.finish()

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        self._counts[depth] += len(data)
        if self._counts[depth] > self._limit:
            msg = f"more than {self._limit:,} bytes"
            raise OutputLimit(msg)
        if depth == len(self._layers):
            if data:
                yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._through(piece, depth + 1)


class _Zlib:
    """gzip (any number of members) or deflate (with or without the zlib header, as browsers take it)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._start = b""
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if gzip else None
        self._between = False  # members: at least one is whole and no other has begun
        self._empty = True
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data or self._over:
            return
        self._empty = False
        if self._inflate is None:
            data = self._start + data
            if len(data) < 2:  # the length of the zlib header
                self._start = data
                return
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS)
        while data and not self._over:
            if self._between and not self._next_member(data):
                return
            try:
                piece = self._inflate.decompress(data, _STEP)
            except zlib.error as error:
                raise BadCoding(str(error)) from error
            if piece:
                yield piece
            if self._inflate.eof:
                data, self._between = self._inflate.unused_data, True
            else:
                data = self._inflate.unconsumed_tail
                if not data and not piece:
                    return

    def _next_member(self, data: bytes) -> bool:
        """Begin another gzip member with *data*; what is no member after the first is ignored, as browsers do."""
        self._over = not (self._gzip and _GZIP_MAGIC.startswith(data[:2]))
        if self._over:
            return False
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._between = False
        return True

    def finish(self) -> None:
        if not (self._empty or self._over or self._between):
            msg = "compressed data ends early"
            raise BadCoding(msg)


def _is_zlib(data: bytes) -> bool:
    """Return whether *data* begins with a zlib header (RFC 1950 2.2) and not with bare deflate."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0  # numbers of the RFC


class _Brotli:
    """Brotli, one stream."""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self._empty = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data or self._brotli.is_finished():
            return
        self._empty = False
        try:
            piece = self._brotli.process(data, output_buffer_limit=_STEP)
            while piece:
                yield piece
                if self._brotli.is_finished():
                    return
                piece = self._brotli.process(b"", output_buffer_limit=_STEP)
        except brotli.error as error:
            raise BadCoding(str(error)) from error

    def finish(self) -> None:
        if not self._empty and not self._brotli.is_finished():
            msg = "compressed data ends early"
            raise BadCoding(msg)


class _Zstd:
    """Zstandard, any number of frames."""

    def __init__(self) -> None:
        self._zstd = self._frame()
        self._empty = True

    @staticmethod
    def _frame() -> "zstd.ZstdDecompressor":
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        self._empty = False
        try:
            while True:
                if self._zstd.eof:
                    data = self._zstd.unused_data or data
                    if not data:
                        return
                    self._zstd = self._frame()
                piece = self._zstd.decompress(data, _STEP)
                data = b""
                if piece:
                    yield piece
                if self._zstd.needs_input or (self._zstd.eof and not self._zstd.unused_data):
                    return
        except zstd.ZstdError as error:
            raise BadCoding(str(error)) from error

    def finish(self) -> None:
        if not self._empty and not self._zstd.eof:
            msg = "compressed data ends early"
            raise BadCoding(msg)


_LAYERS: dict[str, Callable[[], _Layer]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}
