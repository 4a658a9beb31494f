"""What the day left, step by step, as ids: ``summary.json``."""

from __future__ import annotations

import hashlib
from typing import Any

from sheets_schema.tabs import TABS
from studio_sync.local.day.album import Album
from studio_sync.local.day.player import Played

Doc = dict[str, Any]
#: the header of each tab's id column
ID = {tab.title: tab.id_title for tab in TABS}
COUNTERS = ("in", "done", "lost", "twice", "held")


def entry(played: Played) -> Doc:
    """One step as data: its rows, messages, events, files and mails by id, as read back."""
    found = played.found
    return {
        "name": played.step.name,
        "at": played.step.at,
        "caption": played.step.caption,
        "result": found.result,
        "rows": [f"{tab}/{row[ID[tab]]}" for tab, row in found.rows],
        "messages": [message["wamid"] for message in found.messages],
        "events": [event["id"] for event in found.events],
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in found.files.items()
        ],
        "mails": [mail["message_id"] for mail in found.mails],
    }


def keys_of(album: Album) -> dict[str, str]:
    """By wamid: what the message's row in Messages is known by: our own tag, or the wamid of what came in."""
    said = [m for _, chat in album.chats for m in chat]
    return {m["wamid"]: m["wamid"] if m["direction"] == "in" else m.get("tag", "") for m in said}


def rowless(entries: list[Doc], album: Album) -> list[str]:
    """Messages of the steps that have no row in Messages."""
    keys, rows = keys_of(album), album.message_rows()
    return [wamid for step in entries for wamid in step["messages"] if keys.get(wamid) not in rows]


def summary(entries: list[Doc], album: Album, *, failed: str, seconds: float) -> Doc:
    """The whole of ``summary.json``; every step's messages also as rows of Messages."""
    keys, rows = keys_of(album), album.message_rows()
    steps = []
    for step in entries:
        found = [f"Messages/{rows[keys[wamid]]}" for wamid in step["messages"] if keys.get(wamid) in rows]
        steps.append({**step, "rows": [*step["rows"], *found]})
    return {
        "day": album.day.isoformat(),
        "zone": str(album.zone),
        "steps": steps,
        "failed": failed,
        "seconds": round(seconds, 1),
        "twice": album.twice,
        "counters": {name: int(album.counters[name]) for name in COUNTERS if name in album.counters},
    }
