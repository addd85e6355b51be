"""The bytes of a page on their way to whoever asked for it: a few in memory, many in a temporary file."""

import ctypes
import threading
from collections.abc import Iterator
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import Self

import msgspec

from newsclean.document import Page

__all__ = ["ONE_LARGE_BLOCK", "Body", "Fetched", "give_back_large_blocks"]

ONE_LARGE_BLOCK = threading.Lock()
"""Held by a decoder at work, and while a page becomes one block: what needs some 16 MiB is done one at a time."""

_IN_MEMORY = 64 * 1024
_STEP = 64 * 1024

# malloc.h
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8


@cache
def give_back_large_blocks() -> None:
    """
    Have blocks of memory from 64 KiB on go back to the system as soon as they are free, and threads share the rest.

    By itself glibc does so from 128 KiB on, and only until the first of them was freed; from then on holes of up to
    32 MiB stay with the process, and fifty long pages one after the other need twice as much as one. Each thread also
    keeps holes of its own. Other systems need no telling.
    """
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _STEP)
        libc.mallopt(_M_ARENA_MAX, 1)
    except (OSError, TypeError, AttributeError):
        return  # no glibc


class Body:
    """
    Bytes that are written once and read, in pieces or as a whole, as often as needed.

    Args:
        in_memory: bytes that are kept in memory; longer ones go to a temporary file.
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(in_memory)  # noqa: SIM115 - closed with the body
        self._in_memory = in_memory
        self._length = 0

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return a body of *data*."""
        body = cls()
        body.write(data)
        return body

    def __len__(self) -> int:
        """Return how many bytes were written."""
        return self._length

    def __del__(self) -> None:
        """Give memory and file back."""
        self._file.close()

    @property
    def held(self) -> int:
        """How many bytes of it are in memory."""
        return self._length if self._length <= self._in_memory else 0

    def write(self, piece: bytes) -> None:
        """Add *piece* at the end."""
        self._length += len(piece)
        if self._length > self._in_memory:
            self._file.rollover()  # before it is written: the file would first make room in memory for all of it
        self._file.write(piece)

    def to_disk(self) -> None:
        """Keep no byte in memory."""
        self._file.rollover()
        self._in_memory = -1

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes in pieces of 64 KiB, from the first one on; nothing else may read meanwhile."""
        self._file.seek(0)
        while piece := self._file.read(_STEP):
            yield piece

    def read(self) -> bytes:
        """Return all bytes."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Give memory and file back now; there is nothing left to read."""
        self._file.close()


class Fetched(msgspec.Struct, frozen=True):
    """A page that waits to be taken: without its data, and the body that holds them."""

    page: Page
    body: Body

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return *page*, its data apart from it."""
        if isinstance(page.data, bytes):
            return cls(msgspec.structs.replace(page, data=b""), Body.of(page.data))
        return cls(msgspec.structs.replace(page, data=""), Body.of(page.data.encode(errors="surrogatepass")))

    def read(self) -> Page:
        """Return the page with its data."""
        data = self.body.read()
        is_text = isinstance(self.page.data, str)
        return msgspec.structs.replace(self.page, data=data.decode(errors="surrogatepass") if is_text else data)

    def taken(self) -> Page:
        """Return the page with its data, which from now on are the taker's alone."""
        with ONE_LARGE_BLOCK:
            page = self.read()
            self.body.close()
        return page
