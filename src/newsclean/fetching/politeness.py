"""
Manners: what robots.txt allows (RFC 9309), how often a host is asked, and how long to wait when it says so.

Nothing here sends a request. `Robots` is given a function that gets a robots.txt; `Pace` is asked for a turn before
each request and holds it back until the host may be asked again. Times are monotonic seconds.
"""

import asyncio
import random
import re
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from protego import Protego

from newsclean.errors import FetchError

__all__ = [
    "ROBOTS_LIMIT",
    "Pace",
    "Parked",
    "Robots",
    "RobotsAnswer",
    "RobotsRules",
    "authority",
    "back_off",
    "host_key",
    "product_token",
    "retry_after",
    "robots_rules",
]

ROBOTS_LIMIT = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 2.5 asks for at least this many."""

_GOOD_FOR = 24 * 3600.0  # RFC 9309 2.4
_BAD_FOR = 3600.0  # an unreachable robots.txt is asked for again after this
_KEPT = 2_000  # robots.txt files in memory; the least used makes room
_KEPT_BYTES = 4 * 1024 * 1024  # of them, packed: 2,000 of the usual length
_PARSED_BYTES = ROBOTS_LIMIT  # of their text, parsed: that takes up to thirty times as much memory
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DIGITS = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """
    What came of asking for a robots.txt.

    Args:
        status: the final status code; None when the network failed.
        body: the text as bytes, at most `ROBOTS_LIMIT` of it.
        error: what went wrong, when there is no status.
    """

    status: int | None
    body: bytes = b""
    error: FetchError | None = None


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """
    What one robots.txt says to one agent.

    Args:
        agent: the product token that the rules are for.
        parser: the parsed file; None when there is none.
        forbidden: why nothing may be fetched; empty when the parser decides.
        error: the failure behind that, when it is one of the network.
    """

    agent: str
    parser: Protego | None = None
    forbidden: str = ""
    error: FetchError | None = None

    def refusal(self, url: str) -> str | None:
        """Return why *url* must not be fetched, or None when it may."""
        if self.forbidden:
            return self.forbidden
        if self.parser is None or self.parser.can_fetch(url, self.agent):
            return None
        return "robots.txt disallows it"

    @property
    def delay(self) -> float:
        """Seconds between requests that the file asks for; 0 when it asks for none."""
        if self.parser is None:
            return 0.0
        rate = self.parser.request_rate(self.agent)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(self.parser.crawl_delay(self.agent) or 0.0, by_rate)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of the sitemaps the file names."""
        return () if self.parser is None else tuple(self.parser.sitemaps)


def robots_rules(answer: RobotsAnswer, agent: str) -> RobotsRules:
    """
    Return what *answer* means for *agent*, by RFC 9309 2.3.1.

    A file that is not there (4xx) allows everything; one that cannot be had (5xx, network failure) forbids everything.
    429 is a server in trouble, not a missing file, and counts as the latter.
    """
    status = answer.status
    if status is None:
        reason = answer.error.reason if answer.error is not None else "no answer"
        return RobotsRules(agent, forbidden=f"robots.txt could not be fetched: {reason}", error=answer.error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return RobotsRules(agent, forbidden=f"robots.txt answered with status {status}")
    if status != HTTPStatus.OK:
        return RobotsRules(agent)
    body = answer.body
    if len(body) >= ROBOTS_LIMIT:
        # The line that the limit cut could forbid more than the whole one: "Disallow: /private" to "Disallow: /".
        body = body[:ROBOTS_LIMIT].rpartition(b"\n")[0]
    return RobotsRules(agent, Protego.parse(body.decode("utf-8-sig", errors="replace")))


def product_token(user_agent: str) -> str:
    """
    Return the product token of a User-Agent, by which robots.txt addresses it (RFC 9309 2.2.1).

    >>> product_token("newsclean/0.1 (+https://example.org/bot)")
    'newsclean'
    """
    return user_agent.partition("/")[0].split()[0] if user_agent.strip(" /") else "*"


def authority(url: str) -> str:
    """
    Return scheme, host and port of *url*: what one robots.txt is good for.

    >>> authority("https://Example.org/a?b")
    'https://example.org'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{host_key(url)}"


def host_key(url: str) -> str:
    """
    Return what *url*'s requests are paced by: the host, with its port when that is not the scheme's own.

    >>> host_key("http://example.org:80/"), host_key("http://example.org:8080/")
    ('example.org', 'example.org:8080')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"


def retry_after(header: str | None, now: datetime) -> float | None:
    """
    Return the seconds from *now* that a Retry-After *header* asks for (RFC 9110 10.2.3); None when it says nothing.

    >>> retry_after("120", datetime.now(UTC))
    120.0
    """
    if header is None:
        return None
    header = header.strip()
    if _DIGITS.fullmatch(header):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # "-0000", which HTTP does not use; GMT is all it knows
    return max(0.0, (moment - now).total_seconds())


def back_off(tried: int, *, base: float, cap: float = 60.0) -> float:
    """
    Return the seconds to wait after *tried* failed tries: between 0 and base · 2^(tried - 1), at most *cap*.

    Jitter over the whole range ("full jitter") keeps many clients of one troubled server from coming back at once.
    """
    return random.uniform(0.0, min(cap, base * 2 ** (tried - 1)))  # noqa: S311 - jitter, not a secret


class Robots:
    """
    The robots.txt of every host asked so far, each fetched once in 24 hours.

    Args:
        agent: our product token.
        load: gets the robots.txt at an address; it never raises for what the network does.
    """

    def __init__(self, agent: str, load: Callable[[str], Awaitable[RobotsAnswer]]) -> None:
        self._agent = agent
        self._load = load
        self._known: OrderedDict[str, _Kept] = OrderedDict()
        self._parsed: OrderedDict[str, tuple[int, RobotsRules]] = OrderedDict()
        self._loading: dict[str, asyncio.Task[_Kept]] = {}

    async def rules(self, url: str) -> RobotsRules:
        """Return the rules of *url*'s authority, asking for them when they are not known or too old."""
        key = authority(url)
        known = self._known.get(key)
        if known is not None and time.monotonic() < known.until:
            self._known.move_to_end(key)
            return self._rules(key, known)
        task = self._loading.get(key)
        if task is None:
            task = self._loading[key] = asyncio.create_task(self._ask(key))
            task.add_done_callback(lambda _: self._loading.pop(key, None))
        # Shielded: who waits first must not take the answer from the others when it is cancelled.
        return self._rules(key, await asyncio.shield(task))

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, key: str) -> "_Kept":
        answer = await self._load(f"{key}/robots.txt")
        self._parsed.pop(key, None)
        bad = robots_rules(RobotsAnswer(answer.status, error=answer.error), self._agent).forbidden
        until = time.monotonic() + (_BAD_FOR if bad else _GOOD_FOR)
        kept = _Kept(until, answer.status, zlib.compress(answer.body), answer.error)
        self._known[key] = kept
        while len(self._known) > _KEPT or sum(len(one.packed) for one in self._known.values()) > _KEPT_BYTES:
            self._known.popitem(last=False)
        return kept

    def _rules(self, key: str, kept: "_Kept") -> RobotsRules:
        """Return what *kept* says, parsed; what was used longest ago makes room for it."""
        if key in self._parsed:
            self._parsed.move_to_end(key)
            return self._parsed[key][1]
        body = zlib.decompress(kept.packed)
        while self._parsed and sum(size for size, _ in self._parsed.values()) + len(body) > _PARSED_BYTES:
            self._parsed.popitem(last=False)
        rules = robots_rules(RobotsAnswer(kept.status, body, kept.error), self._agent)
        self._parsed[key] = (len(body), rules)
        return rules


