"""What was fetched is kept whole: WARC files that others read, a cache that asks with conditional requests, resume."""

import asyncio
import gzip
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import fastwarc
import pytest
import trustme
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it ships no types

from newsclean.document import Page
from newsclean.errors import InputError
from newsclean.fetching import warc
from newsclean.fetching.body import Body
from newsclean.fetching.content_coding import zstd
from newsclean.fetching.exchange import Exchange, FetchOptions, HostHeader, TlsFailure
from newsclean.fetching.fetcher import fetch, fetch_pages
from newsclean.files import archive
from newsclean.record import Failure

sys.path.insert(0, str(Path(__file__).parent))
from servers import http2
from servers.loopback import Request, Server, redirect, reply

FAST = {"allow_networks": ("127.0.0.0/8",), "pause": 0.0, "back_off": 0.01, "timeout": 3.0}


def options(**changes: object) -> FetchOptions:
    """Return quick options with *changes*."""
    return FetchOptions(**{**FAST, **changes})  # type: ignore[arg-type]  # tests' shorthand


def records(path: Path) -> list[tuple[str, str, bytes]]:
    """Return type, address and content of each record, as warcio reads them, digests checked."""
    with path.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_archive(tmp_path: Path) -> None:
    """Each response stands in the archive with its request; warcio and FastWARC read it, and so do we."""
    path = tmp_path / "pages.warc.gz"
    page = "<p>Größe</p>".encode("iso-8859-1")
    headers = {"Content-Type": "text/html; charset=iso-8859-1", "Content-Encoding": "zstd", "X-Odd": "caf\xe9"}
    routes = {"/moved": redirect("/page"), "/page": reply(zstd.compress(page), headers=headers)}
    with Server(routes) as server:
        own = HostHeader(origin=server.url("").rstrip("/"), name="Cookie", value="s3cret")
        urls = [server.url("/moved"), server.url("/missing"), server.url("/page")]
        fetched = list(warc.collect(urls, path, options=options(headers=(own,))))
    assert [kind for kind, _, _ in records(path)] == [
        *("warcinfo", "request", "response", "request", "response"),
        *("metadata", "request", "revisit"),
    ]
    assert records(path)[4][1:] == (server.url("/page"), page)
    assert b"s3cret" not in gzip.decompress(path.read_bytes())
    with path.open("rb") as file:
        for record in fastwarc.ArchiveIterator(file, parse_http=False):
            assert record.headers.status_line == "WARC/1.1"
            assert record.verify_block_digest()
    read = list(warc.read(path))
    assert sorted(str(type(one)) for one in read) == sorted(str(type(one)) for one in fetched)
    first, third, failure = read
    assert isinstance(first, Page)
    assert (first.data, first.content_type, first.http_status) == (page, "text/html; charset=iso-8859-1", 200)
    assert (first.requested_url, first.url) == (urls[0], urls[2])
    assert first.fetched_at is not None
    assert abs((datetime.now(UTC) - first.fetched_at).total_seconds()) < 60
    assert isinstance(failure, Failure)
    assert (failure.url, failure.message) == (urls[1], "status: status 404")
    assert isinstance(third, Page)
    assert (third.requested_url, third.data) == (urls[2], page)


def test_foreign_archives(tmp_path: Path) -> None:
    """An archive of somebody else is read, codings undone with a bound, and never written to."""
    path = tmp_path / "theirs.warc.gz"
    bodies = {
        "plain": (b"", b"<p>a"),
        "gzip": (b"Content-Encoding: gzip\r\n", gzip.compress(b"<p>b")),
        "zstd": (b"Content-Encoding: zstd\r\n", zstd.compress(b"<p>c")),
        "chunked": (b"Transfer-Encoding: chunked\r\n", b"4\r\n<p>d\r\n0\r\n\r\n"),
        "bomb": (b"Content-Encoding: gzip\r\n", gzip.compress(bytes(40_000_000))),
        "image": (b"Content-Type: image/png\r\n", b"\x89PNG"),
        "short": (b"Content-Length: 400\r\n", b"<p>e"),
    }
    with path.open("wb") as file:
        for name, (header, body) in bodies.items():
            kind = b"" if name == "image" else b"Content-Type: text/html\r\n"
            block = b"HTTP/1.1 200 OK\r\n" + kind + header + b"\r\n" + body
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{name}>\r\nWARC-Target-URI: http://h/{name}\r\n"
                f"WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    read = {str(one.url): one for one in warc.read(path)}
    for name, text in (("plain", b"<p>a"), ("gzip", b"<p>b"), ("zstd", b"<p>c"), ("chunked", b"<p>d")):
        page = read[f"http://h/{name}"]
        assert isinstance(page, Page)
        assert page.data == text
    assert isinstance(read["http://h/bomb"], Failure)
    assert isinstance(read["http://h/short"], Failure)
    assert "http://h/image" not in read
    with pytest.raises(InputError), warc.WarcArchive(path):
        pass
    with pytest.raises(ValueError, match="warc"):
        warc.WarcArchive(tmp_path / "pages.html")


