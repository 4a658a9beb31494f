"""The real front door on a real journal, spoken to as WhatsApp and as a person with a link would."""

from __future__ import annotations

import dataclasses
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studio_sync.clock import FixedClock
from studio_sync.config import Config
from studio_sync.journal import Journal
from studio_sync.rules.facts import Fact
from webhook.app import create_app
from webhook.door import Door

NOW = datetime(2026, 11, 3, 6, 40, tzinfo=UTC)
SECRET = "app secret of Nowhere Street"
PHONE_ID = "106540352242922"
THANDI = "447700900101"
Doc = dict[str, Any]


def config(folder: Path, **more: Any) -> Config:
    known = Config(
        data=folder,
        name="test",
        whatsapp_phone_id=PHONE_ID,
        whatsapp_app_secret=SECRET,
        whatsapp_verify_token="välkommen",
        secret_key="key of the links",
        admin_key="key of the admin",
        zone="Africa/Johannesburg",
    )
    return dataclasses.replace(known, **more)


@dataclasses.dataclass
class FrontDoor:
    door: Door
    clock: FixedClock
    client: FlaskClient

    @property
    def journal(self) -> Journal:
        return self.door.journal

    def post(self, body: Any, *, path: str = "/webhook", headers: Doc | None = None) -> TestResponse:
        """One signed delivery; ``body``: JSON or raw bytes."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, data=raw, headers={"X-Hub-Signature-256": signature(raw), **(headers or {})})

    def kept(self) -> list[Fact]:
        """Every fact in the journal, oldest first."""
        with self.journal.read() as tx:
            keys = [line.key for line in reversed(tx.inbox_lines(limit=10_000))]
            return [fact for key in keys if (fact := tx.fact(key)) is not None]


@contextmanager
def opened(folder: Path, **more: Any) -> Iterator[FrontDoor]:
    journal = Journal.open(f"sqlite:///{folder / 'journal.db'}", fast=True)
    clock = FixedClock(NOW)
    door = Door(journal=journal, config=config(folder, **more), clock=clock, files=journal.files)
    try:
        yield FrontDoor(door, clock, create_app(door).test_client())
    finally:
        journal.close()


def signature(raw: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), raw, 'sha256').hexdigest()}"


def envelope(*messages: Doc, statuses: tuple[Doc, ...] = (), **value: Any) -> Doc:
    """A delivery with one change, as WhatsApp writes it."""
    told = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "447700900100", "phone_number_id": PHONE_ID},
        "contacts": [{"wa_id": THANDI, "user_id": "GB.13491208655302741918", "profile": {"name": "Thandi"}}],
        "messages": list(messages),
        "statuses": list(statuses),
        **value,
    }
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change(told)]}]}


def change(value: Any, field: str = "messages") -> Doc:
    return {"field": field, "value": value}


def message(ident: str = "wamid.1", body: str = "bookings", **more: Any) -> Doc:
    """A message of Thandi's; a text unless ``type`` says otherwise."""
    told: Doc = {"id": ident, "from": THANDI, "timestamp": str(int(NOW.timestamp())), "type": "text"}
    return {**told, **({} if "type" in more else {"text": {"body": body}}), **more}


def status(ident: str = "wamid.9", word: str = "delivered", **more: Any) -> Doc:
    return {"id": ident, "status": word, "timestamp": str(int(NOW.timestamp())), "recipient_id": THANDI, **more}
