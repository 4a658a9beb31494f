"""What came in and what goes out, in the words of the house: none of the engine's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from sheets_schema.tabs import BY_KEY
from studio_sync.rules.effects import (
    Ask,
    DropEvent,
    DropRow,
    Effect,
    Fetch,
    Mail,
    Note,
    PutEvent,
    PutRow,
    Render,
    Send,
    load_effect,
)
from studio_sync.rules.facts import (
    EventChanged,
    Fact,
    MessageCame,
    NewsCame,
    Outcome,
    RowChanged,
    RowGone,
    RowsImported,
    RowsPasted,
    RowTyped,
    StatusCame,
    Tick,
    load_fact,
)

#: how far something that came in is: the journal's word -> ours
IN_STATES = {"new": "waiting", "done": "dealt with", "aside": "set aside"}
#: how far something that goes out is
OUT_STATES = {
    "queued": "waiting",
    "waiting": "later",
    "sending": "going out",
    "unknown": "not sure",
    "held": "held for you",
    "parked": "refused",
    "done": "done",
    "dropped": "not needed",
}
TICKS = {
    "digest.morning": "Time for the morning digest",
    "digest.evening": "Time for the evening digest",
    "remind.tomorrow": "Time for a reminder, the night before",
    "remind.next_hour": "Time for a reminder, shortly before",
}
NEWS = {
    "number": "A number was given",
    "render": "A document was drawn",
    "mail": "News of a mail",
    "held": "Not sure a message arrived",
    "not_sent": "A message was not sent",
}


def moment(at: datetime, zone: ZoneInfo) -> str:
    """``3 Nov 08:41`` in the studio's time."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %H:%M}"


def came_in(body: str) -> str:
    """What a thing that came in was, from its JSON."""
    try:
        return of_fact(load_fact(body))
    except ValidationError:
        return "Something this version cannot read"


def of_fact(fact: Fact) -> str:
    """The same for one that is read already."""
    match fact:
        case MessageCame():
            return f'{fact.profile or fact.phone or "Someone"}: "{fact.text or fact.form}"'
        case StatusCame():
            return f"WhatsApp says: {fact.status}"
        case NewsCame():
            return f"WhatsApp tells something ({fact.field.replace('_', ' ')})"
        case RowChanged():
            titles = changed_titles(fact)
            return f"{_title(fact.tab)}: {titles} changed" if titles else f"{_title(fact.tab)}: a row changed"
        case RowTyped():
            return f"{_title(fact.tab)}: a new row"
        case RowGone():
            return f"{_title(fact.tab)}: a row is gone"
        case RowsPasted():
            return f"{_title(fact.tab)}: {len(fact.rows)} new rows at once"
        case RowsImported():
            return f"{_title(fact.tab)}: {len(fact.rows)} rows from {fact.file or 'a file'}"
        case EventChanged():
            return f"Diary: {(fact.after or fact.before or {}).get('title') or 'an event'}"
        case Tick():
            return TICKS.get(fact.name, "A time has come")
        case Outcome():
            return NEWS.get(str(fact.result.get("of")), "News of our own work")


def changed_titles(fact: RowChanged) -> str:
    """The columns she changed, by their headers; never what stands in them."""
    columns = BY_KEY[fact.tab].by_field if fact.tab in BY_KEY else {}
    names = [name for name in fact.after if fact.changed(name) and name in columns]
    return ", ".join(columns[name].title for name in names)


def goes_out(body: str) -> str:
    """What a thing that goes out is, from its JSON."""
    try:
        return of_effect(load_effect(body))
    except ValidationError:
        return "Something this version cannot read"


def of_effect(effect: Effect) -> str:
    """The same for one that is read already."""
    match effect:
        case PutRow():
            if effect.tab == "messages":
                return "Messages: the row of a message"
            return f"{_title(effect.tab)}: {effect.what or _fields(effect.tab, effect.cells)}"
        case DropRow():
            return f"{_title(effect.tab)}: {effect.what or 'cancel a row'}"
        case PutEvent():
            return f"Diary: {effect.title}"
        case DropEvent():
            return "Diary: take a session out"
        case Send():
            return f"To {effect.name or effect.to}: {effect.body or effect.text}"
        case Mail():
            return f"Mail to {effect.to}: {effect.subject}"
        case Render():
            return f"Draw {effect.filename}"
        case Fetch():
            return "Fetch a file someone sent"
        case Ask():
            return f"Ask about {effect.what}"
        case Note():
            return "Remember something"


def _title(tab: str) -> str:
    return BY_KEY[tab].title if tab in BY_KEY else tab


def _fields(tab: str, fields: Iterable[str]) -> str:
    columns = BY_KEY[tab].by_field if tab in BY_KEY else {}
    return ", ".join(columns[name].title for name in fields if name in columns) or "a row"
