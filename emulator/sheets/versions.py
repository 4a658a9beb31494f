"""Earlier versions of a spreadsheet, and copies of it, as the owner makes them from the menu of her window.

What Google does to protections and developer metadata there is not known (spec/commit-chain.md F6 asks for a probe), so
the caller says which of them come along.
"""

from __future__ import annotations

import json
import string
from typing import Any

from emulator import drive
from emulator.google_wire import Json
from emulator.sheets.book import Book
from emulator.sheets.metadata import sheet_of
from emulator.world import World

#: what may come along with the cells, or stay as it is
LOCKS = ("protections", "metadata")
_DIGITS = string.ascii_letters + string.digits + "-_"


def keep(world: World, book_id: str) -> int:
    """Remember the spreadsheet as it stands; the number of this version, from 1."""
    with world.lock, world.store.transaction():
        number = world.number(f"version:{book_id}")
        world.store.put_blob(_blob(book_id, number), json.dumps(_whole(world, book_id)).encode())
        known = world.store.get("sheets.versions", book_id) or {"versions": []}
        kept = {"version": number, "at": world.clock.now().isoformat()}
        world.store.put("sheets.versions", book_id, {"versions": [*known["versions"], kept]})
        return number


def known(world: World, book_id: str) -> list[Json]:
    """The versions kept, oldest first."""
    return list((world.store.get("sheets.versions", book_id) or {"versions": []})["versions"])


def restore(world: World, book_id: str, number: int, bring: tuple[str, ...] = LOCKS) -> None:
    """Put the spreadsheet back to a version; `bring` says which locks go back too, the others stay as they are now.

    Raises:
        ValueError: no such version.
    """
    with world.lock, world.store.transaction():
        blob = world.store.blob(_blob(book_id, number))
        if blob is None:
            raise ValueError(f"no version {number}; there are {[each['version'] for each in known(world, book_id)]}")
        then, now = json.loads(blob), _whole(world, book_id)
        if "protections" not in bring:
            for sheet_id, tab in then["tabs"].items():
                tab["protected"] = now["tabs"].get(sheet_id, {"protected": []})["protected"]
        if "metadata" not in bring:
            then["metadata"] = now["metadata"]
        _clear(world, book_id)
        _write(world, book_id, then)


def copy(world: World, book_id: str, bring: tuple[str, ...] = LOCKS, *, new_sheet_ids: bool = False) -> str:
    """Make a copy under a new id; `bring` says which locks the copy has."""
    with world.lock, world.store.transaction():
        whole, new_id = json.loads(json.dumps(_whole(world, book_id))), "1" + world.mint(_DIGITS, 43)
        whole["book"]["properties"]["title"] = f"Copy of {whole['book']['properties']['title']}"
        if "protections" not in bring:
            for tab in whole["tabs"].values():
                tab["protected"] = []
        if "metadata" not in bring:
            whole["metadata"] = {}
        if new_sheet_ids:
            whole = _renumbered(world, whole)
        _write(world, new_id, whole)
        drive.created(world, new_id, drive.SHEET_TYPE)
        return new_id


def _blob(book_id: str, number: int) -> str:
    return f"version:{book_id}:{number}"


def _whole(world: World, book_id: str) -> Json:
    """Every document of a spreadsheet, as kept."""
    book, store = Book(world, book_id), world.store
    rows = {
        f"{tab.id}/{chunk}": store.get("sheets.rows", f"{tab.key}/{chunk}")
        for tab in book.tabs
        for chunk in range(tab.chunk_count)
    }
    return {
        "book": book.doc,
        "tabs": {str(tab.id): tab.doc for tab in book.tabs},
        "rows": rows,
        "styles": store.get("sheets.styles", book_id),
        "metadata": {str(entry["metadataId"]): entry for entry in book.metadata()},
    }


def _clear(world: World, book_id: str) -> None:
    book = Book(world, book_id)
    for entry in list(book.metadata()):
        world.store.drop(book.metadata_kind, str(entry["metadataId"]))
    for tab in book.tabs:
        book.remove(tab)


def _write(world: World, book_id: str, whole: Json) -> None:
    store = world.store
    store.put("sheets.book", book_id, whole["book"])
    for key, doc in whole["tabs"].items():
        store.put("sheets.tab", f"{book_id}/{key}", doc)
    for key, doc in whole["rows"].items():
        store.put("sheets.rows", f"{book_id}/{key}", doc)
    if whole["styles"]:
        store.put("sheets.styles", book_id, whole["styles"])
    for key, entry in whole["metadata"].items():
        if sheet_of(entry) in (None, *whole["book"]["order"]):
            store.put(f"sheets.metadata.{book_id}", key, entry)


def _renumbered(world: World, whole: Json) -> Json:
    """The same with other sheetIds everywhere (a first tab with 0 keeps it)."""
    goes = {old: int(world.mint("123456789", 9)) if old else 0 for old in whole["book"]["order"]}

    def other(value: Any) -> Any:
        if isinstance(value, list):
            return [other(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: goes[item] if name == "sheetId" else other(item) for name, item in value.items()}

    book, tabs = other(whole["book"]), other(whole["tabs"])
    book["order"] = list(goes.values())
    rows = {f"{goes[int(key.partition('/')[0])]}/{key.partition('/')[2]}": doc for key, doc in whole["rows"].items()}
    tabs = {str(goes[int(key)]): doc for key, doc in tabs.items()}
    return {**whole, "book": book, "tabs": tabs, "rows": rows, "metadata": other(whole["metadata"])}
