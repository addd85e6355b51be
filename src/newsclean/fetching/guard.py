"""
Which addresses may be dialled, decided at the moment of connecting.

A check before the request is worth nothing: a name can resolve to a public address when it is checked and to 127.0.0.1
when it is dialled (DNS rebinding), and a redirect brings a new name. So the check sits where the connection is opened:
the name is resolved once, every answer is vetted, and the vetted address itself is dialled. Host header, SNI and
certificate check still use the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

__all__ = ["AddressRefused", "Guard", "NameNotFound", "Network", "Resolver", "networks", "refusal", "system_resolver"]

Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port to addresses as text; raises `socket.gaierror` when there is none."""

_SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_V4_COMPATIBLE = IPv6Network("::/96")  # RFC 4291 2.5.5.1, deprecated; still routed to IPv4 by some stacks
_V4_TRANSLATED = IPv6Network("::ffff:0:0:0/96")  # RFC 2765
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214: interface identifiers that end in an IPv4 address
# `is_global` says True for these, or did in a Python this package supports.
_NEVER = (
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
    IPv4Network("168.63.129.16/32"),  # the inside of a large cloud, reachable from its machines only
    IPv6Network("fec0::/10"),  # site-local, RFC 3879
    IPv6Network("100::/64"),  # discard only, RFC 6666
    IPv6Network("2001::/23"),  # protocol assignments: Teredo, ORCHID and what is still to come, RFC 2928
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
    IPv6Network("5f00::/16"),  # segment routing, RFC 9602
)


class AddressRefused(httpcore.ConnectError):
    """A name led to an address that must not be dialled."""


class NameNotFound(httpcore.ConnectError):
    """A name that does not exist; asking again cannot help."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """
    Return the networks that *texts* name, such as "127.0.0.0/8" or "fd00::/8".

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ip_network(text) for text in texts)


def refusal(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """
    Return why *address* must not be dialled, or None when it may.

    Only global unicast addresses may, and an IPv6 address that carries an IPv4 address (mapped, compatible, NAT64,
    6to4, Teredo, ISATAP) only when that one may too. *allowed* networks are exempt.

    >>> refusal("93.184.216.34") is None
    True
    >>> refusal("64:ff9b::7f00:1")
    '127.0.0.1 inside 64:ff9b::7f00:1 is a loopback address'
    """
    parsed = ip_address(address.partition("%")[0])
    for candidate in (parsed, *_carried(parsed)):
        if any(candidate.version == network.version and candidate in network for network in allowed):
            continue
        if kind := _kind(candidate):
            inside = "" if candidate == parsed else f" inside {parsed}"
            return f"{candidate}{inside} is {kind}"
    return None


def _carried(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that an IPv6 address stands for or is tunnelled through."""
    if isinstance(address, IPv4Address):
        return ()
    low = IPv4Address(int(address) & 0xFFFF_FFFF)
    found = [inner for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if inner is not None]
    embeds = any(address in network for network in (*_NAT64, _V4_COMPATIBLE, _V4_TRANSLATED))
    if embeds or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        found.append(low)
    return tuple(found)


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    """Return what kind of special address this is, or None for global unicast."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return None  # judged by the address it carries
    flags = (
        ("an unspecified address", address.is_unspecified),
        ("a loopback address", address.is_loopback),
        ("a link-local address", address.is_link_local),
        ("a multicast address", address.is_multicast),
        ("a private address", address.is_private and not _judged_inside(address)),
        ("a reserved address", address.is_reserved and not _judged_inside(address)),
        ("not a global address", not address.is_global and not _judged_inside(address)),
        ("a special-purpose address", any(address.version == net.version and address in net for net in _NEVER)),
    )
    return next((kind for kind, is_so in flags if is_so), None)


def _judged_inside(address: IPv4Address | IPv6Address) -> bool:
    """Return whether *address* is a NAT64 address, which is as public as the IPv4 address in it."""
    return isinstance(address, IPv6Address) and address in _NAT64[0]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Return the addresses the operating system knows for *host*, in the order it would dial them."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


_RECEIVED = (socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
"""What the system keeps for a connection (Linux: twice that). asyncio takes all of it at once, from fifty in turn."""


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is cancelled; httpcore's own stays open until collected."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._stream.get_extra_info(info)


class Guard(httpcore.AsyncNetworkBackend):
    """
    Opens connections for httpcore, to vetted addresses only.

    Args:
        allowed: networks that may be dialled although they are not global.
        resolver: what turns names into addresses; the system's by default.
    """

    def __init__(self, allowed: Sequence[Network] = (), resolver: Resolver = system_resolver) -> None:
        self._allowed = tuple(allowed)
        self._resolver = resolver
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: _SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """
        Resolve *host* once, vet every answer, and dial the answers in turn.

        One bad answer refuses the name: a name that mixes public and private addresses is an attack or a mistake.

        Raises:
            AddressRefused: an answer is not a public address.
            NameNotFound: the name does not exist.
            httpcore.ConnectError: no answer could be reached.
        """
        addresses = await self._resolve(host, port)
        for address in addresses:
            if reason := refusal(address, self._allowed):
                raise AddressRefused(reason)
        share = None if timeout is None else timeout / len(addresses)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                options = (*(socket_options or ()), _RECEIVED)
                stream = await self._backend.connect_tcp(address, port, share, local_address, options)
                return _Stream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the signature is httpcore's
        socket_options: _SocketOptions | None = None,  # noqa: ARG002 - the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a page never comes from a local socket."""
        msg = f"a local socket: {path}"
        raise AddressRefused(msg)

    async def sleep(self, seconds: float) -> None:
        """Wait *seconds*."""
        await self._backend.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of *host*, at least one."""
        try:
            addresses = await self._resolver(host, port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                msg = "the name could not be looked up now"
                raise httpcore.ConnectError(msg) from error
            msg = f"the name has no address: {error.strerror or error}"
            raise NameNotFound(msg) from error
        except (UnicodeError, ValueError) as error:
            msg = f"no valid host name: {error}"
            raise NameNotFound(msg) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        if not addresses:
            msg = "the name has no address"
            raise NameNotFound(msg)
        return addresses
