"""A list of addresses on its way: a queue per host, workers that hold up no other host, outcomes as they come."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable
from typing import Protocol

from newsclean.errors import FetchError
from newsclean.fetching.body import Fetched
from newsclean.fetching.exchange import Link
from newsclean.fetching.politeness import host_key
from newsclean.fetching.transport import address
from newsclean.record import Failure

__all__ = ["GetOutcome", "Lineup"]

_MOST_WAITING = 4 * 1024 * 1024  # bytes of pages that wait in memory to be taken: forty of the usual length


class GetOutcome(Protocol):
    """What `Lineup` calls for each link."""

    def __call__(self, link: Link, room: asyncio.Event, *, duplicate: bool) -> Awaitable[Fetched | Failure]:
        """Return what *link* ends in; requests are sent while there is *room* for outcomes."""


class Lineup:
    """
    One list on its way: what waits for its host, what is under way, what has come back.

    Args:
        at_once: addresses under way per host.
        room: outcomes that may wait to be taken before fetching pauses.
        outcome: what gets the outcome of one link.
    """

    def __init__(self, at_once: int, room: int, outcome: GetOutcome) -> None:
        self._at_once = at_once
        self._limit = room
        self._outcome = outcome
        self._hosts: dict[str, deque[tuple[Link, bool]]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: Counter[str] = Counter()
        self._finished = _Finished()
        self._room = asyncio.Event()
        self._room.set()
        self._seen: set[str] = set()
        self.pending = 0

    def add(self, link: Link) -> None:
        """Queue *link* behind the others of its host."""
        try:
            url = address(link.url)
            host = host_key(url)
        except FetchError:
            url, host = link.url, ""
        duplicate = url in self._seen
        self._seen.add(url)
        self.pending += 1
        queue = self._hosts.setdefault(host, deque())
        queue.append((link, duplicate))
        if self._busy[host] < self._at_once:
            self._busy[host] += 1
            worker = asyncio.create_task(self._work(host, queue))
            self._workers.add(worker)
            worker.add_done_callback(self._finish)

    async def next(self) -> Fetched | Failure:
        """Return the next outcome."""
        outcome = await self._finished.get()
        self.pending -= 1
        if len(self._finished) < self._limit:
            self._room.set()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def stop(self) -> None:
        """End what is under way."""
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, host: str, queue: deque[tuple[Link, bool]]) -> None:
        while queue:
            link, duplicate = queue.popleft()
            # No name for the outcome: it would keep the page in memory until the next one is there.
            self._finished.put(await self._outcome(link, self._room, duplicate=duplicate))
            if len(self._finished) >= self._limit:
                self._room.clear()
        # No await from the last look at the queue to here: `add` sees either this worker or none.
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host], self._hosts[host]

    def _finish(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._finished.put(error)


class _Finished:
    """
    Outcomes that wait to be taken.

    What was under way comes in however slow the reader is: fifty pages of 16 MiB when a server wants it so. Those that
    would fill the memory wait in temporary files.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Fetched | Failure | BaseException] = asyncio.Queue()
        self._held = 0

    def __len__(self) -> int:
        return self._queue.qsize()

    def put(self, outcome: Fetched | Failure | BaseException) -> None:
        """Add *outcome*."""
        if isinstance(outcome, Fetched):
            if self._held + outcome.body.held > _MOST_WAITING:
                outcome.body.to_disk()
            self._held += outcome.body.held
        self._queue.put_nowait(outcome)

    async def get(self) -> Fetched | Failure | BaseException:
        """Return the one that waits longest."""
        outcome = await self._queue.get()
        if isinstance(outcome, Fetched):
            self._held -= outcome.body.held
        return outcome
