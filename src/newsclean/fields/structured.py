"""
What a page declares about itself, read in one pass and kept as plain values: no lxml element leaves this file.

JSON-LD (`jsonld`), `<meta>` with its Open Graph, Twitter, Dublin Core and Parsely names, microdata and RDFa properties,
`<link>`, `<time>`, `<title>`, `<h1>`, images with their captions. Nothing is decided here: `metadata` weighs it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin

import msgspec
from lxml import etree

from newsclean.document import Hints
from newsclean.fields.jsonld import Node, Person, Picture, nodes, pixels, plain
from newsclean.normalise import line

__all__ = ["Item", "Structured", "TimeTag", "hints", "main_nodes", "read"]

MAX_META = 400
MAX_VALUE = 5_000
MAX_ITEMS = 300
MAX_TIMES = 60
MAX_IMAGES = 60
MAX_HEADINGS = 12
MAX_LINKS = 3_000
MAX_PEOPLE = 40
MAX_CAPTION = 600
MAX_CREDIT = 80
MAX_CLIMB = 12
"""Ancestors looked at for what encloses an element."""

NEAR = 5
"""Ancestors whose names speak of an element; further out they speak of the page: "has-sidebar", "menu-open"."""

_TAGS = ("html", "base", "title", "meta", "link", "script", "time", "h1", "img", "amp-img", "h2")
_ITEMS = etree.XPath("//*[@itemprop or @property][not(self::meta[@property])]")
_PERSON_PAGE = re.compile(r"/(?:authors?|autor(?:en|es|i)?|auteurs?|people|by|staff|redakteure?)/", re.IGNORECASE)
_SIDE = re.compile(
    r"related|recommend|teaser|sidebar|promo(?!ted)|newsletter|footer|comment|widget|mostread|most-read|trending|carousel|navbar|navigation|main-nav|menu|outbrain|taboola|popular|advert|more-|readnext|read-next|latest|cookie|modal|banner|sponsor"
)
_CREDIT = re.compile(
    r"credit|copyright|photographer|source|byline|author|fotograf|rights|quelle|bildnachweis|\bcopy\b|crédit|fuente",
    re.IGNORECASE,
)
_PICTURE_OF_NOTHING = re.compile(
    r"\.svg|logo|icon|avatar|sprite|pixel|spacer|blank|placeholder|1x1|tracking|badge|gravatar|beacon|author-|author_|author/"
)
# What stands in a picture's element and is no caption: buttons, counters, texts for screen readers.
_HIDDEN = re.compile(
    r"sr-only|visually-?hidden|screen-reader|button|zoom|share|icon|counter|fullscreen|lightbox-", re.IGNORECASE
)
# How a credit begins; the words in the languages of `pictures`, which reads the credit itself.
_CREDIT_MARK = re.compile(
    r"©|\(c\)|(?:foto|photo|fotografía|bild|image|quelle|source|fuente|фото|fot\.?)s?\s?:", re.IGNORECASE
)
_OWNERS = re.compile(r"[/|©]|\b(?:images?|photos?|foto|press|agency|getty|via)\b", re.IGNORECASE)
_SPOKEN = re.compile(r".{41}")
_SENTENCE = re.compile(r"[.!?…][\"”»]?$|[。！？]$")
_INLINE = frozenset("a b i em strong q sup sub abbr mark u time wbr br font".split())
_NO_TEXT = frozenset("script style noscript template button svg img picture source video audio iframe".split())
_ASIDE = frozenset({"aside", "nav", "footer", "noscript", "template"})


class TimeTag(msgspec.Struct, frozen=True):
    """
    A `<time>` element.

    Args:
        declared: its `datetime` or `content`, empty when it has none.
        text: what it shows.
        hint: class, id and itemprop of it and its nearest ancestors.
        aside: whether it stands in a part of the page that is about something else.
    """

    declared: str
    text: str
    hint: str
    aside: bool


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
        images: `<img>` elements that may belong to the article.
        people: links to the pages of authors; not read when JSON-LD names a person.
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
    images: tuple[Picture, ...] = ()
    people: tuple[Person, ...] = ()
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
        images=tuple(reader.images),
        people=() if named else tuple(_people(root)),
        headers=kept,
        messages=(*messages, *reader.messages()),
    )


def hints(structured: Structured) -> Hints:
    """Return what *structured* says of the article for `classify` to compare blocks with."""
    articles = main_nodes(structured)
    headline = next((h for n in articles if (h := n.texts.get("headline") or n.texts.get("name"))), "")
    headline = headline or structured.first("og:title", "twitter:title")[1] or structured.title
    description = structured.first("og:description", "description", "twitter:description")[1]
    description = description or next((d for n in articles if (d := n.texts.get("description"))), "")
    body = max((plain(n.texts.get("articleBody", ""), 400_000) for n in articles), key=len, default="")
    names = [p.name for n in articles for p in n.authors]
    names += [v for key in ("author", "article:author", "parsely-author", "dc.creator") for v in structured.all(key)]
    return Hints(
        headline=headline,
        description=description,
        article_body=body,
        authors=tuple(dict.fromkeys(n for n in names if not n.startswith("http"))),
    )


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
        addresses = [a for key in ("url", "mainEntityOfPage", "@id") for a in node.lists.get(key, ())]
        headline = node.texts.get("headline", "").casefold()
        by_address = any(_bare(urljoin(structured.base or "", a)) in own for a in addresses)
        kind = "CreativeWork" in node.types or "Review" in node.types or "Recipe" in node.types
        return -4 * by_address - 2 * bool(headline and headline in titles) + kind

    return tuple(sorted(articles, key=rank))


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
            self.base = _join(self.base, href)

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
            self.links.append((rel, _join(self.base, href), element.get("hreflang") or ""))

    def take_script(self, element: "etree._Element") -> None:
        """Keep JSON-LD."""
        kind = element.get("type")
        if kind and "ld+json" in kind.lower() and element.text:
            self.scripts.append(element.text)

    def take_time(self, element: "etree._Element") -> None:
        """Read a `<time>` with what its surroundings are called."""
        if len(self.times) < MAX_TIMES:
            declared = element.get("datetime") or element.get("content") or ""
            hint, aside = _surroundings(element)
            self.times.append(TimeTag(declared[:60].strip(), _text(element, 200), hint, aside))

    def take_heading(self, element: "etree._Element") -> None:
        """Read an `<h1>`."""
        if len(self.headings) < MAX_HEADINGS and (text := _text(element, 1000)):
            self.headings.append(text)

    def take_subheading(self, element: "etree._Element") -> None:
        """Read an `<h2>` that is marked as the headline; some pages have no `<h1>`."""
        if len(self.headings) < MAX_HEADINGS and "headline" in (element.get("itemprop") or ""):
            self.take_heading(element)

    def take_image(self, element: "etree._Element") -> None:
        """Read an image that may belong to the article."""
        given = dict(element.items())
        url = _source(element, given)
        if not url or url.startswith("data:") or len(self.images) >= MAX_IMAGES:
            return
        width, height = pixels(given.get("width")), pixels(given.get("height"))
        small = (width is not None and width < 100) or (height is not None and height < 60)  # icon sizes
        # A class "placeholder" is a frame's, which the picture replaces; in an address it is the picture's own.
        names = f"{given.get('class', '')} {given.get('id', '')}".replace("placeholder", "")
        own = f"{url[-120:]} {names}"
        if small or _PICTURE_OF_NOTHING.search(own):
            return
        url = _join(self.base, url)
        if url in self.images_seen:
            return
        region, hint, aside = _frame(element)
        if aside:
            return
        self.images_seen.add(url)
        caption, credit = _caption(region) if region is not None else ("", "")
        where = "img" if region is None or next(region.iter("figure"), None) is None else "figure"
        alt, title = (line(given.get(key, "")[:1000]) for key in ("alt", "title"))
        self.images.append(Picture(url, caption, credit, alt, width, height, f"{where} {hint}"[:200], title))


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


def _join(base: str | None, href: str) -> str:
    href = href.strip()[:2083]
    if href.startswith(("https://", "http://")):
        return href
    try:
        return urljoin(base or "", href)
    except ValueError:  # a malformed IPv6 host
        return href


def _text(element: "etree._Element", limit: int) -> str:
    """Return the start of the text under *element*, as one line."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > 4 * limit:
            break
    return line("".join(parts))[:limit]


