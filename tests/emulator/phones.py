"""The stand-in of WhatsApp in process: the calls of a test, and how client libraries of others reach it."""

# The library re-exports without saying so.
# mypy: disable-error-code="attr-defined"

from __future__ import annotations

from typing import Any

import httpx
from flask.testing import FlaskClient
from pywa import WhatsApp

PHONE_ID, ACCOUNT_ID = "106540352242922", "102290129340398"
THANDI = "447700900101"


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
    )
