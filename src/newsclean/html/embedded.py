"""
The article that a page's scripts would print: read from their data where the markup shows none.

Frameworks send the article as data and let the browser build the page from it: Next.js in `__NEXT_DATA__` and in the
rows of `__next_f`, others in a global variable. Nothing is run; what is no JSON is passed over.
"""

import html
import json
import re
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from lxml import etree

from newsclean.html import dom

__all__ = ["show"]

MAX_VALUES = 200_000
"""Values of a page's data that are looked at; the largest of the development pages has 61,000."""

MAX_CHARS = 4_000_000
"""Characters of a script that are read as data."""

LEAST_LETTERS = 250
"""Letters of an article, at least: shorter texts of a page's data are teasers and labels of buttons."""

_LEAST_STOPS = 4
_LEAST_TITLE = 12
_COMPANY = 3
"""Objects round a text in which the page's title may stand, from the inside out."""

_BESIDE = 200
"""Values of such an object that are looked at."""

_TYPES = frozenset({"type", "__typename", "_type", "kind"})
_TEXTS = ("text", "content", "children", "html", "data", "value", "body")
"""Where an object of an article has its type, and its text or the objects that make it up."""

_DEPTH = 4

_SLOT = re.compile(r"(?:\$\$|\{\{|\[\[|%%)\s?[\w.-]{1,40}\s?(?:\$\$|\}\}|\]\]|%%)")
"""Where a script would put an advertisement or a picture."""

_JSON_TYPES = ("application/json", "application/ld+json")
_PUSHED = re.compile(r"__next_f\.push\(\s{0,3}\[1,\s{0,3}")
_ASSIGNED = re.compile(
    r"\b(?:window|self|globalThis)(?:\.[\w$]{1,60}|\[[\"'][^\"']{1,60}[\"']\])\s{0,3}=\s{0,3}(?=[{\[\"])"
)
_ROW = re.compile(rb"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,8}),)?")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_STOPS = re.compile(r"[.!?…。！？؟।۔]")
_CODE = re.compile(r"[{};=]")

_DECODER = json.JSONDecoder()


def show(root: "etree._Element", *, least: int) -> bool:
    """
    Put the article of *root*'s scripts at the end of its text, in an `<article>`; return whether there is one.

    A page that says that its article has to be paid for keeps to what it shows.

    Args:
        root: the page, as `dom.parse` returns it; it is changed.
        least: characters of markup below which the article is none.
    """
    found = _article(root)
    if not found or len(found) < least:
        return False
    page, _ = dom.parse(f"<article>{found}</article>")
    article = page.find(".//article") if page is not None else None
    if article is None:
        return False
    body = root.find("body")
    (root if body is None else body).append(article)
    return True


def _titles(root: "etree._Element") -> tuple[str, ...]:
    """Return what the page's head calls it, in letters only, at most three titles."""
    given = [root.findtext(".//title") or ""]
    given += [
        e.get("content") or "" for e in root.iter("meta") if e.get("property") == "og:title" or e.get("name") == "title"
    ]
    return tuple(key for title in given[:3] if len(key := _letters(title)) >= _LEAST_TITLE)


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text[:400].casefold()))


def _article(root: "etree._Element") -> str:
    """Return the longest text of the page's data that is in company of the page's title, as markup."""
    titles = _titles(root)
    values, pointed_at = _data(root)
    # Each value with the objects round it, the innermost first.
    waiting: list[tuple[Any, tuple[dict[str, Any], ...]]] = [(value, ()) for value in values]
    most, found = 0, ""
    for _ in range(MAX_VALUES):
        if not waiting:
            break
        value, company = waiting.pop()
        text = ""
        if isinstance(value, dict):
            if str(value.get("isAccessibleForFree")).lower() == "false":
                return ""
            waiting += [(part, (value, *company)[:_COMPANY]) for part in value.values()]
        elif isinstance(value, list):
            waiting += [(part, company) for part in value if isinstance(part, dict | list)]
            text = _typed_blocks(value)
        elif isinstance(value, str):
            text = _SLOT.sub(" ", pointed_at.get(value, value))
        if (letters := _letters_of_prose(text)) > most and _entitled(company, titles):
            most, found = letters, text
    return _as_markup(found)


