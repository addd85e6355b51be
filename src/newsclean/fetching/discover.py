"""
From a site's address to the addresses of its articles: feeds, sitemaps, news sitemaps, section pages.

What a feed or a sitemap says of an article travels with its link as evidence and votes in the record. Files come
through the same fetcher as pages: bounded, polite, vetted. XML is parsed without a network, without entities and with
libxml2's own limits.
"""

import io
import re
from calendar import timegm
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import chain
from time import struct_time
from typing import Any, Protocol
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]  # it ships no types
import msgspec
from lxml import etree, html

from newsclean.document import Evidence, Page
from newsclean.errors import FetchError
from newsclean.fetching.content_coding import BadCoding, Decoder, OutputLimit
from newsclean.fetching.exchange import BadAddress, BadResponse, FetchOptions, Link
from newsclean.fetching.fetcher import Fetcher, running
from newsclean.fetching.links import PageLinks, article_key, is_article, is_section, page_links, same_site
from newsclean.fetching.transport import address

__all__ = ["FileSource", "Sitemap", "discover", "find_links", "read_feed", "read_sitemap"]

_MOST_FILES = 100  # feeds, sitemaps and section pages of one search: minutes at a polite pace
_MOST_SECTIONS = 10
_MOST_FEEDS = 10
_DEEPEST = 3  # sitemap indexes within each other
_MOST_URLS = 50_000  # of one sitemap, by its protocol
_MOST_ELEMENTS = 20 * _MOST_URLS
_LARGEST = 50 * 1024 * 1024  # a sitemap unpacked, by its protocol
_LARGEST_FEED = 2 * 1024 * 1024  # feedparser needs thirty times the memory, and 3 s for a MiB of small entries
_LONGEST_LINE = 8_000
_STEP = 64 * 1024
_GZIP = b"\x1f\x8b"
_NEWS = re.compile(r"news|latest|recent", re.IGNORECASE)
_FEED_ENTRIES = 1_000
_LONGEST_VALUE = 1_000


class FileSource(Protocol):
    """What discovery needs of a fetcher."""

    def fetch_file(self, url: str) -> Awaitable[Page]:
        """Return the file at *url* of whatever type, or raise `FetchError`."""

    def sitemaps(self, url: str) -> Awaitable[tuple[str, ...]]:
        """Return the sitemaps that the robots.txt of *url*'s host names."""


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """
    One sitemap file.

    Args:
        links: the pages it names.
        children: the sitemaps it names, each with the day it was changed, when that is stated.
    """

    links: tuple[Link, ...] = ()
    children: tuple[tuple[str, datetime | None], ...] = ()


def discover(
    site_url: str,
    *,
    since: date | None = None,
    limit: int | None = None,
    options: FetchOptions | None = None,
) -> list[Link]:
    """
    Return links to the articles of the site at *site_url*, the latest date first; blocks until all are found.

    Args:
        site_url: a home page, a section page, a feed or a sitemap.
        since: leave out what is known to be older; links without a date stay in.
        limit: most links.
        options: how to fetch.

    Raises:
        FetchError: *site_url* itself could not be had.
    """

    async def search() -> list[Link]:
        async with Fetcher(options) as fetcher:
            return await find_links(site_url, source=fetcher, since=since, limit=limit)

    with running() as run:
        return run(search())


async def find_links(
    site_url: str,
    *,
    source: FileSource,
    since: date | None = None,
    limit: int | None = None,
) -> list[Link]:
    """Return what `discover` does, through a fetcher that is open already."""
    search = _Search(address(site_url), source, since, limit)
    await search.run()
    return search.result()


