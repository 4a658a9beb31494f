"""A message came: keep its row, remember that the chat is open, then hear it as owner, client or newcomer."""

from __future__ import annotations

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules import client_chat, newcomers, owner_chat
from studio_sync.rules.access import Speaker, speaker
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.gate import WINDOW
from studio_sync.rules.ink import Ink, message_id


def message_came(ink: Ink, fact: MessageCame) -> None:
    """What a message means. Every message becomes a row, understood or not."""
    who = speaker(ink.snap, fact.phone, fact.user_id)
    if not who.address:
        return
    ink.note("heard", address=who.address, at=fact.at.isoformat())
    _keep(ink, fact, who)
    if fact.form == "reaction" or fact.form == "system":
        return
    if who.role == "owner":
        owner_chat.hear(ink, fact)
    elif who.role == "client" and who.client is not None:
        client_chat.hear(ink, fact, who.client)
    else:
        newcomers.hear(ink, fact, who)


def _keep(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    settings = ink.snap.settings
    name = settings.owner_name if who.role == "owner" else who.client.name if who.client else fact.profile
    local = fact.at.astimezone(settings.zone)
    said = fact.text or f"[{fact.form}]"
    ink.put(
        "messages",
        message_id(fact.key),
        projection=True,
        when=fact.at,
        way="in",
        who=name or words.phone_words(who.address),
        text=said,
        why=part("why.wrote", name=name or words.phone_words(who.address), time=f"{local:%H:%M}"),
        kind=fact.form,
        chat_until=fact.at + WINDOW,
        number=who.address,
        client_id=who.client.id if who.client else who.role,
        key=fact.key,
    )
