"""Every message that left, waits or did not leave says by which rule, on which row, in which words, and when."""

from __future__ import annotations

from studio_sync.rules.ink import message_id
from tests.hallway.room import THANDI, Room, local
from tests.hallway.test_messages import open_chat, queue, row, send
from tests.hallway.test_pacing import digest
from webhook.sentences import Teller
from webhook.why import explain


def told(room: Room, key: str) -> dict[str, str]:
    """What the terminal, the page and the admin's address say: label -> words."""
    with room.journal.read() as tx:
        answer = explain(Teller.of(tx, room.clock.now()), f"row:messages:{message_id(key)}")
    assert answer is not None
    return dict(answer["lines"])


def test_the_clocks_reminder_says_rule_row_template_and_moment(room: Room) -> None:
    room.clock.set(local(3, 20))
    room.tick(0)
    room.run(4, watch=False, turn=True)
    mine = next(r for r in room.rows("messages") if r.get("kind", "").startswith("remind.") and r["way"] == "out")
    why = mine["why"]
    assert "Remind the night before" in why
    assert "Mode live. Chat closed, so an approved message was used: remind_" in why
    assert "The booking then: booked, Wed 4 Nov 17:00." in why
    assert "Left at 20:00:0" in why
    assert "It costs R0.22." in why
    lines = told(room, mine["key"])
    assert "Remind the night before" in lines["What"]
    assert "approved message" in lines["Rules"]
    assert lines["Cost"] == "It costs R0.22."


def test_what_did_not_leave_says_why_and_when_it_was_looked_at(room: Room) -> None:
    room.type("clients", "c-THANDI", "messages", "stopped")
    room.run(4)
    open_chat(room, THANDI)
    queue(room, digest("a", THANDI, about="booking:b-FRI1THANDI:booked"), send("late", deadline=room.clock.now()))
    room.tick(1)
    room.run(3, watch=False)
    why = row(room, "a")["why"]
    assert "The booking then: booked, Fri 6 Nov 08:00." in why
    assert "Looked at 06:30:" in why
    assert why.endswith("Not sent: no messages wanted.")
    assert told(room, "a")["Rules"] == "Not sent: no messages wanted."
    assert told(room, "a")["Cost"] == "Nothing was sent, nothing to pay."
    assert row(room, "late")["why"].endswith("Not sent: it came too late to be useful.")


def test_what_waits_says_for_what(room: Room) -> None:
    room.clock.set(local(3, 23))
    room.tick(0)
    queue(room, digest("a", THANDI))
    room.run(2, watch=False)
    assert "quiet hours until 06:30" in row(room, "a")["why"]
    assert "quiet hours until 06:30" in told(room, "a")["Rules"]
