"""Alive, ready, the six figures, and why something is there: what a host, a page and an owner may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheets_schema.diary import DiaryEvent, DiarySeat
from studio_sync.journal import Tx
from studio_sync.rules.effects import PutEvent, PutRow, Seat, Send
from studio_sync.rules.facts import EventChanged, MessageCame, RowChanged, StatusCame, Tick
from studio_sync.rules.ink import message_id
from tests.unit.webhook_story import NOW, FrontDoor, envelope, message, opened

START = datetime(2026, 11, 4, 7, 0, tzinfo=UTC)
KEY = {"X-Admin-API-Key": "key of the admin"}


@pytest.fixture
def front(tmp_path: Path) -> Iterator[FrontDoor]:
    with opened(tmp_path) as front:
        with front.journal.write() as tx:
            told = {"zone": "Africa/Johannesburg", "owner_name": "Nadine", "mode": "live"}
            tx.put_rows("settings", {name: {"value": value} for name, value in told.items()})
        yield front


def booked(tx: Tx) -> None:
    """Nadine wrote ``Book Thandi tomorrow 09h00 single``; the diary is written, she is told, Thandi's message waits."""
    asked = MessageCame(key="wamid.ask", at=NOW, phone="+447700900199", text="Book Thandi tomorrow 09h00 single")
    tx.put_fact(asked)
    tx.handled(asked.key, NOW)
    seats = (Seat(booking="b-1", client="c-1", name="Thandi Maroon"),)
    event = PutEvent(
        key="wamid.ask/event:e1",
        event_id="e1",
        start=START,
        end=START + timedelta(minutes=55),
        session="s-1",
        type="single",
        capacity=1,
        seats=seats,
        title="09:00 Single: Thandi Maroon",
    )
    row = PutRow(
        key="wamid.ask/row:bookings:b-1",
        tab="bookings",
        row_id="b-1",
        cells={"state": "booked"},
        undo=14,
        who="Nadine, chat",
        what="Booked: Thandi Maroon, Wed 4 Nov, 09:00",
    )
    why = ('Answer to "Book Thandi tomorrow 09h00 single".', "Nadine asked at 08:40.", "09:00 was free.")
    answer = Send(
        key="wamid.ask/send:answer.booked:owner",
        needs=(event.key,),
        to="+447700900199",
        who="owner",
        name="Nadine",
        text="answer.booked",
        to_owner=True,
        why=why,
    )
    told = Send(
        key="wamid.ask/send:booking.confirmed:b-1",
        needs=(event.key,),
        to="+447700900101",
        who="c-1",
        name="Thandi Maroon",
        text="booking.confirmed",
        why=why[:2],
    )
    tx.put_effects(asked.key, [event, row, answer, told], NOW)
    tx.done(event.key, {"etag": '"1"', "event": "e1"}, NOW + timedelta(seconds=1))
    rules = ["Mode live. Chat open until Wed 4 Nov 08:40."]
    result = {"wamid": "wamid.out", "rules": rules, "cost": "One message.", "form": "text"}
    tx.done(answer.key, result, NOW + timedelta(seconds=2))


def lines(front: FrontDoor, ident: str) -> dict[str, str]:
    answer = front.client.get(f"/admin/why/{ident}", headers=KEY)
    assert answer.status_code == 200, answer.text
    told: Any = answer.json
    assert told["title"]
    assert len(told["lines"]) <= 5
    assert all(word not in answer.text for word in ("outbox", "inbox", "effect", "snapshot", "put_row"))
    return dict(told["lines"])


# -- health


def test_alive_needs_nobody_and_ready_needs_the_journal(front: FrontDoor) -> None:
    for path in ("/healthz", "/health", "/readyz", "/ready"):
        assert front.client.get(path).json == {"ok": True}
    front.journal.close()
    place = Path(front.journal.place)
    place.rename(place.with_suffix(".away"))
    place.mkdir()
    assert front.client.get("/healthz").status_code == 200
    assert front.client.get("/readyz").status_code == 503


# -- figures


