"""From a site's address to its articles, with what feeds and sitemaps say of them; and the whole way to records."""

import asyncio
import gzip
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import newsclean
from newsclean.document import Page, PageKind
from newsclean.fetching import continuation, links, warc
from newsclean.fetching.discover import discover, read_feed, read_sitemap
from newsclean.fetching.exchange import BadResponse, BadStatus, FetchOptions, HostHeader, Link
from newsclean.fetching.fetcher import Fetcher, fetch
from newsclean.record import Failure

sys.path.insert(0, str(Path(__file__).parent))
from servers import site
from servers.loopback import Server, reply

OPTIONS = FetchOptions(allow_networks=("127.0.0.1/32",), pause=0.0, back_off=0.01, timeout=3.0)
FOUND = {site.BRIDGE.path, site.FERRY.path, site.BUDGET.path, site.LIGHT.path, site.MARKET.path, site.WALLED.path}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run the site."""
    with Server() as running:
        running.routes = site.routes(running.url("").rstrip("/"))
        yield running


@pytest.fixture
def base(server: Server) -> str:
    """Return the site's address without a path."""
    return server.url("").rstrip("/")


def paths(found: list[Link], base: str) -> set[str]:
    """Return the paths of *found*, query and AMP ending gone, all of them on the site."""
    assert all(link.url.startswith(base) for link in found)
    return {link.url.removeprefix(base).partition("?")[0].removesuffix("/amp") for link in found}


def hints(link: Link) -> set[tuple[str, str]]:
    """Return what the finders of *link* say of its article."""
    return {(hint.field, hint.value) for hint in link.hints}


def test_discover(server: Server, base: str) -> None:
    """Every article is found once, the latest first, with everything that feeds and sitemaps say of it."""
    server.log.clear()
    found = discover(base, options=OPTIONS)
    assert paths(found, base) == FOUND | {site.OLD.path, site.PRIVATE, site.GONE}
    assert len({links.article_key(link.url) for link in found}) == len(found)
    assert found[0].url.startswith(base + site.BRIDGE.path)
    assert found[0].published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert {
        ("headline", site.BRIDGE.headline),
        ("date_published", site.BRIDGE.published),
        ("authors", site.BRIDGE.author),
        ("keywords", "Traffic"),
        ("keywords", "harbour"),
        ("in_language", "en"),
        ("description", "It is open."),
    } <= hints(found[0])
    by_path = {link.url.removeprefix(base).partition("?")[0]: link for link in found}
    for story in (site.FERRY, site.LIGHT, site.MARKET):
        told = hints(by_path[story.path])
        assert {("headline", story.headline), ("date_published", story.published), ("authors", story.author)} <= told
    assert by_path[site.BUDGET.path].found_on == f"{base}/politics"
    asked = server.paths()
    assert len(asked) == len(set(asked)), "a file was read twice"
    assert site.PRIVATE not in asked


def test_since_and_limit(server: Server, base: str) -> None:
    """What is known to be older is left out, sitemaps of older things are not even read, and a limit is kept."""
    server.log.clear()
    found = discover(base, since=date(2026, 11, 15), options=OPTIONS)
    assert site.OLD.path not in paths(found, base)
    assert {site.BRIDGE.path, site.MARKET.path, site.BUDGET.path} <= paths(found, base)
    assert "/sitemap-2020.xml" not in server.paths()
    assert [link.url.partition("?")[0] for link in discover(base, limit=1, options=OPTIONS)] == [
        base + site.BRIDGE.path
    ]


def test_feed_or_sitemap_itself(base: str) -> None:
    """A feed or a sitemap can be given instead of a site."""
    assert paths(discover(f"{base}/feed.json", options=OPTIONS), base) == {site.LIGHT.path}
    assert paths(discover(f"{base}/sitemap-2020.xml", options=OPTIONS), base) == {site.OLD.path}
    assert paths(discover(f"{base}/sitemap-2026.xml.gz", options=OPTIONS), base) >= {site.WALLED.path}
    with pytest.raises(BadStatus):
        discover(f"{base}/nothing-here", options=OPTIONS)


