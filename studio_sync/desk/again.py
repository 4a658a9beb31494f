"""``rebuild``: read everything back by hand. The worker does it by itself when the notes are new or lost."""

from __future__ import annotations

from studio_sync.config import Config
from studio_sync.desk.outside import google
from studio_sync.desk.show import say, wrapped
from studio_sync.errors import UserError
from studio_sync.rebuild import Found, preview, rebuild
from studio_sync.studio import build


def again(config: Config, *, dry_run: bool = False) -> int:
    """Read back and say what was found. What stands there now counts as seen: nothing of it causes a message."""
    studio = build(config)
    try:
        books = [poll.book for poll in studio.polls]
        now = studio.clock.now()
        if dry_run:
            diary = google(config).diary
            if diary is None:
                raise UserError("CALENDAR_ID is empty.", "See where to get it: studio-sync check")
            found = preview(books, diary, now)
        else:
            found = rebuild(studio.journal, books, studio.diary_watch, now=now)
    finally:
        studio.journal.close()
    for line in _lines(found, dry_run=dry_run):
        say(line)
    return 1 if found.held else 0


def _lines(found: Found, *, dry_run: bool) -> list[str]:
    rows = ", ".join(f"{count} in {title}" for title, count in found.rows.items())
    head = "Would read back" if dry_run else "Read back"
    lines = wrapped("", f"{head}: {sum(found.rows.values())} rows ({rows or 'none'}).", 0)
    lines.append(f"{found.events} events of the diary, {found.chats} chats.")
    if found.again:
        lines.append(f"{found.again} things that were begun go on.")
    if found.held:
        lines.append(f"{found.held} messages may or may not have arrived: decide in the tab Today.")
    lines.append("Nothing was changed." if dry_run else "Nothing was sent.")
    return lines
