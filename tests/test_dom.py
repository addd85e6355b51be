"""Bytes to tree: encodings as browsers find them, limits that say so, markup that would be cut in silence."""

import time

import pytest

from newsclean.html import dom
from newsclean.html.segment import segment

UMLAUTS = "<title>Größe</title><p>Maß für Mäßigung, äußerst schön"


@pytest.mark.parametrize(
    ("data", "content_type", "encoding", "source"),
    [
        (UMLAUTS.encode(), None, "utf-8", "utf-8"),
        (b"\xef\xbb\xbf" + UMLAUTS.encode(), "text/html; charset=latin-1", "utf-8", "bom"),
        (UMLAUTS.encode("utf-16"), None, "utf-16le", "bom"),
        (UMLAUTS.encode("utf-16-le"), None, "utf-16le", "detected"),
        (UMLAUTS.encode("utf-16-be"), None, "utf-16be", "detected"),
        (UMLAUTS.encode("cp1252"), "text/html; charset=ISO-8859-1", "windows-1252", "header"),
        (b'<meta charset="iso-8859-1">' + UMLAUTS.encode("cp1252"), None, "windows-1252", "meta"),
        # A label that lies: the bytes are valid UTF-8.
        (b'<meta charset="iso-8859-1">' + UMLAUTS.encode(), None, "utf-8", "utf-8"),
        # Labels outside of the WHATWG table reach no codec.
        (b'<meta charset="hex">' + UMLAUTS.encode("cp1252"), "text/html; charset=rot13", "windows-1252", "fallback"),
        (b'<meta charset="utf-7">' + UMLAUTS.encode("cp1252"), None, "windows-1252", "fallback"),
    ],
)
def test_encoding(data: bytes, content_type: str | None, encoding: str, source: str) -> None:
    """The text is right, and the record can say what decided."""
    decoded = dom.decode(data, content_type=content_type)
    assert (decoded.encoding, decoded.encoding_source) == (encoding, source)
    assert "Größe" in decoded.text
    assert "Maß für Mäßigung, äußerst schön" in decoded.text


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"])
def test_declared_legacy_encodings(encoding: str) -> None:
    """Pages of the nineties declare their encoding in their head."""
    text = {"windows-1251": "Заголовок", "koi8-r": "Заголовок", "euc-kr": "기사 제목", "big5": "新聞標題"}.get(
        encoding,
        "記事",
    )
    data = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}"><p>'.encode() + text.encode(
        encoding
    )
    assert text in dom.decode(data).text


def test_detected_encoding() -> None:
    """A page that declares nothing is asked about."""
    text = "Президент подписал закон о бюджете на следующий год, сообщает газета. " * 20
    decoded = dom.decode(text.encode("windows-1251"), detect=lambda _: "windows-1251")
    assert (decoded.text, decoded.encoding_source) == (text, "detected")


def test_utf8_cut_in_two_and_damaged() -> None:
    """A character cut by a limit, or a few broken bytes, do not make UTF-8 another encoding."""
    assert dom.decode("Größe".encode()[:3]).encoding == "utf-8"
    damaged = b'<meta charset="utf-8">' + ("schön " * 1000).encode() + b"\xff" + ("Größe " * 100).encode()
    assert dom.decode(damaged).text.endswith("Größe ")


def test_control_characters_are_gone() -> None:
    """Zero bytes and other controls do not reach the tree."""
    assert dom.decode(b"<p>a\x00b\x1bc\x08d</p>" + b" " * 500).text.strip() == "<p>abcd</p>"


def test_size_limit_is_said() -> None:
    """What is cut is named."""
    decoded = dom.decode(b"a" * (dom.MAX_BYTES + 5))
    assert len(decoded.text) == dom.MAX_BYTES
    assert decoded.truncated == ("size",)


