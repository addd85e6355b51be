"""Topics that a page shows: links to the pages of tags and themes, told by their addresses, row by row."""

import re
from collections.abc import Iterator
from itertools import groupby, islice

from lxml import etree

from newsclean.fields.markup import MAX_LINKS, own_hint, surroundings, text_of

__all__ = ["categories", "topic_rows"]

MAX_ROWS = 20
MAX_TOPICS = 40

MAX_NAME = 60
"""Characters of a topic's name; longer texts are titles of stories."""

_CLOUD = 15
"""Names in alphabetical order from which a row is the site's list of tags."""

_ELEMENTS = 20
"""Elements in a link from which it holds more than a name; links in links would be read again and again."""

_NEAR = 3
"""Ancestors that may be called a list of tags."""

_PROSE = 12
"""Characters of text behind a link from which it stands in a sentence."""

_TOPIC_PAGE = re.compile(
    r"/(?:tags?|topics?|topic-page|themen?|temas?|temat|themes?|tema|sujets?|dossiers?|keywords?|etiquetas?|hashtags?|"
    r"schlagwort(?:e|er)?|stichwort(?:e|er)?|tagy|topik|asiasanat?|avainsanat?|emner?|emneord|amne|amnen|onderwerp(?:en)?|"
    r"argomenti|cimke|konu|etiket|search/label)/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
"""Addresses that end in a topic, in the words of many languages."""

_TAGS = re.compile(r"(?<![a-z])(?:tags?|keywords?)(?![a-z])", re.IGNORECASE)
"""What elements are called that hold an article's topics, in its footer and beside related stories, too."""


def topic_rows(root: "etree._Element") -> Iterator[tuple[str, ...]]:
    """
    Yield the names in each row of links to topics: links that no other link and no sentence parts.

    A link alone counts when it is called a tag; one to a theme may be a series, or a part of the site.
    """
    links = ((_topic(link), link) for link in islice(root.iter("a"), MAX_LINKS))
    rows = (list(found) for told, found in groupby(links, key=lambda pair: bool(pair[0])) if told)
    for row in islice(rows, MAX_ROWS):
        names = tuple(dict.fromkeys(name for name, _ in row[:MAX_TOPICS]))
        cloud = len(names) >= _CLOUD and sorted(names, key=str.casefold) == list(names)
        if (len(names) > 1 or _is_tag(row[0][1])) and not cloud:
            yield names


def categories(root: "etree._Element") -> tuple[str, ...]:
    """
    Return the names in the first row of links that call themselves the article's category, as WordPress has them.

    https://microformats.org/wiki/rel-category
    """
    links = (link for link in islice(root.iter("a"), MAX_LINKS) if "category" in (link.get("rel") or "").split())
    own = (link for link in links if not surroundings(link)[1])
    row = next((list(found) for _, found in groupby(own, key=_row_of)), [])
    return tuple(dict.fromkeys(name for link in row[:MAX_TOPICS] if (name := text_of(link, MAX_NAME))))


def _row_of(link: "etree._Element") -> "etree._Element | None":
    """Return the element that *link* stands in with others of its row."""
    parent = link.getparent()
    return parent.getparent() if parent is not None and parent.tag == "li" else parent


def _is_tag(link: "etree._Element") -> bool:
    """Return whether *link* says that it leads to a tag."""
    rel = (link.get("rel") or "").split()
    return ("tag" in rel and "category" not in rel) or "/tag/" in (link.get("href") or "")  # WordPress: "category tag"


def _is_topic(link: "etree._Element") -> bool:
    """Return whether *link* leads to a topic, in no part of the page that is about something else."""
    if not _TOPIC_PAGE.search((link.get("href") or "")[:300]):
        return False
    called = any(_TAGS.search(own_hint(parent)) for parent in islice(link.iterancestors(), _NEAR))
    return called or not surroundings(link)[1]


def _topic(link: "etree._Element") -> str:
    """Return the name of the topic that *link* leads to; empty when it leads elsewhere or stands in a sentence."""
    if not _is_tag(link) and not _is_topic(link):
        return ""
    if len((link.tail or "").strip()) > _PROSE or sum(1 for _ in islice(link.iter(), _ELEMENTS)) == _ELEMENTS:
        return ""
    name = text_of(link, MAX_NAME + 2).strip(" #,;|·•/")
    return name if len(name) <= MAX_NAME and any(map(str.isalnum, name)) else ""
