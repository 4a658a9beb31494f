"""What the workbook itself knows of our work, for a studio whose notes are lost.

The rows of Messages are the receipts. What they show as sent never goes again; what was on its way is held for the
owner, who alone can say; what was asked but not begun is decided again, for its keys and ids come out the same. An
answer of class fresh may have left before its row said so: it is never given again.
Source: promises 26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.messages import MessageRow
from sheets_schema.tabs.money import Invoice
from sheets_schema.texts.catalogue import load, part, render
from sheets_schema.texts.model import Rendered
from sheets_schema.texts.recover import values_in
from studio_sync.rules.diary_apart import apart
from studio_sync.rules.effects import Button, MessageClass, Send
from studio_sync.rules.facts import Fact, MessageCame, Outcome, Tick
from studio_sync.rules.gate import WINDOW
from studio_sync.rules.questions import data_of

#: states of a row of Messages that say that nobody knows yet whether it left
OPEN = ("waiting", "sending")
#: WhatsApp delivers a message again for 7 days
REMEMBERED = timedelta(days=8)
#: something she or a client asked for so long ago is still worth doing
FRESH = timedelta(hours=1)
#: texts that are only true while the booking stands
_STANDING = ("booking.confirmed", "booking.series", "booking.moved", "remind.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipts:
    """What is known again."""

    #: address -> instant of its last message
    heard: dict[str, datetime]
    #: what was dealt with
    done: tuple[Fact, ...]
    #: what was asked or begun and can safely be decided again
    again: tuple[Fact, ...]
    #: messages that may or may not have left: a person decides
    held: tuple[Send, ...]
    #: ids of rows of Messages that are not going to leave any more
    lapsed: tuple[str, ...]


def receipts(snap: Snapshot, now: datetime) -> Receipts:
    """Read the rows; ``now`` aware UTC."""
    out = [row for row in snap.messages if row.way == "out" and row.key]
    begun = {row.key.split("/", maxsplit=1)[0] for row in out if row.state not in OPEN}
    begun |= {change.key.split("/", maxsplit=1)[0] for change in snap.changes}
    asked = {row.key.split("/", maxsplit=1)[0] for row in out if row.state in OPEN}
    came = [row for row in snap.messages if row.way == "in" and row.key and row.when and now - row.when < REMEMBERED]
    redone = {row.key for row in came if _worth_doing(row, now) and row.key in asked and row.key not in begun}
    doubtful = [row for row in out if row.key.split("/", maxsplit=1)[0] not in redone or class_of(row) == "fresh"]
    held, lapsed = _in_doubt(snap, doubtful)
    return Receipts(
        heard=_heard(snap),
        done=(*(_message(row) for row in came if row.key not in redone), *_ticks(out, now)),
        again=(*(_message(row) for row in came if row.key in redone), *_unfinished(snap, now), *apart(snap, now)),
        held=held,
        lapsed=lapsed,
    )


def _heard(snap: Snapshot) -> dict[str, datetime]:
    heard: dict[str, datetime] = {}
    for row in snap.messages:
        if row.way == "in" and row.number and row.chat_until:
            at = row.chat_until - WINDOW
            heard[row.number] = max(at, heard.get(row.number, at))
    return heard


def _worth_doing(row: MessageRow, now: datetime) -> bool:
    """Only words: what stood behind a tap is not in the row."""
    return row.kind == "text" and row.when is not None and now - row.when < FRESH


def _message(row: MessageRow) -> MessageCame:
    phone = row.number if row.number.startswith("+") else ""
    at = row.when or datetime(2020, 1, 1, tzinfo=UTC)
    return MessageCame(
        key=row.key,
        at=at.astimezone(UTC),
        phone=phone,
        user_id="" if phone else row.number,
        profile=row.who,
        form=row.kind or "text",
        text=row.text,
    )


def _ticks(out: list[MessageRow], now: datetime) -> Iterator[Tick]:
    """Ticks all of whose messages are settled. Any other comes again while it is useful; what it sent is known."""
    rows: dict[str, list[MessageRow]] = {}
    for row in out:
        fact = row.key.split("/", maxsplit=1)[0]
        if fact.startswith("tick:") and row.when and now - row.when < REMEMBERED:
            rows.setdefault(fact, []).append(row)
    for key, group in rows.items():
        if any(row.state in OPEN and class_of(row) != "once" for row in group):
            continue
        _, name, place = key.split(":", maxsplit=2)
        yield Tick(key=key, at=now, name=name, slot=place)


def class_of(row: MessageRow) -> MessageClass:
    """How often this message may go; what is not in the catalogue any more is careful: once."""
    known = load().messages.get(row.kind)
    return known.message_class or "at_least_once" if known else "once"


def _in_doubt(snap: Snapshot, out: list[MessageRow]) -> tuple[tuple[Send, ...], tuple[str, ...]]:
    asked = {str(data_of(question).get("row", "")) for question in snap.questions if question.key == "held"}
    held: list[Send] = []
    lapsed: list[str] = []
    for row in out:
        if row.state == "held" and row.id not in asked:
            held.append(send_of(snap, row))
        if row.state not in OPEN:
            continue
        to_owner = snap.clients.get(row.client_id) is None
        once = class_of(row) == "once"
        if once or (class_of(row) == "at_least_once" and not to_owner and not row.key.startswith("tick:")):
            held.append(send_of(snap, row))
        else:
            lapsed.append(row.id)
    return tuple(held), tuple(lapsed)


def send_of(snap: Snapshot, row: MessageRow) -> Send:
    """The message as it was meant, from its row: good enough to be settled by a status, or sent again at her word."""
    label = row.key.rpartition(":")[2]
    hers = snap.message(row.kind, row.client_id).text if row.kind in load().messages else ""
    values = values_in(row.kind, row.text, words=hers)
    rendered = _rendered(row, label, values)
    invoice = snap.invoices.get(label)
    standing = row.kind.startswith(_STANDING)
    return Send(
        key=row.key,
        to=row.number,
        who=row.client_id,
        name=row.who,
        text=row.kind,
        values=values,
        body=row.text,
        buttons=tuple(Button(id=b.id, title=b.label) for b in rendered.buttons) if rendered else (),
        cls=class_of(row),
        about=f"booking:{label}{':booked' if standing else ''}" if label.startswith("b-") else "",
        file=invoice.file_hash if invoice else "",
        filename=f"{invoice.number} {snap.settings.studio_name}.pdf" if invoice else "",
        to_owner=snap.clients.get(row.client_id) is None,
        why=tuple(line for line in row.why.splitlines() if line),
    )


def _rendered(row: MessageRow, label: str, values: dict[str, str]) -> Rendered | None:
    """The message once more, for its buttons; what they refer to is the row the message was about."""
    message = load().messages.get(row.kind)
    if message is None:
        return None
    known = {**{name: label for name in message.placeholders if name in {"booking", "invoice"}}, **values}
    try:
        return render(row.kind, {name: value for name, value in known.items() if name in message.placeholders})
    except ValueError:
        return None


def _unfinished(snap: Snapshot, now: datetime) -> Iterator[Outcome]:
    """Invoices that have their number but not their paper: nobody was told before that, so it goes on from there."""
    receipts_of = {change.row_id: change.key for change in snap.book_changes if _numbered(change.key, change.row_id)}
    for invoice in snap.invoices:
        if invoice.number and not invoice.file_hash and invoice.id in receipts_of:
            yield _outcome(receipts_of[invoice.id], now, of="number", row_id=invoice.id, number=invoice.number)
        elif invoice.number and _left_sending(snap, invoice):
            send = {"name": invoice.client, "text": "money.invoice", "values": {"doc": invoice.number}}
            yield _outcome(f"invoice:{invoice.id}", now, ok=False, of="not_sent", loud=True, send=send)


def _numbered(key: str, row_id: str) -> bool:
    return key.endswith(f"/row:invoices:{row_id}")


def _left_sending(snap: Snapshot, invoice: Invoice) -> bool:
    """Its cell says that it is leaving, and no row of Messages says so: it never left."""
    if invoice.sent != part("tick.sending"):
        return False
    return not any(row.key.endswith(f"/send:money.invoice:{invoice.id}") for row in snap.messages)


def _outcome(effect_key: str, now: datetime, *, ok: bool = True, **result: Any) -> Outcome:
    of = "" if result["of"] == "number" else f":{result['of']}"
    return Outcome(key=f"outcome:{effect_key}{of}", at=now, effect_key=effect_key, ok=ok, result=result)
