"""What the journal keeps between two looks, read in one statement: a look should cost next to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from studio_sync.journal import Tx

#: her word on what changed at once: it was me, or put it back
MINE, RESTORE = "mine", "restore"
#: many ticks that wait, and that she wants them stopped
GRACE, STOP = "grace", "stop"
#: rows that are getting their id
TYPED = "typed"
_NAMES = (MINE, RESTORE, GRACE, STOP, TYPED)


class Flags:
    """Named values of some tabs, and ``more`` that have names of their own, in one transaction."""

    def __init__(self, tx: Tx, tabs: Iterable[str], more: Sequence[str] = ()) -> None:
        self.tx = tx
        self._known: dict[str, Any] = tx.get_metas([*more, *(f"{name}:{tab}" for tab in tabs for name in _NAMES)])

    def named(self, key: str) -> Any:
        """One of ``more``; None when there is none."""
        return self._known.get(key)

    def get(self, name: str, tab: str) -> Any:
        """The value; None when there is none."""
        return self._known.get(f"{name}:{tab}")

    def word(self, tab: str) -> bool:
        """Whether she said something about the whole tab, or ticks in it wait for her word."""
        return any(self.get(name, tab) for name in (MINE, RESTORE, GRACE, STOP))

    def put(self, name: str, tab: str, value: Any) -> None:
        """Keep a value; one that is kept already is not written again."""
        key = f"{name}:{tab}"
        if self._known.get(key) != value:
            self._known[key] = value
            self.tx.put_meta(key, value)
