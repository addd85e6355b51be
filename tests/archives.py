"""Archives for tests, made here, with what must come out of them."""

import gzip
import hashlib
import random
from base64 import b32encode
from collections.abc import Iterable

from newsclean.files.packed import zstandard

PACKINGS = ("plain", "members", "one member", "concatenated", "zst")


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
