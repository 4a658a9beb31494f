"""A drawn invoice leaves: to the client's phone as a document, by mail, and as a link that is good for 48 hours."""

from __future__ import annotations

from sheets_schema.tabs.money import Invoice
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part, render
from studio_sync.rules import alerts
from studio_sync.rules.billing.invoices import client_of
from studio_sync.rules.effects import Mail
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called, first_of, person_of
from studio_sync.rules.reasons import why_ticked


def rendered(ink: Ink, fact: Outcome) -> None:
    """The paper is drawn and kept: to the client's phone as a document, and by mail."""
    invoice = ink.snap.invoices.get(str(fact.result["document"]))
    client = client_of(ink, invoice) if invoice else None
    if invoice is None or client is None:
        return
    sha, filename = str(fact.result["sha256"]), str(fact.result["filename"])
    link = str(fact.result.get("link", ""))
    values = _values(ink, invoice)
    why = (why_ticked(ink, "Send"), part("why.numbered", doc=invoice.number))
    row = ink.put(
        "invoices",
        invoice.id,
        sent=part("tick.sending"),
        file_hash=sha,
        link=link,
        whatsapp="sending" if client.phone or client.user_id else "",
        mail="sending" if client.email else "",
        log=part("log.invoice", doc=invoice.number, name=called(client.name)),
        by=part("by.studio"),
    )
    if client.phone or client.user_id:
        ink.send(
            person_of(client),
            "money.invoice",
            values={**values, "invoice": invoice.id},
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
        "total": words.money_sheet(invoice.total or 0, settings.currency),
        "due_long": words.long_date(invoice.due) if invoice.due else "-",
        "studio": settings.studio_name or part("blank.studio"),
        "first": first_of(client.name) or part("blank.first"),
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
        "due": words.day(invoice.due, today) if invoice.due else "-",
        "ref": invoice.reference or "-",
    }


def mailed(ink: Ink, fact: Outcome) -> None:
    """The mail left, or did not."""
    kind, _, ident = str(fact.result.get("about", "")).partition(":")
    if not kind and not fact.ok:
        alerts.refused(ink, fact)  # one of ours about trouble: the next way is Today
        return
    if kind != "invoice" or ink.snap.invoices.get(ident) is None:
        return
    clock = f"{fact.at.astimezone(ink.snap.settings.zone):%H:%M}"
    because = str(fact.result.get("reason") or "-")
    said = part("tick.sent", time=clock) if fact.ok else part("tick.not_sent", because=because)
    ink.put("invoices", ident, projection=True, mail=said)
