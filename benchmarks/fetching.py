"""
Measure fetching on loopback: how fast it is beside bare httpx, and what 10,000 addresses full of failures end in.

    python benchmarks/fetching.py                    # both
    python benchmarks/fetching.py throughput --pages 2000 --rounds 5
    python benchmarks/fetching.py failures --urls 10000

The servers run in a process of their own. Throughput: 50 connections, politeness off, a generated site of pages as long
as news pages are, gzip as servers have it; the two take turns, and the ratio of the medians counts: seconds belong to
one machine. Failures: 3 % of the addresses for each way to fail, the others pages. Exit code 1: the ratio is below 0.7,
or an address has not exactly the outcome it must have.
"""

import argparse
import asyncio
import gzip
import multiprocessing
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from newsclean.document import Page
from newsclean.fetching.exchange import FetchOptions
from newsclean.fetching.fetcher import Fetcher

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from servers import hostile
from servers.loopback import Request, Server, redirect, reply

__all__ = ["main"]

CONNECTIONS = 50
RATIO = 0.7
SHARE = 0.03
SITE_PAGES = 200
MIB = 1 << 20

# Each way to fail: the path, and the kinds that the failure's message may begin with.
FAILURES: dict[str, tuple[str, ...]] = {
    "/missing": ("status",),
    "/forbidden": ("status",),
    "/gone": ("status",),
    "/server-error": ("status",),
    "/drip-body": ("timed_out",),
    "/silence": ("timed_out",),
    "/endless-chunks": ("too_large", "timed_out"),  # whichever comes first
    "/endless-headers": ("bad_response",),
    "/bomb-gzip": ("too_large",),
    "/bomb-br": ("too_large",),
    "/bomb-zstd": ("too_large",),
    "/stacked": ("encoding",),
    "/cut-gzip": ("encoding",),
    "/declared-huge": ("too_large",),
    "/short": ("bad_response",),
    "/reset": ("unreachable",),
    "/hang-up": ("bad_response",),
    "/garbage": ("bad_response",),
    "/self": ("redirect",),
    "/wander": ("redirect",),
    "/to-file": ("redirect",),
    "/to-metadata": ("forbidden_address",),
    "/image": ("not_text",),
    "/no/robots": ("disallowed",),
    "/busy": ("status", "host_parked"),
    "ftp": ("bad_address",),
    "private": ("forbidden_address",),
    "closed": ("unreachable",),
}
_HOSTS = 60


def page(number: int) -> bytes:
    """Return a page of about 100 kB: the median news page of the development pages is as long."""
    words = random.Random(number)  # noqa: S311 - text, not a secret
    text = " ".join(f"word{words.randrange(20_000)}" for _ in range(11_000))
    return f"<!doctype html><title>Page {number}</title><body><article><h1>Page {number}</h1><p>{text}".encode()