def exchange(number: int) -> Exchange:
    """Return an exchange with a body of its own."""
    body = f"<p>page {number} ".encode() + os.urandom(300).hex().encode()
    return Exchange(url=f"http://h/{number}", status=200, body=Body.of(body), fetched_at=datetime.now(UTC))


def test_damage(tmp_path: Path) -> None:
    """Every whole record of a damaged archive is read, and each damaged range is told."""
    path = tmp_path / "pages.warc.gz"
    with warc.WarcArchive(path) as archive:
        for number in range(30):
            archive.write(exchange(number), f"http://h/{number}")
    whole = path.read_bytes()
    places = {str(one.url): int(one.source.rpartition("@")[2]) for one in warc.read(path)}
    for damage in range(10):
        victim = 3 * damage
        start = places[f"http://h/{victim}"]
        hurt = whole[: start + 60] + bytes(40) + whole[start + 100 :]
        path.write_bytes(hurt if damage % 2 else whole[: start + 60] + whole[start + 100 :])
        read = list(warc.read(path))
        assert {one.url for one in read if isinstance(one, Page)} == set(places) - {f"http://h/{victim}"}
        assert sum(isinstance(one, Failure) for one in read) == 1
    path.write_bytes(whole[: places["http://h/20"] + 50])
    assert sum(isinstance(one, Page) for one in warc.read(path)) == 20


def test_cache(tmp_path: Path) -> None:
    """A second run asks with conditional requests, gets 304s only, and stores nothing twice."""
    tags: Counter[str] = Counter()

    async def tagged(request: Request, out: asyncio.StreamWriter) -> None:
        by_tag = hash(request.path) % 2
        name, value, test = (
            ("ETag", '"v1"', "if-none-match")
            if by_tag
            else ("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT", "if-modified-since")
        )
        fields = {name: value, "Cache-Control": "no-cache", "Content-Encoding": "gzip"}
        if request.headers.get(test) == value:
            tags["304"] += 1
            await reply(status=304, headers=fields)(request, out)
        else:
            tags["200"] += 1
            await reply(gzip.compress(f"<p>{request.path}".encode()), headers=fields)(request, out)

    cache = tmp_path / "cache.db"

    def stored() -> tuple[int, int]:
        with closing(sqlite3.connect(cache)) as connection:
            entries = connection.execute("select count(*) from entries").fetchone()[0]
            return entries, connection.execute("select count(*) from streams").fetchone()[0]

    with Server({"/robots.txt": tagged, **{f"/p{n}": tagged for n in range(10)}}) as server:
        urls = [server.url(f"/p{n}") for n in range(10)]
        runs = []
        for _ in range(2):
            pages = list(fetch_pages(urls, options=options(cache=cache)))
            runs.append({page.source: page.data for page in pages if isinstance(page, Page)})
            runs.append(stored())  # type: ignore[arg-type]  # compared below
        assert tags == {"200": 11, "304": 11}
        assert len(runs[0]) == 10
        assert runs[0] == runs[2]
        assert runs[1] == runs[3]


def test_cache_keeps_private_pages_apart(tmp_path: Path) -> None:
    """A page fetched with a cookie does not answer for the one without; a fresh page is not asked for again."""

    async def personal(request: Request, out: asyncio.StreamWriter) -> None:
        who = request.headers.get("cookie", "nobody")
        await reply(f"for {who}", headers={"Cache-Control": "max-age=600"})(request, out)

    with Server({"/": personal}) as server:
        own = HostHeader(origin=server.url("").rstrip("/"), name="Cookie", value="me")
        cache = tmp_path / "cache.db"
        seen = [
            fetch(server.url("/"), options=options(cache=cache, headers=headers)).data
            for headers in ((own,), (), (own,), ())
        ]
        assert seen == [b"for me", b"for nobody"] * 2
        assert server.paths().count("/") == 2


def test_success_after_failure(tmp_path: Path) -> None:
    """An address that failed and later became a page is a page only; what remains of the list is told as it goes."""
    path = tmp_path / "pages.warc.gz"
    with Server({"/a": reply("<p>a")}) as server:
        urls = [server.url(f"/{name}") for name in "abcd"]
        list(warc.collect(urls, path, options=options()))
        assert [type(one) for one in warc.read(path)] == [Page, Failure, Failure, Failure]
        server.routes = {"/a": reply("<p>a"), "/b": reply("<p>b"), "/c": redirect("/b")}
        told: list[tuple[int, int | None]] = []
        again = warc.collect(
            urls,
            path,
            options=options(),
            retry_failed=True,
            progress=lambda one: told.append((one.done, one.remaining)),
        )
        assert len(list(again)) == 3
        assert [remaining for _, remaining in told] == [2, 1, 0]
    pages = [one for one in warc.read(path) if isinstance(one, Page)]
    assert {page.requested_url: page.data for page in pages} == {urls[0]: b"<p>a", urls[1]: b"<p>b", urls[2]: b"<p>b"}
    assert len(pages) == 3
    failures = [one for one in warc.read(path) if isinstance(one, Failure)]
    assert [one.url for one in failures] == urls[3:]


