"""Whether this program is the one that works: the worker says it, the front door asks before it takes a delivery.

What a program takes while another one works would wait in its journal, and be lost if that is thrown away; WhatsApp
keeps what nobody takes for up to 7 days. So who stands by takes nothing, and neither does a new journal before its
first look at the workbooks. Kept in the journal: the web part may be another process, and a restart knows it at once.
"""

from __future__ import annotations

from studio_sync.journal import Journal

#: name in the journal: ``{"by": who said it, "other": whom that one stands by for, "" when it works}``
KEY = "standing"
#: in place of another program's name: nobody has looked at the workbooks yet
NOBODY_LOOKED = "?"


class Standing:
    """Of one program. ``shared``: other processes write the same journal, so it is asked each time."""

    def __init__(self, journal: Journal, name: str, *, shared: bool) -> None:
        self._journal = journal
        self._name = name
        self._shared = shared
        self._known: str | None = None

    def say(self, other: str) -> None:
        """The worker has looked: ``other`` works on these workbooks, or "": we do. Raises ``Unavailable``."""
        if not self._shared:
            self._known = other
        with self._journal.write() as tx:
            said = tx.get_meta(KEY) or {}
            if other and said.get("by") == other and not said["other"]:
                return  # that one works on this very journal, and decides what is taken here
            tx.put_meta(KEY, {"by": self._name, "other": other})

    @property
    def by_for(self) -> str:
        """For whom we stand by; "" when we work, ``NOBODY_LOOKED`` when that is not known. Raises ``Unavailable``."""
        if self._known is None or self._shared:
            with self._journal.read() as tx:
                said = tx.get_meta(KEY)
            self._known = NOBODY_LOOKED if said is None else str(said["other"])
        return self._known
