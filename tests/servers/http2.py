"""A small HTTP/2 server over TLS, for one page and a few ways to misbehave."""

import asyncio

import h2.config
import h2.connection
import h2.events

PAGE = b"<p>by HTTP/2"


async def serve(source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    """Answer every request of a connection by its path."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    out.write(connection.data_to_send())
    while data := await source.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                path = {str(name): str(value) for name, value in event.headers or ()}.get(":path", "")
                _answer(connection, event.stream_id or 0, path)
                out.write(connection.data_to_send())
                if path == "/garbage":
                    out.write(b"\xff" * 500)
                if path == "/close":
                    return
        out.write(connection.data_to_send())
        await out.drain()


def _answer(connection: h2.connection.H2Connection, stream: int, path: str) -> None:
    headers = [(":status", "200"), ("content-type", "text/html")]
    if path == "/reset":
        connection.reset_stream(stream)
    elif path == "/robots.txt":
        connection.send_headers(stream, [(":status", "404")], end_stream=True)
    elif path == "/huge-headers":
        connection.send_headers(stream, [*headers, *((f"x-{n}", "y" * 8000) for n in range(12))])
    elif path in {"/", "/page"}:
        connection.send_headers(stream, headers)
        connection.send_data(stream, PAGE, end_stream=True)
