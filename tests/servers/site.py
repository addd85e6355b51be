"""A small news site of the tests' own: feeds of every kind, sitemaps, sections, a story on pages, a consent wall."""

import asyncio
import gzip
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qs

from servers.loopback import Request, Route, reply

NAME = "Harbour Post"


@dataclass(frozen=True)
class Story:
    """One article: what it says, and where the site tells of it."""

    path: str
    headline: str
    author: str
    published: str
    paragraphs: tuple[str, ...]


def _story(path: str, headline: str, author: str, published: str, topic: str) -> Story:
    sentences = (
        f"The {topic} was the talk of the harbour on the day after the council had met for nine hours.",
        f'"We have waited for the {topic} since my father worked on these docks," said Ada Lind, who mends nets.',
        f"Engineers had warned in March that the {topic} would cost 4.2 million crowns, twice what was planned.",
        f"Nobody on the island expected the {topic} to be settled before the herring fleet comes home in December.",
        f"The mayor, asked about the {topic} outside the town hall, said the figures would be published on Friday.",
        f"Opponents of the {topic} have until the end of the month to appeal to the county court, and two will.",
        f"For the shops along the quay the {topic} means a winter of lorries, dust and, they hope, a better summer.",
        f"A decision on who pays for the {topic} is expected when the council meets again in mid January.",
    )
    return Story(path, headline, author, published, sentences)


BRIDGE = _story(
    "/2026/11/20/harbour-bridge-opens-to-traffic",
    "Harbour bridge opens to traffic",
    "Mara Quist",
    "2026-11-20T09:30:00+01:00",
    "bridge",
)
FERRY = _story(
    "/2026/11/19/ferry-timetable-changes-for-winter",
    "Ferry timetable changes for winter",
    "Jon Vale",
    "2026-11-19T18:05:00+01:00",
    "ferry timetable",
)
BUDGET = _story(
    "/politics/council-votes-on-new-budget",
    "Council votes on new budget",
    "Iris Holm",
    "2026-11-18T07:00:00+01:00",
    "budget",
)
LIGHT = _story(
    "/2026/11/16/lighthouse-keeper-retires-at-last",
    "Lighthouse keeper retires at last",
    "Pernille Strand",
    "2026-11-16T12:00:00+01:00",
    "lighthouse",
)
MARKET = _story(
    "/2026/11/15/fish-market-gets-a-new-roof",
    "Fish market gets a new roof",
    "Una Berg",
    "2026-11-15T06:15:00+01:00",
    "market roof",
)
WALLED = _story(
    "/2026/11/14/storm-takes-the-old-pier",
    "Storm takes the old pier",
    "Mara Quist",
    "2026-11-14T21:40:00+01:00",
    "pier",
)
OLD = _story(
    "/2020/05/02/sea-wall-finished-after-years",
    "Sea wall finished after years",
    "Jon Vale",
    "2020-05-02T10:00:00+02:00",
    "sea wall",
)
STORIES = (BRIDGE, FERRY, BUDGET, LIGHT, MARKET, WALLED, OLD)
PRIVATE = "/private/draft-of-a-story-nobody-may-read"
GONE = "/2026/11/13/story-that-was-taken-down"

CONSENT = """<!doctype html><html lang="en"><title>Your privacy choices | Harbour Post</title><body>
<h1>We value your privacy</h1>
<p>We and our 843 partners store and access information on your device, such as cookies, to show personalised ads.</p>
<p>You can accept all cookies or manage your choices. You may change your consent settings at any time.</p>
<button>Accept all</button> <button>Reject all</button> <a href="/privacy">Privacy policy</a>
</body></html>"""


def page(story: Story, paragraphs: tuple[str, ...], more: str = "", head: str = "") -> str:
    """Return the HTML of *story* with *paragraphs*."""
    body = "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)
    return f"""<!doctype html><html lang="en"><head><title>{story.headline} | {NAME}</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml">{head}
<meta property="og:title" content="{story.headline}">
<meta property="article:published_time" content="{story.published}"></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li>
<li><a href="/sport">Sport</a></li><li><a href="/login">Log in</a></li></ul></nav></header>
<main><article><h1>{story.headline}</h1><p class="byline">By {story.author}</p>
<time datetime="{story.published}">{story.published[:10]}</time>
{body}
</article>{more}
<aside><h2>Most read</h2><ul><li><a href="/2026/11/10/herring-price-falls-again">Herring price falls again</a></li>
<li><a href="/2026/11/09/choir-sings-on-the-quay">Choir sings on the quay</a></li></ul></aside></main>
<footer><p>© 2026 {NAME}. All rights reserved.</p><a href="/privacy">Privacy</a></footer></body></html>"""


async def bridge(request: Request, out: asyncio.StreamWriter) -> None:
    """Answer with one of the three pages of the story on the bridge; the last links to the first again."""
    number = int(parse_qs(request.query).get("page", ["1"])[0])
    parts = {1: BRIDGE.paragraphs[:3], 2: BRIDGE.paragraphs[3:6], 3: BRIDGE.paragraphs[6:]}
    links = "".join(f'<a href="{BRIDGE.path}?page={n}">{n}</a> ' for n in parts)
    head = f'<link rel="next" href="{BRIDGE.path}?page={number % 3 + 1}">'
    text = page(BRIDGE, parts.get(number, parts[1]), f'<nav class="pages">{links}</nav>', head)
    await reply(text)(request, out)


async def walled(request: Request, out: asyncio.StreamWriter) -> None:
    """Answer with a consent wall unless the cookie says that one was passed."""
    passed = "consent=yes" in request.headers.get("cookie", "")
    await reply(page(WALLED, WALLED.paragraphs) if passed else CONSENT)(request, out)


