"""Articles on more than one page: the pages fetched in order, and their records joined into one."""

from collections.abc import Sequence

import msgspec

from newsclean.document import Page
from newsclean.fetching.exchange import PageSource
from newsclean.fetching.links import article_key, next_page
from newsclean.normalise import content_hash, simhash, word_count
from newsclean.record import Article

__all__ = ["fetch_parts", "join"]

MOST_PAGES = 20
"""Pages of one article; a longer row is a trap or an archive."""


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
    pages = [first]
    seen = {first.url}
    while len(pages) < limit:
        url = next_page(pages[-1])
        if url is None or url in seen:
            break
        page = await source.fetch(url)
        if page.url in seen or page.data == pages[-1].data or _went_home(page, first):
            break
        seen |= {url, page.url}
        pages.append(page)
    return tuple(pages)


def _went_home(page: Page, first: Page) -> bool:
    """Return whether a page number past the end led back to the first page under its own address."""
    return article_key(page.url or "") == article_key(first.url or "")


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