def _letters_of_prose(text: str) -> int:
    """Return how many letters the prose of *text* has; 0 when it is short or is no prose."""
    if len(text) < LEAST_LETTERS:
        return 0
    plain = _TAG.sub(" ", text)
    letters = sum(map(str.isalpha, plain))
    code = len(_CODE.findall(plain))
    prose = (
        len(_STOPS.findall(plain)) >= _LEAST_STOPS and 2 * letters > len(plain.replace(" ", "")) and 60 * code < letters
    )
    return letters if prose and letters >= LEAST_LETTERS else 0


def _entitled(company: Sequence[dict[str, Any]], titles: Sequence[str]) -> bool:
    """Return whether the page's title stands beside a text."""
    values = chain.from_iterable(islice(item.values(), _BESIDE) for item in company)
    beside = [_letters(text) for text in values if isinstance(text, str) and len(text) < 400]
    return any(len(key) >= _LEAST_TITLE and (key in title or title in key) for key in beside for title in titles)


def _typed_blocks(values: Sequence[Any]) -> str:
    """Return a list of objects with a type and a text each, as content systems store articles, as paragraphs."""
    texts = [_text_of(value, _DEPTH) for value in values if isinstance(value, dict) and _TYPES & value.keys()]
    return "".join(f"<p>{text}</p>" for text in texts if text)


def _text_of(value: dict[str, Any], depth: int) -> str:
    """Return the text of an object of an article, or of the objects in it down to *depth*: words in bold, links."""
    held = next((value[key] for key in _TEXTS if isinstance(value.get(key), str | list) and value[key]), "")
    if isinstance(held, str):
        return held
    return "".join(_text_of(part, depth - 1) for part in held if isinstance(part, dict)) if depth else ""


def _as_markup(text: str) -> str:
    """Return *text* as markup: one without tags line by line."""
    if re.search(r"</?(?:p|div|br|h[1-6]|li)\b", text):
        return text
    return "".join(f"<p>{html.escape(part)}</p>" for part in text.splitlines() if part.strip())


def _data(root: "etree._Element") -> tuple[list[Any], dict[str, str]]:
    """Return the values that the scripts of *root* hold as JSON, and the texts that "$1b" in them stands for."""
    values: list[Any] = []
    pushed: list[str] = []
    for script in root.iter("script"):
        text = (script.text or "")[:MAX_CHARS].lstrip()
        if (script.get("type") or "").partition(";")[0].strip().lower() in _JSON_TYPES:
            values.append(_decoded(text, 0))
            continue
        pushed += (value for m in _PUSHED.finditer(text) if isinstance(value := _decoded(text, m.end()), str))
        for match in _ASSIGNED.finditer(text):
            value = _decoded(text, match.end())
            values.append(_decoded(value, 0) if isinstance(value, str) else value)
    rows, pointed_at = _rows("".join(pushed).encode("utf-8", "replace"))
    return values + rows, pointed_at


def _decoded(text: str, start: int) -> Any:  # noqa: ANN401  whatever the page's data is
    """Return the JSON value of *text* from *start*, None when there is none."""
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _rows(stream: bytes) -> tuple[list[Any], dict[str, str]]:
    """Return the values of Next.js's rows, "1a:{...}", and the texts, "1b:T400,..." by what points to them: "$1b"."""
    texts: dict[str, str] = {}
    values: list[Any] = []
    at = 0
    while at < len(stream):
        match = _ROW.match(stream, at)
        if match is None:  # another kind of row
            at = stream.find(b"\n", at) + 1 or len(stream)
            continue
        if match.group(2):
            at = match.end() + int(match.group(2), 16)
            texts["$" + match.group(1).decode()] = stream[match.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", match.end())
        at = len(stream) if end < 0 else end + 1
        values.append(_decoded(stream[match.end() : at].decode("utf-8", "replace"), 0))
    return values, texts
