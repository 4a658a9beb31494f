"""The memory of the one-process program with ten thousand rows it looks at, on the stand-ins."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.rounds import Result, Shot, compare
from sheets_schema.tabs import BY_KEY
from studio_sync.local.studio import LocalStudio

#: rows in tabs that every poll reads, and what is allowed for them
HOT, MOST_MIB = 10_000, 160
#: seconds in which it has read and remembered them all
SETTLE = 40
#: rows of one paste
TOGETHER = 2500


def memory(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """MiB that are its own, beside what is allowed; a studio of that size is made once and measured once."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("memory needs /proc: left out", file=sys.stderr)
        return []
    many = HOT // 5 if quick else HOT
    return [
        compare(
            "memory",
            f"memory of the whole program with {many:,} rows beside what is allowed",
            "MiB",
            lambda _: _measured(many),
            lambda _: Shot(value=MOST_MIB),
            rounds=1,
            most=1,
        )
    ]


def _measured(many: int) -> Shot:
    with TemporaryDirectory(prefix="bench-") as folder:
        studio = LocalStudio(Path(folder))
        try:
            studio.open()
            studio.kill_program()
            for start in range(0, many, TOGETHER):
                _paste(studio, start, min(TOGETHER, many - start))
            studio.start_program()
            time.sleep(SETTLE)
            there = _remembered(Path(folder))
            wrong = "" if there >= many else f"{there} of {many} rows are remembered"
            return Shot(value=_pss(studio.program_pid), wrong=wrong)
        finally:
            studio.close()


def _paste(studio: LocalStudio, start: int, count: int) -> None:
    """Past bookings with ids, as an older year has left them."""
    tab = BY_KEY["bookings"]
    cells = {"date": 45_000.0, "time": 0.375, "client": "Thandi Maroon", "state": "came", "type": "single"}
    rows = []
    for n in range(start, start + count):
        known = {**cells, "note": f"hot {n}", "id": f"b-HOT{n:05}"}
        found = [known.get(column.field) for column in tab.columns]
        rows.append({"values": [_cell(value) for value in found]})
    append = {"sheetId": tab.sheet_id, "rows": rows, "fields": "userEnteredValue"}
    book = studio.addresses["studio_sheet"]
    studio.control("owner", {"spreadsheetId": book, "action": "do", "requests": [{"appendCells": append}]})


def _cell(value: object) -> dict[str, object]:
    if value is None:
        return {}
    kind = "numberValue" if isinstance(value, float) else "stringValue"
    return {"userEnteredValue": {kind: value}}


def _remembered(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True) as db:
        return int(db.execute("SELECT count(*) FROM rows WHERE id LIKE 'b-HOT%'").fetchone()[0])


def _pss(pid: int) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(told.split("Pss:")[1].split()[0]) / 1024
