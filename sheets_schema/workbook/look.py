"""Colours, fonts and formats of the workbook, as Sheets wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_schema.cells import Kind
from sheets_schema.columns import Column, Tab

Json = dict[str, Any]

INK, WHITE = "#1D2B2A", "#FFFFFF"
TEAL, MINT = "#0B625A", "#E3F1EE"
GREY, GREY_TEXT, GREY_LINE = "#F1F3F3", "#55605E", "#B9C0BE"
#: what a state looks like: text, background. Colour only repeats the word.
TONES: Mapping[str, tuple[str, str]] = {
    "problem": ("#8C1D18", "#FCE8E6"),
    "decide": ("#7A4B00", "#FFF3D6"),
    "done": ("#14532D", "#DDF3E4"),
    "progress": ("#1B4B82", "#E6F0FB"),
    "muted": ("#5A6664", WHITE),
    "bar": (WHITE, TEAL),
    "title": (TEAL, MINT),
}
#: how a line of Today looks, by what its id begins with
TODAY: Mapping[str, str] = {"head": "bar", "t:": "title", "d:": "decide", "a:": "decide"}
#: words of State columns -> tone; a word that is not here looks like any cell
STATES: Mapping[str, Mapping[str, str]] = {
    "bookings": {
        "held": "progress",
        "waiting": "progress",
        "came": "done",
        "no-show": "decide",
        "late cancel": "decide",
        "cancelled": "muted",
        "moved": "muted",
        "sick": "muted",
        "rejected": "muted",
    },
    "messages": {
        "would send": "muted",
        "waiting": "progress",
        "sending": "progress",
        "sent": "done",
        "delivered": "done",
        "read": "done",
        "held": "decide",
        "not sent": "problem",
    },
    "invoices": {
        "draft": "muted",
        "part paid": "progress",
        "paid": "done",
        "overdue": "decide",
        "credited": "muted",
        "written off": "muted",
    },
    "questions": {"open": "decide", "answered": "done", "expired": "muted"},
    "changes": {"done": "done", "undone": "muted"},
    "book_changes": {"done": "done", "undone": "muted"},
}
HEADER_HEIGHT, ROW_HEIGHT, TICK_ROW_HEIGHT = 34, 30, 40

#: kind -> (type of number format, alignment); other kinds are text on the left
_FORMATS: Mapping[str, tuple[str, str]] = {
    "money": ("CURRENCY", "RIGHT"),
    "fine": ("CURRENCY", "RIGHT"),
    "count": ("NUMBER", "RIGHT"),
    "number": ("NUMBER", "RIGHT"),
    "day": ("DATE", "CENTER"),
    "clock": ("TIME", "CENTER"),
    "moment": ("DATE_TIME", "LEFT"),
    "tick": ("", "CENTER"),
    # Plain text, so that a typed +27.. stays a number to call and 21 May stays words.
    "phone": ("TEXT", "LEFT"),
    "phones": ("TEXT", "LEFT"),
    "birthday": ("TEXT", "LEFT"),
    "numbers": ("TEXT", "LEFT"),
}


def colour(hex_: str) -> Json:
    """A ColorStyle of "#RRGGBB"."""
    # Sheets keeps 8 bits of each: three places say them all, and every cell of a body carries six.
    red, green, blue = (round(int(hex_[at : at + 2], 16) / 255, 3) for at in (1, 3, 5))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def text_format(tab: Tab, ink: str, *, bold: bool = False) -> Json:
    """Font of a tab's cells."""
    return {
        "fontFamily": "Roboto",
        "fontSize": 11 if tab.drawn else 10,
        "bold": bold,
        "foregroundColorStyle": colour(ink),
    }


def cell_format(tab: Tab, column: Column, kind: Kind[Any], currency: str, tone: str = "") -> Json:
    """How a cell of this column looks: white is hers, grey ours, a line at the left both."""
    ours = column.editor == "ours" and not tab.drawn
    ink, ground = TONES[tone] if tone else (GREY_TEXT, GREY) if ours else (INK, WHITE)
    number, align = _FORMATS.get(kind.name, ("", "LEFT"))
    look: Json = {
        "backgroundColorStyle": colour(ground),
        "textFormat": text_format(tab, ink, bold=tone in ("bar", "title")),
        "horizontalAlignment": align,
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "OVERFLOW_CELL" if tab.drawn or column.field == "problem" else "CLIP",
    }
    if number == "TEXT":
        look["numberFormat"] = {"type": "TEXT", "pattern": "@"}
    elif number:
        look["numberFormat"] = {"type": number, "pattern": kind.pattern.replace("{currency}", currency)}
    if column.editor == "shared" and not tab.drawn:
        look["borders"] = {"left": {"style": "SOLID", "colorStyle": colour(GREY_LINE)}}
    return look


def colours(column: Column, tone: str = "") -> Json:
    """Only the colours of ``cell_format``, in a tab that is not drawn."""
    ink, ground = TONES[tone] if tone else (GREY_TEXT, GREY) if column.editor == "ours" else (INK, WHITE)
    return {"backgroundColorStyle": colour(ground), "textFormat": {"foregroundColorStyle": colour(ink)}}


def header_format(tab: Tab) -> Json:
    """How the header row looks."""
    return {
        "backgroundColorStyle": colour(MINT),
        "textFormat": text_format(tab, TEAL, bold=True),
        "horizontalAlignment": "LEFT",
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "CLIP",
    }
