"""The table of lines and the totals under it."""

from __future__ import annotations

from sheets_schema.texts import words
from studio_sync.adapters.pdf.colours import LABEL
from studio_sync.adapters.pdf.draw import Align, Sheet
from studio_sync.adapters.pdf.labels import plain
from studio_sync.rules.billing.paper import InvoicePaper, quantity_words

_LEFT, _RIGHT = 20.0, 190.0
_WHAT, _WHAT_WIDTH = 46.0, 78.0
_QUANTITY, _PRICE = 136.0, 162.0
_LINE, _SECOND = 6.6, 4.6
_TOTALS = 124.0
_TOTAL_ROW, _LAST_ROW = 6.4, 9.0


def line_heights(sheet: Sheet, paper: InvoicePaper) -> list[float]:
    """Height in mm of each line: one or two rows of text."""
    return [_LINE + _SECOND * (len(_what(sheet, line.what)) - 1) for line in paper.lines]


def totals_height(paper: InvoicePaper) -> float:
    """Height in mm of ``draw_totals``, the gap above it included."""
    return 3 + _TOTAL_ROW * len(paper.totals) + _LAST_ROW


def draw_head(sheet: Sheet, paper: InvoicePaper, top: float) -> None:
    """The headings and the strong rule under them."""
    heads: tuple[tuple[float, str, Align], ...] = (
        (_LEFT, "date", "left"),
        (_WHAT, "what", "left"),
        (_QUANTITY, "quantity", "right"),
        (_PRICE, "price", "right"),
        (_RIGHT, "amount", "right"),
    )
    for x, key, align in heads:
        sheet.text(x, top, plain(key, paper.language), 8.5, bold=True, colour=LABEL, align=align)
    sheet.rule(_LEFT, top + 6, _RIGHT, strong=True)


def draw_lines(sheet: Sheet, paper: InvoicePaper, top: float, first: int, end: int) -> float:
    """Lines ``first`` to before ``end``. Returns where they end."""
    for line in paper.lines[first:end]:
        if line.day:
            sheet.text(_LEFT, top + 1.2, words.day(line.day, paper.issue_date, paper.language), 10)
        what = _what(sheet, line.what)
        for at, part in enumerate(what):
            sheet.text(_WHAT, top + 1.2 + _SECOND * at, part, 10)
        columns = (
            (_QUANTITY, 11.0, quantity_words(line.quantity)),
            (_PRICE, 25.0, words.money_sheet(line.price_cents, paper.currency)),
            (_RIGHT, 27.0, words.money_sheet(line.amount_cents, paper.currency)),
        )
        for x, width, text in columns:
            fitted, size = sheet.fit(text, 10, width, least=0.5)
            sheet.text(x, top + 1.2, fitted, size, align="right")
        top += _LINE + _SECOND * (len(what) - 1)
        sheet.rule(_LEFT, top, _RIGHT)
    return top


def draw_totals(sheet: Sheet, paper: InvoicePaper, top: float) -> None:
    """The rows, and under a strong rule what it comes to."""
    top += 3
    for row in paper.totals:
        _row(sheet, top + 1.1, row.label, words.money_sheet(row.cents, paper.currency), 10)
        top += _TOTAL_ROW
    sheet.rule(_TOTALS, top + 0.6, _RIGHT, strong=True)
    key, cents = ("credit", -paper.to_pay_cents) if paper.kind == "credit_note" else ("to_pay", paper.to_pay_cents)
    last = words.money_sheet(cents, paper.currency)
    _row(sheet, top + 2.6, plain(key, paper.language), last, 13, bold=True)


def _row(sheet: Sheet, top: float, label: str, amount: str, size: float, *, bold: bool = False) -> None:
    used = sheet.width(amount, size, bold=bold)
    text, fitted = sheet.fit(label, size, _RIGHT - _TOTALS - used - 3, bold=bold)
    sheet.text(_TOTALS, top, text, fitted, bold=bold)
    sheet.text(_RIGHT, top, amount, size, bold=bold, align="right")


def _what(sheet: Sheet, text: str) -> list[str]:
    return sheet.wrap(text, 10, _WHAT_WIDTH, most=2) or [""]
