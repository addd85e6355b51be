"""
The article that a page's scripts would print: read from their data where the markup shows none.

Frameworks send the article as data and let the browser build the page from it: Next.js in `__NEXT_DATA__` and in the
rows of `__next_f`, others in a global variable. Nothing is run; what is no JSON is passed over. Data holds much more,
comments, terms of use, the next story: a text counts that stands beside the page's title and under no such name.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lxml import etree

from newsclean.html import dom

__all__ = ["show"]

MAX_VALUES = 200_000
"""Values of a page's data that are looked at; the largest of the development pages has 61,000."""

MAX_CHARS = 4_000_000
"""Characters of a script that are read as data."""

MAX_ASSIGNED = 100
"""Values given to variables that are tried as JSON, in all scripts: a failure costs as much as the script is long."""

LEAST_LETTERS = 250
"""Letters of an article, at least: shorter texts of a page's data are teasers and labels of buttons."""

_LEAST_STOPS = 4
_LEAST_TITLE = 12
_COMPANY = 2
"""Objects round a text in which the page's title may stand, from the inside out."""

_BESIDE = 200
"""Values of such an object that are looked at."""

_SHOWN = 40
"""Characters of a line of the page that is not found in its data by chance."""

_TYPES = frozenset({"type", "__typename", "_type", "kind", "nodeType", "blockName", "__component"})
_TEXTS = ("text", "content", "children", "html", "data", "value", "body")
"""Where an object of an article has its type, and its text or the objects that make it up."""

_TITLED = frozenset({"title", "headline", "url", "slug"})
"""What teasers and comments have and the parts of an article have not."""

_DEPTH = 5
_OTHER = re.compile(
    r"comment|repl(?:y|ies)|\bbio|author|byline|related|recommend|terms|consent|cookie|privacy|polic|legal|translat"
    r"|transcript|faq|next|prev|desc|summary|review|teaser|excerpt|caption|video|popular|latest|trending|newsletter",
    re.IGNORECASE,
)
"""Names of data that is none of the article's text."""

_SLOT = re.compile(r"(?:\$\$|\{\{|%%)\s?[A-Z_]{3,40}\s?(?:\$\$|\}\}|%%)|\[\[ad[-_ ]?\w{1,20}\]\]")
"""Where a script would put an advertisement or a picture."""

_JSON_TYPES = ("application/json", "application/ld+json")
_PUSHED = re.compile(r"__next_f\.push\(\s{0,3}\[1,\s{0,3}(?=\")")
# Only what begins as JSON does: objects with quoted names, lists of such, texts.
_ASSIGNED = re.compile(
    r"(?:\b[\w$]{1,40}(?:\.[\w$]{1,60}){0,4}|\[[\"'][^\"']{1,60}[\"']\])\s{0,3}=\s{0,3}"
    r"(?=\{\s{0,9}\"|\[\s{0,9}[{\[\"]|\"\{|JSON\.parse\()"
)
_PARSED = re.compile(r"JSON\.parse\(\s{0,3}(?:\"|'([^'\\]*+(?:\\.[^'\\]*+)*+)')")
_UNDEFINED = re.compile(r"(?<=[:\[,])\s?undefined(?=[,}\]])")
_ROW = re.compile(rb"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,8}),)?")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|h[1-6]|li)\b")
_STOPS = re.compile(r"[.!?…。！？؟।۔]")
_CODE = re.compile(r"[{};=]")

_DECODER = json.JSONDecoder()


def show(root: "etree._Element", shown: Sequence[str]) -> bool:
    """
    Put the article of *root*'s scripts at the end of its text, in an `<article>`; return whether there is one.

    A page that says that its article has to be paid for keeps to what it shows, and so does one that shows some of it.

    Args:
        root: the page, as `dom.parse` returns it; it is changed.
        shown: the texts of its blocks.
    """
    search = _Search(root)
    found = search.article()
    plain = html.unescape(found)
    if not found or any(len(text) > _SHOWN and text[:_SHOWN] in plain for text in shown):
        return False
    page, _ = dom.parse(f"<article>{found}</article>")
    article = page.find(".//article") if page is not None else None
    if article is None:
        return False
    body = root.find("body")
    (root if body is None else body).append(article)
    return True


