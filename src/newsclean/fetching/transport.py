"""
One request, one response: the only file that imports httpx.

httpx gives the values, hishel's transport for them the cache (RFC 9111), httpcore the connections with our `Guard`
beneath. httpx's client is left out: it decodes without a bound, follows redirects and keeps cookies for everybody.
"""

import asyncio
import errno
import hashlib
import re
import ssl
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self, cast

import anyio
import httpcore
import httpx
import msgspec
from hishel import AsyncSqliteStorage, CacheOptions, Entry, Request, Response
from hishel.httpx import AsyncCacheTransport

from newsclean.errors import FetchError
from newsclean.fetching.body import ONE_LARGE_BLOCK, Body
from newsclean.fetching.content_coding import ACCEPTED, BadCoding, Decoder, OutputLimit, codings
from newsclean.fetching.exchange import (
    BadAddress,
    BadEncoding,
    BadRedirect,
    BadResponse,
    Exchange,
    FetchOptions,
    ForbiddenAddress,
    NotText,
    TimedOut,
    TlsFailure,
    TooLarge,
    UnknownHost,
    Unreachable,
    redact,
)
from newsclean.fetching.guard import AddressRefused, Guard, NameNotFound, Resolver, networks, system_resolver

__all__ = ["Transport", "Want", "address", "redirect_target"]

_KEEPALIVE = 30.0  # seconds that an idle connection is kept; half of what servers commonly grant
_CONNECT_TIMEOUT = 10.0  # seconds; a host that does not answer by then is down, and the page's time is not lost on it
_ARRIVING = 32 * 1024  # bytes of a body in memory until it is whole; compressed, hardly a news page is longer
_DECODED = 1024 * 1024  # bytes of a decoded body in memory; 97 % of 3,517 measured pages are shorter
_LONGEST_URL = 8_000  # RFC 9110 4.1 asks for support of this many octets
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTION = 300
_NOT_MODIFIED = 304
_SKIMMED = 64 * 1024
_SKIM_SECONDS = 2.0
_TEXT_TYPES = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:xml|json)\b|application/(?:xhtml|ld|feed)\b|message/rfc822\b",
)


