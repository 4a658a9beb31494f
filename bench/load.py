"""The caller, in a process of its own: signed deliveries over a bounded number of connections, on this computer only.

``python -m bench.load`` reads one ``Load`` as JSON from stdin and prints what it saw. Every tenth delivery is sent a
second time, so that a server that keeps duplicates, or loses something, is found out.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

#: seconds after which a round is over, whatever happened
LONGEST = 120
MOST_POSTS, MOST_CONNECTIONS = 20_000, 64


@dataclass(frozen=True, kw_only=True)
class Load:
    """One round."""

    port: int
    #: deliveries, the repeated ones counted
    posts: int
    #: messages in each
    per_post: int = 1
    connections: int = 16
    #: begins the id of every message of this round
    tag: str
    secret: str
    phone_id: str
    #: message or status
    kind: str = "message"

    def run(self) -> dict[str, Any]:
        """Start the caller and wait for what it saw."""
        import subprocess

        told = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(asdict(self)),
            capture_output=True,
            text=True,
            check=True,
        )
        seen: dict[str, Any] = json.loads(told.stdout)
        return seen


def body(load: Load, number: int) -> bytes:
    """One delivery as WhatsApp writes it."""
    now = str(int(time.time()))
    # A thousand people, so that nobody says more than anybody would.
    person = f"447700900{number % 1000:03d}"
    idents = [f"{load.tag}{number}.{n}" for n in range(load.per_post)]
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "447700900100", "phone_number_id": load.phone_id},
    }
    if load.kind == "status":
        told = {"status": "delivered", "timestamp": now, "recipient_id": person}
        value["statuses"] = [{"id": ident, **told} for ident in idents]
    else:
        value["contacts"] = [{"profile": {"name": "Thandi"}, "wa_id": person}]
        said = {"from": person, "timestamp": now, "type": "text", "text": {"body": "can I come on Friday?"}}
        value["messages"] = [{"id": ident, **said} for ident in idents]
    entry = [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}, separators=(",", ":")).encode()


def deliveries(load: Load) -> tuple[list[bytes], int]:
    """The requests, ready to send, and how many different messages are in them."""
    requests: list[bytes] = []
    number = 0
    while len(requests) < load.posts:
        raw = body(load, number)
        number += 1
        sign = hmac.digest(load.secret.encode(), raw, "sha256").hex()
        head = (
            f"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature-256: sha256={sign}\r\nContent-Length: {len(raw)}\r\n\r\n"
        )
        requests.append(head.encode() + raw)
        if len(requests) % 10 == 9 and len(requests) < load.posts:
            requests.append(requests[-5])
    return requests, number * load.per_post


class Caller(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], bad: list[int], done: asyncio.Event) -> None:
        self._requests = requests
        self._latencies = latencies
        self._bad = bad
        self._done = done
        self._buffer = b""
        self._began = 0.0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._done.set()
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(rest) < size:
            return
        self._latencies.append(time.perf_counter() - self._began)
        if not head.startswith(b"HTTP/1.1 200 "):
            self._bad.append(int(head[9:12]))
        self._buffer = rest[size:]
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._done.set()


async def fire(load: Load) -> dict[str, Any]:
    """Send everything; seconds, latencies in ms (in order), and answers that were not 200."""
    requests, distinct = deliveries(load)
    waiting = iter(requests)
    latencies: list[float] = []
    bad: list[int] = []
    loop = asyncio.get_running_loop()
    ends = [asyncio.Event() for _ in range(load.connections)]
    began = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Caller(waiting, latencies, bad, end), "127.0.0.1", load.port)  # type: ignore[misc]
    await asyncio.wait_for(asyncio.gather(*(end.wait() for end in ends)), LONGEST)
    seconds = time.perf_counter() - began
    ordered = sorted(latencies)
    return {
        "seconds": seconds,
        "posts": len(latencies),
        "sent": len(requests),
        "distinct": distinct,
        "bad": len(bad),
        "p50": 1000 * ordered[len(ordered) // 2],
        "p99": 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        "latencies": [round(1000 * each, 3) for each in ordered],
    }


if __name__ == "__main__":
    wanted = Load(**json.load(sys.stdin))
    if wanted.posts > MOST_POSTS or wanted.connections > MOST_CONNECTIONS:
        sys.exit("too much for one computer")
    print(json.dumps(asyncio.run(fire(wanted))))
