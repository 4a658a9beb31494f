"""What is drawn rather than written: the logo and the QR code."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Literal

import segno
from PIL import Image, UnidentifiedImageError

from studio_sync.adapters.pdf.draw import Sheet

Level = Literal["m", "q"]
_LOGO_WIDTH, _LOGO_HEIGHT = 40.0, 16.0
#: what fits a code that a phone reads from 28 mm; also the limit of the European transfer code
_QR_BYTES = 331
#: enough for 300 dots an inch at the largest size
_LOGO_PIXELS = (480, 192)


def draw_logo(sheet: Sheet, x: float, y: float, *, name: str, accent: str, logo: bytes | None) -> float:
    """The studio's picture, or its initials on a rounded square. Returns the width used, in mm."""
    picture = _picture(logo) if logo else None
    if picture is None:
        sheet.box(x, y, _LOGO_HEIGHT, _LOGO_HEIGHT, radius=3, fill=accent)
        letters = initials(name)
        size = 20.0
        top = y + _LOGO_HEIGHT / 2 - (0.9 - 0.33) * size * 25.4 / 72
        sheet.text(x + _LOGO_HEIGHT / 2, top, letters, size, bold=True, colour="#FFFFFF", align="centre")
        return _LOGO_HEIGHT
    content, wide, high = picture
    scale = min(_LOGO_WIDTH / wide, _LOGO_HEIGHT / high)
    width, height = wide * scale, high * scale
    sheet.pdf.image(BytesIO(content), x, y + (_LOGO_HEIGHT - height) / 2, width, height, alt_text=name)
    return width


def initials(name: str) -> str:
    """Up to two capitals for the drawn logo: "Nowhere Street Pilates" gives "NS"; "" when the name has no letter."""
    first = [next((sign for sign in word if sign.isalnum()), "") for word in name.split()]
    return "".join(sign for sign in first if sign)[:2].upper()


@lru_cache(maxsize=8)
def _picture(logo: bytes) -> tuple[bytes, int, int] | None:
    """The logo as a small PNG with its size in pixels; None for what is no picture we take."""
    try:
        with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as opened:
            # a picture of a few kilobytes may unfold to gigabytes
            if opened.width * opened.height > 40_000_000:
                return None
            small = opened.convert("RGBA")
            small.thumbnail(_LOGO_PIXELS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    buffer = BytesIO()
    small.save(buffer, "PNG", optimize=True)
    return buffer.getvalue(), small.width, small.height


def fits_qr(text: str) -> bool:
    """Whether there is anything to draw and a code small enough to read."""
    return 0 < len(text.encode()) <= _QR_BYTES


def draw_qr(sheet: Sheet, x: float, y: float, side: float, text: str, *, level: Level = "m") -> None:
    """``text`` as a QR code of ``side`` mm without its quiet edge, drawn as one path so that no seam shows.

    ``level``: how much of it may be hurt and still be read; m 15 %, q 25 %.
    """
    rows = qr_rows(text, level)
    point = sheet.pdf.k
    module = side / len(rows) * point
    left, bottom = x * point, (sheet.pdf.h - y - side) * point
    stretches = (
        f"{left + start * module:.3f} {bottom + up * module:.3f} {length * module:.3f} {module:.3f} re"
        for up, row in enumerate(reversed(rows))
        for start, length in _dark(row)
    )
    # straight into the page: fpdf2's own path objects cost ten times as much for 500 rectangles
    sheet.pdf._out(f"q 0 g {' '.join(stretches)} f Q")  # noqa: SLF001


@lru_cache(maxsize=64)
def qr_rows(text: str, level: Level = "m") -> tuple[bytes, ...]:
    """The modules, one byte each, 1 for dark.

    The mask is fixed: any reader copes, and trying all eight costs five times as much (segno).
    """
    code = segno.make(text, error=level, mask=3, encoding="utf-8", micro=False, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def _dark(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of every dark stretch."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for at, sign in enumerate((*row, 0)):
        if sign and start is None:
            start = at
        elif not sign and start is not None:
            found.append((start, at - start))
            start = None
    return found
