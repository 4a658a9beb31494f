"""She edited Clients, or answered in Messages: cells are tidied, ticks act. Typing alone never sends anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.book import confirm_row
from studio_sync.rules.booking.seats import starts, upcoming
from studio_sync.rules.facts import RowChanged
from studio_sync.rules.guarded import shared_phone
from studio_sync.rules.ink import Ink
from studio_sync.rules.names import code_for
from studio_sync.rules.nudges import chat_open
from studio_sync.rules.people import Who, first_of
from studio_sync.rules.reasons import why_ticked
from studio_sync.rules.reminders import remind_now
from studio_sync.rules.rows_bookings import retry_rows_of

WEEK = timedelta(days=7)


def client_changed(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """A new client gets clean cells and a code; rows of Bookings that waited for this name are booked."""
    client = ink.snap.clients.get(fact.row_id)
    if client is None or not (client.name or client.phone):
        return
    values = _tidy(ink, client, fact)
    if values:
        ink.put("clients", client.id, label="tidy", **values)
    if fact.changed("phone", "status"):
        shared_phone(ink, client)
    if "remind" in ticked:
        _remind(ink, client)
    if client.name and fact.changed("name", "status"):
        retry_rows_of(ink, client)


def _tidy(ink: Ink, client: Client, fact: RowChanged) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if client.phone and fact.after.get("phone") != client.phone:
        values["phone"] = client.phone
    if client.name and not client.code:
        values["code"] = code_for(ink, client.name, client.phone)
    if client.since is None:
        values["since"] = ink.today
    if not client.status:
        values["status"] = "active"
    if not client.messages:
        values["messages"] = "all"
    return values


def _remind(ink: Ink, client: Client) -> None:
    """Her tick on Remind: the next session of the coming week."""
    coming = upcoming(ink.snap, client.id, ink.now)
    start = starts(ink.snap, coming[0]) if coming else None
    said = ""
    if start is None or start - ink.now > WEEK:
        said = part("tick.no_booking")
    elif not (client.phone or client.user_id):
        said = part("tick.no_phone")
    if not said and start:
        why = (why_ticked(ink, "Remind"),)
        days = (start.date() - ink.today).days
        if days > 1:
            confirm_row(ink, client, coming[0], needs=(), why=why)
        else:
            remind_now(ink, client, coming[0], start, soon=days == 0, why=why)
    ink.put("clients", client.id, remind=False, sent=said or part("tick.sending"), label="remind")


def message_changed(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """Reply and Send in Messages: an answer typed by her, as free text in her own words."""
    row = ink.snap.messages.get(fact.row_id)
    if row is None or "send" not in ticked:
        return
    client = ink.snap.clients.get(row.client_id)
    first = first_of(client.name) if client else ""
    person = Who(address=row.number, who=row.client_id, name=row.who, first=first)
    if not row.reply:
        ink.put("messages", row.id, send=False, sent=part("tick.no_reply"), label="reply")
    elif not chat_open(ink, person):
        heard = ink.snap.last_heard(row.number)
        since = words.start(heard.astimezone(ink.snap.settings.zone), ink.today) if heard else ""
        closed = part("tick.chat_closed", start=since) if since else part("tick.no_template")
        ink.put("messages", row.id, send=False, sent=closed, label="reply")
    else:
        why = (why_ticked(ink, "Send"),)
        ink.send(person, "talk.own_words", values={"text": row.reply}, why=why, deadline=ink.within(12), label=row.id)
        ink.put("messages", row.id, send=False, reply="", sent=part("tick.sending"), label="reply")
