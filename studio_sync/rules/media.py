"""A file that someone sent: fetched, kept under a name of ours, and linked in its row of Messages for the owner."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules.effects import Fetch
from studio_sync.rules.facts import Media, MessageCame, Outcome
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.nudges import news

_TAIL = "/fetch"
#: why a file is not kept, as the files lane says it
WHY_NOT = ("large", "kind", "gone", "trouble")


def fetch(ink: Ink, fact: MessageCame) -> None:
    """Ask for the bytes. They stay with WhatsApp for a week; the row says meanwhile what came."""
    if fact.media is None:
        return
    if fact.media.id:
        ink.effects.append(Fetch(key=f"{fact.key}{_TAIL}", media_id=fact.media.id, mime=fact.media.mime))
    else:
        ink.put("messages", message_id(fact.key), projection=True, file=part("media.not_trouble"), label="file")


def word(media: Media) -> str:
    """What came, in a word: ``photo``, ``voice note``, or the name of a document as its sender wrote it."""
    family, _, rest = media.mime.partition("/")
    if media.voice:
        return part("media.voice")
    if family == "image":
        return part("media.sticker" if rest.startswith("webp") else "media.image")
    if family in {"audio", "video"}:
        return part(f"media.{family}")
    name = " ".join(media.filename.split())[:80]
    return part("media.named", name=name) if name else part("media.file")


def came(ink: Ink, fact: Outcome) -> None:
    """The bytes are kept, and the row links them; or they are not, and the row and the owner hear why."""
    ident = message_id(fact.effect_key.removesuffix(_TAIL))
    if fact.ok and fact.result.get("of") == "fetch":
        ink.put("messages", ident, projection=True, file=fact.result.get("link") or part("media.kept"), label="file")
        return
    why = str(fact.result.get("why"))
    values = {"n": str(fact.result.get("most"))} if why == "large" else {}
    because = part(f"media.not_{why if why in WHY_NOT else 'trouble'}", **values)
    ink.put("messages", ident, projection=True, file=because, label="file")
    row = ink.snap.messages.get(ident)
    news(ink, part("nudge.file_lost", name=(row.who if row else "") or part("blank.name"), because=because.rstrip(".")))
