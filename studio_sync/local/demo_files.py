"""``demo-out``: what the day left, in files that open without us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from studio_sync.local.control import ask
from studio_sync.local.day.album import Album
from studio_sync.local.day.world import TOKEN, World
from studio_sync.local.transcript_calendar import ics
from studio_sync.local.transcript_page import page
from studio_sync.local.transcript_workbook import xlsx

Doc = dict[str, Any]


def write_files(world: World, album: Album, name: str, summary: Doc, out: Path) -> list[str]:
    """Write everything into ``out``, replacing what an earlier day left there; the names of the files."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if old.suffix in {".pdf", ".xlsx", ".html", ".ics", ".json"}:
            old.unlink()
    files: dict[str, bytes] = {
        "transcript.html": page(album, name, summary["steps"]).encode(),
        "calendar.ics": ics(name, album.events),
        **{f"{role}.xlsx": xlsx(_book(world, role)) for role in ("studio", "books")},
        **{paper.filename: paper.pdf for paper in album.papers},
        "summary.json": json.dumps(summary, indent=1, ensure_ascii=False).encode(),
    }
    for filename, data in files.items():
        (out / Path(filename).name).write_bytes(data)
    return list(files)


def _book(world: World, role: str) -> Doc:
    query = urlencode({"includeGridData": "true"})
    book: Doc = ask(f"{world.base}/v4/spreadsheets/{world.studio.addresses[f'{role}_sheet']}?{query}", token=TOKEN)
    return book
