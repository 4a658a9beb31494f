"""A document to be drawn, as data: everything an invoice or credit note shows and nothing about how. Pure.

Money is integer cents, dates are local dates of the studio. ``to_data`` and ``from_data`` carry a paper through the
outbox as JSON; the printer (studio_sync/adapters/pdf) turns it into bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote

from pydantic import TypeAdapter

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part

#: accent of a studio that chose none
TEAL = "#0B625A"


@dataclass(frozen=True, kw_only=True, slots=True)
class StudioHead:
    """Who sends the paper."""

    name: str
    address_lines: tuple[str, ...] = ()
    #: "WhatsApp +44 7700 900100 · hello@nowhere.example"
    contact: str = ""
    #: name in the company register, for the footer; "" means the studio's name
    legal_name: str = ""
    registration: str = ""
    #: only for a registered studio; without it no word of VAT is printed
    vat_number: str = ""
    mail: str = ""
    #: the studio's colour as "#rrggbb"; one too pale to read is drawn as ink
    accent: str = TEAL


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientHead:
    """Who gets the paper."""

    name: str
    address_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperLine:
    """One line of the table. ``amount_cents`` is printed as given, never computed here."""

    #: local date of the session; None prints none
    day: date | None = None
    what: str
    quantity: Decimal = Decimal(1)
    price_cents: int
    amount_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TotalRow:
    """A row above the strong rule: Sessions, Discount, VAT, Paid so far."""

    label: str
    cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BankDetails:
    """Where to pay. Empty fields are left out."""

    bank: str = ""
    account_name: str = ""
    account: str = ""
    branch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoicePaper:
    """An invoice or a credit note, whole."""

    kind: Literal["invoice", "credit_note"] = "invoice"
    #: "Invoice", "Tax Invoice", "Credit note"
    title: str = "Invoice"
    number: str
    #: marked as a second print of a document already out
    copy: bool = False
    #: code of the language of every label, see sheets_schema/texts
    language: str = "en"
    studio: StudioHead
    client: ClientHead
    issue_date: date
    #: as words, see ``period_words``
    period: str = ""
    due: date | None = None
    #: more rows beside the client, such as ("PO", "4711")
    extra_rows: tuple[tuple[str, str], ...] = ()
    #: sign before every amount: "R", "£", "€"
    currency: str = "R"
    lines: tuple[PaperLine, ...]
    totals: tuple[TotalRow, ...] = ()
    #: what is still to pay; on a credit note what is credited, above zero
    to_pay_cents: int
    reference: str = ""
    bank: BankDetails | None = None
    #: what the QR code holds; "" draws none
    qr_text: str = ""
    notes: str = ""
    #: credit note only: the invoice it lowers, why, and what is left to pay there
    corrects: str = ""
    reason: str = ""
    new_balance_cents: int = 0


_adapter: TypeAdapter[InvoicePaper] = TypeAdapter(InvoicePaper)


def to_data(paper: InvoicePaper) -> dict[str, Any]:
    """The paper as JSON values, defaults left out."""
    data: dict[str, Any] = _adapter.dump_python(paper, mode="json", exclude_defaults=True)
    return data


def from_data(data: Mapping[str, Any]) -> InvoicePaper:
    """The paper of ``to_data``. Raises ``pydantic.ValidationError`` when it is none."""
    return _adapter.validate_python(data)


def quantity_words(quantity: Decimal) -> str:
    """As "1" or "0.25": no trailing zeros, no exponent."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def period_words(first: date, last: date, language: str = "en") -> str:
    """As "1 to 31 October 2026", naming month and year twice only where they differ."""
    end = words.long_date(last, language)
    if first == last:
        return end
    if first.year != last.year:
        return f"{words.long_date(first, language)} to {end}"
    head = f"{first.day} {words.month(first, language)}" if first.month != last.month else str(first.day)
    return f"{head} to {end}"


def proof_link(phone: str, number: str, language: str = "en") -> str:
    """A link to the studio's chat with the proof of payment begun; ``phone`` in E.164. It never expires.

    Form ``https://wa.me/<digits>?text=``: WhatsApp's click-to-chat link.
    """
    return f"https://wa.me/{phone.lstrip('+')}?text={quote(part('paper.proof', language, doc=number))}"


def transfer_code(*, name: str, iban: str, cents: int, reference: str, bic: str = "") -> str:
    """The European bank transfer code (EPC069-12, version 002, UTF-8) for an amount in euro cents."""
    amount = f"EUR{cents // 100}.{cents % 100:02d}"
    account = iban.replace(" ", "").upper()
    return "\n".join(("BCD", "002", "1", "SCT", bic, name[:70], account, amount, "", "", reference[:140]))
