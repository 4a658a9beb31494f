"""The stand-ins as the people of the day see them: phones, cells, diary, mail. Read over the APIs everyone uses."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from sheets_schema.tabs import TABS
from studio_sync.local.control import ask, fetch
from studio_sync.local.day.news import News
from studio_sync.local.studio import LocalStudio

T = TypeVar("T")
Doc = dict[str, Any]
#: a person's own token, so that looking does not spend the program's reads
TOKEN = "the-sample-day"  # noqa: S105  (the stand-ins take any)
#: what was read of a workbook is believed for so many seconds when no news came
BELIEVED = 1.2
BOOK_OF = {tab.title: tab.role for tab in reversed(TABS)}


class NotSeen(Exception):
    """What should have happened was not seen in time; the message says what."""


class World:
    """People's eyes and hands in one local studio. ``rate``: seconds of the clock per real second once it is turned.

    ``token``: whose eyes and hands they are.
    """

    def __init__(self, studio: LocalStudio, *, rate: float = 1.0, token: str = TOKEN) -> None:
        self.studio = studio
        self._token = token
        self._rate = rate
        self.zone = ZoneInfo(studio.addresses["zone"])
        self.base = str(studio.addresses["emulator"])
        self.calendar = str(studio.addresses["calendar"])
        self._news = News(self.base)
        self._own = ""
        #: number -> the phone's id
        self._ids: dict[str, str] = {}
        self._read: dict[str, tuple[int, float, dict[str, list[list[str]]]]] = {}

    def close(self) -> None:
        """Stop listening."""
        self._news.close()

    # -- time

    def now(self) -> datetime:
        """The clock, in the studio's zone."""
        return datetime.fromisoformat(self.studio.control("clock")["now"]).astimezone(self.zone)

    def go_to(self, at: datetime) -> None:
        """Turn the clock on to ``at`` (aware); it never goes back."""
        if at > self.now():
            self.studio.control("clock", {"set": at.isoformat(), "rate": self._rate})

    def until(self, look: Callable[[], T | None], what: str, seconds: float = 10.0) -> T:
        """Look until there is something, up to so many real seconds, else raise ``NotSeen`` with ``what``."""
        end = time.monotonic() + seconds
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise NotSeen(what)
            before = time.monotonic()
            self.studio.tend()
            end += time.monotonic() - before  # someone pulled the plug: that time does not count
            self._news.wait(0.25)

    # -- phones

    def speak(self, phone: str, **act: object) -> list[str]:
        """Write, tap or choose as a person; the ids of what was said."""
        return list(self.studio.control("speak", {"phone": phone, **act})["wamids"])

    def phones(self) -> list[Doc]:
        """Everyone who has a phone, the studio's own left out."""
        self._own = self._own or f"+{self.studio.control('account')['number']}"
        found = [who for who in self.studio.control("phones")["phones"] if who["number"] != self._own]
        self._ids = {who["number"]: who["id"] for who in found}
        return found

    def chat(self, phone: str) -> list[Doc]:
        """What one phone shows, oldest first; nothing for a phone that is not there yet."""
        if phone not in self._ids:
            self.phones()
        if phone not in self._ids:
            return []
        return list(self.studio.control(f"phones/{quote(self._ids[phone])}/chat")["messages"])

    # -- sheets

    def book_id(self, tab: str) -> str:
        """The spreadsheet a tab is in."""
        return str(self.studio.addresses[f"{BOOK_OF[tab]}_sheet"])

    def grid(self, tab: str) -> list[list[str]]:
        """All cells of a tab as they are shown."""
        book = self.book_id(tab)
        heard = self._news.heard[f"sheet:{book}"]
        known = self._read.get(book)
        if known is None or known[0] != heard or time.monotonic() - known[1] > BELIEVED:
            self._news.wait(0)
            heard = self._news.heard[f"sheet:{book}"]
            self._read[book] = known = (heard, time.monotonic(), self._grids(book))
        return known[2].get(tab, [])

    def _grids(self, book: str) -> dict[str, list[list[str]]]:
        titles = [t.title for t in TABS if self.studio.addresses[f"{t.role}_sheet"] == book]
        query = urlencode([("ranges", f"'{title}'") for title in titles])
        got = ask(f"{self.base}/v4/spreadsheets/{book}/values:batchGet?{query}", token=self._token)
        return {title: one.get("values", []) for title, one in zip(titles, got["valueRanges"], strict=True)}

    def rows(self, tab: str) -> list[Doc]:
        """The rows of a tab by header, as shown; ``#`` is the row's number in the sheet."""
        heads, *lines = self.grid(tab) or [[]]
        found = []
        for number, line in enumerate(lines, 2):
            if any(line):
                cells = [*line, *[""] * (len(heads) - len(line))]
                found.append({**dict(zip(heads, cells, strict=False)), "#": number})
        return found

    def row(self, tab: str, **wanted: str) -> Doc | None:
        """The last row whose cells are as wanted; ``_`` in a name stands for a space."""
        match = {name.replace("_", " "): value for name, value in wanted.items()}
        return next((r for r in reversed(self.rows(tab)) if all(r.get(k) == v for k, v in match.items())), None)

    def cell(self, tab: str, row: int, head: str) -> str:
        """The address of a cell, such as ``Clients!B9``."""
        at = self.grid(tab)[0].index(head)
        letters = chr(65 + at) if at < 26 else f"{chr(64 + at // 26)}{chr(65 + at % 26)}"
        return f"'{tab}'!{letters}{row}"

    def owner(self, tab: str, action: str, **fields: object) -> None:
        """Act in the sheet as its owner."""
        self._read.pop(self.book_id(tab), None)
        self.studio.control("owner", {"spreadsheetId": self.book_id(tab), "action": action, **fields})

    def type_row(self, tab: str, **cells: str) -> int:
        """Type a new row below the last one; its number."""
        number = 1 + max((row["#"] for row in self.rows(tab)), default=1)
        for head, text in cells.items():
            self.owner(tab, "type", cell=self.cell(tab, number, head), text=text)
        return number

    def today(self) -> str:
        """The words of Today; its lines are short, so a sentence runs over several."""
        return " ".join(cell for line in self.grid("Today") for cell in line[:2] if cell)

    # -- diary, mail, files

    def events(self, first: date, days: int = 7) -> list[Doc]:
        """What stands in the diary from ``first`` on, in order."""
        start = datetime.combine(first, datetime.min.time(), tzinfo=self.zone)
        query = {
            "timeMin": start.isoformat(),
            "timeMax": (start + timedelta(days=days)).isoformat(),
            "singleEvents": "true",
            "orderBy": "startTime",
        }
        url = f"{self.base}/calendar/v3/calendars/{quote(self.calendar)}/events?{urlencode(query)}"
        return list(ask(url, token=self._token)["items"])

    def drag(self, event: Doc, minutes: int) -> None:
        """Move an event by so many minutes, as a drag in the diary does."""
        moved = {}
        for end in ("start", "end"):
            at = datetime.fromisoformat(event[end]["dateTime"]) + timedelta(minutes=minutes)
            moved[end] = {**event[end], "dateTime": at.isoformat()}
        url = f"{self.base}/calendar/v3/calendars/{quote(self.calendar)}/events/{event['id']}"
        ask(url, moved, method="PATCH", token=self._token)

    def mails(self) -> list[Doc]:
        """Mails that arrived, oldest first."""
        return list(self.studio.control("mails")["mails"])

    def bytes_of(self, path: str) -> bytes:
        """The bytes of a file of the stand-ins, such as ``media/<id>``."""
        return fetch(f"{self.base}/_emulator/{path}")
