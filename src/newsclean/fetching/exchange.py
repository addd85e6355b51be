"""
The values of fetching: what is asked (`FetchOptions`, `Link`), what came back (`Exchange`), and what can go wrong.

    FetchError
    ├── Refused              nothing was sent
    │   ├── BadAddress       no http or https address
    │   ├── ForbiddenAddress the name leads to an address that is not public
    │   ├── Disallowed       robots.txt says no, or could not be had
    │   ├── HostParked       the host asked for a longer wait than is granted
    │   └── Duplicate        the address stood in the list before
    ├── Unreachable          no connection, or it broke
    │   ├── UnknownHost      the name does not exist
    │   └── TlsFailure       the certificate or the handshake is wrong
    ├── TimedOut             the time for one page was over
    ├── BadStatus            an answer with a status of 400 or more
    ├── BadRedirect          a loop, too many hops, or nowhere
    └── BadResponse          an answer that cannot be used
        ├── TooLarge         more bytes than the limit
        ├── BadEncoding      content codings that are unknown, too many or damaged
        └── NotText          another type than text
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec

from newsclean.document import Evidence, Page
from newsclean.errors import FetchError
from newsclean.fetching.body import Body, Fetched
from newsclean.fetching.guard import networks
from newsclean.version import VERSION

__all__ = [
    "Archive",
    "BadAddress",
    "BadEncoding",
    "BadRedirect",
    "BadResponse",
    "BadStatus",
    "Complete",
    "Disallowed",
    "Duplicate",
    "Exchange",
    "FetchOptions",
    "ForbiddenAddress",
    "HostHeader",
    "HostParked",
    "Link",
    "NotText",
    "PageSource",
    "Progress",
    "Refused",
    "TimedOut",
    "TlsFailure",
    "TooLarge",
    "UnknownHost",
    "Unreachable",
    "default_user_agent",
    "error_kind",
    "redact",
]

_USERINFO = re.compile(r"//[^/?#\\]*@")
_ORIGIN = re.compile(r"(?:(https?)://)?([^/?#@\s]{1,255})/?", re.IGNORECASE)
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110 5.6.2
_LONGEST_SHOWN = 2_083
_NOT_YOURS = frozenset("host connection content-length transfer-encoding accept-encoding te upgrade".split())


class Refused(FetchError):
    """The address was not asked at all."""

    kind: ClassVar[str] = "refused"


class BadAddress(Refused):
    """No http or https address."""

    kind: ClassVar[str] = "bad_address"


class ForbiddenAddress(Refused):
    """The name leads to an address that is not public; see `FetchOptions.allow_networks`."""

    kind: ClassVar[str] = "forbidden_address"


class Disallowed(Refused):
    """robots.txt says no, or could not be had (RFC 9309)."""

    kind: ClassVar[str] = "disallowed"


class HostParked(Refused):
    """The host asked for a longer wait than is granted; nothing more is asked of it until then."""

    kind: ClassVar[str] = "host_parked"


class Duplicate(Refused):
    """The same address, or another one of the same article, stood in the list before."""

    kind: ClassVar[str] = "duplicate"


class Unreachable(FetchError):
    """No connection, or it broke."""

    kind: ClassVar[str] = "unreachable"


class UnknownHost(Unreachable):
    """The host's name does not exist."""

    kind: ClassVar[str] = "unknown_host"


class TlsFailure(Unreachable):
    """The certificate or the handshake is wrong."""

    kind: ClassVar[str] = "tls"


class TimedOut(FetchError):
    """The time for one page was over."""

    kind: ClassVar[str] = "timed_out"


class BadStatus(FetchError):
    """
    An answer with a status of 400 or more.

    Args:
        url: the address that answered.
        status: the status code.
        wait: seconds that the answer's Retry-After asks for; None when it has none.
    """

    kind: ClassVar[str] = "status"

    def __init__(self, url: str, status: int, wait: float | None = None) -> None:
        super().__init__(url, f"status {status}")
        self.status = status
        self.wait = wait


class BadRedirect(FetchError):
    """Redirects that loop, are too many, or lead nowhere."""

    kind: ClassVar[str] = "redirect"


class BadResponse(FetchError):
    """An answer that cannot be used."""

    kind: ClassVar[str] = "bad_response"


