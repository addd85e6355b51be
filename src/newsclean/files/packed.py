"""Files that may be packed: gzip (`.gz`) and Zstandard (`.zst`), read as a stream of what is in them."""

import gzip
import importlib
import sys
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from newsclean.errors import InputError

__all__ = ["PACKINGS", "bare_name", "open_packed", "zstandard"]

PACKINGS = (".gz", ".zst")
"""Endings of packed files."""


def bare_name(name: str) -> str:
    """
    Return *name* in lower case and without the ending of its packing.

    >>> bare_name("A.HTML.gz")
    'a.html'
    """
    name = name.lower()
    for packing in PACKINGS:
        name = name.removesuffix(packing)
    return name


def open_packed(path: str | Path) -> BinaryIO:
    """
    Open *path* for reading what its packing holds; reading a damaged one raises `OSError` or `EOFError`.

    Raises:
        OSError: it cannot be opened, or the library for its packing is missing.
    """
    ending = Path(path).suffix.lower()
    if ending == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if ending == ".zst":
        try:
            library = zstandard()
        except InputError as error:
            raise OSError(str(error)) from error
        return cast("BinaryIO", _Zstandard(library.ZstdFile(path), library.ZstdError))
    return Path(path).open("rb")


def zstandard() -> Any:  # noqa: ANN401  a module
    """
    Return the Zstandard library: Python's own from 3.14 on, its back-port before.

    Raises:
        InputError: it is not installed.
    """
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        msg = "zst needs the extra 'zst': pip install 'newsclean[zst]'"
        raise InputError(msg) from error


class _Zstandard:
    """A Zstandard file whose damage is an `OSError`, as gzip's is."""

    def __init__(self, file: Any, damage: type[Exception]) -> None:  # noqa: ANN401  ZstdFile
        self._file, self._damage = file, damage

    def read(self, size: int = -1) -> bytes:
        """Read up to *size* bytes."""
        try:
            data: bytes = self._file.read(size)
        except self._damage as error:
            raise OSError(str(error)) from error
        return data

    def readline(self, size: int = -1) -> bytes:
        """Read one line, or *size* bytes of it."""
        try:
            data: bytes = self._file.readline(size)
        except self._damage as error:
            raise OSError(str(error)) from error
        return data

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
