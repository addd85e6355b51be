"""What hostile servers do costs no more than the limits, and ends in an error that says what it was."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsclean.document import Page
from newsclean.errors import FetchError
from newsclean.fetching.exchange import (
    BadEncoding,
    BadRedirect,
    BadResponse,
    BadStatus,
    FetchOptions,
    ForbiddenAddress,
    NotText,
    TimedOut,
    TlsFailure,
    TooLarge,
    Unreachable,
)
from newsclean.fetching.fetcher import fetch, fetch_pages

sys.path.insert(0, str(Path(__file__).parent))
from servers import hostile
from servers.loopback import Server

LIMIT = 0.6
OPTIONS = FetchOptions(
    allow_networks=("127.0.0.0/8",),
    robots=False,
    pause=0.0,
    tries=1,
    timeout=LIMIT,
    max_bytes=1024 * 1024,
)

BEHAVIOURS: dict[str, type[FetchError]] = {
    "/drip-body": TimedOut,
    "/drip-headers": TimedOut,
    "/silence": TimedOut,
    "/endless-early-hints": TimedOut,
    "/endless-chunks": TooLarge,
    "/endless-headers": BadResponse,
    "/bad-chunk": BadResponse,
    "/reset": Unreachable,
    "/garbage": BadResponse,
    "/hang-up": BadResponse,
    "/switch": BadResponse,
    "/both-lengths": BadResponse,
    "/negative": BadResponse,
    "/short": BadResponse,
    "/declared-huge": TooLarge,
    "/wander": BadRedirect,
    "/self": BadRedirect,
    "/ping": BadRedirect,
    "/to-file": BadRedirect,
    "/to-ftp": BadRedirect,
    "/to-data": BadRedirect,
    "/to-script": BadRedirect,
    "/to-bad-port": BadRedirect,
    "/to-nowhere": BadStatus,
    "/to-metadata": ForbiddenAddress,
    "/stacked": BadEncoding,
    "/three": BadEncoding,
    "/unknown-coding": BadEncoding,
    "/not-gzip": BadEncoding,
    "/cut-gzip": BadEncoding,
    "/swallow": TooLarge,
    "/image": NotText,
    "/zip": NotText,
    "/forbidden": BadStatus,
    "/gone": BadStatus,
    "/teapot": BadStatus,
    "/server-error": BadStatus,
    "/not-modified": BadStatus,
    **{f"/bomb-{coding}": TooLarge for coding in ("gzip", "deflate", "br", "zstd")},
    **{f"/bomb-{coding}-twice": TooLarge for coding in ("gzip", "deflate", "br", "zstd")},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run the hostile server."""
    with Server(hostile.routes()) as running:
        yield running


@pytest.mark.parametrize("path", BEHAVIOURS)
def test_behaviour(server: Server, path: str) -> None:
    """Each behaviour ends in its typed error, with the address and a reason, within the limit and a second."""
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch(server.url(path), options=OPTIONS)
    assert time.monotonic() - began < LIMIT + 1.0
    assert type(caught.value) is BEHAVIOURS[path], repr(caught.value)
    assert caught.value.url.startswith(("http://127.0.0.1:", "http://169.254.169.254"))
    assert caught.value.reason


def test_surplus_is_ignored(server: Server) -> None:
    """Bytes behind the declared length belong to no page and to no later response."""
    page = fetch(server.url("/too-much"), options=OPTIONS)
    assert page.data == hostile.PAGE
    assert b"EVIL" not in page.data


def test_hanging_tls() -> None:
    """A port that accepts and never shakes hands costs the limit; one that speaks no TLS fails at once."""
    silent = socket.create_server(("127.0.0.1", 0))
    with silent:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/", options=OPTIONS)
        assert time.monotonic() - began < LIMIT + 1.0
    with Server(raw=hostile.no_tls) as plain, pytest.raises(TlsFailure):
        fetch(plain.url("/").replace("http:", "https:"), options=OPTIONS)


