"""Where a store keeps its documents: a file of SQLite's, or the memory of this process."""

from __future__ import annotations

import json
import marshal
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

Doc = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS docs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL,
    UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);
"""
_UPSERT = """INSERT INTO docs (kind, key, doc) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET doc = excluded.doc"""


class Disk(Protocol):
    """Documents by kind and key, in the order of their first ``put``; blobs by key. Changes follow ``begin``."""

    def kinds(self) -> list[str]:
        """Every kind of which there is a document."""

    def documents(self, kind: str) -> Iterable[tuple[str, Doc]]:
        """All of a kind, oldest first; each call makes them anew."""

    def document(self, kind: str, key: str) -> Doc | None:
        """One of them, made anew, or None."""

    def begin(self) -> None:
        """A transaction, unless one is under way."""

    def put(self, kind: str, key: str, doc: Doc) -> None:
        """Write a document."""

    def drop(self, kind: str, key: str | None = None) -> None:
        """Remove a document, or all of a kind."""

    def blob(self, key: str) -> bytes | None:
        """Bytes, or None."""

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep bytes."""

    def drop_blobs(self) -> None:
        """Remove all bytes."""

    def end(self, *, whole: bool) -> None:
        """Keep all changes since ``begin``, or none."""

    def close(self) -> None:
        """Let go."""


class File:
    """A file: each transaction is one of SQLite's, so a process killed at any moment finds the last whole one.

    WAL with synchronous=NORMAL survives the death of the process; only a power cut may lose the newest ones, which a
    stand-in may.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def kinds(self) -> list[str]:
        """See ``Disk``."""
        return [kind for (kind,) in self._db.execute("SELECT kind FROM docs GROUP BY kind ORDER BY min(seq)")]

    def documents(self, kind: str) -> Iterable[tuple[str, Doc]]:
        """See ``Disk``."""
        rows = self._db.execute("SELECT key, doc FROM docs WHERE kind = ? ORDER BY seq", (kind,))
        return ((key, json.loads(doc)) for key, doc in rows)

    def document(self, kind: str, key: str) -> Doc | None:
        """See ``Disk``."""
        row = self._db.execute("SELECT doc FROM docs WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def begin(self) -> None:
        """See ``Disk``."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def put(self, kind: str, key: str, doc: Doc) -> None:
        """See ``Disk``."""
        self._db.execute(_UPSERT, (kind, key, json.dumps(doc, ensure_ascii=False, separators=(",", ":"))))

    def drop(self, kind: str, key: str | None = None) -> None:
        """See ``Disk``."""
        if key is None:
            self._db.execute("DELETE FROM docs WHERE kind = ?", (kind,))
        else:
            self._db.execute("DELETE FROM docs WHERE kind = ? AND key = ?", (kind, key))

    def blob(self, key: str) -> bytes | None:
        """See ``Disk``."""
        row = self._db.execute("SELECT bytes FROM blobs WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_blob(self, key: str, content: bytes) -> None:
        """See ``Disk``."""
        self._db.execute("INSERT OR REPLACE INTO blobs (key, bytes) VALUES (?, ?)", (key, content))

    def drop_blobs(self) -> None:
        """See ``Disk``."""
        self._db.execute("DELETE FROM blobs")

    def end(self, *, whole: bool) -> None:
        """See ``Disk``."""
        if self._db.in_transaction:
            self._db.execute("COMMIT" if whole else "ROLLBACK")

    def close(self) -> None:
        """See ``Disk``."""
        self._db.close()


class Memory:
    """This process, and nothing after it. ``copy`` gives another world the same beginning."""

    def __init__(
        self, docs: Mapping[str, dict[str, bytes]] | None = None, blobs: dict[str, bytes] | None = None
    ) -> None:
        self._docs = {kind: dict(kept) for kind, kept in (docs or {}).items()}
        self._blobs = dict(blobs or {})
        #: what has changed since ``begin``, as it was then
        self._before: dict[str, dict[str, bytes]] = {}
        self._blobs_before: dict[str, bytes] | None = None

    def copy(self) -> Memory:
        """The same again, on its own from now on."""
        return Memory(self._docs, self._blobs)

    def kinds(self) -> list[str]:
        """See ``Disk``."""
        return list(self._docs)

    def documents(self, kind: str) -> Iterable[tuple[str, Doc]]:
        """See ``Disk``."""
        return [(key, marshal.loads(kept)) for key, kept in self._docs.get(kind, {}).items()]  # noqa: S302  (our own)

    def document(self, kind: str, key: str) -> Doc | None:
        """See ``Disk``."""
        kept = self._docs.get(kind, {}).get(key)
        return None if kept is None else marshal.loads(kept)  # noqa: S302  (our own)

    def begin(self) -> None:
        """See ``Disk``."""

    def put(self, kind: str, key: str, doc: Doc) -> None:
        """See ``Disk``."""
        self._changing(kind)[key] = marshal.dumps(doc)

    def drop(self, kind: str, key: str | None = None) -> None:
        """See ``Disk``."""
        kept = self._changing(kind)
        if key is None:
            kept.clear()
        else:
            kept.pop(key, None)

    def blob(self, key: str) -> bytes | None:
        """See ``Disk``."""
        return self._blobs.get(key)

    def put_blob(self, key: str, content: bytes) -> None:
        """See ``Disk``."""
        self._changing_blobs()[key] = content

    def drop_blobs(self) -> None:
        """See ``Disk``."""
        self._changing_blobs().clear()

    def end(self, *, whole: bool) -> None:
        """See ``Disk``."""
        if not whole:
            self._docs.update(self._before)
            self._blobs = self._blobs if self._blobs_before is None else self._blobs_before
        self._before.clear()
        self._blobs_before = None

    def close(self) -> None:
        """See ``Disk``."""

    def _changing(self, kind: str) -> dict[str, bytes]:
        kept = self._docs.setdefault(kind, {})
        if kind not in self._before:
            self._before[kind] = dict(kept)
        return kept

    def _changing_blobs(self) -> dict[str, bytes]:
        if self._blobs_before is None:
            self._blobs_before = dict(self._blobs)
        return self._blobs