def test_the_figures_are_for_who_has_the_key(front: FrontDoor) -> None:
    ask = front.client.get
    for path in ("/metrics", "/admin/why/wamid.1"):
        assert ask(path).status_code == 401
        assert ask(path, headers={"X-Admin-API-Key": "wrong"}).status_code == 403
        assert ask(path, headers={"X-Admin-API-Key": "\xe9\xff"}).status_code == 403
    assert ask("/metrics", headers=KEY).status_code == 200
    assert ask("/metrics", headers={"Authorization": "Bearer key of the admin"}).status_code == 200


def test_the_local_studio_is_open_and_without_a_key_nobody_gets_in(tmp_path: Path) -> None:
    with opened(tmp_path, local=True, admin_key="") as front:
        assert front.client.get("/metrics").status_code == 200
    with opened(tmp_path, admin_key="") as front:
        assert front.client.get("/metrics").status_code == 401
        assert front.client.get("/metrics", headers={"X-Admin-API-Key": "x"}).status_code == 403


def figures(front: FrontDoor) -> Any:
    answer = front.client.get("/metrics", headers=KEY)
    told: Any = answer.json
    return {name: told[name] for name in ("in", "done", "lost", "twice", "held", "waiting")}


def test_what_came_what_is_done_and_what_waits(front: FrontDoor) -> None:
    assert set(figures(front).values()) == {0}
    with front.journal.write() as tx:
        booked(tx)
    front.post(envelope(message("wamid.1"), message("wamid.2")))
    assert figures(front) == {"in": 3, "done": 2, "lost": 0, "twice": 0, "held": 0, "waiting": 4}
    told: Any = front.client.get("/metrics", headers=KEY).json
    assert told["lanes"]["diary"] == {"done": 1}
    assert told["lanes"]["messages"] == {"done": 1, "queued": 1}


