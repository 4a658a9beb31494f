"""One workbook in use: where its tabs stand, one lock for whoever reads or writes it, and whether it can be trusted.

The watch and the sheet lane share it, so that a poll is never judged while a commit of ours is on its way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.head import HEAD_RANGE, HISTORY_RANGE, SHEET_ID, TITLE, TOKEN, Entry, Head, read_head, read_history
from sheets_schema.images import notes_range
from sheets_schema.reading import Parts, Reading, Sheet, heads, parse, ranges
from sheets_schema.slices import Slice
from sheets_schema.tabs import tabs_of
from sheets_schema.workbook import locate
from studio_sync.errors import OutsideError, RateLimited, Refused, Unavailable
from studio_sync.health import Health
from studio_sync.ports import Workbook, WorkbookShape
from studio_sync.tags import TagFinder

#: another writer's sign is believed for so long
SIGN = timedelta(minutes=10)
#: the titles of the tabs are looked up anew so often while something changes, and when nothing does; a title that is
#: gone, or a changed heading, at once
AGAIN, IDLE = timedelta(seconds=30), timedelta(minutes=10)
COPY = "this workbook is a copy of another one, and is left alone. Type: studio-sync adopt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """What stands in ``_studio``."""

    head: Head
    history: Mapping[int, Entry]
    #: labels, debts and before-images: cells from E1 on
    grid: Sequence[Sequence[Raw]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Why a tab means nothing until it looks whole again."""

    #: tab, heading, crossed, rows, cells: what is gone or not believed
    why: str
    #: the heading that is missing or stands over another column
    heading: str = ""
    #: how many rows vanished or changed at once
    rows: int = 0


class NotesLost(Refused):
    """The tab ``_studio``, or the head in it, is not there any more."""


