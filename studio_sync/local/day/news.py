"""Listening to the stand-ins' news (server-sent events) without a thread: one socket, read when something is there."""

from __future__ import annotations

import json
import select
import socket
from collections import Counter
from contextlib import suppress
from urllib.parse import urlsplit


class News:
    """Counts what the stand-ins tell, so that a reader looks again only when something happened."""

    def __init__(self, base: str) -> None:
        where = urlsplit(base)
        self._address = (where.hostname or "127.0.0.1", where.port or 80)
        self._line: socket.socket | None = None
        self._rest = b""
        #: topic -> how often; for sheets also ``sheet:<spreadsheet id>``
        self.heard: Counter[str] = Counter()

    def wait(self, seconds: float) -> bool:
        """Wait for news, up to so many real seconds; whether there was any."""
        if self._line is None:
            self._connect()
        before = self.heard.total()
        if self._line is not None and select.select([self._line], [], [], seconds)[0]:
            self._take()
        return self.heard.total() > before

    def close(self) -> None:
        """Stop listening."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connect(self) -> None:
        # HTTP/1.0: the answer then comes without chunks.
        with suppress(OSError):
            self._line = socket.create_connection(self._address, timeout=5)
            self._line.sendall(b"GET /_emulator/events HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            self._line.setblocking(False)

    def _take(self) -> None:
        if self._line is None:
            return
        try:
            got = self._line.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self.close()
            return
        *whole, self._rest = (self._rest + got).split(b"\n\n")
        for piece in whole:
            self._count(piece.decode("utf-8", "replace"))

    def _count(self, piece: str) -> None:
        fields = dict(line.split(": ", 1) for line in piece.splitlines() if ": " in line and not line.startswith(":"))
        topic = fields.get("event", "")
        if not topic or topic in {"call", "hello"}:
            return
        self.heard[topic] += 1
        if topic == "sheet":
            self.heard[f"sheet:{json.loads(fields['data'])['spreadsheetId']}"] += 1
