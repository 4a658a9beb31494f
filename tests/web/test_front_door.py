"""The front door behind its real server: many at once, slow ones, oversized ones; and what it does not load."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from waitress import wasyncore

from studio_sync.links import view_token
from tests.unit.webhook_story import NOW, FrontDoor, envelope, message, opened, signature, status
from webhook.meta import LARGEST
from webhook.server import create


class Served(FrontDoor):
    """The same door, reached over loopback."""

    port: int

    def ask(self, method: str, path: str, raw: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, raw or None, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def deliver(self, body: Any) -> tuple[int, Any]:
        raw = json.dumps(body).encode()
        status, answer = self.ask("POST", "/webhook", raw, {"X-Hub-Signature-256": signature(raw)})
        return status, json.loads(answer)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    stop = threading.Event()
    open_sockets: dict[int, Any] = {}

    def serve() -> None:
        # The server's own loop, ended and tidied up in its own thread: closing it from another one races with it.
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=open_sockets, count=1)
        server.task_dispatcher.shutdown()
        for each in list(open_sockets.values()):
            each.close()

    with opened(tmp_path) as front:
        server = create(front.client.application, map=open_sockets, host="127.0.0.1", port=0)
        thread = threading.Thread(target=serve)
        thread.start()
        door = Served(front.door, front.clock, front.client)
        door.port = server.effective_port
        try:
            yield door
        finally:
            stop.set()
            thread.join()


def test_eight_copies_at_once_are_one_row(served: Served) -> None:
    for round_ in range(10):
        start = threading.Barrier(8)

        def copy(_: int, start: threading.Barrier = start, ident: str = f"wamid.{round_}") -> Any:
            start.wait()
            return served.deliver(envelope(message(ident)))

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(copy, range(8)))
        assert {status for status, _ in answers} == {200}
        assert sorted(answer["type"] for _, answer in answers) == ["duplicate"] * 7 + ["message"]
    assert [fact.key for fact in served.kept()] == [f"wamid.{n}" for n in range(10)]


def test_many_different_ones_at_once_are_all_kept(served: Served) -> None:
    # fact: 1.1 at once
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: served.deliver(envelope(message(f"wamid.{n}"))), range(200)))
    assert {status for status, _ in answers} == {200}
    assert {fact.key for fact in served.kept()} == {f"wamid.{n}" for n in range(200)}


def test_half_open_callers_keep_nobody_out(served: Served) -> None:
    waiting = []
    for _ in range(200):
        caller = socket.create_connection(("127.0.0.1", served.port))
        caller.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        waiting.append(caller)
    try:
        assert served.deliver(envelope(message()))[0] == 200
    finally:
        for caller in waiting:
            caller.close()


def test_two_signature_headers_and_signs_beyond_ascii_are_refused_over_the_wire(served: Served) -> None:
    raw = json.dumps(envelope(message())).encode()
    for lines in (
        [b"X-Hub-Signature-256: " + signature(raw).encode()] * 2,
        [b"X-Hub-Signature-256: sha256=" + b"\xe9" * 64],
        [b"X-Hub-Signature: " + signature(raw).encode()],
    ):
        head = [b"POST /webhook HTTP/1.1", b"Host: x", b"Connection: close", b"Content-Length: %d" % len(raw), *lines]
        with socket.create_connection(("127.0.0.1", served.port)) as caller:
            caller.sendall(b"\r\n".join(head) + b"\r\n\r\n" + raw)
            answer = b"".join(iter(lambda: caller.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 403 ")
    assert served.kept() == []


def test_too_large_is_413_whether_it_says_its_size_or_not(served: Served) -> None:
    """Who is still sending when the answer comes may be cut off before reading it; nothing is kept either way."""
    raw = b"x" * (LARGEST + 1)
    sized = {"X-Hub-Signature-256": signature(raw)}
    for body, headers in ((raw, sized), (iter([raw]), {**sized, "Transfer-Encoding": "chunked"})):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        with suppress(ConnectionError):
            connection.request("POST", "/webhook", body, encode_chunked=True, headers=headers)
            assert connection.getresponse().status == 413
        connection.close()
    assert served.ask("GET", "/healthz")[0] == 200
    with served.journal.read() as tx:
        assert sum(tx.inbox_counts().values()) == 0


def test_a_paper_over_the_wire(served: Served) -> None:
    sha256 = served.door.files.keep(b"%PDF-1.7 x", name="INV-2026-00042.pdf", mime="application/pdf")
    token = view_token("key of the links", document="i-1", sha256=sha256, client="c-1", now=NOW)
    assert served.ask("GET", f"/i/{token}") == (200, b"%PDF-1.7 x")
    assert served.ask("GET", "/healthz")[0] == 200


def test_many_deliveries_share_their_commits(served: Served) -> None:
    commits: list[int] = []

    def slow_disk() -> None:
        commits.append(1)
        threading.Event().wait(0.02)

    served.journal.on_new(slow_disk)
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda n: served.deliver(envelope(message(f"wamid.{n}"))), range(64)))
    assert all(status == 200 and answer["new"] == 1 for status, answer in told)
    assert len(served.kept()) == 64
    assert len(commits) < 64


def test_the_same_delivery_sixteen_times_at_once_is_new_once(served: Served) -> None:
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda _: served.deliver(envelope(message(), message("wamid.2"))), range(16)))
    assert sum(answer.get("new", 0) for _, answer in told) == 2
    assert len(served.kept()) == 2


def test_a_request_calls_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    with opened(tmp_path) as front:
        monkeypatch.setattr(socket.socket, "connect", lambda _, address: called.append(address))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *told, **_: called.append(told))
        assert front.post(envelope(message(), statuses=(status(),))).status_code == 200
        assert front.client.get("/healthz").status_code == 200
        assert front.client.get("/i/wrong").status_code == 404
    assert called == []


def test_the_web_role_loads_no_vendor() -> None:
    code = (
        "import sys, webhook.app, webhook.door, studio_sync.studio\n"
        "named = ('gspread', 'googleapiclient', 'google.auth', 'fpdf', 'requests', 'alembic')\n"
        "named += ('apscheduler', 'phonenumbers')\n"
        "print(*(name for name in named if name in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_web_role_is_small() -> None:
    code = "import webhook.app, webhook.door, studio_sync.studio; print(open('/proc/self/status').read())"
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (told,) = (line for line in found.stdout.splitlines() if line.startswith("VmRSS:"))
    assert int(told.split()[1]) <= 60 * 1024
