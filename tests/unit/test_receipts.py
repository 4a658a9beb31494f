"""Notes lost: what the rows of Messages still know. Nothing goes twice, nothing in doubt is passed over in silence."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.policies import Settings, context_of
from sheets_schema.snapshot import Snapshot, build, cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts.catalogue import load, render
from sheets_schema.texts.recover import values_in
from studio_sync.rules.facts import EventChanged, MessageCame, Outcome, Tick
from studio_sync.rules.ink import message_id
from studio_sync.rules.receipts import Receipts, class_of, receipts

NOW = datetime(2026, 11, 3, 18, 5, tzinfo=UTC)
TODAY = date(2026, 11, 3)
SETTINGS = {
    "mode": "live",
    "studio_name": "Nowhere Street Pilates",
    "owner_name": "Nadine",
    "zone": "Africa/Johannesburg",
}
CONTEXT = context_of(Settings(zone=ZoneInfo("Africa/Johannesburg")), TODAY)
THANDI = {"number": "+447700900101", "client_id": "c-THANDI", "who": "Thandi Maroon"}
NADINE = {"number": "+447700900199", "client_id": "owner", "who": "Nadine"}
CONFIRMED = (
    "Hi Thandi, your single session is booked for Wed 4 Nov at 09:00. It takes 55 minutes.\n"
    "Place: 12 Nowhere Street\nIf this time does not suit you, tap below and it is free again."
)


def workbook(*diary: DiaryEvent, **tabs: list[dict[str, Any]]) -> Snapshot:
    """Rows as they stand in the sheet; each names its id."""
    rows = {
        tab: {row["id"]: cells(BY_KEY[tab], CONTEXT, **{k: v for k, v in row.items() if k != "id"}) for row in listed}
        for tab, listed in tabs.items()
    }
    rows["settings"] = {name: {"value": value} for name, value in SETTINGS.items()}
    rows["clients"] = {"c-THANDI": cells(BY_KEY["clients"], CONTEXT, name="Thandi Maroon", phone="+447700900101")}
    return build(rows, diary, {}, TODAY)


def out(key: str, state: str, *, kind: str = "booking.confirmed", text: str = CONFIRMED, **more: Any) -> dict[str, Any]:
    row = {"id": message_id(key), "way": "out", "when": NOW - timedelta(minutes=5), "state": state}
    return {**row, "kind": kind, "text": text, "key": key, **THANDI, **more}


def came(key: str, text: str, *, ago: int = 10, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=ago)
    row = {"id": f"m-{key}", "way": "in", "when": at, "text": text, "kind": "text", "key": key}
    return {**row, "chat_until": at + timedelta(hours=24), **THANDI, **more}


def known(*messages: dict[str, Any], **tabs: list[dict[str, Any]]) -> Receipts:
    return receipts(workbook(messages=list(messages), **tabs), NOW)


def test_what_was_sent_and_answered_is_dealt_with() -> None:
    found = known(
        came("wamid.1", "bookings"),
        out("wamid.1/send:answer.sessions:c-THANDI", "read", kind="client.bookings"),
        out("tick:remind.tomorrow:b-1:2026-11-04T09:00/send:remind.tomorrow:b-1", "delivered", kind="remind.tomorrow"),
    )
    assert [fact.key for fact in found.done] == ["wamid.1", "tick:remind.tomorrow:b-1:2026-11-04T09:00"]
    said, tick = found.done
    assert isinstance(said, MessageCame)
    assert (said.text, said.phone) == ("bookings", "+447700900101")
    assert isinstance(tick, Tick)
    assert tick.name == "remind.tomorrow"
    assert (found.again, found.held, found.lapsed) == ((), (), ())


def test_open_chats_are_known_again_by_their_last_message() -> None:
    found = known(
        came("wamid.1", "one", ago=300), came("wamid.2", "two", ago=40), came("wamid.3", "x", ago=90, **NADINE)
    )
    assert found.heard == {
        "+447700900101": NOW - timedelta(minutes=40),
        "+447700900199": NOW - timedelta(minutes=90),
    }


def test_an_invoice_on_its_way_is_held_with_everything_needed_to_send_it_again() -> None:
    text = render(
        "money.invoice",
        {"first": "Thandi", "doc": "INV-2026-00042", "period": "October 2026", "total": "R1,050", "due": "Wed 25 Nov",
         "ref": "THANDI07", "invoice": "i-1", "studio": "Nowhere Street Pilates"},
    ).text  # fmt: skip
    key = "outcome:x/render:i-1/send:money.invoice:i-1"
    found = known(
        out(key, "sending", kind="money.invoice", text=text),
        invoices=[{"id": "i-1", "client": "Thandi Maroon", "number": "INV-2026-00042", "file_hash": "ab" * 32}],
    )
    (send,) = found.held
    assert (send.key, send.cls, send.to) == (key, "once", "+447700900101")
    assert send.values["doc"] == "INV-2026-00042"
    assert (send.file, send.filename) == ("ab" * 32, "INV-2026-00042 Nowhere Street Pilates.pdf")


def test_a_confirmation_that_may_not_have_left_is_held_and_stays_true_to_its_booking() -> None:
    (send,) = known(out("row:bookings:b-1:3/send:booking.confirmed:b-1", "waiting")).held
    assert send.about == "booking:b-1:booked"
    assert send.values == {
        "first": "Thandi", "type": "single", "when": "Wed 4 Nov at 09:00", "mins": "55", "place": "12 Nowhere Street",
    }  # fmt: skip
    assert [button.title for button in send.buttons] == ["Reject this time"]
    assert send.buttons[0].id.endswith("b-1")


def test_what_is_held_already_is_asked_about_once() -> None:
    row = out("wamid.1/send:money.invoice:i-1", "held", kind="money.invoice", text="")
    asked = [{"id": "q-1", "key": "held", "state": "open", "data": json.dumps({"row": row["id"]})}]
    assert len(known(row).held) == 1
    assert known(row, questions=asked).held == ()


def test_answers_of_the_moment_and_words_for_the_owner_lapse() -> None:
    fresh = next(k for k, m in load().messages.items() if m.message_class == "fresh" and m.group == "talk")
    found = known(
        out("wamid.old/send:x:c", "sending", kind=fresh, text="..."),
        out("wamid.older/send:y:owner", "waiting", kind="answer.booked", text="Booked", **NADINE),
        came("wamid.old", "menu", ago=200),
        came("wamid.older", "book", ago=200, **NADINE),
    )
    assert len(found.lapsed) == 2
    assert (found.held, found.again) == ((), ())


def test_a_tick_half_told_comes_again_and_a_tick_told_does_not() -> None:
    found = known(
        out("tick:digest.morning:2026-11-03/send:digest.morning:owner", "sent", kind="digest.morning", **NADINE),
        out("tick:digest.morning:2026-11-03/send:digest.morning:admin1", "waiting", kind="digest.morning", **NADINE),
        out("tick:digest.evening:2026-11-03/send:digest.evening:owner", "read", kind="digest.evening", **NADINE),
    )
    assert [fact.key for fact in found.done] == ["tick:digest.evening:2026-11-03"]


def test_a_command_of_the_last_hour_that_was_not_begun_is_decided_again() -> None:
    asked = came("wamid.9", "Book Thandi tomorrow 09h00 single", ago=3, **NADINE)
    answer = out("wamid.9/send:answer.booked:owner", "waiting", kind="answer.booked", text="Booked", **NADINE)
    confirmed = out("wamid.9/send:booking.confirmed:b-1", "waiting")
    found = known(asked, answer, confirmed)
    assert [fact.key for fact in found.again] == ["wamid.9"]
    assert (found.done, found.held, found.lapsed) == ((), (), ())

    begun = [{"id": "n-1", "no": 1, "key": "wamid.9/row:bookings:b-1", "state": "done"}]
    assert known(asked, answer, confirmed, changes=begun).again == ()
    assert len(known(asked, answer, confirmed, changes=begun).held) == 1, "Thandi may not know of it"

    late = came("wamid.9", "Book Thandi tomorrow 09h00 single", ago=61, **NADINE)
    assert known(late, answer, confirmed).again == ()


def test_an_answer_of_the_moment_that_may_have_left_is_not_given_again_with_what_it_answers() -> None:
    fresh = next(k for k, m in load().messages.items() if m.message_class == "fresh" and m.group == "talk")
    found = known(came("wamid.9", "hello", ago=3), out("wamid.9/send:x:c", "waiting", kind=fresh, text="..."))
    assert [fact.key for fact in found.again] == ["wamid.9"]
    assert found.lapsed == (message_id("wamid.9/send:x:c"),)


#: a session of somebody else
EVENT = DiaryEvent(
    id="e", start=NOW, end=NOW, title="", session="s", seats=(DiarySeat(booking="b-X", client="c-X", name="X"),)
)


def booked(count: int) -> list[dict[str, Any]]:
    """Sessions of tomorrow that stand in no diary; the last row is one of yesterday."""
    day, at = TODAY + timedelta(days=1), time(9)
    row = {"client": "Thandi Maroon", "client_id": "c-THANDI", "state": "booked", "date": day, "time": at}
    rows = [{**row, "id": f"b-{n}", "session": f"s-{n}"} for n in range(count)]
    return [*rows, {**rows[0], "id": "b-OLD", "date": TODAY - timedelta(days=1)}]


def test_a_coming_session_that_the_diary_does_not_know_was_deleted_there() -> None:
    [gone] = receipts(workbook(EVENT, bookings=booked(1)), NOW).again
    assert isinstance(gone, EventChanged)
    assert gone.after is None
    assert gone.before is not None
    assert gone.before["seats"] == [{"booking": "b-0"}]


def test_another_diary_deletes_nothing() -> None:
    assert known(bookings=booked(1)).again == ()
    assert receipts(workbook(EVENT, bookings=booked(5)), NOW).again == ()


def test_a_session_at_another_time_than_its_rows_was_dragged() -> None:
    seats = tuple(DiarySeat(booking=f"b-{n}", client="c-THANDI", name="Thandi") for n in range(2))
    start = datetime(2026, 11, 4, 7, tzinfo=UTC)
    event = DiaryEvent(id="e", start=start, end=start + timedelta(hours=1), title="", session="s-0", seats=seats)
    assert receipts(workbook(event, bookings=booked(2)), NOW).again == ()
    dragged = dataclasses.replace(event, start=start + timedelta(hours=2), end=start + timedelta(hours=3))
    [fact] = receipts(workbook(dragged, bookings=booked(2)), NOW).again
    assert isinstance(fact, EventChanged)
    assert fact.before is not None
    assert fact.after is not None
    assert datetime.fromisoformat(fact.before["start"]) == start
    assert fact.before["seats"] == [{"booking": "b-0"}, {"booking": "b-1"}]
    assert datetime.fromisoformat(fact.after["start"]) == dragged.start


def test_a_seat_without_a_row_is_news_unless_it_is_over_or_most_are() -> None:
    found = [dataclasses.replace(EVENT, id=f"e{n}", session=f"s{n}", start=NOW + timedelta(days=1)) for n in range(6)]
    seats = [(DiarySeat(booking=f"b-Y{n}", client="c-THANDI", name="Thandi"),) for n in range(6)]
    events = [dataclasses.replace(event, seats=seat) for event, seat in zip(found, seats, strict=True)]
    [fact] = receipts(workbook(EVENT, events[0]), NOW).again
    assert isinstance(fact, EventChanged)
    assert fact.before is not None
    assert (fact.before["seats"], fact.event_id) == ([], "e0")
    assert receipts(workbook(*events), NOW).again == ()


def test_an_invoice_with_a_number_but_no_paper_goes_on() -> None:
    invoice = {"id": "i-1", "client": "Thandi Maroon", "number": "INV-2026-00042", "sent": "numbering..."}
    receipt = {"id": "n-1", "key": "row:invoices:i-1:2/row:invoices:i-1", "row_id": "i-1", "tab": "Invoices"}
    (fact,) = known(invoices=[invoice], book_changes=[receipt]).again
    assert isinstance(fact, Outcome)
    assert fact.key == "outcome:row:invoices:i-1:2/row:invoices:i-1"
    assert fact.result == {"of": "number", "row_id": "i-1", "number": "INV-2026-00042"}
    assert known(invoices=[{**invoice, "file_hash": "ab"}], book_changes=[receipt]).again == ()
    assert known(invoices=[invoice]).again == (), "an invoice we did not number is none of our business"


def test_a_kind_nobody_knows_any_more_is_treated_with_care() -> None:
    row = workbook(messages=[out("k/send:gone:c", "sending", kind="gone.text")]).messages.rows[0]
    assert class_of(row) == "once"


@pytest.mark.parametrize("key", sorted(key for key, message in load().messages.items() if message.is_template))
def test_every_template_gives_its_values_back(key: str) -> None:
    catalogue = load()
    message = catalogue.message(key)
    samples = {name: (catalogue.placeholders.get(name) or catalogue.ids[name]).sample for name in message.placeholders}
    text = render(key, samples).text
    found = values_in(key, text)
    assert found
    again = render(key, {**samples, **found}).text
    assert again == text


def test_words_that_were_never_ours_give_nothing() -> None:
    assert values_in("booking.confirmed", "Hello") == {}
    assert values_in("no.such.text", "Hello") == {}
