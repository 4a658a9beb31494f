"""The network in one process: the program's real ``requests`` sessions, the stand-ins' WSGI application, no socket.

Every call is a place where the program may die (before it and after it), where people may act meanwhile, and where
one of the network's faults may strike. All programs share one network.
"""

from __future__ import annotations

import http.client
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import requests
import urllib3.exceptions
from flask import Flask
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection

from emulator.world import World
from studio_sync.clock import FixedClock
from tests.histories.points import Points

#: what the network may do to a call, in the words of a history
FAULTS = {
    "refuse": "the connection is refused",
    "reset": "the connection is reset before anything is done",
    "401": "answered 401",
    "403": "answered 403",
    "429": "answered 429",
    "500": "answered 500",
    "503": "answered 503",
    "slow": "answered after 20 s",
    "lost": "done, and the answer is lost",
    "cut": "done, and the answer breaks off",
    "late": "no answer in time, and done a while later",
    "stale": "answered as before",
}
#: those of them that a mail server knows too
POST_FAULTS = ("refuse", "reset", "lost", "slow", "503")
#: how long a client waits for an answer, by the service's first word
PATIENCE = {"whatsapp": 10.0}


@dataclass(kw_only=True)
class Fault:
    """A fault that strikes the next ``times`` calls whose name matches."""

    kind: str
    match: str = "*"
    times: int = 1
    #: seconds until a late call is done after all
    later: float = 5.0


