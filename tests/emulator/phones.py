"""The stand-in of WhatsApp in process: the calls of a test, and how client libraries of others reach it."""

# The library re-exports without saying so.
# mypy: disable-error-code="attr-defined"

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import requests
from flask.testing import FlaskClient
from pywa import WhatsApp
from requests.adapters import BaseAdapter

from emulator.whatsapp.courier import Courier
from emulator.world import World

PHONE_ID, ACCOUNT_ID = "106540352242922", "102290129340398"
THANDI = "447700900101"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


class Meta:
    """The Cloud API in process, called as the program does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def call(self, method: str, path: str, body: Any = None, version: str = "v26.0", **more: Any) -> Any:
        return self.client.open(f"/{version}/{path}", method=method, json=body, **more)

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.call(method, path, body, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def refused(self, method: str, path: str, body: Any = None, status: int = 400, **more: Any) -> dict[str, Any]:
        answer = self.call(method, path, body, **more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        error: dict[str, Any] = answer.json["error"]
        return error

    def verb(self, name: str, expected: int = 200, /, **body: Any) -> Any:
        answer = self.client.post(f"/_emulator/{name}", json=body)
        assert answer.status_code == expected, answer.get_data(as_text=True)
        return answer.json

    def message(self, kind: str, content: Any, to: str = f"+{THANDI}", **more: Any) -> dict[str, Any]:
        return {"messaging_product": "whatsapp", "to": to, "type": kind, kind: content, **more}

    def send(self, kind: str, content: Any, **more: Any) -> Any:
        return self.ok("POST", f"{PHONE_ID}/messages", self.message(kind, content, **more))

    def send_refused(self, kind: str, content: Any, status: int = 400, **more: Any) -> dict[str, Any]:
        return self.refused("POST", f"{PHONE_ID}/messages", self.message(kind, content, **more), status)

    def chat(self, phone: str = THANDI) -> list[dict[str, Any]]:
        answer = self.client.get(f"/_emulator/phones/{phone}/chat")
        assert answer.status_code == 200
        shown: Any = answer.json
        return list(shown["messages"])


class Program(BaseAdapter):
    """The program under test without a socket: answers the handshake, serves one file, and keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        #: what it answers deliveries with
        self.status = 200
        #: every delivery as it came, and the values of those it took
        self.bodies: list[bytes] = []
        self.told: list[dict[str, Any]] = []

    def close(self) -> None:
        """Nothing to close."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        answer = requests.Response()
        answer.status_code, answer._content, answer.request = self.status, b"", request
        if "hub.challenge=" in request.path_url:
            answer._content = request.path_url.partition("hub.challenge=")[2].partition("&")[0].encode()
        elif request.path_url == "/invoice.pdf":
            answer._content = b"%PDF-1.4"
        elif request.path_url == "/gone.pdf":
            answer.status_code = 404
        elif isinstance(request.body, bytes):
            self.bodies.append(request.body)
            if self.status == 200:
                self.told += [c["value"] for e in json.loads(request.body)["entry"] for c in e["changes"]]
        return answer

    def session(self) -> requests.Session:
        """A client that reaches nothing but this program."""
        made = requests.Session()
        made.mount("http://", self)
        return made

    @property
    def statuses(self) -> list[tuple[str, int | None]]:
        """(status, code of its error) of all it was told."""
        told = [status for value in self.told for status in value.get("statuses", [])]
        return [(status["status"], status.get("errors", [{"code": None}])[0]["code"]) for status in told]


class Studio(Meta):
    """The Cloud API, and what it delivers to the program."""

    def __init__(self, client: FlaskClient, world: World) -> None:
        super().__init__(client)
        self.world = world
        world.clock.set(NOON, 0.0)
        self.program = Program()
        self.courier = Courier(world, self.program.session)
        self.verb("account", webhook="http://studio.example/webhook", verified=True)
        self.verb("webhooks", by="clock", sent=0, delivered=0, read=0)

    def later(self, seconds: float = 0) -> list[dict[str, Any]]:
        """The changes that arrive once so much time has passed."""
        self.world.clock.advance(seconds)
        before = len(self.program.bodies)
        while self.courier.step():
            pass
        bodies = [json.loads(each) for each in self.program.bodies[before:]]
        return [change for body in bodies for entry in body["entry"] for change in entry["changes"]]

    def arrived(self) -> list[dict[str, Any]]:
        return [change["value"] for change in self.later()]

    def says(self, **what: Any) -> dict[str, Any]:
        """What arrives when Thandi does this: the value of the only change."""
        self.later()
        self.verb("speak", phone=THANDI, **what)
        [change] = self.later()
        value: dict[str, Any] = change["value"]
        return value

    def write_to(self, user: str, kind: str, content: Any) -> None:
        body = {"messaging_product": "whatsapp", "recipient": user, "type": kind, kind: content}
        self.ok("POST", f"{PHONE_ID}/messages", body)

    def statuses(self, seconds: float = 0) -> list[dict[str, Any]]:
        return [status for change in self.later(seconds) for status in change["value"].get("statuses", [])]

    def template(self, name: str = "reminder", category: str = "UTILITY", **more: Any) -> None:
        body = {"type": "BODY", "text": "Your session is on {{1}} at the studio.", "example": {"body_text": [["Tue"]]}}
        self.ok(
            "POST",
            f"{ACCOUNT_ID}/message_templates",
            {"name": name, "language": "en", "category": category, "components": [body], **more},
        )
        self.later()

    def remind(self, name: str = "reminder", **more: Any) -> Any:
        parameters = [{"type": "text", "text": "Tuesday"}]
        content = {"name": name, "language": {"code": "en"}, "components": [{"type": "body", "parameters": parameters}]}
        return self.send("template", content, **more)


class InProcess(BaseAdapter):
    """Carries the calls of a client on ``requests`` to the stand-in, whatever host it has built in."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__()
        self.client = client

    def close(self) -> None:
        """Nothing to close."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        headers = [(name, value) for name, value in request.headers.items() if name.lower() != "content-length"]
        body: Any = request.body
        body = body.read() if hasattr(body, "read") else body
        told = self.client.application.test_client(use_cookies=False).open(
            path=request.path_url, method=str(request.method), data=body, headers=headers
        )
        answer = requests.Response()
        answer.status_code, answer._content, answer.url = told.status_code, told.get_data(), str(request.url)
        answer.headers.update(told.headers)
        return answer


def their_client(client: FlaskClient) -> WhatsApp:
    """An unmodified client library; only its transport knows that there is no network."""
    return WhatsApp(
        phone_id=PHONE_ID,
        waba_id=ACCOUNT_ID,
        token="a-token",
        session=httpx.Client(transport=httpx.WSGITransport(app=client.application)),
        server=None,
        verify_token="t0ken",
        app_secret="s3cret",
        app_id="670843887433847",
    )
