"""The snapshot the rules look at: rows and diary as last seen, with our own undelivered effects laid over them.

The engine reads its own writes: what is decided but not yet written already counts, so two messages in one second
cannot take the same place. Parsed rows are kept between calls; only tabs that changed are read again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheets_schema.cells import Raw
from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.policies import read_settings
from sheets_schema.snapshot import Memory, Snapshot, build
from sheets_schema.tabs import BY_KEY, TABS
from studio_sync.journal.events import DIARY
from studio_sync.journal.journal import Tx
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.effects import DropEvent, DropRow, PutEvent, PutRow

ROW_KINDS = ("put_row", "drop_row")
EVENT_KINDS = ("put_event", "drop_event")
Rows = Mapping[str, Mapping[str, Raw]]


class Snapshots:
    """Loads snapshots. All of one journal share what was parsed: ten thousand rows are held once, not once per lane.

    ``afresh``: what was parsed is thrown away first, for everyone.
    """

    def __init__(self, *, afresh: bool = False) -> None:
        self._afresh = afresh

    def load(self, tx: Tx, now: datetime) -> Snapshot:
        """The snapshot as of this transaction at ``now`` (aware). While nothing it shows has changed it is the same."""
        shelf = tx.shelf
        with shelf.lock:
            if self._afresh or not isinstance(shelf.loader, _Loader):
                shelf.loader, self._afresh = _Loader(), False
            return shelf.loader.load(tx, now)


class _Loader:
    """What was parsed last. One thread at a time."""

    def __init__(self) -> None:
        self._memory = Memory()
        #: the settings as they were last, and the zone they name
        self._zone: tuple[Rows, ZoneInfo] | None = None
        self._events: tuple[int, tuple[DiaryEvent, ...]] = (-1, ())
        #: what was true of the last snapshot, and the snapshot
        self._last: tuple[object, Snapshot] | None = None

    def load(self, tx: Tx, now: datetime) -> Snapshot:
        tables = {tab.key: tx.rows(tab.key) for tab in TABS}
        today = self._today(tables, now)
        if tx.changed:  # what is not committed yet has no version
            return self._load(tx, tables, today, now)
        state = (tx.tab_versions(), today)
        if self._last is None or self._last[0] != state:
            self._last = (state, self._load(tx, tables, today, now))
        return self._last[1]

    def _load(self, tx: Tx, tables: dict[str, Rows], today: date, now: datetime) -> Snapshot:
        pending = [e for e in tx.undelivered(ROW_KINDS) if isinstance(e, PutRow | DropRow)]
        # One copy of each table for all that is laid over it: ten thousand rows of a file may be on their way.
        over = {tab: dict(tables.get(tab, {})) for tab in dict.fromkeys(effect.tab for effect in pending)}
        changes = [(effect, _lay(over, effect)) for effect in pending]
        tables.update(over)
        snap = build(tables, self._diary(tx), tx.chats(), today, memory=self._memory)
        return self._with_changes(snap, tables, changes, now)

    def _today(self, tables: dict[str, Rows], now: datetime) -> date:
        known = tables["settings"]
        if self._zone is None or self._zone[0] is not known:
            settings, _ = read_settings({name: row.get("value") for name, row in known.items()}, now.date())
            self._zone = (known, settings.zone)
        return now.astimezone(self._zone[1]).date()

    def _diary(self, tx: Tx) -> list[DiaryEvent]:
        version = tx.tab_version(DIARY)
        if tx.changed or self._events[0] != version:
            known = tx.events()
            self._events = (-1 if tx.changed else version, known)
        events = {event.id: event for event in self._events[1]}
        for effect in tx.undelivered(EVENT_KINDS):
            if isinstance(effect, PutEvent):
                events[effect.event_id] = as_event(effect, etag=f"pending:{effect.key}")
            elif isinstance(effect, DropEvent):
                events.pop(effect.event_id, None)
        return list(events.values())

    def _with_changes(
        self,
        snap: Snapshot,
        tables: dict[str, Rows],
        pending: list[tuple[PutRow | DropRow, Mapping[str, Raw] | None]],
        now: datetime,
    ) -> Snapshot:
        """Receipts that ride in commits still to come, so that ``undo`` knows them already."""
        extra: dict[str, dict[str, dict[str, Raw]]] = {}
        for effect, before in pending:
            if effect.what and BY_KEY[effect.tab].role == "studio":
                extra.setdefault("changes", {})[change_id(effect.key)] = change_of(snap, effect, before, now)
        if not extra:
            return snap
        from sheets_schema.snapshot import parse_table

        merged = {**tables["changes"], **{k: v for k, v in extra["changes"].items() if k not in tables["changes"]}}
        table, _ = parse_table(BY_KEY["changes"], merged, snap.context, memory=self._memory)
        return dataclasses.replace(snap, changes=table)


def _lay(tables: dict[str, dict[str, Mapping[str, Raw]]], effect: PutRow | DropRow) -> Mapping[str, Raw] | None:
    """Lay one row effect over its table; the row as it was, None when it is new."""
    if isinstance(effect, PutRow) and effect.match:
        return None
    rows = tables[effect.tab]
    before = rows.get(effect.row_id)
    cells: dict[str, Any] = effect.cells if isinstance(effect, PutRow) else {"state": "cancelled"}
    rows[effect.row_id] = {**(before or {}), **cells}
    return before


def as_event(effect: PutEvent, *, etag: str = "") -> DiaryEvent:
    """The diary event an effect asks for."""
    return DiaryEvent(
        id=effect.event_id,
        start=effect.start,
        end=effect.end,
        title=effect.title,
        etag=etag,
        session=effect.session,
        type=effect.type,
        capacity=effect.capacity,
        seats=tuple(DiarySeat(booking=s.booking, client=s.client, name=s.name) for s in effect.seats),
        held=effect.held,
        made_by=effect.key,
    )