class _Search:
    """One search over a site: what was found, what was read."""

    def __init__(self, site: str, source: FileSource, since: date | None, limit: int | None) -> None:
        self._site = site
        self._source = source
        self._since = None if since is None else datetime.combine(since, time(), UTC)
        self._limit = limit
        self._found: dict[str, Link] = {}
        self._read: set[str] = set()

    async def run(self) -> None:
        """Look where articles are best described first, and further only while links are wanted."""
        start = await self._source.fetch_file(self._site)
        self._read |= {self._site, start.url or self._site}
        if _is_sitemap(start):
            await self._sitemap_data(_bytes(start), start.url or self._site, 0)
            return
        feed = read_feed(start)
        if feed:
            self._add(feed)
            return
        # A home page redirects to the host it really lives on.
        self._site = start.url or self._site
        links = page_links(start)
        for url in links.feeds[:_MOST_FEEDS]:
            await self._feed(url)
        await self._sitemaps()
        await self._sections(links)

    def result(self) -> list[Link]:
        """Return the links found, the latest first, those without a date behind them in the order found."""
        # Stable: links without a date stay behind the others, in the order they were found in.
        links = sorted(self._found.values(), key=_moment, reverse=True)
        return links if self._limit is None else links[: self._limit]

    def _full(self) -> bool:
        enough = self._limit is not None and len(self._found) >= self._limit
        return enough or len(self._read) >= _MOST_FILES

    async def _get(self, url: str) -> Page | None:
        """Return the file at *url*, or None when it was read before or cannot be had: a search goes on without it."""
        try:
            url = address(url)
            if url in self._read or self._full():
                return None
            self._read.add(url)
            return await self._source.fetch_file(url)
        except FetchError:
            return None

    async def _feed(self, url: str) -> None:
        page = await self._get(url)
        if page is not None:
            self._add(link for link in read_feed(page) if same_site(link.url, self._site))

    async def _sitemaps(self) -> None:
        named = await self._source.sitemaps(self._site)
        for url in sorted(named or (urljoin(self._site, "/sitemap.xml"),), key=lambda one: not _NEWS.search(one)):
            await self._sitemap(url, 0)

    async def _sitemap(self, url: str, depth: int) -> None:
        page = await self._get(url)
        if page is None:
            return
        try:
            await self._sitemap_data(_bytes(page), page.url or url, depth)
        except BadResponse:
            return

    async def _sitemap_data(self, data: bytes, url: str, depth: int) -> None:
        sitemap = read_sitemap(data, url)
        self._add(link for link in sitemap.links if same_site(link.url, url))
        if depth >= _DEEPEST:
            return
        children = [child for child in sitemap.children if self._is_recent(child[1])]
        children.sort(key=lambda child: (not _NEWS.search(child[0]), -(child[1].timestamp() if child[1] else 0.0)))
        for child, _ in children:
            await self._sitemap(child, depth + 1)

    async def _sections(self, home: PageLinks) -> None:
        """Take the article links of the home page and of the section pages it names."""
        self._take(home)
        urls = dict.fromkeys(one.url for one in home.anchors if is_section(one.url) and same_site(one.url, self._site))
        for url in list(urls)[:_MOST_SECTIONS]:
            page = await self._get(url)
            if page is not None:
                self._take(page_links(page), page.url or url)

    def _take(self, links: PageLinks, found_on: str | None = None) -> None:
        self._add(
            Link(url=url, found_on=found_on or self._site)
            for anchor in links.anchors
            if is_article(anchor.url)
            and same_site(anchor.url, self._site)
            and (url := _absolute(self._site, anchor.url)) is not None
        )

    def _add(self, links: Iterable[Link]) -> None:
        """Keep *links* that can be fetched and are not too old; what several say of one article is joined."""
        for link in links:
            # What was last changed before that day was not published after it.
            if not self._is_recent(link.published or link.changed):
                continue
            key = article_key(link.url)
            known = self._found.get(key)
            self._found[key] = _merged(known, link) if known else link

    def _is_recent(self, moment: datetime | None) -> bool:
        return self._since is None or moment is None or _aware(moment) >= self._since


def _aware(moment: datetime) -> datetime:
    """Return *moment* for comparing; without an offset it is taken as UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _moment(link: Link) -> datetime:
    moment = link.published or link.changed
    return _aware(moment) if moment is not None else datetime.min.replace(tzinfo=UTC)


def _merged(known: Link, other: Link) -> Link:
    """Return *known* with what *other* adds about the same article; the shorter address is the one without extras."""
    hints = dict.fromkeys((*known.hints, *other.hints))
    url = min(known.url, other.url, key=len)
    return msgspec.structs.replace(
        known,
        url=url,
        published=known.published or other.published,
        changed=known.changed or other.changed,
        hints=tuple(hints),
    )


def read_feed(page: Page) -> tuple[Link, ...]:
    """Return the articles that a feed (RSS, Atom, RDF, JSON Feed) names, with what it says of them."""
    # Of a longer file the beginning counts: feeds have their latest entries first.
    data = _bytes(page)[:_LARGEST_FEED]
    if data.lstrip()[:1] == b"{":
        return tuple(_json_feed(data, page.url or ""))
    headers = {"content-location": page.url or "", "content-type": page.content_type or "application/xml"}
    parsed = feedparser.parse(io.BytesIO(data), response_headers=headers)
    if not parsed.get("version"):
        return ()
    language = parsed.feed.get("language")
    links = (_feed_link(entry, parsed.version, language, page.url or "") for entry in parsed.entries[:_FEED_ENTRIES])
    return tuple(link for link in links if link is not None)


def _feed_link(entry: Mapping[str, Any], version: str, language: str | None, feed_url: str) -> Link | None:
    """Return the link of one entry of a feed; feedparser's entries are dictionaries of whatever the feed had."""
    url = _absolute(feed_url, entry.get("link"))
    if url is None:
        return None
    # Asked for directly, feedparser would give the day of publication for a missing one of change, with a warning.
    updated = entry.get("updated") if "updated" in entry else None
    published, moment = entry.get("published"), entry.get("published_parsed")
    if published is None and version.startswith("rss"):
        # RSS has no day of change; what feedparser calls one there is Dublin Core's date, the day of publication.
        published, moment, updated = updated, entry.get("updated_parsed") if updated else None, None
    hints = [
        _hint("headline", _plain(entry.get("title")), version, "title"),
        _hint("description", _plain(entry.get("summary")), version, "summary"),
        _hint("date_published", published, version, "published"),
        _hint("date_modified", updated, version, "updated"),
        _hint("in_language", language, version, "language"),
        *(_hint("authors", author.get("name"), version, "author") for author in entry.get("authors", [])[:10]),
        *(_hint("keywords", tag.get("term"), version, "category") for tag in entry.get("tags", [])[:30]),
    ]
    return Link(
        url=url,
        found_on=feed_url,
        published=_from_struct(moment),
        changed=_from_struct(entry.get("updated_parsed") if updated else None),
        hints=_kept(hints),
    )


