"""
Bytes to tree: encoding, limits, parse. Measures and policy about text live elsewhere.

libxml2 gives up in silence past a depth of 256 (2,048 with `huge_tree`) or on a token above 10 MB; the parser's error
log is read for that, and a page that hits it is parsed again with the nesting cut flat (`_flatten`).
"""

import codecs
import re
from collections.abc import Callable

import msgspec
import webencodings
from lxml import etree

from newsclean.errors import NotADocument

__all__ = ["MAX_BYTES", "Source", "decode", "looks_like_html", "parse"]

MAX_BYTES = 16 * 1024 * 1024
"""A page above this is cut; the largest of 3,517 measured pages has 5.3 MB."""

MAX_DEPTH = 240
"""Nesting kept in a page that libxml2 would cut at 256; the deepest of 3,517 measured pages has 56."""

MAX_TAG = 32_768
"""Bytes of one tag; libxml2 needs quadratic time in the number of attributes (1.9 s at 350 kB)."""

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"RIFF", "a RIFF media file"),
    (b"\x7fELF", "a program"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
# Control characters but tab, line feed, form feed and carriage return: no page has a use for them (WHATWG "control").
_CONTROL = bytes([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F])
_CONTROL_TABLE = dict.fromkeys(_CONTROL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,512}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:-]{1,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|article|section|main|h[1-6]|meta|title|br|ul|span|script)\b",
    re.IGNORECASE,
)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{MAX_TAG}}}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,60})|<!--")
_VOID = frozenset(
    "area base br col embed frame hr img input link meta param source track wbr".split(),
)
_RAW = frozenset({"script", "style", "textarea", "title"})


LEAST_BYTES = 200
"""Bytes of a file below which a few odd ones say nothing."""

_NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b")
"""Control characters that no text holds; ESC switches alphabets in ISO-2022-JP, and SUB ends files of DOS."""


class Source(msgspec.Struct, frozen=True):
    """
    Decoded text of a page.

    Args:
        text: without ASCII control characters; line ends as they were.
        encoding: the WHATWG name of the encoding used; "str" when text came in.
        encoding_source: what decided: "bom", "utf-8", "header", "meta", "detected", "fallback" or "str".
        truncated: names of the limits hit.
        utf8: the text in UTF-8, when the page came so; the parser then need not have it encoded again.
    """

    text: str
    encoding: str
    encoding_source: str
    truncated: tuple[str, ...] = ()
    utf8: bytes | None = None


def decode(
    data: bytes | str,
    *,
    content_type: str | None = None,
    detect: Callable[[bytes], str | None] | None = None,
) -> Source:
    """
    Return the text of *data*.

    A byte-order mark wins, then valid UTF-8, then the header's charset, then the page's own `<meta>`, then what
    *detect* says, then windows-1252. Only labels of the WHATWG Encoding Standard are known; others are passed over.

    Raises:
        NotADocument: *data* starts like an image, archive or program, or is full of zero bytes or control characters.
    """
    cut = len(data) > MAX_BYTES
    data = data[:MAX_BYTES]
    if isinstance(data, str):
        source = Source(data.translate(_CONTROL_TABLE), "str", "str")
    else:
        _refuse_binary(data)
        source = _decode_bytes(data, content_type, detect)
    return msgspec.structs.replace(source, truncated=("size",)) if cut else source


def _refuse_binary(data: bytes) -> None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            message = f"this is {name}, neither HTML nor text"
            raise NotADocument(message)
    head = data[:65_536]
    utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff") or _utf16_without_bom(head)
    # Real pages hold next to no zero bytes; one in a hundred means a binary file.
    if not utf16 and head.count(0) * 100 > len(head):
        message = "zero bytes all over: neither HTML nor text"
        raise NotADocument(message)
    # Nor other control characters, in any encoding; random and compressed bytes have one in ten.
    if not utf16 and len(head) > LEAST_BYTES and (len(head) - len(head.translate(None, _NO_TEXT))) * 30 > len(head):
        message = "control characters all over: neither HTML nor text"
        raise NotADocument(message)


def _utf16_without_bom(head: bytes) -> str | None:
    """Return the byte order when every other byte of a page's first tag is zero, as in UTF-16 without its mark."""
    start = head[:64]
    if len(start) < 8:  # four letters are the least that shows a pattern
        return None
    if not any(start[0::2]) and all(start[1::2]):
        return "utf-16be"
    if not any(start[1::2]) and all(start[0::2]):
        return "utf-16le"
    return None