@lru_cache(maxsize=8192)
def _is_aside(hint: str) -> bool:
    """Return whether a class or an id says that the text is about something else; pages repeat theirs."""
    return bool(_SIDE.search(hint.lower()))


def _own_hint(element: "etree._Element") -> str:
    get = element.get
    return " ".join(filter(None, (get("class"), get("id"), get("itemprop"), get("property"))))[:200]


def _surroundings(element: "etree._Element") -> tuple[str, bool]:
    """Return what *element* and its nearest ancestors are called, and if one says it is about something else."""
    names = [_own_hint(element)]
    for level, parent in enumerate(element.iterancestors()):
        if level >= MAX_CLIMB or parent.tag in {"main", "body", "html"}:
            break
        hint = _own_hint(parent)
        if parent.tag in _ASIDE or (level < NEAR and _is_aside(hint)):
            return " ".join(names)[:300], True
        if level < 3:  # further out, names speak of the page
            names.append(hint)
        elif parent.tag == "article":
            break
    return " ".join(names)[:300], False


def _source(element: "etree._Element", given: Mapping[str, str]) -> str:
    """Return the address of an image, the widest it is offered in; a lazy one has it elsewhere than in `src`."""
    offered = (given.get("srcset") or given.get("data-srcset") or "")[:20_000].strip()
    widest = max((c.split() for c in offered.split(", ") if c.strip()), key=_width, default=[]) if offered else []
    if widest and not widest[0].startswith("data:"):
        return widest[0].strip(",")[:2083]
    src = given.get("src", "").strip()
    lazy = next((v for k in ("data-src", "data-original", "data-lazy-src", "data-url") if (v := given.get(k))), "")
    if lazy.strip() and not lazy.lstrip().startswith(("{", "[")):
        return lazy.strip()[:2083]
    if src and not src.startswith("data:"):
        return src[:2083]
    if (parent := element.getparent()) is not None and parent.tag in {"picture", "source"}:
        offered = next((s for e in parent.iter("source") if (s := e.get("srcset") or e.get("data-srcset"))), "")
    return offered.split(", ")[-1].strip().split(" ")[0][:2083]