class _Search:
    """One look through a page's data, made and dropped inside `show`."""

    def __init__(self, root: "etree._Element") -> None:
        self.titles = _titles(root)
        self.values, self.pointed_at = _data(root)
        self.entitled_objects: dict[int, bool] = {}
        self.letters_of_pointed: dict[str, int] = {}
        self.followed: set[str] = set()

    def article(self) -> str:
        """Return the longest text nearest to the page's title, as markup; empty when there is none."""
        best, found = (0, 0), ""
        # Each value with the objects round it, the innermost first, and its name.
        waiting: list[tuple[Any, tuple[dict[str, Any], ...], str]] = [(value, (), "") for value in self.values]
        for _ in range(MAX_VALUES):
            if not waiting:
                break
            value, company, name = waiting.pop()
            if name and _OTHER.search(name):
                continue
            if isinstance(value, str) and value in self.pointed_at and not isinstance(self.pointed_at[value], str):
                # Once: a value may point at itself, or many at one.
                pointer, value = value, None if value in self.followed else self.pointed_at[value]
                self.followed.add(pointer)
            if isinstance(value, dict):
                if self.has_to_be_paid_for(value):
                    return ""
                waiting += [(part, (value, *company)[:_COMPANY], str(key)) for key, part in value.items()]
                continue
            if isinstance(value, list):
                waiting += [(part, company, "") for part in value if isinstance(part, dict | list)]
            near = next((place for place, item in enumerate(company) if self.entitled(item)), -1)
            rank = (_COMPANY - near, self.letters(value)) if near >= 0 else (0, 0)
            if rank[1] and rank > best:
                best, found = rank, self.markup(value)
        return _SLOT.sub(" ", found)

    def letters(self, value: object) -> int:
        """Return how many letters of prose *value* holds; a text that many values point at is counted once."""
        if isinstance(value, list):
            return _letters_of_prose(_typed_blocks(value))
        if not isinstance(value, str):
            return 0
        if value not in self.pointed_at:
            return _letters_of_prose(value)
        if value not in self.letters_of_pointed:
            self.letters_of_pointed[value] = _letters_of_prose(self.pointed_at[value])
        return self.letters_of_pointed[value]

    def markup(self, value: object) -> str:
        """Return *value* as markup."""
        if isinstance(value, list):
            return _typed_blocks(value)
        text = str(value)
        return _as_markup(self.pointed_at.get(text, text))

    def has_to_be_paid_for(self, value: dict[str, Any]) -> bool:
        """Return whether the page's own article, and no story that it links to, is said to be not free."""
        free = value.get("isAccessibleForFree")
        if free is not False and not (isinstance(free, str) and free.lower() == "false"):
            return False
        return not any(isinstance(value.get(key), str) for key in ("headline", "title", "name")) or self.entitled(value)

    def entitled(self, item: dict[str, Any]) -> bool:
        """Return whether the page's title stands in *item*, by itself or as one of a few titles."""
        if id(item) not in self.entitled_objects:
            texts = (text for text in islice(_texts_beside(item), _BESIDE) if len(text) < 400)
            keys = (key for text in texts if len(key := _letters(text)) >= _LEAST_TITLE)
            self.entitled_objects[id(item)] = any(_is_title(key, title) for key in keys for title in self.titles)
        return self.entitled_objects[id(item)]


def _titles(root: "etree._Element") -> tuple[str, ...]:
    """Return what the page's head calls it, in letters only."""
    given = [root.findtext(".//title") or ""]
    given += [e.get("content") or "" for e in root.iter("meta") if "og:title" in (e.get("property"), e.get("name"))]
    return tuple(key for title in given[:3] if len(key := _letters(title)) >= _LEAST_TITLE)


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", html.unescape(text[:400]).casefold()))


