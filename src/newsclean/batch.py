"""Many pages: exactly one outcome for each, in the order of the pages."""

from collections.abc import Iterable, Iterator

from newsclean.clean import CleanOptions, clean
from newsclean.document import Page
from newsclean.errors import NewscleanError, NotADocument
from newsclean.record import Failure, FailureReason, Outcome

__all__ = ["run"]


def run(pages: Iterable[Page | Failure], *, options: CleanOptions = CleanOptions()) -> Iterator[Outcome]:
    """
    Yield one `Article` or `Failure` for each of *pages*, in order.

    Only what newsclean raises on purpose becomes a failure: a bug stays a traceback.

    Args:
        pages: pages, or failures of those that could not be read, which pass through.
        options: how to clean.
    """
    for page in pages:
        yield page if isinstance(page, Failure) else _outcome(page, options)


def _outcome(page: Page, options: CleanOptions) -> Outcome:
    try:
        return clean(page, options=options)
    except NewscleanError as error:
        reason = FailureReason.NOT_A_DOCUMENT if isinstance(error, NotADocument) else FailureReason.UNREADABLE
        return Failure(reason=reason, source=page.source, url=page.url, message=str(error))