def _from_struct(parsed: struct_time | None) -> datetime | None:
    """Return the moment that feedparser's time tuple, which is in UTC, stands for."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _json_feed(data: bytes, feed_url: str) -> Iterator[Link]:
    """Yield the articles of a JSON Feed (version 1 or 1.1)."""
    try:
        feed = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return
    items = feed.get("items")
    for item in items[:_FEED_ENTRIES] if isinstance(items, list) else ():
        url = _absolute(feed_url, item.get("url")) if isinstance(item, dict) else None
        if url is None:
            continue
        authors = item.get("authors") or [item.get("author")]
        names = [one.get("name") for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
        tags = item.get("tags")
        hints = [
            _hint("headline", item.get("title"), "json-feed", "title"),
            _hint("description", item.get("summary"), "json-feed", "summary"),
            _hint("date_published", item.get("date_published"), "json-feed", "date_published"),
            _hint("date_modified", item.get("date_modified"), "json-feed", "date_modified"),
            _hint("in_language", item.get("language") or feed.get("language"), "json-feed", "language"),
            *(_hint("authors", name, "json-feed", "authors") for name in names[:10]),
            *(_hint("keywords", tag, "json-feed", "tags") for tag in (tags if isinstance(tags, list) else [])[:30]),
        ]
        published, changed = _iso(item.get("date_published")), _iso(item.get("date_modified"))
        yield Link(url=url, found_on=feed_url, published=published, changed=changed, hints=_kept(hints))


def read_sitemap(data: bytes, url: str) -> Sitemap:
    """
    Return what a sitemap, a news sitemap, a sitemap index or a text file of addresses names; nothing when it is none.

    Args:
        data: the file, as it is or packed by gzip.
        url: its address.

    Raises:
        BadResponse: it is packed, and damaged or too large.
    """
    pieces = _unpacked(data, url)
    first = next(pieces, b"")
    if first.lstrip(b"\xef\xbb\xbf \r\n\t")[:4] == b"http":
        return _text_sitemap(chain((first,), pieces), url)
    reader = _SitemapReader(url)
    parser = etree.XMLParser(  # type: ignore[call-overload]  # the stubs want a class of theirs as a target
        target=reader,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
    )
    try:
        for piece in chain((first,), pieces):
            parser.feed(piece)
            if reader.full:
                break
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        pass  # what came before the damage is as good as ever
    return Sitemap(links=tuple(reader.links), children=tuple(reader.children))


def _text_sitemap(pieces: Iterable[bytes], url: str) -> Sitemap:
    """Return the addresses that a text file names, one a line."""
    links: list[Link] = []
    rest = b""
    for piece in chain(pieces, (b"\n",)):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            target = _absolute(url, line.decode("utf-8-sig", errors="replace"))
            if target is not None and len(links) < _MOST_URLS:
                links.append(Link(url=target, found_on=url))
        rest = rest[:_LONGEST_LINE]
    return Sitemap(links=tuple(links))


class _SitemapReader:
    """
    Takes the events of a sitemap's XML and keeps what it names: no tree, which would need up to forty times the file.

    Namespaces are passed over: sitemaps get them wrong in many ways.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: list[str] = []
        self._text = ""
        self._is_leaf = False
        self._fields: dict[str, str] = {}
        self._news: dict[str, str] = {}
        self._elements = 0
        self.links: list[Link] = []
        self.children: list[tuple[str, datetime | None]] = []

    @property
    def full(self) -> bool:
        """Whether there was as much as a sitemap may hold."""
        return len(self.links) + len(self.children) >= _MOST_URLS or self._elements >= _MOST_ELEMENTS

    def start(self, tag: str, _: object) -> None:
        """Begin an element."""
        self._elements += 1
        self._open.append(tag.rpartition("}")[2].lower())
        self._text, self._is_leaf = "", True

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if len(self._text) < _LONGEST_LINE:
            self._text += text

    def end(self, _: str) -> None:
        """End an element: the third from the root is a field, the second is what the fields are of."""
        name = self._open.pop()
        value = self._text.strip()
        if self._is_leaf and len(self._open) == 2:  # within the root and an entry
            self._fields[name] = value
        elif self._is_leaf and self._open[2:3] == ["news"]:
            self._news[name] = value
        elif len(self._open) == 1:
            self._entry(name)
            self._fields, self._news = {}, {}
        self._text, self._is_leaf = "", False

    def close(self) -> None:
        """End the document."""

    def _entry(self, name: str) -> None:
        target = _absolute(self._url, self._fields.get("loc"))
        if target is None or self.full:
            return
        if name == "sitemap":
            self.children.append((target, _iso(self._fields.get("lastmod"))))
        elif name == "url":
            self.links.append(_sitemap_link(target, self._fields.get("lastmod"), self._news, self._url))


