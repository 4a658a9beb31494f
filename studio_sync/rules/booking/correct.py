"""One kind correction, where a message about a booking had gone out and is not true any more."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called_first, person_of
from studio_sync.rules.told import untold

#: messages in these states have reached the client, or may have
LEFT = {"sending", "sent", "delivered", "read", "held"}
#: of a session that has begun it is only said that the message is taken back, not what happens next
BEGUN = "fix.taken_back"
#: what is said of someone who did not come, and is not true once the person came or is booked as before
MISSED, THERE = ("no-show", "sick"), ("came", "booked")


def correct(ink: Ink, booking: Booking, true: Booking, text: str, needs: tuple[str, ...], why: tuple[str, ...]) -> str:
    """Send the correction ``text``, when one is due; words about it, "" when nothing had gone out.

    ``booking``: the row as the message was about it; ``true``: as it is from now on.
    """
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, true)
    if client is None or start is None or not _was_told(ink, client.id, booking):
        return ""
    sent = ink.send(
        person_of(client),
        text if start > ink.now else BEGUN,
        values={"when": words.when(start, ink.today)},
        needs=needs,
        deadline=ink.within(12),
        label=booking.id,
        why=why,
    )
    first, because = called_first(client.name), untold(ink, client)
    if because:
        return part("told.failed", first=first, because=because)
    return part("told.correction", first=first) if sent else ""


def not_missed(ink: Ink, booking: Booking, true: Booking, needs: tuple[str, ...], why: tuple[str, ...]) -> str:
    """The same where ``booking`` counted as missed, and ``true`` does not."""
    if booking.state not in MISSED or true.state not in THERE:
        return ""
    return correct(ink, booking, true, "fix.stands", needs, why)


def _was_told(ink: Ink, client: str, booking: Booking) -> bool:
    """Whether a message left since the row was changed: an older one is still as true as it was."""
    since = booking.changed - timedelta(minutes=5) if booking.changed else None
    return any(
        m.way == "out"
        and m.client_id == client
        and m.key.endswith(f":{booking.id}")
        and m.kind.startswith("booking.")
        and m.state in LEFT
        and (since is None or m.when is None or m.when >= since)
        for m in ink.snap.messages
    )
