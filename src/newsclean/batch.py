"""Many pages: exactly one outcome for each, on one process or on several, whatever a page does to its process."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

import msgspec

from newsclean.clean import CleanOptions
from newsclean.document import Page
from newsclean.journal import write_file
from newsclean.record import Article, Failure, FailureReason, Outcome
from newsclean.work import CLEANER, Done, Work, failed, pack, unpack
from newsclean.workers import Limits, Lost, Pool

__all__ = ["BatchOptions", "finished", "run"]

_FEW_PAGES, _FEW_BYTES = 24, 4 << 20  # below both, starting workers costs more than it saves
_WINDOW = 4_000  # outcomes that wait for a slow page before them, in order
_POISON = frozenset({FailureReason.TIMEOUT, FailureReason.CRASH, FailureReason.MEMORY})


class BatchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a batch is done.

    Args:
        clean: how to clean.
        workers: processes that clean; None for one on each core when there is more than a handful of pages.
        isolate: whether pages are cleaned in processes of their own; None when there are several workers.
        ordered: whether outcomes come in the order of the pages; they do anyhow without isolation.
        limits: what one page may cost when it is isolated.
        quarantine: folder for the bytes of pages that crashed, hung or ate the memory.
        cleaner: "module:function" that cleans, called as `clean(page, options=…)` in each process.
    """

    clean: CleanOptions = CleanOptions()
    workers: int | None = 1
    isolate: bool | None = None
    ordered: bool = False
    limits: Limits = Limits()
    quarantine: Path | None = None
    cleaner: str = CLEANER

    def __post_init__(self) -> None:
        """Check what the types do not."""
        if self.workers is not None and self.workers < 1:
            msg = "workers must be 1 or more"
            raise ValueError(msg)


def run(pages: Iterable[Page | Failure], *, options: BatchOptions = BatchOptions()) -> Iterator[Outcome]:
    """
    Yield one `Article` or `Failure` for each of *pages*; a page that finds a bug, or kills its worker, is a failure.

    Args:
        pages: pages, or failures of those that could not be read, which pass through.
        options: how; by default in this process, in order.

    Raises:
        OSError: workers cannot be started, or the quarantine cannot be written.
    """
    work = Work(clean=options.clean, cleaner=options.cleaner)
    for _, done in finished(enumerate(pages), work, options=options):
        if done.kind == "failure":
            yield msgspec.json.decode(done.row, type=Failure)
        else:
            yield msgspec.msgpack.decode(done.row, type=Article)


def finished(
    pages: Iterable[tuple[int, Page | Failure]],
    work: Work,
    *,
    options: BatchOptions,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[int, Done]]:
    """
    Yield how each of *pages* ended, with its number; pages that were running when *stop* said yes may be missing.

    Args:
        pages: numbered pages; the numbers rise.
        work: what is done to each.
        options: in which processes, and in which order.
        stop: asked often whether to begin nothing new.

    Raises:
        OSError: workers cannot be started, or the quarantine cannot be written.
    """
    pages = _until(pages, stop)
    workers = options.workers
    if workers is None:
        head = _few(pages)
        workers = 1 if head is not None and options.isolate is None else len(os.sched_getaffinity(0))
        pages = pages if head is None else iter(head)
    isolate = workers > 1 if options.isolate is None else options.isolate
    if not isolate:
        yield from _here(pages, work, options.quarantine)
    elif options.ordered:
        numbers: deque[int] = deque()
        yield from _in_order(_isolated(_noted(pages, numbers), work, workers, options, stop), numbers)
    else:
        yield from _isolated(pages, work, workers, options, stop)


def _until(pages: Iterable[tuple[int, Page | Failure]], stop: Callable[[], bool]) -> Iterator[tuple[int, Page | Failure]]:
    iterator = iter(pages)
    while not stop():
        item = next(iterator, None)
        if item is None:
            return
        yield item