@dataclass
class Net:
    """What all programs share: the stand-ins behind it, its faults, and what happened on it."""

    app: Flask
    world: World
    clock: FixedClock
    faults: list[Fault] = field(default_factory=list)
    #: (when, do it): calls that were not answered and arrive later
    late: list[tuple[datetime, Callable[[], Any]]] = field(default_factory=list)
    #: the bodies of such calls, and when they were made
    hung: list[tuple[datetime, str]] = field(default_factory=list)
    #: "name status" in order
    log: list[str] = field(default_factory=list)
    #: (call, fault) -> how often it struck
    struck: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Google explains its refusals in another language, as it does where the account has one
    translated: bool = False

    def __post_init__(self) -> None:
        self._map = self.app.url_map.bind("127.0.0.1")

    def arrive(self, now: datetime) -> int:
        """Do the late calls whose time has come."""
        due = [each for each in self.late if each[0] <= now]
        self.late = [each for each in self.late if each[0] > now]
        for _, do in due:
            do()
        return len(due)

    def name_of(self, request: requests.PreparedRequest) -> str:
        """The stand-ins' name of a call, such as ``sheets.batchUpdate``."""
        path = urlsplit(str(request.url)).path
        endpoint, _ = self._map.match(path, method=str(request.method))
        return str(getattr(self.app.view_functions[endpoint], "call_name", "?"))

    def take(self, name: str, method: str) -> Fault | None:
        """The fault that strikes this call, if any."""
        for fault in self.faults:
            if not fnmatchcase(name, fault.match) or (fault.kind == "stale" and method != "GET"):
                continue
            if name.startswith("smtp.") and fault.kind not in POST_FAULTS:
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.faults.remove(fault)
            self.struck[name, fault.kind] += 1
            return fault
        return None

    def answer(self, name: str, request: requests.PreparedRequest, fault: Fault | None) -> requests.Response:
        """What becomes of a call under a fault. Raises what ``requests`` raises."""
        kind = fault.kind if fault else ""
        if fault is None:
            return self.perform(request)
        if kind == "refuse":
            raise requests.ConnectionError(_no_connection(request))
        if kind == "reset":
            _dropped(request, ConnectionResetError(104, "Connection reset by peer"))
        if kind in {"late", "lost", "cut"}:
            if kind == "late":
                self.hung.append((self.clock.now(), str(request.body)))
                self.late.append((self.clock.now() + timedelta(seconds=fault.later), lambda: self.perform(request)))
                self.clock.tick(PATIENCE.get(name.partition(".")[0], 60.0))
                raise requests.ReadTimeout(request=request)
            done = self.perform(request)
            if kind == "lost":
                _dropped(request, http.client.RemoteDisconnected("Remote end closed connection without response"))
            return _response(request, done.status_code, dict(done.headers), done.content[: len(done.content) // 2])
        if kind == "slow":
            self.clock.tick(20.0 if not name.startswith("whatsapp.") else 8.0)
            return self.perform(request)
        self.world.faults.add({"match": "*", "kind": kind, "times": 1})
        return self.perform(request)

    def perform(self, request: requests.PreparedRequest) -> requests.Response:
        """Hand a request to the stand-ins."""
        status, headers, content = knock(self.app, request)
        if self.translated and status >= 400 and self.name_of(request).startswith(("sheets.", "calendar.")):
            content = _in_portuguese(content)
        return _response(request, status, headers, content)


def _in_portuguese(content: bytes) -> bytes:
    """A refusal of Google's with another text: status, code and reason stay."""
    body = json.loads(content)
    if isinstance(body.get("error"), dict):
        body["error"]["message"] = "O pedido é inválido."
        for each in body["error"].get("errors", ()):
            each["message"] = "O pedido é inválido."
    return json.dumps(body).encode()


@dataclass
class Wire(BaseAdapter):
    """The transport of one program's sessions."""

    net: Net
    points: Points
    #: called before each call: people act, or time passes, while the program waits for its answer
    meanwhile: Callable[[str], None] = lambda _name: None
    #: looks at each commit and each message before it leaves
    watch: Callable[[requests.PreparedRequest], None] = lambda _request: None

    def __post_init__(self) -> None:
        super().__init__()

    def close(self) -> None:
        """Nothing to close."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """One call of the program."""
        net = self.net
        name = net.name_of(request)
        self.points.meet(f"before {name}")
        if name in {"sheets.batchUpdate", "whatsapp.messages"}:
            self.watch(request)
        self.meanwhile(name)
        fault = net.take(name, str(request.method))
        try:
            response = net.answer(name, request, fault)
        except requests.RequestException:
            net.log.append(f"{name} {fault.kind if fault else '?'}")
            self.points.meet(f"after {name}")
            raise
        net.log.append(f"{name} {response.status_code}{f' {fault.kind}' if fault else ''}")
        self.points.meet(f"after {name}")
        return response


@dataclass
class Doorway(BaseAdapter):
    """The way of Meta's webhooks to the program's front door; closed while no program runs."""

    #: the front door's application, or None
    door: Callable[[], Flask | None]

    def __post_init__(self) -> None:
        super().__init__()

    def close(self) -> None:
        """Nothing to close."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """One delivery."""
        app = self.door()
        if app is None:
            raise requests.ConnectionError(_no_connection(request))
        return _response(request, *knock(app, request))


def knock(app: Flask, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    """One request to a WSGI application: status, headers, body."""
    path, _, query = request.path_url.partition("?")
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": str(request.method), "SCRIPT_NAME": "", "QUERY_STRING": query,
        "PATH_INFO": unquote(path, "latin-1"), "REQUEST_URI": request.path_url,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8711", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(raw), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": str(value) for name, value in request.headers.items()},
    }  # fmt: skip
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(len(raw))
    begun: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        begun.extend((status, headers))
        return begun.append

    answer = app.wsgi_app(environ, start)
    content = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    return int(begun[0].split()[0]), dict(begun[1]), content


def _response(
    request: requests.PreparedRequest, status: int, headers: dict[str, str], content: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.raw = io.BytesIO(content)
    response.url = str(request.url)
    response.request = request
    response.encoding = "utf-8"
    return response


def _no_connection(request: requests.PreparedRequest) -> urllib3.exceptions.MaxRetryError:
    split = urlsplit(str(request.url))
    connection = HTTPConnection(str(split.hostname), split.port or 80)
    reason = urllib3.exceptions.NewConnectionError(connection, "Connection refused")
    return urllib3.exceptions.MaxRetryError(None, split.path, reason)  # type: ignore[arg-type]


def _dropped(request: requests.PreparedRequest, cause: Exception) -> NoReturn:
    raise requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", cause), request=request)
