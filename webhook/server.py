"""The HTTP server around the front door, set up once: for the program, for its tests, and for both sides of a bench."""

from __future__ import annotations

from typing import Any

from waitress import create_server

from webhook.meta import LARGEST

#: requests in work at once
THREADS = 16
#: Open connections, most of them idle: a caller that sends half a request and waits keeps nobody out.
MOST_CONNECTIONS = 500
#: Bytes below which an answer leaves whole. (The server's own setting of this name warns that it is going to go.)
ONE_SEND = 16_384
#: seconds after which a connection that says nothing is closed
SILENT = 30


def create(app: object, *, host: str, port: int, threads: int = THREADS, **more: Any) -> Any:
    """A server that listens; ``run()`` serves, ``effective_port`` tells the port when 0 was asked for."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=LARGEST,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENT,
        cleanup_interval=SILENT // 3,
        # select() knows no file beyond number 1,023.
        asyncore_use_poll=True,
        **more,
    )
    # Else it sends the head of an answer and then its body, and each time waits for Python's lock again.
    server.adj.send_bytes = ONE_SEND
    return server
