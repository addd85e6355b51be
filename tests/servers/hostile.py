"""Servers that mean harm, one behaviour a route, and what must come of each."""

import asyncio
import gzip
import os
import random
import socket
import struct
import zlib
from collections.abc import Iterator

import brotli  # type: ignore[import-untyped]  # it ships no types

from newsclean.fetching.content_coding import zstd
from servers.loopback import Request, Route, redirect, reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = 64 * 1024 * 1024
LONG = (b"<html><body><p>" + b"words and more of them, " * 700_000)[: 16 * 1024 * 1024 - 100]
PAGE = b"<html><body><p>" + b"words " * 200 + b"</p></body></html>"


def _zlib_bomb(window: int) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, window)
    block = bytes(1024 * 1024)
    return b"".join(squeeze.compress(block) for _ in range(BOMB // len(block))) + squeeze.flush()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield a coding and 64 MiB in it; br and zstd with the widest windows there are, and something to fill them."""
    yield "gzip", _zlib_bomb(31)
    yield "deflate", _zlib_bomb(15)
    block = random.Random(3).randbytes(1024 * 1024)  # noqa: S311 - noise
    wide = brotli.Compressor(quality=5, lgwin=24)
    yield "br", b"".join(wide.process(block) for _ in range(BOMB // len(block))) + wide.finish()
    window = {zstd.CompressionParameter.window_log: 23, zstd.CompressionParameter.enable_long_distance_matching: 1}
    far = zstd.ZstdCompressor(options=window)
    yield "zstd", b"".join(far.compress(block) for _ in range(BOMB // len(block))) + far.flush()


async def drip_body(_: Request, out: asyncio.StreamWriter) -> None:
    """Send a byte every 50 ms, for ever."""
    out.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
    while True:
        out.write(b"x")
        await out.drain()
        await asyncio.sleep(0.05)


async def drip_headers(_: Request, out: asyncio.StreamWriter) -> None:
    """Send a byte of a header every 50 ms, for ever."""
    out.write(HEAD + b"X-Slow: ")
    while True:
        out.write(b"x")
        await out.drain()
        await asyncio.sleep(0.05)


def _wide_brotli(data: bytes) -> bytes:
    """Return *data* in Brotli with the widest window, which an honest server may use too."""
    wide = brotli.Compressor(quality=1, lgwin=24)
    return b"".join([wide.process(data), wide.finish()])


async def parts(request: Request, out: asyncio.StreamWriter) -> None:
    """Go on for ever: pages of 800 kB, each of which names the next."""
    article, _, number = request.query.partition("&page=")
    following = f"/parts?{article}&amp;page={int(number or 1) + 1}"
    head = f'<html><head><link rel="next" href="{following}"></head><body><p>{following}</p>'.encode()
    await reply(head + LONG[:800_000])(request, out)


async def silence(_: Request, out: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await asyncio.sleep(60)
    out.close()


async def endless_chunks(_: Request, out: asyncio.StreamWriter) -> None:
    """Send chunks for ever."""
    out.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        out.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await out.drain()


async def endless_headers(_: Request, out: asyncio.StreamWriter) -> None:
    """Send headers for ever."""
    out.write(HEAD)
    while True:
        out.write(b"X-More: " + b"y" * 1000 + b"\r\n")
        await out.drain()


async def endless_early_hints(_: Request, out: asyncio.StreamWriter) -> None:
    """Send 103 responses for ever."""
    while True:
        out.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * 100)
        await out.drain()
        await asyncio.sleep(0.01)


async def bad_chunk(_: Request, out: asyncio.StreamWriter) -> None:
    """Send a chunk whose size is no number."""
    out.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n")
    await out.drain()
    out.close()


async def reset(_: Request, out: asyncio.StreamWriter) -> None:
    """Reset the connection in the middle of the body."""
    out.write(HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 1000)
    await out.drain()
    await asyncio.sleep(0.05)
    plain: socket.socket = out.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    out.transport.abort()


async def garbage(_: Request, out: asyncio.StreamWriter) -> None:
    """Answer with noise."""
    out.write(random.Random(7).randbytes(5000) + b"\r\n\r\n")  # noqa: S311 - noise
    await out.drain()
    out.close()


async def hang_up(_: Request, out: asyncio.StreamWriter) -> None:
    """Close without a word."""
    out.close()


async def switch_protocols(_: Request, out: asyncio.StreamWriter) -> None:
    """Switch to a protocol nobody asked for, and say nothing in it."""
    out.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")
    await out.drain()
    await asyncio.sleep(60)


async def both_lengths(_: Request, out: asyncio.StreamWriter) -> None:
    """Declare two lengths that contradict each other."""
    out.write(HEAD + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + b"x" * 20)
    await out.drain()
    out.close()


async def too_much(_: Request, out: asyncio.StreamWriter) -> None:
    """Send more than the declared length, and something that looks like another response."""
    out.write(
        HEAD + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"
    )
    await out.drain()
    out.close()


async def too_little(_: Request, out: asyncio.StreamWriter) -> None:
    """Send less than the declared length."""
    out.write(HEAD + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 1000) + PAGE)
    await out.drain()
    out.close()


async def no_tls(source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    """Answer a TLS handshake in plain HTTP."""
    await source.read(1000)
    out.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await out.drain()


async def wander(request: Request, out: asyncio.StreamWriter) -> None:
    """Redirect to a new address each time."""
    number = int(request.query or "0")
    await redirect(f"/wander?{number + 1}")(request, out)


def _coded(body: bytes, coding: str) -> Route:
    return reply(body, headers={"Content-Encoding": coding})


def _gzip_without_end() -> bytes:
    """Return a gzip member whose file name goes on for 20 MB: it swallows everything and gives nothing."""
    return b"\x1f\x8b\x08\x08" + bytes(6) + b"A" * 20_000_000


def routes() -> dict[str, Route]:
    """Return every behaviour by its path."""
    table: dict[str, Route] = {
        "/drip-body": drip_body,
        "/drip-headers": drip_headers,
        "/silence": silence,
        "/endless-chunks": endless_chunks,
        "/endless-headers": endless_headers,
        "/endless-early-hints": endless_early_hints,
        "/bad-chunk": bad_chunk,
        "/reset": reset,
        "/garbage": garbage,
        "/hang-up": hang_up,
        "/switch": switch_protocols,
        "/both-lengths": both_lengths,
        "/too-much": too_much,
        "/wander": wander,
        "/long": reply(LONG),
        "/long-br": _coded(_wide_brotli(LONG), "br"),
        "/parts": parts,
        "/long-gzip": _coded(gzip.compress(LONG), "gzip"),
        "/short": too_little,
        "/declared-huge": reply(PAGE, length=10**12),
        "/negative": reply(PAGE, length=-5),
        "/self": redirect("/self"),
        "/ping": redirect("/pong"),
        "/pong": redirect("/ping"),
        "/to-file": redirect("file:///etc/hostname"),
        "/to-ftp": redirect("ftp://127.0.0.1/x"),
        "/to-data": redirect("data:text/html,<p>hi"),
        "/to-script": redirect("javascript:alert(1)"),
        "/to-nowhere": reply(status=302),
        "/to-bad-port": redirect("http://127.0.0.1:99999/"),
        "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/stacked": _coded(PAGE, ", ".join(["gzip"] * 100)),
        "/three": _coded(gzip.compress(gzip.compress(gzip.compress(PAGE))), "gzip, gzip, gzip"),
        "/unknown-coding": _coded(PAGE, "compress"),
        "/not-gzip": _coded(PAGE, "gzip"),
        "/cut-gzip": _coded(gzip.compress(os.urandom(5000))[:-100], "gzip"),
        "/swallow": _coded(gzip.compress(_gzip_without_end()), "gzip, gzip"),
        "/image": reply(b"\x89PNG", headers={"Content-Type": "image/png"}),
        "/zip": reply(b"PK\3\4", headers={"Content-Type": "application/zip"}),
        "/forbidden": reply("no", status=403),
        "/gone": reply("gone", status=410),
        "/teapot": reply("tea", status=418),
        "/server-error": reply("sorry", status=500),
        "/not-modified": reply(status=304),
    }
    for coding, body in bombs():
        table[f"/bomb-{coding}"] = _coded(body, coding)
        table[f"/bomb-{coding}-twice"] = _coded(gzip.compress(body), f"{coding}, gzip")
    return table
