"""Trouble outside: the owner hears of it where she still can, by WhatsApp, by mail, and in Today."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part, render
from studio_sync.rules.effects import Mail
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.questions import ask

#: an alert is of no use after so long
USEFUL = timedelta(hours=12)


def down(ink: Ink, fact: Outcome) -> None:
    """A party has not answered, or has said no, for a minute."""
    who, reason = str(fact.result["who"]), str(fact.result.get("reason", ""))
    if who == "whatsapp":
        waiting = {"n": "The messages", "link": "https://business.facebook.com"}
        _mail(ink, "alert.wa_down", time=_clock(ink, fact), reason=sentence_of(reason), **waiting)
    elif who == "google" and not fact.result.get("refused"):
        phones(ink, "alert.google_down", time=_clock(ink, fact))
    elif who == "google":
        _mail(ink, "alert.unshared", source="studio_sync")
        phones(ink, "owner.news", text=sentence_of(reason))
    else:
        phones(ink, "owner.news", text=sentence_of(reason))


def up(ink: Ink, fact: Outcome) -> None:
    """It works again."""
    since = datetime.fromisoformat(str(fact.result["since"]))
    match fact.result["who"]:
        case "google":
            minutes = int((ink.now - since).total_seconds() // 60)
            phones(ink, "alert.google_back", n="All", wait=words.plural(max(minutes, 1), "minute"))
        case "whatsapp":
            out, late = int(fact.result.get("out") or 0), int(fact.result.get("late") or 0)
            phones(ink, "alert.wa_back", n=str(out), k=str(late))
        case _:
            return


def restricted(ink: Ink, fact: Outcome) -> None:
    """WhatsApp takes no news from us for a while; what is about bookings goes on."""
    phones(ink, "owner.news", text=sentence_of(part("nudge.restricted", what=str(fact.result.get("reason") or "-"))))


def refused(ink: Ink, fact: Outcome) -> None:
    """Something decided could not be done for what it says: a row in Decide, until she has seen it."""
    reason = str(fact.result.get("reason", ""))
    ask(
        ink,
        who="owner",
        about=part("decide.not_done", what=_what(fact), because=reason.rstrip(".")),
        answers={"done": part("decide.not_done_ok")},
        rule="not_told",
        data={},
        hours=24 * 7,
    )


def _what(fact: Outcome) -> str:
    match fact.result["of"]:
        case "parked":
            return f"{BY_KEY[str(fact.result['tab'])].title} {fact.result['row_id']}"
        case "diary_no":
            event = fact.result["event"]
            return str(event.get("title") or "an event") if isinstance(event, dict) else "an event"
        case "mail":
            return part("about.mail", name=str(fact.result.get("to") or "-"))
        case _:
            return str(fact.result.get("document") or fact.result.get("what") or "a file")


def _clock(ink: Ink, fact: Outcome) -> str:
    since = datetime.fromisoformat(str(fact.result["since"]))
    return f"{since.astimezone(ink.snap.settings.zone):%H:%M}"


def sentence_of(text: str) -> str:
    """Fit for a template: one line, no full stop (the template has its own)."""
    return " ".join(text.split()).rstrip(".")


def phones(ink: Ink, key: str, /, **values: str) -> None:
    """One text to every phone of the owner's side."""
    for admin in ink.admins():
        if admin.address:
            ink.send(admin, key, values=values, deadline=ink.now + USEFUL)


def _mail(ink: Ink, key: str, /, **values: str) -> None:
    settings = ink.snap.settings
    if not settings.mail_from:
        return
    letter = render(key, {"owner": settings.owner_name, **values})
    ink.effects.append(
        Mail(
            key=f"{ink.fact.key}/mail:{key}",
            to=settings.mail_from,
            subject=letter.subject,
            body=letter.text,
            cls="at_least_once",
        )
    )
