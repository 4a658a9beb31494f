"""An invoice from tick to phone: numbered in its own commit, drawn once, then sent as document, mail and link.

Nobody is told a number before its commit is confirmed. An issued invoice never changes; a second tick sends nothing new.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sheets_schema.tabs.money import Invoice, InvoiceLine
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part, render
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
from studio_sync.rules.effects import Mail, Render
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink, person_of


def client_of(ink: Ink, invoice: Invoice) -> Client | None:
    """The client of an invoice row: by id, else by a name that only one client has."""
    known = ink.snap.clients.get(invoice.client_id)
    if known is not None:
        return known
    match = find_clients(invoice.client, ink.snap.clients)
    return match.clients[0] if match.kind == "one" else None


def send_ticked(ink: Ink, invoice: Invoice) -> None:
    """Her tick on Send: give it a number, or say in the row why not."""
    client = client_of(ink, invoice)
    because = ""
    if client is None:
        because = part("tick.not_sent", because=f"no one client called {invoice.client}")
    elif not client.phone and not client.email:
        because = part("tick.no_phone")
    lines = lines_for(ink.snap, invoice, client) if client else []
    if client and not lines:
        because = part("tick.not_sent", because="no lines and no total")
    if because or client is None:
        ink.put("invoices", invoice.id, send=False, sent=because)
        return
    if invoice.number:
        ink.put("invoices", invoice.id, send=False)
        return
    _issue(ink, invoice, client, lines)


def _issue(ink: Ink, invoice: Invoice, client: Client, lines: list[Line]) -> None:
    settings = ink.snap.settings
    today = ink.now.astimezone(settings.zone).date()
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
        log=f"Invoice for {client.name}",
        by=f"{settings.owner_name}, sheet",
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
        reference=client.code or client.name.split()[0].upper(),
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
            paper=to_data(paper),
            filename=f"{number} {ink.snap.settings.studio_name}.pdf",
        )
    )
    ink.put("invoices", invoice.id, projection=True, sent=part("tick.drawing"))


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
        qr_text=proof_link(settings.owner_number, number) if settings.owner_number else "",
        notes=f"Cancel at least {settings.cancel_free_hours} hours before a session and it costs nothing.",
    )


def _studio_phone(ink: Ink) -> str:
    return ink.snap.settings.owner_number


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


def rendered(ink: Ink, fact: Outcome) -> None:
    """The paper is drawn and kept: to the client's phone as a document, and by mail."""
    invoice = ink.snap.invoices.get(str(fact.result["document"]))
    client = client_of(ink, invoice) if invoice else None
    if invoice is None or client is None:
        return
    sha, filename = str(fact.result["sha256"]), str(fact.result["filename"])
    link = str(fact.result.get("link", ""))
    settings = ink.snap.settings
    values = _values(ink, invoice)
    why = (
        part("why.ticked", owner=settings.owner_name, column="Send", time=f"{ink.now.astimezone(settings.zone):%H:%M}"),
        f"{invoice.number} was written into the books first.",
    )
    row = ink.put(
        "invoices",
        invoice.id,
        sent=part("tick.sending"),
        file_hash=sha,
        link=link,
        whatsapp="sending" if client.phone else "",
        mail="sending" if client.email else "",
        log=f"Invoice {invoice.number} for {client.name}: drawn",
        by="studio_sync",
    )
    if client.phone:
        ink.send(
            person_of(client),
            "money.invoice",
            values={**values, "invoice": invoice.id, "studio": settings.studio_name},
            cls="once",
            needs=(row,),
            about=f"invoice:{invoice.id}",
            file=sha,
            filename=filename,
            why=why,
            label=invoice.id,
        )
    if client.email:
        _mail(ink, invoice, client, values, row, sha, filename, why)


def _mail(
    ink: Ink,
    invoice: Invoice,
    client: Client,
    values: dict[str, str],
    row: str,
    sha: str,
    filename: str,
    why: tuple[str, ...],
) -> None:
    settings = ink.snap.settings
    bank = {
        "bank": settings.bank or "-",
        "account_name": settings.account_name or "-",
        "account": settings.account or "-",
        "branch": settings.branch,
        "due_long": words.long_date(invoice.due) if invoice.due else "",
        "studio": settings.studio_name,
        "first": client.name.split()[0],
    }
    letter = render("mail.invoice", {**values, **bank})
    ink.effects.append(
        Mail(
            key=f"{ink.fact.key}/mail:{invoice.id}",
            needs=(row,),
            to=client.email,
            subject=letter.subject,
            body=letter.text,
            file=sha,
            filename=filename,
            about=f"invoice:{invoice.id}",
            why=why,
        )
    )


def _values(ink: Ink, invoice: Invoice) -> dict[str, str]:
    settings = ink.snap.settings
    today = ink.snap.context.today
    return {
        "doc": invoice.number,
        "period": words.period(invoice.period_from) if invoice.period_from else words.period(invoice.issued or today),
        "total": words.money_chat(invoice.total or 0, settings.currency),
        "due": words.day(invoice.due, today) if invoice.due else "",
        "ref": invoice.reference,
    }


def mailed(ink: Ink, fact: Outcome) -> None:
    """The mail left, or did not."""
    kind, _, ident = str(fact.result.get("about", "")).partition(":")
    if kind != "invoice" or ink.snap.invoices.get(ident) is None:
        return
    clock = f"{fact.at.astimezone(ink.snap.settings.zone):%H:%M}"
    words_of = (
        part("tick.sent", time=clock) if fact.ok else part("tick.not_sent", because=str(fact.result.get("reason", "")))
    )
    ink.put("invoices", ident, projection=True, mail=words_of)
