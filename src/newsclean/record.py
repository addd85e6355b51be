"""
The output contract: `Article` and `Failure`, their JSON form and its schema.

Names are schema.org's words: snake_case attributes in Python, camelCase keys in JSON, one mechanical step between them.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from newsclean import exports
from newsclean.document import Evidence, Label, PageKind, Removal
from newsclean.errors import RecordError

__all__ = [
    "SCHEMA_VERSION",
    "Article",
    "Author",
    "BodyBlock",
    "DatePrecision",
    "Failure",
    "FailureReason",
    "Image",
    "LiveBlogUpdate",
    "Outcome",
    "Provenance",
    "Video",
    "json_schema",
]

SCHEMA_VERSION = "1"


class DatePrecision(StrEnum):
    """How exactly a time is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class TimeZoneSource(StrEnum):
    """Where the offset of a time comes from."""

    STATED = "stated"
    UNKNOWN = "unknown"


class FailureReason(StrEnum):
    """Why a page gave no record."""

    NOT_A_DOCUMENT = "not_a_document"
    NOT_AN_ARTICLE = "not_an_article"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    FETCH = "fetch"
    TIMEOUT = "timeout"
    CRASH = "crash"
    MEMORY = "memory"


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Base of the record's values: frozen, camelCase in JSON, absent fields left out."""


class Author(_Value, frozen=True):
    """
    A person who wrote the article.

    Args:
        name: the name, without "By", titles and addresses.
        name_raw: as it was printed or declared.
        url: the person's page.
        email: the person's address.
        job_title: as it was printed or declared.
    """

    name: str
    name_raw: str | None = None
    url: str | None = None
    email: str | None = None
    job_title: str | None = None


class Image(_Value, frozen=True):
    """
    A picture of the article.

    Args:
        url: absolute address; None in a dump, which has lost it.
        caption: the printed caption, without the credit.
        credit_text: who made or owns it, as printed.
        alt: the alternative text.
        width: in pixels, as declared.
        height: in pixels, as declared.
    """

    url: str | None = None
    caption: str | None = None
    credit_text: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None


class Video(_Value, frozen=True):
    """A video of the article."""

    url: str
    name: str | None = None


class LiveBlogUpdate(_Value, frozen=True):
    """One entry of a live blog."""

    headline: str | None = None
    article_body: str = ""
    date_published: datetime | None = None
    authors: tuple[str, ...] = ()


class BodyBlock(_Value, frozen=True):
    """
    One block of the body.

    Args:
        index: its place among all blocks of the page; the ledger has the others.
        label: paragraph, subhead, list_item, quote, table or code.
        text: its text.
    """

    index: int
    label: Label
    text: str


class Provenance(_Value, frozen=True):
    """
    How the record came to be.

    Args:
        source: what names the page among the inputs.
        identifier: first half of the SHA-256 of `source`, in hexadecimal: the same in every run over inputs of the same
            names; empty without a source.
        input_kind: html or text.
        encoding: WHATWG name of the encoding the bytes were read in.
        encoding_source: what decided the encoding.
        date_downloaded: when the bytes were fetched.
        http_status: status code of the response.
        extractor_version: version of newsclean.
        schema_version: version of this record's form.
        probability: how likely the body is right, 0 to 1: in HTML that its word F1 is at least 0.95; of a dump the word
            F1 to expect. It says nothing of the kind of page.
        second_opinion: name of the other extractor whose result was taken, if one was.
        truncated: limits that cut the page.
        validation_messages: what was odd, in words.
    """

    source: str = ""
    identifier: str = ""
    input_kind: str = ""
    encoding: str = ""
    encoding_source: str = ""
    date_downloaded: datetime | None = None
    http_status: int | None = None
    extractor_version: str = ""
    schema_version: str = SCHEMA_VERSION
    probability: float | None = None
    second_opinion: str | None = None
    truncated: tuple[str, ...] = ()
    validation_messages: tuple[str, ...] = ()