class _Fast(asyncio.Protocol):
    """Answers each request with a page made beforehand: the server must not be what is measured."""

    answers: tuple[bytes, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            number = int(head.split(b" ", 2)[1][2:])
            self.transport.write(self.answers[number % SITE_PAGES])  # type: ignore[attr-defined]  # a Transport


def serve_site(told: Connection) -> None:
    """Serve the generated site until the process is ended."""
    bodies = [gzip.compress(page(number), 6) for number in range(SITE_PAGES)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    _Fast.answers = tuple(head % len(body) + body for body in bodies)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Fast, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def serve_failures(told: Connection) -> None:
    """Serve every way to fail, on all addresses of loopback, until the process is ended."""

    async def any_page(request: Request, out: asyncio.StreamWriter) -> None:
        await reply(f"<p>{request.path} {request.query}")(request, out)

    routes = {
        **hostile.routes(),
        "/missing": reply("no", status=404),
        "/busy": reply("later", status=429, headers={"Retry-After": "7200"}),
        "/robots.txt": reply("User-agent: *\nDisallow: /no/\n"),
        "/moved": redirect("/page"),
        "*": any_page,
    }
    with Server(routes, host="0.0.0.0") as server:  # noqa: S104 - 127.0.0.0/8 has as many hosts as the list needs
        told.send(server.port)
        while True:
            server.log.clear()
            time.sleep(1)


@contextmanager
def serving(serve: Callable[[Connection], None]) -> Iterator[int]:
    """Run *serve* in a process of its own and yield its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


async def bare(urls: list[str], connections: int = CONNECTIONS) -> int:
    """Fetch *urls* with httpx as it comes, *connections* at a time, and return how many bytes came."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    todo = iter(urls)
    size = 0
    async with httpx.AsyncClient(limits=limits, timeout=30.0) as client:

        async def worker() -> None:
            nonlocal size
            for url in todo:
                response = await client.get(url)
                size += len(response.content)

        await asyncio.gather(*(worker() for _ in range(connections)))
    return size


async def ours(urls: list[str]) -> int:
    """Fetch *urls* with a `Fetcher`, politeness off, and return how many bytes came."""
    options = FetchOptions(
        allow_networks=("127.0.0.0/8",),
        robots=False,
        pause=0.0,
        connections=CONNECTIONS,
        host_connections=CONNECTIONS,
    )
    size = 0
    async with Fetcher(options) as fetcher:
        async for outcome in fetcher.fetch_all(urls):
            if not isinstance(outcome, Page):
                raise TypeError(outcome.message)
            size += len(outcome.data)
    return size


def throughput(pages: int, rounds: int) -> bool:
    """Print pages a second of both, and return whether the ratio holds."""
    # httpx is slower the more connections it has. The ratio is to the same number; the row between is for fairness.
    systems: dict[str, Callable[[list[str]], Coroutine[None, None, int]]] = {
        "httpx": bare,
        "httpx, 10 connections": partial(bare, connections=10),
        "newsclean": ours,
    }
    rates: dict[str, list[float]] = {name: [] for name in systems}
    with serving(serve_site) as port:
        urls = [f"http://127.0.0.1:{port}/p{number}" for number in range(pages)]
        asyncio.run(ours(urls[:SITE_PAGES]))
        for number in range(rounds):
            for name, fetch in systems.items() if number % 2 else reversed(systems.items()):
                began = time.perf_counter()
                size = asyncio.run(fetch(urls))
                rates[name].append(pages / (time.perf_counter() - began))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ratio = medians["newsclean"] / medians["httpx"]
    print(f"\n{pages} pages of {size / pages / 1000:.0f} kB, {CONNECTIONS} connections, median of {rounds} rounds")
    print("\n| | pages/s |\n|---|---:|")
    for name, rate in medians.items():
        print(f"| {name} | {rate:.0f} |")
    print(f"| ratio | {ratio:.2f} |")
    return ratio >= RATIO


def addresses(count: int, port: int) -> dict[str, tuple[str, ...]]:
    """Return *count* addresses, each with the outcomes it may have; () for a page."""
    each = int(count * SHARE)
    made: list[tuple[str, tuple[str, ...]]] = []
    for way, kinds in FAILURES.items():
        for number in range(each):
            host = f"127.0.{1 + number % _HOSTS}.1:{port}"
            if way == "ftp":
                url = f"ftp://{host}/{number}"
            elif way == "private":
                url = f"http://10.0.{number % 250}.1/{number}"
            elif way == "closed":
                url = f"http://127.0.{1 + number % _HOSTS}.2:9/{number}"
            elif way == "/busy":
                url = f"http://127.0.200.{1 + number % 4}:{port}{way}?{number}"
            else:
                url = f"http://{host}{way}?{number}"
            made.append((url, kinds))
    paths = ("/page", "/moved")
    rest = count - len(made)
    made += [(f"http://127.0.{1 + n % _HOSTS}.1:{port}{paths[n % 10 == 0]}?{n}", ()) for n in range(rest)]
    random.Random(5).shuffle(made)  # noqa: S311 - an order, not a secret
    return dict(made)


def peak() -> int:
    """Return the most bytes this process ever held, or 0 where the system does not tell."""
    try:
        match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(match[1]) * 1024 if match else 0


async def outcomes(expected: dict[str, tuple[str, ...]]) -> tuple[Counter[str], list[str]]:
    """Return how the addresses ended, and what is wrong with that."""
    options = FetchOptions(
        allow_networks=("127.0.0.0/8",),
        pause=0.0,
        back_off=0.02,
        tries=2,
        timeout=6.0,  # a busy machine needs more than a second for fifty bombs
        connections=CONNECTIONS,
        host_connections=4,
    )
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    open_ = dict(expected)
    async with Fetcher(options) as fetcher:
        async for outcome in fetcher.fetch_all(list(expected)):
            kind = "page" if isinstance(outcome, Page) else outcome.message.partition(":")[0]
            counts[kind] += 1
            kinds = open_.pop(outcome.source, None)
            if kinds is None or kind not in (kinds or ("page",)):
                wrong.append(f"{outcome.source}: {kind}, not {kinds}" + getattr(outcome, "message", ""))
    return counts, wrong + [f"{url}: no outcome" for url in open_]


def failures(count: int) -> bool:
    """Print what *count* addresses ended in, and return whether each has its outcome."""
    with serving(serve_failures) as port:
        expected = addresses(count, port)
        before = peak()
        began = time.perf_counter()
        counts, wrong = asyncio.run(outcomes(expected))
        seconds = time.perf_counter() - began
    total = sum(counts.values())
    print(f"\n{count} addresses, {len(FAILURES)} ways to fail with {SHARE:.0%} each: {total} outcomes", end="")
    print(f" in {seconds:.0f} s, at most {peak() / MIB:.0f} MiB in memory, {before / MIB:.0f} of them at start")
    print("\n| outcome | addresses |\n|---|---:|")
    for kind, number in counts.most_common():
        print(f"| {kind} | {number} |")
    for line in wrong[:20]:
        print(f"wrong: {line}", file=sys.stderr)
    return not wrong and total == count


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0].strip())
    parser.add_argument("what", nargs="?", choices=("throughput", "failures", "both"), default="both")
    parser.add_argument("--pages", type=int, default=2_000, help="pages of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--urls", type=int, default=10_000)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} at start")
    good = True
    if arguments.what != "failures":
        good = throughput(arguments.pages, arguments.rounds)
    if arguments.what != "throughput":
        good = failures(arguments.urls) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
