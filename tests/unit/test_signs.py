"""Signs of life: once a minute, and what is wrong when it lasts; a silent address harms nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from studio_sync.adapters.ping import PingAddress
from studio_sync.clock import FixedClock
from studio_sync.delivery.signs import SignLane
from studio_sync.errors import Refused, Unavailable
from studio_sync.health import Alarm, Health

NOW = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)


class Heard(BaseAdapter):
    """A server that remembers what it was told."""

    def __init__(self, status: int = 200) -> None:
        super().__init__()
        self.status = status
        self.told: list[tuple[str, str]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if not self.status:
            raise requests.ConnectionError("nobody there")
        body = request.body or b""
        self.told.append((str(request.url), body.decode() if isinstance(body, bytes) else str(body)))
        response = requests.Response()
        response.status_code = self.status
        return response

    def close(self) -> None:
        """Nothing to close."""


def lane(heard: Heard) -> tuple[SignLane, FixedClock, Health]:
    clock, health = FixedClock(NOW), Health("whatsapp")
    address = PingAddress("https://ping.nowhere.example/1/", transport=heard)
    return SignLane(clock=clock, address=address, alarms=[Alarm("whatsapp", [health])]), clock, health


def test_once_a_minute_and_trouble_when_it_lasts() -> None:
    heard = Heard()
    signs, clock, health = lane(heard)
    for _ in range(130):
        assert signs.step() is False
        clock.tick(1)
    assert heard.told == [("https://ping.nowhere.example/1", "")] * 3
    health.ill(Refused("whatsapp", "no"), clock.now())
    clock.tick(60)
    signs.step()
    assert heard.told[-1] == ("https://ping.nowhere.example/1/fail", "whatsapp is down since 06:32 UTC")
    health.well()
    clock.tick(60)
    signs.step()
    assert heard.told[-1] == ("https://ping.nowhere.example/1", "")


def test_an_address_that_does_not_answer_is_asked_again_a_minute_later() -> None:
    heard = Heard(0)
    signs, clock, _ = lane(heard)
    signs.step()
    heard.status = 200
    clock.tick(59)
    signs.step()
    assert heard.told == []
    clock.tick(1)
    signs.step()
    assert len(heard.told) == 1


def test_a_clock_put_back_does_not_silence_it() -> None:
    heard = Heard()
    signs, clock, _ = lane(heard)
    signs.step()
    clock.tick(-timedelta(hours=5).total_seconds())
    signs.step()
    assert len(heard.told) == 2


@pytest.mark.parametrize(("status", "kind"), [(404, Refused), (0, Unavailable)])
def test_what_the_address_says_is_an_error_of_ours(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        PingAddress("https://ping.nowhere.example/1", transport=Heard(status)).sign("")