RESUME = """
import sys
from pathlib import Path
from newsclean.fetching import warc
from newsclean.fetching.exchange import FetchOptions
options = FetchOptions(allow_networks=("127.0.0.0/8",), pause=0.02, back_off=0.01, tries=1)
urls = [f"{sys.argv[1]}/{n}" for n in range(60)]
print(sum(1 for _ in warc.collect(urls, Path(sys.argv[2]), options=options)))
"""


def test_resume_after_kill(tmp_path: Path) -> None:
    """Killed in the middle of a list, twice, and started again: each address has one outcome, none is fetched again."""

    async def page(request: Request, out: asyncio.StreamWriter) -> None:
        status = 404 if int(request.path[1:]) % 10 == 0 else 200
        await reply(f"<p>{request.path}" * 50, status=status)(request, out)

    path = tmp_path / "pages.warc.gz"
    with Server({"/robots.txt": reply(status=404), "*": page}) as server:
        command = [sys.executable, "-c", RESUME, server.url("").rstrip("/"), str(path)]
        for number in (15, 40):
            process = subprocess.Popen(command)
            deadline = time.monotonic() + 10
            while len(set(server.paths())) < number and time.monotonic() < deadline:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        path.write_bytes(path.read_bytes()[:-7])  # a record that was half on the disk
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert 0 < int(done.stdout) < 40
        outcomes = Counter(one.requested_url if isinstance(one, Page) else one.url for one in warc.read(path))
        assert outcomes == {server.url(f"/{n}"): 1 for n in range(60)}
        asked = Counter(request.path for request in server.log if request.path != "/robots.txt")
        # At each kill one request may be under way, and the cut took one record.
        assert sum(asked.values()) <= 60 + 3
        again = subprocess.run(command, capture_output=True, text=True, check=True)
        assert again.stdout == "0\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make a certificate authority."""
    return trustme.CA()


def tls(authority: trustme.CA, name: str, *protocols: str) -> ssl.SSLContext:
    """Return a server's context with a certificate for *name*."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def test_tls(authority: trustme.CA, tmp_path: Path) -> None:
    """Certificate and name are verified; a failure is told and not tried again."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    with Server({"*": reply("page")}, tls=tls(authority, "127.0.0.1")) as server:
        assert fetch(server.url("/a"), options=options(ca_file=ca_file)).data == b"page"
        with pytest.raises(TlsFailure, match="certificate"):
            fetch(server.url("/a"), options=options())
    with Server({"*": reply("page")}, tls=tls(authority, "other.example")) as server:
        with pytest.raises(TlsFailure, match="certificate"):
            fetch(server.url("/a"), options=options(ca_file=ca_file))
        assert server.paths() == []


def test_http2(authority: trustme.CA, tmp_path: Path) -> None:
    """HTTP/2 is spoken with servers that offer it; what goes wrong there is told like the rest."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    path = tmp_path / "pages.warc.gz"
    with Server(raw=http2.serve, tls=tls(authority, "127.0.0.1", "h2")) as server:
        ours = options(ca_file=ca_file, tries=1, timeout=1.0)
        urls = [server.url(one) for one in ("/page", "/reset", "/garbage", "/close", "/huge-headers", "/silent")]
        outcomes = {one.source: one for one in warc.collect(urls, path, options=ours)}
        page = outcomes.pop(urls[0])
        assert isinstance(page, Page)
        assert page.data == http2.PAGE
        kinds = {"bad_response", "unreachable", "timed_out"}
        for one in outcomes.values():
            assert isinstance(one, Failure)
            assert one.message.partition(":")[0] in kinds, one
        assert server.connections < len(urls) + 2
    assert ("response", urls[0], http2.PAGE) in records(path)


def test_cleaning_an_archive_knows_what_was_asked_for(tmp_path: Path) -> None:
    """The reader of archives that `clean` uses tells the address before a redirect, as the fetcher does."""
    path = tmp_path / "pages.warc.gz"
    with Server({"/old": redirect("/new"), "/new": reply("<p>Hello.")}) as server:
        options = FetchOptions(allow_networks=("127.0.0.0/8",), pause=0.0, robots=False)
        list(warc.collect([server.url("/old")], path, options=options))
        (page,) = archive.pages(str(path))
        assert isinstance(page, Page)
        assert (page.url, page.requested_url) == (server.url("/new"), server.url("/old"))
