"""Manners, read from the server's own log with a monotonic clock: robots.txt by RFC 9309, pauses, Retry-After."""

import asyncio
import gzip
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from newsclean.document import Page
from newsclean.fetching.exchange import BadStatus, Disallowed, FetchOptions
from newsclean.fetching.fetcher import Fetcher, fetch, fetch_pages
from newsclean.fetching.politeness import RobotsAnswer, back_off, retry_after, robots_rules

sys.path.insert(0, str(Path(__file__).parent))
from servers.loopback import Request, Route, Server, redirect, reply

FAST = FetchOptions(allow_networks=("127.0.0.0/8",), pause=0.0, back_off=0.01, timeout=1.0)
TEXT = {"Content-Type": "text/plain"}
DENY = "User-agent: *\nDisallow: /\n"


def options(**changes: object) -> FetchOptions:
    """Return quick options with *changes*."""
    values = {name: getattr(FAST, name) for name in FAST.__struct_fields__}
    return FetchOptions(**{**values, **changes})


def hops(number: int, end: Route) -> dict[str, Route]:
    """Return routes by which robots.txt redirects *number* times before *end*."""
    names = ["/robots.txt", *(f"/hop{n}" for n in range(number))]
    return {**{a: redirect(b) for a, b in pairwise(names)}, names[-1]: end}