class TooLarge(BadResponse):
    """More bytes than the limit, compressed or not."""

    kind: ClassVar[str] = "too_large"


class BadEncoding(BadResponse):
    """Content codings that are unknown, too many or damaged."""

    kind: ClassVar[str] = "encoding"


class NotText(BadResponse):
    """Another type than text."""

    kind: ClassVar[str] = "not_text"


def error_kind(error: FetchError) -> str:
    """Return the short name of *error*'s kind, as it begins a failure's message."""
    kind: str = getattr(error, "kind", "fetch")
    return kind


def redact(url: str) -> str:
    """
    Return *url* fit for a record or a log: without user name and password, on one line, not endless.

    >>> redact("http://me:secret@example.org/a")
    'http://example.org/a'
    """
    shown = _USERINFO.sub("//", url, count=1)[:_LONGEST_SHOWN]
    return "".join(char if char.isprintable() else "\ufffd" for char in shown)


def default_user_agent() -> str:
    """Return the honest default: the product and its version."""
    return f"newsclean/{VERSION}"


class HostHeader(msgspec.Struct, frozen=True, kw_only=True):
    """
    A header that is sent to one origin only: a cookie, an authorization.

    Args:
        origin: scheme, host and port, as in "https://news.example"; a bare host means https.
        name: the header's name.
        value: its value; kept out of `repr`.
    """

    origin: str
    name: str
    value: str

    def __post_init__(self) -> None:
        """Check that this is a header and not something that smuggles one."""
        if not _ORIGIN.fullmatch(self.origin):
            msg = f"no origin such as https://news.example: {self.origin!r}"
            raise ValueError(msg)
        if not _FIELD_NAME.fullmatch(self.name) or self.name.lower() in _NOT_YOURS:
            msg = f"not a header that can be set: {self.name!r}"
            raise ValueError(msg)
        if any(char in self.value for char in "\r\n\0"):
            msg = f"the value of {self.name} has a line end in it"
            raise ValueError(msg)

    def __repr__(self) -> str:
        """Return the header with its value hidden."""
        return f"HostHeader(origin={self.origin!r}, name={self.name!r}, value=...)"

    @classmethod
    def parse(cls, text: str) -> "HostHeader":
        """
        Return the header that *text* gives as "ORIGIN NAME: VALUE".

        Raises:
            ValueError: it is not of that form.

        >>> HostHeader.parse("news.example Cookie: consent=yes").name
        'Cookie'
        """
        origin, _, rest = text.strip().partition(" ")
        name, colon, value = rest.partition(":")
        if not colon:
            msg = "expected 'ORIGIN NAME: VALUE', as in 'https://news.example Cookie: consent=yes'"
            raise ValueError(msg)
        return cls(origin=origin, name=name.strip(), value=value.strip())

    def base(self) -> str:
        """Return the origin in full: scheme, host and port in lower case."""
        match = _ORIGIN.fullmatch(self.origin)
        scheme, host = match.groups() if match else (None, "")
        return f"{scheme or 'https'}://{host}".lower()


class FetchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    How pages are fetched. The defaults are polite and safe; `docs/fetching.md` says why each is what it is.

    Args:
        user_agent: who we say we are; robots.txt is read for its first word.
        allow_networks: networks that may be dialled although they are not public, such as "127.0.0.0/8".
        headers: headers for single origins.
        max_bytes: bytes of one page after decoding, and before.
        timeout: seconds on the network for one page, redirects and repeats included, polite waits excluded.
        max_redirects: hops for one page.
        max_codings: content codings on top of each other.
        tries: how often a page is asked for when the failure may pass.
        back_off: upper bound in seconds of the first wait between tries; it doubles.
        max_wait: most seconds that Retry-After is obeyed for; above that the host is parked.
        robots: whether robots.txt is obeyed.
        pause: least seconds between two requests to one host.
        max_pause: most seconds that robots.txt can make of it.
        host_connections: requests under way to one host at once.
        connections: requests under way in all.
        http2: whether HTTP/2 is offered.
        cache: file of the HTTP cache (SQLite); None for no cache.
        ca_file: certificates to trust instead of the usual ones.
        archived: address pattern to try for a page that is gone, with "{url}"; None for no such try.
    """

    user_agent: str = msgspec.field(default_factory=default_user_agent)
    allow_networks: tuple[str, ...] = ()
    headers: tuple[HostHeader, ...] = ()
    max_bytes: int = 16 * 1024 * 1024
    timeout: float = 30.0
    max_redirects: int = 5
    max_codings: int = 2
    tries: int = 3
    back_off: float = 2.0
    max_wait: float = 3600.0
    robots: bool = True
    pause: float = 1.0
    max_pause: float = 60.0
    host_connections: int = 1
    connections: int = 50
    http2: bool = True
    cache: Path | None = None
    ca_file: Path | None = None
    archived: str | None = None

    def __post_init__(self) -> None:
        """Check what the types do not."""
        networks(self.allow_networks)
        positive = ("max_bytes", "timeout", "tries", "host_connections", "connections")
        natural = ("max_redirects", "max_codings", "back_off", "max_wait", "pause", "max_pause")
        for names, least in ((positive, 0), (natural, -1)):
            for name in names:
                if getattr(self, name) <= least:
                    msg = f"{name} must be {'positive' if least == 0 else '0 or more'}"
                    raise ValueError(msg)
        if not self.user_agent.isascii() or not self.user_agent.isprintable() or not self.user_agent.strip():
            msg = "user_agent must be printable ASCII"
            raise ValueError(msg)
        if self.archived is not None and "{url}" not in self.archived:
            msg = 'archived must have "{url}" in it'
            raise ValueError(msg)


class Link(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """
    An address worth fetching, with what its finder says of the article.

    Args:
        url: the address.
        found_on: the feed, sitemap or page it was found on.
        published: when the article was published, as stated there; naive when no offset was stated.
        changed: when it was last changed, as stated there.
        hints: candidates for the record's fields.
    """

    url: str
    found_on: str = ""
    published: datetime | None = None
    changed: datetime | None = None
    hints: tuple[Evidence, ...] = ()


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """
    One request and its response.

    Args:
        url: the address asked, without fragment and user information.
        status: the status code.
        http_version: "HTTP/1.1" or "HTTP/2".
        request_headers: as sent; secret ones masked.
        response_headers: as received, names in lower case when HTTP/2 or the cache had them.
        body: decoded.
        raw_length: bytes of the body before decoding.
        truncated: whether the body was cut at the limit.
        fetched_at: when the response was complete, UTC.
        address: the IP address that answered; None when the cache did.
        from_cache: whether the body is the cache's.
        revalidated: whether the server confirmed the cache's body (304).
    """

    url: str
    status: int
    http_version: str = "HTTP/1.1"
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    body: Body = msgspec.field(default_factory=Body)
    raw_length: int = 0
    truncated: bool = False
    fetched_at: datetime
    address: str | None = None
    from_cache: bool = False
    revalidated: bool = False

    def header(self, name: str) -> str | None:
        """Return the response header *name*, several joined by a comma, or None."""
        values = [value for key, value in self.response_headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


class Archive(Protocol):
    """Keeps what was fetched."""

    def page(self, url: str) -> Page | None:
        """Return the page that is kept for *url*, or None when there is none."""

    def write(self, exchange: Exchange, requested_url: str | None) -> None:
        """Keep *exchange*; *requested_url* is given when it ends the request for that address, not for a redirect."""

    def fail(self, url: str, message: str) -> None:
        """Keep that *url* could not be fetched, and why."""


class PageSource(Protocol):
    """Anything that can get a page: `Fetcher`, a browser, a paid service."""

    def fetch(self, url: str) -> Awaitable[Page]:
        """Return the page at *url*, or raise `FetchError`."""


Complete = Callable[[PageSource, Fetched], Awaitable[Fetched]]
"""Makes a whole of a page, fetching from the source what is missing."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """
    How far a fetcher is.

    Args:
        done: pages fetched.
        failed: addresses that ended in a failure.
        waiting: addresses taken from the list that have no outcome yet.
        parked: hosts that asked for a long wait.
        rate: outcomes per second since the fetcher was opened.
        remaining: addresses of the list that have no outcome yet; None when the list does not know its length.
    """

    done: int
    failed: int
    waiting: int
    parked: tuple[str, ...]
    rate: float
    remaining: int | None = None