def test_packed_and_plain_lists() -> None:
    """A sitemap may be packed, a list of lines, or cut in the middle; a packed one that is damaged says so."""
    entries = "".join(
        f"<url><loc>http://h/{n}</loc><x:news xmlns:x='n'><x:title>T{n}</x:title></x:news></url>" for n in "ab"
    )
    expected = ["http://h/a", "http://h/b"]
    for data in (
        f"<urlset>{entries}</urlset>".encode(),
        f"<urlset>{entries}<url><loc>http://h/".encode(),
        b"\xef\xbb\xbfhttp://h/a\r\nhttp://h/b\r\n",
    ):
        for packed in (data, gzip.compress(data)):
            assert [link.url for link in read_sitemap(packed, "http://h/map").links] == expected
    assert hints(read_sitemap(f"<urlset>{entries}</urlset>".encode(), "http://h/map").links[1]) == {("headline", "Tb")}
    with pytest.raises(BadResponse):
        read_sitemap(gzip.compress(b"<urlset/>" * 100)[:-9], "http://h/map")


def test_private_addresses_are_not_followed() -> None:
    """Sitemaps, feeds and links that point to a private address are never asked for."""
    with Server({"*": reply("caught")}, host="127.0.0.2") as trap, Server() as lure:
        inner = f"<urlset><url><loc>{trap.url('/2026/11/11/a')}</loc></url></urlset>"
        lure.routes = {
            "/": reply(f'<link rel=alternate type="application/rss+xml" href="{trap.url("/feed")}">'),
            "/robots.txt": reply(
                f"Sitemap: {trap.url('/sitemap.xml')}\nSitemap: file:///etc/passwd\nSitemap: /map.xml"
            ),
            "/map.xml": reply(inner),
        }
        assert discover(lure.url("/"), options=OPTIONS) == []
        assert trap.connections == 0


def test_continuation(base: str) -> None:
    """The pages of one article come in order, once each, though the last points to the first again."""

    async def parts() -> tuple[Page, ...]:
        async with Fetcher(OPTIONS) as fetcher:
            first = await fetcher.fetch(base + site.BRIDGE.path)
            assert len(await continuation.fetch_parts(fetcher, first, limit=2)) == 2
            return await continuation.fetch_parts(fetcher, first)

    pages = asyncio.run(parts())
    assert [(page.url or "").partition("?")[2] for page in pages] == ["", "page=2", "page=3"]
    article = continuation.join([newsclean.clean(page.data, url=page.url) for page in pages])
    assert article.headline == site.BRIDGE.headline
    places = [article.article_body.find(text) for text in site.BRIDGE.paragraphs]
    assert -1 not in places
    assert places == sorted(places)
    numbers = [block.index for block in article.blocks] + [removal.index for removal in article.removed]
    assert len(numbers) == len(set(numbers))


def test_site_to_records(base: str, tmp_path: Path) -> None:
    """The whole way: discovered, fetched, kept, read back and cleaned, each story's record is what the site says."""
    found = discover(base, options=OPTIONS)
    path = tmp_path / "site.warc.gz"
    outcomes = list(warc.collect(found, path, options=OPTIONS))
    assert len(outcomes) == len(found)
    failures = {one.url: one.message for one in outcomes if isinstance(one, Failure)}
    assert failures == {
        base + site.PRIVATE: "disallowed: robots.txt disallows it",
        base + site.GONE: "status: status 410",
    }
    pages = {str(one.url).partition("?")[0].removesuffix("/amp"): one for one in outcomes if isinstance(one, Page)}
    stored = [one for one in warc.read(path) if isinstance(one, Page)]
    assert sorted(page.data for page in stored) == sorted(page.data for page in pages.values())
    for story in (site.FERRY, site.BUDGET, site.LIGHT, site.MARKET, site.OLD):
        page = pages[base + story.path]
        article = newsclean.clean(page.data, url=page.url)
        assert article.article_body == "\n\n".join(story.paragraphs)
        assert article.headline == story.headline
        assert [author.name for author in article.authors] == [story.author]
        assert article.date_published == datetime.fromisoformat(story.published)
        assert article.page_kind == PageKind.ARTICLE
    assert pages[base + site.LIGHT.path].hints


def test_consent_wall(base: str) -> None:
    """A wall with status 200 comes back as a page, which the cleaner calls a wall; who may pass it gets the article."""
    wall = fetch(base + site.WALLED.path, options=OPTIONS)
    assert wall.http_status == 200
    assert newsclean.clean(wall.data, url=wall.url).page_kind == PageKind.CONSENT_WALL
    pass_ = HostHeader.parse(f"{base} Cookie: consent=yes")
    options = FetchOptions(allow_networks=("127.0.0.1/32",), pause=0.0, headers=(pass_,))
    page = fetch(base + site.WALLED.path, options=options)
    assert newsclean.clean(page.data, url=page.url).headline == site.WALLED.headline


