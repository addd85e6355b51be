"""Files that are there whole or not at all, also after a kill or a power cut."""

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["boundary", "put", "sync_folder", "write_file", "write_whole"]


def boundary(name: str) -> None:
    """Mark the place between two steps of a commit; tests replace this function to die there."""


def write_file(target: Path, data: bytes) -> None:
    """
    Write *data* to *target*, whole or not at all.

    Raises:
        OSError: it could not be written, and nothing is left.
    """
    write_whole(target, lambda temporary: put(temporary, data))


def write_whole(target: Path, write: Callable[[Path], None]) -> None:
    """
    Have *write* make a file beside *target*, and put it in *target*'s place when it is whole and on the disk.

    Raises:
        OSError: it could not be written, and nothing is left.
    """
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        write(temporary)
        boundary("written")
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        boundary("synced")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    boundary("renamed")
    sync_folder(target.parent)
    boundary("folder synced")


def put(path: Path, data: bytes) -> None:
    """
    Write *data* to *path*, just so.

    Raises:
        OSError: it could not be written.
    """
    half = len(data) // 2
    with path.open("wb") as file:
        boundary("created")
        file.write(data[:half])
        file.flush()
        boundary("half written")
        file.write(data[half:])


def sync_folder(path: Path) -> None:
    """
    Have the names in the folder *path* reach the disk.

    Raises:
        OSError: they do not.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
