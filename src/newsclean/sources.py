"""Files, folders, globs and standard input to pages, one at a time; what cannot be read becomes a `Failure`."""

import glob
import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsclean.document import InputKind, Page
from newsclean.dom import MAX_BYTES
from newsclean.record import Failure, FailureReason

__all__ = ["SUFFIXES", "count", "read"]

SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".text")
"""Endings of the files a folder is searched for, also with ".gz" behind them. A file named outright may end as it likes."""

STDIN = "-"


def read(inputs: Iterable[str], *, kind: InputKind = InputKind.AUTO) -> Iterator[Page | Failure]:
    """
    Yield a page for each file that *inputs* name, in order; a folder's files by name, folders within it included.

    Args:
        inputs: paths of files and folders, globs, or "-" for standard input.
        kind: what the files hold.
    """
    for name in inputs:
        if name == STDIN:
            yield Page(data=sys.stdin.buffer.read(MAX_BYTES + 1), kind=kind, source=STDIN)
            continue
        try:
            paths = _paths(name)
        except OSError as error:
            yield _unreadable(name, error)
            continue
        if not paths:
            message = "folder without pages" if Path(name).is_dir() else "no such file or folder"
            yield Failure(reason=FailureReason.UNREADABLE, source=name, message=message)
        for path in paths:
            yield _page(path, kind)


def count(inputs: Iterable[str]) -> int:
    """Return how many pages `read` will yield for *inputs*, standard input as one."""
    return sum(max(len(_paths(name)), 1) if name != STDIN else 1 for name in inputs)


def _paths(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and _is_page(p))
    if path.exists():
        return [path]
    return sorted(Path(p) for p in glob.glob(name, recursive=True) if Path(p).is_file())  # noqa: PTH207  "**" and "~" as shells read them


def _is_page(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SUFFIXES) and not path.name.startswith(".")


def _page(path: Path, kind: InputKind) -> Page | Failure:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as file:
                # Bounded: a few kilobytes of gzip can unfold to gigabytes.
                data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        return _unreadable(str(path), error)
    if not data.strip():
        return Failure(reason=FailureReason.EMPTY, source=str(path), message="empty file")
    return Page(data=data, kind=kind, source=str(path))


def _unreadable(name: str, error: Exception) -> Failure:
    message = getattr(error, "strerror", None) or str(error)
    return Failure(reason=FailureReason.UNREADABLE, source=name, message=message)
