"""The poster on A5: a code that opens the studio's chat, the number, and what to write there (look-and-words 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sheets_schema.texts.catalogue import part
from sheets_schema.texts.words import phone_words
from studio_sync.adapters.pdf.colours import INK, LABEL, readable_accent, tint_of
from studio_sync.adapters.pdf.draw import Sheet
from studio_sync.adapters.pdf.marks import draw_qr
from studio_sync.rules.billing.paper import TEAL

WIDTH, HEIGHT = 148.0, 210.0
_MIDDLE, _EDGE = WIDTH / 2, 14.0
_HEAD, _CODE_TOP, _CODE = 52.0, 62.0, 70.0
_ROWS_TOP, _ROW, _PILL = 162.0, 9.0, 6.6
#: what a client writes -> the words beside it
_ROWS = (("bookings", "bookings"), ("cancel next", "cancel_next"), ("invoice", "invoice"))
_WHITE = "#FFFFFF"
#: the same poster gives the same bytes
_MADE = date(2026, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Poster:
    """What stands on it."""

    studio: str
    owner: str
    #: the studio's number, E.164
    phone: str
    accent: str = TEAL
    language: str = "en"


def chat_link(phone: str, text: str = "Hello") -> str:
    """The address that opens a chat with ``phone`` (E.164) with ``text`` typed in: WhatsApp's click-to-chat link."""
    return f"https://wa.me/{phone.lstrip('+')}?text={quote(text)}"


def render_poster(poster: Poster) -> bytes:
    """The poster as PDF; the same one gives the same bytes."""
    accent = readable_accent(poster.accent)
    owner = poster.owner or part("blank.owner", poster.language)

    def word(key: str, **values: str) -> str:
        return part(f"poster.{key}", poster.language, **values)

    sheet = Sheet(
        title=f"{word('title')}, {poster.studio}",
        author=poster.studio,
        language=poster.language,
        created=_MADE,
        size=(WIDTH, HEIGHT),
    )
    sheet.add_page()
    _head(sheet, poster, word("title"), accent)
    draw_qr(sheet, _MIDDLE - _CODE / 2, _CODE_TOP, _CODE, chat_link(poster.phone), level="q")
    sheet.text(_MIDDLE, 137, word("scan"), 11, colour=LABEL, align="centre")
    sheet.text(_MIDDLE, 143, phone_words(poster.phone), 24, bold=True, align="centre")
    _commands(sheet, [(typed, word(key)) for typed, key in _ROWS], accent)
    lines = sheet.wrap(word("foot", owner=owner), 8.5, WIDTH - 2 * _EDGE, most=2)
    for at, line in enumerate(lines):
        sheet.text(_MIDDLE, 195 + 4 * at, line, 8.5, colour=LABEL, align="centre")
    return sheet.finish()


def _head(sheet: Sheet, poster: Poster, title: str, accent: str) -> None:
    sheet.pdf.set_fill_color(accent)
    sheet.pdf.rect(0, 0, WIDTH, _HEAD, style="F")
    name, size = sheet.fit(poster.studio, 13, WIDTH - 2 * _EDGE)
    sheet.text(_EDGE, 14, name, size, colour=_WHITE)
    text, size = sheet.fit(title, 34, WIDTH - 2 * _EDGE, bold=True)
    sheet.text(_EDGE, 22, text, size, bold=True, colour=_WHITE)


def _commands(sheet: Sheet, rows: list[tuple[str, str]], accent: str) -> None:
    """Pills with what to write, in line with the code, or in the middle when wider."""
    tint = tint_of(accent)
    ink = readable_accent(accent, tint)
    pill = max(sheet.width(typed, 11, bold=True) for typed, _ in rows) + 10
    block = pill + 5 + max(sheet.width(words, 11) for _, words in rows)
    left = _MIDDLE - max(block, _CODE) / 2
    for at, (typed, words) in enumerate(rows):
        top = _ROWS_TOP + _ROW * at
        sheet.box(left, top, pill, _PILL, radius=_PILL / 2 - 0.01, fill=tint)
        sheet.text(left + pill / 2, top + 1.25, typed, 11, bold=True, colour=ink, align="centre")
        sheet.text(left + pill + 5, top + 1.25, words, 11, colour=INK)
