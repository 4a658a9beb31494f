"""The commit chain: whatever becomes of a POST, each row is written once and numbers have no gap and no repeat."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sheets_schema.head import (
    add_token_request,
    drop_token_request,
    head_requests,
    marker_request,
    read_head,
    read_history,
)
from studio_sync.delivery.sheet.draft import MOST_BYTES
from studio_sync.errors import InDoubt, Refused
from studio_sync.rules.effects import PutRow
from tests.hallway.meddling import Killed, book, meddle
from tests.hallway.room import OWNER, THANDI, Room, second

ANSWERS = ("400", "401", "403", "404", "408", "429", "500", "503", "refuse", "reset", "lost", "cut")


def tick_send(room: Room) -> None:
    room.tick_box("invoices", "i-OCT1", "send")


def check(room: Room, numbers: list[str]) -> None:
    """What must hold whenever nothing is pending."""
    assert room.open_work() == []
    with room.journal.read() as tx:
        assert tx.attempts("studio") == []
        assert tx.attempts("books") == []
    assert [row["number"] for row in room.rows("invoices") if row.get("number")] == numbers
    for tab in ("bookings", "messages", "changes", "book_changes", "invoices", "lines", "questions"):
        ids = [row["id"] for row in room.rows(tab)]
        assert len(ids) == len(set(ids)), f"{tab} has a row twice"
    for tab in ("changes", "book_changes"):
        keys = [row["key"] for row in room.rows(tab)]
        assert len(keys) == len(set(keys))
    for tab in ("clients", "invoices"):  # the hidden tab of either workbook
        grid = room.grid(tab, "_studio")
        head = read_head([line[:1] for line in grid])
        assert head is not None
        history = read_history([line[2:3] for line in grid])
        assert sorted(history) == list(range(1, head.n + 1))
        assert history[head.n].batch == head.batch
    assert len([text for text in room.said(THANDI) if "INV-" in text]) == len(numbers)


@pytest.mark.parametrize("skip", [0, 3])
@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_google_answers_the_invoice_is_numbered_once(room: Room, answer: str, skip: int) -> None:
    room.fault("sheets.batchUpdate", answer, skip=skip)
    tick_send(room)
    room.run(45)
    check(room, ["INV-2026-00001"])


def test_google_down_for_a_minute_of_reads_and_writes(room: Room) -> None:
    tick_send(room)
    room.fault("google.*", "503", times=None)
    room.run(70)
    assert "INV-2026-00001" not in str(room.said(THANDI))
    room.mend()
    room.run(90)
    check(room, ["INV-2026-00001"])


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("role", ["books", "studio"])
def test_the_plug_is_pulled_around_the_post(room: Room, role: str, applied: bool) -> None:
    def pulled(send: Callable[[], Any]) -> Any:
        if applied:
            send()
        raise Killed

    tick_send(room)
    meddle(book(room, role), pulled)
    with pytest.raises(Killed):
        room.run(20)
    room.restart()
    room.run(15)
    room.tick(120)
    room.run(15)
    check(room, ["INV-2026-00001"])


def test_the_attempt_is_in_the_journal_before_the_post(room: Room) -> None:
    seen = []

    def look(send: Callable[[], Any]) -> Any:
        with room.journal.read() as tx:
            seen.extend(tx.attempts("books"))
        return send()

    tick_send(room)
    meddle(book(room), look)
    room.run(10)
    assert len(seen) == 1
    check(room, ["INV-2026-00001"])


def test_a_slot_lost_to_another_writer_gives_another_number_and_nobody_heard_the_first(room: Room) -> None:
    target = book(room)

    def quicker(send: Callable[[], Any]) -> Any:
        head = target.notes(room.clock.now()).head
        theirs = head.next("theirs", {"INV-2026": 5}, "first", room.clock.now().isoformat())
        requests = [drop_token_request(head.token), *head_requests(theirs), add_token_request(theirs)]
        target.port.commit([*requests, marker_request(theirs.n, "theirs")])
        return send()

    tick_send(room)
    meddle(target, quicker)
    room.run(30)
    check(room, ["INV-2026-00006"])
    assert "INV-2026-00006" in str(room.said(THANDI))
    assert "INV-2026-00001" not in json.dumps([room.said(THANDI), room.said(OWNER), room.mails()])


def test_a_copy_that_arrives_late_is_refused(room: Room) -> None:
    late: list[Callable[[], Any]] = []

    def delayed(send: Callable[[], Any]) -> Any:
        late.append(send)
        raise InDoubt("sheets", "no usable answer")

    tick_send(room)
    meddle(book(room), delayed)
    room.run(30)
    check(room, ["INV-2026-00001"])
    before = room.grid("invoices")
    for send in late:
        with pytest.raises(Refused):
            send()
    assert room.grid("invoices") == before


def test_a_spoilt_counter_does_not_give_a_number_twice(room: Room) -> None:
    tick_send(room)
    room.run(15)
    room.owner("type", book=room.config.books_sheet_id, cell="_studio!A2", text="{nonsense")
    with room.journal.write() as tx:
        tx.put_effects("f", [_draft("i-NEXT", series="INV-2026")], room.clock.now())
    room.run(10, watch=False)
    assert room.row("invoices", "i-NEXT")["number"] == "INV-2026-00002"


def _draft(row_id: str, **more: Any) -> PutRow:
    cells = {"client": "Thandi Maroon", "client_id": "c-THANDI", "state": "issued"}
    return PutRow(key=f"f/row:invoices:{row_id}", tab="invoices", row_id=row_id, cells=cells, **more)


def test_much_is_written_in_few_bodies_and_no_fact_is_torn(room: Room) -> None:
    with room.journal.write() as tx:
        for n in range(120):
            rows = [
                PutRow(
                    key=f"f{n}/{part}",
                    tab="messages",
                    row_id=f"m-{n}-{part}",
                    cells={"text": "word " * 1400, "state": "sent"},
                    projection=True,
                )
                for part in range(3)
            ]
            tx.put_effects(f"f{n}", rows, room.clock.now())
    sizes, commits, instants = [], [], []
    port = book(room, "studio").port
    commit = port.commit

    def measured(requests: Sequence[Mapping[str, Any]], **more: Any) -> Any:
        sizes.append(len(json.dumps({"requests": list(requests)})))
        commits.append({row for row in json.dumps(requests).split('"') if row.startswith("m-") and row.count("-") == 2})
        instants.append(room.clock.now())
        return commit(requests, **more)

    port.commit = measured  # type: ignore[method-assign]
    room.run(6, watch=False)
    check(room, [])
    assert len(room.rows("messages")) == 360
    assert max(sizes) <= MOST_BYTES
    assert 1 < len(commits) <= 4
    assert all((b - a).total_seconds() >= 1 for a, b in itertools.pairwise(instants))
    for n in range(120):
        assert sum(f"m-{n}-0" in rows for rows in commits) == 1
        assert all({f"m-{n}-1", f"m-{n}-2"} <= rows for rows in commits if f"m-{n}-0" in rows)


def test_a_renamed_tab_and_a_moved_column_between_two_looks(room: Room) -> None:
    room.run(3)
    tabs = {sheet.title: sheet.sheet_id for sheet in book(room, "studio").port.shape().sheets}
    bookings = tabs["Bookings"]
    renamed = {"sheetId": bookings, "title": "My bookings"}
    source = {"sheetId": bookings, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    room.owner(
        "do",
        requests=[
            {"updateSheetProperties": {"properties": renamed, "fields": "title"}},
            {"moveDimension": {"source": source, "destinationIndex": 7}},
        ],
    )
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(10)
    grid = room.grid("bookings", "My bookings")
    heads = grid[0]
    made = next(dict(zip(heads, line, strict=False)) for line in grid if "chat" in line)
    assert (made["Client"], made["State"]) == ("Thandi Maroon", "booked")
    assert room.open_work() == []
    assert not any("down" in str(fact.result) for fact in room.facts("outcome"))


def test_today_grows_where_she_has_cut_the_grid(room: Room) -> None:
    room.owner("delete", sheet="Today", row=5, count=996)
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(70)
    assert len(room.rows("today")) > 4
    assert room.open_work() == []


@pytest.mark.parametrize("answer", ["200", "403"])
def test_a_slow_read_brings_no_two_commits_closer(room: Room, answer: str) -> None:
    at: Any = book(room, "studio")
    look, commit = at.look, at.port.commit
    sent: list[Any] = []

    def slow(now: Any) -> Any:
        room.tick(30)
        at.look = look
        return look(now)

    def noted(requests: Sequence[Mapping[str, Any]], **more: Any) -> Any:
        sent.append(room.clock.now())
        return commit(requests, **more)

    at.look, at.port.commit = slow, noted
    if answer != "200":
        room.fault("sheets.batchUpdate", answer)
    for n in range(40):
        put = PutRow(key=f"f{n}/r", tab="messages", row_id=f"m-{n}", cells={"text": "x"}, projection=True)
        with room.journal.write() as tx:
            tx.put_effects(f"f{n}", [put], room.clock.now())
        room.lane("sheet:studio")()
        room.tick(0.1 if n < 12 else 1)
    assert len(sent) > 1
    assert all((b - a).total_seconds() >= 1 for a, b in itertools.pairwise(sent))


def test_two_programs_the_second_stands_by_until_the_first_is_silent(room: Room, tmp_path: Path) -> None:
    other = second(room, tmp_path / "second")
    try:
        before = len(room.calls("sheets.batchUpdate"))
        other.look()
        assert other.studio.foreign == "first"
        other.round()
        assert len(room.calls("sheets.batchUpdate")) == before
        assert other.facts("row") == []
        room.tick(601)
        other.look()
        assert other.studio.foreign == ""
        other.run(8)
        assert len(room.calls("sheets.batchUpdate")) > before
        room.look()
        assert room.studio.foreign == "second"
    finally:
        other.close()


def test_our_sign_is_renewed_while_nothing_happens(room: Room) -> None:
    room.run(3)
    before = room.notes()[2][0]
    for _ in range(5):
        room.tick(61)
        room.round()
    assert room.notes()[2][0] != before


def test_what_the_sheet_refuses_is_found_and_set_aside_and_the_rest_goes_on(room: Room) -> None:
    room.run(5)
    room.owner("lock", cell=room.cell("bookings", "b-FRI1THANDI", "state"))
    with room.journal.write() as tx:
        for n in range(6):
            row = "b-FRI1THANDI" if n == 3 else f"b-new{n}"
            put = PutRow(key=f"f{n}/row", tab="bookings", row_id=row, cells={"state": "came"}, what="x", who="x")
            tx.put_effects(f"f{n}", [put], room.clock.now())
    room.run(60, watch=False)
    states = {line.key: line.state for line in room.outbox() if line.key.endswith("/row") and line.key[0] == "f"}
    assert states.pop("f3/row") == "parked"
    assert set(states.values()) == {"done"}
    assert room.row("bookings", "b-FRI1THANDI")["state"] == "booked"
    assert any("Could not be done" in str(row.get("about")) for row in room.rows("questions"))
    room.owner("unlock", cell=room.cell("bookings", "b-FRI1THANDI", "state"))
    room.run(20, watch=False)
    assert room.row("bookings", "b-FRI1THANDI")["state"] == "booked"


def test_a_workbook_that_takes_nothing_at_all_parks_nothing(room: Room) -> None:
    room.owner("lock", cell="_studio!A1:H600")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(70, turn=True, watch=False)
    assert room.outbox("parked") == []
    room.owner("unlock", cell="_studio!A1:H600")
    room.run(40, turn=True)
    assert [row["client"] for row in room.rows("bookings") if row.get("source") == "chat"] == ["Thandi Maroon"]
    check(room, [])
