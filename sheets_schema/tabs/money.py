"""The books: invoices, their lines, payments. Shared with the accountant, in a workbook of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheets_schema.cells import BALANCE, CENTS, COUNT, DAY, TEXT, choice
from sheets_schema.columns import Row, Tab, fact, hers, ours, tick

INVOICE_STATES = ("draft", "issued", "part paid", "paid", "overdue", "credited", "written off")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoice(Row):
    """One invoice. Amounts in cents; the number is ours and final once its commit is confirmed."""

    client: str = hers("Client", 100, TEXT, required=True)
    total: int | None = ours("Total", 80, BALANCE)
    send: bool = tick("Send", 44, help="Tick to number it, draw it and send it.")
    sent: str = ours("Sent", 96, TEXT)
    state: str = ours("State", 84, choice(*INVOICE_STATES))
    due: date | None = hers("Due", 84, DAY)
    balance: int | None = ours("Balance", 84, BALANCE)
    problem: str = ours("Problem", 240, TEXT)
    reviewed: bool = fact("Reviewed", 66)
    number: str = ours("Number", 124, TEXT)
    issued: date | None = ours("Issued", 84, DAY)
    period_from: date | None = hers("From", 76, DAY)
    period_to: date | None = hers("To", 76, DAY)
    note: str = hers("Note", 200, TEXT)
    reference: str = ours("Reference", 92, TEXT)
    paid: int | None = ours("Paid", 84, BALANCE)
    credited: int | None = ours("Credited", 84, BALANCE)
    written_off: int | None = ours("Written off", 84, BALANCE)
    net: int | None = ours("Net", 80, BALANCE)
    vat: int | None = ours("VAT", 72, BALANCE)
    whatsapp: str = ours("WhatsApp", 84, TEXT)
    mail: str = ours("Mail", 84, TEXT)
    po: str = hers("Your PO", 90, TEXT)
    address: str = hers("Address", 180, TEXT)
    vat_no: str = hers("VAT no.", 100, TEXT)
    title: str = ours("Title", 84, TEXT)
    currency: str = ours("Currency", 70, TEXT)
    incl_vat: str = ours("Incl. VAT", 70, choice("yes", "no"))
    old_ref: str = hers("Old ref", 100, TEXT)
    link: str = ours("Link", 110, TEXT)
    client_id: str = ours("Client id", 96, TEXT)
    file_hash: str = ours("File hash", 96, TEXT)
    doc_hash: str = ours("Doc hash", 96, TEXT)
    before: str = ours("Before", 96, TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceLine(Row):
    """One line of an invoice. Quantity in whole units."""

    invoice: str = ours("Invoice", 124, TEXT, help="Id of the invoice row.")
    line: int | None = ours("Line", 44, COUNT)
    booking: str = ours("Booking", 96, TEXT)
    date: date | None = hers("Date", 84, DAY)
    what: str = hers("What", 200, TEXT)
    quantity: int | None = hers("Qty", 48, COUNT)
    price: int | None = hers("Price", 80, CENTS)
    amount: int | None = ours("Amount", 84, BALANCE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment(Row):
    """Money that came in."""

    received: date | None = hers("Received", 84, DAY, required=True)
    client: str = hers("Client", 112, TEXT, required=True)
    amount: int | None = hers("Amount", 84, CENTS, required=True)
    method: str = hers("Method", 76, choice("EFT", "cash", "card", "other"))
    reference: str = hers("Reference", 112, TEXT)
    problem: str = ours("Problem", 240, TEXT)
    note: str = hers("Note", 160, TEXT)
    invoice: str = ours("Invoice", 124, TEXT)
    number: str = ours("Number", 124, TEXT)
    client_id: str = ours("Client id", 96, TEXT)


INVOICES = Tab(
    key="invoices",
    title="Invoices",
    role="books",
    model=Invoice,
    colour="#CDE8D5",
    prefix="i-",
    phone_columns=4,
    frozen_columns=1,
)
LINES = Tab(
    key="lines", title="Invoice lines", role="books", model=InvoiceLine, colour="#CDE8D5", prefix="l-", visible=False
)
PAYMENTS = Tab(
    key="payments", title="Payments", role="books", model=Payment, colour="#CDE8D5", prefix="p-", visible=False
)
