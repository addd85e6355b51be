"""The public face: its names, what importing costs, what it raises."""

import hashlib
import json
import subprocess
import sys
from typing import Any

import pytest

import newsclean
from newsclean.errors import RecordError


def test_names() -> None:
    """The public names are sorted, at most twenty, and all there."""
    assert sorted(newsclean.__all__) == newsclean.__all__
    assert len(newsclean.__all__) <= 20
    assert all(hasattr(newsclean, name) for name in newsclean.__all__)


def test_import_is_light() -> None:
    """Importing reads no data and pulls in none of the slow libraries."""
    slow = ("trafilatura", "bs4", "numpy", "dateparser", "ftfy", "py3langid", "typer", "rich", "httpx")
    code = f"import sys, newsclean; print([name for name in {slow!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"abc\x00\x00\x00\x00def" * 50, "zero bytes"),
    ],
)
def test_not_a_document(data: bytes, name: str) -> None:
    """What is no text at all is refused by name."""
    with pytest.raises(newsclean.NotADocument, match=name):
        newsclean.clean(data)


@pytest.mark.parametrize("data", [None, 5, ["<p>a"]])
def test_no_page(data: Any) -> None:
    """What is no page at all is said so."""
    with pytest.raises(TypeError, match="a page is bytes, str or Page"):
        newsclean.clean(data)


def test_wrong_kind() -> None:
    """A kind that does not exist is a wrong call."""
    with pytest.raises(ValueError, match="pdf"):
        newsclean.clean("text", kind="pdf")


@pytest.mark.parametrize("data", ["", " \n ", b"", "<html></html>", "<p>", "<!-- -->"])
def test_nothing_there(data: str | bytes) -> None:
    """A page without text is an empty page, not an error."""
    article = newsclean.clean(data)
    assert article.page_kind == "empty"
    assert article.text == ""


@pytest.mark.parametrize("title", ["T", "Snow in May", ""])
def test_smallest_article(title: str) -> None:
    """A page that is a heading and two paragraphs is an article, whatever its title says."""
    page = f"""<title>{title}</title><article><h1>Snow in May</h1>
      <p>Snow fell on the passes and the road was closed for a day, the police said on Monday.</p>
      <p>It will open again when the ploughs have been through, a spokeswoman said.</p></article>"""
    article = newsclean.clean(page)
    assert (article.page_kind, article.headline) == (newsclean.PageKind.ARTICLE, "Snow in May")
    assert [block.text.split()[0] for block in article.blocks] == ["Snow", "It"]


def test_shell_with_metadata() -> None:
    """A page that a browser would fill is empty; what it declares of its article is kept."""
    page = """<meta property="og:type" content="article"><meta property="og:title" content="Snow in May">
      <meta property="article:published_time" content="2026-05-04T09:46:00Z"><meta name="author" content="Jane Doe">
      <body><div id="app"></div>"""
    article = newsclean.clean(page)
    assert (article.page_kind, article.article_body, article.headline) == (newsclean.PageKind.EMPTY, "", "Snow in May")
    assert ([a.name for a in article.authors], str(article.date_published)[:10]) == (["Jane Doe"], "2026-05-04")


def test_declared_news_is_no_forum() -> None:
    """A short article in a script that the model of kinds knows little of is one when the page says so."""
    prose = "<p>افتتحت المدينة يوم الثلاثاء مكتبتها الجديدة بعد عشر سنوات من الأعمال التي كلفت أكثر من مليار.</p>"
    links = "".join(f"<li><a href=/{n}>قال وزير الثقافة إن المكتبة بيت لجميع القراء {n}</a></li>" for n in range(8))
    page = f"<article><h1>افتتاح مكتبة المدينة</h1>{prose * 3}</article><aside><ul>{links}</ul></aside>"
    declared = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "افتتاح مكتبة المدينة"}</script>'
    )
    assert newsclean.clean(f"<html lang=ar>{declared}{page}").page_kind is newsclean.PageKind.ARTICLE


@pytest.mark.parametrize("url", ["http://[z", "https://a.example:x/", "//[", "http://\ud800/", "?", ""])
def test_addresses_that_are_none(url: str) -> None:
    """Wherever a page has an address that is none, there is a record, and it can be written."""
    nodes = [{"@type": "NewsArticle", "headline": name, "url": url, "image": url} for name in ("Snow", "Ice")]
    head = f'<base href="{url}"><link rel=canonical href="{url}"><script type="application/ld+json">{json.dumps(nodes)}'
    page = f'{head}</script><h1>Snow</h1><img src="{url}"><p>Snow fell on the passes, the police said on Monday.</p>'
    for own in (None, url, "https://a.example/x"):
        assert newsclean.Article.from_json(newsclean.clean(page, url=own).to_json()).headline == "Snow"


def test_record_round_trip() -> None:
    """A record read back from its JSON is the same record."""
    article = newsclean.clean("<title>A</title><h1>A story of some length</h1>" + "<p>Words said, again. </p>" * 40)
    assert newsclean.Article.from_json(article.to_json()) == article


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"headline": 7}', b'{"pageKind": "article", "datePublished": "soon"}'])
def test_bad_record(data: bytes) -> None:
    """What is no record is refused."""
    with pytest.raises(RecordError):
        newsclean.Article.from_json(data)


def test_random_bytes_are_refused() -> None:
    """Bytes without a pattern, as of a compressed file, are no page, and nothing is printed about them."""
    noise = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(100)).replace(b"\0", b"x")
    with pytest.raises(newsclean.NotADocument, match="control characters"):
        newsclean.clean(noise)


def test_links_to_a_heading_are_no_text() -> None:
    """What a wiki or a documentation prints behind a heading to link to it is not in the body's text."""
    text = "<p>The bridge stands over the river of the town, and many people cross it on each day of the week.</p>" * 2
    page = f"<article><h1>The bridge</h1>{text}<h2>History[edit]</h2>{text.replace('many', 'few')}<h2>Use¶</h2>{text}"
    body = newsclean.clean(page).article_body
    assert "History\n" in body
    assert "¶" not in body
