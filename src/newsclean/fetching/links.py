"""
What addresses and links say unfetched: which name the same article, which look like one, which go on with it.

The rules on shapes are counted on nothing finer than common sense yet; a feed or a sitemap always knows better, and
`discover` asks them first.
"""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec
from lxml import etree

from newsclean.document import Page
from newsclean.errors import NotADocument
from newsclean.html import dom

__all__ = [
    "Anchor",
    "PageLinks",
    "article_key",
    "article_keys",
    "continues",
    "is_article",
    "is_section",
    "next_page",
    "page_links",
    "same_site",
]

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|cmpid|ref|source|smid|at_\w+|wt_\w+|xtor")
_VARIANTS = frozenset({"amp", "outputtype", "print", "printable", "view", "mode", "format"})
_VARIANT_VALUES = frozenset({"", "1", "true", "yes", "amp", "print", "text", "printable", "mobile"})
_VARIANT_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_VARIANT_PATH = re.compile(r"/(?:amp|print|drucken|imprimer|imprimir|stampa)(?=/|$)|[./](?:amp)$")
_VARIANT_ENDING = re.compile(r"\.amp(?=\.html?$)|\.print(?=\.html?$)")
_NUMBER_IN_PATH = re.compile(r"(?:/(?:page|p|seite|pagina|pag)[/-]?|[/_,-](?:page|p|seite)?)(\d{1,2})(/|\.html?)?$")
_NUMBER_KEYS = frozenset({"page", "p", "pg", "paged", "seite", "pagina", "pag", "pn", "start_page"})
_NEXT_TEXT = re.compile(
    r"(?:next(?: page)?|continue(?: reading)?|weiter|nächste seite|page suivante|suivant|siguiente|avanti|volgende)\W*",
    re.IGNORECASE,
)
_DATE_PATH = re.compile(r"/(?:19|20)\d\d(?:/|-)?(?:0[1-9]|1[0-2])(?:(?:/|-)?(?:0[1-9]|[12]\d|3[01]))?(?:/|-|$)")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_NO_ARTICLE = re.compile(
    r"/(?:tag|tags|topic|topics|author|authors|category|categories|search|login|signin|register|subscribe|account|"
    r"privacy|terms|contact|about|about-us|impressum|datenschutz|newsletters?|feeds?|rss|shop|jobs|careers|help|faq|cookies?)"
    r"(?:[/.]|$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|css|js|xml|json|ico|woff2?)$", re.IGNORECASE)
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.IGNORECASE)
_LONGEST_READ = 1024 * 1024  # bytes of a page whose links are read; 97 % of 3,517 measured pages are shorter
_SLUG_WORDS = 4  # words of a slug from which on it is a headline and not a section's name
_SECTION_DEPTH = 2


class Anchor(msgspec.Struct, frozen=True):
    """A link of a page: where it goes and what it says."""

    url: str
    text: str


class PageLinks(msgspec.Struct, frozen=True, kw_only=True):
    """
    The links of a page.

    Args:
        anchors: in document order.
        feeds: what the page declares as its feeds.
        following: addresses declared or labelled as the next page, in order of trust.
        canonical: the declared canonical address.
    """

    anchors: tuple[Anchor, ...] = ()
    feeds: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    canonical: str | None = None


def article_key(url: str) -> str:
    """
    Return what all addresses of one article have in common: AMP, print and mobile forms, tracking, scheme, "www".

    It is for comparing, not for fetching.

    >>> article_key("https://www.paper.example/a/b.amp.html?utm_source=x") == article_key("http://paper.example/a/b.html")
    True
    """
    parts = urlsplit(url)
    host = _VARIANT_HOST.sub("", (parts.hostname or "").lower())
    if parts.port not in {None, 80, 443}:
        host = f"{host}:{parts.port}"
    path = _VARIANT_ENDING.sub("", _VARIANT_PATH.sub("", parts.path)).rstrip("/")
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name.lower())
        and not (name.lower() in _VARIANTS and value.lower() in _VARIANT_VALUES)
    ]
    return f"{host}{path}?{urlencode(sorted(kept))}" if kept else f"{host}{path}"


def article_keys(page: Page) -> frozenset[str]:
    """
    Return what *page*'s article is recognised by: its addresses' keys, and that of the canonical address it declares.

    An AMP page declares the address of the page it is a form of. A declared home page or section names no article.
    """
    declared = page_links(page).canonical if len(page.data) <= _LONGEST_READ else None
    canonical = declared if declared and page.url and same_site(declared, page.url) and is_article(declared) else None
    return frozenset(article_key(url) for url in (page.url, page.requested_url, canonical) if url)


def same_site(url: str, other: str) -> bool:
    """
    Return whether two addresses are of one site: one host is the other's, or a name below it.

    >>> same_site("https://www.paper.example/", "https://sport.paper.example/a")
    True
    """
    hosts = [re.sub(r"^www\d?\.", "", (urlsplit(one).hostname or "").lower()) for one in (url, other)]
    shorter, longer = sorted(hosts, key=len)
    return bool(shorter) and (shorter == longer or longer.endswith(f".{shorter}"))


