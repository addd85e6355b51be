"""
JSON-LD blocks of a page, made safe and flat: what schema.org words say of the article, and nothing else.

A page's JSON-LD is a stranger's input: wrong types, other people's articles, broken syntax. Each field is read with the
type it should have or not at all; what had to be repaired or left out is said in `messages`. JSON-LD 1.1 is the
syntax, schema.org the vocabulary; contexts are not fetched.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import msgspec

from newsclean.normalise import line

__all__ = ["Node", "Person", "Picture", "Update", "nodes", "plain"]

MAX_SCRIPT = 2_000_000
"""Characters of one JSON-LD script; the largest of 1,929 measured pages has 410,000."""

MAX_REPAIR = 400_000
"""Characters of a broken script that are worth a repair, which costs a pass in Python."""

MAX_SCRIPTS = 60
MAX_VALUES = 20_000
"""JSON values walked on a page; the largest of 1,929 measured pages has 9,000."""

MAX_DEPTH = 40
MAX_TEXT = 5_000
MAX_NAME = 256
MAX_LIST = 60
MAX_BODY = 400_000
MAX_UPDATES = 500
MAX_NODES = 200

_TAG = re.compile(r"<[^<>]{1,1000}>")
_WRAP = re.compile(r"^\s{0,99}(?:/\*)?\s{0,99}(?:<!--|(?://)?\s{0,9}<!\[CDATA\[)?\s{0,9}(?:\*/)?")
_WRAP_END = re.compile(r"(?:(?://|/\*)?\s{0,9}(?:-->|\]\]>)\s{0,9}(?:\*/)?)?[\s;]{0,99}$")
_TOKEN = re.compile(r'\\.|"|,(?=\s*[}\]])|[\x00-\x1f]', re.DOTALL)
_DATES = re.compile(r'"(datePublished|dateModified)"\s{0,9}:\s{0,9}"([^"]{4,40})"')
_ARTICLES = ("Article", "Posting", "Report", "Review", "Guide", "Recipe", "HowTo", "FAQPage", "CreativeWork")
# Nodes of these types, or under these keys, speak of something other than the page's article.
_FOREIGN_KEYS = frozenset(
    "itemListElement hasPart relatedLink mentions citation isPartOf isBasedOn about comment review potentialAction"
    " subjectOf workExample liveBlogUpdate significantLink video associatedMedia".split(),
)


class Person(msgspec.Struct, frozen=True):
    """
    Somebody named as an author.

    Args:
        name: as declared.
        kind: "person", "organization", or empty when the page does not say.
        url: the author's page, as declared.
        email: the author's address.
        job_title: as declared.
        rel: how the page shows the name: "author" as the link's `rel`, "side by side" in a byline of nothing but names.
    """

    name: str
    kind: str = ""
    url: str | None = None
    email: str | None = None
    job_title: str | None = None
    rel: str = ""


class Picture(msgspec.Struct, frozen=True):
    """An image that the page declares or shows; what is not said is empty."""

    url: str
    caption: str = ""
    credit: str = ""
    alt: str = ""
    width: int | None = None
    height: int | None = None
    where: str = ""
    title: str = ""


class Update(msgspec.Struct, frozen=True):
    """One declared entry of a live blog."""

    headline: str
    body: str
    date: str
    authors: tuple[str, ...]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """
    One JSON-LD object, its text fields by schema.org name.

    Args:
        types: its `@type`s, without a prefix.
        main: whether it stands for the page rather than for something the page mentions.
        texts: field to text; only the fields that `_TEXTS` names.
        lists: field to texts; only the fields that `_LISTS` names.
        authors: `author`, or `creator` when there is none.
        publisher: name of the publisher.
        agencies: names of `sourceOrganization` and `provider`.
        free: `isAccessibleForFree` when it is a boolean or spelt like one.
        images: `image` and `thumbnailUrl`.
        videos: address and name of each `video`, or of the object itself when it is one.
        updates: entries of `liveBlogUpdate`.
        crumbs: names of a `BreadcrumbList`, in order.
    """

    types: tuple[str, ...] = ()
    main: bool = True
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    authors: tuple[Person, ...] = ()
    publisher: str = ""
    agencies: tuple[str, ...] = ()
    free: bool | None = None
    images: tuple[Picture, ...] = ()
    videos: tuple[tuple[str, str], ...] = ()
    updates: tuple[Update, ...] = ()
    crumbs: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether one of the types is an article of some kind."""
        return any(kind.endswith(_ARTICLES) for kind in self.types)


