"""How long the services take when they are asked to be as slow as the real ones, and what language they speak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulator.app import create_app
from emulator.clock import Clock
from emulator.world import World
from tests.emulator.google import Book, appended, cells, marker

START = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


def took(world: World, client: FlaskClient, method: str, path: str, body: Any = None) -> float:
    before = world.clock.now()
    assert client.open(path, method=method, json=body).status_code in {200, 400}
    return (world.clock.now() - before).total_seconds()


@pytest.fixture
def book(client: FlaskClient) -> Book:
    return Book(client, "Clients")


def test_delays_are_drawn_from_the_seed_and_pass_by_the_clock() -> None:
    lives = []
    for _ in range(2):
        now = [START]
        world = World(seed=7, clock=Clock(None, real=lambda now=now: now[0]))  # type: ignore[misc]
        world.pass_time = lambda seconds, now=now: now.__setitem__(0, now[0] + timedelta(seconds=seconds))  # type: ignore[misc]
        client = create_app(world).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer a-token"
        book = Book(client, "Clients")
        client.post("/_emulator/delays", json={"on": True, "by": "clock"})
        write = {"requests": [appended(0, cells("x"))]}
        message = {"messaging_product": "whatsapp", "to": "447700900101", "type": "text", "text": {"body": "x"}}
        calls = [
            (0.25, 0.6, took(world, client, "GET", f"{book.path}/values/Clients")),
            (0.4, 1.2, took(world, client, "POST", f"{book.path}:batchUpdate", write)),
            (0.3, 0.9, took(world, client, "POST", "/v26.0/106540352242922/messages", message)),
            (0.0, 0.0, took(world, client, "GET", "/_emulator/clock")),
        ]
        for least, most, seconds in calls:
            assert least <= seconds <= most
        lives.append([seconds for _, _, seconds in calls])
        world.close()
    assert lives[0] == lives[1]


def test_a_steered_clock_is_moved_on_by_the_delay(world: World, client: FlaskClient, book: Book) -> None:
    world.clock.set(START, 0.0)
    client.post("/_emulator/delays", json={"on": True, "by": "clock", "sheets.read": [2, 2]})
    assert took(world, client, "GET", f"{book.path}/values/Clients") == 2
    assert client.post("/_emulator/delays", json={"on": False}).json["on"] is False  # type: ignore[index]
    assert took(world, client, "GET", f"{book.path}/values/Clients") == 0


@pytest.mark.parametrize("wrong", [{"by": "moon"}, {"gmail": [1, 2]}, {"calendar": [3, 1]}, {"calendar": "soon"}])
def test_a_delay_that_makes_no_sense_is_refused(client: FlaskClient, wrong: dict[str, Any]) -> None:
    assert client.post("/_emulator/delays", json=wrong).status_code == 400


def test_sheets_refuses_in_german(client: FlaskClient, book: Book) -> None:
    book.batch(marker(5, 0))
    client.post("/_emulator/language", json={"language": "de"})
    assert book.refused(marker(5, 0)).startswith("Invalid requests[0].createDeveloperMetadata: Entwicklermetadaten")
    assert book.refused({"deleteProtectedRange": {"protectedRangeId": 3}}).endswith(
        "Kein geschützter Bereich mit der ID: 3"
    )
    assert "Tabellenblatt" in book.refused({"addSheet": {"properties": {"title": "clients"}}})
    assert book.refused({"mergeCells": {"range": {"sheetId": 9}}}).endswith("Kein Raster mit der ID: 9")
    answer = book.call("GET", f"{book.path}/values/Nothing!A1").json["error"]
    assert (answer["message"], answer["status"]) == ("Diese Anfrage ist ungültig.", "INVALID_ARGUMENT")
    assert book.call("GET", "/v4/spreadsheets/none").json["error"]["message"] == "Requested entity was not found."
    client.post("/_emulator/language", json={"language": "en"})
    assert "No protected range" in book.refused({"deleteProtectedRange": {"protectedRangeId": 3}})
