"""The day as text for a terminal of 80 columns, written from what was read back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from studio_sync.local.day.album import Album
from studio_sync.local.day.stage import phone_words

WIDTH = 80
#: letters of a message's line
ROOM = WIDTH - 17
#: tab -> the columns that are worth a terminal's line, with their widths
TABLES = {
    "Bookings": {"Date": 11, "Time": 6, "Client": 15, "State": 11, "Type": 7, "Told": 13, "Reminded": 12},
    "Clients": {"Name": 15, "Phone": 17, "Status": 8, "Code": 10, "Id": 12},
    "Invoices": {"Client": 15, "Total": 10, "Send": 6, "Sent": 13, "Number": 16, "Due": 11},
    "Changes": {"No": 4, "When": 12, "What": 42, "Who": 20},
}


def text(album: Album) -> str:
    """The whole transcript."""
    parts = ["Read back from the phones, the sheet, the diary and the mailbox:"]
    parts += ["\n".join(_chat(who, said, album)) for who, said in album.chats]
    parts += ["\n".join(_table(album, tab, columns)) for tab, columns in TABLES.items()]
    parts.append("\n".join(["Today", *(f"  {line}" for line in today_lines(album))]))
    parts.append("\n".join(["Diary", *_diary(album)]))
    parts.append("\n".join(["Mail", *_mails(album)]))
    return "\n\n".join(parts)


def clock(iso: str, zone: Any) -> str:
    """``08:40`` in the studio's zone."""
    return f"{datetime.fromisoformat(iso).astimezone(zone):%H:%M}"


def _chat(who: dict[str, Any], said: tuple[dict[str, Any], ...], album: Album) -> Iterator[str]:
    yield f"{who['name']}, {phone_words(who['number'])}"
    first = who["name"].split()[0][:7]
    for message in said:
        name = first if message["direction"] == "in" else "studio"
        head = f"  {clock(message['at'], album.zone)}  {name:<8}"
        body = list(_body(message))
        for line in body:
            yield (head + line).rstrip()
            head = " " * len(head)


def _body(message: dict[str, Any]) -> Iterator[str]:
    media = message.get("media")
    if media:
        yield f"[{media.get('filename') or media['kind']}]"
    said = f"[{message['text']}]" if message.get("tapped") else str(message.get("text", ""))
    lines = [piece for line in said.splitlines() for piece in textwrap.wrap(line, ROOM) or [""]]
    buttons = " ".join(f"[{button['title']}]" for button in message.get("buttons", ()))
    lines += [buttons] if buttons else []
    end = message["status"] if message["direction"] == "out" else ""
    if end and (not lines or len(lines[-1]) + len(end) >= ROOM):
        lines.append("")
    if end:
        lines[-1] += end.rjust(ROOM - len(lines[-1]))
    yield from lines


def _table(album: Album, tab: str, columns: dict[str, int]) -> Iterator[str]:
    heads, *lines = album.grids[tab] or [[]]
    yield tab
    yield "  " + "".join(name.ljust(width) for name, width in columns.items()).rstrip()
    for line in lines:
        cells = dict(zip(heads, line, strict=False))
        if any(cells.get(name) for name in columns):
            yield ("  " + "".join(_cut(cells.get(n, ""), w) for n, w in columns.items())).rstrip()


def _cut(cell: str, width: int) -> str:
    word = {"TRUE": "yes", "FALSE": ""}.get(cell, cell.replace("\n", ", "))
    return (word if len(word) < width else f"{word[: width - 3]}..").ljust(width)


def today_lines(album: Album) -> list[str]:
    """Today, one line each, ticks as words."""
    lines = []
    for row in album.grids["Today"]:
        cells = [cell.replace("\n", ", ") for cell in row[:6]]
        ticks = [name for name, cell in zip(("came", "no-show", "sick"), cells[2:5], strict=False) if cell == "TRUE"]
        words = [cell for cell in (*cells[:2], *ticks, *cells[5:6]) if cell not in {"", "TRUE", "FALSE"}]
        lines.append("  ".join(words)[: WIDTH - 2])
    return lines


def _diary(album: Album) -> Iterator[str]:
    for event in album.events:
        start = datetime.fromisoformat(event["start"]["dateTime"]).astimezone(album.zone)
        end = datetime.fromisoformat(event["end"]["dateTime"]).astimezone(album.zone)
        yield f"  {start:%a} {start.day:>2} {start:%b}  {start:%H:%M} to {end:%H:%M}  {event.get('summary', '')}"


def _mails(album: Album) -> Iterator[str]:
    for mail in album.mails:
        yield f"  {clock(mail['at'], album.zone)}  to {', '.join(mail['to'])}"
        yield from textwrap.wrap(mail["subject"], WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9)
        for file in mail["attachments"]:
            yield f"         [{file['filename']}, {file['size']:,} bytes]"
