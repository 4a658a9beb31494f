"""Plain JSON over HTTP to the stand-ins' control plane and the program's own address. Standard library only."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

PATIENCE = 10.0


class NoAnswer(OSError):
    """Nobody answered, or not with JSON."""


def ask(url: str, body: object = None, *, method: str = "", token: str = "") -> Any:
    """The JSON answer of one request (POST when there is a body). ``token``: a bearer token. Raises ``NoAnswer``."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data=data, headers=headers, method=method or None)  # noqa: S310  (loopback)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  (loopback)
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"{url}: {error.code} {error.read()[:300]!r}") from error
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{url}: {error}") from error


def fetch(url: str) -> bytes:
    """The bytes behind an address, as a browser gets them. Raises ``NoAnswer``."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310  (loopback)
            return bytes(answer.read())
    except OSError as error:
        raise NoAnswer(f"{url}: {error}") from error