def _texts_beside(item: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of an object, and those of the objects in it that hold its titles: `title: {rendered: ...}`."""
    for key, value in item.items():
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict) and ("title" in str(key).lower() or "headline" in str(key).lower()):
            yield from (text for text in islice(value.values(), _BESIDE) if isinstance(text, str))


def _is_title(key: str, title: str) -> bool:
    """Return whether *key* is the page's title, with or without the name of the site behind it."""
    return title in key or (title.startswith(key) and 2 * len(key) >= len(title))


def _letters_of_prose(text: str) -> int:
    """Return how many letters the prose of *text* has; 0 when it is short or is no prose."""
    if len(text) < LEAST_LETTERS:
        return 0
    plain = _TAG.sub(" ", text)
    letters = sum(map(str.isalpha, plain))
    code = len(_CODE.findall(plain))
    prose = len(_STOPS.findall(plain)) >= _LEAST_STOPS and 2 * letters > len("".join(plain.split())) > 0
    return letters if prose and 40 * code < letters >= LEAST_LETTERS else 0


def _typed_blocks(values: Sequence[Any]) -> str:
    """Return a list of objects with a type and a text each, as content systems store articles, as paragraphs."""
    if values and all(isinstance(value, str) for value in values):
        return "".join(_paragraph(value) for value in values)
    typed = [value for value in values if isinstance(value, dict) and _TYPES & value.keys()]
    if 2 * sum(bool(_TITLED & value.keys()) for value in typed) > len(typed):  # stories, not paragraphs
        return ""
    return "".join(_paragraph(text) for value in typed for text in _texts_of(value, _DEPTH).split("\n"))


def _paragraph(text: str) -> str:
    """Return one paragraph; a text without a closing tag is no markup."""
    text = text if "</" in text else html.escape(text, quote=False)
    return text if _BLOCK_TAG.search(text) else f"<p>{text}</p>" if text.strip() else ""


def _texts_of(value: dict[str, Any], depth: int) -> str:
    """Return the text of an object of an article down to *depth*, that of the items of a list on lines of their own."""
    held = next((value[key] for key in _TEXTS if isinstance(value.get(key), str | list | dict) and value[key]), "")
    if isinstance(held, str):
        return held.replace("\n", " ")
    parts = [part for part in (held if isinstance(held, list) else [held]) if isinstance(part, dict)]
    nested = any(isinstance(part.get(key), list) for part in parts for key in _TEXTS)
    texts = [_texts_of(part, depth - 1) for part in parts] if depth else []
    return ("\n" if nested and len(parts) > 1 else "").join(texts)


def _as_markup(text: str) -> str:
    """Return *text* as markup: one without tags by its blank lines, or line by line."""
    if _BLOCK_TAG.search(text):
        return text
    parts = re.split(r"\n\s{0,9}\n", text) if "\n\n" in text else text.splitlines()
    return "".join(f"<p>{html.escape(' '.join(part.split()), quote=False)}</p>" for part in parts if part.strip())


def _data(root: "etree._Element") -> tuple[list[Any], dict[str, Any]]:
    """Return the values that the scripts of *root* hold as JSON, and what "$1b" in them stands for."""
    values: list[Any] = []
    pushed: list[str] = []
    for script in root.iter("script"):
        text = (script.text or "")[:MAX_CHARS].lstrip()
        if (script.get("type") or "").partition(";")[0].strip().lower() in _JSON_TYPES:
            values.append(_decoded(text, 0))
            continue
        text = _UNDEFINED.sub("null", text) if "undefined" in text else text
        pushed += (value for m in _PUSHED.finditer(text) if isinstance(value := _decoded(text, m.end()), str))
        if len(values) < MAX_ASSIGNED:
            values += (_assigned(text, match.end()) for match in islice(_ASSIGNED.finditer(text), MAX_ASSIGNED))
    rows, pointed_at = _rows("".join(pushed).encode("utf-8", "replace"))
    return values + rows, pointed_at


def _assigned(text: str, start: int) -> Any:  # noqa: ANN401  whatever the page's data is
    """Return the value that a script gives to a variable at *start*: JSON, a text of JSON, or `JSON.parse` of one."""
    parsed = _PARSED.match(text, start)
    if parsed and parsed.group(1):
        return _decoded(re.sub(r"\\(['\\])", r"\1", parsed.group(1)), 0)
    value = _decoded(text, text.find('"', start) if parsed else start)
    return _decoded(value, 0) if isinstance(value, str) else value


def _decoded(text: str, start: int) -> Any:  # noqa: ANN401  whatever the page's data is
    """Return the JSON value of *text* from *start*, None when there is none."""
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _rows(stream: bytes) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of Next.js's rows, "1a:{...}" or "1b:T400,text", also by what points to them: "$1b"."""
    pointed_at: dict[str, Any] = {}
    values: list[Any] = []
    at = 0
    while at < len(stream):
        match = _ROW.match(stream, at)
        if match is None:  # another kind of row
            at = stream.find(b"\n", at) + 1 or len(stream)
            continue
        name = "$" + match.group(1).decode()
        if match.group(2):
            at = match.end() + int(match.group(2), 16)
            pointed_at[name] = stream[match.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", match.end())
        at = len(stream) if end < 0 else end + 1
        pointed_at[name] = _decoded(stream[match.end() : at].decode("utf-8", "replace"), 0)
        values.append(pointed_at[name])
    return values, pointed_at
