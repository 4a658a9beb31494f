"""A sheet of paper to write on: places text, rules and boxes in millimetres from the top left.

Text is only ever text here: nothing a person typed becomes markup, a link or a form.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any, Literal, cast

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from studio_sync.adapters.pdf.colours import FAINT, INK
from studio_sync.adapters.pdf.fonts import Face, latin_face, wider_faces
from studio_sync.adapters.pdf.letters import in_drawing_order, tidy

#: millimetres of one point
_POINT = 25.4 / 72
#: from the top of a line to its baseline, in units of the size
_ASCENT = 0.9
Align = Literal["left", "right", "centre"]


class Sheet:
    """A document being drawn. Call ``add_page`` first."""

    def __init__(
        self, *, title: str, author: str, language: str, created: date, size: tuple[float, float] | None = None
    ) -> None:
        """``size``: width and height in millimetres; A4 when there is none."""
        pdf = FPDF(unit="mm", format=size or "A4")
        pdf.set_margin(0)
        pdf.set_auto_page_break(False)
        pdf.set_title(tidy(title))
        pdf.set_author(tidy(author))
        pdf.set_lang(language)
        # fixed maker and date: the same paper must give the same bytes
        pdf.set_producer("studio_sync")
        pdf.set_creation_date(datetime.combine(created, time(12), UTC))
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.pdf = pdf
        self._fonts: dict[tuple[str, bool], TTFFont] = {}

    def add_page(self) -> None:
        self.pdf.add_page()

    def finish(self) -> bytes:
        return bytes(self.pdf.output())

    def text(
        self, x: float, top: float, text: str, size: float, *,
        bold: bool = False, colour: str = INK, align: Align = "left",
    ) -> float:  # fmt: skip
        """Write one line; ``x`` is its left edge, right edge or centre as ``align`` says. Returns its width."""
        width = self.width(text, size, bold=bold)
        at = x - {"left": 0.0, "right": width, "centre": width / 2}[align]
        self.pdf.set_text_color(colour)
        for face, part in runs(in_drawing_order(tidy(text)), bold):
            self._use(face, size, bold=bold, part=part)
            self.pdf.text(at, top + _ASCENT * size * _POINT, part)
            at += self._measure(face, part, size, bold=bold)
        return width

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width in mm of ``text`` on one line."""
        pieces = runs(in_drawing_order(tidy(text)), bold)
        return sum(self._measure(face, part, size, bold=bold) for face, part in pieces)

    def fit(self, text: str, size: float, width: float, *, bold: bool = False, least: float = 0.7) -> tuple[str, float]:
        """``text`` and a size at which it fits: first smaller down to ``least`` of the size, then cut with "…"."""
        text = tidy(text)
        wide = self.width(text, size, bold=bold)
        if wide <= width:
            return text, size
        smaller = max(size * least, int(size * width / wide * 10) / 10)
        return self._clip(text, smaller, width, bold=bold), smaller

    def wrap(self, text: str, size: float, width: float, *, most: int, bold: bool = False) -> list[str]:
        """``text`` in at most ``most`` lines, broken at spaces (a word wider than a line anywhere), the rest cut."""
        lines: list[str] = []
        rest = tidy(text)
        while rest and len(lines) < most - 1 and self.width(rest, size, bold=bold) > width:
            fits = self._longest(rest, size, width, bold=bold)
            space = rest.rfind(" ", 0, fits + 1)
            end = space if space > 0 else fits
            lines.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
        return [*lines, self._clip(rest, size, width, bold=bold)] if rest else lines

    def rule(self, x: float, y: float, to: float, *, strong: bool = False) -> None:
        self.pdf.set_draw_color(INK if strong else FAINT)
        self.pdf.set_line_width(0.35 if strong else 0.15)
        self.pdf.line(x, y, to, y)

    def box(
        self, x: float, y: float, width: float, height: float, *, radius: float, fill: str = "", outline: str = ""
    ) -> None:
        """A box with round corners, filled or outlined (0.4)."""
        if fill:
            self.pdf.set_fill_color(fill)
        else:
            self.pdf.set_draw_color(outline)
            self.pdf.set_line_width(0.4)
        self.pdf.rect(x, y, width, height, style="F" if fill else "D", round_corners=True, corner_radius=radius)

    def _clip(self, text: str, size: float, width: float, *, bold: bool) -> str:
        if self.width(text, size, bold=bold) <= width:
            return text
        room = width - self.width("…", size, bold=bold)
        return text[: self._longest(text, size, room, bold=bold)].rstrip() + "…"

    def _longest(self, text: str, size: float, width: float, *, bold: bool) -> int:
        """How many leading characters fit, at least one."""
        used, count = 0.0, 0
        for face, part in runs(text, bold):
            for sign in part:
                used += self._measure(face, sign, size, bold=bold)
                if used > width:
                    return max(1, count)
                count += 1
        return max(1, count)

    def _measure(self, face: Face, part: str, size: float, *, bold: bool) -> float:
        widths = self._font(face, bold=bold).cw
        return sum(widths[ord(sign)] for sign in part) * size / 1000 * _POINT

    def _use(self, face: Face, size: float, *, bold: bool, part: str) -> None:
        font = self._font(face, bold=bold)
        self.pdf.set_font(face.name, style="B" if bold else "", size=size)
        for sign in part:
            # fpdf2 leaves out a sign the font lacks; this draws the font's empty box and keeps the sign for copying
            if ord(sign) not in font.glyph_ids:
                font.cmap[ord(sign)] = ".notdef"
                font.glyph_ids[ord(sign)] = 0

    def _font(self, face: Face, *, bold: bool) -> TTFFont:
        font = self._fonts.get((face.name, bold))
        if font is None:
            key = f"{face.name}{'B' if bold else ''}"
            # what add_font does, without asking for a file on disk: fontTools reads the bytes as well
            font = TTFFont(self.pdf, cast("Any", BytesIO(face.content)), key, "B" if bold else "")
            # a copy: boxes are added to it, and they must not go into the embedded font's own table
            font.cmap = dict(font.cmap)
            # outlines are not changed, so measuring each again only costs time
            font.ttfont.recalcBBoxes = False
            self.pdf.fonts[key] = self._fonts[face.name, bold] = font
        return font


@lru_cache(maxsize=4096)
def runs(text: str, bold: bool) -> tuple[tuple[Face, str], ...]:
    """``text`` in pieces of one face each; what no face knows stays with the first, which draws a box."""
    first = latin_face(bold=bold)
    if first.signs.issuperset(map(ord, text)):
        return ((first, text),) if text else ()
    pieces: list[tuple[Face, str]] = []
    for sign in text:
        known = (face for face in (first, *wider_faces(bold=bold)) if ord(sign) in face.signs)
        face = next(known, first)
        if pieces and pieces[-1][0] is face:
            pieces[-1] = (face, pieces[-1][1] + sign)
        else:
            pieces.append((face, sign))
    return tuple(pieces)
