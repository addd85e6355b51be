"""
Archives for tests, made here, with what must come out of them, and ways to damage them.

    python tests/archives.py    300 damaged archives: how many whole records newsclean, FastWARC and warcio bring back
"""

import gzip
import hashlib
import io
import random
import sys
import tempfile
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import NamedTuple

import fastwarc.warc
import warcio.archiveiterator
import warcio.exceptions

from newsclean import Failure, Page
from newsclean.files.archive import pages
from newsclean.files.packed import zstandard

ENDINGS = {
    "plain": ".warc",
    "members": ".warc.gz",
    "one member": ".warc.gz",
    "concatenated": ".warc.gz",
    "zst": ".warc.zst",
}
PACKINGS = tuple(ENDINGS)
COUNT = 60  # records in an archive that is damaged


def body(number: int) -> bytes:
    """Return the HTML of page *number*, hard to compress so that damage is spread evenly."""
    random_ = random.Random(number)  # noqa: S311  a seed makes it the same each time
    words = " ".join(
        random_.choice("snow rain wind sun cloud storm ice fog".split()) + str(random_.random()) for _ in range(60)
    )
    return f"<title>Story {number}</title><p>{words}</p>".encode()


def record(number: int, *, digest: bool = True, status: int = 200) -> bytes:
    """Return the WARC record of a response with page *number*."""
    block = b"HTTP/1.1 %d X\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" % status + body(number)
    lines = [
        "WARC/1.0",
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:{number:032x}>",
        f"WARC-Target-URI: https://news.example/{number}",
        "WARC-Date: 2024-05-06T07:08:09Z",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    if digest:
        lines.append(
            "WARC-Block-Digest: sha1:" + b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def archive(records: Iterable[bytes], packing: str) -> tuple[bytes, list[tuple[int, int]]]:
    """Return the bytes of an archive, and which of them hold each record (in one member: all before its end)."""
    data, places = b"", []
    if packing == "one member":
        return gzip.compress(b"".join(records), mtime=0), []
    if packing == "concatenated":
        all_records = list(records)
        half = len(all_records) // 2
        first, places = archive(all_records[:half], "members")
        second, more = archive(all_records[half:], "members")
        return first + second, places + [(start + len(first), end + len(first)) for start, end in more]
    pack = {"plain": bytes, "members": lambda d: gzip.compress(d, mtime=0), "zst": lambda d: zstandard().compress(d)}[
        packing
    ]
    for item in records:
        packed = pack(item)
        places.append((len(data), len(data) + len(packed)))
        data += packed
    return data, places


# ---- damage


class Damaged(NamedTuple):
    """An archive with one damage: its bytes, where the damage is and of which kind, and which records are whole."""

    data: bytes
    start: int
    end: int
    kind: str
    whole: frozenset[int]


def damaged(packing: str, times: int) -> Iterator[Damaged]:
    """Yield an archive of `COUNT` records *times*, damaged at random: cut, flipped, zeroed, or with bytes missing."""
    data, places = archive([record(i) for i in range(COUNT)], packing)
    random_ = random.Random(packing)  # noqa: S311  a seed makes it the same each time
    for _ in range(times):
        start = random_.randrange(1, len(data) - 1)
        end = min(len(data), start + random_.choice((1, 40, 500)))
        kind = random_.choice(("cut", "flip", "zero", "missing"))
        if kind == "cut":
            end = len(data)
        flipped = bytes(byte ^ random_.randrange(1, 256) for byte in data[start:end])
        middle = {"flip": flipped, "zero": bytes(end - start)}.get(kind, b"")
        whole = frozenset(_whole(data, places, start, end))
        yield Damaged(data[:start] + middle + data[end:], start, end, kind, whole)


def _whole(data: bytes, places: list[tuple[int, int]], start: int, end: int) -> Iterator[int]:
    """Yield the records that a damage from *start* to *end* leaves whole; of one member those that unpack before it."""
    if places:
        yield from (i for i, (first, last) in enumerate(places) if last <= start or first >= end)
        return
    unpacked = len(zlib.decompressobj(31).decompress(data[:start]))
    for i in range(COUNT):
        unpacked -= len(record(i))
        if unpacked < 0:
            return
        yield i


# ---- readers: the bodies they give, and whether they say that something is wrong


def read_newsclean(path: Path) -> tuple[list[bytes], bool]:
    """Read the archive at *path* with newsclean."""
    found = list(pages(str(path)))
    bodies = [page.data for page in found if isinstance(page, Page) and isinstance(page.data, bytes)]
    return bodies, any(isinstance(page, Failure) for page in found)


def read_fastwarc(path: Path) -> tuple[list[bytes], bool]:
    """Read the archive at *path* with FastWARC, told to check digests."""
    bodies: list[bytes] = []
    try:
        with path.open("rb") as file:
            bodies.extend(item.reader.read() for item in fastwarc.warc.ArchiveIterator(file, verify_digests=True))
    except (OSError, ValueError, RuntimeError):
        return bodies, True
    return bodies, False


def read_warcio(path: Path) -> tuple[list[bytes], bool]:
    """Read the archive at *path* with warcio, told to check digests."""
    bodies: list[bytes] = []
    wrong = False
    try:
        with path.open("rb") as file:
            for item in warcio.archiveiterator.ArchiveIterator(file, check_digests="log"):
                body_ = item.content_stream().read()
                if item.digest_checker.passed is False:
                    wrong = True
                else:
                    bodies.append(body_)
    except Exception:  # noqa: BLE001  warcio has no root of its errors: struct.error, ValueError and its own are seen
        return bodies, True
    return bodies, wrong


READERS: dict[str, Callable[[Path], tuple[list[bytes], bool]]] = {
    "newsclean": read_newsclean,
    "FastWARC": read_fastwarc,
    "warcio": read_warcio,
}


class Score(NamedTuple):
    """What a reader brings back: whole records of those there are, pages that no record held, damage not told of."""

    back: int
    whole: int
    wrong: int
    silent: int

    def __str__(self) -> str:
        """Return it as a cell of the table."""
        return f"{self.back / self.whole:.1%}, {self.wrong} wrong, {self.silent} silent"


def scores(packing: str, times: int, folder: Path) -> dict[str, Score]:
    """Return how well each reader does on *times* damaged archives of *packing*, written into *folder*."""
    numbers = {body(i): i for i in range(COUNT)}
    totals = dict.fromkeys(READERS, Score(0, 0, 0, 0))
    path = folder / f"damaged{ENDINGS[packing]}"
    for it in damaged(packing, times):
        path.write_bytes(it.data)
        for name, read in READERS.items():
            bodies, told = read(path)
            got = {numbers.get(data, -1) for data in bodies}
            wrong = sum(data not in numbers for data in bodies)
            silent = not told and len(got - {-1}) < COUNT
            one = Score(len(it.whole & got), len(it.whole), wrong, int(silent))
            totals[name] = Score(*map(sum, zip(totals[name], one, strict=True)))
    return totals


def main() -> None:
    """Print what each reader brings back of 300 archives, as a table of Markdown."""
    rows = [["packing", *READERS], ["---"] * (len(READERS) + 1)]
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):  # warcio tells there what it meets
        for packing in PACKINGS:
            found = scores(packing, 300 // len(PACKINGS), Path(folder))
            rows.append([packing, *map(str, found.values())])
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