_TEXTS = (
    "headline",
    "name",
    "alternativeHeadline",
    "alternateName",
    "description",
    "abstract",
    "datePublished",
    "dateModified",
    "dateCreated",
    "uploadDate",
    "dateline",
    "inLanguage",
    "thumbnailUrl",
    "correction",
    "contentUrl",
    "embedUrl",
    "caption",
)
_LISTS = ("articleSection", "keywords", "url", "mainEntityOfPage", "@id")


def plain(value: object, limit: int = MAX_TEXT) -> str:
    """
    Return *value* as one line of at most *limit* characters, markup and character references gone.

    What is neither text, nor a number, nor an object with `@value` or `name`, is empty.

    >>> plain("Caf&eacute; <b>de</b> Paris"), plain(["a", "b"]), plain({"@value": "x"})
    ('Café de Paris', 'a', 'x')
    """
    if not isinstance(value, str):
        value = _said(value)
    text = value[:limit]
    if "&" in text:
        # Twice: texts escaped for HTML and once more for JSON are common.
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return line(text)[:limit].strip()


def _said(value: object) -> str:
    """Return the text or number that *value* holds; empty when it holds none."""
    for _ in range(4):  # objects in lists in objects: one or two levels in practice
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("@id") or ""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def nodes(scripts: list[str]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """
    Return the objects in *scripts*, in page order, and messages on what was wrong with them.

    Args:
        scripts: text of each `<script type="application/ld+json">`.
    """
    found: list[Node] = []
    messages: list[str] = []
    if len(scripts) > MAX_SCRIPTS:
        messages.append(f"JSON-LD: {len(scripts)} scripts, {MAX_SCRIPTS} read")
    budget = MAX_VALUES
    for script in scripts[:MAX_SCRIPTS]:
        value, message = _load(script)
        if message and message not in messages:
            messages.append(message)
        objects, spent, clipped = _objects(value, budget)
        budget -= spent
        if clipped and "JSON-LD: too deep or too long, cut" not in messages:
            messages.append("JSON-LD: too deep or too long, cut")
        by_id = {key: node for node, _ in objects if isinstance(key := node.get("@id"), str) and len(node) > 1}
        for node, main in objects:
            types = _types(node)
            if types and main and len(found) < MAX_NODES:
                found.append(_node(node, types, by_id, main=main))
                messages += _clipped(node)
    return tuple(found), tuple(dict.fromkeys(messages))


def _clipped(node: dict[str, Any]) -> Iterator[str]:
    """Yield what is too long to be read whole."""
    for key, limit in (("keywords", MAX_LIST), ("author", MAX_LIST), ("articleSection", MAX_LIST)):
        value = node.get(key)
        if isinstance(value, list) and len(value) > limit:
            yield f"JSON-LD: {key} of {len(value)} entries, {limit} read"
    author = node.get("author")
    name = author.get("name") if isinstance(author, dict) else author
    if isinstance(name, str) and len(name) > MAX_NAME:
        yield f"JSON-LD: author of {len(name)} characters, {MAX_NAME} read"


def _load(script: str) -> tuple[Any, str]:
    if len(script) > MAX_SCRIPT:
        return None, "JSON-LD: script too long, passed over"
    try:
        return msgspec.json.decode(script), ""
    except RecursionError:
        return None, "JSON-LD: nested too deep, passed over"
    except (msgspec.MsgspecError, UnicodeError):
        pass
    if not script.strip():
        return None, ""
    if "&quot;" in script[:MAX_REPAIR] and '"' not in script[:MAX_REPAIR]:
        script = unescape(
            script
        )  # escaped as if it were an attribute; browsers read no JSON-LD there, search engines do
    if len(script) <= MAX_REPAIR:
        try:
            return _repaired(script), "JSON-LD: broken syntax, repaired"
        except (ValueError, RecursionError):
            dates = dict(reversed(_DATES.findall(script)))
            if dates:
                return {"@type": "NewsArticle", **dates}, "JSON-LD: broken syntax, only its dates read"
    return None, "JSON-LD: broken syntax, passed over"


def _repaired(script: str) -> object:
    """Return the value of *script* with wrappers, trailing commas and raw line breaks in texts mended."""
    text = _WRAP_END.sub("", _WRAP.sub("", script, count=1), count=1)
    out: list[str] = []
    last, inside = 0, False
    for token in _TOKEN.finditer(text):
        mark = token.group()
        out.append(text[last : token.start()])
        last = token.end()
        if mark == '"':
            inside = not inside
        elif mark[0] == "\\":
            mark = mark if mark[1] in '"\\/bfnrtu' else mark[1]
        else:  # a control character in a text, or a comma before a closing bracket
            mark = "," if mark == "," and inside else " "
        out.append(mark)
    out.append(text[last:])
    decoder = json.JSONDecoder(parse_int=_number, strict=False)
    text = "".join(out).strip()
    values: list[object] = []
    while text and len(values) < MAX_LIST:  # objects one after the other, without a list around them
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].lstrip(" ,;\t\r\n")
    return values


