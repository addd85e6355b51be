"""
Values inside the pipeline: what goes in (`Page`), what it is cut into (`Block`), what each block is called (`Label`).

All of them are frozen; nothing here reads a file, a clock or the network. What a page has hundreds of is part of no
cycle, so that the garbage collector need not look at it (`gc=False`).
"""

from datetime import datetime
from enum import StrEnum

import msgspec

__all__ = [
    "BODY_LABELS",
    "LAST_CRUMB",
    "Block",
    "Container",
    "Evidence",
    "Hints",
    "InputKind",
    "Label",
    "Labelled",
    "Layout",
    "Page",
    "PageKind",
    "Removal",
]


class InputKind(StrEnum):
    """What a page's bytes are: markup, flattened text, or not yet known."""

    AUTO = "auto"
    HTML = "html"
    TEXT = "text"


class Label(StrEnum):
    """What a block is. Each visible block of a page has exactly one."""

    HEADLINE = "headline"
    DEK = "dek"
    BYLINE = "byline"
    DATELINE = "dateline"
    TIMESTAMP = "timestamp"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    TABLE = "table"
    CODE = "code"
    CAPTION = "caption"
    CREDIT = "credit"
    CORRECTION = "correction"
    AUTHOR_BIO = "author_bio"
    RELATED = "related"
    NAVIGATION = "navigation"
    ADVERTISEMENT = "advertisement"
    NEWSLETTER = "newsletter"
    SHARE = "share"
    COMMENTS = "comments"
    LEGAL = "legal"
    CONSENT = "consent"
    TEMPLATE = "template"
    OTHER = "other"


BODY_LABELS = frozenset(
    {Label.PARAGRAPH, Label.SUBHEAD, Label.LIST_ITEM, Label.QUOTE, Label.TABLE, Label.CODE},
)
"""The labels whose blocks make the article's body, in reading order."""


class PageKind(StrEnum):
    """The verdict on a page: an article, another kind of page, or no page worth keeping."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    INDEX = "index"
    GALLERY = "gallery"
    FORUM = "forum"
    PRODUCT = "product"
    DOCUMENTATION = "documentation"
    PAYWALL_STUB = "paywall_stub"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    BOT_WALL = "bot_wall"
    SOFT_404 = "soft_404"
    EMPTY = "empty"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """
    Bytes of one page and where they came from.

    Args:
        data: the page as fetched or stored; bytes are decoded by `dom`.
        url: the final address after redirects, when known.
        requested_url: the address first asked for.
        kind: HTML, text, or AUTO to look at the data.
        source: what names the page among the inputs: a path, a path with a record number, or the address.
        content_type: the HTTP header of that name; its charset counts.
        content_language: the HTTP header of that name.
        fetched_at: when the bytes were downloaded, aware.
        http_status: status code of the response.
        hints: candidates another source gave for the record's fields (a feed, an earlier scraper), as evidence.
    """

    data: bytes | str
    url: str | None = None
    requested_url: str | None = None
    kind: InputKind = InputKind.AUTO
    source: str = ""
    content_type: str | None = None
    content_language: str | None = None
    fetched_at: datetime | None = None
    http_status: int | None = None
    hints: tuple["Evidence", ...] = ()


class Container(msgspec.Struct, frozen=True, gc=False):
    """
    One element that encloses blocks: what a block model needs of the tree, and no more.

    Args:
        parent: index of the enclosing container, -1 for the root.
        tag: the element's name.
        hint: its class, id, role and itemprop as written, cut at 200 characters.
        hidden: whether it or an ancestor is marked as not displayed.
    """

    parent: int
    tag: str
    hint: str
    hidden: bool


class Block(msgspec.Struct, frozen=True, gc=False):
    """
    Text that a browser, or the layout of a dump, sets apart: the unit that gets a label.

    Args:
        index: position in reading order, from 0, without gaps.
        text: the visible text, white space collapsed, never empty.
        tag: the innermost block-level element, "line" in a dump.
        container: index of the innermost container of the block's first word, -1 in a dump.
        link_chars: characters of the text inside links.
        links: number of links.
        bold_chars: characters set bold.
        media: images, videos and frames between the block before and this one.
        gap: blank lines before it in a dump.
        indent: columns before its first character in a dump.
        lines: lines of a dump it was joined from; 0 in HTML.
    """

    index: int
    text: str
    tag: str
    container: int = -1
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    media: int = 0
    gap: int = 0
    indent: int = 0
    lines: int = 0


class Layout(msgspec.Struct, frozen=True):
    """
    A page cut into blocks: all its visible text, in reading order, nothing twice.

    Args:
        blocks: in reading order; `blocks[i].index == i`.
        containers: parents before children; empty for a dump.
        truncated: limits that cut something away, by name.
    """

    blocks: tuple[Block, ...]
    containers: tuple[Container, ...] = ()
    truncated: tuple[str, ...] = ()


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a page says of its article outside its visible text, for `classify` to compare blocks with.

    Args:
        headline: the declared headline or the page title; empty when there is none.
        titles: every title that the page declares: in JSON-LD, for sharing.
        description: the declared description; empty when there is none.
        article_body: the declared full text (JSON-LD `articleBody`), markup removed; empty when there is none.
        authors: declared names, persons or not.
        captions: texts that stand with a picture in its element, with or without their credit.
    """

    headline: str = ""
    titles: tuple[str, ...] = ()
    description: str = ""
    article_body: str = ""
    authors: tuple[str, ...] = ()
    captions: frozenset[str] = frozenset()


LAST_CRUMB = "last of the breadcrumbs"
"""Reason of a section that ends the trail which leads to the article."""


class Labelled(msgspec.Struct, frozen=True, gc=False):
    """
    A block with its label.

    Args:
        block: the block.
        label: what it is.
        reason: what decided, in a few words: a rule, a cue, the model.
        probability: how likely the block belongs to the body, 0 to 1.
    """

    block: Block
    label: Label
    reason: str
    probability: float


class Removal(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """
    A block that is not in the body.

    Args:
        index: its place among all blocks of the page.
        label: what it is.
        text: its text, as it stood.
        reason: why it is not in the body.
    """

    index: int
    label: Label
    text: str
    reason: str


class Evidence(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """
    A candidate for one field of the record.

    Args:
        field: the field's name in the record.
        value: the candidate, as text.
        source: where it came from: "json-ld", "meta", "visible", "url", "feed", "text" ...
        where: the key, tag or line in that source.
        chosen: whether the record holds it.
        reason: why it was not chosen; empty when it was.
    """

    field: str
    value: str
    source: str
    where: str = ""
    chosen: bool = False
    reason: str = ""