def _decode_bytes(
    data: bytes,
    content_type: str | None,
    detect: Callable[[bytes], str | None] | None,
) -> Source:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Source(_with(name, data[len(bom) :]), name, "bom")
    if name_16 := _utf16_without_bom(data):
        return Source(_with(name_16, data), name_16, "detected")
    if source := _utf8(data.translate(None, _CONTROL)):
        return source
    declared = [("header", m.group(1)) for m in [_HEADER_CHARSET.search(content_type or "")] if m] + [
        ("meta", m.group(1).decode("ascii", "replace")) for m in [_META_CHARSET.search(data[:4096])] if m
    ]
    for origin, label in declared:
        known = webencodings.lookup(label)
        # Bytes that are not valid UTF-8 and a label that says UTF-8: mostly UTF-8 with some damage.
        if known and known.name != "utf-8":
            return Source(_with(known.name, data), known.name, origin)
    damaged = data.decode(errors="replace")
    if declared and damaged.count("\ufffd") * 1000 < len(damaged):
        return Source(damaged, "utf-8", declared[0][0])
    guess = webencodings.lookup(detect(data) or "") if detect else None
    if guess:
        return Source(_with(guess.name, data), guess.name, "detected")
    if damaged.count("\ufffd") * 1000 < len(damaged):
        return Source(damaged, "utf-8", "fallback")
    return Source(_with("windows-1252", data), "windows-1252", "fallback")


def _utf8(data: bytes) -> Source | None:
    """Return *data* decoded when it is UTF-8, but for a last character that a limit cut in two."""
    try:
        text, used = codecs.utf_8_decode(data)
    except UnicodeDecodeError:
        return None
    return Source(text, "utf-8", "utf-8", utf8=data[:used])


def _with(name: str, data: bytes) -> str:
    encoding = webencodings.lookup(name)
    if encoding is None:  # pragma: no cover - only names out of the WHATWG table come here
        raise AssertionError(name)
    return encoding.codec_info.decode(data, "replace")[0].translate(_CONTROL_TABLE)


def looks_like_html(text: str) -> bool:
    r"""
    Return whether *text* is markup rather than a flattened page.

    >>> looks_like_html("<!DOCTYPE html><p>Hello"), looks_like_html("a < b and\nplain words")
    (True, False)
    """
    head = text[:200_000]
    first = _MARKUP.search(head)
    if first is None:
        return False
    # A dump may quote a tag; a page starts with one or is full of them.
    starts = head[: first.start()].strip(" \t\r\n\ufeff")
    return not starts or starts.startswith("<") or len(_MARKUP.findall(head)) > max(8, len(head) / 400)


def parse(text: str, *, utf8: bytes | None = None) -> tuple["etree._Element | None", tuple[str, ...]]:
    """
    Return the root element of *text* and the names of the limits that cut it.

    None when there is nothing to parse. Past MAX_DEPTH the nesting is cut flat and the text kept ("depth").

    Args:
        text: markup of a whole page.
        utf8: the same in UTF-8, when the caller has it.

    Raises:
        MemoryError: the tree needs more memory than there is.
    """
    limits: list[str] = []
    if _has_long_tag(text):
        text, utf8, limits = _flatten(text), None, ["tag"]
    root, fatal = _parse(utf8 or _encoded(text))
    if fatal:
        limits.append("depth")
        root, fatal = _parse(_encoded(_flatten(text)))
        if fatal:
            limits.append("parser")
    return root, tuple(limits)


def _has_long_tag(text: str) -> bool:
    """Return whether *text* has a tag longer than MAX_TAG."""
    # Such a tag fills at least one stretch of half that length, and begins in the one before.
    half = MAX_TAG // 2
    return any(
        text.find("<", start, start + half) < 0
        and text.find(">", start, start + half) < 0
        and (tag := text.rfind("<", start - half, start)) >= 0
        and _LONG_TAG.match(text, tag)
        for start in range(half, len(text) - half + 1, half)
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parse(data: bytes) -> tuple["etree._Element | None", bool]:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, collect_ids=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except etree.XMLSyntaxError as error:
        # libxml2 makes something of any markup; what stops it is memory, which it does not always say.
        raise MemoryError from error
    fatal = any(e.level == etree.ErrorLevels.FATAL for e in parser.error_log)
    return root, fatal


def _flatten(text: str) -> str:
    """
    Return *text* without the tags nested deeper than MAX_DEPTH and without the attributes of overlong tags.

    One scan by hand: a regular expression over whole tags needs quadratic time on unclosed quotes.
    """
    out: list[str] = []
    depth = pos = kept = 0
    while match := _TAG.search(text, pos):
        start, name = match.start(), (match.group(2) or "").lower()
        if not name:
            end = text.find("-->", match.end())
            pos = end + 3 if end >= 0 else len(text)
            continue
        end = text.find(">", match.end())
        end = len(text) if end < 0 else end + 1
        closing = bool(match.group(1))
        drop = False
        if name not in _VOID:
            depth = depth - 1 if closing else depth + 1
            drop = depth + closing > MAX_DEPTH
            depth = max(depth, 0)
        if drop or end - start > MAX_TAG:
            out.append(text[kept:start])
            out.append(" " if drop else f"<{name}>")
            kept = end
        pos = end
        if name in _RAW and not closing:
            close = text.find(f"</{name}", end)
            pos = close if close >= 0 else end
    out.append(text[kept:])
    return "".join(out)
