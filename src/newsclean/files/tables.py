"""
Tables of pages to pages: JSON Lines, CSV and Parquet, with the page in one of their fields.

The records of newspaper4k, trafilatura, news-please and Scrapy spiders are known by their keys. What such a record
says of an article goes on as candidates (`Page.hints`), what newsclean has no place for is carried along untouched.
"""

import ast
import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from newsclean.document import Evidence, InputKind, Page
from newsclean.files.packed import bare_name, open_packed
from newsclean.files.parquet import read_rows
from newsclean.html.dom import MAX_BYTES
from newsclean.record import Failure, FailureReason

__all__ = [
    "NEWSPAPER",
    "NEWS_PLEASE",
    "TRAFILATURA",
    "Fields",
    "StoredPage",
    "is_table",
    "lines",
    "page_of",
    "pages",
    "rows",
]

NEWSPAPER, NEWS_PLEASE, TRAFILATURA = "newspaper4k", "news-please", "trafilatura"

_ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_LONGEST_LINE = 4 * MAX_BYTES
_HTML_KEYS = ("html", "raw_html", "page_html", "body_html", "html_content", "content_html")
_TEXT_KEYS = (
    "maintext", "articleBody", "article_body", "text", "raw_text", "cleaned_text", "body", "content", "article",
    "story",
)  # fmt: skip
_URL_KEYS = ("url", "source_url", "original_url", "link", "source", "source-hostname")
_DOWNLOADED_KEYS = ("date_download", "download_date", "fetched_at", "crawled_at", "scraped_at")
# Record field for each key that the known scrapers write it under; other keys are nobody's but the record's owner's.
_KNOWN = {
    "headline": "headline", "title": "headline",
    "description": "description", "excerpt": "description", "meta_description": "description", "summary": "description",
    "authors": "authors", "author": "authors", "byline": "authors",
    "date_publish": "date_published", "publish_date": "date_published", "date_published": "date_published",
    "datePublished": "date_published", "published": "date_published", "published_at": "date_published",
    "date": "date_published",
    "date_modify": "date_modified", "date_modified": "date_modified", "dateModified": "date_modified",
    "language": "in_language", "meta_lang": "in_language", "inLanguage": "in_language",
    "sitename": "site_name", "site_name": "site_name", "meta_site_name": "site_name",
    "image_url": "main_image", "top_image": "main_image", "image": "main_image",
    "tags": "keywords", "keywords": "keywords", "categories": "article_section",
    "canonical_link": "canonical_url",
}  # fmt: skip
_SHAPES = (
    (NEWS_PLEASE, frozenset({"maintext", "date_publish"})),
    (NEWSPAPER, frozenset({"top_image", "publish_date"})),
    (TRAFILATURA, frozenset({"sitename", "fingerprint"})),
    (TRAFILATURA, frozenset({"source-hostname", "raw_text"})),
    ("newsclean", frozenset({"pageKind", "articleBody"})),
)
_LONGEST_LIST = 20_000
"""Characters of a list in a cell; names and keywords are far fewer."""
# news-please's `date_modify` is when its database row was changed, not the article.
_NOT_WHAT_IT_SAYS = frozenset({(NEWS_PLEASE, "date_modify")})


class StoredPage(Page, frozen=True, kw_only=True):
    """
    A page that stood in a record of an earlier scraper.

    Args:
        extra: the record's fields that newsclean has no place for, as a JSON object; they go into the new record.
    """

    extra: bytes = b""


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """
    Which fields of a record hold what; None for the ones that known scrapers use.

    Args:
        text: the field of the page's text.
        html: the field of the page's HTML, taken before the text.
        url: the field of its address.
    """

    text: str | None = None
    html: str | None = None
    url: str | None = None

    @property
    def named(self) -> bool:
        """Whether the caller says that the inputs are tables."""
        return bool(self.text or self.html)


def is_table(path: str) -> bool:
    """
    Return whether *path* is a table by its name.

    >>> is_table("pages.jsonl.gz"), is_table("page.html")
    (True, False)
    """
    return bare_name(path).endswith(_ENDINGS)


def pages(path: str, *, fields: Fields = Fields(), kind: InputKind = InputKind.AUTO) -> Iterator[Page | Failure]:
    """
    Yield the page of each row of the table *path*; its source is the path, "#" and the row's number from 1.

    Args:
        path: a table, packed or not.
        fields: where the page is in a row.
        kind: what the page is.
    """
    number = 0
    try:
        for number, row in enumerate(rows(path), 1):
            yield _page(row, f"{path}#{number}", fields, kind)
    except (OSError, EOFError, ValueError) as error:
        message = f"damaged after row {number}: {getattr(error, 'strerror', None) or error}"
        yield Failure(reason=FailureReason.UNREADABLE, source=f"{path}#{number + 1}-", message=message)


def lines(
    file: BinaryIO, name: str, *, fields: Fields = Fields(), kind: InputKind = InputKind.AUTO
) -> Iterator[Page | Failure]:
    """Yield the page of each line of JSON in *file*."""
    for number, row in enumerate(_json_rows(file), 1):
        yield _page(row, f"{name}#{number}", fields, kind)


def rows(path: str) -> Iterator[Mapping[str, Any] | ValueError]:
    """
    Yield the rows of the table *path*, each as its fields, or as the error of one that cannot be read.

    Raises:
        OSError: the file cannot be read, or not to its end.
        EOFError: its packing ends early.
        ValueError: it is no Parquet.
    """
    name = bare_name(path)
    if name.endswith(".parquet"):
        yield from read_rows(path)
        return
    with open_packed(path) as file:
        if name.endswith((".csv", ".tsv")):
            yield from _csv_rows(file, "\t" if name.endswith(".tsv") else ",")
        else:
            yield from _json_rows(file)


