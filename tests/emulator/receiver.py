"""A webhook receiver for tests: answers the handshake, checks signatures on its own, and may refuse for a while."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Receiver:
    """What arrived, in order; `answers` are the statuses of the next POSTs, then 200."""

    def __init__(self) -> None:
        self.secret, self.verify_token = "s3cret", "t0ken"
        self.answers: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.unsigned = 0
        self.changed = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                right = asked.get("hub.verify_token") == outer.verify_token and asked.get("hub.mode") == "subscribe"
                self._answer(200 if right else 403, asked.get("hub.challenge", "").encode())

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(outer.take(raw, self.headers.get("X-Hub-Signature-256", "")), b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def take(self, raw: bytes, signature: str) -> int:
        expected = "sha256=" + hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        with self.changed:
            if not hmac.compare_digest(expected, signature):
                self.unsigned += 1
                return 401
            status = self.answers.pop(0) if self.answers else 200
            if status == 200:
                self.raw.append(raw)
                self.bodies.append(json.loads(raw))
                self.changed.notify_all()
            return status

    @property
    def values(self) -> list[dict[str, Any]]:
        return [change["value"] for body in self.bodies for entry in body["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values for message in value.get("messages", [])]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values for status in value.get("statuses", [])]

    def wait(self, done: Any, seconds: float = 15) -> None:
        """Until `done()` is true."""
        with self.changed:
            assert self.changed.wait_for(done, seconds), self.bodies

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