@pytest.mark.parametrize("depth", [100, 300, 3_000, 100_000])
def test_nesting_keeps_the_last_paragraph(depth: int) -> None:
    """libxml2 would drop all that is nested deeper than its limit, without a word."""
    page = "<p>first words</p>" + "<div>" * depth + "<p>deep words</p>" + "</div>" * depth + "<p>last words</p>"
    start = time.perf_counter()
    root, limits = dom.parse(page)
    texts = [block.text for block in segment(root).blocks]
    assert texts == ["first words", "deep words", "last words"]
    assert limits == (("depth",) if depth > 2_000 else ())
    assert time.perf_counter() - start < 5


def test_utf8_is_kept_for_the_parser() -> None:
    """A page in UTF-8 comes with its bytes as the parser reads them, and parses as its text does."""
    source = dom.decode(UMLAUTS.encode() + b"\x1b und mehr \xc3")
    assert source.utf8 == source.text.encode()
    trees = [dom.parse(source.text, utf8=utf8)[0] for utf8 in (source.utf8, None)]
    assert [segment(tree).blocks for tree in trees] == 2 * [segment(trees[0]).blocks]
    assert dom.decode(UMLAUTS.encode("cp1252")).utf8 is None


@pytest.mark.parametrize("before", [0, 1, dom.MAX_TAG // 2, dom.MAX_TAG // 2 + 1, 50_000])
@pytest.mark.parametrize(("size", "limits"), [(dom.MAX_TAG - 1, ()), (dom.MAX_TAG, ("tag",))])
def test_long_tags_are_found_wherever_they_stand(before: int, size: int, limits: tuple[str, ...]) -> None:
    """A tag is too long from so many characters behind its first letter, and a long text is no tag."""
    page = "x" * before + "<p" + " " * size + ">Text" + "y" * 100_000
    assert dom.parse(page)[1] == limits


def test_many_attributes_are_linear() -> None:
    """A tag with 40,000 attributes would take the parser seconds, and minutes at twice the size."""
    attributes = " ".join(f"a{i}=1" for i in range(40_000))
    start = time.perf_counter()
    root, limits = dom.parse(f"<p>before</p><div {attributes}><p>inside</p></div>")
    assert [block.text for block in segment(root).blocks] == ["before", "inside"]
    assert limits == ("tag",)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "generator",
    [
        lambda n: "<div>" * n,
        lambda n: "<p>word" * n,
        lambda n: "<b>" * n + "word",
        lambda n: "<a href=x>" * n,
        lambda n: "<" * n,
        lambda n: "<a" * n,
        lambda n: "<!--" * n,
        lambda n: "<script>" * n,
        lambda n: "&" * n,
        lambda n: "<table><tr><td>" * n,
        lambda n: "word<br>" * n,
        lambda n: "<li>" * n + "</ul>" * n,
    ],
)
def test_time_grows_with_size(generator: object) -> None:
    """Twice the page is no more than about twice the time; the bound leaves room for a noisy machine."""

    def seconds(size: int) -> float:
        page = generator(size)  # type: ignore[operator]
        start = time.perf_counter()
        root, limits = dom.parse(page)
        segment(root, truncated=limits)
        return time.perf_counter() - start

    seconds(5_000)
    small = min(seconds(20_000) for _ in range(3))
    large = min(seconds(80_000) for _ in range(2))
    assert large < 10 * max(small, 0.01)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!DOCTYPE html><html>", True),
        ("\ufeff <div>Hello</div>", True),
        ("<?xml version='1.0'?><html xmlns='x'>", True),
        ("<!-- saved --><p>Hello", True),
        ("The tag <p> opens a paragraph.\n" * 3, False),
        ("Plain words, 3 < 4 and 5 > 4.", False),
        ("", False),
    ],
)
def test_looks_like_html(text: str, html: bool) -> None:  # noqa: FBT001  a table of cases
    """Markup is told from a dump that quotes a tag."""
    assert dom.looks_like_html(text) is html
