"""Documents: what the stand-ins remember, kept on a disk with everything also in memory.

A document is a JSON object under (kind, key). Each change is one transaction of the disk's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.disks import Disk, Doc, File, Memory

__all__ = ["Doc", "Store"]


class Store:
    """Documents by kind and key, in the order of their first `put`.

    `get` and `items` hand out the cached object itself. Inside `transaction()` it may be changed in place and `put`
    again; outside it is read-only.
    """

    def __init__(
        self, path: Path | None = None, lock: threading.RLock | None = None, *, memory: Memory | None = None
    ) -> None:
        """Open or create the file `path`; None keeps everything in memory only, beginning with `memory`."""
        self._lock = lock or threading.RLock()
        self._depth = 0
        self._touched: set[tuple[str, str]] = set()
        self._whole: set[str] = set()
        self._changes = False
        self._disk: Disk = File(path) if path else memory or Memory()
        self._kinds: dict[str, dict[str, Doc]] = {kind: dict(self._disk.documents(kind)) for kind in self._disk.kinds()}

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
            self._disk.put(kind, key, doc)
            self._kinds.setdefault(kind, {})[key] = doc

    def drop(self, kind: str, key: str) -> None:
        """Remove a document; no error if it is not there."""
        with self.transaction():
            self._begin()
            self._whole.add(kind)
            self._disk.drop(kind, key)
            self._kinds.get(kind, {}).pop(key, None)

    def blob(self, key: str) -> bytes | None:
        """Bytes kept under `key` (not cached), or None."""
        with self._lock:
            return self._disk.blob(key)

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep bytes under `key`."""
        with self.transaction():
            self._begin()
            self._disk.put_blob(key, content)

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
                    self._end(whole=False)
                    self._reload()
                raise
            self._depth -= 1
            if self._depth == 0:
                self._end(whole=True)

    def clear(self, *kinds: str) -> None:
        """Forget everything, or only the given kinds."""
        with self.transaction():
            self._begin()
            for kind in kinds or tuple(self._kinds):
                self._disk.drop(kind)
                self._whole.add(kind)
                self._kinds.pop(kind, None)
            if not kinds:
                self._disk.drop_blobs()

    def close(self) -> None:
        """Close the disk."""
        self._disk.close()

    def _begin(self) -> None:
        """The first write of a transaction opens the disk's: calls that only read cost nothing."""
        if not self._changes:
            self._disk.begin()
            self._changes = True

    def _end(self, *, whole: bool) -> None:
        if self._changes:
            self._changes = False
            self._disk.end(whole=whole)

    def _reload(self) -> None:
        """After a rollback: read back whatever the failed change may have altered in place."""
        for kind in self._whole | {kind for kind, key in self._touched if key not in self._kinds.get(kind, {})}:
            self._kinds[kind] = dict(self._disk.documents(kind))
        for kind, key in self._touched:
            if kind in self._whole:
                continue
            doc = self._disk.document(kind, key)
            if doc is not None:
                self._kinds.setdefault(kind, {})[key] = doc
            else:
                self._kinds.get(kind, {}).pop(key, None)
