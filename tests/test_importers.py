"""Records of trafilatura, newspaper4k and news-please, cleaned again."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

import newsclean
from newsclean.errors import RecordError
from newsclean.importers import from_news_please, from_newspaper, from_trafilatura

TEXT = """Snow fell on the harbour town on Tuesday night, and nobody in the streets minded it at all.

The harbour master said that the boats would stay in port for the rest of the week because of the ice on the quay.

He had seen nothing like it since the great winter of 1986, when the whole bay froze over and people walked to the isle.

Share this article

The council has ordered more salt, which should come on Thursday with the first ship that gets through the sound."""

TRAFILATURA = {
    "title": "Snow in May", "author": "Jane Doe; John Smith", "hostname": "example.org", "date": "2026-05-06",
    "fingerprint": "f1", "id": None, "license": None, "comments": "", "raw_text": TEXT, "text": TEXT, "language": "en",
    "image": "https://example.org/i.jpg", "pagetype": "article", "filedate": "2026-05-07",
    "source": "https://example.org/a", "source-hostname": "The Gazette", "excerpt": "A cold spring.",
    "categories": "Weather", "tags": "snow; may",
}  # fmt: skip
NEWSPAPER = {
    "url": "https://example.org/a", "title": "Snow in May", "authors": ["Jane Doe", "John Smith"],
    "publish_date": "2026-05-06T00:00:00", "text": TEXT, "top_image": "https://example.org/i.jpg", "movies": [],
    "meta_lang": "en", "meta_description": "A cold spring.", "meta_site_name": "The Gazette", "keywords": [],
    "tags": ["snow", "may"], "canonical_link": "https://example.org/a",
}  # fmt: skip
NEWS_PLEASE = {
    "url": "https://example.org/a", "title": "Snow in May", "authors": ["Jane Doe", "John Smith"],
    "date_publish": "2026-05-06 00:00:00", "date_modify": "2026-06-01 00:00:00", "date_download": "2026-05-07 01:02:03",
    "maintext": TEXT, "text": None, "image_url": "https://example.org/i.jpg", "language": "en",
    "description": "A cold spring.", "source_domain": "example.org", "title_page": None, "localpath": None,
}  # fmt: skip
RECORDS = {
    "trafilatura": (from_trafilatura, TRAFILATURA),
    "newspaper4k": (from_newspaper, NEWSPAPER),
    "news-please": (from_news_please, NEWS_PLEASE),
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_cleaned(name: str) -> None:
    """The text is cleaned, and the fields of the record are taken where the text says nothing."""
    reader, record = RECORDS[name]
    article = newsclean.clean(reader(record))
    assert "Share this article" not in article.article_body
    assert article.article_body.startswith("Snow fell on the harbour town")
    assert (article.headline, article.description) == ("Snow in May", "A cold spring.")
    assert [author.name for author in article.authors] == ["Jane Doe", "John Smith"]
    assert article.to_dict()["datePublished"] == "2026-05-06"
    assert (article.in_language, article.url) == ("en", "https://example.org/a")
    assert article.main_image is not None
    assert article.main_image.url == "https://example.org/i.jpg"
    assert {e.source for e in article.evidence if e.field == "headline" and e.chosen} == {name}


@pytest.mark.parametrize("name", RECORDS)
def test_json_text_is_read(name: str) -> None:
    """JSON says the same as the object it holds."""
    reader, record = RECORDS[name]
    assert reader(json.dumps(record)) == reader(json.dumps(record).encode()) == reader(record)


def test_lists_and_site() -> None:
    """Keywords, sections and the site's name come over, joined or in a list."""
    old = newsclean.clean(from_trafilatura(TRAFILATURA | {"sitename": "The Gazette"}))
    assert (old.keywords, old.article_section, old.site_name) == (("snow", "may"), ("Weather",), "The Gazette")
    new = newsclean.clean(from_newspaper(NEWSPAPER))
    assert (new.keywords, new.site_name, new.canonical_url) == (("snow", "may"), "The Gazette", "https://example.org/a")


def test_time_of_a_database_row_is_no_change() -> None:
    """news-please's `date_modify` is its own row's; its download time bounds the dates."""
    page = from_news_please(NEWS_PLEASE)
    assert page.fetched_at == datetime(2026, 5, 7, 1, 2, 3, tzinfo=UTC)
    assert newsclean.clean(page).date_modified is None


@pytest.mark.parametrize("record", [{}, {"title": "x"}, {"text": 3}, {"text": " "}, "[]", "{", b"\xff", '"text"'])
def test_no_record(record: Any) -> None:
    """What is no object, or has no text, is an error of its own kind."""
    with pytest.raises(RecordError):
        from_trafilatura(record)
