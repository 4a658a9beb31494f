"""The PDF that goes with a template when it is sent in: what the reviewer sees at the top of an invoice message."""

from __future__ import annotations

from datetime import date

from studio_sync.adapters.pdf.draw import Sheet
from studio_sync.adapters.pdf.labels import plain


def sample_paper(studio: str, language: str = "en") -> bytes:
    """One page with a title, the studio's name and an example number. Same name, same bytes."""
    sheet = Sheet(title=plain("invoice", language), author=studio, language=language, created=date(2026, 1, 1))
    sheet.add_page()
    sheet.text(20, 18, studio or "-", 15, bold=True)
    sheet.text(190, 18, plain("invoice", language), 26, bold=True, align="right")
    sheet.text(190, 30, "INV-2026-00042", 12, align="right")
    sheet.rule(20, 40, 190)
    return sheet.finish()