def test_every_behaviour_in_one_list(server: Server) -> None:
    """A list of every behaviour ends with one outcome per address."""
    urls = [server.url(path) for path in (*BEHAVIOURS, "/too-much")]
    options = FetchOptions(
        allow_networks=("127.0.0.0/8",),
        robots=False,
        pause=0.0,
        tries=1,
        timeout=3.0,
        max_bytes=1024 * 1024,
        host_connections=50,
    )
    outcomes = list(fetch_pages(urls, options=options))
    assert sorted(outcome.source for outcome in outcomes) == sorted(urls)
    assert {outcome.source for outcome in outcomes if isinstance(outcome, Page)} == {server.url("/too-much")}


OPENED = """
import re, sys
from pathlib import Path
from newsclean.document import Page
from newsclean.fetching import fetcher, warc
from newsclean.fetching.exchange import FetchOptions

urls, cache = sys.argv[2:], Path(sys.argv[1]) if sys.argv[1] else None
options = FetchOptions(
    allow_networks=("127.0.0.0/8",), pause=0.0, tries=1, host_connections=50, timeout=60.0, cache=cache
)
"""
BOMBS = """
outcomes = list(warc.collect(urls, Path("pages.warc.gz"), options=options))
assert len(outcomes) == len(urls)
assert all(outcome.message.startswith("too_large") for outcome in outcomes), outcomes
"""
PAGES = """
from newsclean.fetching.continuation import complete

pages = fetcher.fetch_pages(urls, options=options, complete=complete)
sizes = [len(page.data) for page in pages if isinstance(page, Page)]
assert len(sizes) == len(urls) and min(sizes) > 16_000_000, sizes
"""
COMMAND = """
from newsclean.command.app import app

line = ["fetch", *urls, "-o", "pages.warc.gz", "--pause=0", "--allow-network=127.0.0.0/8"]
try:
    app(line + [f"--cache={cache}"] * bool(cache))
except SystemExit as end:
    assert not end.code, end
"""
TOLD = """
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no VmHWM: peak memory is not told")
MIXED = "bomb-gzip bomb-br bomb-zstd bomb-deflate-twice endless-chunks"
LONG = "long" + 9 * " long-gzip"


@needs_proc
@pytest.mark.parametrize(
    ("script", "paths", "count", "cache"),
    [
        pytest.param(BOMBS, MIXED, 50, "", id="mixed"),
        pytest.param(BOMBS, "bomb-br", 50, "", id="br"),
        pytest.param(BOMBS, "bomb-br", 50, "cache.db", id="br-cache"),
        pytest.param(BOMBS, "bomb-zstd", 50, "", id="zstd"),
        pytest.param(COMMAND, LONG, 60, "cache.db", id="command-cache"),
    ],
)
def test_memory(server: Server, tmp_path: Path, script: str, paths: str, count: int, cache: str) -> None:
    """
    Fifty bombs at once, or long honest pages, with the limits as they are: the process never needs 100 MB.

    Interpreter, libraries, archive and cache included; the windows of the decoders are as wide as they can be.
    """
    assert _peak(server, tmp_path, script, paths.split(), count, cache) < 100_000_000


@needs_proc
@pytest.mark.parametrize(
    ("path", "count", "cache"),
    [("long", 30, "cache.db"), ("long-gzip", 60, ""), ("long-br", 60, ""), ("parts", 20, "")],
)
def test_memory_of_pages(server: Server, tmp_path: Path, path: str, count: int, cache: str) -> None:
    """
    Pages of almost 16 MiB, fifty under way: room for the one in the reader's hands and the next, no third.

    That one is many pages of one article changes nothing.
    """
    assert _peak(server, tmp_path, PAGES, [path], count, cache) < 100_000_000


def _peak(server: Server, folder: Path, script: str, paths: list[str], count: int, cache: str) -> int:
    """Return the most bytes that a process needs in which *script* fetches *count* addresses."""
    urls = [server.url(f"/{paths[number % len(paths)]}?{number}") for number in range(count)]
    result = subprocess.run(
        [sys.executable, "-c", OPENED + script + TOLD, cache, *urls],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert result.returncode == 0, result.stderr
    return int(result.stdout) * 1024
