"""Undo: the newest change that can be taken back, or the one she names. Refused, with the reason, when it cannot be."""

from __future__ import annotations

import dataclasses
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.snapshot import parse_table
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.machine import Change
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.correct import correct, not_missed
from studio_sync.rules.booking.places import NoPlace
from studio_sync.rules.booking.seats import event_of, label_of, move_seat, stand_up, starts, wanted_of
from studio_sync.rules.changes import read_words
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called
from studio_sync.rules.undo_rows import cells_line, row_change


def undo(ink: Ink, number: int | None, said: str) -> None:
    """Take back change ``number``, or the newest one."""
    numbered = [c for c in (*ink.snap.changes, *ink.snap.book_changes) if c.no]
    if number is None:
        done = [c.no for c in numbered if c.no and c.state == "done"]
        if not done:
            _say(ink, "answer.undo_none", said)
            return
        number = max(done)
    found = [c for c in numbered if c.no == number]
    if not found:
        _say(ink, "answer.undo_unknown", said, undo=str(number))
    elif all(c.state == "undone" for c in found):
        _say(ink, "answer.undo_again", said, undo=str(number))
    else:
        _take_back(ink, number, found, said)


def _say(ink: Ink, text: str, said: str, /, **values: str) -> None:
    why = (part("why.answer_to", text=said or "?"),)
    ink.send(ink.asker(), text, values=values, cls="fresh", answers=ink.fact.key, why=why)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """What taking one change back came to: the line about it, keys to wait for, who is told."""

    line: str
    needs: tuple[str, ...] = ()
    told: str = ""


def _take_back(ink: Ink, number: int, changes: list[Change], said: str) -> None:
    """All rows of one decision, or none."""
    before = len(ink.effects)
    done: list[Back] = []
    for change in changes:
        booking = change.tab == BY_KEY["bookings"].title
        found = _booking_change(ink, change) if booking else row_change(ink, change, Back)
        if isinstance(found, str):
            del ink.effects[before:]
            _say(ink, "answer.undo_refused", said, undo=str(number), because=found)
            return
        done.append(found)
    needs = tuple(dict.fromkeys(key for back in done for key in back.needs))
    for change in changes:
        # Only once the diary has followed: a decision made again after a conflict must not find itself undone already.
        table = "changes" if ink.snap.changes.get(change.id) else "book_changes"
        ink.put(table, change.id, needs=needs, state="undone", label="undone")
    ink.send(
        ink.asker(),
        "answer.undone",
        values={
            "change": " ".join(back.line for back in done),
            "told": " ".join(dict.fromkeys(back.told for back in done if back.told)),
        },
        needs=needs,
        answers=ink.fact.key,
        deadline=ink.within(12),
        why=(part("why.answer_to", text=said or "?"),),
    )


def _booking_change(ink: Ink, change: Change) -> Back | str:
    """Put a booking back, in the diary too; or why it cannot be."""
    booking = ink.snap.bookings.get(change.row_id)
    if booking is None:
        return row_change(ink, change, Back)
    before, after = read_words(change.before), read_words(change.after)
    if booking.invoice:
        return part("undo.invoiced", doc=booking.invoice)
    if "state" in after and booking.state != (after["state"] or ""):
        return part("undo.state_now", state=booking.state or "-")
    start = starts(ink.snap, booking)
    if not before:
        if not (booking.state in {"booked", "held"} or (booking.state == "came" and not booking.session)):
            return part("undo.state_now", state=booking.state or "-")
        if start is not None and start <= ink.now and booking.state == "booked":
            return part("undo.begun")
        return _unbook(ink, booking)
    return _put_back(ink, booking, before)


def _unbook(ink: Ink, booking: Booking) -> Back:
    """A booking that was made is not booked any more."""
    diary = stand_up(ink, booking)
    needs = (diary,) if diary else ()
    ink.put("bookings", booking.id, needs=needs, state="cancelled", changed=ink.now, label="undo")
    told = correct(ink, booking, booking, "fix.not_booked", needs, ink.asked("undo"))
    line = part("undone.not_booked", name=called(booking.client), start=label_of(ink.snap, booking))
    return Back(line=line, needs=needs, told=told)


def _put_back(ink: Ink, booking: Booking, before: dict[str, Raw]) -> Back | str:
    """Cells as they were; the seat follows them."""
    was = patched(ink, booking, before)
    wanted = wanted_of(ink.snap, was)
    session = booking.session
    needs: tuple[str, ...] = ()
    if was.state in {"booked", "held"} and wanted is not None and wanted.end > ink.now:
        place = move_seat(ink, was, dataclasses.replace(wanted, anyway=True))
        if isinstance(place, NoPlace):
            return part("undo.place_taken")
        session, needs = place
    elif not was.seated and event_of(ink.snap, booking) is not None:
        needs = (stand_up(ink, booking),)
    ink.put("bookings", booking.id, needs=needs, raw=before, session=session, changed=ink.now, label="undo")
    told = ""
    if was.state == "booked" and {"state", "date", "time"} & set(before):
        told = correct(ink, booking, was, "fix.stands", needs, ink.asked("undo"))
    elif "state" in before:
        told = not_missed(ink, booking, was, needs, ink.asked("undo"))
    name, start = called(booking.client), label_of(ink.snap, was)
    if "state" in before and was.state == "booked":
        line = part("undone.booked_again", name=name, start=start)
    elif {"date", "time"} & set(before):
        line = part("undone.moved_back", name=name, start=start)
    else:
        line = cells_line(ink, BY_KEY["bookings"], before, name)
    return Back(line=line, needs=needs, told=told)


def patched(ink: Ink, booking: Booking, raws: dict[str, Raw]) -> Booking:
    """A booking with some cells as they were before."""
    known = {name: raw for name, raw in raws.items() if name in BY_KEY["bookings"].by_field and name != "id"}
    table, _ = parse_table(BY_KEY["bookings"], {booking.id: known}, ink.snap.context)
    parsed = table.get(booking.id)
    values: dict[str, Any] = {name: getattr(parsed, name) for name in known}
    return dataclasses.replace(booking, **values)
