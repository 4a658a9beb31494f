"""The Files port on the journal: bytes under their sha256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import delete, select

from studio_sync.journal.base import Part, plain
from studio_sync.journal.tables import files, inbox
from studio_sync.ports import StoredFile


class FileParts(Part):
    """Files within a transaction."""

    def keep_file(self, content: bytes, *, name: str, mime: str) -> str:
        """Store bytes (again is harmless: the first name stays); their sha256 in hex."""
        sha256 = hashlib.sha256(content).hexdigest()
        statement = self._insert(files).values(sha256=sha256, name=plain(name), mime=plain(mime), content=content)
        self._db.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))
        return sha256

    def forget_received(self, before: datetime) -> int:
        """Take away the bytes of files that people sent and that came before then: their links are over by now."""
        asked = select(inbox.c.body, inbox.c.at).where(inbox.c.kind == "outcome", inbox.c.key.endswith("/fetch"))
        last: dict[str, datetime] = {}
        for row in self._db.execute(asked.order_by(inbox.c.at)):
            last[str(json.loads(row.body)["result"].get("sha256"))] = row.at
        over = [sha256 for sha256, at in last.items() if at < before]
        return self._db.execute(delete(files).where(files.c.sha256.in_(over))).rowcount if over else 0

    def file(self, sha256: str) -> StoredFile | None:
        """The file; None when it is not there or its bytes are no longer those (it can be drawn or fetched again)."""
        row = self._db.execute(select(files).where(files.c.sha256 == sha256)).first()
        if row is None or hashlib.sha256(row.content).hexdigest() != sha256:
            return None
        return StoredFile(sha256=sha256, name=row.name, mime=row.mime, content=bytes(row.content))


class JournalFiles:
    """``ports.Files``, each call a transaction of its own."""

    def __init__(
        self,
        write: Callable[[], AbstractContextManager[FileParts]],
        read: Callable[[], AbstractContextManager[FileParts]],
    ) -> None:
        self._write = write
        self._read = read

    def keep(self, content: bytes, *, name: str, mime: str) -> str:
        """See ``ports.Files``."""
        with self._write() as tx:
            return tx.keep_file(content, name=name, mime=mime)

    def get(self, sha256: str) -> StoredFile | None:
        """See ``ports.Files``."""
        with self._read() as tx:
            return tx.file(sha256)
