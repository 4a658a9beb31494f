"""What messages cost: said before, written into the rows, and at the end of the month the bill to the last fraction."""

from __future__ import annotations

import json
from typing import Any

from emulator.whatsapp import chat, pending
from sheets_schema.snapshot import Snapshot
from studio_sync.journal.snapshots import Snapshots
from studio_sync.local.sample import RATES
from studio_sync.rules.cost import billed
from tests.hallway.room import LERATO, SIPHO, THANDI, Room
from tests.hallway.test_messages import open_chat, queue, row, send
from tests.hallway.test_pacing import digest
from webhook.payloads import facts_of

ANN = "+14155550123"


def snapshot(room: Room) -> Snapshot:
    with room.journal.read() as tx:
        return Snapshots().load(tx, room.clock.now())


def month(room: Room) -> int | None:
    return billed(snapshot(room), room.clock.now().date()).cost


def rates(room: Room, **rows: dict[str, Any]) -> None:
    """Rows of Rates that she typed."""
    with room.journal.write() as tx:
        tx.put_rows("rates", {f"ra-{name}": cells for name, cells in rows.items()})


def used(room: Room, free: int) -> None:
    """So many free messages of the month are gone already, here and at WhatsApp."""
    for _ in range(free):
        room.world.number("service:2026-11")
    with room.journal.write() as tx:
        now = room.clock.now()
        for n in range(free):
            at = now.replace(hour=1)
            tx.leaves(f"old{n}", "+1", at, free_at=at, text="", first=False, month="2026-11", kind="service")


def delivered(room: Room) -> None:
    """WhatsApp tells of every message how far it got, with its price, as its webhook would."""
    for phone in room.get("phones")["phones"]:
        for entry in room.get(f"phones/{phone['id']}/chat")["messages"]:
            if entry["direction"] != "out" or not entry.get("pricing"):
                continue
            chat.advance(room.world, entry["wamid"], "delivered")
            told = chat.entry(room.world, entry["wamid"])
            assert told is not None
            value = pending.status_value(room.world, told, "delivered")
            envelope = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
            room.put(*facts_of(json.dumps(envelope).encode(), room.clock.now(), ""))
    room.run(3, watch=False)


def bill(room: Room, prices: dict[tuple[str, str], int]) -> int:
    """The stand-in's bill at these prices by kind and country, "" for every other one."""
    lines = room.get("bill?month=2026-11")["lines"]
    total = 0
    for line in lines:
        own = prices.get((line["category"], line["country"]))
        total += line["billable"] * (prices[line["category"], ""] if own is None else own)
    return total


def test_the_forecast_is_the_bill_exactly(room: Room) -> None:
    rates(
        room,
        us={"category": "utility", "country": "US", "price": 0.0341},
        us_new={"category": "utility", "country": "US", "price": 0.9, "valid_from": 46357.0},  # 1 Dec 2026
        own={"category": "utility", "price": 0.2217, "valid_from": 46296.0},  # 1 Oct 2026: takes the place of the old
    )
    used(room, 998)
    open_chat(room, THANDI)
    queue(room, *(send(f"t{n}") for n in range(4)))  # two are free still, two are paid for
    queue(room, digest("u1", SIPHO), digest("u2", LERATO), digest("us", ANN))
    room.run(4, watch=False)
    expected = 2 * RATES["service"] + 2 * 2217 + 341
    assert month(room) == expected
    delivered(room)
    prices = {(kind, ""): price for kind, price in RATES.items()} | {("utility", ""): 2217, ("utility", "US"): 341}
    assert month(room) == bill(room, prices) == expected
    assert row(room, "t0")["cost"] == 0.0
    assert row(room, "us")["cost"] == 0.0341
    assert "Message 999 of 1,000 free this month." in row(room, "t0")["why"]
    assert "It costs R0.22." in row(room, "u1")["why"]
    assert room.rows("today")[-1]["time"] != ""


def test_what_is_not_delivered_costs_nothing(room: Room) -> None:
    room.post("phones", {"phone": SIPHO, "whatsapp": False})
    queue(room, digest("u1", SIPHO), digest("u2", LERATO))
    room.run(3, watch=False)
    assert month(room) == 2 * RATES["utility"]
    with room.journal.read() as tx:
        queued = tx.effect("u1")
    assert queued is not None
    room.status("u1", "failed", str(queued.result["wamid"]))
    told = row(room, "u1")
    assert (told["state"], told["cost"]) == ("not sent", 0.0)


def test_after_an_empty_disk_the_month_and_the_limits_are_known_from_the_rows(room: Room) -> None:
    open_chat(room, THANDI)
    queue(room, send("t"), digest("u", SIPHO))
    room.run(6, watch=False)
    before = month(room)
    with room.journal.write() as tx:
        assert tx.traffic(SIPHO, room.clock.now(), {}).reached == 1
    room.journal.close()
    room.config.data.joinpath("journal.db").unlink()
    room.start()
    from studio_sync.rebuild import ensure

    assert ensure(room.studio) is not None
    with room.journal.write() as tx:
        assert tx.traffic(SIPHO, room.clock.now(), {}).reached == 1
        assert tx.sent_in("2026-11", "service") == 1
    assert month(room) == before
