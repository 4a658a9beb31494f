"""Why is this here? Five plain lines about a message, a row, an event or a counter, from what the journal keeps."""

from __future__ import annotations

from sheets_schema.tabs import TABS
from sheets_schema.texts.catalogue import clip, part
from studio_sync.rules.effects import Send
from webhook.sentences import Answer, Teller, five
from webhook.why_messages import message
from webhook.why_places import event_of, row


def explain(teller: Teller, ident: str) -> Answer | None:
    """``{"title", "lines"}``, or None if unknown.

    ``ident``: a wamid, ``row:<tab>:<row id>``, ``event:<event id>``, ``lost`` or ``twice``.
    """
    if ident in {"lost", "twice"}:
        return counter(teller, ident)
    kind, _, rest = ident.partition(":")
    if kind == "row":
        tab, _, row_id = rest.partition(":")
        return row(teller, _tab_key(tab), row_id)
    if kind == "event":
        return event_of(teller, rest)
    return message(teller, ident)


def _tab_key(told: str) -> str:
    """A tab by its key or its title."""
    wanted = told.casefold()
    return next((tab.key for tab in TABS if wanted in {tab.key, tab.title.casefold()}), wanted)


def counter(teller: Teller, name: str) -> Answer:
    """What stands behind a counter that is not 0; the newest first."""
    if name == "twice":
        keys = teller.tx.accepted_twice()
        found = [q for key in keys if (q := teller.tx.effect(key)) is not None and isinstance(q.effect, Send)]
        lines = [part("why.title_out", name=q.effect.name or q.effect.to) for q in found if isinstance(q.effect, Send)]
        count = len(keys)
    else:
        aside, parked = teller.tx.inbox_lines("aside", 20), teller.tx.outbox_lines("parked", 20)
        lines = [f"{line.key}: {line.error}" for line in aside] + [f"{line.key}: {line.reason}" for line in parked]
        count = teller.tx.inbox_counts()["aside"] + teller.tx.outbox_counts()["parked"]
    if not count:
        return five(part(f"why.{name}_title"), part(f"why.{name}_none"))
    head = part(f"why.{name}", n=str(count))
    return five(part(f"why.{name}_title"), head, "; ".join(clip(line, 120) for line in lines[:2]), part("why.look"))
