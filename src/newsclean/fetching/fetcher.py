"""
Network to pages: `fetch` for one, `Fetcher` for many.

A fetcher owns what its pages share: connections, robots.txt files, the pace of each host, the cache. Which addresses
may be dialled and how a response is read stands in `transport`, manners in `politeness`, values and errors in
`exchange`. A page that is no article (a consent wall, a soft 404) is a page here; the verdict is `clean`'s.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator, Sized
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from newsclean.document import Page
from newsclean.errors import FetchError
from newsclean.fetching.body import Fetched, give_back_large_blocks
from newsclean.fetching.exchange import (
    Archive,
    BadRedirect,
    BadResponse,
    BadStatus,
    Complete,
    Disallowed,
    Duplicate,
    Exchange,
    FetchOptions,
    ForbiddenAddress,
    HostParked,
    Link,
    Progress,
    TimedOut,
    UnknownHost,
    Unreachable,
    error_kind,
    redact,
)
from newsclean.fetching.guard import Resolver
from newsclean.fetching.lineup import Lineup
from newsclean.fetching.politeness import (
    ROBOTS_LIMIT,
    Pace,
    Parked,
    Robots,
    RobotsAnswer,
    back_off,
    host_key,
    product_token,
    retry_after,
)
from newsclean.fetching.transport import Transport, Want, address, redirect_target
from newsclean.record import Failure, FailureReason

__all__ = ["Fetcher", "fetch", "fetch_pages", "running"]

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

_WINDOW = 10_000  # addresses taken from a list ahead of their turn, so that one slow host does not hold up the others
_REDIRECTION = 300
_ERROR = 400
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_CONNECTION = (ForbiddenAddress, Unreachable, TimedOut, HostParked)
_WIND_DOWN = 10.0  # seconds that a cancelled coroutine has to end
_ROBOTS_REDIRECTS = 5  # RFC 9309 2.3.1.2
_ROBOTS = Want(accept="text/plain, */*;q=0.1", text_only=False, limit=ROBOTS_LIMIT, cut=True)
_PAGE_ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.9, application/xml;q=0.8, text/*;q=0.5"
_FILE_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml, text/xml, */*;q=0.5"


class _Budget:
    """
    Seconds on the network that are left for one page.

    Polite waits do not count; a server that drips, redirects and fails in turns shares one budget over all of it.
    """

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spending(self, url: str) -> Iterator[float]:
        """Yield the seconds left and take off what the block needs."""
        if self.left <= 0:
            raise TimedOut(url, "not finished in time")
        began = time.monotonic()
        try:
            yield self.left
        finally:
            self.left -= time.monotonic() - began


class Fetcher:
    """
    Gets pages, politely and safely; an async context manager.

    Args:
        options: how.
        archive: keeps every page and redirect, and is asked first; see `newsclean.fetching.warc`.
        complete: makes a whole of each page of a list; see `newsclean.fetching.continuation`.
        resolver: what turns names into addresses; the system's by default.

    >>> async def titles(urls):
    ...     async with Fetcher(FetchOptions(pause=2.0)) as fetcher:
    ...         async for outcome in fetcher.fetch_all(urls):
    ...             print(outcome.url)
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        archive: Archive | None = None,
        complete: Complete | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._options = options or FetchOptions()
        self._archive = archive
        self._complete = complete
        self._resolver = resolver
        self._transport: Transport | None = None
        longest, at_once = self._options.max_wait, self._options.host_connections
        self._pace = Pace(pause=self._options.pause, at_once=at_once, longest=longest)
        self._robots = Robots(product_token(self._options.user_agent), self._load_robots)
        self._slots = asyncio.Semaphore(self._options.connections)
        self._page = Want(accept=_PAGE_ACCEPT, text_only=True, limit=self._options.max_bytes)
        self._file = Want(accept=_FILE_ACCEPT, text_only=False, limit=self._options.max_bytes)
        self._opened = time.monotonic()
        self._done = self._failed = self._waiting = 0
        self._remaining: int | None = None

    async def __aenter__(self) -> Self:
        """Open the connections and the cache."""
        give_back_large_blocks()
        self._transport = Transport(self._options, resolver=self._resolver)
        self._opened = time.monotonic()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        await self._robots.close()
        if self._transport is not None:
            await self._transport.close()
            self._transport = None

    @property
    def progress(self) -> Progress:
        """How far this fetcher is."""
        elapsed = max(time.monotonic() - self._opened, 1e-6)
        return Progress(
            done=self._done,
            failed=self._failed,
            waiting=self._waiting,
            parked=self._pace.parked,
            rate=(self._done + self._failed) / elapsed,
            remaining=self._remaining,
        )

    async def fetch(self, url: str) -> Page:
        """
        Return the page at *url*, redirects followed.

        Raises:
            FetchError: it could not be had, or must not be; the kind says which.
        """
        return (await self._fetch(Link(url=url), None)).taken()

    async def fetch_file(self, url: str) -> Page:
        """
        Return the file at *url*, of whatever type: a feed, a sitemap.

        Raises:
            FetchError: it could not be had, or must not be.
        """
        exchange = await self._follow(address(url), self._file, None)
        return _fetched(exchange, Link(url=url)).taken()

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of *url*'s host names."""
        return (await self._robots.rules(address(url))).sitemaps

    async def fetch_all(self, urls: Iterable[str | Link], *, data: bool = True) -> AsyncGenerator[Page | Failure, None]:
        """
        Yield one outcome per address, in the order they come in.

        Hosts go on side by side, each at its own pace. When the outcomes are not taken, fetching pauses.

        Args:
            urls: addresses, or links whose hints go into the page; read as they are needed.
            data: whether the pages have their data; without, they are in the archive only.
        """
        async with aclosing(self.outcomes(urls)) as outcomes:
            async for outcome in outcomes:
                # Nothing here holds on to the page: while the next one comes, it is its taker's alone.
                yield _given(outcome, data=data)

    async def outcomes(self, urls: Iterable[str | Link]) -> AsyncGenerator[Fetched | Failure, None]:
        """Yield what `fetch_all` yields, pages before they are taken."""
        self._open()
        run = Lineup(self._options.host_connections, self._options.connections, self._outcome)
        self._remaining = len(urls) if isinstance(urls, Sized) else None
        addresses = iter(urls)
        try:
            while True:
                while run.pending < _WINDOW and (target := next(addresses, None)) is not None:
                    run.add(Link(url=target) if isinstance(target, str) else target)
                    self._waiting = run.pending
                if not run.pending:
                    return
                outcome = await run.next()
                self._waiting = run.pending
                if self._remaining is not None:
                    self._remaining -= 1
                yield outcome
        finally:
            self._waiting = 0
            await run.stop()

    def _open(self) -> Transport:
        """Return the transport, which there is within the context only."""
        if self._transport is None:
            msg = "use 'async with Fetcher(...) as fetcher'"
            raise RuntimeError(msg)
        return self._transport

    async def _outcome(self, link: Link, room: asyncio.Event, *, duplicate: bool) -> Fetched | Failure:
        """Return what *link* ends in; nothing it does can end the run."""
        try:
            if duplicate:
                raise Duplicate(redact(link.url), "the address stands in the list before")  # noqa: TRY301 - one way out
            fetched = await self._fetch(link, room)
            if self._complete is not None:
                fetched = await self._complete(self, fetched)
        except FetchError as error:
            self._failed += 1
            message = f"{error_kind(error)}: {error.reason}"
            if self._archive is not None and not isinstance(error, Duplicate):
                self._archive.fail(link.url, message)
            return _failure(link.url, FailureReason.FETCH, message)
        except OSError:
            raise  # the network's are FetchErrors by now; this is our own disk, and every page would meet it
        except Exception as error:  # noqa: BLE001 - a fault met at one address must not cost the other 9,999
            _LOG.warning("fault while fetching %s", redact(link.url), exc_info=True)
            self._failed += 1
            return _failure(link.url, FailureReason.CRASH, f"{type(error).__name__}: {error}")
        self._done += 1
        return fetched

    async def _fetch(self, link: Link, room: asyncio.Event | None) -> Fetched:
        asked = address(link.url)
        kept = None if self._archive is None else self._archive.page(link.url)
        if kept is not None:
            return Fetched.of(msgspec.structs.replace(kept, source=redact(link.url), hints=link.hints))
        try:
            exchange = await self._follow(asked, self._page, room)
        except FetchError as error:
            gone = isinstance(error, UnknownHost) or (isinstance(error, BadStatus) and error.status in _GONE)
            if self._options.archived is None or not gone:
                raise
            copy = address(self._options.archived.replace("{url}", asked))
            exchange = await self._follow(copy, self._page, room)
        if self._archive is not None:
            self._archive.write(exchange, link.url)
        return _fetched(exchange, link)

    async def _follow(self, url: str, want: Want, room: asyncio.Event | None) -> Exchange:
        """Return the answer at the end of *url*'s redirects; each hop is checked like a first request."""
        budget = _Budget(self._options.timeout)
        seen = {url}
        while True:
            exchange = await self._allowed(url, want, budget, room)
            target = redirect_target(exchange)
            if target is None:
                return exchange
            if target in seen:
                raise BadRedirect(exchange.url, "redirects in a circle")
            if len(seen) > self._options.max_redirects:
                raise BadRedirect(exchange.url, f"more than {self._options.max_redirects} redirects")
            if self._archive is not None and want is self._page:
                self._archive.write(exchange, None)
            seen.add(target)
            url = target

    async def _allowed(self, url: str, want: Want, budget: _Budget, room: asyncio.Event | None) -> Exchange:
        """Return the answer at *url* if robots.txt allows it to be asked for."""
        if self._options.robots:
            await self._ask_robots(url)
        return await self._tries(url, want, budget, room)

    async def _ask_robots(self, url: str) -> None:
        """
        Return when robots.txt allows *url*; a method of its own, so that no request holds on to the parsed file.

        Raises:
            Disallowed: it does not.
            FetchError: it could not be fetched, for a reason that the page would meet too.
        """
        rules = await self._robots.rules(url)
        self._pace.slow_down(host_key(url), min(rules.delay, self._options.max_pause))
        if isinstance(rules.error, _CONNECTION):
            raise type(rules.error)(url, f"robots.txt could not be fetched: {rules.error.reason}")
        if reason := rules.refusal(url):
            raise Disallowed(url, reason)

    async def _tries(self, url: str, want: Want, budget: _Budget, room: asyncio.Event | None) -> Exchange:
        """Return the answer at *url*, asked for again when the failure may pass."""
        for tried in range(1, self._options.tries + 1):
            try:
                return _good(await self._turn(url, want, budget, room))
            except (BadStatus, Unreachable, BadResponse) as error:
                wait = self._wait(error, tried)
                if wait is not None:
                    # The host waits, not the page: its other pages would meet the same trouble.
                    self._pace.hold(host_key(url), wait)
                if wait is None or tried == self._options.tries:
                    raise
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _wait(self, error: FetchError, tried: int) -> float | None:
        """Return the seconds after which *error* may have passed, or None when it will not."""
        if isinstance(error, BadStatus) and error.status in _PASSING:
            own = back_off(tried, base=self._options.back_off)
            return own if error.wait is None else max(own, error.wait)
        if type(error) in {Unreachable, BadResponse}:  # their kinds (TLS, unknown host, too large) do not pass
            return back_off(tried, base=self._options.back_off)
        return None

    async def _turn(self, url: str, want: Want, budget: _Budget, room: asyncio.Event | None) -> Exchange:
        """Return the answer to one request, sent when there is room, the host's turn has come and a slot is free."""
        transport = self._open()
        while True:
            if room is not None:
                await room.wait()
            try:
                async with self._pace.turn(host_key(url)), self._slots:
                    # Never wait for room with a turn or a slot in hand: who takes the outcomes may want to fetch too.
                    if room is None or room.is_set():
                        with budget.spending(url) as seconds:
                            return await transport.get(url, want, seconds=seconds)
            except Parked as error:
                raise HostParked(url, str(error)) from error

    async def _load_robots(self, url: str) -> RobotsAnswer:
        """Return what came of asking for the robots.txt at *url*, redirects followed to any host (RFC 9309 2.3.1.2)."""
        budget = _Budget(self._options.timeout)
        for _ in range(_ROBOTS_REDIRECTS + 1):
            try:
                exchange = await self._tries(url, _ROBOTS, budget, None)
                target = redirect_target(exchange)
            except BadStatus as error:
                return RobotsAnswer(error.status)
            except BadRedirect:
                break
            except FetchError as error:
                # Kept for an hour: without the frames of its traceback.
                return RobotsAnswer(None, error=type(error)(error.url, error.reason))
            if target is None:
                return RobotsAnswer(exchange.status, exchange.body.read())
            url = target
        # More hops than that, or a redirect to nowhere: the file counts as missing.
        return RobotsAnswer(404)


