"""
Records of earlier scrapers as pages to clean again: trafilatura's, newspaper4k's and news-please's.

Their text becomes the page, their fields candidates beside what the text itself says. Files of such records are read in
the same way (`files.tables`), and known by their keys.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from newsclean.document import Page
from newsclean.errors import RecordError
from newsclean.files import tables
from newsclean.record import Failure

__all__ = ["from_news_please", "from_newspaper", "from_trafilatura"]


def from_trafilatura(record: Mapping[str, Any] | str | bytes) -> Page:
    """
    Return the page in a *record* of trafilatura: its JSON output, or `Document.as_dict()`.

    >>> page = from_trafilatura({"title": "Snow", "text": "Snow fell.", "source": "https://example.org/a"})
    >>> page.data, page.url, page.hints[0].value
    ('Snow fell.', 'https://example.org/a', 'Snow')

    Raises:
        RecordError: it is no JSON object, or has no text.
    """
    return _page(record, tables.TRAFILATURA)


def from_newspaper(record: Mapping[str, Any] | str | bytes) -> Page:
    """
    Return the page in a *record* of newspaper4k or newspaper3k, as `Article.to_json()` writes it.

    Raises:
        RecordError: it is no JSON object, or has no text.
    """
    return _page(record, tables.NEWSPAPER)


def from_news_please(record: Mapping[str, Any] | str | bytes) -> Page:
    """
    Return the page in a *record* of news-please, as `NewsArticle.get_dict()` returns it.

    Raises:
        RecordError: it is no JSON object, or has no text.
    """
    return _page(record, tables.NEWS_PLEASE)


def _page(record: Mapping[str, Any] | str | bytes, shape: str) -> Page:
    if isinstance(record, (str, bytes)):
        try:
            record = msgspec.json.decode(record, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise RecordError(str(error)) from error
    found = tables.page_of(record, source=shape, shape=shape)
    if isinstance(found, Failure):
        raise RecordError(found.message)
    return found
