"""The second line of an answer: who is being told, in words that are true when the answer leaves."""

from __future__ import annotations

from sheets_schema.tabs.people import Client
from sheets_schema.texts.catalogue import part
from studio_sync.rules.gate import in_quiet
from studio_sync.rules.ink import Ink


def told_line(ink: Ink, client: Client, text: str) -> str:
    """What will happen to the message ``text`` for ``client``: being told, later, or not and why."""
    first = client.name.split()[0] if client.name else "?"
    because = untold(ink, client)
    if because:
        return part("told.failed", first=first, because=because)
    settings = ink.snap.settings
    local = ink.now.astimezone(settings.zone)
    heard = ink.snap.chats.get(client.phone)
    recent = heard is not None and (ink.now - heard).total_seconds() <= 600
    if (
        settings.quiet_from
        and settings.quiet_to
        and not recent
        and in_quiet(local.time(), settings.quiet_from, settings.quiet_to)
    ):
        return part("told.later", first=first, time=f"{settings.quiet_to:%H:%M}")
    return part("told.soon", first=first)


def untold(ink: Ink, client: Client) -> str:
    """Why a client cannot be told at all now; "" when nothing stands in the way."""
    mode = ink.snap.settings.mode
    if not client.phone:
        return part("untold.no_phone")
    if client.messages == "stopped":
        return part("untold.stopped")
    if mode == "live" or (mode == "pilot" and client.pilot):
        return ""
    return part("untold.mode", mode=mode)
