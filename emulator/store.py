"""Durable documents: what the stand-ins remember, on SQLite, with everything also in memory.

A document is a JSON object under (kind, key). Each change is one SQLite transaction, so a process killed at any
moment starts again with the last whole change (WAL with synchronous=NORMAL survives the death of the process; only
a power cut may lose the newest ones, which a stand-in may).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Doc = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS docs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL,
    UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);
"""
_UPSERT = """INSERT INTO docs (kind, key, doc) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET doc = excluded.doc"""


class Store:
    """Documents by kind and key, in the order of their first `put`.

    `get` and `items` hand out the cached object itself. Inside `transaction()` it may be changed in place and `put`
    again; outside it is read-only.
    """

    def __init__(self, path: Path | None = None, lock: threading.RLock | None = None) -> None:
        """Open or create the file `path`; None keeps everything in memory only."""
        self._lock = lock or threading.RLock()
        self._depth = 0
        self._touched: set[tuple[str, str]] = set()
        self._whole: set[str] = set()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._kinds: dict[str, dict[str, Doc]] = {}
        for kind, key, doc in self._db.execute("SELECT kind, key, doc FROM docs ORDER BY seq"):
            self._kinds.setdefault(kind, {})[key] = json.loads(doc)

    def get(self, kind: str, key: str) -> Doc | None:
        """The document, or None."""
        with self._lock:
            if self._depth:
                self._touched.add((kind, key))
            return self._kinds.get(kind, {}).get(key)

    def items(self, kind: str) -> Iterator[tuple[str, Doc]]:
        """All documents of a kind as they are now, oldest first."""
        with self._lock:
            if self._depth:
                self._whole.add(kind)
            return iter(list(self._kinds.get(kind, {}).items()))

    def count(self, kind: str) -> int:
        """How many documents of a kind there are."""
        return len(self._kinds.get(kind, {}))

    def put(self, kind: str, key: str, doc: Doc) -> None:
        """Write a document; an existing one keeps its place in the order."""
        with self.transaction():
            self._begin()
            self._touched.add((kind, key))
            self._db.execute(_UPSERT, (kind, key, json.dumps(doc, ensure_ascii=False, separators=(",", ":"))))
            self._kinds.setdefault(kind, {})[key] = doc

    def drop(self, kind: str, key: str) -> None:
        """Remove a document; no error if it is not there."""
        with self.transaction():
            self._begin()
            self._whole.add(kind)
            self._db.execute("DELETE FROM docs WHERE kind = ? AND key = ?", (kind, key))
            self._kinds.get(kind, {}).pop(key, None)

    def blob(self, key: str) -> bytes | None:
        """Bytes kept under `key` (not cached), or None."""
        with self._lock:
            row = self._db.execute("SELECT bytes FROM blobs WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep bytes under `key`."""
        with self.transaction():
            self._begin()
            self._db.execute("INSERT OR REPLACE INTO blobs (key, bytes) VALUES (?, ?)", (key, content))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are one; an exception undoes them, also in memory. Nesting joins the outer one."""
        with self._lock:
            if self._depth == 0:
                self._touched.clear()
                self._whole.clear()
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._end("ROLLBACK")
                    self._reload()
                raise
            self._depth -= 1
            if self._depth == 0:
                self._end("COMMIT")

    def clear(self, *kinds: str) -> None:
        """Forget everything, or only the given kinds."""
        with self.transaction():
            self._begin()
            for kind in kinds or tuple(self._kinds):
                self._db.execute("DELETE FROM docs WHERE kind = ?", (kind,))
                self._whole.add(kind)
                self._kinds.pop(kind, None)
            if not kinds:
                self._db.execute("DELETE FROM blobs")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _begin(self) -> None:
        """The first write of a transaction opens SQLite's: calls that only read cost nothing."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def _end(self, how: str) -> None:
        if self._db.in_transaction:
            self._db.execute(how)

    def _reload(self) -> None:
        """After a rollback: read back whatever the failed change may have altered in place."""
        for kind in self._whole | {kind for kind, key in self._touched if key not in self._kinds.get(kind, {})}:
            rows = self._db.execute("SELECT key, doc FROM docs WHERE kind = ? ORDER BY seq", (kind,))
            self._kinds[kind] = {key: json.loads(doc) for key, doc in rows}
        for kind, key in self._touched:
            if kind in self._whole:
                continue
            row = self._db.execute("SELECT doc FROM docs WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            if row:
                self._kinds.setdefault(kind, {})[key] = json.loads(row[0])
            else:
                self._kinds.get(kind, {}).pop(key, None)
