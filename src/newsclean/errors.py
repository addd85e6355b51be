"""
The errors newsclean raises.

    NewscleanError
    ├── NotADocument     the bytes are no text at all (a PNG, a PDF, an archive)
    ├── InputError       a path that is missing, unreadable, or holds no pages
    ├── RecordError      a stored record does not fit the schema
    └── FetchError       a page could not be had; the kinds stand in `fetching.exchange`

A page without an article is not an error: it comes back with its verdict in
`Article.page_kind`. Wrong options raise `ValueError` or `TypeError` where they
are made.
"""

__all__ = ["FetchError", "InputError", "NewscleanError", "NotADocument", "RecordError"]


class NewscleanError(Exception):
    """Root of every error that newsclean raises on purpose."""


class NotADocument(NewscleanError):
    """The bytes are neither HTML nor text."""


class InputError(NewscleanError):
    """An input named by the caller is missing, unreadable, or holds no pages."""


class RecordError(NewscleanError):
    """A stored record does not fit the schema of this version."""


class FetchError(NewscleanError):
    """
    A page could not be fetched, or must not be.

    Args:
        url: the address that was asked for, without user name and password.
        reason: what went wrong, in a few words.
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