async def hang(_: Request, out: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(30)
    out.close()


async def drop(_: Request, out: asyncio.StreamWriter) -> None:
    """Close without an answer."""
    out.close()


LONG = "# " + "x" * 100 + "\n"
MATRIX: dict[str, tuple[dict[str, Route], bool]] = {
    "200 empty": ({"/robots.txt": reply("", headers=TEXT)}, True),
    "200 allow": ({"/robots.txt": reply("User-agent: *\nDisallow: /other\n", headers=TEXT)}, True),
    "200 deny": ({"/robots.txt": reply(DENY, headers=TEXT)}, False),
    "200 deny us": ({"/robots.txt": reply("User-agent: newsclean\nDisallow: /\n", headers=TEXT)}, False),
    "200 deny us, any case": ({"/robots.txt": reply("USER-AGENT: NewsClean\ndisallow: /\n", headers=TEXT)}, False),
    "200 deny others": ({"/robots.txt": reply("User-agent: otherbot\nDisallow: /\n", headers=TEXT)}, True),
    "our group wins over *": ({"/robots.txt": reply(DENY + "User-agent: newsclean\nAllow: /\n")}, True),
    "groups of one agent join": (
        {"/robots.txt": reply("User-agent: newsclean\nDisallow: /x\n\nUser-agent: newsclean\nDisallow: /a\n")},
        False,
    ),
    "longest rule wins": ({"/robots.txt": reply("User-agent: *\nDisallow: /\nAllow: /art\n")}, True),
    "allow wins a tie": ({"/robots.txt": reply("User-agent: *\nDisallow: /article\nAllow: /article\n")}, True),
    "wildcard": ({"/robots.txt": reply("User-agent: *\nDisallow: /*icle\n")}, False),
    "end anchor": ({"/robots.txt": reply("User-agent: *\nDisallow: /art$\n")}, True),
    "percent encoding": ({"/robots.txt": reply("User-agent: *\nDisallow: /%61rticle\n")}, False),
    "byte order mark": ({"/robots.txt": reply("\ufeff" + DENY)}, False),
    "CR line ends": ({"/robots.txt": reply(DENY.replace("\n", "\r"))}, False),
    "not UTF-8": ({"/robots.txt": reply(b"# caf\xe9\n" + DENY.encode())}, False),
    "an HTML page": ({"/robots.txt": reply("<html><body>Welcome</body></html>")}, True),
    "an image type": ({"/robots.txt": reply(DENY, headers={"Content-Type": "image/png"})}, False),
    "gzip": (
        {"/robots.txt": reply(gzip.compress(DENY.encode()), headers={"Content-Encoding": "gzip"})},
        False,
    ),
    "redirect x5": (hops(5, reply(DENY)), False),
    "redirect x6": (hops(6, reply(DENY)), True),
    "redirect loop": ({"/robots.txt": redirect("/robots.txt")}, True),
    "redirect to a file": ({"/robots.txt": redirect("file:///etc/hostname")}, True),
    "301": ({"/robots.txt": redirect("/r", status=301), "/r": reply(DENY)}, False),
    "308": ({"/robots.txt": redirect("/r", status=308), "/r": reply(DENY)}, False),
    "401": ({"/robots.txt": reply(status=401)}, True),
    "403": ({"/robots.txt": reply(status=403)}, True),
    "404": ({}, True),
    "410": ({"/robots.txt": reply(status=410)}, True),
    "418": ({"/robots.txt": reply(status=418)}, True),
    "429": ({"/robots.txt": reply(status=429)}, False),
    "500": ({"/robots.txt": reply(status=500)}, False),
    "503": ({"/robots.txt": reply(status=503)}, False),
    "timeout": ({"/robots.txt": hang}, False),
    "closed": ({"/robots.txt": drop}, False),
    "deny within 500 KiB": ({"/robots.txt": reply(LONG * 4_900 + DENY)}, False),
    "deny behind 500 KiB": ({"/robots.txt": reply(LONG * 6_000 + DENY)}, True),
    "6 MB": ({"/robots.txt": reply("User-agent: *\nDisallow: /private\n" + LONG * 58_000 + "Disallow: /\n")}, True),
}


@pytest.mark.parametrize("case", MATRIX)
def test_robots(case: str) -> None:
    """Each kind of robots.txt allows or forbids as RFC 9309 says, and is asked for before the page, once."""
    routes, allowed = MATRIX[case]
    with Server({"/article": reply("page"), **routes}) as server:
        outcomes = list(fetch_pages([server.url("/article"), server.url("/article?2")], options=FAST))
        assert [isinstance(outcome, Page) for outcome in outcomes] == [allowed, allowed]
        asked = server.paths()
        assert asked[0] == "/robots.txt"
        assert asked.count("/article") == (2 if allowed else 0)
        if allowed:
            assert asked.count("/robots.txt") == (6 if case == "redirect loop" else 1)
        else:
            assert asked.count("/robots.txt") <= FAST.tries


def test_robots_cut_line() -> None:
    """The line that the limit of 500 KiB cuts is dropped: it would forbid more than the whole one."""
    head = "User-agent: *\n"
    padding = "#" * (500 * 1024 - len(head) - len("\nDisallow: /")) + "\n"
    body = (head + padding + "Disallow: /private\n").encode()
    assert body[: 500 * 1024].endswith(b"Disallow: /")
    assert robots_rules(RobotsAnswer(200, body[: 500 * 1024]), "newsclean").refusal("http://a/x") is None


def test_robots_of_each_host_on_the_way() -> None:
    """A redirect to another host asks for that host's robots.txt first, and obeys it."""
    with Server({"/robots.txt": reply(DENY), "/b": reply("page")}, host="127.0.0.2") as other:
        with Server({"/a": redirect(other.url("/b"))}) as server:
            with pytest.raises(Disallowed) as caught:
                fetch(server.url("/a"), options=FAST)
            assert caught.value.url == other.url("/b")
        assert other.paths() == ["/robots.txt"]


def test_robots_off() -> None:
    """It can be turned off, and then is not asked for."""
    with Server({"/robots.txt": reply(DENY), "/a": reply("page")}) as server:
        assert fetch(server.url("/a"), options=options(robots=False)).data == b"page"
        assert server.paths() == ["/a"]


def test_user_agent() -> None:
    """We say who we are, and what the caller says we are; robots.txt is read for that name."""
    with Server({"/robots.txt": reply("User-agent: corpusbot\nDisallow: /no\n"), "*": reply("page")}) as server:
        fetch(server.url("/no"), options=FAST)
        named = options(user_agent="CorpusBot/2.0 (+https://example.org/bot)")
        with pytest.raises(Disallowed):
            fetch(server.url("/no"), options=named)
        agents = {request.headers["user-agent"] for request in server.log}
        assert {agent.partition("/")[0] for agent in agents} == {"newsclean", "CorpusBot"}


def gaps(server: Server) -> list[float]:
    """Return the seconds between the end of each request and the start of the next."""
    log = sorted(server.log, key=lambda request: request.began)
    return [after.began - before.ended for before, after in pairwise(log)]


def test_one_at_a_time_with_a_pause() -> None:
    """Requests to one host never overlap and keep the pause, robots.txt included, while many hosts go on at once."""

    async def slow(_: Request, out: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        await reply("page")(_, out)

    pause = 0.3
    hosts = [Server({"*": slow, "/robots.txt": reply(status=404)}, host=f"127.0.0.{n}") for n in range(1, 6)]
    with hosts[0], hosts[1], hosts[2], hosts[3], hosts[4]:
        urls = [server.url(f"/{n}") for n in range(3) for server in hosts]
        began = time.monotonic()
        outcomes = list(fetch_pages(urls, options=options(pause=pause)))
        elapsed = time.monotonic() - began
    assert sum(isinstance(outcome, Page) for outcome in outcomes) == 15
    for server in hosts:
        assert len(server.log) == 4
        assert min(gaps(server)) >= pause, "the pause was not kept"
    assert elapsed < 4.0, "the hosts waited for each other"


def test_default_pause() -> None:
    """The pause is a second when nobody says otherwise."""
    with Server({"*": reply("page")}) as server:
        fetch(server.url("/a"), options=FetchOptions(allow_networks=("127.0.0.0/8",)))
        assert server.paths() == ["/robots.txt", "/a"]
        assert gaps(server)[0] >= 1.0


def test_crawl_delay() -> None:
    """robots.txt may ask for a longer pause, up to a limit, and not for a shorter one."""
    for asked, limit, least, most in (("0.5", 60.0, 0.5, 1.5), ("30", 0.4, 0.4, 1.5), ("0", 60.0, 0.2, 1.0)):
        robots = reply(f"User-agent: *\nCrawl-delay: {asked}\n")
        with Server({"/robots.txt": robots, "*": reply("page")}) as server:
            urls = [server.url(f"/{n}") for n in range(3)]
            list(fetch_pages(urls, options=options(pause=0.2, max_pause=limit)))
            assert least <= min(gaps(server)[1:])
            assert max(gaps(server)[1:]) < most


def failing(times: int, status: int, headers: Callable[[], dict[str, str]] = dict) -> Callable[..., Awaitable[None]]:
    """Return a route that answers with *status* that many times and then with a page."""
    seen: dict[str, int] = {}

    async def answer(request: Request, out: asyncio.StreamWriter) -> None:
        seen[request.path] = seen.get(request.path, 0) + 1
        if seen[request.path] <= times:
            await reply("later", status=status, headers=headers())(request, out)
        else:
            await reply("page")(request, out)

    return answer


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_tried_again(status: int) -> None:
    """What may pass is tried three times in all."""
    with Server({"/robots.txt": reply(status=404), "/a": failing(2, status), "/b": failing(3, status)}) as server:
        assert fetch(server.url("/a"), options=FAST).data == b"page"
        with pytest.raises(BadStatus) as caught:
            fetch(server.url("/b"), options=FAST)
        assert caught.value.status == status
        assert (server.paths().count("/a"), server.paths().count("/b")) == (3, 3)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 410, 451, 501])
