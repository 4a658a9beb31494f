"""An invoice from tick to paper: numbered in its own commit, then drawn once.

Nobody is told a number before its commit is confirmed. An issued invoice never changes; a second tick sends nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sheets_schema.tabs.money import Invoice, InvoiceLine
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.billing.lines import Line, lines_for
from studio_sync.rules.billing.paper import (
    BankDetails,
    ClientHead,
    InvoicePaper,
    PaperLine,
    StudioHead,
    TotalRow,
    period_words,
    proof_link,
    to_data,
)
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.effects import Render
from studio_sync.rules.facts import Outcome, RowChanged
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called, first_of


def client_of(ink: Ink, invoice: Invoice) -> Client | None:
    """The client of an invoice row: by id, else by a name that only one client has."""
    known = ink.snap.clients.get(invoice.client_id)
    if known is not None:
        return known
    match = find_clients(invoice.client, ink.snap.clients)
    return match.clients[0] if match.kind == "one" else None


def invoice_changed(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """A row of Invoices she typed becomes a draft; her tick on Send sends it."""
    invoice = ink.snap.invoices.get(fact.row_id)
    if invoice is None:
        return
    if not invoice.state and (invoice.client or invoice.client_id):
        ink.put("invoices", invoice.id, state="draft", label="draft")
    if "send" in ticked:
        _send_ticked(ink, invoice)


def _send_ticked(ink: Ink, invoice: Invoice) -> None:
    """Give it a number, or say in the row why not. A second tick sends nothing new."""
    if invoice.number or invoice.state not in {"", "draft"}:
        ink.put("invoices", invoice.id, send=False, label="tick")
        return
    client = client_of(ink, invoice)
    lines = lines_for(ink.snap, invoice, client) if client else []
    because = ""
    if client is None:
        because = part("tick.no_client", word=invoice.client or part("blank.name"))
    elif not (client.phone or client.user_id or client.email):
        because = part("tick.no_phone")
    elif not lines:
        because = part("tick.no_lines")
    if because or client is None:
        ink.put("invoices", invoice.id, send=False, sent=because, label="tick")
        return
    _issue(ink, invoice, client, lines)


def _issue(ink: Ink, invoice: Invoice, client: Client, lines: list[Line]) -> None:
    settings, today = ink.snap.settings, ink.today
    total = sum(line.amount for line in lines)
    for n, line in enumerate(lines, 1):
        if line.row:
            continue
        ink.put(
            "lines",
            ink.mint("l-"),
            invoice=invoice.id,
            line=n,
            booking=line.booking,
            date=line.day,
            what=line.what,
            quantity=line.quantity,
            price=line.price,
            amount=line.amount,
        )
        if line.booking:
            ink.put("bookings", line.booking, projection=True, invoice=invoice.id)
    ink.put(
        "invoices",
        invoice.id,
        log=part("log.numbered", name=called(client.name)),
        by=ink.by_owner("sheet"),
        series=f"INV-{today.year}",
        send=False,
        sent=part("tick.numbering"),
        state="issued",
        total=total,
        issued=today,
        due=invoice.due or due_date(today, settings.pay_by_day),
        balance=total,
        paid=0,
        credited=0,
        written_off=0,
        net=total,
        vat=0,
        reference=client.code or first_of(client.name).upper() or invoice.id,
        title=part("paper.invoice"),
        currency=settings.currency,
        incl_vat="no",
        client_id=client.id,
    )


def due_date(today: date, day: int) -> date:
    """The next ``day`` of a month that is at least a week away (reference default: the 25th)."""
    month = today.replace(day=1)
    while True:
        last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        due = month.replace(day=min(day, last.day))
        if due >= today + timedelta(days=7):
            return due
        month = last + timedelta(days=1)


def numbered(ink: Ink, fact: Outcome) -> None:
    """The commit is confirmed and the number final: draw the paper."""
    invoice = ink.snap.invoices.get(str(fact.result["row_id"]))
    client = client_of(ink, invoice) if invoice else None
    if invoice is None or client is None:
        return
    number = str(fact.result["number"])
    paper = paper_of(ink, invoice, client, number)
    ink.effects.append(
        Render(
            key=f"{fact.key}/render:{invoice.id}",
            document=invoice.id,
            client=client.id,
            paper=to_data(paper),
            filename=f"{number} {ink.snap.settings.studio_name}.pdf",
        )
    )
    ink.put("invoices", invoice.id, projection=True, sent=part("tick.drawing"))
    for booking in dict.fromkeys(row.booking for row in ink.snap.lines if row.invoice == invoice.id and row.booking):
        ink.put("bookings", booking, projection=True, invoice=number)


def paper_of(ink: Ink, invoice: Invoice, client: Client, number: str) -> InvoicePaper:
    """Everything the invoice shows."""
    settings = ink.snap.settings
    rows = sorted((row for row in ink.snap.lines if row.invoice == invoice.id), key=lambda row: row.line or 0)
    total = invoice.total or 0
    address = invoice.address or client.address
    contact = " · ".join(
        x
        for x in (f"WhatsApp {words.phone_words(_studio_phone(ink))}" if _studio_phone(ink) else "", settings.mail_from)
        if x
    )
    period = period_words(invoice.period_from, invoice.period_to) if invoice.period_from and invoice.period_to else ""
    bank = BankDetails(
        bank=settings.bank, account_name=settings.account_name, account=settings.account, branch=settings.branch
    )
    return InvoicePaper(
        title=invoice.title or part("paper.invoice"),
        number=number,
        studio=StudioHead(
            name=settings.studio_name,
            address_lines=_lines(settings.address),
            contact=contact,
            legal_name=settings.account_name,
            registration=settings.company_no,
            mail=settings.mail_from,
        ),
        client=ClientHead(name=client.name, address_lines=_lines(address)),
        issue_date=invoice.issued or ink.snap.context.today,
        period=period,
        due=invoice.due,
        currency=settings.currency,
        lines=tuple(_paper_line(row) for row in rows),
        totals=(
            TotalRow(label=part("paper.sessions"), cents=total),
            TotalRow(label=part("paper.paid_so_far"), cents=invoice.paid or 0),
        ),
        to_pay_cents=invoice.balance if invoice.balance is not None else total,
        reference=invoice.reference,
        bank=bank if settings.account else None,
        qr_text=proof_link(settings.studio_number, number) if settings.studio_number else "",
        notes=f"Cancel at least {settings.cancel_free_hours} hours before a session and it costs nothing.",
    )


def _studio_phone(ink: Ink) -> str:
    return ink.snap.settings.studio_number


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.replace("\n", ",").split(",") if line.strip())


def _paper_line(row: InvoiceLine) -> PaperLine:
    return PaperLine(
        day=row.date,
        what=row.what,
        quantity=Decimal(row.quantity or 1),
        price_cents=row.price or 0,
        amount_cents=row.amount or 0,
    )