def test_lost_is_what_a_person_must_look_at_and_held_what_may_not_have_arrived(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        tx.put_fact(MessageCame(key="wamid.odd", at=NOW, text="?"))
        tx.set_aside("wamid.odd", "ValueError('no such day')")
        tx.park("wamid.ask/row:bookings:b-1", "the sheet refused it", NOW)
        tx.doubt("wamid.ask/send:booking.confirmed:b-1", "no answer", NOW)
    found = figures(front)
    assert (found["lost"], found["held"]) == (2, 1)
    assert "2" in lines(front, "lost")["What"]
    assert "the sheet refused it" in lines(front, "lost")["Why"]
    assert lines(front, "twice") == {"What": "Nothing left twice that must leave once."}


def test_twice_counts_messages_of_class_once_that_two_ids_came_back_for(front: FrontDoor) -> None:
    def said(wamid: str, key: str) -> StatusCame:
        return StatusCame(key=f"{wamid}:sent", at=NOW, wamid=wamid, status="sent", effect_key=key)

    with front.journal.write() as tx:
        for key, cls in (("f/1", "once"), ("f/2", "once"), ("f/3", "at_least_once")):
            send = Send(key=key, to="+447700900101", who="c-1", name="Thandi", text="money.invoice", cls=cls)
            tx.put_effects("f", [send], NOW)
            tx.done(key, {"wamid": f"wamid.{key}"}, NOW)
            tx.put_fact(said(f"wamid.{key}", key))
    assert figures(front)["twice"] == 0
    front.journal.put_facts([said("wamid.other", "f/2"), said("wamid.more", "f/3")])
    assert figures(front)["twice"] == 1
    assert "Thandi" in lines(front, "twice")["Why"]


# -- why


def test_why_a_message_left(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
    assert lines(front, "wamid.out") == {
        "What": 'Answer to "Book Thandi tomorrow 09h00 single".',
        "Why": "Nadine asked at 08:40. 09:00 was free.",
        "Needed": "Diary written 08:40:01. Nothing is said before that.",
        "Rules": "Mode live. Chat open until Wed 4 Nov 08:40.",
        "Cost": "One message.",
    }


def test_what_was_needed_is_said_once_per_place_and_what_is_missing_wins(front: FrontDoor) -> None:
    rows = [PutRow(key=f"f/row{n}", tab="invoices", row_id="i-1", cells={}) for n in (1, 2)]
    needs = tuple(row.key for row in rows)
    invoice = Send(key="f/send", needs=needs, to="+447700900101", who="c-1", text="money.invoice", cls="once")
    with front.journal.write() as tx:
        tx.put_effects("f", [*rows, invoice], NOW)
        tx.done(rows[1].key, {}, NOW)
        tx.put_rows("messages", {message_id(invoice.key): {"key": invoice.key}})
    ident = f"row:messages:{message_id(invoice.key)}"
    assert lines(front, ident)["Needed"] == "Waits for the sheet."
    with front.journal.write() as tx:
        tx.done(rows[0].key, {}, NOW + timedelta(seconds=9))
    assert lines(front, ident)["Needed"] == "Sheet written 08:40:09. Nothing is said before that."


def test_why_a_message_that_is_known_by_its_status_only(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        key = "wamid.ask/send:booking.confirmed:b-1"
        tx.doubt(key, "no answer", NOW)
        tx.put_fact(StatusCame(key="wamid.lost:sent", at=NOW, wamid="wamid.lost", status="sent", effect_key=key))
    assert lines(front, "wamid.lost")["Rules"] == "No answer from WhatsApp yet. Its next word will tell."


def test_why_an_answer_without_more_words_says_who_wrote(front: FrontDoor) -> None:
    asked = MessageCame(key="wamid.q", at=NOW, phone="+447700900101", text="bookings")
    answer = Send(
        key="wamid.q/send", to="+447700900101", who="c-1", text="menu.bookings", why=('Answer to "bookings".',)
    )
    with front.journal.write() as tx:
        tx.put_fact(asked)
        tx.put_effects(asked.key, [answer], NOW)
        tx.done(answer.key, {"wamid": "wamid.a"}, NOW)
    told = lines(front, "wamid.a")
    assert (told["What"], told["Why"]) == ('Answer to "bookings".', "+44 7700 900101 wrote at 08:40.")


@pytest.mark.parametrize(
    ("state", "rules", "cost"),
    [
        ("queued", "Not sent yet: it waits its turn.", None),
        ("waiting", "Not sent yet: quiet hours.", None),
        ("held", "Not sure it arrived. Held for Nadine, not sent again.", None),
        ("dropped", "Not sent: it came too late to be useful.", "Nothing was sent, nothing to pay."),
    ],
)
def test_why_a_message_did_not_leave(front: FrontDoor, state: str, rules: str, cost: str | None) -> None:
    key = "wamid.ask/send:booking.confirmed:b-1"
    with front.journal.write() as tx:
        booked(tx)
        receipt = {"key": key, "why": "", "text": "Hi Thandi"}
        tx.put_rows("messages", {message_id(key): receipt})
        if state == "waiting":
            tx.later(key, START, "quiet hours", NOW)
        if state == "held":
            tx.hold(key, "not sure it arrived", NOW)
        if state == "dropped":
            tx.drop(key, "it came too late to be useful", NOW)
    told = lines(front, f"row:messages:{message_id(key)}")
    assert (told["Rules"], told.get("Cost")) == (rules, cost)


def test_why_a_message_came_and_what_it_led_to(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        tx.put_rows("messages", {message_id("wamid.ask"): {"who": "Nadine", "key": "wamid.ask"}})
    told = lines(front, "wamid.ask")
    assert told["What"] == 'Nadine wrote "Book Thandi tomorrow 09h00 single".'
    assert told["Why"] == "It came to the studio's WhatsApp number at 08:40."
    assert told["Rules"] == (
        "It led to this: Booked: Thandi Maroon, Wed 4 Nov, 09:00; message to Nadine; message to Thandi Maroon."
    )
    front.post(envelope(message("wamid.new", type="image", image={"id": "m-1"})))
    waiting = lines(front, "wamid.new")
    assert waiting["Rules"] == "It waits its turn."
    assert "media" in waiting["What"]


def test_why_a_row_is_there(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        later = PutRow(key="x/row", tab="bookings", row_id="b-1", cells={"told": "sent 08:41"}, projection=True)
        tx.put_effects("x", [later], NOW)
    expected = {
        "What": "Booked: Thandi Maroon, Wed 4 Nov, 09:00",
        "Why": 'Answer to "Book Thandi tomorrow 09h00 single". Nadine asked at 08:40. 09:00 was free.',
        "Needed": "Nothing had to be written first.",
        "Rules": "By Nadine, chat on Tue 3 Nov 08:40. To take it back, send undo 14.",
        "Cost": "With it: 2 messages for Nadine, Thandi Maroon.",
    }
    assert lines(front, "row:bookings:b-1") == expected
    assert lines(front, "row:Bookings:b-1") == expected
    assert lines(front, "row:today:s:b-1") == expected


def test_why_a_row_of_a_journal_that_started_anew(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        rows = {
            "n-1": {"what": "Booked: older", "when": 46329.1, "row_id": "b-1", "key": "k/1"},
            "n-2": {"what": "Cancelled: newer", "when": 46330.2, "row_id": "b-1", "key": "k/2"},
        }
        tx.put_rows("changes", rows)
    assert lines(front, "row:bookings:b-1") == {"What": "Cancelled: newer"}


def test_why_a_row_she_changed_since(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        at = NOW + timedelta(minutes=10)
        changed = RowChanged(
            key="row:bookings:b-1:1",
            at=at,
            tab="bookings",
            row_id="b-1",
            rev=1,
            before={"tell": False},
            after={"tell": True},
        )
        tx.put_fact(changed)
        tx.handled(changed.key, at)
    assert lines(front, "row:bookings:b-1")["What"] == "Nadine ticked Tell at 08:50."


def test_why_the_clock_did_something(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        tick = Tick(key="tick:remind.tomorrow:b-1", at=NOW, name="remind.tomorrow", slot="2026-11-03", about="b-1")
        tx.put_fact(tick)
        tx.handled(tick.key, NOW)
        tx.put_effects(tick.key, [PutRow(key="t/1", tab="bookings", row_id="b-1", cells={}, what="Reminded")], NOW)
    assert lines(front, "row:bookings:b-1")["Why"] == "The clock: remind tomorrow, due at 08:40."


def test_why_an_event_is_there(front: FrontDoor) -> None:
    with front.journal.write() as tx:
        booked(tx)
        seats = (DiarySeat(booking="b-1", client="c-1", name="Thandi Maroon"),)
        event = DiaryEvent(
            id="e1",
            start=START,
            end=START + timedelta(minutes=55),
            title="09:00 Single: Thandi Maroon",
            session="s-1",
            type="single",
            capacity=1,
            seats=seats,
        )
        mine = DiaryEvent(id="dentist", start=START, end=START, title="Dentist")
        tx.put_events([event, mine])
    told = lines(front, "event:e1")
    assert told["What"] == "The session 09:00 Single: Thandi Maroon."
    assert told["Why"].startswith('Answer to "Book Thandi')
    assert told["Rules"] == "In it: Thandi Maroon. 1 of 1 places."
    assert front.client.get("/admin/why/event:dentist", headers=KEY).status_code == 404
    with front.journal.write() as tx:
        moved = EventChanged(key="event:e1:1", at=NOW + timedelta(minutes=3), event_id="e1")
        tx.put_fact(moved)
    assert lines(front, "event:e1")["Why"] == "Nadine changed it in the calendar at 08:43."


@pytest.mark.parametrize(
    "ident",
    ["wamid.unknown", "row:bookings:b-9", "row:nowhere:x", "row:", "event:", "event:x", "row:messages:m-9", ":"],
)
def test_what_nobody_of_us_made_is_not_known(front: FrontDoor, ident: str) -> None:
    assert front.client.get(f"/admin/why/{ident}", headers=KEY).status_code == 404