def _number(digits: str) -> int:
    return int(digits[:18])


def _objects(value: object, budget: int) -> tuple[list[tuple[dict[str, Any], bool]], int, bool]:
    """Return the objects in *value* with whether each may stand for the page, the values walked, and if it was cut."""
    found: list[tuple[dict[str, Any], bool]] = []
    stack: list[tuple[object, int, bool]] = [(value, 0, True)]
    spent, clipped = 0, False
    while stack:
        item, depth, main = stack.pop()
        spent += 1
        if spent > budget or depth > MAX_DEPTH:
            clipped = True
            if spent > budget:
                break
            continue
        if isinstance(item, dict):
            if main or "@id" in item:
                found.append((item, main))
            below = [
                (v, depth + 1, main and (_opens(k) or _is_only_post(k, v)))
                for k, v in item.items()
                if isinstance(v, dict | list)
            ]
            stack.extend(reversed(below))
        elif isinstance(item, list):
            stack.extend((v, depth + 1, main) for v in reversed(item) if isinstance(v, dict | list))
    return found, spent, clipped


def _opens(key: str) -> bool:
    """Return whether an object under *key* may stand for the page itself."""
    return key in {"mainEntity", "mainEntityOfPage", "breadcrumb", "@graph"} and key not in _FOREIGN_KEYS


def _is_only_post(key: str, value: object) -> bool:
    """Return whether *value* is the one post of a `Blog` that the page declares itself to be, as Hashnode has it."""
    return key == "blogPost" and (isinstance(value, dict) or (isinstance(value, list) and len(value) == 1))


def _types(node: dict[str, Any]) -> tuple[str, ...]:
    declared = node.get("@type")
    values = declared if isinstance(declared, list) else [declared]
    return tuple(v[:80].rsplit("/", 1)[-1].rsplit(":", 1)[-1] for v in values[:9] if isinstance(v, str))


def _node(node: dict[str, Any], types: tuple[str, ...], by_id: dict[str, dict[str, Any]], *, main: bool) -> Node:
    texts = {key: text for key in _TEXTS if key in node and (text := plain(node[key]))}
    if isinstance(node.get("articleBody"), str):
        texts["articleBody"] = node["articleBody"][:MAX_BODY]
    return Node(
        types=types,
        main=main,
        texts=texts,
        lists={key: values for key in _LISTS if key in node and (values := _texts(node[key]))},
        authors=tuple(_people(node.get("author") or node.get("creator"), by_id)),
        publisher=plain(_resolved(node.get("publisher"), by_id), MAX_NAME),
        agencies=_texts(node.get("sourceOrganization")),
        free=_boolean(node.get("isAccessibleForFree")),
        images=tuple(_pictures(node.get("image") or node.get("thumbnailUrl"), by_id)),
        videos=tuple(_videos(node if "VideoObject" in types else node.get("video"))),
        updates=tuple(_updates(node.get("liveBlogUpdate"), by_id)),
        crumbs=_crumbs(node) if "BreadcrumbList" in types else (),
    )


def _many(value: object) -> list[Any]:
    if isinstance(value, list):
        return value[:MAX_LIST]
    return [] if value is None else [value]


