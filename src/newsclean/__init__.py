"""Turn news pages, and the text dumps of earlier scrapers, into clean article records."""

from typing import TYPE_CHECKING, Any

from newsclean.batch.run import BatchOptions, run
from newsclean.clean import CleanOptions, clean
from newsclean.document import Block, Evidence, Label, Page, PageKind, Removal
from newsclean.errors import FetchError, NewscleanError, NotADocument
from newsclean.record import Article, Author, Failure, Image
from newsclean.version import VERSION

if TYPE_CHECKING:
    from newsclean.fetching.exchange import FetchOptions
    from newsclean.fetching.fetcher import Fetcher, fetch

__all__ = [
    "Article",
    "Author",
    "BatchOptions",
    "Block",
    "CleanOptions",
    "Evidence",
    "Failure",
    "FetchError",
    "FetchOptions",
    "Fetcher",
    "Image",
    "Label",
    "NewscleanError",
    "NotADocument",
    "Page",
    "PageKind",
    "Removal",
    "clean",
    "fetch",
    "run",
]


__version__ = VERSION


def __getattr__(name: str) -> Any:  # noqa: ANN401  as PEP 562 has it
    """Load the fetchers when they are first asked for: they bring httpx, which cleaning does not need."""
    if name in ("FetchOptions", "Fetcher", "fetch"):
        from newsclean.fetching import fetcher  # noqa: PLC0415  see above

        return getattr(fetcher, name)
    raise AttributeError(name)
