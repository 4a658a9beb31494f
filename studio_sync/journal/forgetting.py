"""What is let go when these notes turn out to be older than the workbook: all that seemed to be under way."""

from __future__ import annotations

from sqlalchemy import delete, select

from studio_sync.journal.base import Part
from studio_sync.journal.outbox import OUTBOX
from studio_sync.journal.tables import attempts, inbox, needs, outbox


class Forgetting(Part):
    """Work in flight as an old backup knows it: long done, by the program that wrote on."""

    def forget_work(self) -> None:
        """Drop every effect not done, every fact not decided and every attempt; what is done stays known."""
        undone = select(outbox.c.key).where(outbox.c.state != "done")
        self._db.execute(delete(needs).where(needs.c.key.in_(undone)))
        self._db.execute(delete(outbox).where(outbox.c.state != "done"))
        self._db.execute(delete(inbox).where(inbox.c.state == "new"))
        self._db.execute(delete(attempts))
        self._touched.add(OUTBOX)
