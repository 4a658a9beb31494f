"""The second line of an answer: who is being told, in words that are true when the answer leaves."""

from __future__ import annotations

from datetime import datetime

from sheets_schema.tabs.people import Client
from sheets_schema.texts.catalogue import part
from studio_sync.rules.gate import held_by_quiet_hours
from studio_sync.rules.ink import Ink
from studio_sync.rules.pausing import paused
from studio_sync.rules.people import called_first


def told_line(ink: Ink, client: Client, text: str, start: datetime | None = None) -> str:
    """What will happen to the message ``text`` for ``client``: being told, later, or not and why.

    ``start``: of the session it is about, which some messages may still tell in quiet hours.
    """
    first = called_first(client.name)
    because = untold(ink, client)
    if because:
        return part("told.failed", first=first, because=because)
    until = held_by_quiet_hours(ink.snap.settings, text, start, ink.now)
    return part("told.later", first=first, time=f"{until:%H:%M}") if until else part("told.soon", first=first)


def untold(ink: Ink, client: Client) -> str:
    """Why a client cannot be told at all now; "" when nothing stands in the way."""
    mode = ink.snap.settings.mode
    if not (client.phone or client.user_id):
        return part("untold.no_phone")
    if client.messages == "stopped":
        return part("untold.stopped")
    if mode == "live" or (mode == "pilot" and client.pilot):
        return ""
    if paused(ink.snap):
        return part("unsent.paused")
    return part("untold.mode", mode=mode)
