"""Pause, go on, go live: the Mode cell of Settings. Going live names what would leave and asks once."""

from __future__ import annotations

from collections import Counter

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.cost import coming, forecast
from studio_sync.rules.cost import said as said_cost
from studio_sync.rules.ink import Ink
from studio_sync.rules.pausing import paused
from studio_sync.rules.questions import ask


def pause(ink: Ink, said: str) -> None:
    """Nothing leaves to clients any more."""
    _set(ink, "watch")
    _reply(ink, "answer.paused", said)


def go_on(ink: Ink, said: str) -> None:
    """After a pause messages leave again; from any other mode that is going live, so it asks."""
    if ink.snap.settings.mode == "live":
        _reply(ink, "answer.live", said)
    elif paused(ink.snap):
        _set(ink, "live")
        _reply(ink, "answer.live", said)
    else:
        go_live(ink, said)


def go_live(ink: Ink, said: str) -> None:
    """Name what leaves in the next 24 hours, and ask."""
    settings = ink.snap.settings
    if settings.mode == "live":
        _reply(ink, "answer.live", said)
        return
    messages = coming(ink.snap, ink.now)
    counts = Counter[str](each.kind for each in messages)
    question = ask(ink, who="owner-chat", about="go live", answers={"yes": "", "no": ""}, rule="go_live", data={})
    kinds = ("introduction", "reminder", "digest") if counts["introduction"] else ("reminder", "digest")
    listed = words.join([words.plural(counts[kind], kind) for kind in kinds])
    amount = forecast(ink.snap, messages, ink.now)
    if amount is None:
        _reply(ink, "answer.go_live_ask_unpriced", said, list=listed, question=question)
    else:
        cost = said_cost(amount, settings.currency)
        _reply(ink, "answer.go_live_ask", said, list=listed, amount=cost, question=question)


def _set(ink: Ink, mode: str) -> None:
    ink.put("settings", "mode", log=part("log.mode", mode=mode), by=ink.by_owner("chat"), undoable=True, value=mode)


def _reply(ink: Ink, text: str, said: str, /, **values: str) -> None:
    ink.send(
        ink.asker(),
        text,
        values=values,
        deadline=ink.within(12),
        answers=ink.fact.key,
        why=(part("why.answer_to", text=said or "?"),),
    )
