"""What the elements of a page are called and show: the names that speak of a picture, a time or a link to an author."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin

from lxml import etree

from newsclean.normalise import SET_APART, line, runs_together

__all__ = ["ASIDE", "MAX_CLIMB", "MAX_LINKS", "NEAR", "is_aside", "join", "own_hint", "surroundings", "text_of"]

MAX_CLIMB = 12
"""Ancestors looked at for what encloses an element."""

MAX_LINKS = 3_000
"""Links of a page that are looked at for authors and topics."""

NEAR = 5
"""Ancestors whose names speak of an element; further out they speak of the page: "has-sidebar", "menu-open"."""

ASIDE = frozenset({"aside", "nav", "footer", "noscript", "template"})
"""Elements that are about something else than the article."""

_SIDE = re.compile(
    r"related|recommend|teaser|sidebar|promo(?!ted)|newsletter|footer|comment|widget|mostread|most-read|trending|carousel|navbar|navigation|main-nav|menu|outbrain|taboola|popular|advert|more-|readnext|read-next|latest|cookie|modal|banner|sponsor"
)


def join(base: str | None, href: str) -> str:
    """Return the absolute address that *href* means on a page whose addresses are relative to *base*."""
    href = href.strip()[:2083]
    if href.startswith(("https://", "http://")):
        return href
    try:
        return urljoin(base or "", href)
    except ValueError:  # a malformed IPv6 host
        return href


def _texts(element: "etree._Element") -> Iterator[tuple[str, bool]]:
    """Yield the texts under *element*, and whether each stands right behind an element that may be set apart."""
    joint = False
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        ended = event == "end" and inner is not element
        joint = joint or (ended and inner.tag in SET_APART)
        if text := inner.tail if ended else inner.text if event == "start" else None:
            yield text, joint
            joint = False


def text_of(element: "etree._Element", limit: int, *, parted: bool = False) -> str:
    """Return the start of the text under *element*, as one line, elements *parted* where a style sheet parts them."""
    parts: list[str] = []
    size = 0
    for part, joint in _texts(element) if parted else ((text, False) for text in element.itertext()):
        if joint and parts and runs_together(parts[-1], part):
            parts.append(" ")
        parts.append(part)
        size += len(part)
        if size > 4 * limit:
            break
    return line("".join(parts))[:limit]


@lru_cache(maxsize=8192)
def is_aside(hint: str) -> bool:
    """Return whether a class or an id says that the text is about something else; pages repeat theirs."""
    return bool(_SIDE.search(hint.lower()))


def own_hint(element: "etree._Element") -> str:
    """Return what *element* is called: its class, id and property."""
    get = element.get
    return " ".join(filter(None, (get("class"), get("id"), get("itemprop"), get("property"))))[:200]


def surroundings(element: "etree._Element") -> tuple[str, bool]:
    """Return what *element* and its nearest ancestors are called, and if one says it is about something else."""
    names = [own_hint(element)]
    for level, parent in enumerate(element.iterancestors()):
        if level >= MAX_CLIMB or parent.tag in {"main", "body", "html"}:
            break
        hint = own_hint(parent)
        if parent.tag in ASIDE or (level < NEAR and is_aside(hint)):
            return " ".join(names)[:300], True
        if level < 3:  # further out, names speak of the page
            names.append(hint)
        elif parent.tag == "article":
            break
    return " ".join(names)[:300], False
