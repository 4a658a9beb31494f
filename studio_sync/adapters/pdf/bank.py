"""The box with what a bank app asks for: account, reference, amount, and a QR code."""

from __future__ import annotations

from sheets_schema.texts import words
from studio_sync.adapters.pdf.colours import LABEL
from studio_sync.adapters.pdf.draw import Sheet
from studio_sync.adapters.pdf.labels import label, plain
from studio_sync.adapters.pdf.marks import draw_qr, fits_qr
from studio_sync.rules.billing.paper import InvoicePaper

_LEFT = 26.0


def draw_bank(sheet: Sheet, paper: InvoicePaper, top: float, *, accent: str, tint: str) -> None:
    """The box, 170 x 42, at ``top``. ``paper.bank`` must be there."""
    sheet.box(20, top, 170, 42, radius=2.5, outline=accent)
    reference_left = 106.0 if fits_qr(paper.qr_text) else 140.0
    _account(sheet, paper, top, accent=accent, end=reference_left - 4)
    _reference(sheet, paper, top, reference_left, tint=tint)
    if fits_qr(paper.qr_text):
        draw_qr(sheet, 156, top + 5, 28, paper.qr_text)
        sheet.text(170, top + 35, plain("scan", paper.language), 8, colour=LABEL, align="centre")


def _account(sheet: Sheet, paper: InvoicePaper, top: float, *, accent: str, end: float) -> None:
    bank = paper.bank
    if bank is None:
        return
    sheet.text(_LEFT, top + 4.2, plain("pay_by_transfer", paper.language), 10, bold=True, colour=accent)
    rows = (
        ("bank", bank.bank, False),
        ("account_name", bank.account_name, False),
        ("account", bank.account, True),
        ("branch", bank.branch, False),
    )
    at = top + 10.5
    for key, value, bold in rows:
        if value:
            sheet.text(_LEFT, at + 0.15, plain(key, paper.language), 9.5, colour=LABEL)
            text, size = sheet.fit(value, 10, end - 51, bold=bold)
            sheet.text(51, at, text, size, bold=bold)
            at += 5
    sheet.text(_LEFT, max(at, top + 30.5) + 2.7, plain("exactly", paper.language), 8, colour=LABEL)


def _reference(sheet: Sheet, paper: InvoicePaper, top: float, left: float, *, tint: str) -> None:
    centre = left + 22
    sheet.text(centre, top + 5, plain("reference", paper.language), 9, colour=LABEL, align="centre")
    sheet.box(left, top + 10.5, 44, 15, radius=2, fill=tint)
    text, size = sheet.fit(paper.reference or paper.number, 22, 40, bold=True, least=0.4)
    middle = top + 18 - (0.9 - 0.33) * size * 25.4 / 72
    sheet.text(centre, middle, text, size, bold=True, align="centre")
    amount = label("amount_is", paper.language, total=words.money_sheet(paper.to_pay_cents, paper.currency))
    sheet.text(centre, top + 27.8, amount, 10, align="centre")
