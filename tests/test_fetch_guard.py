"""Nothing but public addresses is dialled, however spelled and on whichever hop; what is private stays at home."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import newsclean
from newsclean.document import Page
from newsclean.fetching.exchange import (
    BadAddress,
    FetchOptions,
    ForbiddenAddress,
    HostHeader,
    TimedOut,
    UnknownHost,
    redact,
)
from newsclean.fetching.fetcher import Fetcher, fetch, fetch_pages
from newsclean.fetching.guard import networks, refusal
from newsclean.record import Failure

sys.path.insert(0, str(Path(__file__).parent))
from servers.loopback import Server, redirect, reply

SPELLINGS = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7F.0.0.1 0177.0.0.1 017700000001 0x7f.1 127.0.0.1. 127.255.255.254
0.0.0.0 0 0x0 10.0.0.1 10.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 0xc0a80001 169.254.169.254
2852039166 0xa9fea9fe 169.254.170.2 100.64.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 192.88.99.1 [::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::ffff:10.0.0.1] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a00:1]
[64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:a00:1::1] [2001:0:7f00:1::1] [2001:0:4136:e378:8000:63bf:80ff:fffe]
[fe80::1] [fe80::1%25lo] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [2001:db8::1] [100::1]
[2606:4700::5efe:127.0.0.1] localhost LOCALHOST localhost. me@127.0.0.1 me:secret@127.0.0.1 8.8.8.8@127.0.0.1
8.8.8.8:80@127.0.0.1 １２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① %31%32%37.0.0.1 %6cocalhost 127.0.0.1%00.example.org
8.8.8.8\\@127.0.0.1 127.0.0.1%2f@8.8.8.8
""".split()

PUBLIC = "8.8.8.8 1.1.1.1 93.184.216.34 2606:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.fixture
def trap() -> Iterator[Server]:
    """Run a server that must not be reached."""
    with Server({"*": reply("caught")}, host="127.0.0.1") as running:
        yield running


def test_spellings(trap: Server) -> None:
    """No spelling of a private address gets a connection."""
    assert len(set(SPELLINGS)) >= 60
    options = FetchOptions(tries=1, timeout=2.0, pause=0.0, host_connections=50)
    urls = [f"http://{spelling}:{trap.port}/" for spelling in SPELLINGS]
    outcomes = list(fetch_pages(urls, options=options))
    assert trap.connections == 0
    assert len(outcomes) == len(urls)
    for outcome in outcomes:
        assert isinstance(outcome, Failure), outcome
        kind = outcome.message.partition(":")[0]
        assert kind in {"forbidden_address", "bad_address", "unknown_host", "unreachable", "duplicate"}, outcome
        assert "secret" not in str(outcome)


def test_numeric_spellings_are_refused_by_their_address(trap: Server) -> None:
    """The spellings that the system resolves are refused for what they resolve to, not for how they look."""
    for spelling in ("127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"):
        with pytest.raises(ForbiddenAddress, match="loopback"):
            fetch(f"http://{spelling}:{trap.port}/", options=FetchOptions(robots=False))
    assert trap.connections == 0


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """Public addresses are not refused, mapped and NAT64 ones included."""
    assert refusal(address) is None


def test_allowed_networks() -> None:
    """What the caller allows may be dialled, and only that."""
    allowed = networks(["127.0.0.0/8", "fd00::/8"])
    assert refusal("127.0.0.1", allowed) is None
    assert refusal("::ffff:127.0.0.1", allowed) is None
    assert refusal("fd12::1", allowed) is None
    assert refusal("10.0.0.1", allowed) == "10.0.0.1 is a private address"
    with pytest.raises(ValueError, match="not appear"):
        FetchOptions(allow_networks=("everything",))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/hostname",
            "ftp://example.org/a",
            "data:text/html,a",
            "javascript:a()",
            "//example.org/",
            "a",
            "",
        ),
        *(
            "http://",
            "http:///a",
            "http://[::1",
            "http://a:0/",
            "http://a:99999/",
            "http://a b/",
            "http://exa\nmple.org/",
        ),
        "http://a/" + "x" * 9000,
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    """Only http and https addresses with a host are asked."""
    with pytest.raises((BadAddress, UnknownHost)):
        fetch(url, options=FetchOptions(robots=False, tries=1))


