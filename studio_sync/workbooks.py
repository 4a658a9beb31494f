"""One workbook in use: where its tabs stand, one lock for whoever reads or writes it, and what we know of its chain.

The watch and the sheet lane share it, so that a poll is never judged while a commit of ours is on its way.
"""

from __future__ import annotations

import threading

from sheets_schema.columns import Role
from sheets_schema.head import SHEET_ID, TITLE
from sheets_schema.reading import Reading, Sheet, parse, ranges
from sheets_schema.tabs import tabs_of
from sheets_schema.workbook import locate
from studio_sync.errors import Refused
from studio_sync.ports import Workbook


class LiveWorkbook:
    """One workbook of a role."""

    def __init__(self, role: Role, port: Workbook) -> None:
        self.role = role
        self.port = port
        self.lock = threading.RLock()
        #: looked at so many times; a commit's planning read serves as a poll
        self.looks = 0
        #: set by a doorbell: look now
        self.bell = threading.Event()
        self._sheets: list[Sheet] | None = None

    @property
    def head_key(self) -> str:
        """Name under which the journal keeps what we know of the chain."""
        return f"head:{self.role}:{self.port.id}"

    @property
    def history_key(self) -> str:
        """Name under which the journal keeps that the first read is behind us."""
        return f"adopted:{self.role}:{self.port.id}"

    def look(self) -> Reading:
        """One read of everything watched. Raises the port's errors; after a refusal the tabs are looked up anew."""
        if self._sheets is None:
            self._sheets = self._locate()
        self.looks += 1
        try:
            return parse(self.role, self._sheets, self.port.read(ranges(self._sheets)))
        except Refused:
            self._sheets = None
            raise

    def _locate(self) -> list[Sheet]:
        shape = self.port.shape()
        there = locate(self.role, shape)
        if not any(sheet.sheet_id == SHEET_ID for sheet in shape.sheets):
            raise Refused("sheets", f"the workbook has no tab {TITLE}. Run: studio-sync init")
        return [
            Sheet(tab=tab, title=there[tab.key].title, sheet_id=there[tab.key].sheet_id)
            for tab in tabs_of(self.role)
            if tab.key in there
        ]

    def forget_places(self) -> None:
        """Look the tabs up anew at the next read."""
        self._sheets = None
