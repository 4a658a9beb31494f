"""The Printer port on fpdf2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio_sync.rules.billing.paper import from_data


class PdfPrinter:
    """Draws documents given as data. ``logo``: the studio's PNG or JPEG, or None for drawn initials."""

    def __init__(self, *, logo: bytes | None = None) -> None:
        self._logo = logo

    def render(self, paper: Mapping[str, Any]) -> bytes:
        """The PDF of ``rules.billing.paper.to_data``. Same paper, same bytes."""
        # fpdf2 and its fonts take a quarter of a start; a studio that writes no invoice needs none of it.
        from studio_sync.adapters.pdf.invoice import render_invoice

        return render_invoice(from_data(paper), logo=self._logo)
