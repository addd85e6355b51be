"""Turn news pages, and the text dumps of earlier scrapers, into clean article records."""

from newsclean.batch import run
from newsclean.clean import CleanOptions, clean
from newsclean.document import Block, Evidence, InputKind, Label, Page, PageKind, Removal
from newsclean.errors import FetchError, InputError, NewscleanError, NotADocument, RecordError
from newsclean.record import Article, Author, Failure, Image

__all__ = [
    "Article",
    "Author",
    "Block",
    "CleanOptions",
    "Evidence",
    "Failure",
    "FetchError",
    "Image",
    "InputError",
    "InputKind",
    "Label",
    "NewscleanError",
    "NotADocument",
    "Page",
    "PageKind",
    "RecordError",
    "Removal",
    "clean",
    "run",
]

__version__ = "0.1.0"