def _good(exchange: Exchange) -> Exchange:
    """
    Return *exchange* if it is a page or a redirect.

    Raises:
        BadStatus: it is neither.
    """
    if exchange.status >= _ERROR or (exchange.status >= _REDIRECTION and redirect_target(exchange) is None):
        wait = retry_after(exchange.header("retry-after"), datetime.now(UTC))
        raise BadStatus(exchange.url, exchange.status, wait)
    return exchange


def _fetched(exchange: Exchange, link: Link) -> Fetched:
    """Return the page in *exchange*, with what *link*'s finder said of it."""
    page = Page(
        data=b"",
        url=exchange.url,
        requested_url=redact(link.url),
        source=redact(link.url),
        content_type=exchange.header("content-type"),
        content_language=exchange.header("content-language"),
        fetched_at=exchange.fetched_at,
        http_status=exchange.status,
        hints=link.hints,
    )
    return Fetched(page, exchange.body)


def _given(outcome: Fetched | Failure, *, data: bool) -> Page | Failure:
    """Return *outcome* as its taker gets it, a page with or without its *data*."""
    if isinstance(outcome, Failure):
        return outcome
    return outcome.taken() if data else outcome.page


def _failure(url: str, reason: FailureReason, message: str) -> Failure:
    return Failure(reason=reason, source=redact(url), url=redact(url), message=message)


