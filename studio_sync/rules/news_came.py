"""WhatsApp tells something that is neither message nor status: a wish about news, or what she wrote from the phone."""

from __future__ import annotations

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.access import speaker
from studio_sync.rules.facts import NewsCame
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.people import called

#: WhatsApp's own words for a wish about marketing messages
WISHES = {"stop": "stop_marketing", "resume": "start"}


def news_came(ink: Ink, fact: NewsCame) -> None:
    """What the news means for a client; anything else is kept in the journal only."""
    match fact.field:
        case "user_preferences":
            _wish(ink, fact)
        case "smb_message_echoes":
            _echo(ink, fact)
        case _:
            return


def _wish(ink: Ink, fact: NewsCame) -> None:
    """No marketing, or marketing again: bookings and reminders go on."""
    who = speaker(ink.snap, str(fact.data.get("phone") or ""), str(fact.data.get("user_id") or ""))
    wish = WISHES.get(str(fact.data.get("value") or ""))
    client = who.client
    if client is None or wish is None or client.messages == "stopped":
        return
    name = called(client.name)
    stop = wish == "stop_marketing"
    log = part("log.no_news" if stop else "log.started", name=name)
    wanted = {"messages": "bookings only", "consent": "no"} if stop else {"messages": "all"}
    ink.put("clients", client.id, log=log, by=part("by.chat", name=name), **wanted)


def _echo(ink: Ink, fact: NewsCame) -> None:
    """She wrote to someone from the phone itself: a row of Messages, as for every message."""
    who = speaker(ink.snap, str(fact.data.get("phone") or ""), str(fact.data.get("user_id") or ""))
    if not who.address:
        return
    name = who.client.name if who.client and who.client.name else words.phone_words(who.address)
    ink.put(
        "messages",
        message_id(fact.key),
        projection=True,
        when=fact.at,
        way="out",
        who=name,
        text=str(fact.data.get("text") or "") or f"[{fact.data.get('form') or 'message'}]",
        state="sent",
        why=part("why.phone_app", owner=ink.snap.settings.owner_name or part("blank.owner")),
        number=who.address,
        client_id=who.client.id if who.client else who.role,
        key=fact.key,
    )