def test_not_tried_again(status: int) -> None:
    """What cannot succeed is asked for once."""
    with Server({"/robots.txt": reply(status=404), "/a": reply("no", status=status)}) as server:
        with pytest.raises(BadStatus):
            fetch(server.url("/a"), options=FAST)
        assert server.paths().count("/a") == 1


def test_broken_connection_tried_again() -> None:
    """A connection that breaks is tried again, and so is a body that ends early."""
    count = 0

    async def breaks_twice(request: Request, out: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        if count == 1:
            out.close()
        elif count == 2:
            await reply("pa", length=4)(request, out)
            out.close()
        else:
            await reply("page")(request, out)

    with Server({"/robots.txt": reply(status=404), "/a": breaks_twice}) as server:
        assert fetch(server.url("/a"), options=FAST).data == b"page"


def test_retry_after() -> None:
    """Retry-After holds back the whole host, in seconds and as a date."""

    def date() -> dict[str, str]:
        return {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)}

    for headers, least in ((lambda: {"Retry-After": "1"}, 1.0), (date, 0.9)):
        routes = {"/robots.txt": reply(status=404), "/a": failing(1, 503, headers), "/b": reply("page")}
        with Server(routes) as server:
            outcomes = list(fetch_pages([server.url("/a"), server.url("/b")], options=FAST))
            assert all(isinstance(outcome, Page) for outcome in outcomes)
            assert gaps(server)[1] >= least
            assert server.paths()[:2] == ["/robots.txt", "/a"]