class LiveWorkbook:
    """One workbook of a role. ``writer``: the name this program signs its commits with."""

    def __init__(self, role: Role, port: Workbook, writer: str) -> None:
        self.role = role
        #: one file may have both roles
        self.roles: tuple[Role, ...] = (role,)
        self.port = port
        self.writer = writer
        self.lock = threading.RLock()
        #: looked at so many times; a commit's planning read serves as a poll
        self.looks = 0
        #: where the chain stood when it was last looked at, or left by us; (-1, "") when our notes were not there
        self.stood: tuple[int, str] | None = None
        #: set by a doorbell: look now
        self.bell = threading.Event()
        #: whether Google answers for it, and whether it is the workbook that our last commit left
        self.health = Health(f"sheets:{role}")
        self.chain_health = Health(f"workbook:{role}")
        #: name of another program that writes here; "" when we are alone
        self.foreign = ""
        #: asked for by hand: another program's sign does not hold us back
        self.overrule = False
        #: tabs (keys) that are paused
        self.paused: dict[str, Pause] = {}
        #: rows and columns of ``_studio``, when its tabs were last looked up
        self.notes_grid = (0, 0)
        self._sheets: list[Sheet] | None = None
        self._located: datetime | None = None
        self._tags = TagFinder(port)
        self._parts = Parts()
        self._answer: tuple[Slice, ...] = ()

    @property
    def head_key(self) -> str:
        """Name under which the journal keeps where the chain stands: ``{"n", "batch"}``."""
        return f"head:{self.port.id}"

    @property
    def counters_key(self) -> str:
        """Name under which the journal keeps the last number of each series."""
        return f"counters:{self.port.id}"

    @property
    def debts_key(self) -> str:
        """Name under which the journal keeps wrong cells: ``{"open", "listed"}``, texts of debts."""
        return f"debts:{self.port.id}"

    @property
    def unseen_key(self) -> str:
        """Name under which the journal keeps updates whose before-image is empty, until the next look: a list."""
        return f"unseen:{self.port.id}"

    @property
    def documents_key(self) -> str:
        """Name under which the journal keeps the numbers given in this workbook: number -> row id."""
        return f"documents:{self.role}:{self.port.id}"

    @property
    def recovery_key(self) -> str:
        """Name under which the journal keeps that the workbook was put back, until that is mended: a ``Recovery``."""
        return f"recovery:{self.role}:{self.port.id}"

    @property
    def recovery_keys(self) -> list[str]:
        """The same of every role that this file has."""
        return [f"recovery:{role}:{self.port.id}" for role in self.roles]

    @property
    def signed_key(self) -> str:
        """Name under which the journal keeps when we last signed the workbook."""
        return f"signed:{self.port.id}"

    @property
    def history_key(self) -> str:
        """Name under which the journal keeps the tabs whose first read is behind us."""
        return f"adopted:{self.role}:{self.port.id}"

    # -- calls; each raises the port's errors and keeps the health

    def look(self, now: datetime, *, idle: bool = False) -> Reading:
        """One read of everything watched. A tab renamed since the last one is found again.

        ``idle``: nothing is about to be written, so while the cells are as they were, so are the tabs.
        """
        self.looks += 1
        with self._judged(now):
            reading = self._read(now, idle=idle)
            head = self._whole(reading.head)
            self.stood = (head.n, head.batch)
            self.foreign = self.other_writer(head, now)
        return reading

    def commit(self, requests: Sequence[Mapping[str, Any]], now: datetime, *, show: str = "") -> list[list[Raw]]:
        """One batch, and the range ``show`` after it. A 400 says nothing about its health: that is what we asked."""
        try:
            shown = self.port.commit(requests, show=show)
        except OutsideError as error:
            if error.code != 400:
                self._ill(error, now)
            raise
        self.health.well()
        return shown

    def notes(self, now: datetime) -> Notes:
        """Everything in ``_studio``, one read."""
        with self._judged(now):
            if self._sheets is None:
                self._sheets, self._located = self._locate(), now
            head_cells, history, grid = self.port.read([HEAD_RANGE, HISTORY_RANGE, notes_range(self.notes_grid[0])])
            return Notes(head=self._whole(read_head(head_cells)), history=read_history(history), grid=grid)

    def shape(self, now: datetime) -> WorkbookShape:
        """Tabs, protections and markers, fresh."""
        with self._judged(now):
            return self.port.shape()

    def broken(self, words: str, now: datetime) -> Refused:
        """The error that stops our writing here, remembered so that the owner is told."""
        error = Refused("sheets", words)
        self.chain_health.ill(error, now)
        return error

    def forget_places(self) -> None:
        """Look the tabs up anew at the next read."""
        self._sheets = None

    # -- what was read

    def _read(self, now: datetime, *, idle: bool) -> Reading:
        """Values, places and tags that belong together: a few reads more while she is renaming or moving things."""
        for _ in range(4):
            sheets, answer = self._values(now, IDLE if idle else AGAIN)
            same, self._answer = answer == self._answer, answer
            if not same and not self._placed_within(AGAIN, now) and self._moved(sheets, now):
                continue
            first = heads(sheets, answer)
            if self._tags.knows(first) or (not self._moved(sheets, now) and self._tags.learn(sheets, first)):
                return parse(self.role, sheets, answer, self._tags.tags, self._parts)
        raise Unavailable("sheets", "the tabs or columns of the workbook are being moved")

    def _placed_within(self, span: timedelta, now: datetime) -> bool:
        return self._located is not None and timedelta(0) <= now - self._located < span

    def _values(self, now: datetime, again: timedelta) -> tuple[list[Sheet], tuple[Slice, ...]]:
        known = self._sheets
        if known is None or not self._placed_within(again, now):
            # Two tabs may have changed names: both titles still answer.
            self._sheets, self._located = self._locate(), now
        sheets = self._sheets or []
        try:
            return sheets, self.port.pieces(ranges(sheets))
        except Refused as error:
            self._sheets = None
            if known is None or error.code != 400:
                raise
            return self._values(now, again)

    def _moved(self, sheets: Sequence[Sheet], now: datetime) -> bool:
        """Whether a title belongs to another tab now; looked up anew, unless that was done in this moment."""
        if self._located != now:
            self._sheets, self._located = self._locate(), now
        fresh = self._sheets or []
        return [(sheet.title, sheet.sheet_id) for sheet in fresh] != [(s.title, s.sheet_id) for s in sheets]

    def _locate(self) -> list[Sheet]:
        shape = self.port.shape()
        there = locate(self.role, shape)
        notes = next((sheet for sheet in shape.sheets if sheet.sheet_id == SHEET_ID), None)
        if notes is None and any(sheet.title == TITLE for sheet in shape.sheets):
            raise Refused("sheets", COPY)
        if notes is None:
            raise NotesLost("sheets", f"the workbook {shape.title!r} has no tab {TITLE}. Type: studio-sync init")
        self.notes_grid = notes.rows, notes.columns
        found = ((tab, there[tab.key]) for tab in tabs_of(self.role) if tab.key in there)
        return [
            Sheet(tab=tab, title=sheet.title, sheet_id=sheet.sheet_id, rows=sheet.rows, columns=sheet.columns)
            for tab, sheet in found
        ]

    def _whole(self, head: Head | None) -> Head:
        if head is None:
            raise NotesLost("sheets", f"our notes in the tab {TITLE} cannot be read. Type: studio-sync check")
        if head.spreadsheet != self.port.id:
            raise Refused("sheets", COPY)
        return head

    def other_writer(self, head: Head, now: datetime) -> str:
        """Another program's name, when its sign is still fresh; else ""."""
        if self.overrule or not head.writer or head.writer == self.writer or head.age(now) >= SIGN:
            return ""
        return head.writer

    @contextmanager
    def _judged(self, now: datetime) -> Iterator[None]:
        try:
            yield
        except OutsideError as error:
            if isinstance(error, NotesLost):
                self.stood = (-1, "")
            self._ill(error, now)
            raise
        self.health.well()

    def _ill(self, error: OutsideError, now: datetime) -> None:
        if not isinstance(error, RateLimited):
            self.health.ill(error, now)


def tokens_of(shape: WorkbookShape) -> dict[int, str]:
    """Every token on the sheet: protectedRangeId -> description. There should be one."""
    return {ident: text for ident, text in shape.protected.items() if text.startswith(f"{TOKEN} ")}