def routes(base: str) -> dict[str, Route]:
    """Return the whole site as it lives at *base*, an address without a path."""
    xml = {"Content-Type": "application/xml"}
    table = {story.path: reply(page(story, story.paragraphs)) for story in STORIES}
    table |= {
        BRIDGE.path: bridge,
        WALLED.path: walled,
        f"{FERRY.path}/amp": reply(page(FERRY, FERRY.paragraphs)),
        PRIVATE: reply("<p>secret"),
        GONE: reply("gone", status=410),
        "/": reply(_home()),
        "/politics": reply(f'<a href="{BUDGET.path}">{BUDGET.headline}</a>'),
        "/sport": reply("<p>No sport today."),
        "/robots.txt": reply(f"User-agent: *\nDisallow: /private/\nSitemap: {base}/sitemap.xml\n"),
        "/sitemap.xml": reply(_index(base), headers=xml),
        "/sitemap-news.xml": reply(_news(base), headers=xml),
        "/sitemap-2026.xml.gz": reply(gzip.compress(_sitemap(base)), headers={"Content-Type": "application/x-gzip"}),
        "/sitemap-2020.xml": reply(_old(base), headers=xml),
        "/feed.xml": reply(_rss(base), headers={"Content-Type": "application/rss+xml"}),
        "/atom.xml": reply(_atom(base), headers={"Content-Type": "application/atom+xml"}),
        "/feed.json": reply(_json(base), headers={"Content-Type": "application/feed+json"}),
        "/feed.rdf": reply(_rdf(base), headers={"Content-Type": "application/rdf+xml"}),
    }
    return table


def _home() -> str:
    kinds = {"/feed.xml": "rss+xml", "/atom.xml": "atom+xml", "/feed.json": "feed+json", "/feed.rdf": "rdf+xml"}
    feeds = "".join(f'<link rel="alternate" type="application/{kind}" href="{url}">' for url, kind in kinds.items())
    return f"""<!doctype html><html lang="en"><head><title>{NAME}</title>{feeds}</head><body>
<a href="/politics">Politics</a> <a href="/sport">Sport</a> <a href="/login">Log in</a> <a href="/about">About</a>
<a href="{FERRY.path}?utm_source=home">{FERRY.headline}</a> <a href="https://elsewhere.example/2026/11/20/not-ours">
Elsewhere</a> <a href="javascript:void(0)">Menu</a> <a href="mailto:desk@harbour.example">Write</a></body></html>"""


def _index(base: str) -> str:
    return f"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{base}/sitemap-2020.xml</loc><lastmod>2020-06-01</lastmod></sitemap>
<sitemap><loc>{base}/sitemap-2026.xml.gz</loc><lastmod>2026-11-20</lastmod></sitemap>
<sitemap><loc>{base}/sitemap-news.xml</loc></sitemap>
<sitemap><loc>{base}/sitemap.xml</loc></sitemap>
<sitemap><loc>{base}/sitemap-missing.xml</loc></sitemap></sitemapindex>"""


def _news(base: str) -> str:
    return f"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{base}{BRIDGE.path}</loc><news:news>
<news:publication><news:name>{NAME}</news:name><news:language>en</news:language></news:publication>
<news:publication_date>{BRIDGE.published}</news:publication_date><news:title>{BRIDGE.headline}</news:title>
<news:keywords>bridge, harbour</news:keywords></news:news></url></urlset>"""


def _sitemap(base: str) -> bytes:
    paths = (f"{FERRY.path}/amp", WALLED.path, PRIVATE, GONE)
    urls = "".join(f"<url><loc>{base}{path}</loc><lastmod>2026-11-20</lastmod></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def _old(base: str) -> str:
    url = f"<url><loc>{base}{OLD.path}</loc><lastmod>2020-05-03</lastmod></url>"
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{url}</urlset>'


def _rss(base: str) -> str:
    return f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>{NAME}</title><link>{base}/</link><language>en</language><item><title>{BRIDGE.headline}</title>
<link>{base}{BRIDGE.path}?utm_medium=rss</link><dc:creator>{BRIDGE.author}</dc:creator>
<pubDate>{format_datetime(datetime.fromisoformat(BRIDGE.published))}</pubDate><category>Traffic</category>
<description>&lt;p&gt;It is &lt;b&gt;open&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"""


def _atom(base: str) -> str:
    return f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{NAME}</title><id>{base}/</id>
<updated>{FERRY.published}</updated><entry><title>{FERRY.headline}</title><id>{base}{FERRY.path}</id>
<link href="{FERRY.path}"/><published>{FERRY.published}</published><updated>{FERRY.published}</updated>
<author><name>{FERRY.author}</name></author></entry></feed>"""


def _json(base: str) -> str:
    return f"""{{"version": "https://jsonfeed.org/version/1.1", "title": "{NAME}", "language": "en", "items": [
{{"id": "1", "url": "{base}{LIGHT.path}", "title": "{LIGHT.headline}", "date_published": "{LIGHT.published}",
"authors": [{{"name": "{LIGHT.author}"}}], "tags": ["people"]}}, {{"id": "2"}}, 7]}}"""


def _rdf(base: str) -> str:
    return f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{base}/">
<title>{NAME}</title><link>{base}/</link><description>News</description></channel>
<item rdf:about="{base}{MARKET.path}"><title>{MARKET.headline}</title><link>{base}{MARKET.path}</link>
<dc:creator>{MARKET.author}</dc:creator><dc:date>{MARKET.published}</dc:date></item></rdf:RDF>"""