@dataclass(frozen=True, slots=True)
class _Kept:
    """A `RobotsAnswer` with its body packed, and the moment until which it is good."""

    until: float
    status: int | None
    packed: bytes
    error: FetchError | None


class Parked(Exception):
    """The host asked for a longer wait than we grant; `seconds` are left of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the host is parked for {seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    """State of one host: who may ask, and when."""

    turns: asyncio.Semaphore
    ready: float = 0.0
    pause: float = 0.0
    parked_until: float = 0.0
    waiting: int = field(default=0)


class Pace:
    """
    Turns at the hosts.

    Args:
        pause: least seconds between the end of a request and the start of the next, per host.
        at_once: requests under way per host.
        longest: most seconds that a host may ask for between requests or after an error before it is parked.
    """

    def __init__(self, *, pause: float, at_once: int, longest: float) -> None:
        self._pause = pause
        self._at_once = at_once
        self._longest = longest
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """
        Hold a turn at *host*: it comes when nobody else has it and the pause is over.

        Raises:
            Parked: the host must not be asked for a long time.
        """
        state = self._state(host)
        state.waiting += 1
        try:
            async with state.turns:
                await self._until_ready(state)
                try:
                    yield
                finally:
                    state.ready = max(state.ready, time.monotonic() + state.pause)
        finally:
            state.waiting -= 1
            self._forget_idle()

    def slow_down(self, host: str, pause: float) -> None:
        """Let at least *pause* seconds lie between requests to *host*."""
        self._state(host).pause = max(self._pause, pause)

    def hold(self, host: str, seconds: float) -> None:
        """Ask *host* nothing for *seconds*; a wait longer than `longest` parks it."""
        state = self._state(host)
        until = time.monotonic() + seconds
        if seconds > self._longest:
            state.parked_until = max(state.parked_until, until)
        else:
            state.ready = max(state.ready, until)

    @property
    def parked(self) -> tuple[str, ...]:
        """The hosts that are parked now."""
        now = time.monotonic()
        return tuple(host for host, state in self._hosts.items() if state.parked_until > now)

    def _state(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            state = self._hosts[host] = _Host(asyncio.Semaphore(self._at_once), pause=self._pause)
        return state

    async def _until_ready(self, state: _Host) -> None:
        while True:
            now = time.monotonic()
            if state.parked_until > now:
                raise Parked(state.parked_until - now)
            if state.ready <= now:
                return
            await asyncio.sleep(state.ready - now)

    def _forget_idle(self) -> None:
        """Drop hosts that nobody waits for and that may be asked again: a long list costs no memory."""
        if len(self._hosts) <= 2 * _KEPT:
            return
        now = time.monotonic()
        for host in [name for name, state in self._hosts.items() if _is_idle(state, now)]:
            del self._hosts[host]


def _is_idle(state: _Host, now: float) -> bool:
    """Return whether nothing would be lost by forgetting *state*."""
    return not state.waiting and max(state.ready, state.parked_until) <= now