def _resolved(value: object, by_id: dict[str, dict[str, Any]]) -> object:
    """Return the object that *value* refers to by `@id`, or *value*."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str):  # id and type
        full = by_id.get(value["@id"], value)
        # An identifier alone is no name.
        return full if "name" in full else None
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for item in _many(value) if (text := plain(item, 1000)))


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(plain(value, 20).rsplit("/", 1)[-1].lower())


def _people(value: object, by_id: dict[str, dict[str, Any]]) -> Iterator[Person]:
    for item in _many(value):
        one = _resolved(item, by_id)
        if not isinstance(one, dict):
            name = plain(one, MAX_NAME)
            if name:
                yield Person(name)
            continue
        kinds = " ".join(_types(one))
        kind = "organization" if "Organization" in kinds else "person" if "Person" in kinds else ""
        for name in (plain(n, MAX_NAME) for n in _many(one.get("name"))):
            if name:
                yield Person(
                    name,
                    kind,
                    url=_address(one.get("url")) or _address(one.get("sameAs")),
                    email=plain(one.get("email"), MAX_NAME).removeprefix("mailto:") or None,
                    job_title=plain(one.get("jobTitle"), MAX_NAME) or None,
                )


def _address(value: object) -> str | None:
    text = plain(value, 2000)
    return text if text.startswith(("http://", "https://", "/")) else None


def _pictures(value: object, by_id: dict[str, dict[str, Any]]) -> Iterator[Picture]:
    for item in _many(value):
        name = item.get("@id") if isinstance(item, dict) and not {"url", "contentUrl"} & item.keys() else item
        one = by_id.get(name, item) if isinstance(name, str) else item
        if isinstance(one, list):
            yield from (Picture(url, where="json-ld") for url in _texts(one)[:MAX_LIST] if "/" in url)
        elif isinstance(one, dict):
            url = plain(one.get("url") or one.get("contentUrl"), 2000)
            name = plain(one.get("@id"), 2000)
            url = url or ("" if "#" in name else name)  # "#primaryimage" is the name of an object
            if "/" in url and not url.startswith("#"):
                credit = plain(one.get("creditText"), 500) or plain(one.get("copyrightHolder"), 500)
                yield Picture(
                    url,
                    caption=plain(one.get("caption") or one.get("description"), 2000),
                    credit=credit or plain(one.get("author") or one.get("creator"), 500),
                    width=pixels(one.get("width")),
                    height=pixels(one.get("height")),
                    where="json-ld",
                )
        elif "/" in (url := plain(one, 2000)):
            yield Picture(url, where="json-ld")


def pixels(value: object) -> int | None:
    """
    Return *value* as a size in pixels.

    >>> pixels("1200px"), pixels({"value": 3}), pixels(True), pixels("100%")
    (1200, 3, None, None)
    """
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    digits = str(value)[:12].strip().removesuffix("px").removesuffix(".0").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) < 6 else None


def _videos(value: object) -> Iterator[tuple[str, str]]:
    for item in _many(value):
        if isinstance(item, dict):
            url = _address(item.get("contentUrl")) or _address(item.get("embedUrl")) or _address(item.get("url"))
            if url:
                yield url, plain(item.get("name"), 1000)


def _updates(value: object, by_id: dict[str, dict[str, Any]]) -> Iterator[Update]:
    for item in (value if isinstance(value, list) else _many(value))[:MAX_UPDATES]:
        if isinstance(item, dict):
            body = plain(item.get("articleBody"), MAX_BODY)
            headline = plain(item.get("headline") or item.get("name"), 1000)
            if body or headline:
                people = tuple(p.name for p in _people(item.get("author"), by_id))
                yield Update(headline, body, plain(item.get("datePublished"), 60), people)


def _crumbs(node: dict[str, Any]) -> tuple[str, ...]:
    names: list[tuple[int, str]] = []
    for place, item in enumerate(_many(node.get("itemListElement"))):
        if isinstance(item, dict):
            target = item.get("item")
            name = plain(item.get("name"), 300) or (plain(target.get("name"), 300) if isinstance(target, dict) else "")
            position = item.get("position")
            if name:
                names.append((position if type(position) is int else place, name))
    return tuple(name for _, name in sorted(names, key=lambda pair: pair[0]))
