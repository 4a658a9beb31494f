"""A message came: keep its row, remember that the chat is open, then hear it as owner, client or newcomer."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import client_intent
from studio_sync.rules import answers, client_chat, marks, media, newcomers, news, owner_chat, registration
from studio_sync.rules.access import Speaker, speaker
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.gate import WINDOW
from studio_sync.rules.ink import Ink, message_id

#: an older message is kept and means nothing any more
TOO_OLD = timedelta(days=8)
#: kept as a row, answered by nobody
SILENT = ("reaction", "system")
#: what WhatsApp cannot show of an earlier message is no new message
CHANGES = ("edit", "revoke", "pin", "keep")


def message_came(ink: Ink, fact: MessageCame) -> None:
    """What a message means. Every message becomes a row, understood or not."""
    who = speaker(ink.snap, fact.phone, fact.user_id)
    if not who.address:
        return
    if ink.now - fact.at > TOO_OLD:
        # WhatsApp tries for 7 days: this is somebody's copy of what was said long ago.
        _keep(ink, fact, who)
        return
    if fact.form != "system":
        ink.note("heard", address=who.address, at=fact.at.isoformat())
    _keep(ink, fact, who)
    if fact.many and who.role != "owner" and client_intent(fact.text) != "stop":
        return
    media.fetch(ink, fact)
    if fact.form == "system":
        news.system(ink, fact)
    elif who.client and fact.phone and fact.user_id not in {"", who.client.user_id}:
        # So that the person is known when WhatsApp hides the number one day.
        ink.put("clients", who.client.id, projection=True, label="user_id", user_id=fact.user_id)
    if fact.form in SILENT or _about_another(fact):
        return
    _hear(ink, fact, who)
    marks.seen(ink, fact, who.address)


def _hear(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    if who.role == "owner":
        _owner(ink, fact)
    elif who.role == "client" and who.client is not None:
        client_chat.hear(ink, fact, who.client)
    else:
        newcomers.hear(ink, fact, who)


def _said(fact: MessageCame) -> str:
    what = media.word(fact.media) if fact.media else "" if fact.text else fact.form
    return " ".join(filter(None, (f"[{what}]" if what else "", fact.text)))


def _owner(ink: Ink, fact: MessageCame) -> None:
    """A tap on an answer first, then a command, else an honest "not understood"."""
    verb, _, rest = fact.choice.partition("_")
    if fact.form == "flow":
        registration.filled_by_owner(ink, fact)
    elif verb == "answer":
        ident, _, choice = rest.rpartition("_")
        answers.answer(ink, ident, choice, said=fact.text, where="chat")
    else:
        owner_chat.obey(ink, rest if verb == "say" else fact.text)


def _about_another(fact: MessageCame) -> bool:
    told = fact.raw.get("unsupported")
    return isinstance(told, dict) and told.get("type") in CHANGES


def _keep(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    settings = ink.snap.settings
    known = settings.owner_name if who.role == "owner" else who.client.name if who.client else ""
    name = known or fact.profile.strip() or words.phone_words(who.address)
    local = fact.at.astimezone(settings.zone)
    ink.put(
        "messages",
        message_id(fact.key),
        projection=True,
        when=fact.at,
        way="in",
        who=name,
        text=_said(fact),
        why=part("why.wrote", name=name, time=f"{local:%H:%M}"),
        kind=fact.form,
        chat_until=fact.at + WINDOW,
        number=who.address,
        client_id=who.client.id if who.client else who.role,
        key=fact.key,
    )
