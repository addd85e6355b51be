"""
Other people's extractors as second opinions: trafilatura on the body, Beautiful Soup on the encoding.

The only file that imports them, and only when one is asked: both are slow to load. trafilatura's downloader and its
`deduplicate`, whose hidden state changes answers, are never used.
"""

import logging

__all__ = ["TRAFILATURA", "guess_encoding", "second_opinion"]

TRAFILATURA = "trafilatura"
_BS4_LOGGER = logging.getLogger("bs4")


def second_opinion(html: str) -> str:
    """
    Return the main text of *html* as trafilatura sees it, one line a block; empty when it finds none.

    Args:
        html: markup of a whole page.
    """
    import trafilatura  # noqa: PLC0415  0.3 s to import, and asked for few pages

    return trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False) or ""


def guess_encoding(data: bytes) -> str | None:
    """Return the encoding that Beautiful Soup's detector finds in *data*, or None."""
    from bs4 import UnicodeDammit  # noqa: PLC0415  asked only for pages that neither declare nor are UTF-8

    if not _BS4_LOGGER.handlers:  # it warns of what it replaces; without a handler that goes to standard error
        _BS4_LOGGER.addHandler(logging.NullHandler())
    return UnicodeDammit(data[:200_000], is_html=True).original_encoding
