"""The actors: what each event does to the world, and what is therefore true whatever the program makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.histories.plan import NAMES, PHONES, Event
from tests.histories.scene import OWNER, ROLE_OF, ZONE, Doc, Scene
from tests.histories.wire import Fault

#: the column that carries a mark by which a row she typed is known whatever happens to it
MARKS = {"Bookings": "Note", "Clients": "Notes", "Invoices": "Note"}
TAB_OF = {"a booking": "Bookings", "a client": "Clients", "a draft": "Invoices"}
#: sessions that were over before the history began
OLD = ("b-OLD1", "b-OCT")


@dataclass
class Truth:
    """What the people did, by their own account."""

    #: (tab, row id, heading) -> the last text she typed there
    typed: dict[tuple[str, str, str], str] = field(default_factory=dict)
    #: mark of a row she typed -> its tab
    marks: dict[str, str] = field(default_factory=dict)
    #: ids of rows she deleted
    deleted: set[str] = field(default_factory=set)
    #: numbers of invoices whose rows she deleted
    deleted_numbers: set[str] = field(default_factory=set)
    #: ids of events she moved, made or deleted herself
    hers: set[str] = field(default_factory=set)
    #: ids of the messages people wrote
    said: list[str] = field(default_factory=list)
    #: client id -> instant of STOP
    stopped: dict[str, datetime] = field(default_factory=dict)
    #: ids of invoices whose Send she ticked
    sent: set[str] = field(default_factory=set)
    #: (actor, act) -> how often it could be done
    done: dict[tuple[str, str], int] = field(default_factory=dict)


class People:
    """Does events."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.truth = Truth()
        self._acts: dict[str, Callable[[Event], None]] = {
            "client": self._client,
            "owner chat": self._owner_chat,
            "owner sheet": self._owner_sheet,
            "owner diary": self._owner_diary,
            "meta": self._meta,
            "network": self._network,
            "clock": self._clock,
        }

    def do(self, event: Event) -> bool:
        """Do it; False when it was not possible (nothing to tap, no such row)."""
        try:
            self._acts[event.actor](event)
        except (ValueError, LookupError):
            return False
        place = (event.actor, event.act)
        self.truth.done[place] = self.truth.done.get(place, 0) + 1
        return True

    # -- phones

    def _speak(self, phone: str, **what: object) -> None:
        self.truth.said += self.scene.control("speak", {"phone": phone, **what})["wamids"]

    def _client(self, event: Event) -> None:
        args = event.args
        if event.act == "someone new writes":
            self._speak(args["phone"], text=args["text"], name="Someone")
            return
        who = args["who"]
        if who in self.truth.stopped:
            raise LookupError("she wants no more messages and writes none")
        if event.act == "stops":
            self._speak(PHONES[who], text="STOP")
            self.truth.stopped[who] = self.scene.clock.now()
        elif event.act == "taps":
            self._speak(PHONES[who], tap=args["button"])
        else:
            self._speak(PHONES[who], text=args["text"], twice=event.act == "writes twice")

    def _owner_chat(self, event: Event) -> None:
        if event.act == "taps":
            self._speak(OWNER, tap=event.args["button"])
        else:
            self._speak(OWNER, text=event.args["text"])

    # -- the sheet

    def _owner_sheet(self, event: Event) -> None:
        match event.act:
            case "types a note":
                self._note(event)
            case "types a booking" | "types a client" | "types a draft":
                self._type(event)
            case "ticks":
                self._tick(event)
            case "sorts":
                column = {"Bookings": "Client", "Clients": "Name", "Invoices": "Client"}[event.args["tab"]]
                self.scene.owner(event.args["tab"], "sort", sheet=event.args["tab"], column=column)
            case "inserts rows":
                rows = self.scene.rows(event.args["tab"])
                row = 2 + event.args["pick"] % max(1, len(rows))
                self.scene.owner(event.args["tab"], "insert", sheet=event.args["tab"], row=row, count=2)
            case "deletes an old booking":
                rows = self.scene.rows("Bookings")
                old = [row for row in rows if str(row["Id"]).startswith(OLD) and not row["Note"]]
                row = old[event.args["pick"] % len(old)]
                self.scene.owner("Bookings", "delete", sheet="Bookings", row=row["#"])
                self.truth.deleted.add(str(row["Id"]))
            case "deletes the newest invoice":
                issued = sorted(
                    (row for row in self.scene.rows("Invoices") if row["Number"]), key=lambda r: r["Number"]
                )
                self.scene.owner("Invoices", "delete", sheet="Invoices", row=issued[-1]["#"])
                self.truth.deleted_numbers.add(str(issued[-1]["Number"]))
                self.truth.sent.discard(str(issued[-1]["Id"]))
            case "pastes a copy of a row":
                self._paste(event)

    def _note(self, event: Event) -> None:
        who, head, text = event.args["who"], event.args["column"], event.args["mark"]
        row = next(row for row in self.scene.rows("Clients") if row["Id"] == who)
        self.scene.owner("Clients", "type", cell=self.scene.cell("Clients", row["#"], head), text=text)
        self.truth.typed["Clients", who, head] = text

    def _type(self, event: Event) -> None:
        tab = TAB_OF[event.act.removeprefix("types ")]
        mark, head = event.args["mark"], event.args["head"]
        rows = self.scene.rows(tab)
        row = next((row["#"] for row in rows if row.get(MARKS[tab]) == mark), None)
        if row is None:
            row = 1 + max(row["#"] for row in rows)
            self.scene.owner(tab, "type", cell=self.scene.cell(tab, row, MARKS[tab]), text=mark)
            self.truth.marks[mark] = tab
        self.scene.owner(tab, "type", cell=self.scene.cell(tab, row, head), text=event.args["text"])

    def _tick(self, event: Event) -> None:
        what, pick = event.args["what"], event.args["pick"]
        now = self.scene.clock.now().astimezone(ZONE)
        serial = now.date().toordinal() - 693594
        choices: dict[str, tuple[str, str, Callable[[Doc], object]]] = {
            "invoice": ("Invoices", "Send", lambda row: row["State"] == "draft" and row["Id"]),
            "remind": ("Clients", "Remind", lambda row: row["Id"]),
            "tell": ("Bookings", "Tell", lambda row: row["State"] == "booked" and row["Date"] > serial),
            "came": ("Today", "Came", lambda row: str(row["Id"]).startswith("s:")),
            "decide": ("Today", "Time", lambda row: str(row["Id"]).startswith("a:")),
        }
        tab, head, wanted = choices[what]
        rows = [row for row in self._rows_of(tab) if wanted(row)]
        row = rows[pick % len(rows)] if rows else {}
        if not row or row[head] is True:
            raise LookupError("there is no such box to tick")
        cell = self.scene.cell(tab, row["#"], head) if tab != "Today" else self._today_cell(row, head)
        self.scene.owner(tab, "tick", cell=cell)
        if what == "invoice":
            self.truth.sent.add(str(row["Id"]))

    def _rows_of(self, tab: str) -> list[Doc]:
        if tab != "Today":
            return self.scene.rows(tab)
        heads = ("Time", "Who", "Came", "No-show", "Sick", "State", "Id")
        grid = self.scene.grid("studio", "'Today'")
        return [{**dict(zip(heads, [*line, *[""] * 7], strict=False)), "#": n} for n, line in enumerate(grid, 1)]

    def _today_cell(self, row: Doc, head: str) -> str:
        return f"'Today'!{'A' if head == 'Time' else 'C'}{row['#']}"

    def _paste(self, event: Event) -> None:
        """Copies an old booking below the last row, its id too."""
        rows = self.scene.rows("Bookings")
        old = [row for row in rows if str(row["Id"]).startswith(OLD)]
        source = old[event.args["pick"] % len(old)]
        last = 1 + max(row["#"] for row in rows)
        sheet = next(
            each["properties"]["sheetId"]
            for each in self.scene.see(f"/v4/spreadsheets/{self.scene.addresses['studio']}")["sheets"]
            if each["properties"]["title"] == "Bookings"
        )
        box = {"sheetId": sheet, "startColumnIndex": 0, "endColumnIndex": 40}
        asked = {
            "source": {**box, "startRowIndex": source["#"] - 1, "endRowIndex": source["#"]},
            "destination": {**box, "startRowIndex": last - 1, "endRowIndex": last},
            "pasteType": "PASTE_NORMAL",
        }
        self.scene.owner("Bookings", "do", requests=[{"copyPaste": asked}])
        cell = self.scene.cell("Bookings", last, MARKS["Bookings"])
        self.scene.owner("Bookings", "type", cell=cell, text=event.args["mark"])
        self.truth.marks[event.args["mark"]] = "Bookings"

    # -- the diary

    def _owner_diary(self, event: Event) -> None:
        path = f"/calendar/v3/calendars/{quote(self.scene.addresses['calendar'])}/events"
        if event.act == "types an event of her own":
            start = self.scene.clock.now().astimezone(ZONE).replace(hour=13, minute=0) + timedelta(days=2)
            body = {"summary": "Dentist", **_span(start, start + timedelta(minutes=45))}
            self.truth.hers.add(self.scene.see(path, method="POST", body=body)["id"])
            return
        coming = [
            each
            for each in self.scene.events()
            if _start(each) > self.scene.clock.now() and "dateTime" in each["start"]
        ]
        chosen = coming[event.args["pick"] % len(coming)]
        self.truth.hers.add(chosen["id"])
        if event.act == "deletes an event":
            self.scene.see(f"{path}/{chosen['id']}", method="DELETE")
            return
        more = timedelta(minutes=event.args["minutes"])
        start, end = _start(chosen) + more, datetime.fromisoformat(chosen["end"]["dateTime"]) + more
        if start <= self.scene.clock.now():
            raise LookupError("nobody drags a session into the past")
        self.scene.see(f"{path}/{chosen['id']}", method="PATCH", body=_span(start, end))

    # -- Meta, the network, the clock

    def _meta(self, event: Event) -> None:
        self.scene.control("webhooks", event.args)

    def _network(self, event: Event) -> None:
        args = event.args
        self.scene.wire.faults.append(
            Fault(kind=args["kind"], match=args["aim"], times=args["times"], later=args["later"])
        )

    def _clock(self, event: Event) -> None:
        self.scene.clock.tick(60 * event.args["minutes"])


def _span(start: datetime, end: datetime) -> Doc:
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": str(ZONE)},
        "end": {"dateTime": end.isoformat(), "timeZone": str(ZONE)},
    }


def _start(event: Doc) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])


__all__ = ["NAMES", "ROLE_OF", "People", "Truth"]
