"""
What a page declares about itself, read in one pass and kept as plain values: no lxml element leaves this file.

JSON-LD (`jsonld`), `<meta>` with its Open Graph, Twitter, Dublin Core and Parsely names, microdata and RDFa properties,
`<link>`, `<time>`, `<title>`, `<h1>`, images with their captions. Nothing is decided here: `metadata` weighs it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from newsclean.document import Hints
from newsclean.fields.figures import picture
from newsclean.fields.jsonld import Node, Person, Picture, nodes, plain
from newsclean.fields.markup import MAX_LINKS, join, surroundings, text_of
from newsclean.fields.topics import categories, topic_rows
from newsclean.normalise import HOME_PATHS, headline_without_site, line

__all__ = [
    "KEYWORDS",
    "Item",
    "Structured",
    "TimeTag",
    "declared_titles",
    "hints",
    "main_nodes",
    "read",
    "without_blog",
]

MAX_META = 400
MAX_VALUE = 5_000
MAX_ITEMS = 300
MAX_TIMES = 60
MAX_IMAGES = 60
MAX_HEADINGS = 12
MAX_PEOPLE = 40

KEYWORDS = ("news_keywords", "keywords", "article:tag", "parsely-tags", "sailthru.tags", "cxenseparse:keywords")
"""Names of `<meta>` that hold keywords."""

_TAGS = ("html", "base", "title", "meta", "link", "script", "time", "h1", "img", "amp-img", "h2")
_ITEMS = etree.XPath("//*[@itemprop or @property][not(self::meta[@property])]")
_BYLINES = etree.XPath("//*[contains(@class, 'yline')]")
_BYLINE_ELEMENTS = 12
"""Elements of a byline that may hold the names side by side."""
_BYLINE_SIZE = 80
"""Elements in such an element, at most."""
_NAME_WORDS = range(2, 5)
_PERSON_PAGE = re.compile(r"/(?:authors?|autor(?:en|es|i)?|auteurs?|people|by|staff|redakteure?)/", re.IGNORECASE)


class TimeTag(msgspec.Struct, frozen=True):
    """
    A `<time>` element.

    Args:
        declared: its `datetime` or `content`, empty when it has none.
        text: what it shows.
        hint: class, id and itemprop of it and its nearest ancestors.
        aside: whether it stands in a part of the page that is about something else.
        before: the few words right before it: "Updated:".
    """

    declared: str
    text: str
    hint: str
    aside: bool
    before: str = ""


class Item(msgspec.Struct, frozen=True):
    """A microdata or RDFa property: its name without a prefix, its value, and the type of the item it belongs to."""

    name: str
    value: str
    scope: str = ""
    url: str | None = None


class Structured(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything a page declares, in page order.

    Args:
        url: the address the page was read from.
        base: what relative addresses are relative to.
        meta: contents of the `<meta>` elements by name or property, in lower case.
        nodes: JSON-LD objects.
        items: microdata and RDFa properties outside `<meta>`; not read when JSON-LD has headline, date and author.
        times: `<time>` elements.
        links: rel, href and hreflang of each `<link>` that says something of the article.
        language: `lang` of `<html>`.
        direction: `dir` of `<html>`.
        title: text of `<title>`.
        headings: texts of `<h1>`.
        site_headings: texts of `<h1>` that link to the home page.
        images: `<img>` elements that may belong to the article.
        people: links to the pages of authors, and names side by side in a byline; not read when JSON-LD names a person.
        topics: names in each row of links to the pages of topics; not read when keywords are declared.
        categories: names in the first row of links to a category; not read when a section is declared.
        headers: HTTP headers that were given, lower case.
        messages: what was odd.
    """

    url: str | None = None
    base: str | None = None
    meta: dict[str, tuple[str, ...]] = {}
    nodes: tuple[Node, ...] = ()
    items: tuple[Item, ...] = ()
    times: tuple[TimeTag, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    language: str = ""
    direction: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()
    site_headings: tuple[str, ...] = ()
    images: tuple[Picture, ...] = ()
    people: tuple[Person, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    categories: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON-LD types of the objects that may stand for the page, and Open Graph's, each once."""
        declared = [kind for node in self.nodes if node.main for kind in node.types]
        return tuple(dict.fromkeys([*declared, *self.all("og:type")]))

    def first(self, *names: str) -> tuple[str, str]:
        """Return the first of *names* that a `<meta>` has with a content, and that content; empty when none has."""
        return next(((name, self.meta[name][0]) for name in names if name in self.meta), ("", ""))

    def all(self, name: str) -> tuple[str, ...]:
        """Return every content of the `<meta>` called *name*."""
        return self.meta.get(name, ())


def read(
    root: "etree._Element | None",
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Structured:
    """
    Return what the tree under *root* declares.

    Args:
        root: as `dom.parse` returns it; None gives an empty answer. It is read, never changed.
        url: where the page came from, for relative addresses.
        headers: HTTP headers of the response that may bear on the record (`content-language`, `link`, `date`).
    """
    kept = tuple((k.lower(), v[:MAX_VALUE]) for k, v in (headers or {}).items())
    if root is None:
        return Structured(url=url, base=url, headers=kept)
    reader = _Reader(url)
    for element in root.iter(*_TAGS):
        reader.take(element)
    found, messages = nodes(reader.scripts)
    articles = [n for n in found if n.main and n.is_article]
    # Walking all elements for properties costs as much as all the rest; JSON-LD that says as much saves it.
    told = any(n.texts.keys() >= {"headline", "datePublished"} for n in articles)
    named = any(a.kind == "person" for n in articles for a in n.authors)
    tagged = any(n.lists.get("keywords") for n in articles) or not reader.meta.keys().isdisjoint(KEYWORDS)
    sectioned = any(n.lists.get("articleSection") for n in articles) or "article:section" in reader.meta
    return Structured(
        url=url,
        base=reader.base,
        meta={name: tuple(values) for name, values in reader.meta.items()},
        nodes=found,
        items=() if told and named else tuple(_items(root)),
        times=tuple(reader.times),
        links=tuple(reader.links),
        language=reader.language,
        direction=reader.direction,
        title=reader.title,
        headings=tuple(reader.headings),
        site_headings=tuple(reader.names),
        images=tuple(reader.images),
        people=() if named else tuple(_people(root)),
        topics=() if tagged else tuple(topic_rows(root)),
        categories=() if sectioned else categories(root),
        headers=kept,
        messages=(*messages, *reader.messages()),
    )


def hints(structured: Structured) -> Hints:
    """Return what *structured* says of the article for `classify` to compare blocks with."""
    articles = main_nodes(structured)
    titles = declared_titles(structured, articles)
    description = structured.first("og:description", "description", "twitter:description")[1]
    description = description or next((d for n in articles if (d := n.texts.get("description"))), "")
    body = max((plain(n.texts.get("articleBody", ""), 400_000) for n in articles), key=len, default="")
    names = [p.name for n in articles for p in n.authors]
    names += [v for key in ("author", "article:author", "parsely-author", "dc.creator") for v in structured.all(key)]
    title = without_blog(structured, next(iter(titles), structured.title))
    return Hints(
        headline=headline_without_site(title, structured.site_headings),
        titles=titles,
        description=description,
        article_body=body,
        authors=tuple(dict.fromkeys(n for n in names if not n.startswith("http"))),
        captions=frozenset(
            text for i in structured.images if i.caption for text in (i.caption, f"{i.caption} {i.credit}".strip())
        ),
    )


def without_blog(structured: Structured, title: str) -> str:
    """Return *title* without the name of the blog before it: "Name of the Blog: Snow in May"."""
    for name in structured.site_headings:
        title = title.removeprefix(f"{name}: ")
    return title


def declared_titles(structured: Structured, articles: Sequence[Node]) -> tuple[str, ...]:
    """Return the titles that *structured* gives its article: the headline of its *articles*, then those to share."""
    headlines = [h for n in articles if (h := n.texts.get("headline") or n.texts.get("name"))][:1]
    shared = [value for key in ("og:title", "twitter:title") for value in structured.all(key)[:1]]
    return tuple(dict.fromkeys(headlines + shared))


def main_nodes(structured: Structured) -> tuple[Node, ...]:
    """
    Return the JSON-LD articles that stand for the page, the likeliest first.

    A page may carry several: those whose address is the page's own come first, then those whose headline is the page's
    title, then page order.
    """
    articles = [n for n in structured.nodes if n.main and n.is_article]
    if len(articles) < 2:  # nothing to choose from
        return tuple(articles)
    own = {_bare(u) for u in (structured.url, *(h for rel, h, _ in structured.links if rel == "canonical")) if u}
    titles = " ".join([structured.title, structured.first("og:title")[1], *structured.headings]).casefold()

    def rank(node: Node) -> int:
        addresses = _addresses(node)
        headline = node.texts.get("headline", "").casefold()
        by_address = any(_bare(join(structured.base, a)) in own for a in addresses)
        kind = "CreativeWork" in node.types or "Review" in node.types or "Recipe" in node.types
        return -4 * by_address - 2 * bool(headline and headline in titles) + kind

    ranked = sorted(((rank(node), node) for node in articles), key=lambda one: one[0])
    # Where one is the page's own, another with an address of its own is a story that the page links to.
    own_found = ranked[0][0] < 0
    return tuple(node for value, node in ranked if not (own_found and value >= 0 and _addresses(node)))


def _addresses(node: Node) -> list[str]:
    return [a for key in ("url", "mainEntityOfPage", "@id") for a in node.lists.get(key, ())]


def _bare(url: str) -> str:
    return (
        url.split("#", maxsplit=1)[0]
        .split("?", maxsplit=1)[0]
        .rstrip("/")
        .removeprefix("https:")
        .removeprefix("http:")
        .replace("//www.", "//")
    )


class _Reader:
    """What one pass over the tree collects, made and dropped inside `read`."""

    def __init__(self, url: str | None) -> None:
        self.base = url
        self.meta: dict[str, list[str]] = {}
        self.links: list[tuple[str, str, str]] = []
        self.scripts: list[str] = []
        self.times: list[TimeTag] = []
        self.headings: list[str] = []
        self.names: list[str] = []
        self.images: list[Picture] = []
        self.language = self.direction = self.title = ""
        self.images_seen: set[str] = set()
        self.metas = self.longest_meta = 0

    def take(self, element: "etree._Element") -> None:
        """Read *element*, which has one of `_TAGS`."""
        _READ[str(element.tag)](self, element)

    def messages(self) -> Iterable[str]:
        """Return which limits were hit."""
        if self.metas > MAX_META:
            yield f"meta: {self.metas} elements, {MAX_META} read"
        if self.longest_meta > MAX_VALUE:
            yield f"meta: a content of {self.longest_meta} characters, {MAX_VALUE} read"

    def take_html(self, element: "etree._Element") -> None:
        """Read language and direction."""
        self.language = (
            element.get("lang")
            or element.get("{http://www.w3.org/XML/1998/namespace}lang")
            or element.get("xml:lang")
            or ""
        )[:40].strip()
        self.direction = (element.get("dir") or "")[:10].strip().lower()

    def take_base(self, element: "etree._Element") -> None:
        """Read what relative addresses are relative to."""
        if href := element.get("href"):
            self.base = join(self.base, href)

    def take_title(self, element: "etree._Element") -> None:
        """Read the page's title; one in an SVG comes later and is none."""
        self.title = self.title or line((element.text or "")[:1000])

    def take_meta(self, element: "etree._Element") -> None:
        """Read one `<meta>`."""
        given = dict(element.items())
        content = given.get("content")
        if not content:
            return
        self.metas += 1
        if self.metas > MAX_META:
            return
        self.longest_meta = max(self.longest_meta, len(content))
        text = plain(content, MAX_VALUE)
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if text and (name := given.get(attribute)):
                self.meta.setdefault(name[:100].strip().lower(), []).append(text)

    def take_link(self, element: "etree._Element") -> None:
        """Read a link that says what this page is."""
        rel, href = (element.get("rel") or "").lower(), element.get("href")
        if href and rel in {"canonical", "amphtml", "author", "shortlink", "image_src", "alternate"}:
            if rel == "alternate" and not element.get("hreflang"):
                return
            self.links.append((rel, join(self.base, href), element.get("hreflang") or ""))

    def take_script(self, element: "etree._Element") -> None:
        """Keep JSON-LD."""
        kind = element.get("type")
        if kind and "ld+json" in kind.lower() and element.text:
            self.scripts.append(element.text)

    def take_time(self, element: "etree._Element") -> None:
        """Read a `<time>` with what its surroundings are called."""
        if len(self.times) < MAX_TIMES:
            declared = element.get("datetime") or element.get("content") or ""
            hint, aside = surroundings(element)
            before = _words_before(element)
            self.times.append(TimeTag(declared[:60].strip(), text_of(element, 200), hint, aside, before))

    def take_heading(self, element: "etree._Element") -> None:
        """Read an `<h1>`; one that links to the home page is the site's name, as blogs set it."""
        if len(self.headings) + len(self.names) < MAX_HEADINGS and (text := text_of(element, 1000, parted=True)):
            link = element.find(".//a[@href]")
            home = (
                link is not None and self._leads_home(link.get("href", "")) and text_of(link, 1000, parted=True) == text
            )
            (self.names if home and self._may_name_site(text) else self.headings).append(text)

    def _leads_home(self, href: str) -> bool:
        """Return whether a link leads to the home page of its site."""
        try:
            target, own = urlsplit(href.strip()), urlsplit(self.base or "")
        except ValueError:
            return False
        here = not target.netloc or not own.netloc or target.netloc == own.netloc
        return here and target.path in HOME_PATHS and not target.query and bool(target.netloc or target.path)

    def _may_name_site(self, text: str) -> bool:
        """Return whether a heading is not what the page's title begins with: that is the article's."""
        shared = self.meta.get("og:title", [""])[0]
        title = self.title.removeprefix(f"{text}: ")  # "Name of the Blog: Snow in May"
        return not title.startswith(text) and not shared.startswith(text)

    def take_subheading(self, element: "etree._Element") -> None:
        """Read an `<h2>` that is marked as the headline; some pages have no `<h1>`."""
        if len(self.headings) < MAX_HEADINGS and "headline" in (element.get("itemprop") or ""):
            self.take_heading(element)

    def take_image(self, element: "etree._Element") -> None:
        """Read an image that may belong to the article."""
        if len(self.images) < MAX_IMAGES and (found := picture(element, base=self.base, seen=self.images_seen)):
            self.images.append(found)


_READ: Mapping[str, Callable[[_Reader, "etree._Element"], None]] = {
    "html": _Reader.take_html,
    "base": _Reader.take_base,
    "title": _Reader.take_title,
    "meta": _Reader.take_meta,
    "link": _Reader.take_link,
    "script": _Reader.take_script,
    "time": _Reader.take_time,
    "h1": _Reader.take_heading,
    "h2": _Reader.take_subheading,
    "img": _Reader.take_image,
    "amp-img": _Reader.take_image,
}


def _items(root: "etree._Element") -> Iterable[Item]:
    """Yield microdata and RDFa properties with the type of the item each belongs to."""
    found = _ITEMS(root)
    for element in found[:MAX_ITEMS] if isinstance(found, list) else ():
        name = (element.get("itemprop") or element.get("property") or "")[:100]
        value = element.get("content") or element.get("datetime") or ""
        if element.tag == "abbr":  # the pattern of microformats: "<abbr title=2026-01-14T22:17-05:00>10:17 PM</abbr>"
            value = value or element.get("title") or ""
        address = element.get("href") or element.get("src")
        if not value:
            value = text_of(element, 1000) or address or ""
        scope = next(
            (
                p.get("itemtype") or p.get("typeof") or ""
                for p in element.iterancestors()
                if p.get("itemscope") is not None or p.get("typeof")
            ),
            "",
        )
        for one in name.split():
            yield Item(one.rsplit(":", 1)[-1], plain(value, 2000), scope.rsplit("/", 1)[-1][:60], address)


def _words_before(element: "etree._Element") -> str:
    """Return the few words right before *element* in its parent, in text or in an element of their own."""
    sibling, parent = element.getprevious(), element.getparent()
    if sibling is None:
        text = parent.text if parent is not None else ""
    else:
        text = sibling.tail if (sibling.tail or "").strip() else text_of(sibling, 60)
    return line((text or "")[-60:])


def _people(root: "etree._Element") -> Iterable[Person]:
    """Yield links to authors' pages outside parts that are about something else."""
    found = 0
    for element in islice(root.iter("a"), MAX_LINKS):
        rel, href = element.get("rel") or "", element.get("href") or ""
        if not ("author" in rel or _PERSON_PAGE.search(href[:200])):
            continue
        name = text_of(element, 256)
        if name and not surroundings(element)[1]:
            found += 1
            yield Person(name, url=href[:2083] or None, rel="author" if "author" in rel else "")
        if found >= MAX_PEOPLE:
            break
    yield from _side_by_side(root)


def _side_by_side(root: "etree._Element") -> Iterable[Person]:
    """Yield the names that stand in elements of their own in a byline, and nothing else with them."""
    for byline in islice(_BYLINES(root), MAX_PEOPLE):
        for element in islice(byline.iter("*"), _BYLINE_ELEMENTS):
            # Markup without text would be walked again for each element round it.
            small = sum(1 for _ in islice(element.iter(), _BYLINE_SIZE)) < _BYLINE_SIZE
            names = _names_in(element) if small else []
            if names and not surroundings(byline)[1]:
                yield from (Person(name, rel="side by side") for name in names)
                return


def _names_in(element: "etree._Element") -> list[str]:
    """Return the texts of the children of *element* when each has the length of a name and nothing stands between."""
    parts = [text for child in islice(element, MAX_PEOPLE) if (text := text_of(child, 100).strip(",;& "))]
    named = all(len(text.split()) in _NAME_WORDS and not any(map(str.isdigit, text)) for text in parts)
    whole = "".join(filter(str.isalpha, text_of(element, 1000)))
    return parts if len(parts) > 1 and named and whole == "".join(filter(str.isalpha, "".join(parts))) else []
