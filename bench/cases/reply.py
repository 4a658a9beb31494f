"""From a client's message to our answer on the client's phone: the whole program and the stand-ins, over real HTTP."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from bench.rounds import Result, Shot, compare
from bench.whole import Whole, whole

#: ms that an answer which only reads may take, where no call takes as long as in the world
GOAL = 300
PATIENCE = 20.0


def reply(rounds: int, *, quick: bool) -> list[Result]:
    """p95 of ``bookings``, asked by one client after the other, beside what is allowed."""
    asks = 20 if quick else 40
    with whole() as studio:
        phones = _phones(studio)
        return [
            compare(
                "reply",
                "p95 from a client's message to an answer that only reads, beside what is allowed",
                "ms",
                lambda number: _asked(studio, phones, number, asks),
                lambda _: Shot(value=GOAL),
                rounds=1 if quick else rounds,
                most=1,
            )
        ]


def _phones(studio: Whole) -> list[str]:
    """Of the clients."""
    owner = studio.studio.addresses["desk"]["owner"]
    known = studio.studio.control("phones")["phones"]
    return [each["number"] for each in known if each["number"] and each["number"] != owner]


def _asked(studio: Whole, phones: list[str], number: int, asks: int) -> Shot:
    took = []
    for n in range(asks):
        phone = phones[(number * asks + n) % len(phones)]
        seen = len(_answers(studio, phone))
        studio.studio.control("speak", {"phone": phone, "text": "bookings"})
        asked = max(datetime.fromisoformat(each["at"]) for each in _chat(studio, phone) if each["direction"] == "in")
        end = time.monotonic() + PATIENCE
        while len(_answers(studio, phone)) == seen:
            if time.monotonic() > end:
                return Shot(value=1000 * PATIENCE, wrong=f"no answer to {phone}")
            time.sleep(0.02)
        first = datetime.fromisoformat(_answers(studio, phone)[seen]["at"])
        took.append(1000 * (first - asked).total_seconds())
        time.sleep(1)
    return Shot(value=sorted(took)[int(len(took) * 0.95)], more={"p50 ms": sorted(took)[len(took) // 2]})


def _answers(studio: Whole, phone: str) -> list[Any]:
    return [each for each in _chat(studio, phone) if each["direction"] == "out"]


def _chat(studio: Whole, phone: str) -> list[Any]:
    found: list[Any] = studio.studio.control(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
    return found
