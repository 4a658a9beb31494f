"""The day as one HTML file that opens without us: chats as bubbles, the diary's week, the sheet, mail, papers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from studio_sync.local.day.album import Album
from studio_sync.local.day.stage import phone_words
from studio_sync.local.transcript import clock

Doc = dict[str, Any]
TABS = ("Clients", "Bookings", "Invoices", "Invoice lines", "Messages", "Changes")
#: columns of sentences, which may take several lines
LONG = {"Text", "Why", "What", "Problem", "About", "Notes"}
#: columns that say nothing to a person
LEFT_OUT = {"Key", "Row id", "Client id", "Session", "File hash", "Doc hash", "Before", "After", "Id", "Number"}
#: cells that show nothing
BLANK = ("", "FALSE")
BOLD = re.compile(r"\*([^\s*](?:[^*\n]*[^\s*])?)\*")
COUNTERS = ("in", "done", "lost", "twice")


def page(album: Album, name: str, steps: list[Doc]) -> str:
    """The whole file."""
    title = f"{name}, {_day(album.day)} {album.day.year}"
    css = Path(__file__).with_name("transcript.css").read_text(encoding="utf-8")
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{css}</style></head><body>',
        f'<header class="top"><h1>{escape(name)}</h1><p>{_day(album.day)} {album.day.year}, one day, read back</p>',
        f"<dl>{''.join(_counters(album))}</dl></header>",
        '<nav aria-label="Parts">',
        *(f'<a href="#{part.lower()}">{part}</a>' for part in ("Day", "Chats", "Diary", "Sheet", "Mail", "Papers")),
        "</nav><main>",
        f'<section id="day"><h2>The day</h2><ol class="steps card">{"".join(_steps(steps))}</ol></section>',
        f'<section id="chats"><h2>Chats</h2><div class="chats">{"".join(_chats(album))}</div></section>',
        f'<section id="diary"><h2>Diary</h2><div class="week">{"".join(_week(album))}</div></section>',
        f'<section id="sheet"><h2>Sheet</h2>{_today(album)}{"".join(_sheet(album, tab) for tab in TABS)}</section>',
        f'<section id="mail"><h2>Mail</h2>{"".join(_mails(album))}</section>',
        f'<section id="papers"><h2>Papers</h2><div class="papers">{"".join(_papers(album))}</div></section>',
        "<footer>Everyone in this studio is invented. All of it was read back after the day.</footer>",
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _counters(album: Album) -> Iterator[str]:
    for name in COUNTERS:
        if name in album.counters:
            yield f"<div><dd>{album.counters[name]:,.0f}</dd><dt>{name}</dt></div>"


def _steps(steps: list[Doc]) -> Iterator[str]:
    for step in steps:
        css = ' class="failed"' if step.get("failed") else ""
        words = f"<span>{escape(step['caption'])}</span><b>{escape(step['result'])}</b>"
        yield f"<li{css}><time>{step['at']}</time>{words}</li>"


def _chats(album: Album) -> Iterator[str]:
    for who, said in album.chats:
        bubbles = "".join(_bubble(message, album) for message in said)
        head = f"<header><h3>{escape(who['name'])}</h3><small>{phone_words(who['number'])}</small></header>"
        yield f'<article class="card phone">{head}<div class="log">{bubbles}</div></article>'


def _bubble(message: Doc, album: Album) -> str:
    mine = " mine" if message["direction"] == "in" else ""
    status = "" if mine else f' <span class="{message["status"]}">{message["status"]}</span>'
    inside = _attachment(message, album)
    if message.get("text"):
        bold = BOLD.sub(r"<b>\1</b>", escape(message["text"]))
        inside += f"<p>{bold}</p>"
    inside += f'<p class="meta">{clock(message["at"], album.zone)}{status}</p>'
    taps = "".join(f'<div class="tap">{escape(button["title"])}</div>' for button in message.get("buttons", ()))
    return f'<div class="message{mine}"><div class="bubble">{inside}</div>{taps}</div>'


def _attachment(message: Doc, album: Album) -> str:
    media = message.get("media") or {}
    name = str(media.get("filename", ""))
    paper = next((p for p in album.papers if p.filename == name), None)
    if paper is None:
        return ""
    return f'<img src="{_picture(paper.page)}" alt="Page 1"><p class="file">{escape(name)}</p>'


def _picture(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _week(album: Album) -> Iterator[str]:
    monday = album.day - timedelta(days=album.day.weekday())
    for day in (monday + timedelta(days=n) for n in range(6)):
        lines = [event for event in album.events if _start(event, album).date() == day]
        items = "".join(f"<li>{escape(event.get('summary', ''))}</li>" for event in lines)
        css = "card today" if day == album.day else "card"
        body = f"<ul>{items}</ul>" if items else '<p class="free">free</p>'
        yield f'<div class="{css}"><h3>{_day(day)}</h3>{body}</div>'


def _start(event: Doc, album: Album) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"]).astimezone(album.zone)


def _today(album: Album) -> str:
    rows = []
    for number, line in enumerate(album.grids["Today"]):
        ident = line[6] if len(line) > 6 else ""
        css = ' class="bar"' if number == 0 else ' class="heading"' if ident.startswith("t:") else ""
        alone = not any(line[1:6])
        cells = (
            f'<td colspan="6">{_cell(line[0])}</td>'
            if alone
            else "".join(f'<td class="words">{_cell(cell)}</td>' for cell in line[:6])
        )
        rows.append(f"<tr{css}>{cells}</tr>")
    return f'<div class="card sheet"><h3>Today</h3><div class="scroll"><table>{"".join(rows)}</table></div></div>'


def _sheet(album: Album, tab: str) -> str:
    heads, *lines = album.grids[tab] or [[]]
    width = len(heads)
    lines = [[*line, *[""] * (width - len(line))] for line in lines if any(line)]
    keep = [n for n, head in enumerate(heads) if _worth(tab, head) and any(line[n] not in BLANK for line in lines)]
    top = "".join(f"<th>{escape(heads[n])}</th>" for n in keep)
    body = "".join("<tr>" + "".join(_td(heads[n], line[n]) for n in keep) + "</tr>" for line in lines)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="card sheet"><h3>{tab}</h3><div class="scroll">{table}</div></div>'


def _worth(tab: str, head: str) -> bool:
    return head not in LEFT_OUT or (tab, head) == ("Invoices", "Number")


def _td(head: str, text: str) -> str:
    css = [name for name, on in (("long", head in LONG), ("problem", head == "Problem" and text)) if on]
    words = f' class="{" ".join(css)}"' if css else ""
    return f"<td{words}>{_cell(text)}</td>"


def _cell(text: str) -> str:
    return {"TRUE": "☑", "FALSE": "☐"}.get(text, escape(text))


def _mails(album: Album) -> Iterator[str]:
    for mail in album.mails:
        files = ", ".join(f"{file['filename']} ({file['size']:,} bytes)" for file in mail["attachments"])
        yield (
            f'<article class="card mail"><h3>{escape(mail["subject"])}</h3>'
            f"<p>{clock(mail['at'], album.zone)}, from {escape(mail['from'])} to {escape(', '.join(mail['to']))}</p>"
            f"<pre>{escape(mail['text'].strip())}</pre><p>Attached: {escape(files or 'nothing')}</p></article>"
        )


def _papers(album: Album) -> Iterator[str]:
    for paper in album.papers:
        picture = f'<img src="{_picture(paper.page)}" alt="Page 1 of {escape(paper.filename)}">'
        yield f'<figure class="card">{picture}<figcaption>{escape(paper.filename)}</figcaption></figure>'