def _json_rows(file: BinaryIO) -> Iterator[Mapping[str, Any] | ValueError]:
    # Not str.splitlines: it takes U+2028, which JSON leaves unescaped, for the end of a line.
    while line := file.readline(_LONGEST_LINE):
        if not line.strip():
            continue
        if not line.endswith(b"\n") and len(line) == _LONGEST_LINE:
            while (rest := file.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield ValueError(f"line of more than {_LONGEST_LINE} bytes")
            continue
        try:
            row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield ValueError(f"no JSON: {error}")
            continue
        yield row if isinstance(row, dict) else ValueError("no JSON object")


def _csv_rows(file: BinaryIO, delimiter: str) -> Iterator[Mapping[str, Any] | ValueError]:
    csv.field_size_limit(_LONGEST_LINE)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    reader = csv.DictReader(text, delimiter=delimiter)
    try:
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield ValueError(f"no CSV: {error}")
                continue
            if row is None:
                return
            yield {key: value for key, value in row.items() if isinstance(key, str) and value is not None}
    finally:
        text.detach()  # the file is closed by who opened it


def _page(row: Mapping[str, Any] | ValueError, source: str, fields: Fields, kind: InputKind) -> Page | Failure:
    if isinstance(row, ValueError):
        return Failure(reason=FailureReason.UNREADABLE, source=source, message=str(row))
    return page_of(row, source=source, fields=fields, kind=kind)


def page_of(
    row: Mapping[str, Any],
    *,
    source: str,
    fields: Fields = Fields(),
    kind: InputKind = InputKind.AUTO,
    shape: str | None = None,
) -> Page | Failure:
    """
    Return the page in one *row*, or why there is none.

    Args:
        row: a record of an earlier scraper.
        source: what names the page.
        fields: where the page is in the row.
        kind: what the page is.
        shape: whose record it is; None tells by its keys.
    """
    used, kind_of = _content_key(row, fields)
    url_key = fields.url or next((key for key in _URL_KEYS if _is_url(row.get(key))), "")
    url = row.get(url_key)
    url = url if isinstance(url, str) and url else None
    if used is None:
        message = f"no field {fields.text or fields.html!r}" if fields.named else "no known field holds text or HTML"
        return Failure(reason=FailureReason.UNREADABLE, source=source, url=url, message=message)
    data = row[used]
    if not data.strip():
        return Failure(reason=FailureReason.EMPTY, source=source, url=url, message=f"field {used!r} is empty")
    shape = shape or next((name for name, keys in _SHAPES if keys <= row.keys()), "record")
    known, extra = _known(row, {used, url_key}, shape)
    return StoredPage(
        data=data,
        url=url,
        kind=kind_of if kind is InputKind.AUTO else kind,
        source=source,
        fetched_at=_moment(next((row[key] for key in _DOWNLOADED_KEYS if row.get(key)), None)),
        hints=known,
        extra=msgspec.json.encode(extra) if extra else b"",
    )


def _content_key(row: Mapping[str, Any], fields: Fields) -> tuple[str | None, InputKind]:
    """Return which field holds the page, and what it is; None when there is none."""
    if fields.named:
        for key, kind in ((fields.html, InputKind.HTML), (fields.text, InputKind.AUTO)):
            if key and isinstance(row.get(key), (str, bytes)):
                return key, kind
        return None, InputKind.AUTO
    for key in _HTML_KEYS:
        if isinstance(row.get(key), (str, bytes)) and row[key].strip():
            return key, InputKind.HTML
    found = [key for key in _TEXT_KEYS if isinstance(row.get(key), (str, bytes))]
    filled = [key for key in found if row[key].strip()]
    return next(iter(filled or found), None), InputKind.AUTO


def _known(row: Mapping[str, Any], used: set[str], shape: str) -> tuple[tuple[Evidence, ...], dict[str, Any]]:
    """Return the candidates that *row* gives for the record's fields, and the fields that are none of ours."""
    hints = []
    extra = {}
    for key, value in row.items():
        if key in used or (key in _URL_KEYS and value is None):
            continue
        field = None if (shape, key) in _NOT_WHAT_IT_SAYS else _KNOWN.get(key)
        texts = _texts(value)
        if field is None or texts is None:
            extra[key] = value
            continue
        hints += [Evidence(field=field, value=text, source=shape, where=key) for text in texts if text.strip()]
    return tuple(hints), extra


def _texts(value: object) -> list[str] | None:
    """Return *value* as texts; None when it is something else."""
    if value is None:
        return []
    if isinstance(value, str):
        return _cells(value) if value.startswith("[") and value.endswith("]") else [value]
    if isinstance(value, datetime):
        return [value.isoformat()]
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return list(value)
    return None


def _cells(value: str) -> list[str]:
    """Return the texts of a list that a table without lists holds as JSON, or as Python prints it."""
    if len(value) > _LONGEST_LIST:
        return [value]
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [value]
    return found if isinstance(found, list) and all(isinstance(part, str) for part in found) else [value]


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.lower().startswith(("http://", "https://"))


def _moment(value: object) -> datetime | None:
    """Return *value* as an instant; a time of a machine without an offset is taken for UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
