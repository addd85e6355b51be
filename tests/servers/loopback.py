"""A small HTTP/1.1 server on loopback, real sockets, in its own thread: it does what a route says, right or wrong."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass
class Request:
    """A request as it came in, with the moments it began and was answered (monotonic seconds)."""

    path: str
    query: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0

    @property
    def host(self) -> str:
        """The Host header."""
        return self.headers.get("host", "")


Route = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
"""Answers a request; whatever it writes goes out as it is."""


def reply(
    body: bytes | str = b"",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> Route:
    """Return a route that answers with *body*; *length* is what it says the length is."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
    if "Transfer-Encoding" not in fields:
        fields["Content-Length"] = str(len(data) if length is None else length)
    head = f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())

    async def answer(request: Request, out: asyncio.StreamWriter) -> None:
        # Taken before the last byte goes out: the client cannot have it, and begin its pause, any earlier.
        request.ended = time.monotonic()
        out.write(head.encode("latin-1") + b"\r\n" + data)
        await out.drain()

    return answer


def redirect(target: str, *, status: int = 302) -> Route:
    """Return a route that redirects to *target*."""
    return reply(status=status, headers={"Location": target})


@dataclass
class Server:
    """
    The server; a context manager.

    Args:
        routes: what answers at which path; 404 for the others. "*" answers at all others.
        host: address to listen on.
        tls: context for TLS, for a server that speaks it.
        raw: handles a whole connection instead of the routes.
    """

    routes: Mapping[str, Route] = field(default_factory=dict)
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    raw: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None
    log: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        """Listen."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, whatever is still being answered."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """Return the address of *path*."""
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{host or self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the paths asked for, in order."""
        return [request.path for request in self.log]

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
                if self.raw is not None:
                    await self.raw(source, out)
                else:
                    while not out.is_closing():
                        await self._answer(await source.readuntil(b"\r\n\r\n"), out)
        except asyncio.CancelledError:
            pass  # the server stops; asyncio's own callback would report it as an error
        finally:
            out.close()

    async def _answer(self, head: bytes, out: asyncio.StreamWriter) -> None:
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        path, _, query = first.split(" ")[1].partition("?")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        request = Request(path, query, headers, time.monotonic())
        self.log.append(request)
        route = self.routes.get(path) or self.routes.get("*") or reply("not here", status=404)
        try:
            await route(request, out)
        finally:
            request.ended = request.ended or time.monotonic()
