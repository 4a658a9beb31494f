"""The sample's studio workbook in this process: the real adapter on the stand-in, no socket, no lanes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from emulator import quota
from emulator.app import create_app
from emulator.sheets.owner import act
from emulator.world import World
from sheets_schema.cells import Raw
from sheets_schema.policies import Settings, context_of
from sheets_schema.reading import Reading
from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.adapters.sheets import create_workbook
from studio_sync.local.sample import ZONE, sample
from studio_sync.opening import open_workbook
from studio_sync.workbooks import LiveWorkbook
from tests.histories.wire import knock

NOW = datetime(2026, 11, 3, 6, 30, tzinfo=ZONE)


class Straight(BaseAdapter):
    """Hands each request to the stand-ins' application."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        status, headers, content = knock(self._app, request)
        response = requests.Response()
        response.status_code = status
        response.headers = CaseInsensitiveDict(headers)
        response.raw = io.BytesIO(content)
        response.url, response.request, response.encoding = str(request.url), request, "utf-8"
        return response

    def close(self) -> None:
        """Nothing to close."""


class _TakenBack(Exception):
    """Ends a change that is only tried."""


class Inside:
    """One workbook and the owner's hands in it."""

    def __init__(self) -> None:
        self.world = World(None)
        self.world.clock.set(NOW, 0)
        quota.change(self.world, {"on": False})
        way = GoogleHttp(sign_in(LOCAL), base="http://127.0.0.1:1", transport=Straight(create_app(self.world)))
        example = sample(NOW)
        self.port = create_workbook(way, "studio", locale="en_GB", zone=str(ZONE))
        open_workbook("studio", self.port, now=NOW, own=example.own, extra=example.rows, title="studio")
        self.book = LiveWorkbook("studio", self.port, "test")
        self.now = NOW
        self.context = context_of(Settings(**example.own), NOW.date())

    def close(self) -> None:
        self.world.close()

    def look(self) -> Reading:
        """A poll, half a minute after the last one."""
        self.now += timedelta(seconds=30)
        return self.book.look(self.now)

    def heals(self) -> int:
        """How many requests another ``init`` would send."""
        return open_workbook("studio", self.port, now=NOW, dry_run=True).requests

    def owner(self, action: str, **more: Any) -> Any:
        return act(self.world, {"spreadsheetId": self.port.id, "action": action, **more})

    def do(self, *wanted: dict[str, Any]) -> None:
        """The owner does what these requests of a batch say."""
        self.owner("do", requests=list(wanted))

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Whatever is done inside is taken back at the end."""
        with suppress(_TakenBack), self.world.store.transaction():
            yield
            raise _TakenBack
        self.book.forget_places()


def values(reading: Reading, tab: str) -> dict[str, dict[str, Raw]]:
    """Row id -> field -> cell, blanks left out."""
    rows: Sequence[Any] = reading.tabs[tab].rows
    return {row.id: {field: raw for field, raw in row.raws.items() if raw is not None} for row in rows}