def _width(candidate: list[str]) -> float:
    """Return the width or density that a candidate of `srcset` states ("640w", "2x"), 0 when it states none."""
    digits = candidate[1][:-1] if len(candidate) == 2 else ""
    return float(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 0.0


def _enclosing(element: "etree._Element") -> Iterator["etree._Element"]:
    """
    Yield the ancestors of an image that say something of it, at most MAX_CLIMB.

    Not `<picture>` and its `<source>`: libxml2, which does not know that these are empty, nests them in each other.
    """
    named = (parent for parent in element.iterancestors() if parent.tag not in {"picture", "source"})
    return islice(named, MAX_CLIMB)


def _frame(element: "etree._Element") -> tuple["etree._Element | None", str, bool]:
    """
    Return what encloses an image and its caption, the names around it, and whether it is about something else.

    That is the outermost `<figure>`, or the nearest element that shows a short text and no other image.
    """
    region: etree._Element | None = None
    names: list[str] = [_own_hint(element)]
    in_figure = False
    linked = next(element.iterancestors("a"), None) is not None
    framed = next(element.iterancestors("figure"), None) is not None
    for level, parent in enumerate(_enclosing(element)):
        tag = parent.tag
        if in_figure and region is not None and _captioned_outside(region, parent):
            region = parent
        if tag in {"main", "body", "article", "section"}:
            break
        hint = _own_hint(parent)
        # "Teaser" is what sites call the picture at the head of an article too; a story list's is a link.
        said = hint if linked else hint.replace("teaser", "")
        if tag in _ASIDE or (tag == "a" and "author" in hint) or (level < NEAR and not in_figure and _is_aside(said)):
            return region, "", True
        if level < 3:  # further out, names speak of the page
            names.append(hint)
        in_figure = in_figure or tag == "figure"
        if tag == "figure" or (
            region is None and not framed and level < NEAR and tag != "a" and _shows_caption(parent)
        ):
            region = parent
    return region, " ".join(names), False


def _captioned_outside(figure: "etree._Element", parent: "etree._Element") -> bool:
    """Return whether the caption of *figure* stands beside it in *parent*, not in it."""
    return parent.find("figcaption") is not None and next(figure.iter("figcaption"), None) is None


def _shows_caption(element: "etree._Element") -> bool:
    """Return whether *element* shows a short text beside a single image, and is no teaser: its text is no link."""
    size = 0
    for text in islice(element.itertext("div", "p", "span", "small", "em", "i", "cite", "b", "strong", "dd", "li"), 40):
        size += len(text.strip())
    if not 3 <= size <= MAX_CAPTION:  # shorter is a bullet or a number
        return False
    images = sum(1 for _ in islice(element.iter("img"), 3))
    return (
        images == 1
        and next(element.iter("h1", "h2", "h3", "h4"), None) is None
        and not any(len(line("".join(a.itertext()))) * 2 > size for a in element.iter("a"))
    )


def _caption(region: "etree._Element") -> tuple[str, str]:
    """
    Return the caption and the credit printed with an image.

    What an element's class calls a credit is one; so is a short last piece, in an element of its own, that is no
    sentence.
    """
    pieces = _pieces(region)
    credit = [text for text, hint in pieces if _CREDIT.search(hint)]
    rest = [text for text, hint in pieces if not _CREDIT.search(hint)]
    if (
        not rest
        and credit
        and (len(credit[0]) > MAX_CREDIT or (_SPOKEN.search(credit[0]) and not _OWNERS.search(credit[0])))
    ):
        rest, credit = credit, []  # a whole caption in an element named after its credit
    if not credit and len(rest) > 1 and len(rest[-1]) <= MAX_CREDIT and _SENTENCE.search(rest[-1]) is None:
        credit = [rest.pop()]
    # A caption and its credit are often there twice, for narrow and for wide screens.
    return line(" ".join(dict.fromkeys(rest)))[:2000], line(" ".join(dict.fromkeys(credit)))[:500]


def _pieces(region: "etree._Element") -> list[tuple[str, str]]:
    """Return the texts under *region* that stand in elements of their own, each with what these are called."""
    captions = list(islice(region.iter("figcaption", "amp-caption"), 3))
    pieces: list[tuple[str, str]] = []
    for root in captions or [region]:
        scopes = [""]
        parts: list[str] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in islice(walk, 200):
            hint = _own_hint(element)
            inline = element.tag in _INLINE and not hint
            if event == "start" and element is not root and (element.tag in _NO_TEXT or _HIDDEN.search(hint)):
                walk.skip_subtree()
                scopes.append("")
                continue
            if not inline and element is not root:
                _add(pieces, parts, scopes[-1])
            if event == "start":
                # A credit's own parts are the credit's.
                scopes.append(scopes[-1] if inline or _CREDIT.search(scopes[-1]) or element is root else hint)
                parts.append(element.text or "")
            else:
                scopes.pop()
                parts.append((element.tail or "") if element is not root else "")
        _add(pieces, parts, scopes[-1])
    if captions:
        pieces += _credits_outside(region, captions)
    return [piece for piece in pieces if piece[0]]


def _credits_outside(region: "etree._Element", captions: list["etree._Element"]) -> list[tuple[str, str]]:
    """Return the credits that stand in a figure beside its caption: so called, so marked, or in its small print."""
    found: list[tuple[str, str]] = []
    for element in islice(region.iter("span", "small", "cite", "footer", "div", "p"), 60):
        hint, text = _own_hint(element), _text(element, 200)
        credit = element.tag in {"small", "cite", "footer"} or _CREDIT.search(hint) or _CREDIT_MARK.match(text)
        if not credit or not 1 < len(text) <= MAX_CREDIT or _HIDDEN.search(hint):
            continue
        if any(c in captions for c in (*element.iterancestors(), *element.iter("figcaption"))):
            continue
        if not any(text in other or other in text for other, _ in found):
            found.append((text, "credit"))
    return found[:3]


def _add(pieces: list[tuple[str, str]], parts: list[str], hint: str) -> None:
    """Move what *parts* say into *pieces*."""
    text = line("".join(parts))
    parts.clear()
    if any(map(str.isalpha, text)):
        pieces.append((text, hint))


def _items(root: "etree._Element") -> Iterable[Item]:
    """Yield microdata and RDFa properties with the type of the item each belongs to."""
    found = _ITEMS(root)
    for element in found[:MAX_ITEMS] if isinstance(found, list) else ():
        name = (element.get("itemprop") or element.get("property") or "")[:100]
        value = element.get("content") or element.get("datetime") or ""
        address = element.get("href") or element.get("src")
        if not value:
            value = _text(element, 1000) or address or ""
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


def _people(root: "etree._Element") -> Iterable[Person]:
    """Yield links to authors' pages outside parts that are about something else."""
    found = 0
    for element in islice(root.iter("a"), MAX_LINKS):
        rel, href = element.get("rel") or "", element.get("href") or ""
        if not ("author" in rel or _PERSON_PAGE.search(href[:200])):
            continue
        name = _text(element, 256)
        if name and not _surroundings(element)[1]:
            found += 1
            yield Person(name, "", href[:2083] or None, None, "author" if "author" in rel else None)
        if found >= MAX_PEOPLE:
            break
