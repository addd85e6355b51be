"""WARC and WET archives to pages."""

from collections.abc import Iterator

from newsclean.document import InputKind, Page
from newsclean.packed import bare_name
from newsclean.record import Failure

__all__ = ["is_archive", "pages"]


def is_archive(path: str) -> bool:
    """
    Return whether *path* is a WARC by its name.

    >>> is_archive("CC-NEWS-1.warc.gz"), is_archive("page.html.gz")
    (True, False)
    """
    return bare_name(path).endswith((".warc", ".wet", ".wat"))


def pages(path: str, *, kind: InputKind = InputKind.AUTO) -> Iterator[Page | Failure]:
    """Yield the pages of the archive *path*."""
    raise NotImplementedError
