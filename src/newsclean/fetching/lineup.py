"""A list of addresses on its way: a queue per host, workers that hold up no other host, outcomes as they come."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable
from typing import Protocol

from newsclean.document import Page
from newsclean.errors import FetchError
from newsclean.fetching.exchange import Link
from newsclean.fetching.politeness import host_key
from newsclean.fetching.transport import address
from newsclean.record import Failure

__all__ = ["GetOutcome", "Lineup"]


class GetOutcome(Protocol):
    """What `Lineup` calls for each link."""

    def __call__(self, link: Link, room: asyncio.Event, *, duplicate: bool) -> Awaitable[Page | Failure]:
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
        self._finished: asyncio.Queue[Page | Failure | BaseException] = asyncio.Queue()
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

    async def next(self) -> Page | Failure:
        """Return the next outcome."""
        outcome = await self._finished.get()
        self.pending -= 1
        if self._finished.qsize() < self._limit:
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
            outcome = await self._outcome(link, self._room, duplicate=duplicate)
            self._finished.put_nowait(outcome)
            if self._finished.qsize() >= self._limit:
                self._room.clear()
        # No await from the last look at the queue to here: `add` sees either this worker or none.
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host], self._hosts[host]

    def _finish(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not worker.cancelled() and (error := worker.exception()) is not None:
            self._finished.put_nowait(error)