class Rebinding:
    """A resolver whose answers change from one question to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 - a resolver is called so
        """Return the next answer; the last one for ever."""
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


async def get(url: str, resolver: Rebinding, **options: object) -> Page:
    """Fetch *url*; 127.0.0.1 stands for the public internet, all else is private."""
    chosen = {"allow_networks": ("127.0.0.1/32",), "pause": 0.0, "tries": 1, "timeout": 2.0, **options}
    async with Fetcher(FetchOptions(**chosen), resolver=resolver) as fetcher:  # type: ignore[arg-type]  # tests' shorthand
        return await fetcher.fetch(url)


def test_rebinding() -> None:
    """A name that turns private between two connections gets no second one; the answer that was vetted is dialled."""
    with Server({"*": reply("caught")}, host="127.0.0.2") as trap:
        # A server on the same port of the public address, which closes after each answer.
        closing = {"Connection": "close"}
        with Server({"/robots.txt": reply("", status=404, headers=closing), "*": reply("page")}) as public:
            public_port = f"http://site.test:{public.port}/"
            resolver = Rebinding(["127.0.0.1"], ["127.0.0.2"])
            with pytest.raises(ForbiddenAddress):
                asyncio.run(get(public_port, resolver))
            assert (resolver.asked, public.paths()) == (2, ["/robots.txt"])
            resolver = Rebinding(["127.0.0.1"], ["127.0.0.2"])
            assert asyncio.run(get(public_port, resolver, robots=False)).data == b"page"
            assert resolver.asked == 1
        for answers in (["127.0.0.1", "127.0.0.2"], ["127.0.0.2"], ["127.0.0.1", "::1"], ["169.254.169.254"]):
            with pytest.raises(ForbiddenAddress):
                asyncio.run(get(f"http://site.test:{trap.port}/", Rebinding(answers), robots=False))
        assert trap.connections == 0


def test_redirects_are_vetted() -> None:
    """A redirect to a private address is refused on whichever hop, and so is one of a robots.txt."""
    with Server({"*": reply("caught")}, host="127.0.0.2") as trap:
        routes = {
            "/a": redirect("/b"),
            "/b": redirect(trap.url("/secret")),
            "/c": redirect(f"http://127.0.0.1@127.0.0.2:{trap.port}/"),
            "/d": redirect(f"//127.0.0.2:{trap.port}/"),
        }
        with Server(routes) as server:
            for path in ("/a", "/c", "/d"):
                with pytest.raises(ForbiddenAddress):
                    asyncio.run(get(server.url(path), _literal()))
        routes = {"/robots.txt": redirect(trap.url("/robots.txt")), "*": reply("page")}
        with Server(routes) as server, pytest.raises(ForbiddenAddress):
            asyncio.run(get(server.url("/"), _literal()))
        assert trap.connections == 0


def _literal() -> Rebinding:
    """Return a resolver that gives addresses back as they are."""

    class Literal(Rebinding):
        async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 - see above
            return [host]

    return Literal()


def test_headers_stay_with_their_origin() -> None:
    """A cookie goes to its origin only: not to another port, not after a redirect, and not to a look-alike."""
    with Server({"*": reply("other")}, host="127.0.0.3") as other:
        routes = {"/": reply("mine"), "/away": redirect(other.url("/landed"))}
        with Server(routes) as server:
            own = server.url("").rstrip("/")
            options = FetchOptions(
                allow_networks=("127.0.0.0/8",),
                pause=0.0,
                headers=(HostHeader(origin=own, name="Cookie", value="s3cret=1"),),
            )
            for path in ("/", "/away"):
                fetch(server.url(path), options=options)
            sent = {request.path: request.headers.get("cookie") for request in server.log}
            assert sent == {"/robots.txt": "s3cret=1", "/": "s3cret=1", "/away": "s3cret=1"}
            assert other.paths() == ["/robots.txt", "/landed"]
            assert all("cookie" not in request.headers for request in other.log)
            assert "s3cret" not in repr(options)


def test_no_cookies_and_no_userinfo() -> None:
    """A cookie that a page sets is not sent back, and user and password of an address go nowhere."""
    routes = {
        "/": reply("page", headers={"Set-Cookie": "track=1; Path=/"}),
        "/moved": redirect("http://eve:pw@127.0.0.1:{port}/"),
    }
    with Server(dict(routes)) as server:
        server.routes = {**routes, "/moved": redirect(f"http://eve:pw@127.0.0.1:{server.port}/")}
        options = FetchOptions(allow_networks=("127.0.0.0/8",), pause=0.0)
        urls = [server.url("/").replace("//", "//me:secret@"), server.url("/moved")]
        outcomes = list(fetch_pages(urls, options=options))
        assert all(isinstance(outcome, Page) for outcome in outcomes)
        assert all({"cookie", "authorization"}.isdisjoint(request.headers) for request in server.log)
        assert "secret" not in str(outcomes)
        assert "eve" not in str(outcomes)


@pytest.mark.parametrize("text", ["", "Cookie: a", "a.example Cookie", "a.example Host: b", "a.example X: a\r\nY: b"])
def test_bad_headers(text: str) -> None:
    """A header that would smuggle another, or replace one of ours, is refused where it is made."""
    with pytest.raises(ValueError, match=r"."):
        HostHeader.parse(text)


def test_redact() -> None:
    """What goes into a record or a log has no password, no control characters and an end."""
    assert redact("http://u:p@h/\x1b[31m\r\nx") == "http://h/\ufffd[31m\ufffd\ufffdx"
    assert len(redact("http://h/" + "a" * 10_000)) == 2083


def test_slow_name_server() -> None:
    """A name that does not resolve in time costs the limit, not more."""

    class Slow(Rebinding):
        async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 - see above
            await asyncio.sleep(30)
            return []

    began = time.monotonic()
    with pytest.raises(TimedOut):
        asyncio.run(get("http://slow.test/", Slow(), robots=False, timeout=0.3))
    assert time.monotonic() - began < 1.0


def test_the_package_attribute() -> None:
    """`newsclean.fetch(url)` is the function, and refuses what is no web address."""
    with pytest.raises(BadAddress):
        newsclean.fetch("file:///etc/hostname")
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(anext(Fetcher().fetch_all(["http://example.org/"])))