def is_article(url: str) -> bool:
    """
    Return whether *url* has the shape of an article's address: a date, a long number or a headline in it.

    >>> is_article("https://paper.example/2026/11/20/bridge"), is_article("https://paper.example/politics")
    (True, False)
    """
    path = urlsplit(url).path
    if _FILE.search(path) or _NO_ARTICLE.search(path):
        return False
    last = path.rstrip("/").rpartition("/")[2]
    slug = re.sub(r"\.\w{1,5}$", "", last)
    words = [word for word in re.split(r"[-_]", slug) if word]
    dated = _DATE_PATH.search(path) is not None and not slug.isdigit()
    return len(words) >= _SLUG_WORDS or dated or _LONG_NUMBER.search(last) is not None


def is_section(url: str) -> bool:
    """
    Return whether *url* has the shape of a section's address: one or two plain words.

    >>> is_section("https://paper.example/world/europe"), is_section("https://paper.example/login")
    (True, False)
    """
    parts = urlsplit(url)
    if parts.query or _FILE.search(parts.path) or _NO_ARTICLE.search(parts.path) or is_article(url):
        return False
    words = [word for word in parts.path.split("/") if word]
    return 0 < len(words) <= _SECTION_DEPTH and all(re.fullmatch(r"[a-z][a-z-]{1,30}", word) for word in words)


def continues(url: str, other: str) -> bool:
    """
    Return whether *other* is the page of the same article that follows *url*: the same address, counted one up.

    `rel=next` alone does not say so: many systems let it point to the next article.

    >>> continues("https://paper.example/bridge", "https://paper.example/bridge?page=2")
    True
    >>> continues("https://paper.example/bridge/2", "https://paper.example/bridge/3")
    True
    >>> continues("https://paper.example/bridge", "https://paper.example/ferry")
    False
    """
    here, there = _numbered(url), _numbered(other)
    return any(
        stem == other_stem and other_number == number + 1 for stem, number in here for other_stem, other_number in there
    )


def _numbered(url: str) -> tuple[tuple[str, int], ...]:
    """Return the readings of *url* as an article's address and a page number; without a number it is page 1."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    readings = [(_stem(parts, parts.path, query), 1)]
    for index, (name, value) in enumerate(query):
        if name.lower() in _NUMBER_KEYS and value.isdecimal() and len(value) < 3:  # below 100 pages
            readings.append((_stem(parts, parts.path, query[:index] + query[index + 1 :]), int(value)))
    if match := _NUMBER_IN_PATH.search(parts.path):
        ending = match.group(2) or ""
        path = parts.path[: match.start()] + (ending if ending != "/" else "")
        readings.append((_stem(parts, path, query), int(match.group(1))))
    return tuple(readings)


def _stem(parts: SplitResult, path: str, query: list[tuple[str, str]]) -> str:
    return urlunsplit((parts.scheme, parts.netloc.lower(), path.rstrip("/"), urlencode(query), ""))


def page_links(page: Page) -> PageLinks:
    """Return the links of *page*, absolute and http or https; none when it is no HTML."""
    try:
        tree, _ = dom.parse(dom.decode(page.data, content_type=page.content_type).text)
    except NotADocument:
        return PageLinks()
    if tree is None:
        return PageLinks()
    found = _Found(_base(tree, page.url or ""))
    for element in tree.iter("link", "a"):
        if (target := _target(element, found.base)) is not None:
            found.add(element, target)
    return PageLinks(
        anchors=tuple(found.anchors),
        feeds=tuple(dict.fromkeys(found.feeds)),
        following=tuple(dict.fromkeys([*found.declared, *found.labelled])),
        canonical=found.canonical[0] if found.canonical else None,
    )


class _Found:
    """Links of a page as they are met."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.anchors: list[Anchor] = []
        self.feeds: list[str] = []
        self.declared: list[str] = []
        self.labelled: list[str] = []
        self.canonical: list[str] = []

    def add(self, element: "etree._Element", target: str) -> None:
        """Sort *element*, which links to *target*, in."""
        rel = (element.get("rel") or "").lower().split()
        if "next" in rel:
            self.declared.append(target)
        if element.tag == "a":
            text = " ".join("".join(element.itertext()).split())[:300]
            self.anchors.append(Anchor(target, text))
            if text.isdecimal() or _NEXT_TEXT.fullmatch(text):
                self.labelled.append(target)
        elif "canonical" in rel:
            self.canonical.append(target)
        elif "alternate" in rel and _FEED_TYPES.match(element.get("type") or ""):
            self.feeds.append(target)


def _base(tree: "etree._Element", url: str) -> str:
    """Return what relative links of the page at *url* are relative to; only its first `<base>` counts (HTML 4.2.3)."""
    first = next(tree.iter("base"), None)
    return url if first is None else _target(first, url) or url


def _target(element: "etree._Element", base: str) -> str | None:
    """Return where *element* links to, or None when that is nowhere one could fetch."""
    href = (element.get("href") or "").strip()
    if not href or href.startswith("#"):
        return None
    try:
        url = urljoin(base, href).partition("#")[0]
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if usable else None


def next_page(page: Page) -> str | None:
    """Return the address of the page that continues the article on *page*, or None when there is none."""
    return next(_continuations(page), None)


def _continuations(page: Page) -> Iterator[str]:
    for url in page_links(page).following:
        if page.url is not None and continues(page.url, url):
            yield url