class Want(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a request is for.

    Args:
        accept: value of the Accept header.
        text_only: whether another type than text is refused before its body is read.
        limit: bytes of the body, before and after decoding.
        cut: whether a longer body is cut instead of refused.
    """

    accept: str
    text_only: bool
    limit: int
    cut: bool = False


def address(url: str) -> str:
    """
    Return *url* in the form that is asked for: absolute, ASCII, without user information and fragment.

    Raises:
        BadAddress: it is no http or https address with a host.

    >>> address("HTTP://me@Example.org/ä#top")
    'http://example.org/%C3%A4'
    """
    text = url.strip()
    if len(text) > _LONGEST_URL:
        raise BadAddress(redact(url), f"longer than {_LONGEST_URL:,} characters")
    try:
        parsed = httpx.URL(text)
        parsed = parsed.copy_with(username=None, password=None, fragment=None)
        port = parsed.port
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise BadAddress(redact(url), f"no address: {error}") from error
    if parsed.scheme not in {"http", "https"}:
        raise BadAddress(redact(url), f"scheme {parsed.scheme[:20]!r}, only http and https are fetched")
    if not parsed.host:
        raise BadAddress(redact(url), "no host")
    if port is not None and not 0 < port < 65_536:  # the range of ports
        raise BadAddress(redact(url), f"port {port}")
    return str(parsed)


def redirect_target(exchange: Exchange) -> str | None:
    """
    Return where *exchange* redirects to, or None when it does not.

    Raises:
        BadRedirect: the target is no address, or one that is not fetched.
    """
    location = exchange.header("location")
    if exchange.status not in _REDIRECTS or location is None:
        return None
    try:
        return address(str(httpx.URL(exchange.url).join(location.strip())))
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise BadRedirect(exchange.url, f"redirects to no address: {error}") from error
    except BadAddress as error:
        raise BadRedirect(exchange.url, f"redirects to {error.url}: {error.reason}") from error


class Transport:
    """
    Sends single requests: safe, bounded, through the cache.

    Args:
        options: limits, networks, headers, cache.
        resolver: what turns names into addresses.
    """

    def __init__(self, options: FetchOptions, *, resolver: Resolver | None = None) -> None:
        self._options = options
        self._transport: httpx.AsyncBaseTransport = _Connections(options, resolver or system_resolver)
        if options.cache is not None:
            storage = _Storage(options.cache, options.max_bytes)
            self._transport = AsyncCacheTransport(self._transport, storage, rfc=CacheOptions(shared=False))

    async def close(self) -> None:
        """Close connections and cache."""
        await self._transport.aclose()

    async def get(self, url: str, want: Want, *, seconds: float) -> Exchange:
        """
        Return the answer to a request for *url*, whatever its status; redirects are not followed.

        Args:
            url: an address as `address` returns it.
            want: what it is for.
            seconds: time for all of it.

        Raises:
            FetchError: the kind says what went wrong.
        """
        request = self._request(url, want)
        with _as_fetch_errors(url), _Received(want) as received:
            async with asyncio.timeout(seconds), self._sent(request) as response:
                if response.status_code >= _REDIRECTION:
                    await _skim(response)
                else:
                    _check(response, want, url)
                    codes = codings(response.headers.get("content-encoding", ""), limit=self._options.max_codings)
                    await received.read(response, codes)
                peer = _peer(response)
            return self._exchange(request, response, peer, received)
        raise AssertionError  # pragma: no cover - _as_fetch_errors swallows nothing

    def _request(self, url: str, want: Want) -> httpx.Request:
        headers = [("User-Agent", self._options.user_agent), ("Accept", want.accept), ("Accept-Encoding", ACCEPTED)]
        base = _base(httpx.URL(url))
        own = [(header.name, header.value) for header in self._options.headers if header.base() == base]
        timeouts = {"connect": _CONNECT_TIMEOUT, "read": None, "write": None, "pool": None}
        extensions: dict[str, Any] = {"timeout": timeouts}
        if own:
            # A page behind a cookie is another page: it must not answer for the one without.
            identity = repr((url, sorted(own))).encode()
            extensions["caching"] = {"key": hashlib.sha256(identity).hexdigest()}
        return httpx.Request("GET", url, headers=[*headers, *own], extensions=extensions)

    def _exchange(
        self, request: httpx.Request, response: httpx.Response, peer: str | None, received: "_Received"
    ) -> Exchange:
        """Return what is worth keeping of *request* and *response*."""
        body = received.decoded()
        own = {header.name.lower() for header in self._options.headers}
        caching: Mapping[str, bool] = response.extensions.get("caching", {})
        version = response.extensions.get("http_version", b"HTTP/1.1")
        return Exchange(
            url=str(request.url),
            status=response.status_code,
            http_version=version.decode("ascii", errors="replace"),
            request_headers=tuple(
                (name, "***" if name.lower() in own else value) for name, value in _pairs(request.headers)
            ),
            response_headers=tuple(_pairs(response.headers)),
            body=body,
            raw_length=received.raw_length,
            truncated=received.truncated,
            fetched_at=datetime.now(UTC),
            address=peer,
            from_cache=bool(caching.get("from_cache")),
            revalidated=bool(caching.get("from_cache") and caching.get("revalidated")),
        )

    @asynccontextmanager
    async def _sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()


class _Received:
    """
    A response's body: kept as it arrives, decoded when it is whole; a context manager.

    A decoder at work needs up to 16 MiB for its window (brotli, RFC 7932 9.1): fifty that wait for their servers would
    need 800. So none waits: each body is decoded in one go, piece by piece, and is never in memory as a whole.

    Args:
        want: the limit, and whether a longer body is cut.
    """

    def __init__(self, want: Want) -> None:
        self._limit, self._cut = want.limit, want.cut
        self._raw = Body(_ARRIVING)
        self._codings: tuple[str, ...] = ()
        self.raw_length = 0
        self.truncated = False

    def __enter__(self) -> Self:
        """Be ready to be read into."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give back what nobody needs; an error's traceback would hold on to it."""
        if kind is not None or self._codings:
            self._raw.close()

    async def read(self, response: httpx.Response, names: tuple[str, ...]) -> None:
        """
        Keep the body of *response*, on which the codings *names* lie.

        Raises:
            OutputLimit: it is longer than the limit, and not to be cut.
        """
        self._codings = names
        async for raw in response.aiter_raw():
            self._raw.write(raw[: self._limit - self.raw_length])
            self.raw_length += len(raw)
            if self.raw_length > self._limit:
                self._too_long(OutputLimit(f"more than {self._limit:,} bytes"))
                return

    def decoded(self) -> Body:
        """
        Return what was read, codings undone.

        Raises:
            BadCoding: it is damaged or ends early.
            OutputLimit: it is longer than the limit, and not to be cut.
        """
        if not self._codings:
            return self._raw
        plain = Body(_DECODED)
        try:
            with ONE_LARGE_BLOCK:
                self._decode(plain)
        except BaseException:
            plain.close()
            raise
        return plain

    def _decode(self, plain: Body) -> None:
        decoder = Decoder(self._codings, limit=self._limit)
        try:
            for raw in self._raw.pieces():
                for piece in decoder.feed(raw):
                    plain.write(piece)
            if not self.truncated:
                decoder.finish()
        except OutputLimit as error:
            self._too_long(error)

    def _too_long(self, error: OutputLimit) -> None:
        if not self._cut:
            raise error
        self.truncated = True


class _Storage(AsyncSqliteStorage):
    """
    The cache's file: a body is written to it when it is whole, one at a time.

    hishel itself writes what arrives as it arrives, and holds copies of it meanwhile, of fifty bodies at once.

    Args:
        path: the file.
        longest: bytes of the longest body that is stored.
    """

    def __init__(self, path: Path, longest: int) -> None:
        super().__init__(database_path=path, max_stream_size=longest)
        self._turn = asyncio.Lock()

    async def create_entry(
        self, request: Request, response: Response, key: str, *, ttl: float | None = None, tti: float | None = None
    ) -> Entry:
        """Return a new entry, which is whole when its body was read to the end."""
        arriving = cast("AsyncIterator[bytes]", response.stream)
        body = Body(_ARRIVING)
        entry = await super().create_entry(request, replace(response, stream=_pieces(body)), key, ttl=ttl, tti=tti)
        saving = cast("AsyncGenerator[bytes, None]", entry.response.stream)
        return replace(entry, response=replace(entry.response, stream=self._saved(arriving, body, saving)))

    async def _saved(
        self, arriving: AsyncIterator[bytes], body: Body, saving: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[bytes, None]:
        """Yield what is *arriving*; then have *saving*, which reads *body*, store it."""
        try:
            async for piece in arriving:
                body.write(piece)
                yield piece
            async with self._turn:
                async for _ in saving:
                    pass
        finally:
            body.close()
            await saving.aclose()


async def _pieces(body: Body) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of *body* as hishel wants them."""
    for piece in body.pieces():
        yield piece


class _Connections(httpx.AsyncBaseTransport):
    """
    httpx's transport interface over httpcore's connections, each of which serves one request at a time.

    httpcore's own pool looks at every connection for every other one at every request: with 50 of them that is more
    work than all the rest. Here a connection is taken from its origin's idle ones and put back.
    """

    def __init__(self, options: FetchOptions, resolver: Resolver) -> None:
        self._tls = _tls(options.http2) if options.ca_file is None else _own_tls(options.ca_file)
        self._http2 = options.http2
        self._guard = Guard(networks(options.allow_networks), resolver)
        self._most = options.connections
        self._idle: OrderedDict[httpcore.AsyncHTTPConnection, str] = OrderedDict()
        self._by_origin: dict[str, list[httpcore.AsyncHTTPConnection]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = await self._take(url.origin)
        try:
            response = await connection.handle_async_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions),
            )
        except BaseException:
            await connection.aclose()
            raise
        stream = _Stream(response, lambda: self._put_back(connection, str(url.origin)))
        headers = httpx.Headers(response.headers)
        if response.status == _NOT_MODIFIED:
            # hishel reads the body of a 304 through httpx's decoders, which have no bound. It has none by definition.
            await stream.aclose()
            headers.pop("content-encoding", None)
            return httpx.Response(_NOT_MODIFIED, headers=headers, content=b"", extensions=response.extensions)
        return httpx.Response(response.status, headers=headers, stream=stream, extensions=response.extensions)

    async def aclose(self) -> None:
        while self._idle:
            await self._drop(next(iter(self._idle)))

    async def _take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        """Return a connection to *origin*: one that is idle and alive, or a new one."""
        while known := self._by_origin.get(str(origin)):
            connection = known[-1]
            if connection.is_available() and not connection.has_expired():
                self._forget(connection)
                return connection
            await self._drop(connection)
        return httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._tls,
            keepalive_expiry=_KEEPALIVE,
            http2=self._http2,
            network_backend=self._guard,
        )

    async def _put_back(self, connection: httpcore.AsyncHTTPConnection, origin: str) -> None:
        """Keep *connection* for the next request to *origin* when it can serve one."""
        if not connection.is_idle():
            await connection.aclose()
            return
        self._idle[connection] = origin
        self._by_origin.setdefault(origin, []).append(connection)
        while len(self._idle) > self._most:
            await self._drop(next(iter(self._idle)))

    def _forget(self, connection: httpcore.AsyncHTTPConnection) -> None:
        origin = self._idle.pop(connection)
        self._by_origin[origin].remove(connection)
        if not self._by_origin[origin]:
            del self._by_origin[origin]

    async def _drop(self, connection: httpcore.AsyncHTTPConnection) -> None:
        self._forget(connection)
        await connection.aclose()


class _Stream(httpx.AsyncByteStream):
    """The raw body of an httpcore response; closing it gives its connection back."""

    def __init__(self, response: httpcore.Response, done: Callable[[], Awaitable[None]]) -> None:
        self._response = response
        self._done = done
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._response.aclose()
        finally:
            await self._done()


@cache
def _tls(http2: bool) -> ssl.SSLContext:  # noqa: ARG001, FBT001 - the key: httpcore sets the protocols on the context
    """Return a context that verifies certificate and name; there is no way to turn that off. Reading it takes 30 ms."""
    return httpx.create_ssl_context(trust_env=False)


def _own_tls(ca_file: Path) -> ssl.SSLContext:
    """Return a context that verifies with the authorities of *ca_file* instead of the usual ones."""
    return ssl.create_default_context(cafile=str(ca_file))


def _base(url: httpx.URL) -> str:
    """Return scheme, host and port of *url*, the port only when it is not the scheme's own."""
    host = url.raw_host.decode("ascii")
    host = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{host}" if url.port is None else f"{url.scheme}://{host}:{url.port}"


def _pairs(headers: httpx.Headers) -> Iterable[tuple[str, str]]:
    """Return *headers* as text, byte by byte: Latin-1 loses nothing and guesses nothing."""
    return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _peer(response: httpx.Response) -> str | None:
    """Return the address that answered."""
    stream: httpcore.AsyncNetworkStream | None = response.extensions.get("network_stream")
    peer = None if stream is None else stream.get_extra_info("server_addr")
    return str(peer[0]) if peer else None


async def _skim(response: httpx.Response) -> None:
    """Read the body of a redirect or an error when it is known to be small, so that the connection stays usable."""
    length = response.headers.get("content-length", "")
    if response.is_stream_consumed or not (
        length.isdecimal() and len(length) < 10 and int(length) <= _SKIMMED
    ):  # no huge integers
        return
    with suppress(TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        async with asyncio.timeout(_SKIM_SECONDS):
            async for _ in response.aiter_raw():
                pass


def _check(response: httpx.Response, want: Want, url: str) -> None:
    """
    Refuse what need not be read.

    Raises:
        NotText: the type is declared and is no text.
        TooLarge: the length is declared and above the limit.
    """
    content_type = response.headers.get("content-type", "").strip().lower()
    if want.text_only and content_type and not _TEXT_TYPES.match(content_type):
        raise NotText(url, f"type {content_type[:100]!r}")
    length = response.headers.get("content-length", "")
    if not want.cut and length.isdecimal() and len(length) < 20 and int(length) > want.limit:  # see _skim
        raise TooLarge(url, f"{int(length):,} bytes declared, at most {want.limit:,} are read")


@contextmanager
def _as_fetch_errors(url: str) -> Iterator[None]:
    """Turn every error of the layers below into ours: the one place that knows theirs."""
    try:
        yield
    except TimeoutError as error:
        raise TimedOut(url, "not finished in time") from error
    except AddressRefused as error:
        raise ForbiddenAddress(url, str(error)) from error
    except NameNotFound as error:
        raise UnknownHost(url, str(error)) from error
    # Without their tracebacks, whose frames hold decoders: those would stay until the garbage is collected.
    except OutputLimit as error:
        raise TooLarge(url, str(error)) from error.with_traceback(None)
    except BadCoding as error:
        raise BadEncoding(url, str(error)) from error.with_traceback(None)
    except httpcore.UnsupportedProtocol as error:
        raise BadAddress(url, _words(error)) from error
    except (httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise BadResponse(url, _words(error)) from error
    except (httpcore.NetworkError, httpcore.TimeoutException, ssl.SSLError, OSError, *_ANYIO) as error:
        if getattr(error, "errno", None) in _OUR_DISK:
            raise
        raise _network_error(url, error) from error


_OUR_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})
"""Errors of the temporary file, or of this machine: every page would meet them, and none of them is the server's."""

_ANYIO = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


def _network_error(url: str, error: BaseException) -> FetchError:
    """Return our error for one of the network's: TLS when that is at the bottom of it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return TlsFailure(url, _words(cause))
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.TimeoutException):
        return Unreachable(url, f"no connection within {_CONNECT_TIMEOUT:.0f} s")
    return Unreachable(url, _words(error))


def _words(error: BaseException) -> str:
    """Return what *error* says on one line, or its name when it says nothing."""
    return " ".join(str(error).split())[:300] or type(error).__name__