class Article(_Value, frozen=True):
    """
    A clean article record. `docs/record.md` says of each field what it means and where it comes from.

    Absent is None or empty, never a guess. Times are aware when the page states an offset, naive when it does not.
    """

    page_kind: PageKind
    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    article_body: str = ""
    blocks: tuple[BodyBlock, ...] = ()
    authors: tuple[Author, ...] = ()
    credited: tuple[str, ...] = ()
    source_organization: tuple[str, ...] = ()
    publisher: str | None = None
    site_name: str | None = None
    date_published: datetime | None = None
    date_published_raw: str | None = None
    date_modified: datetime | None = None
    date_modified_raw: str | None = None
    date_precision: DatePrecision | None = None
    time_zone_source: TimeZoneSource | None = None
    dateline: str | None = None
    article_section: tuple[str, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    in_language: str | None = None
    text_direction: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    requested_url: str | None = None
    main_image: Image | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    is_accessible_for_free: bool | None = None
    corrections: tuple[str, ...] = ()
    live_blog_updates: tuple[LiveBlogUpdate, ...] = ()
    word_count: int = 0
    content_hash: str | None = None
    simhash: str | None = None
    removed: tuple[Removal, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    metadata: Provenance = Provenance()

    @property
    def title(self) -> str | None:
        """The headline, by the name other libraries use."""
        return self.headline

    @property
    def text(self) -> str:
        """The article's body, by the name other libraries use."""
        return self.article_body

    def to_dict(self) -> dict[str, Any]:
        """Return the record as its JSON form: camelCase keys, ISO 8601 times no finer than they are known."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        if self.date_published is not None:
            record["datePublished"] = _iso(self.date_published, self.date_precision)
        if self.date_modified is not None:
            record["dateModified"] = _iso(self.date_modified, _apparent_precision(self.date_modified))
        return record

    def to_json(self) -> bytes:
        """Return the record as one line of UTF-8 JSON, without a line end."""
        return msgspec.json.encode(self.to_dict())

    def to_schema_org(self) -> dict[str, Any]:
        """Return the record as JSON-LD in schema.org's vocabulary, a `NewsArticle` when the page is one."""
        return exports.schema_org(self.to_dict())

    def to_zyte(self) -> dict[str, Any]:
        """Return the record as Zyte's `Article` item; one without an address has no `url`, which Zyte requires."""
        return exports.zyte(self.to_dict())

    @classmethod
    def from_json(cls, data: bytes | str) -> "Article":
        """
        Return the record that *data*, as `to_json` wrote it, holds.

        Raises:
            RecordError: *data* is no JSON object, or a field has a wrong type.
        """
        try:
            fields = msgspec.json.decode(data, type=dict[str, Any])
            for key in ("datePublished", "dateModified"):
                if isinstance(stamp := fields.get(key), str):
                    # Python 3.11 reads no ISO 8601 month.
                    fields[key] = datetime.fromisoformat(f"{stamp}-01" if len(stamp) == _MONTH else stamp)
            return msgspec.convert(fields, cls)
        except (msgspec.MsgspecError, ValueError) as error:
            raise RecordError(str(error)) from error


class Failure(_Value, frozen=True):
    """
    A page that gave no record.

    Args:
        reason: the kind of failure.
        source: what names the page among the inputs.
        url: its address, when known.
        message: what happened, in one line.
    """

    reason: FailureReason
    source: str = ""
    url: str | None = None
    message: str = ""

    def to_json(self) -> bytes:
        """Return the failure as one line of UTF-8 JSON, without a line end."""
        return msgspec.json.encode(self)


_MONTH = len("2026-01")

Outcome = Article | Failure
"""What every page ends in: exactly one of the two."""


_ADDED_BY_A_BATCH = {
    "extra": {
        "type": "object",
        "description": "Fields of an earlier scraper's record that newsclean has no place for, as they stood.",
    },
    "duplicateOf": {"type": "string", "description": "`metadata.source` of the first article with the same words."},
    "syndicated": {"type": "boolean", "description": "Whether this copy names a wire service; beside `duplicateOf`."},
}


def _apparent_precision(moment: datetime) -> DatePrecision:
    """Return how finely *moment* seems to be known: the record keeps a precision for the publication only."""
    if moment.second:
        return DatePrecision.SECOND
    midnight = moment.tzinfo is None and not (moment.hour or moment.minute)
    return DatePrecision.DAY if midnight else DatePrecision.MINUTE


def _iso(moment: datetime, precision: DatePrecision | None) -> str:
    """Return *moment* as ISO 8601, no finer than *precision*; an offset stays."""
    stamp = moment.isoformat()
    if precision is DatePrecision.DAY:
        return stamp[:10]
    if precision is DatePrecision.MONTH:
        return stamp[:7]
    if precision is DatePrecision.MINUTE:
        return stamp[:16] + stamp[19:]
    return stamp


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an article record, with the three fields that a batch may add."""
    schema = msgspec.json.schema(Article)
    properties = schema["$defs"]["Article"]["properties"]
    properties |= _ADDED_BY_A_BATCH
    schema["$defs"]["Article"]["additionalProperties"] = False
    entry = schema["$defs"]["LiveBlogUpdate"]["properties"]
    for owner, key in ((properties, "datePublished"), (properties, "dateModified"), (entry, "datePublished")):
        # Not "date-time": a time may lack its offset, or be a day only.
        owner[key] = {
            "anyOf": [{"type": "string", "pattern": r"^\d{4}-\d\d(-\d\d(T\d\d:\d\d.*)?)?$"}, {"type": "null"}],
            "default": None,
        }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "newsclean article record", **schema}