def test_parked() -> None:
    """A host that asks for more than the longest wait is parked: no more requests, each address fails at once."""

    async def check(server: Server) -> None:
        async with Fetcher(options(max_wait=60.0)) as fetcher:
            urls = [server.url(f"/{n}") for n in range(5)]
            outcomes = [outcome async for outcome in fetcher.fetch_all(urls)]
            assert [outcome.message.partition(":")[0] for outcome in outcomes] == ["host_parked"] * 5  # type: ignore[union-attr]
            assert fetcher.progress.parked == (f"127.0.0.1:{server.port}",)
            assert (fetcher.progress.done, fetcher.progress.failed, fetcher.progress.waiting) == (0, 5, 0)

    answer = reply("no", status=429, headers={"Retry-After": "7200"})
    with Server({"/robots.txt": reply(status=404), "*": answer}) as server:
        asyncio.run(check(server))
        assert server.paths() == ["/robots.txt", "/0"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60.0),
        ("Sun, 06 Nov 1994 08:48:37 GMT", 0.0),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60.0),
        ("Sun Nov  6 08:50:37 1994", 60.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_forms(header: str | None, seconds: float | None) -> None:
    """Seconds and the three forms of a date are read; anything else says nothing."""
    assert retry_after(header, datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)) == seconds


def test_back_off() -> None:
    """Waits are spread over the whole range, and the range doubles up to its cap."""
    waits = [[back_off(tried, base=2.0) for _ in range(200)] for tried in (1, 2, 3, 20)]
    for values, top in zip(waits, (2.0, 4.0, 8.0, 60.0), strict=True):
        assert 0.0 <= min(values) < 0.2 * top
        assert 0.8 * top < max(values) <= top


def test_a_slow_reader_holds_fetching_back() -> None:
    """Pages are not fetched ahead of a reader without end: a few connections' worth wait for it, no more."""

    async def check(server: Server) -> None:
        async with Fetcher(options(robots=False, connections=4, host_connections=4)) as fetcher:
            outcomes = fetcher.fetch_all(server.url(f"/{n}") for n in range(40))
            await anext(outcomes)
            await asyncio.sleep(0.5)
            assert len(server.log) <= 10
            # Who reads may fetch in between: the run that waits for its reader holds nothing that this needs.
            assert (await fetcher.fetch(server.url("/between"))).data == b"page"
            assert len([outcome async for outcome in outcomes]) == 39

    with Server({"*": reply("page")}) as server:
        asyncio.run(check(server))


def test_leaving_early() -> None:
    """A run that is left in the middle stops what it had under way."""

    async def check(server: Server) -> None:
        async with Fetcher(options(robots=False)) as fetcher:
            outcomes = fetcher.fetch_all([server.url("/a"), server.url("/slow")])
            assert (await anext(outcomes)).source == server.url("/a")
            await outcomes.aclose()

    with Server({"/a": reply("page"), "/slow": hang}) as server:
        began = time.monotonic()
        asyncio.run(check(server))
        for _ in fetch_pages([server.url("/a"), server.url("/slow")], options=options(robots=False)):
            break
        assert time.monotonic() - began < 0.9