@contextmanager
def running() -> Iterator[Callable[[Coroutine[None, None, _T]], _T]]:
    """
    Run an event loop in a thread of its own and yield a function that runs a coroutine there and returns its result.

    Blocking callers need it even when they have a loop already (a notebook), and pages go on arriving between calls.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="newsclean-fetch", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: _result(coroutine, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_wind_down(loop), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _result(coroutine: Coroutine[None, None, _T], loop: asyncio.AbstractEventLoop) -> _T:
    """Return what *coroutine* comes to on *loop*; when the wait is interrupted (Ctrl-C), so is the coroutine."""
    ended = threading.Event()

    async def told() -> _T:
        try:
            return await coroutine
        finally:
            ended.set()

    future = asyncio.run_coroutine_threadsafe(told(), loop)
    try:
        return future.result()
    except BaseException:
        # What it was using must be free before anybody closes it.
        if future.cancel():
            ended.wait(_WIND_DOWN)
        raise


async def _wind_down(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still runs, as `asyncio.run` does at its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()


def fetch(url: str, *, options: FetchOptions | None = None) -> Page:
    """
    Return the page at *url*; blocks until it is there.

    Raises:
        FetchError: it could not be had, or must not be; the kind says which.
    """

    async def one() -> Page:
        async with Fetcher(options) as fetcher:
            return await fetcher.fetch(url)

    with running() as run:
        return run(one())


def fetch_pages(
    urls: Iterable[str | Link],
    *,
    options: FetchOptions | None = None,
    archive: Archive | None = None,
    complete: Complete | None = None,
    progress: Callable[[Progress], None] | None = None,
    data: bool = True,
) -> Generator[Page | Failure, None, None]:
    """
    Yield one outcome per address, in the order they come in; fetching goes on in the background meanwhile.

    Args:
        urls: addresses, or links whose hints go into the page; read as they are needed.
        options: how.
        archive: keeps every page and redirect, and is asked first.
        complete: makes a whole of each page.
        progress: told after each outcome how far things are.
        data: whether the pages have their data; without, they are in the archive only.
    """
    with running() as run:
        fetcher = run(_opened(options, archive, complete))
        outcomes = fetcher.outcomes(urls)
        try:
            while (outcome := run(anext(outcomes, None))) is not None:
                if progress is not None:
                    progress(fetcher.progress)
                # Taken here, not on the loop, which would go on decoding while its taker still has the page before.
                yield _given(outcome, data=data)
        finally:
            run(outcomes.aclose())
            run(fetcher.__aexit__(None, None, None))


async def _opened(options: FetchOptions | None, archive: Archive | None, complete: Complete | None) -> Fetcher:
    """Return an open fetcher, made on the loop that will run it."""
    return await Fetcher(options, archive=archive, complete=complete).__aenter__()
