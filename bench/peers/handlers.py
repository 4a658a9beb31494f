"""Webhook handlers as they are often written: answer at once, or call somebody per message before the answer."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import Flask, request

#: one call to somebody outside: the Sheets API needs 150 to 600 ms
CALL = 0.150


class Seen:
    """The ids a peer was told, for the gate of correctness."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[str] = set()

    def add(self, ident: str) -> None:
        with self._lock:
            self._ids.add(ident)

    def count(self, prefix: str) -> int:
        with self._lock:
            return sum(ident.startswith(prefix) for ident in self._ids)


def messages(body: Any) -> list[Any]:
    return [
        message
        for entry in body["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
    ]


def hello() -> Flask:
    """The least a Flask program can do with a POST."""
    app = Flask("hello")

    @app.post("/webhook")
    def webhook() -> str:
        request.get_data()
        return "ok"

    return app


def calls(seen: Seen) -> Flask:
    """One call to the outside per message, before the answer. Nothing is kept, nothing is checked."""
    app = Flask("calls")

    @app.post("/webhook")
    def webhook() -> str:
        for message in messages(request.get_json()):
            time.sleep(CALL)
            seen.add(message["id"])
        return "ok"

    return app