def test_archived(base: str) -> None:
    """A page that is gone is asked of an archive when the caller names one, and only then."""
    with Server({"*": reply("<p>from the archive")}) as archive:
        options = FetchOptions(
            allow_networks=("127.0.0.1/32",),
            pause=0.0,
            archived=archive.url("/web/2026/{url}"),
        )
        page = fetch(base + site.GONE, options=options)
        assert page.data == b"<p>from the archive"
        assert page.requested_url == base + site.GONE
        assert archive.paths() == ["/robots.txt", f"/web/2026/{base}{site.GONE}"]
        assert fetch(base + site.LIGHT.path, options=options).url == base + site.LIGHT.path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://p.example/a/b", "http://www.p.example/a/b/"),
        ("https://p.example/a/b", "https://amp.p.example/a/b"),
        ("https://p.example/a/b", "https://m.p.example/a/b#comments"),
        ("https://p.example/a/b", "https://p.example/a/b/amp/"),
        ("https://p.example/a/b", "https://p.example/amp/a/b"),
        ("https://p.example/a/b", "https://p.example/a/b?amp=1"),
        ("https://p.example/a/b", "https://p.example/a/b?outputType=amp&utm_campaign=x"),
        ("https://p.example/a/b", "https://p.example/a/b?print=true"),
        ("https://p.example/a/b", "https://p.example/a/b/print"),
        ("https://p.example/a/b.html", "https://p.example/a/b.amp.html"),
        ("https://p.example/?id=7", "https://p.example/?utm_source=rss&id=7"),
    ],
)
def test_variants(one: str, other: str) -> None:
    """AMP, print, mobile and tracked addresses are the same article's."""
    assert links.article_key(one) == links.article_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://p.example/a/b", "https://p.example/a/c"),
        ("https://p.example/?id=7", "https://p.example/?id=8"),
        ("https://p.example/a", "https://q.example/a"),
        ("https://p.example/amplifier", "https://p.example/lifier"),
        ("https://p.example/a?page=2", "https://p.example/a?page=3"),
        ("https://p.example/a?view=12", "https://p.example/a?view=13"),
    ],
)
def test_no_variants(one: str, other: str) -> None:
    """Addresses of different articles are not taken for one."""
    assert links.article_key(one) != links.article_key(other)


@pytest.mark.parametrize(
    ("one", "other", "follows"),
    [
        ("http://p/a", "http://p/a?page=2", True),
        ("http://p/a?x=1", "http://p/a?x=1&page=2", True),
        ("http://p/a?page=2", "http://p/a?page=3", True),
        ("http://p/a/2", "http://p/a/3", True),
        ("http://p/a", "http://p/a/2/", True),
        ("http://p/a.html", "http://p/a-2.html", True),
        ("http://p/a", "http://p/a/page/2", True),
        ("http://p/a,2.html", "http://p/a,3.html", True),
        ("http://p/a", "http://p/a?page=3", False),
        ("http://p/a?page=2", "http://p/a?page=1", False),
        ("http://p/a", "http://p/b?page=2", False),
        ("http://p/a", "http://q/a?page=2", False),
        ("http://p/next-story", "http://p/other-story", False),
        ("http://p/2026/11/20/a", "http://p/2026/11/21/a", False),
        ("http://p/story-12345", "http://p/story-12346", False),
    ],
)
def test_continues(one: str, other: str, *, follows: bool) -> None:
    """Only the same address counted one up goes on with an article."""
    assert links.continues(one, other) is follows


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 100,
        b"<urlset><url><loc>",
        b"<urlset><url></url><url><loc> </loc></url></urlset>",
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><urlset><url><loc>http://h/&f;</loc></url></urlset>',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": 7}, {"url": "http://[", "authors": 3}]}',
        b"<rss version='2.0'><channel><item><link>javascript:alert(1)</link></item></channel></rss>",
        b"<rss version='2.0'><channel><item><pubDate>Fri, 99 Xyz</pubDate><link>http://h/</link></item></channel></rss>",
        gzip.compress(b"<urlset/>"),
        b"<feed" * 10_000,
    ],
)
def test_bad_files(data: bytes) -> None:
    """Files that are damaged, empty or mean harm raise nothing and reveal nothing."""
    found = [*read_feed(Page(data=data, url="http://h/f")), *read_sitemap(data, "http://h/s").links]
    hostname = Path("/etc/hostname").read_text(encoding="utf-8").strip() if Path("/etc/hostname").exists() else "-"
    assert not any(hostname in link.url for link in found if hostname)
    for link in found:
        assert len(link.url) < 100