def _sitemap_link(target: str, changed: str | None, fields: Mapping[str, str], found_on: str) -> Link:
    """Return the link of one `url` element; *fields* is what its `news:news` says."""
    hints = [
        _hint("headline", fields.get("title"), "news-sitemap", "title"),
        _hint("date_published", fields.get("publication_date"), "news-sitemap", "publication_date"),
        _hint("in_language", fields.get("language"), "news-sitemap", "language"),
        *(
            _hint("keywords", word.strip(), "news-sitemap", "keywords")
            for word in fields.get("keywords", "").split(",")[:30]
        ),
        _hint("date_modified", changed, "sitemap", "lastmod"),
    ]
    published = _iso(fields.get("publication_date"))
    return Link(url=target, found_on=found_on, published=published, changed=_iso(changed), hints=_kept(hints))


def _absolute(base: str, url: object) -> str | None:
    """Return *url*, as a file at *base* names it, in the form that is asked for; None when it cannot be."""
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        return address(urljoin(base, url.strip()))
    except (ValueError, BadAddress):
        return None


def _hint(field: str, value: object, kind: str, where: str) -> Evidence | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return Evidence(field, " ".join(value.split())[:_LONGEST_VALUE], "feed", f"{kind} {where}")


def _kept(hints: Iterable[Evidence | None]) -> tuple[Evidence, ...]:
    return tuple(hint for hint in hints if hint is not None)


def _plain(markup: object) -> str | None:
    """Return the text of *markup*, as feeds have it in titles and summaries."""
    if not isinstance(markup, str) or not markup.strip():
        return None
    if "<" not in markup:
        return markup
    try:
        return str(html.fragment_fromstring(markup[:100_000], create_parent="div").text_content())
    except (etree.ParserError, ValueError):
        return None


def _iso(text: object) -> datetime | None:
    """Return the moment that an ISO 8601 *text* (a W3C date) names, or None."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _is_sitemap(page: Page) -> bool:
    first = next(_unpacked(_bytes(page), page.url or ""), b"")
    return re.search(rb"<(?:[\w-]{1,20}:)?(?:urlset|sitemapindex)\b", first[:4096]) is not None


def _unpacked(data: bytes, url: str) -> Iterator[bytes]:
    """
    Yield *data* in pieces, unpacked when it is a gzip file: sitemaps are kept so.

    Raises:
        BadResponse: the file is damaged or too large.
    """
    steps = (data[start : start + _STEP] for start in range(0, len(data), _STEP))
    if not data.startswith(_GZIP):
        yield from steps
        return
    decoder = Decoder(("gzip",), limit=_LARGEST)
    try:
        for step in steps:
            yield from decoder.feed(step)
        decoder.finish()
    except (BadCoding, OutputLimit) as error:
        raise BadResponse(url, f"not a usable gzip file: {error}") from error


def _bytes(page: Page) -> bytes:
    return page.data if isinstance(page.data, bytes) else page.data.encode()
