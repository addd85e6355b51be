"""
Articles on more than one page: the pages fetched in order, and their records joined into one.

On its way through a batch such an article is one `Page` that holds the others: `complete` makes it while pages are
fetched, and `clean` is the cleaner that can read it (`BatchOptions.cleaner`).
"""

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from newsclean.clean import CleanOptions
from newsclean.clean import clean as clean_one
from newsclean.document import Page, PageKind
from newsclean.errors import NotADocument
from newsclean.fetching.body import Body, Fetched
from newsclean.fetching.exchange import PageSource, TooLarge
from newsclean.fetching.links import article_key, is_section, next_page
from newsclean.labels.verdict import WALLS
from newsclean.normalise import content_hash, simhash, word_count
from newsclean.record import Article

__all__ = ["CLEANER", "clean", "complete", "fetch_parts", "join"]

CLEANER = "newsclean.fetching.continuation:clean"
"""What `BatchOptions.cleaner` must be for pages that `complete` made."""

MOST_PAGES = 20
"""Pages of one article; a longer row is a trap or an archive."""

_LONGEST_READ = 1024 * 1024
"""Bytes of a page that is searched for the next one: its tree takes ten times as much; 97 % of pages are shorter."""

_MOST_BYTES = 16 * 1024 * 1024
_TYPE = "application/x-newsclean-pages"
_LENGTH = 4  # bytes that say how long a page within such a page is


class _Part(msgspec.Struct, frozen=True, array_like=True):
    """One page of an article, within the page that holds them all."""

    data: bytes
    url: str | None
    content_type: str | None
    fetched_at: datetime | None
    http_status: int | None


async def complete(source: PageSource, first: Fetched) -> Fetched:
    """
    Return *first* with all pages of its article in it, or as it is when there is but one.

    What waits for the next page waits on the disk: fifty articles may be under way.

    Raises:
        FetchError: one of them could not be had, or they are too long together.
    """
    following = _following(first.read()) if len(first.body) <= _LONGEST_READ else None
    if following is None:
        return first
    first.body.to_disk()
    whole, count = Body(), 0
    async for page in _row(source, first.read(), following, MOST_PAGES):
        part = _Part(_bytes(page), page.url, page.content_type, page.fetched_at, page.http_status)
        packed = msgspec.msgpack.encode(part)
        whole.write(len(packed).to_bytes(_LENGTH) + packed)
        count += 1
        del page, part, packed
    return first if count == 1 else Fetched(msgspec.structs.replace(first.page, content_type=_TYPE), whole)


def _parts(data: bytes) -> Iterator[_Part]:
    """Yield the pages that `complete` has put into *data*: each behind its length."""
    rest = memoryview(data)
    while rest:
        end = _LENGTH + int.from_bytes(rest[:_LENGTH])
        yield msgspec.msgpack.decode(rest[_LENGTH:end], type=_Part)
        rest = rest[end:]


def clean(page: Page, *, options: CleanOptions = CleanOptions()) -> Article:
    """
    Return the record of *page*, which may hold several pages of one article.

    When one of them is a wall, so is the article: one with a hole in it is none.

    Raises:
        NotADocument: a page of it is neither HTML nor text.
    """
    if page.content_type != _TYPE or isinstance(page.data, str):
        return clean_one(page, options=options)
    try:
        articles = [clean_one(_page(part, page), options=options) for part in _parts(page.data)]
    except msgspec.MsgspecError as error:
        msg = "not the pages of one article"
        raise NotADocument(msg) from error
    joined = join(articles)
    wall = next((one.page_kind for one in articles if one.page_kind in WALLS - {PageKind.EMPTY}), None)
    return joined if wall is None else msgspec.structs.replace(joined, page_kind=wall)


def _page(part: _Part, whole: Page) -> Page:
    """Return *part* as a page of its own, with what is known of the *whole*."""
    return msgspec.structs.replace(
        whole,
        data=part.data,
        url=part.url,
        content_type=part.content_type,
        fetched_at=part.fetched_at,
        http_status=part.http_status,
    )


async def fetch_parts(source: PageSource, first: Page, *, limit: int = MOST_PAGES) -> tuple[Page, ...]:
    """
    Return *first* and the pages that continue its article, in order.

    A page that names one seen before, or has the same bytes as the one before it, ends the row.

    Args:
        source: what fetches the pages.
        first: the first page, as fetched.
        limit: most pages in all.

    Raises:
        FetchError: a page of the row could not be had; an article with a hole in it is none.
    """
    return tuple([page async for page in _row(source, first, _following(first), limit)])


async def _row(source: PageSource, first: Page, following: str | None, limit: int) -> AsyncGenerator[Page, None]:
    """Yield what `fetch_parts` returns, *following* the first; while the next page is fetched, none is held here."""
    page, first = first, msgspec.structs.replace(first, data=b"")
    seen = {first.url}
    length = 0
    for count in range(1, limit + 1):
        length += len(page.data)
        if length > _MOST_BYTES:
            raise TooLarge(first.url or "", f"more than {_MOST_BYTES:,} bytes on {count} pages")
        yield page
        if following is None or following in seen or count == limit:
            return
        same = hash(page.data)
        del page
        page = await source.fetch(following)
        if page.url in seen or hash(page.data) == same or not _belongs(page, first):
            return
        seen |= {following, page.url}
        following = _following(page)


def _following(page: Page) -> str | None:
    """Return the address of the page after *page*; a section's numbered pages are no article's."""
    path = urlsplit(page.url or "").path
    if len(page.data) > _LONGEST_READ or not path.strip("/") or is_section(page.url or ""):
        return None
    return next_page(page)


def _belongs(page: Page, first: Page) -> bool:
    """Return whether *page* came from *first*'s host; a number past the end may lead back to the first page."""
    here, there = (urlsplit(one.url or "").netloc.lower() for one in (page, first))
    return here == there and article_key(page.url or "") != article_key(first.url or "")


def _bytes(page: Page) -> bytes:
    return page.data if isinstance(page.data, bytes) else page.data.encode()


def join(articles: Sequence[Article]) -> Article:
    """
    Return one record of the pages of one article, in order: the first one's fields, everybody's text.

    Kept and removed blocks are numbered on from page to page, so that together they still are all visible text.

    Raises:
        ValueError: there is no article.
    """
    if not articles:
        msg = "no article to join"
        raise ValueError(msg)
    first = articles[0]
    if len(articles) == 1:
        return first
    blocks, removed, offset = list(first.blocks), list(first.removed), _blocks(first)
    images = {image.url or str(index): image for index, image in enumerate(first.images)}
    for article in articles[1:]:
        blocks += [msgspec.structs.replace(block, index=block.index + offset) for block in article.blocks]
        removed += [msgspec.structs.replace(removal, index=removal.index + offset) for removal in article.removed]
        images |= {image.url: image for image in article.images if image.url and image.url not in images}
        offset += _blocks(article)
    body = "\n\n".join(article.article_body for article in articles if article.article_body)
    return msgspec.structs.replace(
        first,
        article_body=body,
        blocks=tuple(blocks),
        removed=tuple(removed),
        images=tuple(images.values()),
        word_count=word_count(body),
        content_hash=content_hash(body),
        simhash=simhash(body),
    )


def _blocks(article: Article) -> int:
    """Return how many blocks *article*'s page was cut into."""
    indices = [block.index for block in article.blocks] + [removal.index for removal in article.removed]
    return 1 + max(indices, default=-1)
