"""The owner's hand in her workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sheets_schema.head import SHEET_ID
from tests.histories.plan import Event
from tests.histories.scene import ROLE_OF, ZONE, Doc, Scene
from tests.histories.truth import MARKS, OLD, TAB_OF, Truth

LOCKS = ["protections", "metadata"]


class Hand:
    """Types, ticks, sorts, inserts, deletes, cuts and pastes."""

    def __init__(self, scene: Scene, truth: Truth) -> None:
        self.scene = scene
        self.truth = truth

    def do(self, event: Event) -> None:
        """One act. Raises ``LookupError`` or ``ValueError`` when it is not possible."""
        match event.act:
            case "types a note":
                self._note(event)
            case "ticks":
                self._tick(event)
            case "unticks an invoice":
                self._untick()
            case "sorts":
                column = {"Bookings": "Client", "Clients": "Name", "Invoices": "Client"}[event.args["tab"]]
                down = bool(event.args.get("down"))
                self.scene.owner(event.args["tab"], "sort", sheet=event.args["tab"], column=column, down=down)
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
                self.truth.deleted_numbers[str(issued[-1]["Number"])] = str(issued[-1]["Id"])
                self.truth.maybe_numbers.pop(str(issued[-1]["Number"]), None)
                self.truth.sent.discard(str(issued[-1]["Id"]))
            case "pastes a copy of a row":
                self._paste(event)
            case "cuts a row and pastes it at the end":
                self._cut(event)
            case "moves a column":
                self._move_column(event)
            case typing if typing.startswith("types "):
                self._type(event)
            case _:
                self._whole_workbook(event)

    def _note(self, event: Event) -> None:
        who, head, text = event.args["who"], event.args["column"], event.args["mark"]
        row = next(row for row in self.scene.rows("Clients") if row["Id"] == who)
        self.scene.owner("Clients", "type", cell=self.scene.cell("Clients", row["#"], head), text=text)
        self.truth.typed["Clients", who, head] = text

    def _type(self, event: Event) -> None:
        tab = TAB_OF[event.act.removeprefix("types ").removesuffix(" slowly")]
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
        if what == "decide":
            self.truth.cancelled.add("")
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
        self._do("Bookings", {"copyPaste": self._to_the_end("Bookings", source["#"], last)})
        cell = self.scene.cell("Bookings", last, MARKS["Bookings"])
        self.scene.owner("Bookings", "type", cell=cell, text=event.args["mark"])
        self.truth.marks[event.args["mark"]] = "Bookings"

    def _untick(self) -> None:
        """She changes her mind about the last invoice that was ticked and is not on its way."""
        rows = [row for row in self.scene.rows("Invoices") if row["Send"] is True and not row["Number"]]
        if not rows:
            raise LookupError("no invoice is ticked")
        row = rows[-1]
        self.scene.owner("Invoices", "tick", cell=self.scene.cell("Invoices", row["#"], "Send"))
        self.truth.sent.discard(str(row["Id"]))

    def _cut(self, event: Event) -> None:
        """A row moves to the end; where it stood an empty row stays."""
        tab = event.args["tab"]
        rows = self.scene.rows(tab)
        row = rows[event.args["pick"] % len(rows)]
        last = 1 + max(row["#"] for row in rows)
        wanted = self._to_the_end(tab, row["#"], last)
        place = {"sheetId": wanted["destination"]["sheetId"], "rowIndex": last - 1, "columnIndex": 0}
        cut = {"source": wanted["source"], "destination": place, "pasteType": "PASTE_NORMAL"}
        self._do(tab, {"cutPaste": cut})

    def _move_column(self, event: Event) -> None:
        """One of the first columns moves a few places to the right."""
        tab = event.args["tab"]
        span = {"sheetId": self._sheet(tab), "dimension": "COLUMNS"}
        at = event.args["pick"] % 3
        self._do(
            tab,
            {"moveDimension": {"source": {**span, "startIndex": at, "endIndex": at + 1}, "destinationIndex": at + 3}},
        )

    # -- her workbook's menu

    def _whole_workbook(self, event: Event) -> None:
        match event.act:
            case "keeps a version":
                self.truth.versions[event.args["book"]] = self._menu(event, "keep")["version"]
            case "puts the workbook back":
                self._put_back(event)
            case "deletes the hidden tab":
                tab = "Bookings" if event.args["book"] == "studio" else "Invoices"
                self._do(tab, {"deleteSheet": {"sheetId": SHEET_ID}})
            case "copies the workbook and takes the copy":
                copy = self._menu(event, "copy", bring=LOCKS if event.args["locks"] else [])["spreadsheetId"]
                self.scene.main.use(**{f"{event.args['book']}_sheet_id": copy})
            case "takes the workbook again":
                self.scene.main.use_own()
            case unknown:
                raise NotImplementedError(unknown)

    def _menu(self, event: Event, action: str, **fields: object) -> Doc:
        address = self.scene.addresses[event.args["book"]]
        told: Doc = self.scene.control("owner", {"spreadsheetId": address, "action": action, **fields})
        return told

    def _put_back(self, event: Event) -> None:
        """What stood there since is gone, and what she had done since is undone: by her own hand."""
        book, truth = event.args["book"], self.truth
        before = self._rows_by_id(book)
        bring = LOCKS if event.args["locks"] else []
        self._menu(event, "restore", version=truth.versions[book], bring=bring)
        after = self._rows_by_id(book)
        other = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
        truth.put_back |= {ident for _, ident in other}
        truth.typed = {key: text for key, text in truth.typed.items() if key[1] not in truth.put_back}
        there = {str(row.get(MARKS[tab])) for (tab, _), row in after.items() if tab in MARKS}
        truth.marks = {mark: tab for mark, tab in truth.marks.items() if ROLE_OF[tab] != book or mark in there}
        if book == "books":
            back = {str(row.get("Number")) for row in after.values()}
            gone = {**truth.maybe_numbers, **truth.deleted_numbers}
            truth.maybe_numbers = {number: ident for number, ident in gone.items() if number not in back}
            truth.deleted_numbers.clear()

    def _rows_by_id(self, book: str) -> dict[tuple[str, str], Doc]:
        tabs = [tab for tab in MARKS if ROLE_OF[tab] == book]
        return {
            (tab, str(row["Id"] or row.get(MARKS[tab]))): {name: cell for name, cell in row.items() if name != "#"}
            for tab in tabs
            for row in self.scene.rows(tab)
        }

    def _do(self, tab: str, *requests: Doc) -> None:
        self.scene.owner(tab, "do", requests=list(requests))

    def _sheet(self, tab: str) -> int:
        book = self.scene.see(f"/v4/spreadsheets/{self.scene.addresses[ROLE_OF[tab]]}?fields=sheets.properties")
        found: Any = next(each for each in book["sheets"] if each["properties"]["title"] == tab)
        return int(found["properties"]["sheetId"])

    def _to_the_end(self, tab: str, row: int, last: int) -> Doc:
        box = {"sheetId": self._sheet(tab)}  # every column of it: the id stands in the last one
        return {
            "source": {**box, "startRowIndex": row - 1, "endRowIndex": row},
            "destination": {**box, "startRowIndex": last - 1, "endRowIndex": last},
            "pasteType": "PASTE_NORMAL",
        }
