"""The bytes of a page on their way to whoever asked for it: a few in memory, many in a temporary file."""

import ctypes
from collections.abc import Iterator
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import Self

__all__ = ["Body", "give_back_large_blocks"]

_IN_MEMORY = 64 * 1024
_STEP = 64 * 1024

_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BLOCK = 128 * 1024  # what glibc begins with


@cache
def give_back_large_blocks() -> None:
    """
    Have blocks of memory above 128 KiB go back to the system as soon as they are free.

    By itself glibc does so only until the first of them was freed; from then on holes of up to 32 MiB stay with the
    process, and fifty long pages one after the other need twice as much as one. Other systems need no telling.
    """
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
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
        self._file.write(piece)
        self._length += len(piece)

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
