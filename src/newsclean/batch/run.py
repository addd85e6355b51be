"""Many pages: exactly one outcome for each, on one process or on several, whatever a page does to its process."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

import msgspec

from newsclean.batch.work import CLEANER, Done, Work, failed, pack, unpack
from newsclean.batch.workers import Limits, Lost, Pool
from newsclean.clean import CleanOptions
from newsclean.document import Page, PageKind
from newsclean.files.durable import write_file
from newsclean.record import Article, Failure, FailureReason, Outcome

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
        refused: kinds of page that are failures and no records.
        cleaner: "module:function" that cleans, called as `clean(page, options=…)` in each process.
    """

    clean: CleanOptions = CleanOptions()
    workers: int | None = 1
    isolate: bool | None = None
    ordered: bool = False
    limits: Limits = Limits()
    quarantine: Path | None = None
    refused: tuple[PageKind, ...] = ()
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
    work = Work(clean=options.clean, refused=options.refused, cleaner=options.cleaner)
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
        few, pages = _few(pages)
        workers = 1 if few else _cores()
    isolate = workers > 1 if options.isolate is None else options.isolate
    if not isolate:
        yield from _here(pages, work, options.quarantine)
    elif options.ordered:
        numbers: deque[int] = deque()
        yield from _in_order(_isolated(_noted(pages, numbers), work, workers, options, stop), numbers)
    else:
        yield from _isolated(pages, work, workers, options, stop)


def _until(
    pages: Iterable[tuple[int, Page | Failure]], stop: Callable[[], bool]
) -> Iterator[tuple[int, Page | Failure]]:
    iterator = iter(pages)
    while not stop():
        item = next(iterator, None)
        if item is None:
            return
        yield item


def _few(pages: Iterator[tuple[int, Page | Failure]]) -> tuple[bool, Iterator[tuple[int, Page | Failure]]]:
    """Return whether there are only few *pages*, and all of them."""
    head: list[tuple[int, Page | Failure]] = []
    size = 0
    for item in pages:
        head.append(item)
        size += len(item[1].data) if isinstance(item[1], Page) else 0
        if len(head) > _FEW_PAGES or size > _FEW_BYTES:
            return False, chain(head, pages)
    return True, iter(head)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(
    pages: Iterator[tuple[int, Page | Failure]], work: Work, quarantine: Path | None
) -> Iterator[tuple[int, Done]]:
    """Do *work* in this process."""
    clean = work.cleaning()
    for number, page in pages:
        if isinstance(page, Failure):
            yield number, _passed(page)
            continue
        try:
            done = work.do(page, clean)
        except MemoryError:
            done = failed(page, FailureReason.MEMORY, "out of memory")
        yield number, _kept(done, page, quarantine)


def _isolated(
    pages: Iterator[tuple[int, Page | Failure]],
    work: Work,
    workers: int,
    options: BatchOptions,
    stop: Callable[[], bool],
) -> Iterator[tuple[int, Done]]:
    """Do *work* in processes of its own; outcomes come as they are ready."""
    passed: deque[tuple[int, Done]] = deque()
    pool = Pool(
        entry="newsclean.batch.work:answerer",
        setup=msgspec.msgpack.encode(work),
        count=workers,
        limits=options.limits,
        window=_WINDOW if options.ordered else None,
        stop=stop,
    )
    for answer in pool.answers(_questions(pages, passed)):
        while passed:
            yield passed.popleft()
        if isinstance(answer.result, Lost):
            page: Page = unpack(answer.question)
            done = failed(page, answer.result.reason, answer.result.message)
        else:
            done = msgspec.msgpack.decode(answer.result, type=Done)
        if done.reason in _POISON:
            done = _kept(done, unpack(answer.question), options.quarantine)
        yield answer.number, done
    yield from passed


def _questions(
    pages: Iterator[tuple[int, Page | Failure]], passed: deque[tuple[int, Done]]
) -> Iterator[tuple[int, bytes]]:
    """Yield what goes to the workers; failures of reading go straight to *passed*."""
    for number, page in pages:
        if isinstance(page, Failure):
            passed.append((number, _passed(page)))
        else:
            yield number, pack(page)


def _noted(pages: Iterator[tuple[int, Page | Failure]], numbers: deque[int]) -> Iterator[tuple[int, Page | Failure]]:
    for number, page in pages:
        numbers.append(number)
        yield number, page


def _in_order(outcomes: Iterator[tuple[int, Done]], numbers: deque[int]) -> Iterator[tuple[int, Done]]:
    """Yield *outcomes* in the order of *numbers*; those behind one that never comes are left out."""
    waiting: dict[int, Done] = {}
    for number, done in outcomes:
        waiting[number] = done
        while numbers and numbers[0] in waiting:
            first = numbers.popleft()
            yield first, waiting.pop(first)


def _passed(failure: Failure) -> Done:
    return Done(kind="failure", row=failure.to_json(), reason=failure.reason.value)


def _kept(done: Done, page: Page, quarantine: Path | None) -> Done:
    """Put *page* into the *quarantine* when *done* says that it is poison; return *done*."""
    if quarantine and done.reason in _POISON:
        data = page.data.encode("utf-8", "surrogatepass") if isinstance(page.data, str) else page.data
        name = sha256(page.source.encode("utf-8", "surrogatepass") + b"\0" + data).hexdigest()[:32]
        quarantine.mkdir(parents=True, exist_ok=True)
        write_file(quarantine / f"{name}.bin", data)
        write_file(quarantine / f"{name}.json", done.row + b"\n")
    return done
