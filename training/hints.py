"""What a page declares of its article, read as plainly as possible: the training's stand-in for `metadata`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from newsclean.document import Hints

_MARKUP = re.compile(r"<[^<>]{1,500}>")
_ARTICLES = ("Article", "BlogPosting", "Report", "Posting")


def read_hints(root: "etree._Element | None") -> Hints:
    """Return the declared headline, description, full text and authors of the page under *root*."""
    if root is None:
        return Hints()
    nodes = list(_nodes(root))
    articles = [n for n in nodes if str(n.get("@type", "")).rstrip("']").endswith(_ARTICLES)]
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or ""
        meta.setdefault(name.lower(), element.get("content") or "")
    title = " ".join((root.findtext(".//title") or "").split())
    authors = [name for n in articles for name in _names(n.get("author"))]
    return Hints(
        headline=_text(_first(articles, "headline")) or _text(meta.get("og:title")) or title,
        description=_text(_first(articles, "description"))
        or _text(meta.get("og:description"))
        or _text(meta.get("description")),
        article_body=_text(_first(articles, "articleBody")),
        authors=tuple(dict.fromkeys(authors or ([meta["author"]] if meta.get("author") else []))),
    )


def _nodes(root: "etree._Element") -> Iterator[dict[str, Any]]:
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or ""):
            continue
        try:
            stack: list[Any] = [json.loads(element.text or "", strict=False)]
        except ValueError:
            continue
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(reversed(node))
            elif isinstance(node, dict):
                yield node
                stack.extend(v for v in node.values() if isinstance(v, dict | list))


def _first(nodes: list[dict[str, Any]], key: str) -> object:
    return next((n[key] for n in nodes if n.get(key)), "")


def _text(value: object) -> str:
    return " ".join(_MARKUP.sub(" ", value).split()) if isinstance(value, str) else ""


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and isinstance(value.get("name"), str):
        yield value["name"]
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
